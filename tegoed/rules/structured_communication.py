"""The Belgian structured communication of a payment: `+++ddd/dddd/ddddd+++`, canonically its 12 ASCII digits.

Its one law: the last two digits are the first ten modulo 97, with 97 in place of 0; a number with other check digits is
no structured communication and is never given back. Whether *we* issued it, only the invoices know.
"""

import re
from collections.abc import Iterator

DIGIT_COUNT = 12
BASE_NUMBER_LIMIT = 10**10

_MODULUS = 97
_BASE_DIGIT_COUNT = 10
_TEXT_LENGTH_MAX = 60
_GAP = r"[ \t\r\n\u00a0\u202f/.]{0,4}"
_WHOLE = re.compile(
    rf"(?P<fence>\+\+\+|\*\*\*|)[ \u00a0]*(?P<digits>[0-9](?:{_GAP}[0-9]){{11}})[ \u00a0]*(?P=fence)", re.ASCII
)
# Any Unicode digit makes a run longer, so that an ASCII part of it is not taken for a whole number.
_RUN = re.compile(r"\d+")
_GAP_ONLY = re.compile(_GAP)
_MEANT = re.compile(
    rf"\+\+\+[ ]*[0-9](?:{_GAP}[0-9]){{11}}[ ]*\+\+\+|\*\*\*[ ]*[0-9](?:{_GAP}[0-9]){{11}}[ ]*\*\*\*"
    r"|(?<![\w/])[0-9]{3}/[0-9]{4}/[0-9]{5}(?![\w/])|(?<!\w)[0-9]{12}(?!\w)"
)
# The last 12 digits of a Belgian account number have the very same check digits: a spaced IBAN would be found.
_BELGIAN_IBAN = re.compile(r"(?<![0-9A-Za-z])BE ?[0-9]{2}(?: ?[0-9]{4}){3}(?![0-9])", re.IGNORECASE)


def make_structured_communication(number: int) -> str:
    """The 12 digits for a base number, 0 <= `number` < 10**10; otherwise `ValueError`."""
    if not 0 <= number < BASE_NUMBER_LIMIT:
        raise ValueError("the base number of a structured communication has at most ten digits")
    return f"{number:010d}{number % _MODULUS or _MODULUS:02d}"


def pretty(communication: str) -> str:
    """The 12 digits as people read and type them: `+++ddd/dddd/ddddd+++`. Raises `ValueError` when it is not valid."""
    if not _is_valid(communication):
        raise ValueError("not a structured communication of 12 digits")
    return f"+++{communication[:3]}/{communication[3:7]}/{communication[7:]}+++"


def read_structured_communication(text: str) -> str | None:
    """The 12 digits if the whole text is one valid structured communication, else None.

    Fences `+++` or `***` on both sides or on none; `/`, `.` and spaces between digits; ASCII digits only.
    """
    stripped = text.strip()
    if _is_valid(stripped):  # as machines write it
        return stripped
    match = _WHOLE.fullmatch(stripped) if len(stripped) <= _TEXT_LENGTH_MAX else None
    if match is None:
        return None
    digits = re.sub(r"[^0-9]", "", match["digits"])
    return digits if _is_valid(digits) else None


def find_structured_communications(text: str) -> tuple[str, ...]:
    """Every valid structured communication inside free text, each once, in order of first appearance.

    It may be split by `/`, `.`, spaces or a line break. Whole runs of digits are joined and never cut: nothing is
    looked for inside a run of more than 12. A Belgian IBAN is passed over. Linear in the length of the text.
    """
    found: dict[str, None] = {}
    for digits in _candidates(_BELGIAN_IBAN.sub("\N{BULLET}", text)):
        if _is_valid(digits):
            found[digits] = None
    return tuple(found)


def has_wrong_check_digits(text: str) -> bool:
    """Whether the text holds what was meant as a structured communication, and isn't one: a digit was mistyped.

    Meant so: twelve digits between fences, written `ddd/dddd/ddddd`, or in one run. A Belgian IBAN is passed over.
    """
    searched = _BELGIAN_IBAN.sub("\N{BULLET}", text)
    return any(not _is_valid(re.sub(r"[^0-9]", "", match[0])) for match in _MEANT.finditer(searched))


def _candidates(text: str) -> Iterator[str]:
    """Each 12 digits made of neighbouring whole runs. A candidate has at most 12 runs, so the work is linear."""
    runs = list(_RUN.finditer(text))
    for start, first in enumerate(runs):
        digits = first[0]
        end = first.end()
        for run in runs[start + 1 : start + DIGIT_COUNT]:
            if len(digits) >= DIGIT_COUNT or not _GAP_ONLY.fullmatch(text, end, run.start()):
                break
            digits += run[0]
            end = run.end()
        if len(digits) == DIGIT_COUNT:
            yield digits


def _is_valid(digits: str) -> bool:
    if len(digits) != DIGIT_COUNT or not (digits.isascii() and digits.isdigit()):
        return False
    return int(digits[_BASE_DIGIT_COUNT:]) == (int(digits[:_BASE_DIGIT_COUNT]) % _MODULUS or _MODULUS)
