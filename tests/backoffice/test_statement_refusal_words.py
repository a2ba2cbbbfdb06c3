"""What is said of a refused bank file names the place, what should be there and what is."""

import json
from datetime import date

import pytest
from bank import Payment, statement_of
from django.utils import timezone, translation

from tegoed.banking import refusals
from tegoed.formats import coda
from tegoed.formats.coda import CodaRefused, layout, read_coda, write_coda
from tegoed.refusals import message_of
from tegoed.refusals.banking import FIELD_NAMES, RECORD_NAMES, told, told_again

GOOD = [Payment(12_345, free="one"), Payment(655, free="two")]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_every_record_and_every_field_that_is_checked_has_a_name() -> None:
    records = [record for record in vars(layout).values() if isinstance(record, layout.Record)]
    assert {record.record_type for record in records} == set(RECORD_NAMES) == set(layout.RECORD_TYPES)
    checked = {field.name for record in records for field in record.fields if field.characters != layout.TEXT}
    assert checked <= set(FIELD_NAMES)


FACTS = [
    (
        coda.CodaTooLarge(limit="FILE_RECORDS_MAX", found=400_000, maximum=300_000),
        "it has 400,000 records, and at most 300,000 records can be read",
    ),
    (coda.CodaTooLarge(limit="FILE_BYTES_MAX", found=60 << 20, maximum=50 << 20), "60.0\N{NO-BREAK SPACE}MB"),
    (coda.CodaStatementMissing(record=1234, record_type="9", field="multiple_file_code"), "The last record (1234)"),
    (coda.CodaCharacterWrong(record=3, position=17, byte="0x00"), "Record 3, position 17: byte 0x00"),
    (
        coda.CodaOrderWrong(record=4, record_type="9", expected="2.1, 8 or 9", found="4"),
        "type 2.1, 8 or 9 should be there",
    ),
    (
        coda.CodaOrderWrong(record=4, record_type="2.1", field="transaction_type", expected="67", found="5"),
        "transaction type 6, 7 should be there, and it is transaction type 5",
    ),
    (
        coda.CodaOrderWrong(record=4, record_type="2.1", field="transaction_type", expected="", found="5"),
        "no detail should be there",
    ),
    (
        coda.CodaOrderWrong(record=9, record_type="0", expected="end of file", found="0"),
        "the end of the file should be there",
    ),
    (
        coda.CodaLinkWrong(record=4, record_type="3.1", expected="no information record", found="31"),
        "no information record (3) should be there",
    ),
    (
        coda.CodaNumberingWrong(record=4, record_type="2.1", expected="00020000", found="00030000"),
        "Record 4 (type 2.1, movement, first part) has number 00030000, and 00020000 should follow",
    ),
    (coda.CodaVersionUnknown(record=1, record_type="0", field="version", expected="2", found="1"), "version “1”"),
    (
        coda.CodaFractionOfCent(record=4, record_type="2.1", field="amount", found="000000000012345"),
        "the amount (positions 33-47) has a part of a cent",
    ),
    (
        coda.CodaDetailsWrong(record=4, record_type="2.1", expected=1_000, found=-900),
        "total of €10.00, and its details add up to -€9.00",
    ),
    (coda.CodaBalanceWrong(expected=1_000, found=900), "make a balance of €9.00, and the new balance is €10.00"),
    (refusals.StatementTooEarly(iban="BE68539007547034", year=2026, sequence=250), "number 250 of 2026"),
    (refusals.StatementOfFuture(iban="BE68539007547034", on=date(2026, 3, 2)), "dated 2 March 2026"),
    (refusals.StatementFileTooLarge(byte_count=60 << 20, byte_count_max=50 << 20), "60.0\N{NO-BREAK SPACE}MB"),
]


@pytest.mark.parametrize(("refusal", "words"), FACTS, ids=lambda value: getattr(value, "code", ""))
def test_facts_are_told_in_words(refusal, words) -> None:
    message = message_of(told(refusal))
    assert words in message
    assert "…" not in message
    assert message_of(told(told(refusal))) == message


def test_what_was_kept_is_told_the_same_later() -> None:
    """As `mark_file_refused` keeps it: whole numbers, and everything else as text in JSON."""
    for refusal, words in FACTS:
        kept = json.loads(
            json.dumps(
                {name: value if isinstance(value, int | bool) else str(value) for name, value in refusal.params.items()}
            )
        )
        assert words in message_of(told_again(refusal.code, kept))


def refused(content: bytes) -> CodaRefused | None:
    try:
        read_coda(content)
    except CodaRefused as refusal:
        return refusal
    return None


def test_no_single_changed_character_gives_a_message_with_a_gap() -> None:
    """Whatever the reader refuses, the sentence can be filled in."""
    good = write_coda([statement_of(GOOD), statement_of(GOOD, sequence=2, old_balance_cents=13_000)])
    spoilt = (good[:at] + byte + good[at + 1 :] for at in range(0, len(good), 3) for byte in (b"7", b"\x00", b"\n"))
    refusals_met = [refusal for refusal in map(refused, spoilt) if refusal]
    assert len({refusal.code for refusal in refusals_met}) >= 10
    for refusal in refusals_met:
        message = message_of(told(refusal))
        assert "…" not in message, refusal
        assert "%" not in message, refusal


def test_a_file_known_says_when_it_came() -> None:
    at = timezone.now()
    message = message_of(told(refusals.StatementFileKnown(file_name="monday.cod", received_at=at)))
    assert "“monday.cod”" in message
    assert f"{timezone.localtime(at):%H:%M}" in message
