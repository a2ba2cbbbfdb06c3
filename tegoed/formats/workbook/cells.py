"""One cell of a form read as its column says: the value, or why it can't be read.

Its one law: what could mean two things is refused, never guessed, and what Excel did to a number behind people's backs
(lost zeros, dates as text, 8.000000000000001) is undone only where it is certain. Each reader takes one value as
`sheets` gives it and returns the value of `ColumnKind`, or raises the `Refusal` that becomes the remark. They are
called once for each different value of a column (`readings.ColumnReading`), so clarity comes before speed here.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from tegoed.formats.workbook.days import read_day, read_month
from tegoed.formats.workbook.layout import LANGUAGES, Column, ColumnKind, plain
from tegoed.formats.workbook.refusal import (
    CellChoiceUnknown,
    CellCountUnreadable,
    CellEmailUnreadable,
    CellIdentifierUnreadable,
    CellTextUnreadable,
    CellYesNoUnreadable,
)
from tegoed.rules.identifiers import (
    DIGIT_COUNT,
    IdentifierInvalid,
    holds_national_number,
    read_identifier,
    restore_leading_zeros,
)
from tegoed.rules.money import AMOUNT_CENTS_MAX, AmountInvalid, parse_euro
from tegoed.rules.texts import as_line

COUNT_MAX = 1_000_000
TEXT_CHARACTERS_MAX = 32_767
"""The most a spreadsheet cell holds."""

EMPTYING_MARKS = ("-", "–", "—")
"""Alone in a cell of a column that can be emptied; spreadsheets make long dashes of short ones."""

Moment = date | datetime | time | timedelta

_YES = {"ja", "j", "oui", "o", "yes", "y", "x", "1", "true", "waar", "vrai", "wahr", "juist"}
_NO = {"nee", "neen", "n", "non", "no", "nein", "0", "false", "onwaar", "faux", "falsch"}
_WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0{1,6})?")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,]([0-9]{1,20}))?[eE]\+?([0-9]{1,2})")
_ELEVEN_DIGITS = re.compile(rf"[0-9]{{{DIGIT_COUNT}}}")
_LOST_DIGITS = "00000"
"""No national number ends so (its check digits run from 01 to 97): the spreadsheet rounded it."""

_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_CENT_NOISE = 1e-6


class Restored(str):
    """An identifier whose leading zeros were lost and are proven: right, with a warning."""

    __slots__ = ()


def cell_text(value: Any) -> str:
    """Any value as the text a person sees: whole numbers without decimals, one space between words, nothing unprintable."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return as_line(str(value))


def read_text(value: Any, length_max: int) -> str:
    """Raises `CellTextUnreadable`."""
    if isinstance(value, Moment):
        raise CellTextUnreadable(reason="date")
    text = cell_text(value)
    if len(text) > length_max:
        raise CellTextUnreadable(reason="too-long", length_max=length_max)
    if holds_national_number(text):
        raise CellTextUnreadable(reason="national-number")
    return text


def read_email(value: Any, length_max: int) -> str:
    """Raises `CellEmailUnreadable`."""
    text = cell_text(value).removeprefix("mailto:")
    if len(text) > length_max or not _EMAIL.fullmatch(text):
        raise CellEmailUnreadable
    return text


def read_euro(value: Any) -> int:
    """The cents. Raises `AmountInvalid`."""
    if isinstance(value, float):
        return _cents_of_number(value)
    if isinstance(value, (bool, *Moment.__args__)):
        raise AmountInvalid(reason="format")
    return parse_euro(cell_text(value))


def _cents_of_number(value: float) -> int:
    if not abs(value) * 100 <= AMOUNT_CENTS_MAX:
        raise AmountInvalid(reason="too-large", maximum_cents=AMOUNT_CENTS_MAX)
    cents = round(value * 100)
    if abs(value * 100 - cents) > max(_CENT_NOISE, abs(value) * 1e-12):
        raise AmountInvalid(reason="decimals")
    if cents < 0:
        raise AmountInvalid(reason="negative")
    return cents


def read_count(value: Any) -> int:
    """Raises `CellCountUnreadable`."""
    if isinstance(value, (bool, *Moment.__args__)):
        raise CellCountUnreadable
    if isinstance(value, float):
        if not abs(value) <= COUNT_MAX:
            raise CellCountUnreadable(reason="too-large", count_max=COUNT_MAX)
        count = round(value)
        if count < 0 or abs(value - count) > _CENT_NOISE:
            raise CellCountUnreadable
        return count
    match = _WHOLE.fullmatch(cell_text(value))
    if match is None or not match[1].isascii():
        raise CellCountUnreadable
    count = int(match[1])
    if count > COUNT_MAX:
        raise CellCountUnreadable(reason="too-large", count_max=COUNT_MAX)
    return count


def read_yes_no(value: Any) -> bool:
    """Raises `CellYesNoUnreadable`."""
    if isinstance(value, bool):
        return value
    word = "" if isinstance(value, Moment) else plain(cell_text(value))
    if word in _YES or cell_text(value) in {"✓", "✔"}:
        return True
    if word in _NO:
        return False
    raise CellYesNoUnreadable


def choice_reader(column: Column) -> Callable[[Any], str]:
    """Reads a choice of that column; it raises `CellChoiceUnknown`."""
    codes = column.codes_by_word()
    words = {language: ", ".join(words[language] for words in column.choices.values()) for language in LANGUAGES}

    def read_choice(value: Any) -> str:
        code = None if isinstance(value, Moment) else codes.get(plain(cell_text(value)))
        if code is None:
            raise CellChoiceUnknown(words=words)
        return code

    return read_choice


def read_national(value: Any, today: date) -> list[Any]:
    """[kind, value, doubts] of a national or BIS number; the value is `Restored` when zeros were put back.

    A date in the number is doubted against `today`. Raises `CellIdentifierUnreadable`.
    """
    text = value if type(value) is str and _ELEVEN_DIGITS.fullmatch(value) else _identifier_text(value)
    if len(text) == DIGIT_COUNT and text.endswith(_LOST_DIGITS):
        raise CellIdentifierUnreadable(reason="digits-lost")
    restored = restore_leading_zeros(text)
    try:
        identifier = read_identifier(restored, today=today)
    except IdentifierInvalid as refusal:
        raise CellIdentifierUnreadable(**refusal.params) from refusal
    number = Restored(identifier.value) if restored != text else identifier.value
    return [identifier.kind.value, number, list(identifier.doubts)]


def read_temporary(value: Any) -> list[Any]:
    """[kind, value, doubts] of a temporary number. Raises `CellIdentifierUnreadable`."""
    text = _identifier_text(value)
    try:
        identifier = read_identifier(text, temporary=True)
    except IdentifierInvalid as refusal:
        raise CellIdentifierUnreadable(**refusal.params) from refusal
    return [identifier.kind.value, identifier.value, list(identifier.doubts)]


def _identifier_text(value: Any) -> str:
    """The text of an identifier as it was meant: without the marks people put before a number to keep it text."""
    if isinstance(value, Moment):
        raise CellIdentifierUnreadable(reason="date")
    text = cell_text(value).removeprefix("'")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    match = _SCIENTIFIC.fullmatch(text)
    if match is None:
        return text
    decimals, exponent = match[1] or "", int(match[2])
    if len(decimals) != exponent:
        raise CellIdentifierUnreadable(reason="digits-lost")
    return str(int(Decimal(text.replace(",", "."))))


def reader_of(column: Column, *, today: date) -> Callable[[Any], Any]:
    """What reads one value of that column. An IDENTIFIER is read as a national number here."""
    read = _reader_of_kind(column, today=today)
    if not column.can_be_emptied:
        return read
    return lambda value: "" if cell_text(value) in EMPTYING_MARKS else read(value)


def _reader_of_kind(column: Column, *, today: date) -> Callable[[Any], Any]:
    if column.kind == ColumnKind.IDENTIFIER:
        return lambda value: read_national(value, today)
    if column.kind == ColumnKind.TEXT:
        return lambda value: read_text(value, column.length_max)
    if column.kind == ColumnKind.EMAIL:
        return lambda value: read_email(value, column.length_max)
    if column.kind == ColumnKind.CHOICE:
        return choice_reader(column)
    return {
        ColumnKind.DAY: read_day,
        ColumnKind.MONTH: read_month,
        ColumnKind.EURO: read_euro,
        ColumnKind.COUNT: read_count,
        ColumnKind.YES_NO: read_yes_no,
    }[column.kind]
