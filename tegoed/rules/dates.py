"""Calendar arithmetic of the rules: months added, the days of a month, and the date it is in Brussels.

Its one law: a month added to the last day of a month never spills into the next month (31 January + 1 month = the last
day of February), and every legal day is counted in Europe/Brussels, whatever zone the machine runs in.
It is not about working days: see `working_days`.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")
MONTHS_OF_YEAR = 12


def brussels_today() -> date:
    """The date it is now in Brussels."""
    return brussels_date(datetime.now(UTC))


def brussels_date(at: datetime) -> date:
    """The Brussels date of a moment. A moment without zone raises `ValueError`: it could be two dates."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone before it has a date in Brussels")
    return at.astimezone(BRUSSELS).date()


def day_end(on: date) -> datetime:
    """The first moment after that day in Brussels."""
    return datetime.combine(on + timedelta(days=1), time.min, tzinfo=BRUSSELS)


def add_months(on: date, month_count: int) -> date:
    """`on` moved by `month_count` months (also backwards); the month's last day where that day does not exist."""
    month_index = on.year * MONTHS_OF_YEAR + (on.month - 1) + month_count
    year, month = divmod(month_index, MONTHS_OF_YEAR)
    return date(year, month + 1, min(on.day, days_of_month(year, month + 1)))


def days_of_month(year: int, month: int) -> int:
    """How many days the month has."""
    return calendar.monthrange(year, month)[1]
