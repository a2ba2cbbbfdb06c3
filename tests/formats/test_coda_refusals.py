"""A file that is wrong anywhere is refused as a whole: for its reason, at its record, and quickly."""

import time

import pytest
from coda_examples import (
    EMPTY,
    FULL,
    GLOBALISED_BY_BANK,
    OTHER,
    TRANSFER,
    WITH_CHARGES,
    edited,
    file_of,
    movement,
    record_number,
    statement,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tegoed.formats import coda
from tegoed.formats.coda import CodaRefused, Statement, bookable_movements, read_coda, write_coda

FILE = write_coda([FULL, EMPTY, OTHER])
RECORDS = FILE.split(b"\r\n")[:-1]
SIMPLE = file_of(movement(1_000, communication="first"), movement(-250, communication="second"))


def refusal(data: bytes, **options: bool) -> CodaRefused:
    started = time.monotonic()
    with pytest.raises(CodaRefused) as refused:
        read_coda(data, **options)
    assert time.monotonic() - started < 2
    return refused.value


def money(statements: tuple[Statement, ...]) -> list[object]:
    """What must not change by an unnoticed fault. An empty statement has nothing to check its account and balance by."""
    return [
        (
            one.account_number if one.movements else "",
            one.currency if one.movements else "",
            one.old_balance_cents if one.movements else 0,
            one.new_balance_cents - one.old_balance_cents,
            [payment.amount_cents for payment in bookable_movements(one)],
        )
        for one in statements
    ]


EXPECTED_MONEY = money((FULL, EMPTY, OTHER))
NAMED_REASONS = set(CodaRefused.__subclasses__()) | {coda.CodaStatementMissing}


def assert_refused_or_right(data: bytes) -> None:
    started = time.monotonic()
    try:
        outcome = money(read_coda(data))
    except CodaRefused as refused:
        outcome = type(refused)
    assert outcome == EXPECTED_MONEY or outcome in NAMED_REASONS
    assert time.monotonic() - started < 2


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(0, 255))
def test_no_changed_byte_changes_money(index, byte):
    assert_refused_or_right(FILE[:index] + bytes([byte]) + FILE[index + 1 :])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_changed_digits_change_money(data):
    """Digits only, several in one record: what a careless editor would do."""
    number = data.draw(st.integers(1, len(RECORDS)))
    first = data.draw(st.integers(1, 128))
    assert_refused_or_right(
        edited(FILE, number, first, data.draw(st.text("0123456789", min_size=1, max_size=129 - first)))
    )


def test_no_single_digit_of_any_record_changes_money():
    """Every digit of the file, each replaced by its neighbour: amounts, signs, codes and numbers, all of them."""
    for index, byte in enumerate(FILE):
        if chr(byte).isdigit():
            assert_refused_or_right(FILE[:index] + str((byte - ord("0") + 1) % 10).encode() + FILE[index + 1 :])


def test_a_lost_or_doubled_record_is_noticed():
    for index, record in enumerate(RECORDS):
        if not record.startswith(b"4"):  # free messages are not counted by the standard, and are not money
            refusal(b"\r\n".join(RECORDS[:index] + RECORDS[index + 1 :]))
            refusal(b"\r\n".join([*RECORDS[: index + 1], *RECORDS[index:]]))


def test_two_records_changing_places_are_noticed():
    for index in range(len(RECORDS) - 1):
        if RECORDS[index] != RECORDS[index + 1] and not RECORDS[index].startswith(b"4"):
            assert_refused_or_right(
                b"\r\n".join([*RECORDS[:index], RECORDS[index + 1], RECORDS[index], *RECORDS[index + 2 :]])
            )


def test_a_file_cut_anywhere_is_refused():
    whole = FILE.rstrip()
    for length in range(0, len(whole), 7):
        refusal(whole[:length])
    for count in range(len(RECORDS)):
        refusal(b"\r\n".join(RECORDS[:count]))


def test_cut_in_a_record_between_records_and_between_statements_have_their_names():
    assert refusal(FILE[: 5 * 130 + 60]).code == "coda-cut-short"
    cut = refusal(b"\r\n".join(RECORDS[:-1]))
    assert cut.code == "coda-cut-short"
    assert cut.params["record"] == len(RECORDS)
    end_of_first = record_number(FILE, "9")
    first = b"\r\n".join(RECORDS[:end_of_first])
    missing = refusal(first)
    assert missing.code == "coda-statement-missing"
    assert missing.params["record"] == end_of_first
    assert isinstance(missing, coda.CodaCutShort)
    assert read_coda(first, is_one_of_several_files=True) == (FULL,)
    assert refusal(first[:-200], is_one_of_several_files=True).code in {"coda-cut-short", "coda-statement-missing"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"x" * 10_000,
        b"PK\x03\x04" + b"\x00" * 1_000,
        b'<?xml version="1.0"?>\n<Document/>\n',
        b"name;amount\nAlice;100\n",
        b"0" * 200_000_000,
        bytes(200_000_000),
        b"\xef\xbb\xbf" + SIMPLE,
        SIMPLE.decode("windows-1252").encode("utf-16"),
    ],
    ids=["empty", "blank", "pdf", "xlsx", "xml", "csv", "digits-200-mb", "zeros-200-mb", "byte-order-mark", "utf-16"],
)
def test_another_kind_of_file_is_not_a_coda(data):
    assert refusal(data).code == "coda-not-coda"


def test_files_beyond_the_limits_are_refused_before_they_are_read():
    too_many_bytes = refusal(SIMPLE + SIMPLE[:130] * (coda.FILE_BYTES_MAX // 130))
    assert too_many_bytes.code == "coda-too-large"
    assert too_many_bytes.params["limit"] == "FILE_BYTES_MAX"
    too_many_records = refusal(SIMPLE[:130] + b"\n" * coda.FILE_RECORDS_MAX + b"x")
    assert too_many_records.params["limit"] == "FILE_RECORDS_MAX"


# Records of SIMPLE: 1 header, 2 old balance, 3 and 4 movements, 5 new balance, 6 trailer.
@pytest.mark.parametrize(
    ("record", "first", "text", "code", "field"),
    [
        (1, 2, "1", "coda-not-coda", None),
        (1, 6, "310226", "coda-field-wrong", "created_on"),
        (1, 6, "000000", "coda-field-wrong", "created_on"),
        (1, 15, "04", "coda-field-wrong", "application_code"),
        (1, 17, "X", "coda-field-wrong", "duplicate"),
        (1, 84, "01500", "coda-separate-application", "separate_application"),
        (1, 128, "1", "coda-version-unknown", "version"),
        (2, 1, "5", "coda-record-unknown", None),
        (2, 2, "4", "coda-field-wrong", "account_structure"),
        (2, 6, "FR", "coda-field-wrong", "account"),
        (2, 40, "   ", "coda-field-wrong", "account"),
        (2, 43, "2", "coda-field-wrong", "old_balance_sign"),
        (2, 44, "           1000", "coda-field-wrong", "old_balance"),
        (2, 58, "1", "coda-fraction-of-cent", "old_balance"),
        (2, 59, "320126", "coda-field-wrong", "old_balance_on"),
        (3, 1, "24", "coda-record-unknown", None),
        (3, 3, "0002", "coda-numbering-wrong", None),
        (3, 7, "0001", "coda-numbering-wrong", None),
        (3, 32, " ", "coda-field-wrong", "sign"),
        (3, 33, "0000000000100x0", "coda-field-wrong", "amount"),
        (3, 33, "00000000000100²", "coda-field-wrong", "amount"),
        (3, 47, "5", "coda-fraction-of-cent", "amount"),
        (3, 48, "300226", "coda-field-wrong", "value_on"),
        (3, 54, "4", "coda-field-wrong", "transaction_type"),
        (3, 54, "5", "coda-order-wrong", "transaction_type"),
        (3, 62, "2", "coda-field-wrong", "communication_type"),
        (3, 62, "1", "coda-field-wrong", "structured_type"),
        (3, 116, "000000", "coda-field-wrong", "entry_on"),
        (3, 126, "1", "coda-link-wrong", None),
        (3, 128, "1", "coda-link-wrong", None),
        (4, 3, "0001", "coda-order-wrong", "transaction_type"),
        (4, 32, "0", "coda-balance-wrong", "new_balance"),
        (5, 5, "BE47435000000080", "coda-account-changed", "account"),
        (5, 39, "USD", "coda-account-changed", "account"),
        (5, 42, "1", "coda-balance-wrong", "new_balance"),
        (5, 58, "000000", "coda-field-wrong", "new_balance_on"),
        (5, 128, "1", "coda-link-wrong", None),
        (6, 17, "000003", "coda-count-wrong", "record_count"),
        (6, 23, "000000000002510", "coda-totals-wrong", "debit"),
        (6, 38, "000000000002500", "coda-totals-wrong", "credit"),
        (6, 128, "0", "coda-field-wrong", "multiple_file_code"),
    ],
)
def test_each_fault_has_its_name_and_its_place(record, first, text, code, field):
    refused = refusal(edited(SIMPLE, record, first, text))
    assert refused.code == code
    if code != "coda-not-coda":
        assert refused.params.get("field") == field
        assert refused.params["record"] in {record, record + 1}


def test_details_must_add_up_where_they_are_payments():
    data = file_of(GLOBALISED_BY_BANK)
    detail = record_number(data, "21", nth=2)
    refused = refusal(edited(data, detail, 33, "000000000100010"))
    assert refused.code == "coda-details-wrong"
    assert refused.params == {"record": 3, "record_type": "2.1", "expected": 60_000, "found": 60_001}


def test_details_that_only_explain_a_payment_need_not_add_up():
    data = file_of(WITH_CHARGES)
    (one,) = read_coda(edited(data, record_number(data, "21", nth=2), 33, "000000000090000"))
    assert [payment.amount_cents for payment in bookable_movements(one)] == [9_750]


def test_records_out_of_place_are_refused():
    payment = file_of(TRANSFER)
    lines = payment.split(b"\r\n")
    assert [line[:2] for line in lines[2:8]] == [b"21", b"22", b"23", b"31", b"32", b"80"]
    assert refusal(edited(payment, 4, 3, "0002")).code == "coda-numbering-wrong"
    assert refusal(edited(payment, 4, 113, "7")).params["field"] == "r_type"
    assert refusal(edited(payment, 4, 126, "0")).code in {"coda-link-wrong", "coda-order-wrong"}
    assert refusal(edited(payment, 5, 128, "0")).code == "coda-link-wrong"
    assert refusal(edited(payment, 6, 40, "2")).params["field"] == "communication_type"
    assert refusal(edited(payment, 7, 126, "1")).code == "coda-link-wrong"
    without_movement_end = b"\r\n".join([*lines[:3], lines[-2], b""])
    assert refusal(without_movement_end).code == "coda-link-wrong"
    no_new_balance = b"\r\n".join([*SIMPLE.split(b"\r\n")[:4], *SIMPLE.split(b"\r\n")[5:]])
    refused = refusal(no_new_balance)
    assert (refused.code, refused.params["expected"], refused.params["found"]) == ("coda-order-wrong", "8", "9")
    assert refusal(SIMPLE + SIMPLE).code == "coda-order-wrong"


def test_wrong_characters_and_lengths_have_their_place():
    undefined = refusal(SIMPLE.replace(b"second", b"sec\x81nd"))
    assert (undefined.code, undefined.params) == (
        "coda-character-wrong",
        {"record": 4, "position": 66, "byte": "0x81"},
    )
    assert refusal(SIMPLE.replace(b"second", b"sec\x00nd")).code == "coda-character-wrong"
    longer = refusal(SIMPLE.replace(b"second", b"second "))
    assert (longer.code, longer.params) == ("coda-record-length-wrong", {"record": 4, "expected": 128, "found": 129})
    assert refusal(SIMPLE.replace(b"\r\n", b"\r\n\r\n", 1)).params == {"record": 2, "expected": 128, "found": 0}
    utf_8 = file_of(movement(1, counterparty_name="Café")).decode("windows-1252").encode("utf-8")
    assert refusal(utf_8).code == "coda-record-length-wrong"


def test_free_messages_are_kept_even_where_their_codes_are_loose():
    data = file_of(movement(5), messages=("one", "two"))
    new_balance = record_number(data, "8")
    loose = edited(edited(data, new_balance, 128, "0"), new_balance + 1, 7, "0005")
    assert read_coda(loose)[0].messages == ("one", "two")


def test_every_reason_has_a_code_of_its_own():
    reasons = [value for value in vars(coda).values() if isinstance(value, type) and issubclass(value, CodaRefused)]
    codes = [reason.code for reason in reasons]
    assert len(set(codes)) == len(codes) > 20
    assert all(code.startswith("coda-") for code in codes)


def test_an_old_style_reference_is_not_taken_for_a_reversal():
    """Before version 2.5 a bank's own reference stood in positions 110 to 125, with a digit on that of the R-type."""
    data = file_of(movement(1, customer_reference="X"))
    (old,) = read_coda(edited(data, record_number(data, "22"), 110, "00843246306A1648"))
    (new,) = read_coda(edited(data, record_number(data, "22"), 110, "   4AC04SALASUPP"))
    assert old.movements[0].r_type == ""
    payment = new.movements[0]
    assert (payment.r_type, payment.reason_code, payment.category_purpose, payment.purpose) == (
        "4",
        "AC04",
        "SALA",
        "SUPP",
    )


def test_a_blank_code_for_separate_application_is_all_transactions():
    assert read_coda(edited(SIMPLE, 1, 84, "     ")) == read_coda(SIMPLE)
    assert read_coda(SIMPLE) == (
        statement(movement(1_000, communication="first"), movement(-250, communication="second")),
    )
