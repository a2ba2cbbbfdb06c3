"""What is written is read back the same, whatever its shape; what can't be written is refused by name."""

from dataclasses import replace
from datetime import date

import pytest
from coda_examples import DAY, EMPTY, FULL, OTHER, PAYER, file_of, movement, statement, statements
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tegoed.formats.coda import (
    CodaBalanceWrong,
    CodaDetailsWrong,
    CodaNotWritable,
    CodaNumberingWrong,
    CodaOrderWrong,
    Information,
    bookable_movements,
    numbered,
    read_coda,
    write_coda,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(statements(), min_size=1, max_size=3).map(tuple))
def test_any_statements_written_are_read_back_the_same(written):
    data = write_coda(written)
    assert read_coda(data) == written
    assert {len(line) for line in data.split(b"\r\n")[:-1]} == {128}
    for one in written:
        booked_cents = sum(payment.amount_cents for payment in bookable_movements(one))
        assert booked_cents == one.new_balance_cents - one.old_balance_cents


def test_several_statements_of_every_shape_stand_in_one_file():
    data = write_coda([FULL, EMPTY, OTHER])
    assert read_coda(data) == (FULL, EMPTY, OTHER)
    kinds = {line[:2] if line[:1] in {b"2", b"3"} else line[:1] for line in data.splitlines()}
    assert kinds == {b"0", b"1", b"21", b"22", b"23", b"31", b"32", b"8", b"4", b"9"}


def test_an_empty_statement_has_no_new_balance_record():
    assert [line[:1] for line in write_coda([EMPTY]).splitlines()] == [b"0", b"1", b"9"]
    with_message = statement(messages=("closed on Monday",))
    assert [line[:1] for line in write_coda([with_message]).splitlines()] == [b"0", b"1", b"8", b"4", b"9"]
    assert read_coda(write_coda([with_message])) == (with_message,)


def test_line_ends_and_padding_at_the_end_do_not_matter():
    data = write_coda([FULL])
    unix = data.replace(b"\r\n", b"\n")
    for variant in (unix, data.rstrip(), unix.rstrip(), data + b"\r\n\r\n", unix + b"\x1a", data + b"\x1a\r\n"):
        assert read_coda(variant) == (FULL,)


def test_free_text_goes_over_three_records_with_its_spaces():
    text = "  begins" + " " * 60 + "middle" + " " * 70 + "end"
    ((only,),) = (one.movements for one in read_coda(file_of(movement(1, communication=text))))
    assert only.communication == text


def test_the_longest_information_takes_three_records():
    longest = Information("", "01500000", None, "i" * 268)
    (one,) = read_coda(file_of(movement(1, information=(longest, PAYER))))
    assert one.movements[0].information == (longest, PAYER)


def test_numbers_go_on_after_9999_without_a_gap():
    many = statement(*(movement(1, bank_reference=str(index)) for index in range(10_002)))
    assert [one.sequence for one in many.movements[9_997:]] == [9_998, 9_999, 0, 1, 2]
    details = tuple(movement(1, "6") for _ in range(10_001))
    total = statement(movement(10_001, "2", details=details), movement(7))
    assert [detail.detail for detail in total.movements[0].details[9_997:]] == [9_998, 9_999, 0, 1]
    assert read_coda(write_coda([many, total])) == (many, total)


@pytest.mark.parametrize(
    ("unwritable", "field", "reason"),
    [
        (statement(movement(1, communication="x" * 150)), "communication", "too-long"),
        (statement(movement(1, counterparty_name="x" * 36)), "counterparty_name", "too-long"),
        (statement(movement(1, counterparty_name="Łukasz")), "counterparty_name", "character"),
        (statement(movement(1, communication="two\nlines")), "communication", "character"),
        (statement(movement(1, communication="nul\0")), "communication", "character"),
        (statement(movement(1, communication="undefined \x81")), "communication", "character"),
        (statement(movement(1, value_on=date(1999, 12, 31))), "value_on", "year"),
        (statement(movement(10**14)), "amount", "too-long"),
        (statement(movement(1, family="1")), "family", "form"),
        (statement(movement(1, transaction_type="4")), "transaction_type", "form"),
        (statement(movement(1, communication="trailing ")), "movements", "not-kept"),
        (statement(movement(1, communication="free", structured_type="101")), "movements", "not-kept"),
        (statement(holder="trailing "), "holder", "not-kept"),
        (statement(messages=("€" * 80, "\u20bf")), "text", "character"),
        (statement(sequence=1_000), "sequence", "too-long"),
        (statement(account_number="BE6853900754703"), "account", "form"),
        (statement(account_structure="4"), "account", "form"),
        (statement(currency="eur"), "account", "form"),
    ],
)
def test_what_the_format_can_not_hold_is_refused_by_name(unwritable, field, reason):
    with pytest.raises(CodaNotWritable) as refused:
        write_coda([unwritable])
    assert refused.value.params["field"] == field
    assert refused.value.params["reason"] == reason


def test_no_statements_are_no_file():
    with pytest.raises(CodaNotWritable):
        write_coda([])


def test_statements_that_are_wrong_in_themselves_are_not_written():
    with pytest.raises(CodaBalanceWrong):
        write_coda([replace(statement(movement(5)), new_balance_cents=1)])
    with pytest.raises(CodaBalanceWrong):
        bookable_movements(replace(statement(movement(5)), new_balance_cents=1))
    with pytest.raises(CodaDetailsWrong):
        write_coda([statement(movement(5, "2", details=(movement(4, "6"),)))])
    with pytest.raises(CodaOrderWrong):
        write_coda([statement(movement(5, "1", details=(movement(5, "6"),)))])
    with pytest.raises(CodaOrderWrong):
        write_coda([statement(movement(5, "6"))])
    with pytest.raises(CodaNumberingWrong):
        write_coda([replace(statement(movement(5)), movements=(movement(5, sequence=2),))])
    with pytest.raises(CodaNotWritable):
        write_coda([replace(EMPTY, new_balance_cents=EMPTY.old_balance_cents + 1)])


def test_numbering_counts_information_records():
    made = numbered(
        statement(movement(3, "1", information=(PAYER, PAYER), details=(movement(1, "5"), movement(2, "5"))))
    )
    assert [detail.detail for detail in made.movements[0].details] == [3, 4]


def test_a_belgian_national_number_has_an_iban():
    assert OTHER.account_iban == "BE47435000000080"
    assert statement(account_structure="1", account_number="12345").account_iban is None
    assert statement(created_on=DAY).account_iban == "BE68539007547034"
