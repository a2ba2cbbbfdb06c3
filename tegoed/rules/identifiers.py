"""How a beneficiary is identified: national number (NISS), BIS number, or a temporary number of a social secretariat.

Its one law: the check digits decide, the date only warns. A number with right check digits is accepted whatever date
it carries (month and day 00 are given out where they are not known); a doubtful date is told as a code in `doubts`.
Layout: YYMMDD, serial of three, check digits 97 - (first nine modulo 97), with a 2 before the nine for births from 2000
on, so that the check digits tell the century. BIS: month + 20 (sex unknown) or + 40.
A refusal never carries the number itself. Encryption, lookup and uniqueness are not here: see `beneficiaries`.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from tegoed.errors import Refusal
from tegoed.rules.dates import MONTHS_OF_YEAR, brussels_today

AGE_YEARS_MAX = 120
DIGIT_COUNT = 11
TEMPORARY_LENGTH_MAX = 20

DOUBT_DATE_IMPOSSIBLE = "birth-date-impossible"
DOUBT_DATE_IN_FUTURE = "birth-date-in-future"
DOUBT_DATE_TOO_LONG_AGO = "birth-date-too-long-ago"
DOUBT_LOOKS_LIKE_NATIONAL_NUMBER = "looks-like-national-number"

_MODULUS = 97
_BIS_MONTH_STEP = 20
_BIS_OFFSETS = {"sex-unknown": 20, "sex-known": 40}
_CENTURIES = (1900, 2000)
_BORN_FROM_2000 = 2 * 10**9
_SERIAL_MAX = 999
_TEXT_LENGTH_MAX = 40
# Spreadsheets and web pages bring their own spaces and dashes along.
_SEPARATORS = re.compile("[ \\t\u00a0\u202f\u2009.\u2010\u2011\u2013/-]")
_TEMPORARY = re.compile(rf"[A-Z0-9./-]{{1,{TEMPORARY_LENGTH_MAX}}}")
_ELEVEN_DIGITS = re.compile(rf"(?<![0-9])[0-9](?:{_SEPARATORS.pattern}{{0,3}}[0-9]){{10}}(?![0-9])")
_SHORTENED = re.compile(r"[0-9]{8,10}")


class IdentifierKind(StrEnum):
    """What sort of number identifies the person."""

    NISS = "niss"
    BIS = "bis"
    TEMPORARY = "temporary"


class IdentifierInvalid(Refusal):
    """The text is no identifier; `reason` says why, the number itself is not among the facts.

    Reasons: `empty`, `length` (with `digit_count`), `characters`, `check-digits`.
    """

    code = "identifier-invalid"


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier in canonical form: 11 digits, or the temporary number in capitals.

    `birth_on` is None where the number doesn't tell a whole date. `doubts` are `DOUBT_` codes: they warn, never refuse.
    """

    kind: IdentifierKind
    value: str
    birth_on: date | None
    doubts: tuple[str, ...]

    def __repr__(self) -> str:
        """Masked, so that a log line or a trace can't leak a national number (SPEC X2)."""
        return f"Identifier({masked(self.value, self.kind)!r}, kind={self.kind.value!r}, doubts={self.doubts!r})"


def read_identifier(text: str, *, temporary: bool = False, today: date | None = None) -> Identifier:
    """The identifier that `text` holds: 11 digits, with or without dots, dashes, slashes and spaces.

    `temporary` says that it is a temporary number: 1 to 20 of A-Z, 0-9, `.`, `-`, `/`, without check digits; one that
    is also a valid NISS or BIS number is doubted. Dates are doubted against `today`
    (default: today in Brussels). Raises `IdentifierInvalid`.
    """
    stripped = text.strip()
    if not stripped:
        raise IdentifierInvalid(reason="empty")
    if temporary:
        return _read_temporary(stripped)
    digits = _SEPARATORS.sub("", stripped[: _TEXT_LENGTH_MAX + 1])
    if not (digits.isascii() and digits.isdigit()):
        raise IdentifierInvalid(reason="characters")
    if len(digits) != DIGIT_COUNT or len(stripped) > _TEXT_LENGTH_MAX:
        raise IdentifierInvalid(reason="length", digit_count=len(digits))
    century = _century_of(digits)
    if century is None:
        raise IdentifierInvalid(reason="check-digits")
    birth_on, doubts = _birth_of(digits, century=century, today=today or brussels_today())
    kind = IdentifierKind.NISS if int(digits[2:4]) < _BIS_MONTH_STEP else IdentifierKind.BIS
    return Identifier(kind=kind, value=digits, birth_on=birth_on, doubts=doubts)


def _read_temporary(text: str) -> Identifier:
    value = text.upper()
    if not text.isascii() or not re.fullmatch(r"[A-Z0-9./-]+", value):
        raise IdentifierInvalid(reason="characters")
    if not _TEMPORARY.fullmatch(value):
        raise IdentifierInvalid(reason="length", digit_count=len(value))
    digits = _SEPARATORS.sub("", value)
    is_national = len(digits) == DIGIT_COUNT and digits.isdigit() and _century_of(digits) is not None
    doubts = (DOUBT_LOOKS_LIKE_NATIONAL_NUMBER,) if is_national else ()
    return Identifier(kind=IdentifierKind.TEMPORARY, value=value, birth_on=None, doubts=doubts)


def _check_digits(nine_digits: int, *, century: int) -> int:
    prefix = _BORN_FROM_2000 if century == _CENTURIES[1] else 0
    return _MODULUS - (prefix + nine_digits) % _MODULUS


def _century_of(digits: str) -> int | None:
    """1900 or 2000, whichever the check digits prove; None if neither. They can't prove both."""
    nine_digits, given = int(digits[:9]), int(digits[9:])
    for century in _CENTURIES:
        if _check_digits(nine_digits, century=century) == given:
            return century
    return None


def _birth_of(digits: str, *, century: int, today: date) -> tuple[date | None, tuple[str, ...]]:
    """The date of birth if the number tells one, and the doubts about it."""
    if digits[:2] == "00" and int(digits[2:4]) % _BIS_MONTH_STEP == 0 and digits[4:6] == "01":
        return None, ()  # 1900-00-01 and 2000-00-01 are written when nothing at all is known
    year = century + int(digits[:2])
    month, day = int(digits[2:4]) % _BIS_MONTH_STEP, int(digits[4:6])
    birth_on, doubts = None, []
    if int(digits[2:4]) >= 3 * _BIS_MONTH_STEP or month > MONTHS_OF_YEAR:
        doubts.append(DOUBT_DATE_IMPOSSIBLE)
    elif month and day:
        try:
            birth_on = date(year, month, day)
        except ValueError:
            doubts.append(DOUBT_DATE_IMPOSSIBLE)
    if year > today.year or (birth_on is not None and birth_on > today):
        doubts.append(DOUBT_DATE_IN_FUTURE)
    elif (year, month, day) < (today.year - AGE_YEARS_MAX, today.month, today.day):
        doubts.append(DOUBT_DATE_TOO_LONG_AGO)
    return birth_on, tuple(doubts)


def restore_leading_zeros(text: str) -> str:
    """The 11 digits of a number whose leading zeros a spreadsheet dropped, if the check digits prove it; else `text`.

    Born 2000 to 2009 (or 1900 to 1909), a number loses one zero, in 2000 two, and in January to September 2000 three.
    A number whose date can't exist is left alone: check digits alone agree by chance in one of fifty.
    """
    compact = text.strip()
    if not _SHORTENED.fullmatch(compact):
        return text
    digits = compact.zfill(DIGIT_COUNT)
    century = _century_of(digits)
    if century is None:
        return text
    _, doubts = _birth_of(digits, century=century, today=date.max)
    return text if DOUBT_DATE_IMPOSSIBLE in doubts else digits


def holds_national_number(text: str) -> bool:
    """Whether a national or BIS number stands in the text, however it is written: right check digits, a date that can be."""
    for found in _ELEVEN_DIGITS.finditer(text):
        digits = _SEPARATORS.sub("", found[0])
        century = _century_of(digits)
        if century is not None and DOUBT_DATE_IMPOSSIBLE not in _birth_of(digits, century=century, today=date.max)[1]:
            return True
    return False


def masked(value: str, kind: IdentifierKind) -> str:
    """What may be shown of it: `88.02.**-***.**`; of a temporary number the first two characters, never all of it."""
    if kind == IdentifierKind.TEMPORARY:
        shown = value[: min(2, len(value) // 2)]
        return shown + "*" * (len(value) - len(shown))
    return f"{value[:2]}.{value[2:4]}.**-***.**"


def pretty(value: str) -> str:
    """`88.02.29-999.90` for 11 digits; a temporary number is given back as it is."""
    if len(value) != DIGIT_COUNT or not value.isdigit():
        return value
    return f"{value[:2]}.{value[2:4]}.{value[4:6]}-{value[6:9]}.{value[9:]}"


def make_niss(*, birth_on: date, serial: int, bis: Literal["sex-unknown", "sex-known"] | None = None) -> str:
    """A valid number for demo data and tests: 11 digits. `serial` 0..999 (odd for men); `bis` makes a BIS number.

    Raises `ValueError` for a serial out of range or a birth before 1900 or after 2099.
    """
    century = birth_on.year - birth_on.year % 100
    if not 0 <= serial <= _SERIAL_MAX or century not in _CENTURIES:
        raise ValueError("a national number has a serial of three digits and a birth between 1900 and 2099")
    month = birth_on.month + (_BIS_OFFSETS[bis] if bis else 0)
    nine_digits = f"{birth_on.year % 100:02d}{month:02d}{birth_on.day:02d}{serial:03d}"
    return f"{nine_digits}{_check_digits(int(nine_digits), century=century):02d}"
