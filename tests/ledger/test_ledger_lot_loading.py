"""`ledger_load_lots`: many lots opened and filled in one statement."""

import datetime as dt

import pytest
from django.db import connection, transaction
from ledger_accounts import EVENT_AT, open_account, posting

from tegoed.ledger.books import check_books
from tegoed.ledger.door import post
from tegoed.ledger.models import Account, AccountKind, Transfer
from tegoed.ledger.queries import balance_cents
from tegoed.ledger.refusals import AccountKeyReused, AccountUnknown, FundsShort, named_refusals

pytestmark = pytest.mark.django_db


@pytest.fixture
def funds() -> int:
    funds_id = open_account(AccountKind.CLIENT_FUNDS)
    post([posting("payment:1", open_account(AccountKind.BANK), funds_id, 1_000)])
    return funds_id


def load(funds_id: int, lines: dict[int, int], *, expires_on: dt.date = dt.date(2027, 1, 5)) -> dict[str, int]:
    """Load so many cents per order line; the new lots by key."""
    with named_refusals(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT lot.account_key, lot.account_id FROM (
                SELECT array_agg('lot:order-line:' || line) AS account_keys,
                    array_agg('load:order-line:' || line) AS event_keys,
                    array_agg(line + 1000) AS wallet_ids, array_agg(cents) AS amounts
                FROM unnest(%s::bigint[], %s::bigint[]) AS asked (line, cents)
            ) AS listed, ledger_load_lots(account_keys, event_keys, wallet_ids, amounts, %s, 77, 'meal', %s, %s) AS lot""",
            [list(lines), list(lines.values()), funds_id, expires_on, EVENT_AT],
        )
        return dict(cursor.fetchall())


def test_each_line_becomes_a_lot_with_its_amount(funds):
    lots = load(funds, {1: 160, 2: 840})
    assert set(lots) == {"lot:order-line:1", "lot:order-line:2"}
    lot = Account.objects.get(id=lots["lot:order-line:2"])
    assert (lot.kind, lot.wallet_id, lot.order_id, lot.product) == ("lot", 1_002, 77, "meal")
    assert (lot.expires_on, lot.credits_cents, lot.debits_cents) == (dt.date(2027, 1, 5), 840, 0)
    transfer = Transfer.objects.get(event_key="load:order-line:2")
    assert (transfer.debit_id, transfer.credit_id, transfer.amount_cents) == (funds, lot.id, 840)
    assert balance_cents(funds) == 0
    assert check_books().findings == ()


def test_loading_again_loads_only_what_is_new(funds):
    load(funds, {1: 160, 2: 200})
    assert load(funds, {1: 160, 2: 200}) == {}
    assert set(load(funds, {1: 160, 2: 200, 3: 10})) == {"lot:order-line:3"}
    assert balance_cents(funds) == 630
    assert check_books().findings == ()


def test_a_line_loaded_with_another_amount_or_expiry_is_refused(funds):
    load(funds, {1: 160})
    with pytest.raises(AccountKeyReused, match="lot:order-line:1"), transaction.atomic():
        load(funds, {1: 161, 2: 1})
    with pytest.raises(AccountKeyReused, match="lot:order-line:1"), transaction.atomic():
        load(funds, {1: 160}, expires_on=dt.date(2028, 1, 5))
    assert balance_cents(funds) == 840


def test_an_empty_lot_with_that_key_is_refused_not_filled_twice(funds):
    open_account(AccountKind.LOT, "order-line:5")
    with pytest.raises(AccountKeyReused, match="lot:order-line:5"):
        load(funds, {5: 10})


def test_more_than_was_paid_is_not_loaded(funds):
    with pytest.raises(FundsShort) as refused, transaction.atomic():
        load(funds, {1: 500, 2: 501})
    assert refused.value.params == {"account_id": funds}
    assert not Account.objects.filter(kind=AccountKind.LOT).exists()
    assert balance_cents(funds) == 1_000


def test_lots_come_from_client_funds_only(funds):
    with pytest.raises(AccountUnknown):
        load(open_account(AccountKind.BANK), {1: 1})


def test_the_way_in_for_filled_lots_is_shut_again_after_the_call(funds):
    lots = load(funds, {1: 160})
    bank = open_account(AccountKind.BANK)
    post([posting("payment:2", bank, lots["lot:order-line:1"], 5)])
    assert balance_cents(lots["lot:order-line:1"]) == 165
    assert check_books().findings == ()
