"""The aged balance of any day is the receivable of the ledger on that day, client by client."""

from datetime import date, timedelta

import pytest
import time_machine
from bank import payment_of
from cast import hire, play
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from story import invoiced, received_from_bank

from tegoed.billing.models import Invoice
from tegoed.flows.aged_balance import aged_balance
from tegoed.flows.cancel_order import cancel_order
from tegoed.rules.dates import brussels_today


def days_ago(count: int):
    return time_machine.travel(timezone.now() - timedelta(days=count))


@pytest.mark.parametrize(
    ("late_days", "bucket"), [(-14, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (999, 4)]
)
def test_an_open_invoice_stands_in_the_bucket_of_its_days_past_due(cast, late_days, bucket) -> None:
    _order, (product, card) = invoiced(cast.bakery, hire(cast.bakery, 1))
    received_from_bank([payment_of(product, 1)])
    (client,) = aged_balance(product.due_on + timedelta(days=late_days)).clients
    open_cents = product.total_cents - 1 + card.total_cents
    assert client.bucket_cents == tuple(open_cents if number == bucket else 0 for number in range(5))
    assert client.overdue_cents == (open_cents if bucket else 0)
    assert client.agrees


def test_a_past_day_is_as_it_was_then(cast) -> None:
    people = hire(cast.bakery, 1)
    today = brussels_today()
    with days_ago(50):
        order, (product, card) = invoiced(cast.bakery, people)
    with days_ago(20):
        received_from_bank([payment_of(card), payment_of(product, 1_000)])
    with days_ago(5):
        cancel_order(client=cast.bakery, order_id=order.pk, actor=None)
    open_cents = {days: aged_balance(today - timedelta(days=days)).open_cents for days in (51, 50, 21, 20, 6, 5, 0)}
    whole = product.total_cents + card.total_cents
    rest = product.total_cents - 1_000
    assert open_cents == {51: 0, 50: whole, 21: whole, 20: rest, 6: rest, 5: 0, 0: 0}
    now = aged_balance(today)
    assert now.credit_cents == 1_000 + card.total_cents
    assert aged_balance(today - timedelta(days=6)).credit_cents == 0


def test_two_clients_are_kept_apart_and_one_who_owes_nothing_is_left_out(cast) -> None:
    invoiced(cast.bakery, hire(cast.bakery, 1))
    assert [client.client_id for client in aged_balance(brussels_today()).clients] == [cast.bakery.pk]
    invoiced(cast.garage, hire(cast.garage, 1, first=50))
    both = aged_balance(brussels_today())
    assert [client.name for client in both.clients] == [cast.bakery.name, cast.garage.name]
    assert both.open_cents == both.receivable_cents == sum(Invoice.objects.values_list("total_cents", flat=True))


def test_a_receivable_that_no_invoice_explains_is_seen(cast) -> None:
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 1))
    received_from_bank([payment_of(product, 500)])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE banking_allocation SET amount_cents = 499 WHERE amount_cents = 500")
    balance = aged_balance(brussels_today())
    assert not balance.agrees
    assert balance.open_cents - balance.receivable_cents == 1


steps = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from(("order", "part", "all", "over", "cancel")), st.integers(1, 9_999)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=12)
@given(steps)
def test_the_ledger_says_the_same_on_every_day_of_any_story(db, story) -> None:
    """Days apart, in order; looked at afterwards for each day, also for clients in credit."""
    with transaction.atomic():
        cast = play()
        people = hire(cast.bakery, 1)
        orders = []
        days = sum(apart for apart, _what, _cents in story)
        for apart, what, cents in story:
            days -= apart
            with days_ago(days):
                _take_step(cast, people, orders, what, cents)
        today: date = brussels_today()
        for back in range(sum(apart for apart, _what, _cents in story) + 2):
            balance = aged_balance(today - timedelta(days=back))
            assert balance.agrees, back
        transaction.set_rollback(True)


def _take_step(cast, people, orders, what: str, cents: int) -> None:
    if what == "order":
        orders.append(invoiced(cast.bakery, people))
    elif orders:
        order, invoices = orders[-1]
        order.refresh_from_db()
        for invoice in invoices:
            invoice.refresh_from_db()
        if what == "cancel":
            if order.state == "invoiced":
                cancel_order(client=cast.bakery, order_id=order.pk, actor=None)
            return
        amounts = [{"part": cents, "all": one.open_cents, "over": one.open_cents + cents}[what] for one in invoices]
        together = zip(invoices, amounts, strict=True)
        received_from_bank([payment_of(invoice, amount) for invoice, amount in together if amount])
