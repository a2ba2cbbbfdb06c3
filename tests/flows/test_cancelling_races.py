"""A payment is booked while the order is cancelled: one comes first, whole. Real commits, real threads, negative control."""

import threading
from collections.abc import Callable

import pytest
from at_once import at_once
from bank import coda_file, payment_of
from cast import draft_of, hire, play
from story import confirmed

from tegoed.billing.models import CreditNote, Invoice
from tegoed.cards.models import Card
from tegoed.flows import cancel_order as story_of_cancelling
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.check_books import check_books
from tegoed.flows.invoice_order import invoice_order
from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
from tegoed.flows.refusals import OrderNotCancellable
from tegoed.orders.models import Order, OrderState

pytestmark = pytest.mark.usefixtures("committed_database")


def an_invoiced_order_and_its_payment() -> tuple[Order, Callable[[], object], Callable[[], object]]:
    """The order, the story that books its payment, and the one that cancels it."""
    cast = play()
    order = confirmed(draft_of(cast.bakery, hire(cast.bakery, 2)))
    product, card = invoice_order(order_id=order.pk)
    content = coda_file([payment_of(product), payment_of(card, 100)])
    file = receive_statement_file(file_name="day.cod", content=content, actor=None)
    return (
        order,
        lambda: book_statement_file(file_id=file.pk),
        lambda: cancel_order(client=cast.bakery, order_id=order.pk, actor=None),
    )


def test_a_payment_and_a_cancellation_at_once_leave_right_books() -> None:
    order, book, cancel = an_invoiced_order_and_its_payment()
    report, result = at_once(book, cancel)
    order.refresh_from_db()
    assert report is not None
    if isinstance(result, OrderNotCancellable):
        assert order.state == OrderState.PAID
        assert CreditNote.objects.count() == 0
    else:
        assert order.state == OrderState.CANCELLED
        assert CreditNote.objects.count() == 2
    assert check_books().findings == []


def test_without_the_lock_on_the_invoices_the_payment_is_lost(monkeypatch) -> None:
    """Negative control: the same two stories, the cancelling one reads the invoices without holding them."""
    _order, book, cancel = an_invoiced_order_and_its_payment()
    have_read, has_booked = threading.Event(), threading.Event()

    def unlocked(client, order_id):
        invoices = list(Invoice.objects.filter(client=client, order_id=order_id).order_by("id"))
        have_read.set()
        has_booked.wait(timeout=20)
        Order.objects.filter(pk=order_id).update(state=OrderState.INVOICED)  # as an unlocked read would still see it
        return invoices

    def book_then_tell():
        have_read.wait(timeout=20)
        report = book()
        has_booked.set()
        return report

    monkeypatch.setattr(story_of_cancelling, "locked_invoices", unlocked)
    at_once(book_then_tell, cancel)
    assert "client-funds-differ-from-paid-orders" in {finding.code for finding in check_books().findings}


def test_two_people_cancel_at_once_and_one_credit_note_is_made_for_each_invoice() -> None:
    order, _book, cancel = an_invoiced_order_and_its_payment()
    results = at_once(cancel, cancel, cancel)
    assert sorted(type(result).__name__ for result in results) == [
        "Order",
        "OrderNotCancellable",
        "OrderNotCancellable",
    ]
    assert CreditNote.objects.count() == 2
    assert order.invoices.filter(state="credited").count() == 2


def test_a_card_ordered_again_while_its_order_is_cancelled_is_made_or_asked_for_again() -> None:
    """Either the second order came first and the cards stay, or it came second and asks for cards of its own."""
    cast = play()
    people = hire(cast.bakery, 2)
    first = confirmed(draft_of(cast.bakery, people))
    invoice_order(order_id=first.pk)
    second = draft_of(cast.bakery, people)
    at_once(
        lambda: cancel_order(client=cast.bakery, order_id=first.pk, actor=None),
        lambda: confirmed(Order.objects.get(pk=second.pk)),
    )
    second.refresh_from_db()
    living = Card.objects.exclude(state="cancelled").count()
    assert second.state == OrderState.DRAFT or living == 2
    assert check_books().findings == []


def test_eight_credit_notes_at_once_leave_no_gap() -> None:
    cast = play()
    people = hire(cast.bakery, 1)
    orders = []
    for _ in range(8):
        order = confirmed(draft_of(cast.bakery, people))
        invoice_order(order_id=order.pk)
        orders.append(order)
    Card.objects.update(state="active")
    at_once(*[lambda order=order: cancel_order(client=cast.bakery, order_id=order.pk, actor=None) for order in orders])
    numbers = sorted(CreditNote.objects.values_list("number_in_year", flat=True))
    assert numbers == list(range(1, 9))
    assert check_books().findings == []
