"""Invoices and credit notes of every shape for the properties of e-invoices, and ways to break one."""

import copy
from dataclasses import replace

from hypothesis import strategies as st
from invoice_examples import FACE_VALUE, LOADING, SERVICE, invoice, invoice_rows, invoices
from lxml import etree

from tegoed.formats.invoice import CreditedInvoice, DirectDebit, InvoiceDocument, InvoiceRow
from tegoed.rules.money import AMOUNT_CENTS_MAX
from tegoed.rules.participants import participant_of

VAST = replace(FACE_VALUE, quantity=1, unit_price_cents=None, net_cents=AMOUNT_CENTS_MAX)
NOTHING = replace(SERVICE, net_cents=0)
ODD_RATES = (50, 550, 600, 1_200, 2_100, 10_000)


@st.composite
def odd_rows(draw: st.DrawFn) -> InvoiceRow:
    """A row at any rate, of nothing, of very much, or whose VAT falls on half a cent."""
    rate = draw(st.sampled_from(ODD_RATES))
    row = draw(st.sampled_from([LOADING, SERVICE, NOTHING, VAST]) | invoice_rows())
    if row.vat_category == "S":
        row = replace(row, vat_basis_points=rate)
    if draw(st.booleans()):
        row = replace(row, unit_price_cents=None, net_cents=draw(st.sampled_from([0, 1, 49, 50, 51, 150, 10**9 + 50])))
    return row


@st.composite
def documents(draw: st.DrawFn) -> InvoiceDocument:
    """Any invoice or credit note: one row or two hundred, mixed rates and categories, names of 150 odd letters."""
    base = draw(invoices())
    rows = draw(st.lists(odd_rows(), min_size=1, max_size=6))
    if draw(st.integers(0, 9)) == 0:
        rows = rows * 40
    shaped = invoice(*rows)
    document = replace(
        base,
        rows=shaped.rows,
        exempt_cents=shaped.exempt_cents,
        taxable_cents=shaped.taxable_cents,
        vat_cents=shaped.vat_cents,
        total_cents=shaped.total_cents,
    )
    if draw(st.booleans()):
        document = replace(document, buyer=replace(document.buyer, peppol_id=participant_of("0202239951")))
    if draw(st.booleans()):
        return as_credit_note(document)
    document = replace(document, prepaid_cents=draw(st.just(0) | st.integers(0, document.total_cents)))
    if document.prepaid_cents < document.total_cents and draw(st.booleans()):
        collected = DirectDebit(
            mandate_reference=draw(st.text("ABCDEFGHIJ0123456789-", min_size=1, max_size=35).filter(str.strip)),
            creditor_identifier="BE81ZZZ0123456749",
            iban="BE71096123456769",
            collect_on=document.due_on or document.issued_on,
        )
        document = replace(document, direct_debit=collected)
    return document


def as_credit_note(document: InvoiceDocument) -> InvoiceDocument:
    """The credit note that takes the invoice back."""
    credited = CreditedInvoice(number=document.number, issued_on=document.issued_on, terms="Niets te betalen")
    return replace(document, number="N2026-000001", due_on=None, structured_communication=None, credits=credited)


TEXTS = (
    "", " ", "x", "0", "-1.00", "0.00", "1.00", "1.005", "99999999999.99", "1e3", "NaN", "BE", "ZZ", "XX0403170701",
    "0403170702", "0867686774", "BE0867686774", "9999-99-99", "1999-01-01", "2999-12-31", "2026-02-30", "E", "S", "O", "Z",
    "AE", "21.00", "6.00", "EUR", "USD", "380", "381", "30", "31", "VAT", "C62", "x" * 1001, "\u00a0", "\ufdd0",
)  # fmt: skip
ATTRIBUTES = ("0208", "9925", "0088", "EUR", "USD", "C62", "HUR", "", "application/pdf", "text/html", "x")


@st.composite
def broken(draw: st.DrawFn, xml: bytes) -> bytes:
    """The document with one thing changed: a part gone, doubled, moved, renamed, or with another text or attribute."""
    root = etree.fromstring(xml)
    elements = [element for element in root.iter() if element is not root]
    element = draw(st.sampled_from(elements))
    parent = element.getparent()
    how = draw(st.sampled_from(["remove", "double", "move", "rename", "text", "text", "text", "attribute"]))
    if how == "remove":
        parent.remove(element)
    elif how == "double":
        parent.insert(parent.index(element), copy.deepcopy(element))
    elif how == "move":
        draw(st.sampled_from(elements[:20])).getparent().append(copy.deepcopy(element))
    elif how == "rename":
        element.tag = draw(st.sampled_from(elements)).tag
    elif how == "text":
        leaf = draw(st.sampled_from([one for one in elements if len(one) == 0]))
        leaf.text = draw(st.sampled_from(TEXTS) | st.sampled_from([one.text for one in elements if one.text]))
    else:
        carrier = draw(st.sampled_from([one for one in elements if one.attrib]))
        name = draw(st.sampled_from(sorted(carrier.attrib)))
        if draw(st.booleans()):
            carrier.set(name, draw(st.sampled_from(ATTRIBUTES)))
        else:
            del carrier.attrib[name]
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
