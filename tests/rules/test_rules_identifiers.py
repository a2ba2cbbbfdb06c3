"""National numbers, BIS numbers and temporary numbers."""

import re
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shared_testdata import shared_testdata
from stdnum.be import bis as stdnum_bis
from stdnum.be import nn as stdnum_nn
from stdnum.exceptions import ValidationError

from tegoed.rules.identifiers import (
    DOUBT_DATE_IMPOSSIBLE,
    DOUBT_DATE_IN_FUTURE,
    DOUBT_DATE_TOO_LONG_AGO,
    DOUBT_LOOKS_LIKE_NATIONAL_NUMBER,
    IdentifierInvalid,
    IdentifierKind,
    holds_national_number,
    make_niss,
    masked,
    pretty,
    read_identifier,
    restore_leading_zeros,
)

TODAY = date(2026, 6, 15)
BIRTHS = st.dates(date(1907, 1, 1), TODAY)
SERIALS = st.integers(0, 999)
BIS = st.sampled_from([None, "sex-unknown", "sex-known"])


def refused_for(text, **kwargs):
    with pytest.raises(IdentifierInvalid) as refusal:
        read_identifier(text, **kwargs)
    return refusal.value.params["reason"]


@pytest.mark.parametrize(
    ("number", "kind", "birth_on"),
    [
        ("88022999990", IdentifierKind.NISS, date(1988, 2, 29)),
        ("93051822361", IdentifierKind.NISS, date(1993, 5, 18)),
        ("00012556777", IdentifierKind.NISS, date(2000, 1, 25)),
        ("88222999936", IdentifierKind.BIS, date(1988, 2, 29)),
        ("08222999934", IdentifierKind.BIS, date(2008, 2, 29)),
        ("88422999979", IdentifierKind.BIS, date(1988, 2, 29)),
        ("08422999977", IdentifierKind.BIS, date(2008, 2, 29)),
        # Month and day 00: not known, and nothing to doubt.
        ("00000100166", IdentifierKind.NISS, None),
        ("00000100195", IdentifierKind.NISS, None),
        ("00010000135", IdentifierKind.NISS, None),
        ("00400100184", IdentifierKind.BIS, None),
        ("00200000171", IdentifierKind.BIS, None),
    ],
)
def test_known_numbers_tell_kind_and_birth_without_doubt(number, kind, birth_on):
    identifier = read_identifier(number, today=TODAY)
    assert (identifier.kind, identifier.value, identifier.birth_on, identifier.doubts) == (kind, number, birth_on, ())


@pytest.mark.parametrize(
    "text",
    [
        "88.02.29-999.90",
        "88 02 29 999 90",
        " 880229-999-90 ",
        "88/02/29-999.90",
        "88.02.29\u2013999.90",
        "88\u00a002\u202f29 999\t90",
    ],
)
def test_dots_dashes_and_spaces_do_not_matter(text):
    assert read_identifier(text).value == "88022999990"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("8802299999", "length"),
        ("880229999900", "length"),
        ("8" * 1_000_000, "length"),
        ("88022999970", "check-digits"),
        ("12345678901", "check-digits"),
        ("00000000000", "check-digits"),
        ("8802299999O", "characters"),
        ("88022999990.0e", "characters"),
        ("\uff18\uff18\uff10\uff12\uff12\uff19\uff19\uff19\uff19\uff19\uff10", "characters"),
        ("٨٨٠٢٢٩٩٩٩٩٠", "characters"),
        ("8802299999²", "characters"),
        ("TMP-1", "characters"),
        ("...", "characters"),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(text, reason):
    assert refused_for(text) == reason


@pytest.mark.parametrize("text", ["88022999970", "8802299997", "88022999970x"])
def test_a_refusal_does_not_tell_the_number(text):
    with pytest.raises(IdentifierInvalid) as refusal:
        read_identifier(text)
    assert "8802299" not in str(refusal.value) + repr(refusal.value) + repr(refusal.value.args)
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None


@pytest.mark.parametrize(
    ("number", "doubt"),
    [
        ("85133000105", DOUBT_DATE_IMPOSSIBLE),  # month 13
        ("85073500107", DOUBT_DATE_IMPOSSIBLE),  # day 35
        ("85533000191", DOUBT_DATE_IMPOSSIBLE),  # BIS, month 13
        (make_niss(birth_on=date(2026, 6, 16), serial=1), DOUBT_DATE_IN_FUTURE),
        (make_niss(birth_on=date(2088, 1, 1), serial=1), DOUBT_DATE_IN_FUTURE),
        (make_niss(birth_on=date(1906, 6, 14), serial=1), DOUBT_DATE_TOO_LONG_AGO),
    ],
)
def test_a_doubtful_date_warns_and_does_not_refuse(number, doubt):
    assert read_identifier(number, today=TODAY).doubts == (doubt,)


@pytest.mark.parametrize("birth_on", [TODAY, date(1906, 6, 15)])
def test_dates_on_the_border_are_not_doubted(birth_on):
    assert read_identifier(make_niss(birth_on=birth_on, serial=7), today=TODAY).doubts == ()


@given(BIRTHS, SERIALS, BIS)
def test_a_made_number_reads_back_with_its_birth(birth_on, serial, bis):
    number = make_niss(birth_on=birth_on, serial=serial, bis=bis)
    identifier = read_identifier(pretty(number), today=TODAY)
    assert identifier.value == number
    assert identifier.birth_on == birth_on
    assert identifier.doubts == ()
    assert identifier.kind == (IdentifierKind.BIS if bis else IdentifierKind.NISS)


@given(BIRTHS, SERIALS, BIS, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_never_passes_as_the_same_century(birth_on, serial, bis, position, shift):
    number = make_niss(birth_on=birth_on, serial=serial, bis=bis)
    changed = number[:position] + str((int(number[position]) + shift) % 10) + number[position + 1 :]
    try:
        identifier = read_identifier(changed, today=TODAY)
    except IdentifierInvalid:
        return
    # The other century has check digits of its own: the only way a single error can pass.
    assert identifier.birth_on is None or identifier.birth_on.year // 100 != birth_on.year // 100


@given(
    st.one_of(
        st.from_regex(r"[0-9]{11}", fullmatch=True), st.builds(make_niss, birth_on=BIRTHS, serial=SERIALS, bis=BIS)
    )
)
def test_what_the_library_accepts_we_accept_with_the_same_birth(number):
    for kind, library in ((IdentifierKind.NISS, stdnum_nn), (IdentifierKind.BIS, stdnum_bis)):
        try:
            library.validate(number)
        except ValidationError:
            continue
        identifier = read_identifier(number)
        assert identifier.kind == kind
        assert identifier.birth_on == library.get_birth_date(number)


@given(st.from_regex(r"[0-9]{11}", fullmatch=True))
def test_what_the_library_refuses_for_its_check_digits_we_refuse_or_doubt(number):
    try:
        identifier = read_identifier(number)
    except IdentifierInvalid:
        assert not stdnum_nn.is_valid(number)
        assert not stdnum_bis.is_valid(number)
        return
    is_known = stdnum_nn.is_valid(number) or stdnum_bis.is_valid(number)
    assert is_known or identifier.doubts


@pytest.mark.parametrize("name", ["test_be_nn.doctest", "test_be_bis.doctest", "test_be_ssn.doctest"])
def test_vectors_of_the_library_are_read_or_refused_alike(name):
    text = shared_testdata(f"numbers/{name}").read_text(encoding="utf-8")
    calls = re.findall(r"get_birth_date\('([^']+)'\).*\n(Traceback|datetime\.date\((\d+), (\d+), (\d+)\))?", text)
    assert len(calls) >= 6
    for number, outcome, *parts in calls:
        if number == "12345678901":
            assert refused_for(number) == "check-digits"
        elif outcome == "Traceback":  # a month that can't exist: right check digits, so we warn
            assert read_identifier(number).doubts == (DOUBT_DATE_IMPOSSIBLE,)
        else:
            assert read_identifier(number).birth_on == (date(*map(int, parts)) if outcome else None)


@given(BIRTHS, SERIALS, BIS)
def test_lost_leading_zeros_come_back(birth_on, serial, bis):
    number = make_niss(birth_on=birth_on, serial=serial, bis=bis)
    assert restore_leading_zeros(number) == number
    assume(len(str(int(number))) >= 8)
    assert restore_leading_zeros(str(int(number))) == number


def test_a_birth_in_early_2000_lost_three_zeros():
    number = make_niss(birth_on=date(2000, 3, 9), serial=123)
    assert restore_leading_zeros(str(int(number))) == number
    assert len(str(int(number))) == 8


@pytest.mark.parametrize("text", ["8802299999", "1234567", "12345678901", "TMP-1", "", "\uff18" * 10, "101234567 8"])
def test_zeros_are_not_added_without_proof(text):
    assert restore_leading_zeros(text) == text


def test_zeros_are_not_added_to_a_date_that_can_not_exist():
    # 00 99 99 998: right check digits by construction, but no month 99.
    nine_digits = 9_999_998
    staff_number = f"{nine_digits}{97 - nine_digits % 97:02d}"
    assert read_identifier(staff_number.zfill(11)).doubts
    assert restore_leading_zeros(staff_number) == staff_number


@pytest.mark.parametrize(
    ("text", "value"), [("tmp-2026/7", "TMP-2026/7"), ("A", "A"), (" 12.345 ", "12.345"), ("X" * 20, "X" * 20)]
)
def test_a_temporary_number_is_kept_in_capitals(text, value):
    identifier = read_identifier(text, temporary=True)
    assert (identifier.kind, identifier.value, identifier.birth_on) == (IdentifierKind.TEMPORARY, value, None)
    assert identifier.doubts == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("X" * 21, "length"),
        ("A B", "characters"),
        ("É1", "characters"),
        ("ß", "characters"),
        ("A_1", "characters"),
        ("A\n1", "characters"),
    ],
)
def test_a_temporary_number_has_its_own_limits(text, reason):
    assert refused_for(text, temporary=True) == reason


def test_a_national_number_given_as_temporary_is_doubted():
    identifier = read_identifier("88.02.29-999.90", temporary=True)
    assert identifier.kind == IdentifierKind.TEMPORARY
    assert identifier.doubts == (DOUBT_LOOKS_LIKE_NATIONAL_NUMBER,)


@given(BIRTHS, SERIALS, BIS)
def test_a_masked_number_shows_year_and_month_only(birth_on, serial, bis):
    identifier = read_identifier(make_niss(birth_on=birth_on, serial=serial, bis=bis))
    mask = masked(identifier.value, identifier.kind)
    assert re.sub(r"\D", "", mask) == identifier.value[:4]
    assert re.fullmatch(r"\d\d\.\d\d\.\*\*-\*\*\*\.\*\*", mask)
    assert identifier.value not in repr(identifier)


@given(st.from_regex(r"[A-Z0-9./-]{1,20}", fullmatch=True))
def test_a_masked_temporary_number_never_shows_all(value):
    mask = masked(value, IdentifierKind.TEMPORARY)
    assert len(mask) == len(value)
    assert mask.endswith("*")


def test_numbers_are_written_with_dots():
    assert pretty("88022999990") == "88.02.29-999.90"
    assert pretty("TMP-1") == "TMP-1"


def test_no_number_is_made_for_what_can_not_be_written():
    with pytest.raises(ValueError, match="serial"):
        make_niss(birth_on=date(2000, 1, 1), serial=1000)
    with pytest.raises(ValueError, match="birth"):
        make_niss(birth_on=date(1899, 12, 31), serial=1)


@given(st.text(max_size=45), st.booleans())
def test_any_text_gives_an_identifier_or_the_refusal(text, temporary):
    try:
        identifier = read_identifier(text, temporary=temporary)
    except IdentifierInvalid:
        return
    assert identifier.value.isascii()
    assert len(identifier.value) <= 20


@given(
    births=BIRTHS, serial=SERIALS, before=st.sampled_from(["", "ref ", "n° "]), after=st.sampled_from(["", " x", "."])
)
def test_a_national_number_in_a_text_is_seen_however_it_is_written(births, serial, before, after):
    number = make_niss(birth_on=births, serial=serial)
    for written in (number, pretty(number), " ".join(number), f"{number[:6]} {number[6:9]} {number[9:]}"):
        assert holds_national_number(f"{before}{written}{after}")


@pytest.mark.parametrize(
    "text",
    ["", "Jan", "88022999991", "188022999990", "880229999901", "BE68 5390 0754 7034", "2026-11", "0032 2 555 12 12"],
)
def test_other_texts_hold_no_national_number(text):
    assert not holds_national_number(text)
