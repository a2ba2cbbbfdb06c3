"""The figures of the day, the check of the books, and that no code is left without words."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from bank import Payment, coda_file, payment_of
from cast import hire
from django.utils import timezone
from office_day import booked, office, ordered

import tegoed
from tegoed.audit.actions import Action
from tegoed.backoffice import wording
from tegoed.banking.ladder import Reason, Rung
from tegoed.billing.models import Invoice
from tegoed.flows.check_books import CROSS_CHECKS, FIGURE_CODES
from tegoed.orders.models import Order, OrderTransition
from tegoed.outbox.models import Message
from tegoed.public import deeds
from tegoed.rules.dates import brussels_today
from tegoed.treasury.recognition import InstructedReason


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


def test_an_office_without_anything_opens(cast, browser) -> None:
    answer = browser.get(office("overview"))
    assert answer.status_code == 200
    assert "no statement yet" in answer.content.decode()


def test_the_overview_adds_up_what_waits(cast, browser) -> None:
    people = hire(cast.bakery, 3)
    with time_machine.travel(timezone.now() - timedelta(days=30)):
        paid, invoices = ordered(cast.bakery, people)
        _open, (still_open,) = ordered(cast.bakery, people)
    booked(coda_file([*map(payment_of, invoices), Payment(777), Payment(1_000)]))
    Order.objects.filter(pk=paid.pk).update(paid_at=timezone.now() - timedelta(hours=3))
    Message.objects.filter(pk=Message.objects.first().pk).update(state="failed")
    answer = browser.get(office("overview"))
    figures = answer.context["figures"]
    assert figures.order_counts == {"paid": 1, "invoiced": 1}
    assert (figures.suspense.count, figures.suspense.cents) == (2, 1_777)
    assert (figures.open_invoices.count, figures.open_invoices.cents) == (1, still_open.total_cents)
    assert figures.overdue_invoices == figures.open_invoices
    assert (figures.late_order_count, figures.failed_message_count) == (1, 1)
    page = answer.content.decode()
    assert "the longest for 3\N{NO-BREAK SPACE}hours" in page
    total = sum(invoice.total_cents for invoice in invoices) + 1_777
    assert f"€{total / 100:,.2f}" in page
    assert f"statement 1 of {brussels_today().year}" in page


def test_an_order_paid_for_a_later_day_is_not_late(cast, browser) -> None:
    order, invoices = ordered(cast.bakery, hire(cast.bakery, 1))
    Order.objects.filter(pk=order.pk).update(loading_on=brussels_today() + timedelta(days=2))
    booked(coda_file([payment_of(invoice) for invoice in invoices]))
    page = browser.get(office("overview"))
    assert page.context["figures"].late_order_count == 0
    assert "everything that is paid is loaded" in page.content.decode()


def test_the_books_agree_and_a_forged_payment_is_found(cast, browser) -> None:
    _order, invoices = ordered(cast.bakery, hire(cast.bakery, 2))
    booked(coda_file([payment_of(invoices[0])]))
    page = browser.get(office("books")).content.decode()
    assert "The books agree" in page
    assert "To be paid by clients" in page
    Invoice.objects.filter(pk=invoices[1].pk).update(paid_cents=1)
    page = browser.get(office("books")).content.decode()
    assert "The books do not agree" in page
    assert "What is paid of an invoice is not what the bank lines say" in page
    assert invoices[1].number in page


def test_every_code_has_words() -> None:
    assert set(wording.LINE_REASONS) == set(Reason) | set(InstructedReason)
    assert set(wording.RUNGS) == set(Rung)
    assert set(deeds.ACTIONS) == set(Action)
    assert set(wording.BOOK_FIGURES) == set(FIGURE_CODES)
    assert set(wording.FINDINGS) == set(CROSS_CHECKS) | {"bank-does-not-cover"}


def _written(keyword: str, call: str) -> set[str]:
    """Every text that the code gives as `keyword=` to a function of that name."""
    found = set()
    for path in Path(tegoed.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(call):
                found |= {
                    given.value.value
                    for given in node.keywords
                    if given.arg == keyword and isinstance(given.value, ast.Constant)
                }
    return found


def test_every_reason_of_a_step_and_every_kind_of_mail_has_words(cast) -> None:
    steps = _written("reason", "advance_order") | _written("reason", "OrderTransition.objects.create")
    assert {"started", "invoices_made"} <= steps
    _order, invoices = ordered(cast.bakery, hire(cast.bakery, 1))
    booked(coda_file([payment_of(invoice) for invoice in invoices]))
    steps |= set(OrderTransition.objects.values_list("reason", flat=True))
    assert steps <= set(wording.STEP_REASONS)
    kinds = _written("kind", "queue_message") | _written("kind", "mail_contacts")
    assert "invoice" in kinds
    assert kinds <= set(wording.MESSAGE_KINDS)
