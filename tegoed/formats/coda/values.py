"""Dates, amounts and account numbers as CODA spells them, and back.

Its one law: nothing is rounded or guessed. A value that does not fit its spelling is a `ValueError`; who reads or
writes turns it into the refusal that names the record and the field.
"""

import re
from datetime import date

from tegoed.formats.coda.layout import UNKNOWN_DATE

_CENTURY = 2000  # the standard has two digits for the year and is younger than this century
_DATE_DIGITS = re.compile("[0-9]{6}")
_NATIONAL_NUMBER_LENGTH = 12
_ACCOUNT_FORMS = {
    "0": re.compile("[0-9]{12}"),
    "1": re.compile("[!-~](?:[ -~]{0,32}[!-~])?"),
    "2": re.compile("BE[0-9]{14}"),
    "3": re.compile("[A-Z]{2}[0-9]{2}[0-9A-Z]{1,30}"),
}
_CURRENCY = re.compile("[A-Z]{3}")
_BELGIAN_BBAN = "0"
_BELGIAN_SUFFIX = "0BE"  # qualification code and country after a Belgian national number


class Dates(dict[str, date | None]):
    """DDMMYY to date, each date parsed once: a statement has few dates and many movements. 000000 is None."""

    def __init__(self) -> None:
        super().__init__({UNKNOWN_DATE: None})

    def __missing__(self, digits: str) -> date:
        self[digits] = found = date_of(digits)
        return found


def date_of(digits: str) -> date:
    """The date of six digits DDMMYY, or `ValueError`."""
    if not _DATE_DIGITS.fullmatch(digits):
        raise ValueError("not six digits")
    return date(_CENTURY + int(digits[4:]), int(digits[2:4]), int(digits[:2]))


def digits_of(day: date | None) -> str:
    """DDMMYY, 000000 for None; `ValueError` for a year that two digits can't tell."""
    if day is None:
        return UNKNOWN_DATE
    if day.year // 100 * 100 != _CENTURY:
        raise ValueError("a year that CODA can't tell")
    return f"{day:%d%m%y}"


def account_of(structure: str, zone: str) -> tuple[str, str]:
    """Account number and currency from the 37 positions of records 1 and 8 (standard, 7.5), or `ValueError`."""
    if structure == _BELGIAN_BBAN:
        number, currency = zone[:_NATIONAL_NUMBER_LENGTH], zone[13:16]
    else:
        number, currency = zone[: 31 if structure == "2" else 34].rstrip(" "), zone[34:]
    if not (_ACCOUNT_FORMS[structure].fullmatch(number) and _CURRENCY.fullmatch(currency)):
        raise ValueError("no account number and currency of this structure")
    return number, currency


def account_zone(structure: str, number: str, currency: str) -> str:
    """The 37 positions for an account, so that `account_of` gives it back, or `ValueError`."""
    if structure not in _ACCOUNT_FORMS:
        raise ValueError("no account structure of CODA")
    if structure == _BELGIAN_BBAN:
        zone = f"{number} {currency}{_BELGIAN_SUFFIX}".ljust(37)
    else:
        zone = f"{number:34}{currency}"
    if account_of(structure, zone) != (number, currency):
        raise ValueError("no account number and currency of this structure")
    return zone
