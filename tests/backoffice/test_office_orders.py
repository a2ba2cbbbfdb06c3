"""Orders of all clients, found and explained."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bank import coda_file, payment_of
from cast import draft_of, hire
from django.utils.timezone import now
from office_day import booked, office, ordered

from tegoed.backoffice.wording import load_delay
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.orders.models import Order
from tegoed.rules.structured_communication import pretty


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


def found(browser, **query: str) -> set[int]:
    return {order.pk for order in browser.get(office("orders"), query).context["orders"]}


def test_orders_are_found_by_number_client_reference_invoice_and_state(cast, browser) -> None:
    bread, (invoice, *_) = ordered(cast.bakery, hire(cast.bakery, 2))
    car = draft_of(cast.garage, hire(cast.garage, 2, first=50))
    Order.objects.filter(pk=car.pk).update(reference="Kerst 2026")
    both = {bread.pk, car.pk}
    assert found(browser) == both
    assert found(browser, words=str(car.pk)) == {car.pk}
    assert found(browser, words=f"#{bread.pk}") == {bread.pk}
    assert found(browser, words="lambert") == {car.pk}
    assert found(browser, words="kerst") == {car.pk}
    assert found(browser, words=invoice.number.lower()) == {bread.pk}
    assert found(browser, words=pretty(invoice.structured_communication)) == {bread.pk}
    assert found(browser, words=invoice.structured_communication) == {bread.pk}
    assert found(browser, state="invoiced") == {bread.pk}
    assert found(browser, state="draft", words="lambert") == {car.pk}
    assert found(browser, state="draft", words="bakkerij") == set()


@pytest.mark.parametrize("query", [{"state": "nonsense"}, {"words": "a\0b"}, {"words": "x" * 500}])
def test_a_filter_that_makes_no_sense_finds_nothing_and_says_so(query, cast, browser) -> None:
    draft_of(cast.bakery, hire(cast.bakery, 1))
    page = browser.get(office("orders"), query)
    assert page.status_code == 200
    assert not page.context["orders"].object_list
    assert "errorlist" in page.content.decode()


@pytest.mark.parametrize(
    "words", ["%", "_", "'; DROP TABLE orders_order; --", "9" * 90, "٣", "<script>alert(1)</script>"]
)
def test_hostile_words_are_only_words(words, cast, browser) -> None:
    draft_of(cast.bakery, hire(cast.bakery, 1))
    page = browser.get(office("orders"), {"words": words})
    assert page.status_code == 200
    assert not page.context["orders"].object_list
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999999999999"])
def test_a_page_number_that_makes_no_sense_gives_a_page(number, cast, browser) -> None:
    assert browser.get(office("orders"), {"page": number}).status_code == 200


def test_an_order_tells_its_whole_story(cast, browser) -> None:
    order, invoices = ordered(cast.bakery, hire(cast.bakery, 3), actor=cast.alice)
    page = browser.get(office("order", order_id=order.pk)).content.decode()
    for invoice in invoices:
        assert invoice.number in page
        assert pretty(invoice.structured_communication) in page
    for words in (
        cast.bakery.name,
        "Janssens 001 Noor 1",
        "61.02.**-***.**",
        "First order",
        "20 × €8.00",
        "Confirmed by the client; cards detected",
        "Order confirmed",
        cast.alice.email,
        "Card delivery per workplace",
        "€9.50",
    ):
        assert words in page, words
    assert "From payment to load" not in page

    booked(coda_file([payment_of(invoice) for invoice in invoices]))
    page = browser.get(office("order", order_id=order.pk)).content.decode()
    assert "Waits to be loaded for" in page
    load_due_orders()
    answer = browser.get(office("order", order_id=order.pk))
    page = answer.content.decode()
    assert "From payment to load" in page
    assert "less than a minute" in page
    assert {line.balance_cents for line in answer.context["lines"]} == {16_000}
    assert "Vouchers loaded" in page
    assert "Beneficiaries loaded: 3" in page


def test_an_order_on_hold_lists_what_blocks_it(cast, browser) -> None:
    people = hire(cast.bakery, 2)
    with time_machine.travel(now() - timedelta(days=30)):
        _first, (old, *_) = ordered(cast.bakery, people)
    held, invoices = ordered(cast.bakery, people)
    assert (held.state, invoices) == ("on_hold", [])
    answer = browser.get(office("order", order_id=held.pk))
    page = answer.content.decode()
    assert "Waits for older invoices" in page
    assert f"<strong>{old.number}</strong>" in page
    assert pretty(old.structured_communication) in page
    assert f"Open invoices: {old.number}" in page


def test_the_delay_counts_from_payment_or_from_the_loading_day_in_belgium() -> None:
    paid_at = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    order = Order(loading_on=paid_at.date(), paid_at=paid_at, loaded_at=paid_at + timedelta(minutes=3))
    assert load_delay(order, now=paid_at) == timedelta(minutes=3)
    order.loading_on = paid_at.date() + timedelta(days=1)
    order.loaded_at = datetime(2026, 7, 1, 22, 1, tzinfo=UTC)  # one minute past midnight in Brussels
    assert load_delay(order, now=paid_at) == timedelta(minutes=1)
    order.loaded_at = None
    assert load_delay(order, now=paid_at) is None
    assert load_delay(Order(loading_on=paid_at.date()), now=paid_at) is None
