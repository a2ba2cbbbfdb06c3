"""The page a client reads and pays from: its words, its money, its QR, in four languages and with hostile texts."""

import json
import re
import threading
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from invoice_examples import BUYER, FACE_VALUE, LOADING, REASON, SELLER, SERVICE, invoice, invoices
from PIL import Image
from pypdf import PdfReader

from tegoed.formats import invoice_pdf
from tegoed.formats.epc_qr import epc_payload
from tegoed.formats.invoice import InvoiceDocument
from tegoed.formats.invoice_pdf import LANGUAGES, write_invoice_pdf, write_invoice_png
from tegoed.formats.invoice_pdf.content import page_content
from tegoed.rules.money import format_euro

LABELS = json.loads((Path(invoice_pdf.__file__).parent / "labels.json").read_text("utf-8"))
MARKUP = '#panic("x") $x^2$ *vet* _schuin_ `rauw` @ref <lab> \\ // /* "q" \'a\' [b] {c} -- --- ... = h'


def text_of(pdf: bytes) -> str:
    """All words of all pages with single spaces between them (places to break inside a word left out)."""
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_to_pay_how_and_why(language: str):
    document = invoice()
    text = text_of(write_invoice_pdf(document, language=language))
    label = LABELS[language]
    for words in (
        document.number,
        SELLER.name,
        BUYER.name,
        BUYER.street,
        "BE 0867.686.774",
        "BE68 5390 0754 7034",
        "KREDBEBB",
        "+++312/4013/98067+++",
        "PO 4711",
        "B-2026-0117",
        REASON,
        FACE_VALUE.detail,
        label["matching_notice"],
        label["title_product"],
    ):
        assert plain(words) in text
    cents = (document.total_cents, document.exempt_cents, document.taxable_cents, document.vat_cents, 800, 35)
    for amount in cents:
        assert plain(format_euro(amount, language)) in text


@pytest.mark.parametrize(("language", "due_on"), [("nl", "07/12/2026"), ("de", "07.12.2026")])
def test_dates_are_written_as_the_language_writes_them(language: str, due_on: str):
    assert due_on in text_of(write_invoice_pdf(invoice(), language=language))


def test_every_language_has_every_label_and_none_is_empty():
    assert set(LABELS) == set(LANGUAGES)
    assert {frozenset(labels) for labels in LABELS.values()} == {frozenset(LABELS["nl"])}
    for labels in LABELS.values():
        assert all(labels.values())


def test_every_language_fills_in_the_same_places():
    for name in LABELS["nl"]:
        places = {frozenset(re.findall(r"{\w+}", LABELS[language][name])) for language in LANGUAGES}
        assert len(places) == 1, name


def test_a_language_we_do_not_have_is_an_error():
    with pytest.raises(ValueError, match="xx"):
        write_invoice_pdf(invoice(), language="xx")


def test_the_qr_on_the_page_holds_our_iban_the_amount_and_the_communication():
    document = invoice()
    (page,) = write_invoice_png(document, language="nl")
    (read,) = zxingcpp.read_barcodes(Image.open(BytesIO(page)))
    assert read.bytes == epc_payload(
        name=SELLER.name,
        iban="BE68539007547034",
        bic="KREDBEBB",
        amount_cents=document.total_cents,
        communication="312401398067",
    )


def test_without_anything_to_pay_there_is_no_payment_box():
    free = invoice(replace(SERVICE, net_cents=0))
    text = text_of(write_invoice_pdf(free, language="nl"))
    assert LABELS["nl"]["nothing_due"] in text
    assert "+++" not in text
    (page,) = write_invoice_png(free, language="nl")
    assert zxingcpp.read_barcodes(Image.open(BytesIO(page))) == []


def test_an_amount_beyond_the_scheme_has_its_details_but_no_qr():
    vast = invoice(replace(FACE_VALUE, quantity=1, unit_price_cents=None, net_cents=100_000_000_000))
    (page,) = write_invoice_png(vast, language="nl")
    assert zxingcpp.read_barcodes(Image.open(BytesIO(page))) == []
    assert "+++312/4013/98067+++" in text_of(write_invoice_pdf(vast, language="nl"))


def test_markup_is_shown_to_the_letter():
    row = replace(LOADING, description=MARKUP, detail=MARKUP)
    document = invoice(row, seller=replace(SELLER, name="#1 $ *Demo*"), buyer=replace(BUYER, name='"B" & <C> \\ #x'))
    text = text_of(write_invoice_pdf(document, language="nl"))
    assert text.count(MARKUP) == 2
    assert "#1 $ *Demo*" in text
    assert '"B" & <C> \\ #x' in text


@settings(max_examples=15, deadline=None)
@given(document=invoices())
def test_any_invoice_can_be_drawn(document: InvoiceDocument):
    assert write_invoice_pdf(document, language="fr").startswith(b"%PDF-")


def test_a_character_no_font_draws_costs_the_archive_mark_and_nothing_else():
    def claims_archive(pdf: bytes) -> bool:
        return b"pdfaid" in pdf

    assert claims_archive(write_invoice_pdf(invoice(), language="nl"))
    emoji = write_invoice_pdf(invoice(buyer=replace(BUYER, name="Bakker 😀 漢")), language="nl")
    assert not claims_archive(emoji)
    assert "+++312/4013/98067+++" in text_of(emoji)


def test_sixty_rows_run_over_several_pages_with_the_head_of_the_table_on_each():
    rows = [replace(LOADING, description=f"Kostenplaats {number}", detail="Gent") for number in range(60)]
    pdf = write_invoice_pdf(invoice(*rows), language="nl")
    pages = [plain(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"Pagina {number} van {len(pages)}" in page
        assert "2026-P-000042" in page
        assert ("Kostenplaats" in page) == (LABELS["nl"]["unit_price"].upper() in page)
    everything = " ".join(pages)
    assert all(f"Kostenplaats {number} " in everything for number in range(60))
    assert everything.count("+++312/4013/98067+++") == 1


def test_words_too_long_for_their_column_stay_on_the_page():
    document = invoice(buyer=replace(BUYER, name="W" * 150), order_reference="Q" * 60)
    text = text_of(write_invoice_pdf(document, language="nl")).replace(" ", "")
    assert "W" * 150 in text
    content = page_content(document, language="nl")
    assert max(map(len, content["buyer"]["name"].split("\u200b"))) <= 12


def test_the_same_invoice_gives_the_same_bytes_later_and_in_another_thread():
    first = write_invoice_pdf(invoice(), language="de")
    write_invoice_pdf(invoice(number="2026-P-000043"), language="de")
    elsewhere: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: elsewhere.append(write_invoice_pdf(invoice(), language="de"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert elsewhere == [first] * 4


def test_the_file_knows_its_title_author_language_and_day():
    pdf = PdfReader(BytesIO(write_invoice_pdf(invoice(), language="fr")))
    assert pdf.metadata.title == "Facture 2026-P-000042"
    assert pdf.metadata.author == SELLER.name
    assert pdf.metadata.creation_date.date() == invoice().issued_on
    assert pdf.root_object["/Lang"] == "fr"
    assert pdf.root_object["/MarkInfo"]["/Marked"]


def test_a_card_invoice_says_that_it_is_one():
    text = text_of(write_invoice_pdf(invoice(LOADING, kind="card"), language="nl"))
    assert LABELS["nl"]["title_card"] in text
    assert LABELS["nl"]["exempt"] not in text
