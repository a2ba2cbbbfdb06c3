"""Which elements a document has, in which order, with which attributes: as data.

Its one law: an element that is not in the table is refused. The table is what `formats.ubl` writes, a part of what the
schema of UBL 2.1 allows; so what fits the table fits the schema. A `?` may be absent, a `+` may be repeated.
"""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
ROOTS = {
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2": "Invoice",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2": "CreditNote",
}

_HEAD = "CustomizationID ProfileID ID IssueDate"
_BODY = "DocumentCurrencyCode AccountingCost? BuyerReference OrderReference"
_PARTIES = "AdditionalDocumentReference? AccountingSupplierParty AccountingCustomerParty"
_TOTALS = "TaxTotal LegalMonetaryTotal"
CHILDREN: dict[str, str] = {
    "Invoice": f"{_HEAD} DueDate InvoiceTypeCode {_BODY} {_PARTIES} PaymentMeans {_TOTALS} InvoiceLine+",
    "CreditNote": f"{_HEAD} CreditNoteTypeCode {_BODY} BillingReference {_PARTIES} PaymentTerms {_TOTALS} CreditNoteLine+",
    "OrderReference": "ID SalesOrderID",
    "BillingReference": "InvoiceDocumentReference",
    "InvoiceDocumentReference": "ID IssueDate",
    "AdditionalDocumentReference": "ID Attachment",
    "Attachment": "EmbeddedDocumentBinaryObject",
    "AccountingSupplierParty": "Party",
    "AccountingCustomerParty": "Party",
    "Party": "EndpointID PartyIdentification? PartyName PostalAddress PartyTaxScheme? PartyLegalEntity Contact?",
    "PartyIdentification": "ID",
    "PartyName": "Name",
    "PostalAddress": "StreetName CityName PostalZone Country",
    "Country": "IdentificationCode",
    "PartyTaxScheme": "CompanyID TaxScheme",
    "TaxScheme": "ID",
    "PartyLegalEntity": "RegistrationName CompanyID",
    "Contact": "ElectronicMail",
    "PaymentTerms": "Note",
    "PaymentMeans": "PaymentMeansCode PaymentID PayeeFinancialAccount? PaymentMandate?",
    "PaymentMandate": "ID PayerFinancialAccount",
    "PayerFinancialAccount": "ID",
    "PayeeFinancialAccount": "ID Name FinancialInstitutionBranch",
    "FinancialInstitutionBranch": "ID",
    "TaxTotal": "TaxAmount TaxSubtotal+",
    "TaxSubtotal": "TaxableAmount TaxAmount TaxCategory",
    "TaxCategory": "ID Percent TaxExemptionReason? TaxScheme",
    "ClassifiedTaxCategory": "ID Percent TaxScheme",
    "LegalMonetaryTotal": "LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount PrepaidAmount? PayableAmount",
    "InvoiceLine": "ID InvoicedQuantity LineExtensionAmount Item Price",
    "CreditNoteLine": "ID CreditedQuantity LineExtensionAmount Item Price",
    "Item": "Description? Name ClassifiedTaxCategory",
    "Price": "PriceAmount BaseQuantity?",
}
ATTRIBUTES: dict[str, Mapping[str, str]] = {
    "EndpointID": {"schemeID": r"[0-9]{4}"},
    "PartyLegalEntity/CompanyID": {"schemeID": "0208"},
    "PartyIdentification/ID": {"schemeID": "SEPA"},
    "InvoicedQuantity": {"unitCode": "C62"},
    "CreditedQuantity": {"unitCode": "C62"},
    "BaseQuantity": {"unitCode": "C62"},
    "PaymentMeansCode": {"name": r".+"},
    "EmbeddedDocumentBinaryObject": {"mimeCode": "application/pdf", "filename": r"[^/]+"},
    **{
        f"{name}Amount": {"currencyID": "EUR"}
        for name in ("Tax", "Taxable", "LineExtension", "TaxExclusive", "TaxInclusive", "Prepaid", "Payable", "Price")
    },
}
"""By name, or by parent and name where two of one name differ: the attributes an element must have, and only those."""


def _pattern(children: str) -> re.Pattern[str]:
    parts = []
    for child in children.split():
        name, how_often = (child[:-1], child[-1]) if child[-1] in "?+" else (child, "")
        parts.append(f"(?:{name} ){how_often}")
    return re.compile("".join(parts))


_PATTERNS = {name: _pattern(children) for name, children in CHILDREN.items()}
_REQUIRED = {
    name: [child.rstrip("+") for child in children.split() if not child.endswith("?")]
    for name, children in CHILDREN.items()
}
_SPACES = {
    name.rstrip("?+"): CAC if name.rstrip("?+") in CHILDREN else CBC
    for children in CHILDREN.values()
    for name in children.split()
}
_TAGS = {f"{{{space}}}{name}": name for name, space in _SPACES.items()}


def misbuilt(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Each place that isn't built as the table says, as (path, what is wrong); nothing below such a place is looked at."""
    space, name = etree.QName(root).namespace, etree.QName(root).localname
    if ROOTS.get(str(space)) != name:
        yield name, "root"
        return
    yield from _of_group(root, name, name)


def _of_group(element: etree._Element, name: str, path: str) -> Iterator[tuple[str, str]]:
    names = [_TAGS.get(child.tag, "?") for child in element]
    if not _PATTERNS[name].fullmatch("".join(f"{child} " for child in names)):
        missing = next((child for child in _REQUIRED[name] if child not in names), None)
        yield path if missing is None else f"{path}/{missing}", " ".join(names)
        return
    if element.attrib or (element.text or "").strip():
        yield path, "text"
    for child, child_name in zip(element, names, strict=True):
        below = f"{path}/{child_name}"
        if (child.tail or "").strip():
            yield below, "text"
        if child_name in CHILDREN:
            yield from _of_group(child, child_name, below)
        elif not _is_leaf(child, child_name, parent=name):
            yield below, (child.text or "").strip()


def _is_leaf(element: etree._Element, name: str, *, parent: str) -> bool:
    wanted = ATTRIBUTES.get(f"{parent}/{name}") or ATTRIBUTES.get(name, {})
    found = element.attrib
    return (
        len(element) == 0
        and bool((element.text or "").strip())
        and set(found) == set(wanted)
        and all(re.fullmatch(pattern, str(found[attribute])) for attribute, pattern in wanted.items())
    )
