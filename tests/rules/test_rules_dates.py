"""Months added, and the date in Brussels."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.dates import add_months, brussels_date, brussels_today, days_of_month

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_are_added_without_spilling_over(on, months, expected):
    assert add_months(on, months) == expected


@given(DAYS, st.integers(-600, 600))
def test_the_month_moves_by_as_many_and_the_day_never_grows(on, months):
    moved = add_months(on, months)
    assert (moved.year * 12 + moved.month) - (on.year * 12 + on.month) == months
    assert moved.day == min(on.day, days_of_month(moved.year, moved.month))


@given(DAYS, DAYS, st.integers(0, 60))
def test_the_later_day_never_ends_up_earlier(one, two, months):
    earlier, later = sorted((one, two))
    assert add_months(earlier, months) <= add_months(later, months)


def test_late_in_the_evening_utc_it_is_tomorrow_in_brussels():
    assert brussels_date(datetime(2026, 1, 31, 23, 30, tzinfo=UTC)) == date(2026, 2, 1)
    assert brussels_date(datetime(2026, 7, 31, 21, 59, tzinfo=UTC)) == date(2026, 7, 31)
    assert brussels_date(datetime(2026, 7, 31, 22, 0, tzinfo=UTC)) == date(2026, 8, 1)
    assert brussels_date(datetime(2026, 1, 1, 3, 0, tzinfo=timezone(timedelta(hours=9)))) == date(2025, 12, 31)


def test_a_moment_without_zone_has_no_date():
    with pytest.raises(ValueError, match="time zone"):
        brussels_date(datetime(2026, 1, 1))


def test_today_is_the_day_in_brussels():
    with time_machine.travel(datetime(2026, 6, 30, 22, 15, tzinfo=UTC), tick=False):
        assert brussels_today() == date(2026, 7, 1)
