"""An order moves only along the table, each step written down; a draft can be taken up again until it is confirmed."""

from datetime import timedelta
from itertools import product

import pytest
from cast import draft_of, hire
from story import confirmed, invoiced

from tegoed.clients.queries import ContractMissing
from tegoed.orders.actions import (
    BeneficiaryNotOrderable,
    BeneficiaryTwice,
    LineRefused,
    LineWish,
    OrderNotDraft,
    StepNotAllowed,
    TooManyLines,
    advance_order,
    change_order,
    discard_draft,
    set_order_lines,
    start_order,
)
from tegoed.orders.models import Order, OrderLine, OrderState, OrderTransition
from tegoed.orders.queries import order_of, suggested_lines
from tegoed.orders.states import TRANSITIONS
from tegoed.rules.dates import add_months, brussels_today
from tegoed.rules.order_lines import LoadingDateImpossible
from tegoed.rules.products import Product

EVERY_STEP = list(product(OrderState.values, OrderState.values))
ALLOWED = {
    ("draft", "awaiting_approval"),
    ("draft", "processing"),
    ("draft", "cancelled"),
    ("awaiting_approval", "processing"),
    ("awaiting_approval", "draft"),
    ("awaiting_approval", "cancelled"),
    ("processing", "invoiced"),
    ("processing", "on_hold"),
    ("on_hold", "processing"),
    ("on_hold", "cancelled"),
    ("invoiced", "paid"),
    ("invoiced", "cancelled"),
    ("paid", "loaded"),
    ("paid", "invoiced"),
}


def test_the_table_is_the_one_of_the_specification() -> None:
    assert {(source, target) for source, targets in TRANSITIONS.items() for target in targets} == ALLOWED


def test_only_listed_steps_are_taken_and_each_is_written_down(cast) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    for from_state, to_state in EVERY_STEP:
        Order.objects.filter(pk=order.pk).update(state=from_state)
        OrderTransition.objects.all().delete()
        order.refresh_from_db()
        if (from_state, to_state) in ALLOWED:
            advance_order(order, OrderState(to_state), reason="try", actor=cast.alice)
            step = OrderTransition.objects.get()
            assert (step.from_state, step.to_state, step.reason, step.actor) == (
                from_state,
                to_state,
                "try",
                cast.alice,
            )
            order.refresh_from_db()
            assert order.state == to_state
        else:
            with pytest.raises(StepNotAllowed):
                advance_order(order, OrderState(to_state), reason="try", actor=None)
            order.refresh_from_db()
            assert (order.state, OrderTransition.objects.count()) == (from_state, 0)


@pytest.mark.parametrize("state", [state for state in OrderState.values if state != "draft"])
def test_what_is_no_draft_can_not_be_changed(cast, state) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    Order.objects.filter(pk=order.pk).update(state=state)
    who = {"client": cast.bakery, "order_id": order.pk, "actor": cast.alice}
    with pytest.raises(OrderNotDraft):
        change_order(**who, product=Product.ECO, reference="", loading_on=brussels_today())
    with pytest.raises(OrderNotDraft):
        set_order_lines(**who, wishes=[])
    with pytest.raises(OrderNotDraft):
        discard_draft(**who)
    with pytest.raises(OrderNotDraft):
        confirmed(order)
    assert OrderLine.objects.count() == 1


def test_another_clients_draft_does_not_exist_for_us(cast) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    who = {"client": cast.garage, "order_id": order.pk, "actor": cast.charlie}
    for attempt in (
        lambda: set_order_lines(**who, wishes=[]),
        lambda: discard_draft(**who),
        lambda: change_order(**who, product=Product.MEAL, reference="", loading_on=brussels_today()),
        lambda: order_of(cast.garage, order.pk),
    ):
        with pytest.raises(Order.DoesNotExist):
            attempt()


def test_a_draft_taken_up_again_shows_its_own_amounts_and_nothing_for_who_was_left_out(cast) -> None:
    first, second = hire(cast.bakery, 2)
    order = draft_of(cast.bakery, [first], count=7)
    hire(cast.bakery, 1, first=10)
    shown = {line.beneficiary.pk: line.voucher_count for line in suggested_lines(order)}
    assert (shown[first.pk], shown[second.pk]) == (7, 0)
    assert sum(shown.values()) == 7


def test_a_new_draft_takes_over_the_last_confirmed_order_else_the_usual_amount(cast) -> None:
    first, second = hire(cast.bakery, 2)
    confirmed(draft_of(cast.bakery, [first], count=7, face_value_cents=756))
    draft_of(cast.bakery, [first], count=9)  # never confirmed
    discarded = draft_of(cast.bakery, [first], count=3)
    discard_draft(client=cast.bakery, order_id=discarded.pk, actor=None)
    fresh = start_order(client=cast.bakery, product=Product.MEAL, reference="", loading_on=brussels_today(), actor=None)
    shown = {line.beneficiary.pk: (line.voucher_count, line.face_value_cents) for line in suggested_lines(fresh)}
    assert shown == {first.pk: (7, 756), second.pk: (20, 800)}


def test_the_last_order_of_another_product_or_client_suggests_nothing(cast) -> None:
    (at_garage,) = hire(cast.garage, 1)
    confirmed(draft_of(cast.garage, [at_garage], count=3))
    (person,) = hire(cast.bakery, 1)
    confirmed(draft_of(cast.bakery, [person], count=7))
    eco = start_order(client=cast.bakery, product=Product.ECO, reference="", loading_on=brussels_today(), actor=None)
    assert [(line.beneficiary.pk, line.amount_cents) for line in suggested_lines(eco)] == [(person.pk, 0)]


def test_who_left_is_not_suggested(cast) -> None:
    first, second = hire(cast.bakery, 2)
    confirmed(draft_of(cast.bakery, [first, second]))
    first.is_active = False
    first.save()
    fresh = start_order(client=cast.bakery, product=Product.MEAL, reference="", loading_on=brussels_today(), actor=None)
    assert [line.beneficiary.pk for line in suggested_lines(fresh)] == [second.pk]


def wish(person, **amounts) -> LineWish:
    return LineWish(beneficiary_id=person.pk, **({"voucher_count": 20, "face_value_cents": 800} | amounts))


def test_people_of_another_client_or_inactive_ones_are_refused_and_the_lines_stay(cast) -> None:
    mine, gone = hire(cast.bakery, 2)
    (stranger,) = hire(cast.garage, 1, first=60)
    gone.is_active = False
    gone.save()
    order = draft_of(cast.bakery, [mine], count=7)
    for other in (stranger, gone):
        with pytest.raises(BeneficiaryNotOrderable):
            set_order_lines(client=cast.bakery, order_id=order.pk, wishes=[wish(mine), wish(other)], actor=None)
    assert list(order.lines.values_list("beneficiary_id", "voucher_count")) == [(mine.pk, 7)]


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        ({"voucher_count": 32}, "voucher-count-impossible"),
        ({"voucher_count": -1}, "voucher-count-impossible"),
        ({"face_value_cents": 0}, "face-value-impossible"),
        ({"face_value_cents": -800}, "face-value-impossible"),
        ({"face_value_cents": 1001}, "face-value-above-maximum"),
    ],
)
def test_a_line_against_the_rules_is_refused_by_name_and_the_lines_stay(cast, amounts, code) -> None:
    (person,) = hire(cast.bakery, 1)
    order = draft_of(cast.bakery, [person], count=7)
    with pytest.raises(LineRefused) as refused:
        set_order_lines(client=cast.bakery, order_id=order.pk, wishes=[wish(person, **amounts)], actor=None)
    assert refused.value.params["refusal"].code == code
    assert order.lines.get().voucher_count == 7


def test_one_person_named_twice_leaves_the_draft_as_it_was(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    order = draft_of(cast.bakery, [person], count=7)
    with pytest.raises(BeneficiaryTwice):
        set_order_lines(client=cast.bakery, order_id=order.pk, wishes=[wish(person), wish(person)], actor=None)
    assert order.lines.get().voucher_count == 7


def test_an_order_takes_only_so_many_lines(cast, monkeypatch) -> None:
    monkeypatch.setattr("tegoed.orders.actions.ORDER_LINES_MAX", 1)
    people = hire(cast.bakery, 2)
    order = draft_of(cast.bakery, people[:1])
    with pytest.raises(TooManyLines):
        set_order_lines(client=cast.bakery, order_id=order.pk, wishes=[wish(person) for person in people], actor=None)
    assert order.lines.count() == 1


def test_nobody_with_nothing_stays_in_the_order(cast) -> None:
    first, second = hire(cast.bakery, 2)
    order = draft_of(cast.bakery, [first, second])
    wishes = [wish(first), wish(second, voucher_count=0)]
    set_order_lines(client=cast.bakery, order_id=order.pk, wishes=wishes, actor=None)
    assert [line.beneficiary_id for line in order.lines.all()] == [first.pk]


def test_another_product_drops_the_lines_and_takes_its_own_contract(cast) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    changed = change_order(
        client=cast.bakery,
        order_id=order.pk,
        product=Product.ECO,
        reference="Eco",
        loading_on=brussels_today(),
        actor=None,
    )
    assert (changed.product, changed.contract.product, changed.lines.count()) == ("eco", "eco", 0)


def test_a_product_without_contract_is_refused_and_nothing_is_kept(cast) -> None:
    with pytest.raises(ContractMissing) as refused:
        start_order(client=cast.garage, product=Product.ECO, reference="", loading_on=brussels_today(), actor=None)
    assert refused.value.params == {"product": "eco", "form": "electronic"}
    order = draft_of(cast.garage, hire(cast.garage, 1))
    with pytest.raises(ContractMissing):
        change_order(
            client=cast.garage,
            order_id=order.pk,
            product=Product.ECO,
            reference="x",
            loading_on=brussels_today(),
            actor=None,
        )
    order.refresh_from_db()
    assert (order.product, order.reference, order.lines.count(), Order.objects.count()) == ("meal", "November", 1, 1)


@pytest.mark.parametrize(("days", "is_possible"), [(-1, False), (0, True), (366, False)])
def test_the_loading_date_is_today_or_at_most_a_year_ahead(cast, days, is_possible) -> None:
    asked = {"client": cast.bakery, "product": Product.MEAL, "reference": "", "actor": None}
    if is_possible:
        assert start_order(**asked, loading_on=brussels_today() + timedelta(days=days)).state == "draft"
        assert start_order(**asked, loading_on=add_months(brussels_today(), 12)).state == "draft"
        return
    with pytest.raises(LoadingDateImpossible):
        start_order(**asked, loading_on=brussels_today() + timedelta(days=days))
    assert not Order.objects.exists()


def test_a_discarded_draft_stays_as_cancelled_and_takes_no_number(cast) -> None:
    people = hire(cast.bakery, 1)
    order = draft_of(cast.bakery, people)
    discard_draft(client=cast.bakery, order_id=order.pk, actor=cast.alice)
    order.refresh_from_db()
    assert (order.state, order.lines.count()) == ("cancelled", 1)
    _order, (invoice, *_cards) = invoiced(cast.bakery, people)
    assert invoice.number_in_year == 1
