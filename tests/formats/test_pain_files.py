"""Files for the bank: valid whatever the names, sums to the cent, text that every bank reads."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tegoed.formats.pain import (
    AMOUNT_CENTS_MAX,
    COLLECTION_SCHEMAS,
    TRANSFER_SCHEMAS,
    Collection,
    CollectionFile,
    CollectionGroup,
    Ordering,
    PaymentFileRefused,
    Transfer,
    TransferFile,
    is_bank_reference,
    is_sepa_text,
    sepa_text,
    write_collections,
    write_transfers,
)
from tegoed.rules.structured_communication import make_structured_communication

ORDERING = Ordering(
    reference="TGD-FR-1",
    made_at=datetime(2026, 11, 26, 12, tzinfo=UTC),
    name="Voorbeeld Uitgever nv",
    enterprise_number="0123456749",
    iban="BE68539007547034",
    bic="KREDBEBB",
)
HOSTILE_NAMES = [
    "Zoë & Søn «ß»",
    "<Dbtr>",
    "]]>",
    "\u202eevil",
    "名前",
    "Çelik\u0000",
    "'; DROP TABLE",
    "a" * 500,
    "😀",
]


def transfer(number: int = 1, **facts) -> Transfer:
    told = {"amount_cents": 100, "name": "Jan", "iban": "BE71096123456769", "text": "Terug"} | facts
    return Transfer(end_to_end=f"TGD-R-{number}", **told)


def transfers(*rows: Transfer) -> TransferFile:
    return TransferFile(ordering=ORDERING, execute_on=date(2026, 11, 27), transfers=rows)


def collection(number: int = 1, **facts) -> Collection:
    told = {
        "amount_cents": 100,
        "mandate_reference": "TGD-M-1",
        "signed_on": date(2026, 1, 2),
        "name": "Jan",
        "iban": "BE71096123456769",
        "communication": make_structured_communication(1_260_000_001),
    }
    return Collection(end_to_end=f"TGD-C-{number}", **(told | facts))


def collections(*rows: Collection, **facts) -> CollectionFile:
    told = {"scheme": "CORE", "sequence_type": "FRST", "collect_on": date(2026, 12, 1)} | facts
    group = CollectionGroup(reference="TGD-FC-1-1", collections=rows, **told)
    return CollectionFile(ordering=ORDERING, creditor_identifier="BE81ZZZ0123456749", groups=(group,))


def texts(content: bytes, name: str) -> list[str]:
    return etree.fromstring(content).xpath(f"//*[local-name()='{name}']/text()")


def cents(euro: str) -> int:
    whole, decimals = euro.split(".")
    return int(whole) * 100 + int(decimals)


@given(st.text())
def test_text_is_always_within_the_characters_of_sepa(text) -> None:
    written = sepa_text(text, length_max=70)
    assert is_sepa_text(written)
    assert len(written) <= 70
    assert sepa_text(written) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Bakkerij Peeters bv", "Bakkerij Peeters bv"),
        ("Café Müller & Söhne", "Cafe Muller + Sohne"),
        ("Łódź – “Æther”", "Lodz - 'AEther'"),
        ("  two\t\nlines ", "two lines"),
        ("100 €", "100 EUR"),
        ("Straße", "Strasse"),
    ],
)
def test_letters_keep_their_sound(text, written) -> None:
    assert sepa_text(text) == written


@pytest.mark.parametrize("reference", ["", "/a", "a/", "a//b", "a b", "é", "a" * 36, "a\n"])
def test_what_a_bank_cannot_give_back_is_no_reference(reference) -> None:
    assert not is_bank_reference(reference)


@pytest.mark.parametrize("schema", TRANSFER_SCHEMAS)
@given(amounts=st.lists(st.integers(1, AMOUNT_CENTS_MAX), min_size=1, max_size=20), name=st.text(min_size=1))
def test_the_sums_of_a_refund_file_are_those_of_its_rows(schema, amounts, name) -> None:
    rows = [transfer(number, amount_cents=amount) for number, amount in enumerate(amounts)]
    rows[0] = replace(rows[0], name=sepa_text(name) or "X", text=name)
    content = write_transfers(transfers(*rows), schema=schema)
    assert [cents(text) for text in texts(content, "InstdAmt")] == amounts
    assert [cents(text) for text in texts(content, "CtrlSum")] == [sum(amounts)] * 2
    assert texts(content, "NbOfTxs") == [str(len(amounts))] * 2
    assert all(is_sepa_text(text) for text in (*texts(content, "Nm"), *texts(content, "Ustrd")))


@pytest.mark.parametrize("schema", COLLECTION_SCHEMAS)
@given(amounts=st.lists(st.integers(1, AMOUNT_CENTS_MAX), min_size=1, max_size=20))
def test_the_sums_of_a_collection_file_are_those_of_its_rows(schema, amounts) -> None:
    rows = [collection(number, amount_cents=amount) for number, amount in enumerate(amounts)]
    content = write_collections(collections(*rows), schema=schema)
    assert [cents(text) for text in texts(content, "InstdAmt")] == amounts
    assert [cents(text) for text in texts(content, "CtrlSum")] == [sum(amounts)] * 2


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_breaks_a_file(name) -> None:
    content = write_transfers(transfers(transfer(name=name, text=name)), schema=TRANSFER_SCHEMAS[0])
    (written,) = texts(content, "Nm")[2:]
    assert is_sepa_text(written)
    assert len(written) <= 70


def test_the_same_instructions_give_the_same_bytes() -> None:
    assert write_transfers(transfers(transfer()), schema=TRANSFER_SCHEMAS[0]) == write_transfers(
        transfers(transfer()), schema=TRANSFER_SCHEMAS[0]
    )


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"amount_cents": 0}, "amount"),
        ({"amount_cents": AMOUNT_CENTS_MAX + 1}, "amount"),
        ({"iban": "BE71096123456768"}, "iban"),
        ({"iban": "BE71 0961 2345 6769"}, "iban"),
        ({"iban": "ＢＥ71096123456769"}, "iban"),
        ({"name": "   "}, "name"),
    ],
)
def test_what_cannot_be_paid_is_refused_by_name(facts, field) -> None:
    with pytest.raises(PaymentFileRefused) as refused:
        write_transfers(transfers(transfer(**facts)), schema=TRANSFER_SCHEMAS[0])
    assert refused.value.params["field"] == field


def test_a_reference_twice_and_an_empty_file_are_refused() -> None:
    for file in (transfers(), transfers(transfer(1), transfer(1))):
        with pytest.raises(PaymentFileRefused):
            write_transfers(file, schema=TRANSFER_SCHEMAS[0])


def test_the_schema_is_really_asked() -> None:
    """Negative control: a file that our own checks let pass and the schema doesn't."""
    with pytest.raises(PaymentFileRefused) as refused:
        write_collections(collections(collection(), sequence_type="WHAT"), schema=COLLECTION_SCHEMAS[0])
    assert refused.value.params["reason"] == "schema"
