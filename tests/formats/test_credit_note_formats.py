"""A credit note as UBL (type 381) and as PDF in four languages: valid by the published rules, and nothing to pay on it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from invoice_examples import FACE_VALUE, invoice, invoices
from lxml import etree
from ubl_judge import Judge, found, one

from tegoed.formats.invoice import CreditedInvoice, InvoiceDocument, InvoiceFactRefused, check_invoice
from tegoed.formats.invoice_pdf import LANGUAGES, write_invoice_pdf
from tegoed.formats.invoice_pdf.content import page_content
from tegoed.formats.ubl import write_ubl

CREDITED = CreditedInvoice(number="P2026-000042", issued_on=date(2026, 11, 20), terms="Niets te betalen: P2026-000042")


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def credit_note(document: InvoiceDocument | None = None, **changes: object) -> InvoiceDocument:
    """The credit note of an invoice of the examples."""
    document = document or invoice(number="N2026-000007")
    credited = replace(CREDITED, issued_on=document.issued_on)
    return replace(document, due_on=None, structured_communication=None, credits=credited, **changes)


def test_it_is_a_valid_credit_note_of_type_381(judge):
    xml = write_ubl(credit_note(), pdf=write_invoice_pdf(credit_note(), language="nl"), pdf_name="N2026-000007.pdf")
    assert judge.faults(xml) == []
    assert etree.QName(etree.fromstring(xml)).localname == "CreditNote"
    assert one(xml, "//cbc:CreditNoteTypeCode") == "381"


def test_it_names_its_invoice_and_asks_no_payment():
    xml = write_ubl(credit_note())
    assert one(xml, "//cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID") == CREDITED.number
    assert found(xml, "//cbc:DueDate | //cac:PaymentMeans | //cbc:InvoicedQuantity") == []
    assert len(found(xml, "//cbc:CreditedQuantity")) == len(credit_note().rows)
    assert one(xml, "//cac:PaymentTerms/cbc:Note") == CREDITED.terms


@settings(max_examples=25)
@given(document=invoices())
def test_any_invoice_can_be_credited_in_valid_ubl(document, judge):
    assert judge.faults(write_ubl(credit_note(document))) == []


def test_the_judge_sees_a_credit_note_whose_reference_names_no_invoice(judge):
    """Negative control: the same document without the number of its invoice (BR-55)."""
    tree = etree.fromstring(write_ubl(credit_note()))
    (reference,) = tree.iter("{*}InvoiceDocumentReference")
    reference.remove(reference[0])
    assert judge.faults(etree.tostring(tree)) != []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_credit_note_in_each_language(language):
    words = {"nl": "Creditnota", "fr": "Note de crédit", "en": "Credit note", "de": "Gutschrift"}
    content = page_content(credit_note(), language=language)
    assert content["heading"] == words[language]
    assert content["payment"] is None
    assert CREDITED.number in [fact["value"] for fact in content["facts"]]
    assert len({fact["label"] for fact in content["facts"]}) == len(content["facts"])
    assert write_invoice_pdf(credit_note(), language=language).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due_on": date(2026, 12, 1)}, "due_on"),
        ({"structured_communication": "312401398067"}, "structured_communication"),
        ({"credits": replace(CREDITED, issued_on=date(2026, 11, 24))}, "credits.issued_on"),
    ],
)
def test_a_credit_note_that_asks_for_money_or_precedes_its_invoice_is_refused(changes, field):
    with pytest.raises(InvoiceFactRefused) as refused:
        check_invoice(replace(credit_note(), **changes))
    assert refused.value.params["field"] == field


@pytest.mark.parametrize("missing", ["due_on", "structured_communication"])
def test_an_invoice_still_needs_its_due_date_and_communication(missing):
    with pytest.raises(InvoiceFactRefused):
        check_invoice(invoice(FACE_VALUE, **{missing: None}))
