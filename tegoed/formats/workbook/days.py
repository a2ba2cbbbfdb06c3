"""Days and months as people type them in cells, and as spreadsheets store them.

Its one law: Belgium writes the day first; a year has four digits; a date that can't exist, or a bare number that only a
spreadsheet knows for a date, is refused.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from tegoed.formats.workbook.layout import plain
from tegoed.formats.workbook.refusal import CellDayUnreadable, CellMonthUnreadable

YEAR_MIN, YEAR_MAX = 1900, 2099

_TIME = r"(?:[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?Z?)?"
_DAY_FIRST = re.compile(rf"(?P<day>[0-9]{{1,2}})[-/. ]+(?P<month>[0-9]{{1,2}})[-/. ]+(?P<year>[0-9]{{4}}){_TIME}")
_YEAR_FIRST = re.compile(rf"(?P<year>[0-9]{{4}})[-/.](?P<month>[0-9]{{1,2}})[-/.](?P<day>[0-9]{{1,2}}){_TIME}")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2}")
_EIGHT_DIGITS = re.compile(r"[0-9]{8}")
_IN_WORDS = re.compile(r"(?P<day>[0-9]{1,2})(?:er|\.)? +(?P<word>[^\W\d_]{3,12})\.? +(?P<year>[0-9]{4})")
_MONTH_FIRST = re.compile(r"(?P<month>[0-9]{1,2}) ?[-/.] ?(?P<year>[0-9]{4})")
_MONTH_LAST = re.compile(r"(?P<year>[0-9]{4}) ?[-/.] ?(?P<month>[0-9]{1,2})")
_MONTH_IN_WORDS = re.compile(r"(?P<word>[^\W\d_]{3,12})\.? *[-/ ]? *(?P<year>[0-9]{4})")
_SIX_DIGITS = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])")

_MONTH_WORDS = (
    "januari janvier january januar jan janv jän jänner",
    "februari février february februar feb févr fév febr feber",
    "maart mars march märz mrt mar mär maa",
    "april avril apr avr",
    "mei mai may",
    "juni juin june jun",
    "juli juillet july jul juil",
    "augustus août august aug",
    "september septembre sep sept",
    "oktober octobre october okt oct",
    "november novembre nov",
    "december décembre dezember dec déc dez",
)
MONTH_BY_WORD = {plain(word): month for month, words in enumerate(_MONTH_WORDS, start=1) for word in words.split()}


def read_day(value: Any) -> str:
    """The day as `YYYY-MM-DD`. Raises `CellDayUnreadable`."""
    if isinstance(value, date):
        return _day(value.year, value.month, value.day)
    if isinstance(value, float) and value.is_integer() and _EIGHT_DIGITS.fullmatch(str(int(value))):
        return _eight_digits(str(int(value)))
    if isinstance(value, (bool, float, time, timedelta)):
        raise CellDayUnreadable(reason="number")
    text = " ".join(str(value).split())
    if _EIGHT_DIGITS.fullmatch(text):
        return _eight_digits(text)
    match = _DAY_FIRST.fullmatch(text) or _YEAR_FIRST.fullmatch(text)
    if match is not None:
        return _day(int(match["year"]), int(match["month"]), int(match["day"]))
    match = _IN_WORDS.fullmatch(text)
    if match is not None and plain(match["word"]) in MONTH_BY_WORD:
        return _day(int(match["year"]), MONTH_BY_WORD[plain(match["word"])], int(match["day"]))
    if _SHORT_YEAR.fullmatch(text):
        raise CellDayUnreadable(reason="short-year")
    raise CellDayUnreadable


def _eight_digits(digits: str) -> str:
    """`19880229` or `29021988`: they can't be mistaken for each other, as no month is 19 or 20."""
    if digits.startswith(("19", "20")) and digits[4:6] <= "12":
        return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    return _day(int(digits[4:]), int(digits[2:4]), int(digits[:2]))


def _day(year: int, month: int, day: int) -> str:
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise CellDayUnreadable(reason="far", year_min=str(YEAR_MIN), year_max=str(YEAR_MAX))
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise CellDayUnreadable(reason="impossible") from error


def read_month(value: Any) -> str:
    """The first day of the month as `YYYY-MM-01`. Raises `CellMonthUnreadable`."""
    if isinstance(value, (date, datetime)):
        return _month(value.year, value.month)
    if isinstance(value, (bool, time, timedelta)):
        raise CellMonthUnreadable
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else " ".join(str(value).split())
    for pattern in (_MONTH_FIRST, _MONTH_LAST, _SIX_DIGITS):
        match = pattern.fullmatch(text)
        if match is not None:
            return _month(int(match["year"]), int(match["month"]))
    match = _MONTH_IN_WORDS.fullmatch(text)
    if match is not None and plain(match["word"]) in MONTH_BY_WORD:
        return _month(int(match["year"]), MONTH_BY_WORD[plain(match["word"])])
    try:
        return _month(*(int(part) for part in read_day(text).split("-")[:2]))
    except CellDayUnreadable as refusal:
        raise CellMonthUnreadable from refusal


def _month(year: int, month: int) -> str:
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise CellMonthUnreadable(reason="far", year_min=str(YEAR_MIN), year_max=str(YEAR_MAX))
    if not 1 <= month <= 12:  # noqa: PLR2004 - months of a year
        raise CellMonthUnreadable
    return f"{year:04d}-{month:02d}-01"
