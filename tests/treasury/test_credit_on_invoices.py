"""Credit pays invoices: by a click, or as they are issued; and every paper says what is left."""

import pytest
from bank import payment_of
from cast import hire
from lxml import etree
from story import invoiced, received_from_bank
from ubl_judge import Judge

from tegoed.banking.models import Allocation
from tegoed.billing.documents import snapshot_of
from tegoed.billing.queries import on_account_cents
from tegoed.clients.company import set_pays_from_credit
from tegoed.flows.check_books import check_books
from tegoed.flows.invoice_order import send_invoices
from tegoed.flows.use_credit import use_credit
from tegoed.formats.invoice import InvoiceFactRefused
from tegoed.formats.invoice_pdf.content import page_content
from tegoed.orders.models import Order
from tegoed.outbox.models import Message
from tegoed.rules.dates import add_months, brussels_today
from tegoed.treasury.refusals import CreditShort, NothingToPay


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def with_credit(cast, cents: int) -> None:
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 2))
    received_from_bank([payment_of(product, product.total_cents + cents)])
    assert on_account_cents(cast.bakery) == cents


def xml_of(invoice) -> etree._Element:
    return etree.fromstring(bytes(invoice.documents.get(format="ubl").document.content))


def test_an_invoice_paid_in_full_by_credit_pays_its_order_like_a_payment(cast) -> None:
    with_credit(cast, 100_000)
    order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1, first=9), loading_on=add_months(brussels_today(), 1))
    for invoice in invoices:
        assert use_credit(client=cast.bakery, invoice_id=invoice.pk, actor=cast.alice) == invoice.total_cents
        with pytest.raises(NothingToPay):
            use_credit(client=cast.bakery, invoice_id=invoice.pk, actor=cast.alice)
    assert Order.objects.get(pk=order.pk).state == "paid"
    (line,) = order.lines.all()
    assert line.card_request.card.state == "requested"
    assert check_books().findings == []


def test_a_part_that_fits_is_used_and_the_rest_is_asked(cast) -> None:
    with_credit(cast, 5_000)
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1, first=9))
    product = invoices[0]
    use_credit(client=cast.bakery, invoice_id=product.pk, actor=cast.alice)
    product.refresh_from_db()
    assert (product.paid_cents, product.state, on_account_cents(cast.bakery)) == (5_000, "open", 0)
    with pytest.raises(CreditShort):
        use_credit(client=cast.bakery, invoice_id=product.pk, actor=cast.alice)
    assert check_books().findings == []


def test_credit_of_one_client_pays_no_invoice_of_another(cast) -> None:
    with_credit(cast, 5_000)
    _order, invoices = invoiced(cast.garage, hire(cast.garage, 1, first=30))
    with pytest.raises(type(invoices[0]).DoesNotExist):
        use_credit(client=cast.bakery, invoice_id=invoices[0].pk, actor=cast.alice)
    with pytest.raises(CreditShort):
        use_credit(client=cast.garage, invoice_id=invoices[0].pk, actor=cast.charlie)


def test_unless_the_client_chose_so_an_invoice_asks_its_whole_amount(cast) -> None:
    with_credit(cast, 5_000)
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1, first=9))
    assert (invoices[0].prepaid_cents, on_account_cents(cast.bakery)) == (0, 5_000)


@pytest.mark.parametrize("cents", [1, 5_000, 16_100, 1_000_000])
def test_chosen_so_credit_pays_as_the_invoice_is_issued_and_every_paper_says_it(cast, judge, cents) -> None:
    with_credit(cast, cents)
    set_pays_from_credit(client=cast.bakery, is_on=True, actor=cast.alice)
    cast.bakery.refresh_from_db()
    order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1, first=9), loading_on=add_months(brussels_today(), 1))
    total_cents = sum(invoice.total_cents for invoice in invoices)
    assert sum(invoice.prepaid_cents for invoice in invoices) == min(cents, total_cents)
    assert on_account_cents(cast.bakery) == max(cents - total_cents, 0)
    send_invoices(order_id=order.pk)
    for invoice in invoices:
        invoice.refresh_from_db()
        assert invoice.paid_cents == invoice.prepaid_cents
        live = Allocation.objects.filter(invoice=invoice, source="credit")
        assert sum(one.amount_cents for one in live) == invoice.prepaid_cents
        root = xml_of(invoice)
        assert root.xpath("string(//*[local-name()='PayableAmount'])") == _euro(
            invoice.total_cents - invoice.prepaid_cents
        )
        prepaid = root.xpath("string(//*[local-name()='PrepaidAmount'])")
        assert prepaid == (_euro(invoice.prepaid_cents) if invoice.prepaid_cents else "")
        assert judge.faults(etree.tostring(root)) == []
        page = page_content(snapshot_of(invoice, language="en"), language="en")
        assert (page["payment"] is None) == (invoice.prepaid_cents == invoice.total_cents)
        mail = Message.objects.get(event_key=f"invoice:{invoice.pk}")
        assert (invoice.structured_communication in mail.text.replace("/", "")) == (page["payment"] is not None)
    assert (Order.objects.get(pk=order.pk).state == "paid") == (invoices[0].prepaid_cents == invoices[0].total_cents)
    assert check_books().findings == []


def _euro(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


@pytest.mark.parametrize("prepaid_cents", [-1, 10**12])
def test_more_prepaid_than_the_total_is_no_invoice(cast, prepaid_cents) -> None:
    from dataclasses import replace

    from tegoed.formats.invoice import check_invoice

    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    with pytest.raises(InvoiceFactRefused):
        check_invoice(replace(snapshot_of(invoices[0], language="nl"), prepaid_cents=prepaid_cents))
