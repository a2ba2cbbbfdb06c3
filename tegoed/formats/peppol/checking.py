"""The checks themselves, on the bytes to be sent. Beside each group the rules it stands for."""

from collections.abc import Iterator

from lxml import etree

from tegoed.formats.invoice import TEXT_CHARACTERS_MAX, has_control_character
from tegoed.formats.peppol.facts import facts_of_document, facts_of_party
from tegoed.formats.peppol.fault import PeppolFault
from tegoed.formats.peppol.money import money_faults
from tegoed.formats.peppol.reading import NAMES, fault, text_at
from tegoed.formats.peppol.structure import misbuilt

DOCUMENT_BYTES_MAX = 20_000_000
_PARTIES = {"AccountingSupplierParty": "seller", "AccountingCustomerParty": "buyer"}
_PLACES = {
    "BuyerReference": "reference",
    "OrderReference": "reference",
    "BillingReference": "credited-invoice",
    "PaymentMeans": "payment",
    "PaymentTerms": "payment",
    "AdditionalDocumentReference": "attachment",
    "TaxTotal": "vat",
    "LegalMonetaryTotal": "sums",
    "InvoiceLine": "row",
    "CreditNoteLine": "row",
}


def faults_of(xml: bytes, *, receiver: str | None = None) -> list[PeppolFault]:
    """Everything that would keep the document from arriving; empty when nothing does.

    `receiver`: where it is to be sent; the document must be addressed to the same. A document that isn't built right is
    looked at no further.
    """
    root = _parsed(xml)
    if root is None:
        return [fault("not-readable", "")]
    built_wrong = [_misbuilt(path, found) for path, found in misbuilt(root)]
    if built_wrong:
        return built_wrong
    return [*_text_faults(root), *facts_of_document(root), *_party_faults(root, receiver), *money_faults(root)]


def receiver_of(xml: bytes) -> str:
    """The address on a document without faults."""
    endpoint = etree.fromstring(xml, _parser()).find("cac:AccountingCustomerParty/cac:Party/cbc:EndpointID", NAMES)
    return "" if endpoint is None else f"{endpoint.get('schemeID')}:{endpoint.text}"


def _parser() -> etree.XMLParser:
    """No DTD, no entities, no network, no endless tree. One text may be long: the PDF inside."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=False, huge_tree=True, remove_pis=False
    )


def _parsed(xml: bytes) -> etree._Element | None:
    if len(xml) > DOCUMENT_BYTES_MAX or b"<!DOCTYPE" in xml[:4_096]:
        return None
    try:
        return etree.fromstring(xml, _parser())
    except (etree.XMLSyntaxError, ValueError):
        return None


def _misbuilt(path: str, found: str) -> PeppolFault:
    """Missing or empty parts by whose they are: a company without a street is something that somebody can mend."""
    parts = path.split("/")
    for name, side in _PARTIES.items():
        if name in parts:
            return fault(f"{side}-particulars", path, found)
    for name, reason in _PLACES.items():
        if name in parts:
            return fault(reason, path, found)
    return fault("structure", path, found)


def _text_faults(root: etree._Element) -> Iterator[PeppolFault]:
    """What no page shows, and what is longer than receivers take; the PDF inside is no text."""
    for element in root.iter():
        if element.text is None or element.tag.endswith("}EmbeddedDocumentBinaryObject"):
            continue
        if len(element.text) > TEXT_CHARACTERS_MAX or has_control_character(element.text):
            yield fault("text", etree.QName(element).localname, element.text)


def _party_faults(root: etree._Element, receiver: str | None) -> Iterator[PeppolFault]:
    for name, side in _PARTIES.items():
        yield from facts_of_party(root.find(f"cac:{name}/cac:Party", NAMES), side)
    endpoint = root.find("cac:AccountingCustomerParty/cac:Party/cbc:EndpointID", NAMES)
    addressed = f"{endpoint.get('schemeID')}:{text_at(endpoint, '.')}"
    if receiver is not None and addressed != receiver:
        yield fault("receiver-differs", "EndpointID", addressed)
