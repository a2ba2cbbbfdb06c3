"""Older invoices hold a new order back; paying them lets it go by itself (SPEC O3)."""

import threading
from datetime import timedelta

import pytest
import time_machine
from bank import Payment, payment_of
from cast import draft_of, hire, play
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from story import confirmed, invoiced, paid, received_from_bank

from tegoed.audit.models import Event
from tegoed.billing.models import Invoice, InvoiceCounter
from tegoed.clients.models import BlockingRule
from tegoed.flows.catch_up import catch_up
from tegoed.flows.check_books import check_books
from tegoed.flows.invoice_order import invoice_order, send_invoices
from tegoed.orders.models import Order, OrderTransition
from tegoed.outbox.models import Message
from tegoed.rules.dates import brussels_today


def steps_of(order: Order) -> list[tuple[str, str]]:
    return list(OrderTransition.objects.filter(order=order).order_by("id").values_list("to_state", "reason"))


def counters() -> dict[str, int]:
    return dict(InvoiceCounter.objects.values_list("series", "last_number"))


def state_of(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def jobs(name: str) -> list[dict[str, int]]:
    return list(ProcrastinateJob.objects.filter(task_name=name).order_by("id").values_list("args", flat=True))


@pytest.fixture
def overdue(cast):
    """(people of the bakery, its first order's invoices) on the day after their due date."""
    people = hire(cast.bakery, 2)
    _order, invoices = invoiced(cast.bakery, people)
    with time_machine.travel(invoices[0].due_on + timedelta(days=1, hours=12)):
        yield people, invoices


def test_an_overdue_invoice_holds_the_next_order_back_and_no_number_is_used(cast, overdue) -> None:
    people, invoices = overdue
    before, messages = counters(), Message.objects.count()
    order, made = invoiced(cast.bakery, people)
    assert made == []
    assert steps_of(order)[-1] == ("on_hold", "older_invoices_open")
    assert counters() == before
    assert send_invoices(order_id=order.pk) == 0
    assert (Message.objects.count(), Invoice.objects.filter(order=order).count()) == (messages, 0)
    assert check_books().findings == []
    held = Event.objects.get(action="order:hold")
    assert held.facts == {"blocking": [invoice.number for invoice in invoices]}


def test_on_its_due_date_an_invoice_does_not_hold_anything_back(cast) -> None:
    people = hire(cast.bakery, 2)
    _order, (first, *_cards) = invoiced(cast.bakery, people)
    with time_machine.travel(first.due_on + timedelta(hours=12)):
        _order, invoices = invoiced(cast.bakery, people)
    assert len(invoices) == 1


def test_the_due_date_ends_at_midnight_in_brussels(cast) -> None:
    people = hire(cast.bakery, 2)
    with time_machine.travel("2026-07-01T10:00:00Z"):
        _order, (first, *_cards) = invoiced(cast.bakery, people)
        assert f"{first.due_on}" == "2026-07-15"
    with time_machine.travel("2026-07-15T21:59:00Z"):
        assert len(invoiced(cast.bakery, people)[1]) == 1
    with time_machine.travel("2026-07-15T22:01:00Z"):  # past midnight in Brussels
        assert invoiced(cast.bakery, people)[1] == []


def test_under_the_strict_rule_any_open_invoice_holds_back(cast) -> None:
    cast.issuer.blocking_rule = BlockingRule.ANY_OPEN
    cast.issuer.save()
    people = hire(cast.bakery, 2)
    _order, invoices = invoiced(cast.bakery, people)
    second, made = invoiced(cast.bakery, people)
    assert (made, state_of(second)) == ([], "on_hold")
    assert paid(*invoices).released_order_ids == [second.pk]


def test_a_debt_of_another_client_holds_nobody_back(cast, overdue) -> None:
    order, made = invoiced(cast.garage, hire(cast.garage, 1, first=50))
    assert (state_of(order), len(made)) == ("invoiced", 2)


def test_paying_lets_the_order_go_by_itself_and_its_invoice_goes_out(cast, overdue) -> None:
    people, invoices = overdue
    order, _none = invoiced(cast.bakery, people)
    assert paid(*invoices).released_order_ids == [order.pk]
    assert steps_of(order)[-2:] == [("on_hold", "older_invoices_open"), ("processing", "older_invoices_paid")]
    assert jobs("invoice_order")[-1] == {"order_id": order.pk}
    (made,) = invoice_order(order_id=order.pk)
    assert made.issued_on == brussels_today()
    assert send_invoices(order_id=order.pk) == 1
    assert Message.objects.filter(event_key=f"invoice:{made.pk}").exists()
    assert check_books().findings == []


def test_paying_a_part_or_one_of_two_releases_nothing(cast, overdue) -> None:
    people, (product, card) = overdue
    order, _none = invoiced(cast.bakery, people)
    assert paid(product).released_order_ids == []
    assert received_from_bank([payment_of(card, card.total_cents - 1)]).released_order_ids == []
    assert received_from_bank([Payment(1, free="the last cent, but for whom?")]).released_order_ids == []
    assert state_of(order) == "on_hold"
    assert paid(card).released_order_ids == [order.pk]


def test_several_held_orders_go_on_in_the_order_in_which_they_were_made(cast, overdue) -> None:
    people, invoices = overdue
    held = [invoiced(cast.bakery, people)[0] for _ in range(3)]
    assert paid(*invoices).released_order_ids == [order.pk for order in held]
    assert [job["order_id"] for job in jobs("invoice_order")[-3:]] == [order.pk for order in held]
    numbers = [invoice_order(order_id=order.pk)[0].number_in_year for order in held]
    assert numbers == [2, 3, 4]


def test_under_the_strict_rule_released_orders_go_one_after_the_other(cast) -> None:
    cast.issuer.blocking_rule = BlockingRule.ANY_OPEN
    cast.issuer.save()
    people = hire(cast.bakery, 2)
    _order, invoices = invoiced(cast.bakery, people)
    first, second = (invoiced(cast.bakery, people)[0] for _ in range(2))
    paid(*invoices)
    (made,) = invoice_order(order_id=first.pk)
    assert invoice_order(order_id=second.pk) == []  # the invoice just made is open
    assert state_of(second) == "on_hold"
    assert paid(made).released_order_ids == [second.pk]
    assert len(invoice_order(order_id=second.pk)) == 1


def test_an_order_released_on_the_day_another_invoice_falls_due_is_held_again_and_released_again(cast) -> None:
    people = hire(cast.bakery, 2)
    with time_machine.travel("2026-07-01T10:00:00Z"):
        _order, old = invoiced(cast.bakery, people)
    with time_machine.travel("2026-07-02T10:00:00Z"):
        _order, newer = invoiced(cast.bakery, people)
    with time_machine.travel("2026-07-16T20:00:00Z"):
        held, _none = invoiced(cast.bakery, people)
        assert state_of(held) == "on_hold"
        assert paid(*old).released_order_ids == [held.pk]
    with time_machine.travel("2026-07-16T22:30:00Z"):  # the 17th in Brussels: the newer one is now overdue
        assert invoice_order(order_id=held.pk) == []
        assert state_of(held) == "on_hold"
        assert paid(*newer).released_order_ids == [held.pk]
        assert len(invoice_order(order_id=held.pk)) == 1
    assert check_books().findings == []


def test_a_milder_rule_lets_held_orders_go_at_the_next_round(cast) -> None:
    cast.issuer.blocking_rule = BlockingRule.ANY_OPEN
    cast.issuer.save()
    people = hire(cast.bakery, 2)
    invoiced(cast.bakery, people)
    held, _none = invoiced(cast.bakery, people)
    catch_up()
    assert state_of(held) == "on_hold"
    cast.issuer.blocking_rule = BlockingRule.OVERDUE
    cast.issuer.save()
    catch_up()
    assert state_of(held) == "invoiced"


@pytest.mark.usefixtures("committed_database")
def test_an_order_put_on_hold_while_its_debt_is_being_paid_is_not_forgotten() -> None:
    """The worker has seen the open invoice, the payment is booked before it writes `on_hold`: nobody is left to release it."""
    cast = play()
    people = hire(cast.bakery, 2)
    with time_machine.travel("2026-07-01T10:00:00Z"):
        _order, invoices = invoiced(cast.bakery, people)
    order = confirmed(draft_of(cast.bakery, people))
    is_held, is_paid = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            invoice_order(order_id=order.pk)
            is_held.set()
            assert is_paid.wait(timeout=20)
        connection.close()

    worker = threading.Thread(target=hold)
    worker.start()
    assert is_held.wait(timeout=20)
    try:
        report = paid(*invoices)
    finally:
        is_paid.set()
        worker.join(timeout=20)
    assert report.released_order_ids == []
    assert state_of(order) == "on_hold"
    catch_up()
    assert state_of(order) == "invoiced"
    assert Invoice.objects.filter(order=order).count() == 1
    assert check_books().findings == []
