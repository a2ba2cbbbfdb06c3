"""The UBL under the schema of UBL 2.1, the rules of EN 16931, and the facts of Peppol BIS Billing 3.0."""

import base64
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from invoice_examples import BUYER, FACE_VALUE, LOADING, REASON, SERVICE, invoice, invoices
from lxml import etree
from ubl_judge import NAMES, Judge, found, one

from tegoed.formats.invoice import InvoiceDocument
from tegoed.formats.ubl import AttachmentRefused, write_ubl

PDF = b"%PDF-1.7 not a real one, but it starts like one"


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def test_the_example_is_valid_with_and_without_its_pdf(judge: Judge):
    assert judge.faults(write_ubl(invoice())) == []
    assert judge.faults(write_ubl(invoice(), pdf=PDF, pdf_name="2026-P-000042.pdf")) == []


@settings(deadline=None)
@given(document=invoices())
def test_any_invoice_is_valid_and_carries_its_texts_to_the_letter(judge: Judge, document: InvoiceDocument):
    xml = write_ubl(document)
    assert judge.faults(xml) == []
    assert one(xml, "cac:AccountingCustomerParty//cac:PartyLegalEntity/cbc:RegistrationName") == document.buyer.name
    assert found(xml, "cac:InvoiceLine/cac:Item/cbc:Name") == [row.description for row in document.rows]
    assert_no_element_is_empty_and_no_line_strays_from_its_price(etree.fromstring(xml))


def assert_no_element_is_empty_and_no_line_strays_from_its_price(tree: etree._Element) -> None:
    """PEPPOL-EN16931-R008, and R120 without the slack it allows."""
    assert not tree.xpath("//*[not(*) and not(normalize-space())]")
    for line in tree.findall("cac:InvoiceLine", NAMES):
        quantity = Decimal(line.findtext("cbc:InvoicedQuantity", namespaces=NAMES))
        price = Decimal(line.findtext("cac:Price/cbc:PriceAmount", namespaces=NAMES))
        base = Decimal(line.findtext("cac:Price/cbc:BaseQuantity", "1", NAMES))
        net = Decimal(line.findtext("cbc:LineExtensionAmount", namespaces=NAMES))
        assert quantity * price == net * base


@pytest.mark.parametrize(
    ("rows", "categories"),
    [
        ((FACE_VALUE,), ["E"]),
        ((LOADING,), ["S"]),
        ((FACE_VALUE, replace(SERVICE, net_cents=0)), ["E", "S"]),
        ((replace(FACE_VALUE, unit_price_cents=0, net_cents=0),), ["E"]),
        ((LOADING, replace(LOADING, vat_basis_points=600)), ["S", "S"]),
    ],
    ids=["only exempt", "only taxed", "fees of zero", "nothing to pay", "two rates"],
)
def test_every_mixture_of_categories_is_valid(judge: Judge, rows, categories):
    xml = write_ubl(invoice(*rows))
    assert judge.faults(xml) == []
    assert found(xml, "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID") == categories


def test_two_reasons_of_exemption_stand_in_one_subtotal(judge: Judge):
    xml = write_ubl(invoice(FACE_VALUE, replace(FACE_VALUE, exemption_reason="Andere reden"), FACE_VALUE))
    assert judge.faults(xml) == []
    assert one(xml, "cac:TaxTotal//cbc:TaxExemptionReason") == f"{REASON}; Andere reden"


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (b'PayableAmount currencyID="EUR">', b'PayableAmount currencyID="EUR">9', "BR-CO-16"),
        (b"<cbc:TaxExemptionReason>" + REASON.encode() + b"</cbc:TaxExemptionReason>", b"", "BR-E-10"),
        (b"<cbc:CompanyID>BE0403170701</cbc:CompanyID>", b"<cbc:CompanyID>0403170701</cbc:CompanyID>", "BR-CO-09"),
        (b"<cbc:ID>E</cbc:ID><cbc:Percent>0.00", b"<cbc:ID>O</cbc:ID><cbc:Percent>0.00", "BR-O-"),
        (b"<cbc:ProfileID>", b"<cbc:Unknown/><cbc:ProfileID>", "XSD"),
    ],
)
def test_a_broken_document_does_not_get_past_the_judge(judge: Judge, before: bytes, after: bytes, fault: str):
    xml = write_ubl(invoice())
    assert before in xml
    assert any(text.startswith(fault) for text in judge.faults(xml.replace(before, after)))


def test_the_profile_is_exactly_that_of_peppol_bis_billing_3():
    xml = write_ubl(invoice())
    assert one(xml, "cbc:CustomizationID") == (
        "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
    )
    assert one(xml, "cbc:ProfileID") == "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
    assert one(xml, "cbc:InvoiceTypeCode") == "380"


def test_both_parties_are_addressed_by_scheme_0208_and_ten_bare_digits():
    xml = write_ubl(invoice())
    assert found(xml, "//cbc:EndpointID") == ["0403170701", "0867686774"]
    assert found(xml, "//cbc:EndpointID/@schemeID") == ["0208", "0208"]
    assert found(xml, "//cac:PartyLegalEntity/cbc:CompanyID/@schemeID") == ["0208", "0208"]


def test_a_buyer_without_vat_number_has_no_tax_scheme(judge: Judge):
    xml = write_ubl(invoice(buyer=replace(BUYER, vat_number=None)))
    assert judge.faults(xml) == []
    assert found(xml, "cac:AccountingCustomerParty//cac:PartyTaxScheme") == []


def test_the_one_payment_id_is_the_structured_communication_as_people_read_it():
    xml = write_ubl(invoice())
    assert one(xml, "//cbc:PaymentID") == "+++312/4013/98067+++"
    assert one(xml, "cac:PaymentMeans/cbc:PaymentMeansCode") == "30"
    assert one(xml, "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID") == "BE68539007547034"
    assert one(xml, "//cac:FinancialInstitutionBranch/cbc:ID") == "KREDBEBB"


def test_the_face_value_is_exempt_in_words_and_the_fees_carry_21_percent_on_their_total():
    xml = write_ubl(invoice())
    exempt, taxed = etree.fromstring(xml).findall("cac:TaxTotal/cac:TaxSubtotal", NAMES)
    facts = ("cac:TaxCategory/cbc:ID", "cac:TaxCategory/cbc:Percent", "cbc:TaxableAmount", "cbc:TaxAmount")
    assert [exempt.findtext(path, namespaces=NAMES) for path in facts] == ["E", "0.00", "3840.00", "0.00"]
    assert exempt.findtext("cac:TaxCategory/cbc:TaxExemptionReason", namespaces=NAMES) == REASON
    assert [taxed.findtext(path, namespaces=NAMES) for path in facts] == ["S", "21.00", "56.76", "11.92"]
    assert one(xml, "cac:LegalMonetaryTotal/cbc:PayableAmount") == "3908.68"


def test_a_fee_without_unit_price_has_the_price_of_its_whole_quantity():
    price = etree.fromstring(write_ubl(invoice(SERVICE))).find("cac:InvoiceLine/cac:Price", NAMES)
    assert price.findtext("cbc:PriceAmount", namespaces=NAMES) == "48.01"
    assert price.findtext("cbc:BaseQuantity", namespaces=NAMES) == "3"


def test_the_buyer_finds_its_own_reference_and_without_one_our_order():
    with_reference = write_ubl(invoice())
    assert one(with_reference, "cbc:BuyerReference") == "PO 4711"
    assert one(with_reference, "cac:OrderReference/cbc:SalesOrderID") == "B-2026-0117"
    assert one(write_ubl(invoice(buyer_reference=None)), "cbc:BuyerReference") == "B-2026-0117"


def test_the_pdf_is_embedded_whole_and_not_marked_as_the_invoiced_object():
    xml = write_ubl(invoice(), pdf=PDF, pdf_name="2026-P-000042.pdf")
    path = "cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
    assert base64.b64decode(one(xml, path)) == PDF
    assert one(xml, f"{path}/@mimeCode") == "application/pdf"
    assert one(xml, f"{path}/@filename") == "2026-P-000042.pdf"
    assert found(xml, "cac:AdditionalDocumentReference/cbc:DocumentTypeCode") == []
    assert found(write_ubl(invoice()), "cac:AdditionalDocumentReference") == []


@pytest.mark.parametrize(
    ("pdf", "pdf_name", "reason"),
    [
        (b"<html>", "a.pdf", "not-a-pdf"),
        (PDF, None, "name-missing"),
        (PDF, "../a.pdf", "name-missing"),
        (PDF + bytes(10 * 1024 * 1024), "a.pdf", "too-big"),
    ],
)
def test_what_is_no_proper_attachment_is_refused(pdf: bytes, pdf_name: str | None, reason: str):
    with pytest.raises(AttachmentRefused) as refusal:
        write_ubl(invoice(), pdf=pdf, pdf_name=pdf_name)
    assert refusal.value.params["reason"] == reason
