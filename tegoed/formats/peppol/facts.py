"""What stands in the head of a document and in its parties."""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import date

from lxml import etree

from tegoed.formats.invoice import is_bic, is_canonical_iban
from tegoed.formats.peppol.countries import COUNTRIES
from tegoed.formats.peppol.fault import PeppolFault
from tegoed.formats.peppol.reading import NAMES, fault, text_at
from tegoed.rules.enterprise import EnterpriseNumberInvalid, read_enterprise_number
from tegoed.rules.participants import BELGIAN_ENTERPRISE_SCHEME
from tegoed.rules.structured_communication import pretty, read_structured_communication

CUSTOMIZATION_ID = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE_ID = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VAT_NUMBER = re.compile(r"[A-Z]{2}[A-Z0-9]{2,14}")
_TYPES = {"Invoice": ("cbc:InvoiceTypeCode", "380"), "CreditNote": ("cbc:CreditNoteTypeCode", "381")}
_PDF = b"%PDF-"


def facts_of_document(root: etree._Element) -> Iterator[PeppolFault]:
    """Profile, type, currency, dates, way of paying, the PDF inside (PEPPOL-EN16931-R004, R007; BR-CL-01, -03; R053)."""
    kind = etree.QName(root).localname
    type_path, type_code = _TYPES[kind]
    for path, wanted in (
        ("cbc:CustomizationID", CUSTOMIZATION_ID),
        ("cbc:ProfileID", PROFILE_ID),
        (type_path, type_code),
    ):
        if text_at(root, path) != wanted:
            yield fault("profile", path.removeprefix("cbc:"), text_at(root, path))
    if text_at(root, "cbc:DocumentCurrencyCode") != "EUR":
        yield fault("currency", "DocumentCurrencyCode", text_at(root, "cbc:DocumentCurrencyCode"))
    yield from _date_faults(root, kind)
    if kind == "Invoice":
        yield from _payment_faults(root)
    yield from _attachment_faults(root)


def _date_faults(root: etree._Element, kind: str) -> Iterator[PeppolFault]:
    """Days that exist; the due date not before the issue, the credited invoice not after it."""
    issued_on = _date(text_at(root, "cbc:IssueDate"))
    other_path = (
        "cbc:DueDate" if kind == "Invoice" else "cac:BillingReference/cac:InvoiceDocumentReference/cbc:IssueDate"
    )
    other_on = _date(text_at(root, other_path))
    if issued_on is None or other_on is None:
        yield fault("date", "IssueDate" if issued_on is None else other_path)
    elif (other_on < issued_on) if kind == "Invoice" else (other_on > issued_on):
        yield fault("date", other_path, other_on.isoformat())


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _payment_faults(root: etree._Element) -> Iterator[PeppolFault]:
    """How to pay, with one communication: the structured one (BR-49; one PaymentID a document).

    By credit transfer with our account (BR-50, BR-61), or by direct debit with mandate, their account and our creditor
    identifier (PEPPOL-EN16931-R061).
    """
    means = root.find("cac:PaymentMeans", NAMES)
    communication = text_at(means, "cbc:PaymentID")
    digits = read_structured_communication(communication)
    account = text_at(means, "cac:PayeeFinancialAccount/cbc:ID")
    bic = text_at(means, "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID")
    code, mandate = text_at(means, "cbc:PaymentMeansCode"), means.find("cac:PaymentMandate", NAMES)
    if code not in {"30", "59"} or (code == "59") != (mandate is not None):
        yield fault("payment", "PaymentMeansCode", code)
    if digits is None or pretty(digits) != communication:
        yield fault("payment", "PaymentID", communication)
    if mandate is not None:
        payer = text_at(mandate, "cac:PayerFinancialAccount/cbc:ID")
        seller = root.find("cac:AccountingSupplierParty/cac:Party", NAMES)
        if not is_canonical_iban(payer):
            yield fault("payment", "PayerFinancialAccount", payer)
        if not text_at(seller, "cac:PartyIdentification/cbc:ID"):
            yield fault("payment", "PartyIdentification")
        return
    if not is_canonical_iban(account):
        yield fault("payment", "PayeeFinancialAccount", account)
    if not is_bic(bic):
        yield fault("payment", "FinancialInstitutionBranch", bic)


def _attachment_faults(root: etree._Element) -> Iterator[PeppolFault]:
    embedded = root.find("cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject", NAMES)
    if embedded is None:
        return
    try:
        content = base64.b64decode((embedded.text or "").strip(), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content.startswith(_PDF):
        yield fault("attachment", "EmbeddedDocumentBinaryObject")


def facts_of_party(party: etree._Element, side: str) -> Iterator[PeppolFault]:
    """Who it is and where (BR-62, BR-63, BR-CL-14, BR-CO-09, BR-CO-26; scheme 0208 with ten digits mod 97)."""
    endpoint = party.find("cbc:EndpointID", NAMES)
    numbers = {"EndpointID": text_at(endpoint, "."), "CompanyID": text_at(party, "cac:PartyLegalEntity/cbc:CompanyID")}
    for where, number in numbers.items():
        if not _is_enterprise_number(number):
            yield fault(f"{side}-number", where, number)
    if endpoint.get("schemeID") != BELGIAN_ENTERPRISE_SCHEME:
        yield fault(f"{side}-number", "EndpointID", f"{endpoint.get('schemeID')}:{numbers['EndpointID']}")
    country = text_at(party, "cac:PostalAddress/cac:Country/cbc:IdentificationCode")
    if country not in COUNTRIES:
        yield fault(f"{side}-country", "Country", country)
    yield from _vat_number_faults(party, side)


def _vat_number_faults(party: etree._Element, side: str) -> Iterator[PeppolFault]:
    """The seller must have one, since it asks VAT or says why not (BR-S-02, BR-E-02)."""
    scheme = party.find("cac:PartyTaxScheme", NAMES)
    if scheme is None:
        if side == "seller":
            yield fault("seller-vat-number", "PartyTaxScheme")
        return
    number = text_at(scheme, "cbc:CompanyID")
    country = number[:2]
    is_right = (
        _VAT_NUMBER.fullmatch(number) is not None
        and (country in COUNTRIES or country == "EL")
        and (country != "BE" or _is_enterprise_number(number[2:]))
    )
    if not is_right or text_at(scheme, "cac:TaxScheme/cbc:ID") != "VAT":
        yield fault(f"{side}-vat-number", "CompanyID", number)


def _is_enterprise_number(text: str) -> bool:
    """Ten bare digits that start with 0 or 1 and whose check digits are right."""
    try:
        return read_enterprise_number(text) == text
    except EnterpriseNumberInvalid:
        return False
