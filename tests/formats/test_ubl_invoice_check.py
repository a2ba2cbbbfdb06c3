"""What `check_invoice` proves before either writer writes a byte."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invoice_examples import BUYER, FACE_VALUE, LOADING, SELLER, SERVICE, invoice, invoices

from tegoed.formats.invoice import (
    InvoiceDocument,
    InvoiceFactRefused,
    InvoiceInconsistent,
    InvoiceTextRefused,
    check_invoice,
    vat_subtotals,
)
from tegoed.formats.invoice_pdf import write_invoice_pdf
from tegoed.formats.ubl import write_ubl


def write_pdf(document: InvoiceDocument) -> bytes:
    return write_invoice_pdf(document, language="nl")


def test_vat_is_rounded_on_the_total_and_not_per_row():
    row = replace(LOADING, quantity=1, unit_price_cents=12, net_cents=12)  # 2.52 cents of VAT each
    (subtotal,) = vat_subtotals((row,) * 10)
    assert subtotal.vat_cents == 25  # ten rows rounded one by one would give 30


def test_half_a_cent_of_vat_is_rounded_up():
    row = replace(LOADING, quantity=1, unit_price_cents=50, net_cents=50)  # 10.5 cents
    assert vat_subtotals((row,))[0].vat_cents == 11


def test_each_rate_has_its_own_subtotal_and_the_exempt_part_comes_first():
    reduced = replace(LOADING, vat_basis_points=600)
    parts = vat_subtotals((LOADING, reduced, FACE_VALUE, SERVICE))
    assert [(part.category, part.basis_points) for part in parts] == [("E", 0), ("S", 600), ("S", 2100)]
    assert parts[2].taxable_cents == LOADING.net_cents + SERVICE.net_cents


@given(invoices())
def test_any_invoice_with_totals_of_its_rows_passes(document: InvoiceDocument):
    parts = check_invoice(document)
    assert sum(part.taxable_cents + part.vat_cents for part in parts) == document.total_cents


@pytest.mark.parametrize("write", [write_ubl, write_pdf])
@pytest.mark.parametrize("what", ["exempt", "taxable", "vat", "total"])
def test_both_writers_refuse_a_total_that_is_a_cent_off(what: str, write):
    document = invoice()
    field = f"{what}_cents"
    wrong = replace(document, **{field: getattr(document, field) + 1})
    with pytest.raises(InvoiceInconsistent) as refusal:
        write(wrong)
    assert refusal.value.params == {
        "what": what,
        "expected_cents": getattr(document, field),
        "found_cents": getattr(document, field) + 1,
    }


def test_a_row_whose_price_times_quantity_is_not_its_amount_is_refused_by_its_number():
    wrong = replace(LOADING, net_cents=876)
    with pytest.raises(InvoiceInconsistent) as refusal:
        check_invoice(invoice(FACE_VALUE, wrong))
    assert refusal.value.params == {"what": "row", "row": 2, "expected_cents": 875, "found_cents": 876}


@given(character=st.characters(categories=["Cc", "Cs"]) | st.sampled_from("\ufffe\uffff\ufdd0\U0001ffff"))
def test_a_control_character_is_refused_by_the_name_of_its_field(character: str):
    with pytest.raises(InvoiceTextRefused) as refusal:
        check_invoice(invoice(replace(FACE_VALUE, detail=f"a{character}b")))
    assert refusal.value.params == {"field": "rows.1.detail", "reason": "control-character"}


@pytest.mark.parametrize(("text", "reason"), [("", "empty"), (" \u00a0 ", "empty"), ("x" * 1001, "too-long")])
def test_a_name_that_is_no_name_is_refused(text: str, reason: str):
    with pytest.raises(InvoiceTextRefused) as refusal:
        check_invoice(invoice(buyer=replace(BUYER, name=text)))
    assert refusal.value.params == {"field": "buyer.name", "reason": reason}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seller": replace(SELLER, enterprise_number="0403170702")}, "seller.enterprise_number"),
        ({"seller": replace(SELLER, enterprise_number="403170701")}, "seller.enterprise_number"),
        ({"seller": replace(SELLER, enterprise_number="BE0403170701")}, "seller.enterprise_number"),
        ({"buyer": replace(BUYER, enterprise_number="\uff10867686774")}, "buyer.enterprise_number"),
        ({"seller": replace(SELLER, vat_number=None)}, "seller.vat_number"),
        ({"buyer": replace(BUYER, vat_number="0867686774")}, "buyer.vat_number"),
        ({"buyer": replace(BUYER, country_code="be")}, "buyer.country_code"),
        ({"seller_iban": "BE68539007547035"}, "seller_iban"),
        ({"seller_iban": "BE68 5390 0754 7034"}, "seller_iban"),
        ({"seller_bic": "KREDBE"}, "seller_bic"),
        ({"structured_communication": "312401398068"}, "structured_communication"),
        ({"structured_communication": "+++312/4013/98067+++"}, "structured_communication"),
        ({"due_on": invoice().issued_on.replace(day=1)}, "due_on"),
        ({"rows": ()}, "rows"),
        ({"rows": (replace(FACE_VALUE, exemption_reason=None),)}, "rows.1"),
        ({"rows": (replace(FACE_VALUE, vat_basis_points=2100),)}, "rows.1"),
        ({"rows": (replace(LOADING, vat_basis_points=0),)}, "rows.1"),
        ({"rows": (replace(LOADING, exemption_reason="x"),)}, "rows.1"),
        ({"rows": (replace(LOADING, quantity=0, net_cents=0),)}, "rows.1"),
        ({"rows": (replace(SERVICE, net_cents=-1),)}, "rows.1"),
    ],
)
def test_a_fact_that_can_not_be_right_is_refused_by_the_name_of_its_field(changes: dict[str, object], field: str):
    with pytest.raises(InvoiceFactRefused) as refusal:
        check_invoice(replace(invoice(), **changes))
    assert refusal.value.params["field"] == field
