"""Amounts, dates and indicators as camt.053 spells them.

Its one law: nothing is rounded or guessed. A value that does not fit its spelling is a `ValueError`; who reads turns it
into the refusal that names the element.
"""

import re
from datetime import date, datetime

from tegoed.rules.dates import brussels_date

_AMOUNT = re.compile(r"\+?([0-9]{0,16})(?:\.([0-9]{0,9}))?", re.ASCII)
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
_MOMENT_LENGTH_MAX = 40
_DAYS_KEPT_MAX = 10_000
_CENT_DECIMALS = 2
_TRUE, _FALSE = ("true", "1"), ("false", "0")


class FractionOfCentError(ValueError):
    """An amount that cents can't hold."""


def cents_of(text: str) -> int:
    """An amount without sign in cents, or `ValueError`. Decimals after the second must be zeros."""
    match = _AMOUNT.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        raise ValueError("not an amount")
    decimals = match[2] or ""
    if decimals[_CENT_DECIMALS:].strip("0"):
        raise FractionOfCentError("a part of a cent")
    return int((match[1] or "0") + decimals[:_CENT_DECIMALS].ljust(_CENT_DECIMALS, "0"))


class Days(dict[str, date]):
    """Spelling to date, each parsed once: a statement has few dates and many entries. `ValueError` for no date.

    A moment with a time zone is a day in Brussels; one without is the day it names.
    """

    def __missing__(self, text: str) -> date:
        found = _day_of(text)
        if len(self) >= _DAYS_KEPT_MAX:
            self.clear()
        self[text] = found
        return found


def _day_of(text: str) -> date:
    plain = _DATE.fullmatch(text)
    if plain:
        return date.fromisoformat(plain[1])
    if len(text) > _MOMENT_LENGTH_MAX or not text.isascii() or "T" not in text:
        raise ValueError("not a date")
    moment = datetime.fromisoformat(text)
    try:
        return moment.date() if moment.tzinfo is None else brussels_date(moment)
    except OverflowError:
        raise ValueError("not a date") from None


def truth_of(text: str) -> bool:
    """An indicator, or `ValueError`."""
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError("neither true nor false")
