"""The pages of an order and the law: month, shares, occasions, children, and more than a maximum with a reason."""

from datetime import date

import pytest
import time_machine
from cast import hire
from django.urls import reverse

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.clients.actions import sign_contract
from tegoed.orders.models import Order, OrderState
from tegoed.rules.products import Form, Product


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel("2026-11-10T10:00:00Z"):
        yield


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


@pytest.fixture
def address(cast):
    def of(name: str, order: Order | None = None) -> str:
        return reverse(f"portal:{name}", args=[cast.bakery.pk, order.pk] if order else [cast.bakery.pk])

    return of


@pytest.fixture
def gift_contract(cast):
    sign_contract(
        client=cast.bakery,
        product=Product.GIFT,
        form=Form.ELECTRONIC,
        tariff=cast.tariff,
        starts_on=date(2024, 1, 1),
        actor=None,
    )


@pytest.fixture
def with_leave(cast):
    cast.issuer.allows_above_maximum = True
    cast.issuer.save()


def post_start(browser, address, **changes):
    wish = {"product": "meal", "reference": "", "loading_on": "2026-11-20"} | changes
    return browser.post(address("order-new"), wish)


def start(browser, address, **changes) -> Order:
    answer = post_start(browser, address, **changes)
    assert answer.status_code == 302, answer.context["form"].errors
    return Order.objects.latest("id")


def typed(people, count="20", value="8,00") -> dict[str, str]:
    fields = {f"count-{person.pk}": count for person in people}
    return fields | {f"value-{person.pk}": value for person in people}


def send(browser, address, order, fields, action="check"):
    return browser.post(address("order-lines", order), fields | {"action": action})


@pytest.mark.parametrize(
    ("typed_month", "month_on"),
    [
        ("", date(2026, 11, 1)),
        ("2026-10", date(2026, 10, 1)),
        ("10/2026", date(2026, 10, 1)),
        ("1-2027", date(2027, 1, 1)),
    ],
)
def test_the_month_is_picked_or_typed_else_it_is_that_of_the_loading_date(
    typed_month, month_on, cast, alice_browser, address
):
    assert start(alice_browser, address, month_on=typed_month).month_on == month_on


@pytest.mark.parametrize(
    ("typed_month", "said"),
    [
        ("november", "not a month"),
        ("2026-13", "not a month"),
        ("2025-09", "October 2025 or a later month"),
        ("2027-12", "up to November 2027"),
    ],
)
def test_a_month_that_is_none_or_out_of_range_is_told_at_the_field(typed_month, said, cast, alice_browser, address):
    answer = post_start(alice_browser, address, month_on=typed_month)
    assert list(answer.context["form"].errors) == ["month_on"]
    assert said in answer.content.decode()
    assert not Order.objects.exists()


def test_the_share_starts_at_the_legal_minimum_then_at_that_of_the_last_order(cast, alice_browser, address):
    assert 'value="1.09"' in alice_browser.get(address("order-new")).content.decode()
    order = start(alice_browser, address, worker_share="1,50")
    assert order.worker_share_cents == 150
    Order.objects.filter(pk=order.pk).update(state="loaded", confirmed_at="2026-11-10T10:00:00Z")
    assert 'value="1.50"' in alice_browser.get(address("order-new")).content.decode()
    assert start(alice_browser, address, worker_share="").worker_share_cents == 150


def test_a_share_below_the_minimum_is_told_at_the_field(cast, alice_browser, address):
    answer = post_start(alice_browser, address, worker_share="1,08")
    assert list(answer.context["form"].errors) == ["worker_share"]
    assert "at least" in answer.content.decode()
    assert not Order.objects.exists()


def test_a_share_typed_beside_another_product_is_not_looked_at(cast, alice_browser, address):
    assert start(alice_browser, address, product="eco", worker_share="abc").worker_share_cents is None


def test_the_employers_share_is_held_against_the_month(cast, alice_browser, address):
    people = hire(cast.bakery, 1)
    order = start(alice_browser, address, month_on="2025-12", worker_share="1,09")
    answer = send(alice_browser, address, order, typed(people, value="8,01"))
    assert "legal maximum" in answer.context["form"].rows[0].error
    answer = send(alice_browser, address, order, typed(people, value="8,00"))
    assert answer.status_code == 302
    assert order.lines.get().worker_share_cents == 109
    page = alice_browser.get(answer["Location"]).content.decode()
    assert "December 2025" in page
    assert "€1.09" in page.replace("€ ", "€").replace("\xa0", "")


def test_the_fields_of_gifts_are_there_with_a_contract_for_gifts_only(cast, alice_browser, address, gift_contract):
    assert 'name="occasion"' in alice_browser.get(address("order-new")).content.decode()
    cast.bakery.contracts.filter(product__in=["gift", "meal"]).update(ends_on=date(2026, 11, 1))
    page = alice_browser.get(address("order-new")).content.decode()
    assert 'name="occasion"' not in page
    assert 'name="worker_share"' not in page


def test_children_raise_the_maximum_at_the_end_of_the_year(cast, alice_browser, address, gift_contract):
    (person,) = hire(cast.bakery, 1)
    order = start(alice_browser, address, product="gift", occasion="end_of_year")
    fields = {f"amount-{person.pk}": "120", f"children-{person.pk}": "1"}
    answer = send(alice_browser, address, order, fields)
    assert "legal maximum" in answer.context["form"].rows[0].error
    answer = send(alice_browser, address, order, fields | {f"children-{person.pk}": "2"})
    assert answer["Location"] == address("order-check", order)
    assert order.lines.get().child_count == 2
    answer = alice_browser.get(address("order-lines", order))
    assert answer.context["form"].rows[0].typed.children == "2"
    answer = send(alice_browser, address, order, fields | {f"children-{person.pk}": "two"})
    assert "whole number of children" in answer.context["form"].rows[0].error


def test_a_marriage_asks_no_children(cast, alice_browser, address, gift_contract):
    hire(cast.bakery, 1)
    order = start(alice_browser, address, product="gift", occasion="marriage")
    assert 'name="children-' not in alice_browser.get(address("order-lines", order)).content.decode()


def test_what_was_ordered_this_year_counts_at_the_row(cast, alice_browser, address):
    (person,) = hire(cast.bakery, 1)
    earlier = start(alice_browser, address, product="eco")
    send(alice_browser, address, earlier, {f"amount-{person.pk}": "200"}, action="save")
    Order.objects.filter(pk=earlier.pk).update(state="loaded")
    order = start(alice_browser, address, product="eco")
    answer = send(alice_browser, address, order, {f"amount-{person.pk}": "50,01"})
    assert "already ordered this year" in answer.context["form"].rows[0].error


def test_without_the_issuers_leave_there_is_no_offer_to_go_above(cast, alice_browser, address):
    people = hire(cast.bakery, 1)
    order = start(alice_browser, address)
    answer = send(alice_browser, address, order, typed(people, value="12,00") | {"reason": "We want to"})
    page = answer.content.decode()
    assert "legal maximum" in page
    assert 'name="reason"' not in page
    assert not order.lines.exists()


def test_with_leave_the_page_asks_a_reason_shows_it_and_keeps_it(cast, alice_browser, address, with_leave):
    people = hire(cast.bakery, 2)
    order = start(alice_browser, address, worker_share="3,50")
    fields = typed(people[:1], value="12,00") | typed(people[1:])
    answer = send(alice_browser, address, order, fields)
    page = answer.content.decode()
    assert 'name="reason"' in page
    assert "Write why you order more" in page
    assert f'aria-describedby="error-{people[0].pk}"' in page
    assert not order.lines.exists()
    answer = send(alice_browser, address, order, fields | {"reason": "Agreed with the union"})
    assert answer["Location"] == address("order-check", order)
    check = alice_browser.get(answer["Location"])
    assert "becomes wage" in check.content.decode()
    assert "Agreed with the union" in check.content.decode()
    total_cents = check.context["preview"].pricing.total_cents
    alice_browser.post(address("order-check", order), {"confirmed_total_cents": total_cents})
    order.refresh_from_db()
    assert (order.state, order.above_maximum_reason) == (OrderState.PROCESSING, "Agreed with the union")
    assert Event.objects.get(action=Action.ORDER_EXCEEDED_MAXIMUM).actor_id == cast.alice.pk


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "Write why"),
        ("For 85.07.30-033.61", "without national numbers"),
        ("x" * 201, "below 200"),
        ("a\x00b", "in words"),
    ],
)
def test_a_reason_that_can_not_be_kept_is_asked_again(reason, said, cast, alice_browser, address, with_leave):
    people = hire(cast.bakery, 1)
    order = start(alice_browser, address)
    answer = send(alice_browser, address, order, typed(people, value="12,00") | {"reason": reason})
    assert said in answer.context["form"].reason_error
    assert not order.lines.exists()


def test_step_3_sends_back_what_became_too_much(cast, alice_browser, address, with_leave):
    people = hire(cast.bakery, 1)
    order = start(alice_browser, address)
    send(alice_browser, address, order, typed(people, value="12,00") | {"reason": "Agreed"})
    cast.issuer.allows_above_maximum = False
    cast.issuer.save()
    answer = alice_browser.get(address("order-check", order), follow=True)
    assert answer.redirect_chain[-1][0] == address("order-lines", order)
    assert "legal maximum" in answer.content.decode()


def test_the_service_says_that_it_is_a_percentage(cast, alice_browser, address):
    order = start(alice_browser, address)
    send(alice_browser, address, order, typed(hire(cast.bakery, 2)))
    assert "Service: 1 % of the face value" in alice_browser.get(address("order-check", order)).content.decode()
    cast.tariff.service_basis_points = 150
    cast.tariff.service_per_voucher_cents = 5
    cast.tariff.save()
    page = alice_browser.get(address("order-check", order)).content.decode().replace("\xa0", " ")
    assert "Service: 1.5 % of the face value and €0.05 per voucher" in page.replace("€ ", "€")


def test_step_3_tells_each_maximum_with_its_highest_figure_and_how_many_people(
    cast, alice_browser, address, with_leave
):
    people = hire(cast.bakery, 3)
    order = start(alice_browser, address, worker_share="3,50")
    fields = typed(people[:1], value="12,00") | typed(people[1:2], value="11,00") | typed(people[2:])
    send(alice_browser, address, order, fields | {"reason": "Agreed"})
    page = alice_browser.get(address("order-check", order))
    (sentence,) = page.context["above"]
    assert sentence.startswith("2 people: A voucher of €12.00; the legal maximum is €10.00 (since 1 January 2026")
