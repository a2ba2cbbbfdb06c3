"""Balances of hot accounts are right before, between and after runs of the day totals."""

import datetime as dt

import pytest
from django.db import connection
from ledger_accounts import open_account, posting

from tegoed.ledger.day_totals import close_days
from tegoed.ledger.door import post
from tegoed.ledger.models import AccountKind, DayTotal
from tegoed.ledger.queries import balance_cents

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> int:
    return open_account(AccountKind.BANK)


@pytest.fixture
def revenue() -> int:
    return open_account(AccountKind.REVENUE)


def record_on(moment: str, event_key: str, debit_id: int, credit_id: int, amount_cents: int) -> None:
    """A transfer written at another moment than now (only raw SQL can say when it was recorded)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transfer (event_key, kind, debit_id, credit_id, amount_cents, event_at, recorded_at) "
            "VALUES (%s, 'payment', %s, %s, %s, now(), %s)",
            [event_key, debit_id, credit_id, amount_cents, moment],
        )


def test_a_balance_is_the_same_whether_or_not_days_are_closed(bank, revenue):
    for number in range(1, 5):
        post([posting(f"payment:{number}", bank, revenue, number)])
        assert balance_cents(revenue) == number * (number + 1) // 2
        assert close_days() == 1
        assert balance_cents(revenue) == number * (number + 1) // 2
        assert balance_cents(bank) == -number * (number + 1) // 2


def test_closing_twice_adds_nothing(bank, revenue):
    post([posting("payment:1", bank, revenue, 5)])
    assert [close_days(), close_days()] == [1, 0]
    assert DayTotal.objects.count() == 2


def test_only_hot_accounts_get_day_totals(bank):
    post([posting("payment:1", bank, open_account(AccountKind.CLIENT_FUNDS), 5)])
    close_days()
    assert [total.account_id for total in DayTotal.objects.all()] == [bank]


def test_the_day_is_the_one_in_brussels(bank, revenue):
    record_on("2026-01-05 22:59:59+00", "payment:1", bank, revenue, 1)
    record_on("2026-01-05 23:00:00+00", "payment:2", bank, revenue, 2)
    record_on("2026-07-05 22:00:00+00", "payment:3", bank, revenue, 4)
    close_days()
    days = DayTotal.objects.filter(account_id=revenue).order_by("day_on").values_list("day_on", "credits_cents")
    assert list(days) == [(dt.date(2026, 1, 5), 1), (dt.date(2026, 1, 6), 2), (dt.date(2026, 7, 6), 4)]


def test_a_transfer_recorded_on_a_closed_day_because_the_clock_stepped_back_still_counts(bank, revenue):
    record_on("2026-01-06 12:00:00+00", "payment:1", bank, revenue, 1)
    close_days()
    record_on("2026-01-05 12:00:00+00", "payment:2", bank, revenue, 2)
    record_on("2026-01-06 12:00:00+00", "payment:3", bank, revenue, 4)
    assert balance_cents(revenue) == 7
    close_days()
    assert balance_cents(revenue) == 7
    days = DayTotal.objects.filter(account_id=revenue).order_by("day_on").values_list("credits_cents", flat=True)
    assert list(days) == [2, 5]
