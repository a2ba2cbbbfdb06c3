"""The days of an order that comes back every month (SPEC O6).

Its one law: one month, one order. The loading day past the end of a month is its last day; a month that passed while
nobody could make its order is not made up, except the month that runs: that one is loaded as soon as can be.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from tegoed.rules.dates import add_months, days_of_month

LOADING_DAY_MAX = 31
DRAFT_DAYS_BEFORE_MAX = 28
"""Less than the shortest month, so that no two months are prepared at once for long."""


@dataclass(frozen=True, slots=True)
class MonthToMake:
    """The month whose order is to be made, and the day it is loaded."""

    month_on: date
    loading_on: date


def loading_on_of(month_on: date, loading_day: int) -> date:
    """The loading day in that month; its last day where the month is shorter."""
    return month_on.replace(day=min(loading_day, days_of_month(month_on.year, month_on.month)))


def first_month_after(on: date, loading_day: int) -> date:
    """The first month (its first day) whose loading day comes after `on`."""
    month_on = on.replace(day=1)
    return month_on if loading_on_of(month_on, loading_day) > on else add_months(month_on, 1)


def month_to_make(next_month_on: date, loading_day: int, *, days_before: int, today: date) -> MonthToMake | None:
    """What is to be made today, if anything: the next month once it is near, or the month that runs if it was missed."""
    month_on = max(next_month_on, today.replace(day=1))
    loading_on = loading_on_of(month_on, loading_day)
    if today < loading_on - timedelta(days=days_before):
        return None
    return MonthToMake(month_on, max(loading_on, today))
