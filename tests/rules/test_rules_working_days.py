"""Belgian public holidays and working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.working_days import (
    add_working_days,
    easter_sunday,
    is_working_day,
    public_holidays,
    working_days_of_month,
)

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_the_holidays_of_2026_are_these_ten():
    assert dict(public_holidays(2026)) == {
        date(2026, 1, 1): "new-year",
        date(2026, 4, 6): "easter-monday",
        date(2026, 5, 1): "labour-day",
        date(2026, 5, 14): "ascension",
        date(2026, 5, 25): "whit-monday",
        date(2026, 7, 21): "national-day",
        date(2026, 8, 15): "assumption",
        date(2026, 11, 1): "all-saints",
        date(2026, 11, 11): "armistice",
        date(2026, 12, 25): "christmas",
    }
    assert list(public_holidays(2026)) == sorted(public_holidays(2026))


@pytest.mark.parametrize(
    "easter",
    [
        date(1954, 4, 18),
        date(1981, 4, 19),
        date(2000, 4, 23),
        date(2008, 3, 23),
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2038, 4, 25),
        date(2049, 4, 18),
    ],
)
def test_easter_falls_where_the_almanac_has_it(easter):
    assert easter_sunday(easter.year) == easter


@given(st.integers(1583, 4000))
def test_easter_is_a_sunday_from_22_march_to_25_april(year):
    easter = easter_sunday(year)
    assert easter.weekday() == 6
    assert date(year, 3, 22) <= easter <= date(year, 4, 25)


def test_ascension_on_labour_day_makes_nine_dates():
    assert len(public_holidays(2008)) == 9
    assert public_holidays(2008)[date(2008, 5, 1)] == "labour-day"


def test_the_holidays_can_not_be_changed_by_who_asks():
    with pytest.raises(TypeError):
        public_holidays(2026)[date(2026, 6, 1)] = "bridge"


def test_delivery_over_the_end_of_the_year_skips_the_holidays():
    assert add_working_days(date(2025, 12, 22), 10) == date(2026, 1, 7)


@given(DAYS, st.integers(0, 300))
def test_the_working_days_in_between_are_as_many_as_asked(on, count):
    end = add_working_days(on, count)
    between = [on + timedelta(days=days) for days in range(1, (end - on).days + 1)]
    assert sum(is_working_day(day) for day in between) == count
    assert end == on or is_working_day(end)


@given(DAYS, st.integers(0, 100), st.integers(0, 100))
def test_adding_in_two_steps_is_adding_at_once(on, first, second):
    assert add_working_days(add_working_days(on, first), second) == add_working_days(on, first + second)


@pytest.mark.parametrize("count", [-1, 10_001])
def test_a_count_outside_the_limits_is_a_fault(count):
    with pytest.raises(ValueError, match="count of working days"):
        add_working_days(date(2026, 1, 1), count)


@pytest.mark.parametrize(
    ("year", "month", "count"),
    [(2026, 1, 21), (2026, 2, 20), (2026, 5, 18), (2026, 7, 22), (2025, 12, 22), (2024, 2, 21)],
)
def test_the_working_days_of_a_month(year, month, count):
    assert working_days_of_month(year, month) == count
