"""Writes one invoice or credit note as UBL 2.1 under Peppol BIS Billing 3.0, mandatory between Belgian companies.

Its one law: what it writes is valid under the UBL 2.1 schema, the rules of EN 16931 and those of Peppol, or it refuses
by name (`check_invoice`). The face value is category E with its reason in words, because category O may stand neither
beside 21 % nor beside a VAT number. Companies are addressed by scheme 0208 and their ten digits.
A credit note (document type 381) has a root element of its own, positive amounts, a reference to its invoice, and no
means of payment: nothing is to be paid. It sends nothing.
"""

import base64
from collections.abc import Callable

from lxml import etree

from tegoed.errors import Refusal
from tegoed.formats.invoice import (
    CreditedInvoice,
    InvoiceDocument,
    InvoiceRow,
    Party,
    VatSubtotal,
    check_invoice,
    exemption_reasons,
)
from tegoed.formats.peppol.facts import CUSTOMIZATION_ID, PROFILE_ID
from tegoed.rules.participants import BELGIAN_ENTERPRISE_SCHEME
from tegoed.rules.structured_communication import pretty

COMMERCIAL_INVOICE = "380"
CREDIT_NOTE = "381"
CREDIT_TRANSFER = "30"
SEPA_DIRECT_DEBIT = "59"
CREDITOR_IDENTIFIER_SCHEME = "SEPA"
UNIT_ONE = "C62"
PDF_BYTES_MAX = 10 * 1024 * 1024

_INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
_CREDIT_NOTE = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_NAMESPACES: dict[str | None, str] = {"cac": _CAC, "cbc": _CBC}

_new: Callable[..., etree._Element] = etree.SubElement


class AttachmentRefused(Refusal):
    """The PDF can't be embedded. Params: `reason` (`not-a-pdf`, `too-big`, `name-missing`)."""

    code = "attachment-refused"


def write_ubl(document: InvoiceDocument, *, pdf: bytes | None = None, pdf_name: str | None = None) -> bytes:
    """The UTF-8 XML of the invoice, with `pdf` inside it under `pdf_name` when given.

    Raises the refusals of `check_invoice`, and `AttachmentRefused`.
    """
    return etree.tostring(
        ubl_tree(document, pdf=pdf, pdf_name=pdf_name), xml_declaration=True, encoding="UTF-8", pretty_print=False
    )


def ubl_tree(document: InvoiceDocument, *, pdf: bytes | None = None, pdf_name: str | None = None) -> etree._Element:
    """The same as a tree. The order of the elements is the schema's and may not be changed."""
    subtotals = check_invoice(document)
    root = _root(document)
    _text(root, "CustomizationID", CUSTOMIZATION_ID)
    _text(root, "ProfileID", PROFILE_ID)
    _text(root, "ID", document.number)
    _text(root, "IssueDate", document.issued_on.isoformat())
    if document.credits is None:
        _text(root, "DueDate", document.due_on.isoformat() if document.due_on else "")
        _text(root, "InvoiceTypeCode", COMMERCIAL_INVOICE)
    else:
        _text(root, "CreditNoteTypeCode", CREDIT_NOTE)
    _text(root, "DocumentCurrencyCode", "EUR")
    if document.accounting_cost is not None:
        _text(root, "AccountingCost", document.accounting_cost)
    _text(root, "BuyerReference", document.buyer_reference or document.order_reference)
    order = _group(root, "OrderReference")
    # BT-13 is the buyer's own number; ours goes beside it, as the number of the sales order.
    _text(order, "ID", document.buyer_reference or document.order_reference)
    _text(order, "SalesOrderID", document.order_reference)
    if document.credits is not None:
        _credited(root, document.credits)
    if pdf is not None:
        _attachment(root, document.number, pdf=pdf, pdf_name=pdf_name)
    collects = document.direct_debit
    _party(
        _group(root, "AccountingSupplierParty"),
        document.seller,
        creditor_identifier=collects.creditor_identifier if collects else None,
    )
    _party(_group(root, "AccountingCustomerParty"), document.buyer)
    _payment(root, document)
    _tax_total(root, document, subtotals)
    _monetary_total(root, document)
    for index, row in enumerate(document.rows, start=1):
        _line(root, index, row, is_credit=document.credits is not None)
    return root


def _root(document: InvoiceDocument) -> etree._Element:
    name, space = ("Invoice", _INVOICE) if document.credits is None else ("CreditNote", _CREDIT_NOTE)
    namespaces: dict[str | None, str] = {None: space, **_NAMESPACES}
    return etree.Element(f"{{{space}}}{name}", nsmap=namespaces)


def _credited(root: etree._Element, credited: CreditedInvoice) -> None:
    """BG-3, the preceding invoice."""
    reference = _group(_group(root, "BillingReference"), "InvoiceDocumentReference")
    _text(reference, "ID", credited.number)
    _text(reference, "IssueDate", credited.issued_on.isoformat())


def _group(parent: etree._Element, name: str) -> etree._Element:
    return _new(parent, f"{{{_CAC}}}{name}")


def _text(parent: etree._Element, name: str, text: str, /, **attributes: str) -> None:
    _new(parent, f"{{{_CBC}}}{name}", **attributes).text = text


def _amount(parent: etree._Element, name: str, cents: int) -> None:
    _text(parent, name, f"{cents // 100}.{cents % 100:02d}", currencyID="EUR")


def _attachment(root: etree._Element, number: str, *, pdf: bytes, pdf_name: str | None) -> None:
    """The embedded PDF. No DocumentTypeCode: 130 would say that it is the object invoiced."""
    if not pdf.startswith(b"%PDF-"):
        raise AttachmentRefused(reason="not-a-pdf")
    if len(pdf) > PDF_BYTES_MAX:
        raise AttachmentRefused(reason="too-big", bytes_max=PDF_BYTES_MAX)
    if not pdf_name or not pdf_name.isprintable() or "/" in pdf_name:
        raise AttachmentRefused(reason="name-missing")
    reference = _group(root, "AdditionalDocumentReference")
    _text(reference, "ID", number)
    _text(
        _group(reference, "Attachment"),
        "EmbeddedDocumentBinaryObject",
        base64.b64encode(pdf).decode("ascii"),
        mimeCode="application/pdf",
        filename=pdf_name,
    )


def _party(parent: etree._Element, party: Party, *, creditor_identifier: str | None = None) -> None:
    element = _group(parent, "Party")
    scheme, _colon, identifier = party.participant.partition(":")
    _text(element, "EndpointID", identifier, schemeID=scheme)
    if creditor_identifier is not None:
        identification = _group(element, "PartyIdentification")
        _text(identification, "ID", creditor_identifier, schemeID=CREDITOR_IDENTIFIER_SCHEME)
    _text(_group(element, "PartyName"), "Name", party.name)
    address = _group(element, "PostalAddress")
    _text(address, "StreetName", party.street)
    _text(address, "CityName", party.town)
    _text(address, "PostalZone", party.postcode)
    _text(_group(address, "Country"), "IdentificationCode", party.country_code)
    if party.vat_number is not None:
        scheme = _group(element, "PartyTaxScheme")
        _text(scheme, "CompanyID", party.vat_number)
        _text(_group(scheme, "TaxScheme"), "ID", "VAT")
    legal = _group(element, "PartyLegalEntity")
    _text(legal, "RegistrationName", party.name)
    _text(legal, "CompanyID", party.enterprise_number, schemeID=BELGIAN_ENTERPRISE_SCHEME)
    if party.email is not None:
        _text(_group(element, "Contact"), "ElectronicMail", party.email)


def _payment(root: etree._Element, document: InvoiceDocument) -> None:
    """How to pay; on a credit note only that nothing is to be paid."""
    if document.credits is not None:
        _text(_group(root, "PaymentTerms"), "Note", document.credits.terms)
        return
    means = _group(root, "PaymentMeans")
    if document.direct_debit is not None:
        _text(means, "PaymentMeansCode", SEPA_DIRECT_DEBIT, name="SEPA direct debit")
        _text(means, "PaymentID", pretty(document.structured_communication or ""))
        mandate = _group(means, "PaymentMandate")
        _text(mandate, "ID", document.direct_debit.mandate_reference)
        _text(_group(mandate, "PayerFinancialAccount"), "ID", document.direct_debit.iban)
        return
    _text(means, "PaymentMeansCode", CREDIT_TRANSFER, name="Credit transfer")
    _text(means, "PaymentID", pretty(document.structured_communication or ""))
    account = _group(means, "PayeeFinancialAccount")
    _text(account, "ID", document.seller_iban)
    _text(account, "Name", document.seller.name)
    _text(_group(account, "FinancialInstitutionBranch"), "ID", document.seller_bic)


def _tax_total(root: etree._Element, document: InvoiceDocument, subtotals: list[VatSubtotal]) -> None:
    total = _group(root, "TaxTotal")
    _amount(total, "TaxAmount", document.vat_cents)
    for part in subtotals:
        element = _group(total, "TaxSubtotal")
        _amount(element, "TaxableAmount", part.taxable_cents)
        _amount(element, "TaxAmount", part.vat_cents)
        reason = exemption_reasons([part]) or None
        _tax_category(element, "TaxCategory", part.category, part.basis_points, reason=reason)


def _tax_category(
    parent: etree._Element, name: str, category: str, basis_points: int, *, reason: str | None = None
) -> None:
    element = _group(parent, name)
    _text(element, "ID", category)
    _text(element, "Percent", f"{basis_points // 100}.{basis_points % 100:02d}")
    if reason is not None:
        _text(element, "TaxExemptionReason", reason)
    _text(_group(element, "TaxScheme"), "ID", "VAT")


def _monetary_total(root: etree._Element, document: InvoiceDocument) -> None:
    net_cents = document.exempt_cents + document.taxable_cents
    total = _group(root, "LegalMonetaryTotal")
    _amount(total, "LineExtensionAmount", net_cents)
    _amount(total, "TaxExclusiveAmount", net_cents)
    _amount(total, "TaxInclusiveAmount", document.total_cents)
    if document.prepaid_cents:
        _amount(total, "PrepaidAmount", document.prepaid_cents)
    _amount(total, "PayableAmount", document.payable_cents)


def _line(root: etree._Element, index: int, row: InvoiceRow, *, is_credit: bool) -> None:
    line = _group(root, "CreditNoteLine" if is_credit else "InvoiceLine")
    _text(line, "ID", str(index))
    _text(line, "CreditedQuantity" if is_credit else "InvoicedQuantity", str(row.quantity), unitCode=UNIT_ONE)
    _amount(line, "LineExtensionAmount", row.net_cents)
    item = _group(line, "Item")
    if row.detail is not None:
        _text(item, "Description", row.detail)
    _text(item, "Name", row.description)
    _tax_category(item, "ClassifiedTaxCategory", row.vat_category, row.vat_basis_points)
    price = _group(line, "Price")
    if row.unit_price_cents is not None:
        _amount(price, "PriceAmount", row.unit_price_cents)
    else:
        # No price for one: the price of the whole quantity, so that price and quantity give the net to the cent.
        _amount(price, "PriceAmount", row.net_cents)
        _text(price, "BaseQuantity", str(row.quantity), unitCode=UNIT_ONE)
