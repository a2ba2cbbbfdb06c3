"""When a monthly order is made, and for which day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.dates import add_months, days_of_month
from tegoed.rules.monthly_orders import MonthToMake, first_month_after, loading_on_of, month_to_make

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
LOADING_DAYS = st.integers(1, 31)
NOVEMBER = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("month_on", "loading_day", "expected"),
    [
        (date(2026, 2, 1), 31, date(2026, 2, 28)),
        (date(2028, 2, 1), 30, date(2028, 2, 29)),
        (NOVEMBER, 31, date(2026, 11, 30)),
        (NOVEMBER, 20, date(2026, 11, 20)),
    ],
)
def test_a_day_past_the_end_of_the_month_is_its_last_day(month_on, loading_day, expected):
    assert loading_on_of(month_on, loading_day) == expected


@given(DAYS, LOADING_DAYS)
def test_the_first_month_is_the_next_whose_loading_day_is_still_to_come(on, loading_day):
    month_on = first_month_after(on, loading_day)
    assert loading_on_of(month_on, loading_day) > on
    assert loading_on_of(add_months(month_on, -1), loading_day) <= on


def test_nothing_is_made_before_its_days():
    near = {"days_before": 7, "today": date(2026, 11, 12)}
    assert month_to_make(NOVEMBER, 20, **near) is None
    assert month_to_make(NOVEMBER, 20, **(near | {"today": date(2026, 11, 13)})) == MonthToMake(
        NOVEMBER, date(2026, 11, 20)
    )


def test_months_that_passed_are_not_made_up_but_the_running_one_is():
    august = date(2026, 8, 1)
    assert month_to_make(august, 5, days_before=7, today=date(2026, 11, 23)) == MonthToMake(
        NOVEMBER, date(2026, 11, 23)
    )
    assert month_to_make(august, 30, days_before=3, today=date(2026, 11, 23)) is None


@given(DAYS, DAYS, LOADING_DAYS, st.integers(0, 28))
def test_what_is_made_is_never_loaded_in_the_past_nor_earlier_than_asked(next_on, today, loading_day, days_before):
    made = month_to_make(next_on.replace(day=1), loading_day, days_before=days_before, today=today)
    if made is None:
        return
    assert made.loading_on >= today
    assert made.month_on >= max(next_on, today).replace(day=1)
    assert made.loading_on - timedelta(days=days_before) <= today
    assert made.loading_on.day in {min(loading_day, days_of_month(made.month_on.year, made.month_on.month)), today.day}
