"""Raw SQL can't change what is written, nor a total."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from ledger_accounts import open_account, posting

from tegoed.ledger.door import post
from tegoed.ledger.models import Account, AccountKind
from tegoed.ledger.queries import balances_cents

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def written() -> tuple[int, int]:
    bank, funds = open_account(AccountKind.BANK), open_account(AccountKind.CLIENT_FUNDS)
    post([posting("payment:1", bank, funds, 100)])
    return bank, funds


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_transfer SET amount_cents = 1",
        "UPDATE ledger_transfer SET event_at = now() WHERE false",
        "DELETE FROM ledger_transfer",
        "TRUNCATE ledger_transfer",
        "UPDATE ledger_account SET credits_cents = credits_cents + 1",
        "UPDATE ledger_account SET kind = 'bank'",
        "UPDATE ledger_account SET expires_on = '2030-01-01'",
        "INSERT INTO ledger_account (account_key, kind, client_id, credits_cents) VALUES ('rich', 'client_funds', 1, 5)",
        "INSERT INTO ledger_account (account_key, kind, client_id) VALUES ('client_funds:1', 'client_funds', 1) ON CONFLICT (account_key) DO UPDATE SET credits_cents = 5",
        "DELETE FROM ledger_account",
        "TRUNCATE ledger_account CASCADE",
    ],
)
def test_raw_sql_is_refused(sql):
    with pytest.raises(DatabaseError, match="is refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_models_are_refused_too(written):
    account = Account.objects.get(id=written[1])
    account.credits_cents = 1_000_000
    with pytest.raises(DatabaseError, match="is refused"):
        account.save()


def test_a_raw_insert_of_a_transfer_keeps_the_totals_right(written):
    bank, funds = written
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transfer (event_key, kind, debit_id, credit_id, amount_cents, event_at) "
            "VALUES ('raw:1', 'payment', %s, %s, 11, now())",
            [bank, funds],
        )
    assert balances_cents([bank, funds]) == {bank: -111, funds: 111}


def test_a_raw_insert_meets_the_guards(written):
    bank, funds = written
    with pytest.raises(IntegrityError, match="guarded_not_below_zero"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transfer (event_key, kind, debit_id, credit_id, amount_cents, event_at) "
            "VALUES ('raw:1', 'refund', %s, %s, 101, now())",
            [funds, bank],
        )
