"""Days on which SEPA payments are settled: those of the TARGET calendar.

Its one law: Saturdays, Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December are none, in every
country alike. Source: European Central Bank, long-term calendar for TARGET closing days. Belgian holidays are another
matter (`working_days`).
"""

from datetime import date, timedelta

from tegoed.rules.working_days import easter_sunday

_SATURDAY = 5
_FIXED_CLOSING_DAYS = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
_GOOD_FRIDAY, _EASTER_MONDAY = timedelta(days=-2), timedelta(days=1)
_DAY = timedelta(days=1)


def is_target_day(on: date) -> bool:
    """Whether banks settle that day."""
    if on.weekday() >= _SATURDAY or (on.month, on.day) in _FIXED_CLOSING_DAYS:
        return False
    return on - easter_sunday(on.year) not in {_GOOD_FRIDAY, _EASTER_MONDAY}


def target_day_from(on: date) -> date:
    """`on`, or the first day after it on which banks settle."""
    while not is_target_day(on):
        on += _DAY
    return on


def add_target_days(on: date, count: int) -> date:
    """The `count`-th day of settlement after `on`; the first from `on` when `count` is 0. Raises `ValueError` below 0."""
    if count < 0:
        raise ValueError("the count of days must not be negative")
    day = on
    for _ in range(count):
        day = target_day_from(day + _DAY)
    return target_day_from(day)
