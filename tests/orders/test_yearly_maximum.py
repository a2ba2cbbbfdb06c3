"""Eco vouchers: at most 250 € a year from one employer, however many orders it takes (SPEC O7)."""

from datetime import date

import pytest
import time_machine
from cast import hire
from story import confirmed

from tegoed.clients.actions import sign_contract
from tegoed.orders.actions import LineRefused, LineWish, discard_draft, set_order_lines, start_order
from tegoed.orders.models import Order
from tegoed.rules.products import Form, Product

YEARLY_CENTS = 25_000


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel("2026-11-10T10:00:00Z"):
        yield


def eco_draft(client, *wishes: tuple[object, int], loading_on: date = date(2026, 11, 20)) -> Order:
    order = start_order(client=client, product=Product.ECO, reference="", loading_on=loading_on, actor=None)
    lines = [LineWish(beneficiary_id=person.pk, amount_cents=cents) for person, cents in wishes]
    return set_order_lines(client=client, order_id=order.pk, wishes=lines, actor=None)


def test_the_year_is_full_when_its_orders_are_together(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    confirmed(eco_draft(cast.bakery, (person, 15_000)))
    confirmed(eco_draft(cast.bakery, (person, 10_000), loading_on=date(2026, 12, 31)))
    with pytest.raises(LineRefused) as refused:
        eco_draft(cast.bakery, (person, 1))
    inner = refused.value.params["refusal"]
    assert inner.code == "amount-above-yearly-maximum"
    assert (inner.params["ordered_this_year_cents"], inner.params["maximum_cents"]) == (YEARLY_CENTS, YEARLY_CENTS)


def test_two_drafts_that_fit_alone_do_not_fit_together(cast) -> None:
    first_person, person = hire(cast.bakery, 2)
    first = eco_draft(cast.bakery, (first_person, 5_000), (person, 15_000))
    second = eco_draft(cast.bakery, (first_person, 5_000), (person, 15_000))
    confirmed(first)
    with pytest.raises(LineRefused) as refused:
        confirmed(second)
    assert refused.value.params["beneficiary"] == str(person)
    second.refresh_from_db()
    assert second.state == "draft"


def test_drafts_and_cancelled_orders_fill_nothing(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    eco_draft(cast.bakery, (person, YEARLY_CENTS))
    discarded = eco_draft(cast.bakery, (person, YEARLY_CENTS))
    discard_draft(client=cast.bakery, order_id=discarded.pk, actor=None)
    assert confirmed(eco_draft(cast.bakery, (person, YEARLY_CENTS))).state == "processing"


def test_another_year_another_employer_and_another_person_count_for_themselves(cast) -> None:
    person, colleague = hire(cast.bakery, 2)
    confirmed(eco_draft(cast.bakery, (person, YEARLY_CENTS)))
    confirmed(eco_draft(cast.bakery, (person, YEARLY_CENTS), loading_on=date(2027, 1, 4)))
    confirmed(eco_draft(cast.bakery, (colleague, YEARLY_CENTS)))
    sign_contract(
        client=cast.garage,
        product=Product.ECO,
        form=Form.ELECTRONIC,
        tariff=cast.tariff,
        starts_on=date(2026, 1, 1),
        actor=None,
    )
    (at_garage,) = hire(cast.garage, 1)
    assert at_garage.person_id == person.person_id
    assert confirmed(eco_draft(cast.garage, (at_garage, YEARLY_CENTS))).state == "processing"


def test_changing_the_lines_of_a_draft_does_not_count_the_draft_itself(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    order = eco_draft(cast.bakery, (person, YEARLY_CENTS))
    for cents in (YEARLY_CENTS, 1, YEARLY_CENTS):
        wishes = [LineWish(beneficiary_id=person.pk, amount_cents=cents)]
        set_order_lines(client=cast.bakery, order_id=order.pk, wishes=wishes, actor=None)
    assert confirmed(order).face_value_cents == YEARLY_CENTS
