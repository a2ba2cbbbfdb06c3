"""`check_books` finds each kind of damage, made here on purpose behind the triggers' back."""

import pytest
from django.db import connection
from ledger_accounts import open_account, posting

from tegoed.ledger.books import SHIELDS, check_books
from tegoed.ledger.day_totals import close_days
from tegoed.ledger.door import post
from tegoed.ledger.models import AccountKind, TransferKind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books() -> dict[str, int]:
    """Sound books with a closed day, transfers after it, and half a reversal."""
    ids = {
        kind: open_account(kind)
        for kind in (AccountKind.BANK, AccountKind.CLIENT_FUNDS, AccountKind.LOT, AccountKind.MERCHANT_PAYABLE)
    }
    bank, funds, lot, merchant = ids.values()
    [payment] = post([posting("payment:1", bank, funds, 1_000)])
    post([posting("load:1", funds, lot, 300)])
    close_days()
    post([posting("spend:1", lot, merchant, 120)])
    post([posting("reversal:1", funds, bank, 400, kind=TransferKind.REVERSAL, reverses_id=payment.transfer_id)])
    return {str(kind): account_id for kind, account_id in ids.items()}


def damage(*statements: str) -> set[tuple[str, str, int | None, int | None]]:
    """What is found after these statements, run with all triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")
    return {
        (finding.code, finding.subject, finding.expected_cents, finding.found_cents)
        for finding in check_books().findings
    }


def test_sound_books_agree():
    report = check_books()
    assert report.agrees
    assert (report.account_count, report.transfer_count, report.moved_cents) == (4, 4, 1_820)
    assert report.balances_cents == {"bank": -600, "client_funds": 300, "lot": 180, "merchant_payable": 120}


def test_empty_books_agree():
    assert (
        damage(
            "DELETE FROM ledger_transfer",
            "DELETE FROM ledger_account",
            "DELETE FROM ledger_daytotal",
            "DELETE FROM ledger_daytotalrun",
        )
        == set()
    )


def test_a_changed_credit_total_is_found():
    found = damage("UPDATE ledger_account SET credits_cents = credits_cents + 1 WHERE kind = 'lot'")
    assert found == {("credits-differ", "lot:1", 300, 301), ("unbalanced", "all accounts", 0, 1)}


def test_a_changed_debit_total_is_found():
    found = damage("UPDATE ledger_account SET debits_cents = debits_cents - 1 WHERE kind = 'lot'")
    assert found == {("debits-differ", "lot:1", 120, 119), ("unbalanced", "all accounts", 0, 1)}


def test_totals_wrong_on_two_accounts_that_cancel_out_are_found():
    found = damage(
        "UPDATE ledger_account SET credits_cents = credits_cents + 1 WHERE kind = 'lot'",
        "UPDATE ledger_account SET credits_cents = credits_cents - 1 WHERE kind = 'client_funds'",
    )
    assert {code for code, *_ in found} == {"credits-differ"}


def test_a_changed_transfer_is_found():
    found = damage("UPDATE ledger_transfer SET amount_cents = 301 WHERE event_key = 'load:1'")
    assert found == {("debits-differ", "client_funds:1", 701, 700), ("credits-differ", "lot:1", 301, 300)}


def test_a_changed_transfer_between_hot_accounts_is_found(books):
    found = damage("UPDATE ledger_transfer SET amount_cents = 1_001 WHERE event_key = 'payment:1'")
    assert {code for code, *_ in found} == {"credits-differ", "day-total-differs"}


def test_a_deleted_transfer_is_found():
    found = damage("DELETE FROM ledger_transfer WHERE event_key = 'spend:1'")
    assert ("debits-differ", "lot:1", 0, 120) in found


def test_a_transfer_without_account_is_found(books):
    found = damage("DELETE FROM ledger_account WHERE kind = 'merchant_payable'")
    assert ("account-unknown", f"account {books['merchant_payable']}", None, None) in found


def test_a_guarded_account_below_zero_is_found():
    found = damage(
        "ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_guarded_not_below_zero",
        "UPDATE ledger_account SET debits_cents = 301 WHERE kind = 'lot'",
        "UPDATE ledger_transfer SET amount_cents = 301 WHERE event_key = 'spend:1'",
    )
    assert found == {
        ("shield-missing", "ledger_account_guarded_not_below_zero", None, None),
        ("below-zero", "lot:1", 0, -1),
    }


@pytest.mark.parametrize("change", ["UPDATE ledger_daytotal SET debits_cents = 999", "DELETE FROM ledger_daytotal"])
def test_a_changed_or_lost_day_total_is_found(change):
    found = damage(change)
    assert {code for code, *_ in found} == {"day-total-differs", "unbalanced"}


def test_a_day_total_too_many_is_found(books):
    found = damage(
        "INSERT INTO ledger_daytotal (account_id, day_on, debits_cents, credits_cents) "
        f"VALUES ({books['merchant_payable']}, '2020-01-01', 0, 7)"
    )
    assert ("day-total-differs", f"account {books['merchant_payable']} on 2020-01-01", 0, 7) in found


def test_day_totals_that_run_ahead_are_found():
    found = damage("INSERT INTO ledger_daytotalrun (through_transfer_id) VALUES (999999999)")
    assert ("day-totals-ahead", "transfer 999999999", None, None) in found


@pytest.mark.parametrize(
    "change", ["amount_cents = 1001", "reverses_id = 999999999", "debit_id = credit_id, credit_id = debit_id"]
)
def test_a_wrong_reversal_is_found(change):
    found = damage(f"UPDATE ledger_transfer SET {change} WHERE event_key = 'reversal:1'")
    assert "reversal-wrong" in {code for code, *_ in found}


@pytest.mark.parametrize("shield", SHIELDS)
def test_a_shield_taken_away_is_found(shield):
    table = "ledger_transfer" if shield.startswith("ledger_transfer") else "ledger_account"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = %s", [shield])
        is_trigger = cursor.fetchone()[0]
        if is_trigger:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {shield}")
        else:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {shield}")
    assert {(finding.code, finding.subject) for finding in check_books().findings} == {("shield-missing", shield)}
