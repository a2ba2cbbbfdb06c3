"""When invoices are collected, and under which identifier."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.direct_debit import NOTICE_DAYS, CreditorIdentifierInvalid, collection_day, read_creditor_identifier
from tegoed.rules.target_days import add_target_days, is_target_day, target_day_from

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    "closed",
    ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25", "2026-12-26", "2026-11-28", "2026-11-29"],
)
def test_banks_settle_nothing_on_closing_days_and_weekends(closed) -> None:
    assert not is_target_day(date.fromisoformat(closed))


@pytest.mark.parametrize("day", ["2026-11-11", "2026-07-21", "2026-08-15", "2026-11-26", "2026-05-25"])
def test_belgian_holidays_in_the_week_are_days_of_settlement(day) -> None:
    on = date.fromisoformat(day)
    assert is_target_day(on) == (on.weekday() < 5)


@given(DAYS, st.integers(0, 20))
def test_days_are_counted_as_the_calendar_has_them(on, count) -> None:
    expected = target_day_from(on) if count == 0 else on
    for _ in range(count):
        expected += timedelta(days=1)
        while not is_target_day(expected):
            expected += timedelta(days=1)
    assert add_target_days(on, count) == expected


def test_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError):
        add_target_days(date(2026, 1, 2), -1)


@given(issued_on=DAYS, payment_days=st.integers(0, 60), waited=st.integers(0, 90), lead_days=st.integers(0, 5))
def test_a_collection_is_due_announced_and_in_time_for_the_bank(issued_on, payment_days, waited, lead_days) -> None:
    due_on, today = issued_on + timedelta(days=payment_days), issued_on + timedelta(days=waited)
    day = collection_day(issued_on=issued_on, due_on=due_on, today=today, lead_days=lead_days)
    assert is_target_day(day)
    assert day >= max(due_on, issued_on + timedelta(days=NOTICE_DAYS), add_target_days(today, lead_days))


@pytest.mark.parametrize(
    "typed", ["BE81ZZZ0123456749", "be81 zzz 0123 4567 49", "BE81ABC0123456749", "DE98ZZZ09999999999"]
)
def test_identifiers_with_right_check_digits_are_read(typed) -> None:
    assert read_creditor_identifier(typed) == "".join(typed.split()).upper()


@pytest.mark.parametrize(
    "typed", ["", "BE82ZZZ0123456749", "BE81ZZZ0123456748", "８1", "BE81ZZZ" + "0" * 40, "BE81-ZZZ"]
)
def test_others_are_refused(typed) -> None:
    with pytest.raises(CreditorIdentifierInvalid):
        read_creditor_identifier(typed)
