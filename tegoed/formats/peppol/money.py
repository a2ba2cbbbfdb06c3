"""The amounts of a document: rows, VAT by category, sums. In cents; nothing is rounded but VAT, once on each total."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from tegoed.formats.peppol.fault import PeppolFault
from tegoed.formats.peppol.reading import NAMES, fault, text_at
from tegoed.rules.money import portion_cents

_AMOUNT = re.compile(r"([0-9]{1,15})\.([0-9]{2})")
_COUNT = re.compile(r"[1-9][0-9]{0,14}")
_PERCENT = re.compile(r"(100|[0-9]{1,2})\.([0-9]{2})")
_LEAST_RATE, _HALF_EURO = 50, 50
"""BR-CO-17, as published, rounds the rate to whole percents and the VAT to whole euro: at less than half a percent (basis
points) half a euro (cents) of VAT is too much."""
_SUBTOTAL = "cac:TaxTotal/cac:TaxSubtotal"


@dataclass(frozen=True, slots=True)
class _Category:
    """A VAT category with its rate in basis points."""

    code: str
    basis_points: int


def money_faults(root: etree._Element) -> Iterator[PeppolFault]:
    """Rows first (BR-24 to -27, R120), then VAT (BR-CO-17, BR-S-08, BR-E-08), then sums (BR-CO-10, -13 to -16)."""
    totals = root.find("cac:LegalMonetaryTotal", NAMES)
    amounts = {name: _cents(text_at(totals, f"cbc:{name}Amount")) for name in _SUMS}
    vat_cents = _cents(text_at(root, "cac:TaxTotal/cbc:TaxAmount"))
    net_by_category: dict[_Category, int] = {}
    for line in root.iter("{*}InvoiceLine", "{*}CreditNoteLine"):
        category, net_cents = _category(line.find("cac:Item/cac:ClassifiedTaxCategory", NAMES)), _row_cents(line)
        if category is None or net_cents is None:
            yield fault("row", f"{text_at(line, 'cbc:ID')}", text_at(line, "cac:Item/cbc:Name"))
        else:
            net_by_category[category] = net_by_category.get(category, 0) + net_cents
    yield from _vat_faults(root, net_by_category)
    net_cents = sum(net_by_category.values())
    prepaid = text_at(totals, "cbc:PrepaidAmount")
    prepaid_cents = _cents(prepaid) if prepaid else 0
    if prepaid_cents is None:
        yield fault("sums", "PrepaidAmount", prepaid)
    expected = {
        "LineExtension": net_cents,
        "TaxExclusive": net_cents,
        "TaxInclusive": net_cents + (vat_cents or 0),
        "Payable": net_cents + (vat_cents or 0) - (prepaid_cents or 0),
    }
    for name, cents in amounts.items():
        if cents != expected[name]:
            yield fault("sums", f"{name}Amount", text_at(totals, f"cbc:{name}Amount"))


_SUMS = ("LineExtension", "TaxExclusive", "TaxInclusive", "Payable")


def _vat_faults(root: etree._Element, net_by_category: dict[_Category, int]) -> Iterator[PeppolFault]:
    """One subtotal for each category and rate of the rows, and VAT once on it."""
    told: dict[_Category, int] = {}
    vat_cents = 0
    for part in root.iterfind(_SUBTOTAL, NAMES):
        element = part.find("cac:TaxCategory", NAMES)
        category = _category(element)
        taxable_cents, tax_cents = _cents(text_at(part, "cbc:TaxableAmount")), _cents(text_at(part, "cbc:TaxAmount"))
        has_reason = bool(text_at(element, "cbc:TaxExemptionReason"))
        if (
            category is None
            or category in told
            or taxable_cents is None
            or tax_cents != portion_cents(taxable_cents, category.basis_points)
            or has_reason != (category.code == "E")
            or (category.basis_points < _LEAST_RATE and tax_cents >= _HALF_EURO)
        ):
            yield fault("vat", "TaxSubtotal", text_at(element, "cbc:ID"))
            return
        told[category] = taxable_cents
        vat_cents += tax_cents
    if told != net_by_category:
        yield fault("vat", "TaxSubtotal", " ".join(sorted(category.code for category in told)))
    if _cents(text_at(root, "cac:TaxTotal/cbc:TaxAmount")) != vat_cents:
        yield fault("vat", "TaxTotal", text_at(root, "cac:TaxTotal/cbc:TaxAmount"))


def _category(element: etree._Element) -> _Category | None:
    """Exempt at 0 or standard above it (BR-S-05, BR-E-05); O may stand neither beside others nor beside a VAT number."""
    code, rate = text_at(element, "cbc:ID"), _PERCENT.fullmatch(text_at(element, "cbc:Percent"))
    if rate is None or text_at(element, "cac:TaxScheme/cbc:ID") != "VAT":
        return None
    basis_points = int(rate[1]) * 100 + int(rate[2])
    if (code == "E" and basis_points == 0) or (code == "S" and 0 < basis_points <= 10_000):  # noqa: PLR2004 - 100 %
        return _Category(code, basis_points)
    return None


def _row_cents(line: etree._Element) -> int | None:
    """The net amount, when quantity times price gives it to the cent."""
    quantity = _count(text_at(line, "cbc:InvoicedQuantity") or text_at(line, "cbc:CreditedQuantity"))
    net_cents = _cents(text_at(line, "cbc:LineExtensionAmount"))
    price_cents = _cents(text_at(line, "cac:Price/cbc:PriceAmount"))
    base = line.find("cac:Price/cbc:BaseQuantity", NAMES)
    base_count = 1 if base is None else _count(text_at(base, "."))
    if quantity is None or net_cents is None or price_cents is None or base_count is None:
        return None
    return net_cents if quantity * price_cents == net_cents * base_count else None


def _cents(text: str) -> int | None:
    found = _AMOUNT.fullmatch(text)
    return int(found[1]) * 100 + int(found[2]) if found else None


def _count(text: str) -> int | None:
    return int(text) if _COUNT.fullmatch(text) else None
