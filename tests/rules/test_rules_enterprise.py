"""Enterprise numbers and account numbers."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_testdata import shared_testdata
from stdnum.be import vat
from stdnum.iban import calc_check_digits

from tegoed.rules.enterprise import (
    EnterpriseNumberInvalid,
    IbanInvalid,
    pretty,
    pretty_iban,
    read_enterprise_number,
    read_iban,
)


def made(base):
    return f"{base:08d}{97 - base % 97:02d}"


@pytest.mark.parametrize(
    "text",
    [
        "0428759497",
        "0428.759.497",
        "BE 0428.759.497",
        "be0428759497",
        "428.759.497",
        "428759497",
        "BE-0428 759 497",
        " 0428\u00a0759\u00a0497 ",
    ],
)
def test_an_enterprise_number_is_read_as_people_write_it(text):
    assert read_enterprise_number(text) == "0428759497"
    assert pretty(read_enterprise_number(text)) == "0428.759.497"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("0428759498", "check-digits"),
        ("0000000000", "check-digits"),
        ("000000000", "check-digits"),
        ("2000021323", "prefix"),
        ("042875949", "check-digits"),
        ("04287594", "format"),
        ("04287594970", "format"),
        ("NL0428759497", "format"),
        ("\uff10428759497", "format"),
        ("0428..759.497", "format"),
        ("0" * 1_000_000, "format"),
    ],
)
def test_what_is_no_enterprise_number_is_refused_with_its_reason(text, reason):
    with pytest.raises(EnterpriseNumberInvalid) as refusal:
        read_enterprise_number(text)
    assert refusal.value.params == {"reason": reason}


@given(st.integers(1, 19_999_999))
def test_a_made_enterprise_number_reads_back_and_the_library_agrees(base):
    number = made(base)
    assert read_enterprise_number(pretty(number)) == number
    assert vat.validate(number) == number


@given(st.from_regex(r"[01][0-9]{9}", fullmatch=True))
def test_the_library_agrees_on_any_ten_digits(number):
    try:
        is_ours = read_enterprise_number(number) == number
    except EnterpriseNumberInvalid:
        is_ours = False
    assert is_ours == vat.is_valid(number)


@pytest.mark.parametrize(
    "text", ["BE68539007547034", "BE68 5390 0754 7034", "be68-5390-0754-7034", " BE68\u00a05390\u00a00754\u00a07034 "]
)
def test_an_iban_is_read_as_people_write_it(text):
    assert read_iban(text) == "BE68539007547034"
    assert pretty_iban(read_iban(text)) == "BE68 5390 0754 7034"


def test_a_foreign_iban_is_read_too():
    assert read_iban("NL91 ABNA 0417 1643 00") == "NL91ABNA0417164300"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("BE69539007547034", "check-digits"),
        ("BE6853900754703", "check-digits"),
        ("BE54310100270000", "check-digits"),  # right as IBAN, wrong as Belgian account
        ("539-0075470-34", "check-digits"),
        ("\uff22E68539007547034", "format"),
        ("BE\uff16\uff18539007547034", "format"),
        ("BE68!539007547034", "format"),
        ("BE" + "6" * 1_000_000, "format"),
    ],
)
def test_what_is_no_iban_is_refused(text, reason):
    with pytest.raises(IbanInvalid) as refusal:
        read_iban(text)
    assert refusal.value.params == {"reason": reason}


@given(st.integers(0, 10**10 - 1))
def test_a_made_belgian_account_reads_back(base):
    account = f"{base:010d}{base % 97 or 97:02d}"
    iban = f"BE{calc_check_digits('BE00' + account)}{account}"
    assert read_iban(pretty_iban(iban)) == iban


def test_collected_vectors_come_out_as_expected():
    readers = {"iban": (read_iban, IbanInvalid), "vat": (read_enterprise_number, EnterpriseNumberInvalid)}
    with shared_testdata("numbers/found_vectors.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] in readers]
    assert len(rows) >= 8
    for row in rows:
        read, refusal = readers[row["kind"]]
        try:
            read(row["value"])
            is_read = True
        except refusal:
            is_read = False
        assert is_read == row["expected"].startswith("valid"), row


def test_the_belgian_accounts_of_the_library_are_all_read():
    text = shared_testdata("numbers/test_be_iban.doctest").read_text(encoding="utf-8")
    accounts = re.findall(r"^\.\.\. (BE[0-9 -]+?) {2,}", text, re.MULTILINE)
    assert len(accounts) > 50
    for account in accounts:
        assert read_iban(account).startswith("BE")
