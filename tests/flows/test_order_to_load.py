"""The main job as a tale: ordered, invoiced, paid, loaded."""

from datetime import timedelta

import pytest
from bank import coda_file, payment_of
from cast import draft_of, hire

from tegoed.banking.models import StatementFileState
from tegoed.billing.models import Invoice, InvoiceState
from tegoed.cards.models import Card
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import invoice_order, send_invoices
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
from tegoed.orders.actions import OrderNotDraft
from tegoed.orders.models import OrderState
from tegoed.orders.queries import preview_of
from tegoed.outbox.models import Message
from tegoed.rules.dates import add_months, brussels_today
from tegoed.wallets.models import Lot
from tegoed.wallets.queries import balances_of_order


def confirmed(order, actor):
    total = preview_of(order).pricing.total_cents
    return confirm_order(client=order.client, order_id=order.pk, actor=actor, confirmed_total_cents=total)


def booked(content: bytes):
    file = receive_statement_file(file_name="day.cod", content=content, actor=None)
    report = book_statement_file(file_id=file.pk)
    file.refresh_from_db()
    return file, report


def test_an_order_is_invoiced_paid_and_loaded(cast) -> None:
    people = hire(cast.bakery, 25)
    order = confirmed(draft_of(cast.bakery, people), cast.alice)
    assert order.state == OrderState.PROCESSING
    assert {card.state for card in Card.objects.all()} == {"awaiting_payment"}

    product_invoice, card_invoice = invoice_order(order_id=order.pk)
    # 25 × 20 × 8 € = 4,000 €; service 1 % = 40 € and loading 25 × 0.25 € = 6.25 €, both + 21 %
    assert product_invoice.total_cents == 400_000 + 4_625 + 971
    # 25 cards at 4.50 € + 2 sites at 9.50 € = 131.50 € + 21 %
    assert card_invoice.total_cents == 13_150 + 2_762
    assert [product_invoice.number_in_year, card_invoice.number_in_year] == [1, 1]
    assert send_invoices(order_id=order.pk) == 2
    assert Message.objects.filter(kind="invoice").count() == 2
    assert {document.file_name.rsplit(".")[1] for document in Message.objects.first().documents.all()} == {"pdf", "xml"}

    file, report = booked(coda_file([payment_of(product_invoice), payment_of(card_invoice)]))
    assert file.state == StatementFileState.BOOKED
    assert report.paid_order_ids == [order.pk]
    assert {invoice.state for invoice in Invoice.objects.all()} == {InvoiceState.PAID}
    assert {card.state for card in Card.objects.all()} == {"requested"}

    (loaded,) = load_due_orders()
    assert loaded.lot_count == 25
    assert loaded.expires_on == add_months(brussels_today(), 12)
    assert sorted(balances_of_order(order.pk).values()) == [16_000] * 25
    assert load_due_orders() == []
    assert Lot.objects.count() == 25


def test_an_order_waits_for_its_loading_date(cast) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 2), loading_on=brussels_today() + timedelta(days=1))
    confirmed(order, cast.alice)
    invoices = invoice_order(order_id=order.pk)
    booked(coda_file([payment_of(invoice) for invoice in invoices]))
    assert load_due_orders() == []
    order.refresh_from_db()
    assert order.state == OrderState.PAID


def test_a_second_confirmation_is_refused(cast) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 2))
    confirmed(order, cast.alice)
    with pytest.raises(OrderNotDraft):
        confirmed(order, cast.alice)


@pytest.mark.parametrize(
    ("reference", "words"), [("November", "{order} (November) zijn geladen"), ("", "{order} zijn geladen")]
)
def test_the_mail_at_the_load_names_order_and_amount(cast, reference, words) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    order.reference = reference
    order.save()
    confirmed(order, cast.alice)
    booked(coda_file([payment_of(invoice) for invoice in invoice_order(order_id=order.pk)]))
    load_due_orders()
    text = Message.objects.get(kind="order_loaded").text
    assert words.format(order=order.pk) in text
    assert "160,00" in text
