"""Vouchers as they are printed: a scanner reads each number back; names are shown to the letter; the same bytes."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from tegoed.formats.voucher_pdf import VoucherFace, VoucherSheets, write_voucher_pdf, write_voucher_png
from tegoed.rules.paper_vouchers import is_voucher_number, pretty_voucher_number, voucher_number

MARKUP = '#panic("x") $x^2$ *vet* _schuin_ @ref <lab> // "q"'


def sheets(count: int = 1, **changes) -> VoucherSheets:
    numbers = [voucher_number(serial=serial, secret=serial * 7_654_321 % 10**8) for serial in range(1, count + 1)]
    return VoucherSheets(
        language="nl",
        title="Afdruklot 7",
        issuer="Voorbeeld Uitgever nv",
        place="Winkel · Bakkerij Peeters bv",
        cover=[("Klant", "Bakkerij Peeters bv")],
        page_label="Afdruklot 7",
        vouchers=[
            VoucherFace(
                number=number,
                number_shown=pretty_voucher_number(number),
                language="nl",
                product="Cadeaucheques",
                value="€ 10,00",
                person=f"Janssens Noor {position}",
                valid_until="Geldig tot en met 26 november 2027",
                usage="Alleen in België.",
            )
            for position, number in enumerate(numbers)
        ],
        made_at=datetime(2026, 11, 26, tzinfo=UTC),
        **changes,
    )


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_a_scanner_reads_every_number_of_every_page_back():
    printed = sheets(13)
    pages = write_voucher_png(printed, pixels_per_inch=200)  # a poor printer
    assert len(pages) == 3  # the cover, ten vouchers, three
    read = [
        (found.text, found.format)
        for page in pages
        for found in zxingcpp.read_barcodes(Image.open(BytesIO(page)), formats=zxingcpp.BarcodeFormat.Code128)
    ]
    assert sorted(text for text, _format in read) == [voucher.number for voucher in printed.vouchers]
    assert all(is_voucher_number(text) for text, _format in read)


def test_the_paper_tells_issuer_product_value_number_person_place_and_last_day():
    printed = sheets()
    words = words_of(write_voucher_pdf(printed))
    (voucher,) = printed.vouchers
    for text in (printed.issuer, voucher.product, voucher.value, voucher.number_shown, voucher.person, printed.place):
        assert text in words, text
    assert voucher.valid_until in words
    assert write_voucher_pdf(printed) == write_voucher_pdf(printed)


@pytest.mark.parametrize("name", [MARKUP, "\\", "= kop", '")', "أمينة", "X" * 160])
def test_a_name_is_never_markup_and_never_in_the_way_of_the_barcode(name):
    printed = sheets()
    printed = replace(printed, vouchers=[replace(printed.vouchers[0], person=name)], place=name)
    (read,) = zxingcpp.read_barcodes(
        Image.open(BytesIO(write_voucher_png(printed)[1])), formats=zxingcpp.BarcodeFormat.Code128
    )
    assert read.text == printed.vouchers[0].number
    if name == MARKUP:
        assert "*vet*" in words_of(write_voucher_pdf(printed))
