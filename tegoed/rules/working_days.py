"""Belgian working days: Monday to Friday, the ten legal public holidays left out.

Its one law: the holidays are those of the Royal Decree of 18 April 1974, art. 1; the movable ones are counted from
Easter. Holidays that a company moves, compensates or adds are the employer's own and stay out.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from tegoed.rules.dates import days_of_month

WORKING_DAY_COUNT_MAX = 10_000
"""The furthest `add_working_days` looks (about forty years)."""

_SATURDAY = 5
_FIXED_HOLIDAYS = (
    (1, 1, "new-year"),
    (5, 1, "labour-day"),
    (7, 21, "national-day"),
    (8, 15, "assumption"),
    (11, 1, "all-saints"),
    (11, 11, "armistice"),
    (12, 25, "christmas"),
)
_DAYS_AFTER_EASTER = ((1, "easter-monday"), (39, "ascension"), (50, "whit-monday"))


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar, by the anonymous algorithm of Meeus, Jones and Butcher (1583 and later)."""
    moon_year = year % 19
    century, year_of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * moon_year + century - leap_centuries - moon_correction + 15) % 30
    leap_years, year_rest = divmod(year_of_century, 4)
    weekday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    late = (moon_year + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=256)
def public_holidays(year: int) -> Mapping[date, str]:
    """The legal public holidays of the year with their codes, in order of date.

    Ten names, nine dates where Ascension falls on 1 May (2008): the date then carries `labour-day`.
    """
    easter = easter_sunday(year)
    holidays = {easter + timedelta(days=days): code for days, code in _DAYS_AFTER_EASTER}
    holidays |= {date(year, month, day): code for month, day, code in _FIXED_HOLIDAYS}
    return MappingProxyType(dict(sorted(holidays.items())))


def is_working_day(on: date) -> bool:
    """Monday to Friday and not a legal public holiday."""
    return on.weekday() < _SATURDAY and on not in public_holidays(on.year)


def add_working_days(on: date, count: int) -> date:
    """The `count`-th working day after `on`; `on` itself, working day or not, when `count` is 0.

    Raises `ValueError` below 0 or above `WORKING_DAY_COUNT_MAX`.
    """
    if not 0 <= count <= WORKING_DAY_COUNT_MAX:
        raise ValueError(f"the count of working days must be 0..{WORKING_DAY_COUNT_MAX}")
    day = on
    for _ in range(count):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def working_days_of_month(year: int, month: int) -> int:
    """How many working days the month has."""
    days = (date(year, month, day) for day in range(1, days_of_month(year, month) + 1))
    return sum(is_working_day(day) for day in days)
