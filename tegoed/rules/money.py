"""Amounts of money: whole euro cents in an `int`, read from what people type and written as each language writes it.

Its one law: a text that could mean two amounts is refused, never guessed (`1.234` is one thousand in Brussels and one
euro in London). Rounding exists in one place, `portion_cents`, and goes half away from zero.
It is not a currency library: Tegoed knows the euro only.
"""

import re
from typing import NamedTuple

from tegoed.errors import Refusal

AMOUNT_CENTS_MAX = 1_000_000_000_000
"""Ten billion euro: above it an amount is a typing mistake."""

BASIS_POINTS_OF_WHOLE = 10_000
TEXT_LENGTH_MAX = 40

_CENTS_OF_EURO = 100
_NO_BREAK = "\u00a0"
_NARROW_NO_BREAK = "\u202f"
_GROUPING_SPACES = " \u00a0\u202f\u2009"

_SIGNED = re.compile(
    rf"(?P<sign>[-\u2212]?)[{_GROUPING_SPACES}]*(?:€|EUR)?[{_GROUPING_SPACES}]*"
    rf"(?P<late_sign>[-\u2212]?)(?P<number>[0-9][0-9.,{_GROUPING_SPACES}]*?)[{_GROUPING_SPACES}]*(?:€|EUR)?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<decimals>[0-9]+))?")
_GROUPED = re.compile(
    rf"(?P<whole>[1-9][0-9]{{0,2}}(?P<group>[.,{_GROUPING_SPACES}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*)"
    r"(?:(?!(?P=group))[.,](?P<decimals>[0-9]+))?"
)


class AmountInvalid(Refusal):
    """The text is not an amount of money; `reason` says why.

    Reasons: `empty`, `format`, `ambiguous` (a lone separator before three digits), `decimals` (more than two),
    `negative`, `too-large` (with `maximum_cents`).
    """

    code = "amount-invalid"


def parse_euro(text: str, *, allow_negative: bool = False) -> int:
    """The cents of an amount in euro as people type it: `8`, `8,00`, `1.234,56`, `1 234,56`, `1,234.56`, `€ 8,00`.

    Raises `AmountInvalid`. A lone separator before three digits (`1.234`) is ambiguous and refused; `1.234.567` is not.
    """
    stripped = text.strip()
    if not stripped:
        raise AmountInvalid(reason="empty")
    match = _SIGNED.fullmatch(stripped) if len(stripped) <= TEXT_LENGTH_MAX else None
    if match is None or (match["sign"] and match["late_sign"]):
        raise AmountInvalid(reason="format")
    cents = _unsigned_cents(match["number"])
    if not (match["sign"] or match["late_sign"]):
        return cents
    if not allow_negative and cents:
        raise AmountInvalid(reason="negative")
    return -cents


def _unsigned_cents(number: str) -> int:
    match = _PLAIN.fullmatch(number)
    if match is not None:
        decimals = match["decimals"] or ""
        if len(decimals) == len("000") and not match["whole"].startswith("0") and len(match["whole"]) <= len("000"):
            raise AmountInvalid(reason="ambiguous")
    else:
        match = _GROUPED.fullmatch(number)
        if match is None:
            raise AmountInvalid(reason="format")
        decimals = match["decimals"] or ""
    if len(decimals) > len("00"):
        raise AmountInvalid(reason="decimals")
    whole = int(re.sub(r"[^0-9]", "", match["whole"]))
    cents = whole * _CENTS_OF_EURO + int(decimals.ljust(2, "0"))
    if cents > AMOUNT_CENTS_MAX:
        raise AmountInvalid(reason="too-large", maximum_cents=AMOUNT_CENTS_MAX)
    return cents


class _Writing(NamedTuple):
    """How a language writes an amount."""

    group: str
    decimal: str
    pattern: str


_WRITINGS = {
    "nl": _Writing(".", ",", f"€{_NO_BREAK}{{sign}}{{number}}"),
    "fr": _Writing(_NARROW_NO_BREAK, ",", f"{{sign}}{{number}}{_NO_BREAK}€"),
    "en": _Writing(",", ".", "{sign}€{number}"),
    "de": _Writing(".", ",", f"{{sign}}{{number}}{_NO_BREAK}€"),
}


def format_euro(cents: int, language: str) -> str:
    """The amount as `language` (nl, fr, en, de) writes it, with no-break spaces: nl `€ 1.234,56`, fr `1 234,56 €`.

    Raises `ValueError` for another language. `parse_euro` reads every result back.
    """
    if language not in _WRITINGS:
        raise ValueError(f"no way of writing amounts is known for language {language!r}")
    writing = _WRITINGS[language]
    whole, decimals = divmod(abs(cents), _CENTS_OF_EURO)
    number = f"{whole:,}".replace(",", writing.group) + f"{writing.decimal}{decimals:02d}"
    return writing.pattern.format(sign="-" if cents < 0 else "", number=number)


def portion_cents(cents: int, basis_points: int) -> int:
    """`basis_points` (hundredths of a percent) of `cents`, rounded half away from zero as commerce does."""
    product = cents * basis_points
    rounded = (abs(product) + BASIS_POINTS_OF_WHOLE // 2) // BASIS_POINTS_OF_WHOLE
    return -rounded if product < 0 else rounded
