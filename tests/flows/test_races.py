"""Two at once: the same order, the same load, the same person. Real commits, real threads; each with a negative control."""

import threading

import pytest
from at_once import at_once
from bank import coda_file, payment_of
from cast import draft_of, hire, niss, play
from django.db import connection, transaction

from tegoed.beneficiaries.actions import BeneficiaryParticulars, add_beneficiary
from tegoed.beneficiaries.models import Person
from tegoed.billing.models import Invoice
from tegoed.cards.actions import request_cards
from tegoed.cards.models import Card
from tegoed.flows.check_books import check_books
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import invoice_order, send_invoices
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
from tegoed.orders.actions import OrderNotDraft
from tegoed.orders.models import Order, OrderTransition
from tegoed.orders.queries import preview_of, previews_of
from tegoed.rules.identifiers import read_identifier
from tegoed.wallets.models import Lot

pytestmark = pytest.mark.usefixtures("committed_database")
POLLS_MAX = 20_000


def total_of(order: Order) -> int:
    return preview_of(order).pricing.total_cents


def paid_orders(cast, count: int) -> list[Order]:
    people = hire(cast.bakery, 4)
    orders = []
    for _ in range(count):
        order = draft_of(cast.bakery, people)
        confirm_order(client=cast.bakery, order_id=order.pk, actor=None, confirmed_total_cents=total_of(order))
        invoice_order(order_id=order.pk)
        orders.append(order)
    payments = [payment_of(invoice) for invoice in Invoice.objects.order_by("id")]
    file = receive_statement_file(file_name="day.cod", content=coda_file(payments), actor=None)
    book_statement_file(file_id=file.pk)
    return orders


def test_two_people_confirm_one_order_and_it_is_confirmed_once() -> None:
    cast = play()
    order = draft_of(cast.bakery, hire(cast.bakery, 5))
    total = total_of(order)

    def confirm():
        return confirm_order(client=cast.bakery, order_id=order.pk, actor=cast.alice, confirmed_total_cents=total)

    results = at_once(confirm, confirm)
    assert sorted(type(result).__name__ for result in results) == ["Order", "OrderNotDraft"]
    assert OrderTransition.objects.filter(order=order, to_state="processing").count() == 1
    assert Card.objects.count() == 5


def test_without_the_lock_both_confirmations_pass(monkeypatch) -> None:
    """Negative control: with the lock taken out, the same race confirms twice (or trips over the database's own guards)."""
    cast = play()
    order = draft_of(cast.bakery, hire(cast.bakery, 5))
    total = total_of(order)
    both_have_read = threading.Barrier(2)

    def unlocked(client, order_ids, *, state):
        (found,) = Order.objects.select_related("client").filter(client=client, pk__in=order_ids)
        both_have_read.wait(timeout=20)
        if found.state != state:
            raise OrderNotDraft
        return [found]

    monkeypatch.setattr("tegoed.flows.confirm_order.locked_orders", unlocked)

    def confirm():
        return confirm_order(client=cast.bakery, order_id=order.pk, actor=cast.alice, confirmed_total_cents=total)

    results = at_once(confirm, confirm)
    assert "OrderNotDraft" not in [type(result).__name__ for result in results]


def test_two_workers_load_and_every_line_is_loaded_once() -> None:
    cast = play()
    orders = paid_orders(cast, 6)
    results = at_once(load_due_orders, load_due_orders, load_due_orders)
    loaded = [order.order_id for result in results for order in result]
    assert sorted(loaded) == sorted(order.pk for order in orders)
    assert Lot.objects.count() == 6 * 4
    assert check_books().findings == []


def test_two_employers_order_for_one_person_and_one_card_is_made() -> None:
    cast = play()
    (at_bakery,) = hire(cast.bakery, 1)
    (at_garage,) = hire(cast.garage, 1)
    assert at_bakery.person_id == at_garage.person_id
    drafts = [draft_of(cast.bakery, [at_bakery]), draft_of(cast.garage, [at_garage])]

    def confirm(order):
        total = total_of(order)
        return lambda: confirm_order(client=order.client, order_id=order.pk, actor=None, confirmed_total_cents=total)

    results = at_once(*(confirm(order) for order in drafts))
    # the second sees that the card is coming: its costs are lower than shown, and it is asked again
    assert sorted(type(result).__name__ for result in results) == ["CostsChanged", "Order"]
    assert Card.objects.count() == 1


def test_without_the_person_lock_both_employers_order_a_card(monkeypatch) -> None:
    """Negative control of the test above."""
    cast = play()
    (at_bakery,) = hire(cast.bakery, 1)
    (at_garage,) = hire(cast.garage, 1)
    drafts = [draft_of(cast.bakery, [at_bakery]), draft_of(cast.garage, [at_garage])]
    both_detected, both_asked = threading.Barrier(2), threading.Barrier(2)
    monkeypatch.setattr("tegoed.flows.confirm_order.lock_persons", lambda _ids: None)

    def slow_previews(orders):
        previews = previews_of(orders)
        both_detected.wait(timeout=20)
        return previews

    def slow_request(**asked):
        requested = request_cards(**asked)
        both_asked.wait(timeout=20)  # neither has committed, so neither sees the other's card
        return requested

    totals = {order.pk: total_of(order) for order in drafts}
    monkeypatch.setattr("tegoed.flows.confirm_order.previews_of", slow_previews)
    monkeypatch.setattr("tegoed.flows.confirm_order.request_cards", slow_request)
    at_once(
        *(
            lambda order=order: confirm_order(
                client=order.client, order_id=order.pk, actor=None, confirmed_total_cents=totals[order.pk]
            )
            for order in drafts
        )
    )
    assert Card.objects.count() == 2


def test_one_person_registered_by_two_employers_at_once_is_one_person() -> None:
    cast = play()
    identifier = read_identifier(niss(7))

    def register(client):
        particulars = BeneficiaryParticulars(
            last_name="Peeters",
            first_name="An",
            birth_on=identifier.birth_on,
            language="nl",
            site=client.sites.first(),
        )
        return lambda: add_beneficiary(client=client, identifier=identifier, particulars=particulars, actor=None)

    results = at_once(register(cast.bakery), register(cast.garage))
    assert len({result.person_id for result in results}) == 1
    assert Person.objects.count() == 1


def test_sixteen_orders_invoiced_at_once_leave_no_gap() -> None:
    cast = play()
    people = hire(cast.bakery, 2)
    orders = []
    for _ in range(16):
        order = draft_of(cast.bakery, people)
        confirm_order(client=cast.bakery, order_id=order.pk, actor=None, confirmed_total_cents=total_of(order))
        orders.append(order)

    def invoice_some(mine):
        def story():
            for order in mine:
                try:
                    with transaction.atomic():
                        invoice_order(order_id=order.pk)
                        if order.pk % 5 == 0:
                            raise RuntimeError("this one fails after its number was taken")
                except RuntimeError:
                    invoice_order(order_id=order.pk)

        return story

    at_once(*(invoice_some(orders[index::4]) for index in range(4)))
    numbers = sorted(Invoice.objects.filter(series="P").values_list("number_in_year", flat=True))
    assert numbers == list(range(1, 17))


def test_one_statement_file_booked_by_two_workers_is_booked_once() -> None:
    cast = play()
    order = draft_of(cast.bakery, hire(cast.bakery, 3))
    confirm_order(client=cast.bakery, order_id=order.pk, actor=None, confirmed_total_cents=total_of(order))
    invoices = invoice_order(order_id=order.pk)
    content = coda_file([payment_of(invoice) for invoice in invoices])
    file = receive_statement_file(file_name="day.cod", content=content, actor=None)
    results = at_once(*[lambda: book_statement_file(file_id=file.pk)] * 3)
    assert sum(result is not None for result in results) == 1
    assert check_books().findings == []


def test_an_invoice_that_is_held_a_moment_is_mailed_all_the_same(committed_database) -> None:
    cast = play()
    (order,) = paid_orders(cast, 1)
    sent: list[int] = []

    def send() -> None:
        try:
            sent.append(send_invoices(order_id=order.pk))
        finally:
            connection.close()

    with committed_database.connect() as booking:
        booking.execute("SELECT 1 FROM billing_invoice WHERE kind = 'product' FOR UPDATE")
        worker = threading.Thread(target=send)
        worker.start()
        with committed_database.connect(autocommit=True) as onlooker:
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            assert any(onlooker.execute(waiting).fetchone()[0] for _poll in range(POLLS_MAX))
    worker.join(timeout=60)
    assert sent == [2]
