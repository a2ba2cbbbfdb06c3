"""Whatever the tariff, order, invoice, e-invoice, credit note and books say the same cents (SPEC I2, I4)."""

from decimal import ROUND_HALF_UP, Decimal

from cast import hire
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from story import invoiced

from tegoed.billing.documents import snapshot_of
from tegoed.billing.models import CreditNote, Invoice
from tegoed.clients.models import Tariff
from tegoed.flows.cancel_order import cancel_order
from tegoed.formats.ubl import write_ubl
from tegoed.ledger.models import Account, Transfer
from tegoed.ledger.queries import balances_cents

FEES = st.integers(0, 400)
TARIFFS = st.fixed_dictionaries(
    {
        "service_basis_points": st.integers(0, 700),
        "service_per_voucher_cents": st.integers(0, 40),
        "loading_per_beneficiary_cents": FEES,
        "card_production_cents": FEES,
        "card_delivery_per_site_cents": FEES,
        "vat_basis_points": st.sampled_from([0, 600, 1200, 2100, 2100, 1999]),
    }
)


def vat_on_total(taxable_cents: int, basis_points: int) -> int:
    """By the book: once, on the sum, half a cent up."""
    exact = Decimal(taxable_cents) * basis_points / 10_000
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def cents_in(xml: bytes, path: str) -> int:
    """What an element of an e-invoice says, in cents."""
    (text,) = etree.fromstring(xml).xpath(f"{path}/text()", namespaces=_SPACES)
    return int(Decimal(text) * 100)


_UBL = "urn:oasis:names:specification:ubl:schema:xsd:Common"
_SPACES = {"cac": f"{_UBL}AggregateComponents-2", "cbc": f"{_UBL}BasicComponents-2"}


def balances() -> set[int]:
    return set(balances_cents(list(Account.objects.values_list("id", flat=True))).values())


@settings(max_examples=12)
@given(
    tariff=TARIFFS, face_value_cents=st.integers(200, 1_000), count=st.integers(1, 23), person_count=st.integers(1, 3)
)
def test_every_document_and_the_books_round_once_on_the_total(
    cast, tariff, face_value_cents, count, person_count
) -> None:
    people = hire(cast.bakery, 3) if not cast.bakery.beneficiaries.exists() else list(cast.bakery.beneficiaries.all())
    with transaction.atomic():
        Tariff.objects.filter(pk=cast.tariff.pk).update(**tariff)
        order, invoices = invoiced(cast.bakery, people[:person_count], count=count, face_value_cents=face_value_cents)
        assert order.total_cents == sum(invoice.total_cents for invoice in invoices)
        for invoice in invoices:
            _check(invoice, tariff["vat_basis_points"])
        cancel_order(client=cast.bakery, order_id=order.pk, actor=None)
        for note in CreditNote.objects.select_related("invoice"):
            _check_credit(note)
        assert balances() == {0}
        transaction.set_rollback(True)


def _check(invoice: Invoice, vat_basis_points: int) -> None:
    rows = list(invoice.rows.all())
    taxable_cents = sum(row.net_cents for row in rows if row.vat_category == "S")
    assert invoice.taxable_cents == taxable_cents
    assert invoice.vat_cents == vat_on_total(taxable_cents, vat_basis_points)
    assert invoice.total_cents == sum(row.net_cents for row in rows) + invoice.vat_cents
    booked = Transfer.objects.filter(event_key__endswith=f":invoice:{invoice.pk}").values_list("kind", "amount_cents")
    assert sum(cents for _, cents in booked) == invoice.total_cents
    assert dict(booked).get("invoice_vat", 0) == invoice.vat_cents
    assert _told(write_ubl(snapshot_of(invoice, language="nl"))) == _parts(invoice)


def _check_credit(note: CreditNote) -> None:
    """It takes back its invoice, part by part, and names it."""
    told, taken_back = snapshot_of(note, language="nl"), snapshot_of(note.invoice, language="nl")
    assert told.credits is not None
    assert (told.credits.number, told.credits.issued_on) == (note.invoice.number, note.invoice.issued_on)
    assert told.rows == taken_back.rows
    assert _parts(note) == _parts(note.invoice) == _told(write_ubl(told))
    for reversal in Transfer.objects.filter(kind="reversal", event_key__endswith=f":invoice:{note.invoice_id}"):
        issued = Transfer.objects.get(pk=reversal.reverses_id)
        assert reversal.event_key == f"reversal:{issued.event_key}"
        assert (reversal.debit_id, reversal.credit_id) == (issued.credit_id, issued.debit_id)
        assert reversal.amount_cents == issued.amount_cents


def _parts(paper: Invoice | CreditNote) -> tuple[int, int, int]:
    return paper.exempt_cents + paper.taxable_cents, paper.vat_cents, paper.total_cents


def _told(xml: bytes) -> tuple[int, int, int]:
    return (
        cents_in(xml, "//cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount"),
        cents_in(xml, "/*/cac:TaxTotal/cbc:TaxAmount"),
        cents_in(xml, "//cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount"),
    )


def test_rounding_each_row_would_say_another_amount(cast) -> None:
    """Negative control: two rows of fees for which VAT by the row is a cent more than VAT on their total."""
    Tariff.objects.filter(pk=cast.tariff.pk).update(service_basis_points=0, service_per_voucher_cents=8)
    Tariff.objects.filter(pk=cast.tariff.pk).update(loading_per_beneficiary_cents=8)
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 1), count=1)
    by_row = [vat_on_total(row.net_cents, 2100) for row in product.rows.all() if row.vat_category == "S"]
    assert (by_row, product.vat_cents) == ([2, 2], 3)
