"""The EPC QR: its lines, its limits, and what a reader reads from the picture."""

from io import BytesIO

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from invoice_examples import texts
from PIL import Image, ImageFilter

from tegoed.formats.epc_qr import EpcQrImpossible, epc_payload, epc_qr_svg, make_epc_qr
from tegoed.rules.structured_communication import make_structured_communication

TRANSFER = {
    "name": "Demo Vouchers NV",
    "iban": "BE68539007547034",
    "bic": "KREDBEBB",
    "amount_cents": 406_215,
    "communication": "312401398067",
}


def picture(transfer: dict[str, object], *, scale: int = 4) -> Image.Image:
    stream = BytesIO()
    make_epc_qr(**transfer).save(stream, kind="png", scale=scale)
    return Image.open(stream).convert("L")


def test_the_bare_digits_stand_on_the_line_of_the_structured_reference():
    lines = epc_payload(**TRANSFER).decode().split("\n")
    assert lines == [
        *("BCD", "002", "1", "SCT", "KREDBEBB", "Demo Vouchers NV", "BE68539007547034", "EUR4062.15"),
        *("", "312401398067"),
    ]


def test_the_code_has_error_correction_m_and_a_version_of_at_most_13():
    code = make_epc_qr(**{**TRANSFER, "name": "é" * 70, "amount_cents": 99_999_999_999, "bic": "KREDBEBBXXX"})
    assert code.error == "M"
    assert code.version <= 13


@given(
    name=texts(120),
    amount_cents=st.integers(1, 99_999_999_999),
    number=st.integers(0, 10**10 - 1),
)
def test_a_reader_gets_back_every_line_even_from_a_blurred_picture(name: str, amount_cents: int, number: int):
    transfer = {
        **TRANSFER,
        "name": name,
        "amount_cents": amount_cents,
        "communication": make_structured_communication(number),
    }
    payload = epc_payload(**transfer)
    assert len(payload) <= 331
    blurred = picture(transfer).filter(ImageFilter.GaussianBlur(1.5))
    (read,) = zxingcpp.read_barcodes(blurred)
    assert read.bytes == payload


@given(name=st.text(st.sampled_from("a é😀漢"), min_size=60, max_size=300).filter(str.strip))
def test_a_long_name_is_cut_between_characters_to_what_the_scheme_can_carry(name: str):
    line = epc_payload(**{**TRANSFER, "name": name, "bic": "KREDBEBBXXX"}).decode().split("\n")[5]
    assert line
    assert len(line) <= 70
    assert " ".join(name.split()).startswith(line)


def test_a_name_can_not_smuggle_in_a_line():
    lines = epc_payload(**{**TRANSFER, "name": "Demo\nBE00\r\nEUR1"}).decode().splitlines()
    assert lines[5] == "Demo BE00 EUR1"
    assert lines[6] == "BE68539007547034"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_cents": 0}, "amount"),
        ({"amount_cents": -1}, "amount"),
        ({"amount_cents": 100_000_000_000}, "amount"),
        ({"iban": "BE68539007547035"}, "iban"),
        ({"iban": "BE68 5390 0754 7034"}, "iban"),
        ({"bic": "KRED"}, "bic"),
        ({"communication": "312401398068"}, "communication"),
        ({"communication": "+++312/4013/98067+++"}, "communication"),
        ({"name": " \u00a0"}, "name"),
    ],
)
def test_what_can_not_be_paid_has_no_picture(change: dict[str, object], field: str):
    with pytest.raises(EpcQrImpossible) as refusal:
        make_epc_qr(**{**TRANSFER, **change})
    assert refusal.value.params["field"] == field


@pytest.mark.parametrize("amount_cents", [1, 99_999_999_999])
def test_the_least_and_the_most_the_scheme_can_carry_are_drawn(amount_cents: int):
    transfer = {**TRANSFER, "amount_cents": amount_cents}
    (read,) = zxingcpp.read_barcodes(picture(transfer))
    assert f"EUR{amount_cents // 100}.{amount_cents % 100:02d}" in read.text.split("\n")


def test_the_svg_for_a_page_stands_alone_and_scales():
    svg = epc_qr_svg(**TRANSFER)
    assert svg.startswith("<svg")
    assert "viewBox" in svg
    assert " width=" not in svg
