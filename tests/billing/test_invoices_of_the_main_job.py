"""Invoices of the main job at odd rates, in other languages, with any reference; and their files kept as they were."""

import base64
import hashlib
import xml.etree.ElementTree as ET
from io import BytesIO

import pytest
from cast import hire
from pypdf import PdfReader
from story import confirmed, draft_of, invoiced, paid
from ubl_judge import Judge, found, one

from tegoed.billing.documents import document_of, make_documents, payment_qr_svg, snapshot_of
from tegoed.billing.models import Invoice, InvoiceDocument
from tegoed.clients.models import Client, Issuer, Language, Tariff
from tegoed.flows.check_books import check_books
from tegoed.flows.invoice_order import invoice_order, send_invoices
from tegoed.formats.epc_qr import EpcQrImpossible
from tegoed.outbox.models import Document
from tegoed.rules.structured_communication import read_structured_communication

LANGUAGES = Language.values


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def in_language(cast, language: str, **tariff: int) -> list[Invoice]:
    """Product and card invoice of a client who reads that language."""
    Tariff.objects.update(**tariff)
    Client.objects.filter(pk=cast.bakery.pk).update(language=language)
    cast.bakery.refresh_from_db()
    order, invoices = invoiced(cast.bakery, hire(cast.bakery, 3))
    assert send_invoices(order_id=order.pk) == len(invoices) == 2
    return invoices


def kept(invoice: Invoice, document_format: str) -> Document:
    return InvoiceDocument.objects.get(invoice=invoice, format=document_format).document


@pytest.mark.parametrize("vat_basis_points", [0, 1, 600, 10_000])
def test_an_odd_rate_of_vat_gives_valid_invoices_too(cast, judge, vat_basis_points) -> None:
    for invoice in in_language(cast, "fr", vat_basis_points=vat_basis_points):
        xml = bytes(kept(invoice, "ubl").content)
        assert judge.faults(xml) == []
        assert base64.b64decode(one(xml, "//cbc:EmbeddedDocumentBinaryObject")) == bytes(kept(invoice, "pdf").content)
        category = "S" if vat_basis_points else "E"
        assert found(xml, "cac:InvoiceLine//cac:ClassifiedTaxCategory/cbc:ID")[-1] == category
    paid(*Invoice.objects.all())
    assert check_books().findings == []


def test_the_qr_on_the_page_asks_what_is_still_open_and_a_paid_invoice_has_none(cast) -> None:
    product, _card = in_language(cast, "nl")
    Invoice.objects.filter(pk=product.pk).update(paid_cents=product.total_cents - 1)
    product.refresh_from_db()
    assert ET.fromstring(payment_qr_svg(product)).tag.endswith("svg")
    product.paid_cents = product.total_cents
    with pytest.raises(EpcQrImpossible):
        payment_qr_svg(product)


def test_every_file_is_kept_once_with_its_fingerprint(cast) -> None:
    in_language(cast, "nl")
    for document in Document.objects.all():
        assert hashlib.sha256(bytes(document.content)).hexdigest() == document.sha256
    before = Document.objects.count()
    for invoice in Invoice.objects.all():
        assert {document.pk for document in make_documents(paper=invoice)} == {
            link.document_id for link in invoice.documents.all()
        }
    assert Document.objects.count() == before == 4


def test_later_changes_of_client_issuer_tariff_and_account_change_nothing_that_was_sent(cast) -> None:
    invoices = in_language(cast, "nl")
    files = {document.pk: bytes(document.content) for document in Document.objects.all()}
    rows = [list(invoice.rows.values()) for invoice in invoices]
    facts = list(Invoice.objects.order_by("id").values("seller", "buyer", "total_cents", "language"))
    in_french = [snapshot_of(invoice, language="fr") for invoice in invoices]

    Client.objects.update(name="Nieuw bv", street="Elders 9", language="de", vat_number="", billing_email="x@y.example")
    Issuer.objects.update(name="Ander nv", street="Elders 1", payment_days=1, face_value_vat_reasons={"nl": "anders"})
    Tariff.objects.update(service_basis_points=9_000, vat_basis_points=600)
    cast.bank_account.iban = "BE71096123456769"
    cast.bank_account.save()

    again = list(Invoice.objects.select_related("order").order_by("id"))
    assert list(Invoice.objects.order_by("id").values("seller", "buyer", "total_cents", "language")) == facts
    assert [list(invoice.rows.values()) for invoice in again] == rows
    for invoice in again:
        for document_format in ("pdf", "ubl"):
            document = document_of(invoice, document_format)
            assert bytes(document.content) == files[document.pk]
    assert [snapshot_of(invoice, language="fr") for invoice in again] == in_french


def test_in_another_language_the_words_differ_and_the_money_does_not_and_it_is_not_kept(cast, judge) -> None:
    product, _card = in_language(cast, "nl")
    before = Document.objects.count()
    for language in LANGUAGES:
        page = document_of(product, "pdf", language)
        words = " ".join(part.extract_text() for part in PdfReader(BytesIO(bytes(page.content))).pages)
        assert product.number in words
        xml = bytes(document_of(product, "ubl", language).content)
        assert judge.faults(xml) == []
        assert one(xml, "cac:LegalMonetaryTotal/cbc:PayableAmount") == f"{product.total_cents / 100:.2f}"
    reasons = {
        one(bytes(document_of(product, "ubl", language).content), "cac:TaxTotal//cbc:TaxExemptionReason")
        for language in LANGUAGES
    }
    assert len(reasons) == len(LANGUAGES)
    assert Document.objects.count() == before


def test_a_document_asked_before_the_worker_made_it_is_there_at_once(cast) -> None:
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 1))
    assert bytes(document_of(product, "pdf").content).startswith(b"%PDF")
    assert not Document.objects.exists()


@pytest.mark.parametrize("reference", ["", "PO 4711 / <b>&amp;</b> é€", "#panic(1) $x$ @a"])
def test_any_reference_of_the_client_stands_on_both_files(cast, judge, reference) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    order.reference = reference
    order.save()
    confirmed(order)
    product, _card = invoice_order(order_id=order.pk)
    send_invoices(order_id=order.pk)
    xml = bytes(kept(product, "ubl").content)
    assert judge.faults(xml) == []
    assert one(xml, "cbc:BuyerReference") == (reference or str(order.pk))


def test_communications_are_valid_and_each_its_own(cast) -> None:
    people = hire(cast.bakery, 2)
    for _ in range(4):
        invoiced(cast.bakery, people)
    communications = list(Invoice.objects.values_list("structured_communication", flat=True))
    assert len(set(communications)) == len(communications) == 5
    assert all(read_structured_communication(digits) == digits for digits in communications)
