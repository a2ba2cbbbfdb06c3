"""Amounts: what people type, how each language writes them, and rounding."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.money import AMOUNT_CENTS_MAX, AmountInvalid, format_euro, parse_euro, portion_cents

AMOUNTS = st.integers(min_value=-AMOUNT_CENTS_MAX, max_value=AMOUNT_CENTS_MAX)
LANGUAGES = st.sampled_from(["nl", "fr", "en", "de"])
# The locale of Babel whose customs ours are.
LOCALES = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_IE", "de": "de_BE"}


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("8", 800),
        ("8,00", 800),
        ("8.00", 800),
        ("7,5", 750),
        ("1.234,56", 123456),
        ("1 234,56", 123456),
        ("1,234.56", 123456),
        ("€ 8,00", 800),
        ("8,00 €", 800),
        ("€8", 800),
        ("8 eur", 800),
        ("  8,00\t", 800),
        ("1\u202f234,56\u00a0€", 123456),
        ("1.234.567", 123456700),
        ("12 345", 1234500),
        ("1234567,89", 123456789),
        ("0", 0),
        ("0,05", 5),
        ("10000000000", AMOUNT_CENTS_MAX),
    ],
)
def test_an_amount_is_read_as_people_type_it(text, cents):
    assert parse_euro(text) == cents


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \u00a0 ", "empty"),
        ("acht", "format"),
        ("8,", "format"),
        (",50", "format"),
        ("8,00,00", "format"),
        ("1.23.456", "format"),
        ("1.234 567", "format"),
        ("1,234,56", "format"),
        ("€", "format"),
        ("8 $", "format"),
        ("1e3", "format"),
        ("NaN", "format"),
        ("--8", "format"),
        ("-€-8", "format"),
        ("\uff18", "format"),
        ("٨", "format"),
        ("=8", "format"),
        ("1.234", "ambiguous"),
        ("1,234", "ambiguous"),
        ("0,125", "decimals"),
        ("7,5600", "decimals"),
        ("1.234,567", "decimals"),
        ("-8", "negative"),
        ("€ -8,00", "negative"),
        ("10000000000,01", "too-large"),
        ("9" * 40, "too-large"),
        ("9" * 41, "format"),
        ("9" * 1_000_000, "format"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(text, reason):
    with pytest.raises(AmountInvalid) as refusal:
        parse_euro(text)
    assert refusal.value.params["reason"] == reason
    assert refusal.value.code == "amount-invalid"


def test_a_negative_amount_is_read_only_where_it_is_allowed():
    assert parse_euro("-8,00", allow_negative=True) == -800
    assert parse_euro("€ \u22128,00", allow_negative=True) == -800
    assert parse_euro("-0,00") == 0


@given(AMOUNTS, LANGUAGES)
def test_every_written_amount_is_read_back_the_same(cents, language):
    assert parse_euro(format_euro(cents, language), allow_negative=True) == cents


@given(AMOUNTS, LANGUAGES)
def test_amounts_are_written_as_babel_writes_them(cents, language):
    assert format_euro(cents, language) == format_currency(Decimal(cents) / 100, "EUR", locale=LOCALES[language])


def test_amounts_are_written_with_no_break_spaces():
    assert format_euro(123456, "nl") == "€\u00a01.234,56"
    assert format_euro(123456, "fr") == "1\u202f234,56\u00a0€"
    assert format_euro(123456, "en") == "€1,234.56"
    assert format_euro(123456, "de") == "1.234,56\u00a0€"
    assert format_euro(-5, "en") == "-€0.05"


def test_a_language_we_do_not_write_is_a_fault():
    with pytest.raises(ValueError, match="'it'"):
        format_euro(1, "it")


@given(st.text(max_size=50))
def test_any_text_gives_an_amount_or_the_refusal(text):
    try:
        cents = parse_euro(text)
    except AmountInvalid:
        return
    assert 0 <= cents <= AMOUNT_CENTS_MAX


@given(AMOUNTS, st.integers(0, 20_000))
def test_a_portion_is_rounded_half_away_from_zero(cents, basis_points):
    exact = Decimal(cents) * basis_points / 10_000
    assert portion_cents(cents, basis_points) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("cents", "basis_points", "expected"), [(50, 2100, 11), (-50, 2100, -11), (1, 5000, 1), (1, 4999, 0)]
)
def test_half_a_cent_goes_away_from_zero(cents, basis_points, expected):
    assert portion_cents(cents, basis_points) == expected
