"""Whole orders against the rules: the same answer as line by line, and what passes above a maximum is in the trail."""

from datetime import date

import pytest
import time_machine
from cast import hire
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from story import confirmed

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.clients.actions import sign_contract
from tegoed.orders.actions import LineRefused, LineWish, change_order, set_order_lines, start_order
from tegoed.orders.checks import (
    LineToCheck,
    above_maximum_in,
    check_order_lines,
    lines_to_check,
    ordered_this_year,
    refused_lines,
)
from tegoed.orders.models import Order, OrderLine, OrderState
from tegoed.rules.order_lines import GiftOccasion, MonthImpossible, WorkerShareBelowMinimum
from tegoed.rules.products import Form, Product

REASON = "Agreed in the works council"


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel("2026-11-10T10:00:00Z"):
        yield


@pytest.fixture
def with_leave(cast):
    """The issuer lets clients go above a maximum."""
    cast.issuer.allows_above_maximum = True
    cast.issuer.save()


def sign(cast, *products: Product) -> None:
    for product in products:
        sign_contract(
            client=cast.bakery,
            product=product,
            form=Form.ELECTRONIC,
            tariff=cast.tariff,
            starts_on=date(2024, 1, 1),
            actor=None,
        )


def draft(client, product: Product, wishes: list[LineWish] | None = None, *, reason: str = "", **particulars) -> Order:
    told = {"reference": "", "loading_on": date(2026, 11, 20), "actor": None} | particulars
    order = start_order(client=client, product=product, **told)
    return set_order_lines(
        client=client, order_id=order.pk, wishes=wishes or [], actor=None, above_maximum_reason=reason
    )


def meal(person, face_value_cents: int = 800, count: int = 20) -> LineWish:
    return LineWish(beneficiary_id=person.pk, voucher_count=count, face_value_cents=face_value_cents)


def amount(person, cents: int, **more) -> LineWish:
    return LineWish(beneficiary_id=person.pk, amount_cents=cents, **more)


def refused_codes(act) -> dict[int, str]:
    with pytest.raises(LineRefused) as refused:
        act()
    return {pk: refusal.code for pk, refusal in refused.value.refused.items()}


@pytest.mark.parametrize(
    ("month_on", "face_value_cents", "share_cents", "code"),
    [
        (date(2025, 12, 1), 800, 109, None),
        (date(2025, 12, 1), 801, 150, "face-value-above-maximum"),
        (date(2025, 12, 1), 800, 108, "worker-share-below-minimum"),
        (date(2026, 1, 1), 1_000, 109, None),
        (date(2026, 1, 1), 1_001, 150, "face-value-above-maximum"),
    ],
)
def test_the_month_of_performance_decides_not_the_loading_date(month_on, face_value_cents, share_cents, code, cast):
    (person,) = hire(cast.bakery, 1)
    order = draft(cast.bakery, Product.MEAL, month_on=month_on, worker_share_cents=150)
    Order.objects.filter(pk=order.pk).update(worker_share_cents=share_cents)

    def set_lines() -> None:
        set_order_lines(client=cast.bakery, order_id=order.pk, wishes=[meal(person, face_value_cents)], actor=None)

    if code is None:
        set_lines()
    else:
        assert refused_codes(set_lines) == {person.pk: code}


def test_february_has_no_thirty_vouchers_though_the_order_is_loaded_in_march(cast):
    (person,) = hire(cast.bakery, 1)
    with time_machine.travel("2027-03-02T10:00:00Z"):
        order = draft(cast.bakery, Product.MEAL, loading_on=date(2027, 3, 5), month_on=date(2027, 2, 1))
        wishes = [meal(person, count=29)]
        act = lambda: set_order_lines(client=cast.bakery, order_id=order.pk, wishes=wishes, actor=None)  # noqa: E731
        assert refused_codes(act) == {person.pk: "voucher-count-impossible"}


def test_all_wrong_lines_are_told_and_none_is_kept(cast):
    people = hire(cast.bakery, 3)
    order = draft(cast.bakery, Product.MEAL)
    wishes = [meal(people[0]), meal(people[1], 1_500), meal(people[2], count=40)]
    act = lambda: set_order_lines(client=cast.bakery, order_id=order.pk, wishes=wishes, actor=None)  # noqa: E731
    assert refused_codes(act) == {
        people[1].pk: "face-value-above-maximum",
        people[2].pk: "voucher-count-impossible",
    }
    assert not order.lines.exists()


@pytest.mark.parametrize("month_on", [date(2025, 9, 1), date(2027, 12, 1)])
def test_a_month_out_of_range_starts_nothing(month_on, cast):
    with pytest.raises(MonthImpossible):
        start_order(
            client=cast.bakery,
            product=Product.MEAL,
            reference="",
            loading_on=date(2026, 11, 20),
            month_on=month_on,
            actor=None,
        )


def test_a_share_below_the_minimum_starts_and_changes_nothing(cast):
    order = draft(cast.bakery, Product.MEAL, worker_share_cents=109)
    with pytest.raises(WorkerShareBelowMinimum):
        draft(cast.bakery, Product.MEAL, worker_share_cents=108)
    with pytest.raises(WorkerShareBelowMinimum):
        change_order(
            client=cast.bakery,
            order_id=order.pk,
            product=Product.MEAL,
            reference="",
            loading_on=date(2026, 11, 20),
            worker_share_cents=1,
            actor=None,
        )


def test_another_share_in_step_1_reaches_the_lines(cast):
    (person,) = hire(cast.bakery, 1)
    order = draft(cast.bakery, Product.MEAL, [meal(person)], worker_share_cents=109)
    told = {"client": cast.bakery, "order_id": order.pk, "reference": "", "loading_on": date(2026, 11, 20)}
    change_order(**told, product=Product.MEAL, worker_share_cents=200, actor=None)
    assert OrderLine.objects.get(order=order).worker_share_cents == 200
    change_order(**told, product=Product.MEAL, actor=None)
    assert OrderLine.objects.get(order=order).worker_share_cents == 200


def test_gifts_of_one_year_and_occasion_add_up_over_orders(cast):
    sign(cast, Product.GIFT)
    parent, single = hire(cast.bakery, 2)
    confirmed(draft(cast.bakery, Product.GIFT, [amount(parent, 8_000, child_count=1), amount(single, 4_000)]))
    order = draft(cast.bakery, Product.GIFT)
    set_order_lines(client=cast.bakery, order_id=order.pk, wishes=[amount(parent, 4_000, child_count=2)], actor=None)
    act = lambda: set_order_lines(  # noqa: E731
        client=cast.bakery,
        order_id=order.pk,
        wishes=[amount(single, 1), amount(parent, 4_001, child_count=2)],
        actor=None,
    )
    assert set(refused_codes(act).values()) == {"amount-above-occasion-maximum"}
    honour = draft(cast.bakery, Product.GIFT, [amount(single, 12_000)], occasion=GiftOccasion.HONOUR)
    assert confirmed(honour).state == OrderState.PROCESSING
    act = lambda: draft(cast.bakery, Product.GIFT, [amount(single, 1)], occasion=GiftOccasion.HONOUR)  # noqa: E731
    assert set(refused_codes(act).values()) == {"amount-above-occasion-maximum"}
    next_year = {"loading_on": date(2027, 1, 4), "month_on": date(2027, 1, 1)}
    assert draft(cast.bakery, Product.GIFT, [amount(single, 4_000)], **next_year).lines.count() == 1


def test_the_year_is_that_of_the_month_not_of_the_loading_date(cast):
    (person,) = hire(cast.bakery, 1)
    december_late = {"loading_on": date(2027, 1, 15), "month_on": date(2026, 12, 1)}
    confirmed(draft(cast.bakery, Product.ECO, [amount(person, 25_000)], **december_late))
    act = lambda: draft(cast.bakery, Product.ECO, [amount(person, 1)])  # noqa: E731
    assert set(refused_codes(act).values()) == {"amount-above-yearly-maximum"}
    january = {"loading_on": date(2027, 1, 15), "month_on": date(2027, 1, 1)}
    assert draft(cast.bakery, Product.ECO, [amount(person, 25_000)], **january).lines.count() == 1


@pytest.mark.parametrize(
    ("state", "counts"),
    [("draft", False), ("cancelled", False), ("awaiting_approval", True), ("on_hold", True), ("loaded", True)],
)
def test_what_waits_for_approval_counts_and_drafts_do_not(state, counts, cast):
    (person,) = hire(cast.bakery, 1)
    earlier = draft(cast.bakery, Product.ECO, [amount(person, 7_000)])
    Order.objects.filter(pk=earlier.pk).update(state=state)
    order = draft(cast.bakery, Product.ECO)
    assert ordered_this_year(order) == ({person.pk: 7_000} if counts else {})


def test_without_leave_of_the_issuer_a_reason_changes_nothing(cast):
    (person,) = hire(cast.bakery, 1)
    act = lambda: draft(cast.bakery, Product.MEAL, [meal(person, 1_200)], reason=REASON)  # noqa: E731
    assert refused_codes(act) == {person.pk: "face-value-above-maximum"}


def test_with_leave_a_reason_is_needed_kept_and_traced(cast, with_leave):
    person, colleague, third = hire(cast.bakery, 3)
    wishes = [meal(person, 1_200), meal(colleague, 1_300), meal(third)]
    assert set(refused_codes(lambda: draft(cast.bakery, Product.MEAL, wishes))) == {person.pk, colleague.pk}
    order = draft(cast.bakery, Product.MEAL, wishes, reason=REASON, worker_share_cents=400)
    assert order.above_maximum_reason == REASON
    confirmed(order)
    (event,) = Event.objects.filter(action=Action.ORDER_EXCEEDED_MAXIMUM)
    assert (event.subject_id, event.facts["reason"]) == (order.pk, REASON)
    (employer, face) = sorted(event.facts["figures"], key=lambda figure: figure["code"])
    assert (face["code"], face["asked_cents"], face["maximum_cents"]) == ("face-value-above-maximum", 1_300, 1_000)
    assert (face["line_count"], face["from_on"]) == (2, "2026-01-01")
    assert (employer["code"], employer["line_count"]) == ("employer-share-above-maximum", 1)


def test_impossible_data_passes_with_no_reason_whatever_the_setting(cast, with_leave):
    (person,) = hire(cast.bakery, 1)
    act = lambda: draft(cast.bakery, Product.MEAL, [meal(person, 1_200, count=40)], reason=REASON)  # noqa: E731
    assert refused_codes(act) == {person.pk: "voucher-count-impossible"}


def test_a_reason_that_is_not_needed_is_not_kept(cast, with_leave):
    (person,) = hire(cast.bakery, 1)
    assert draft(cast.bakery, Product.MEAL, [meal(person)], reason=REASON).above_maximum_reason == ""


def test_leave_that_was_taken_back_stops_the_confirmation(cast, with_leave):
    (person,) = hire(cast.bakery, 1)
    order = draft(cast.bakery, Product.MEAL, [meal(person, 1_200)], reason=REASON)
    with pytest.raises(LineRefused) as refused:
        check_order_lines(order, allows_above_maximum=False)
    assert refused.value.params["beneficiary"] == str(person)
    assert not Event.objects.filter(action=Action.ORDER_EXCEEDED_MAXIMUM).exists()
    assert len(above_maximum_in(order, allows_above_maximum=True)) == 1


def test_equal_lines_are_looked_at_once(cast, django_assert_num_queries):
    people = hire(cast.bakery, 40)
    order = draft(cast.bakery, Product.MEAL, [meal(person, 700 + number % 2) for number, person in enumerate(people)])
    with django_assert_num_queries(1):
        found = lines_to_check(order)
    assert [(line.face_value_cents, line.line_count) for line in found] == [(700, 20), (701, 20)]


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from([Product.MEAL, Product.ECO, Product.GIFT]),
    st.lists(st.tuples(st.integers(0, 33), st.integers(0, 30_000), st.integers(0, 3)), min_size=3, max_size=3),
    st.lists(st.integers(1, 20_000), min_size=3, max_size=3),
)
def test_set_based_refuses_the_same_people_as_line_by_line(cast, product, asked, earlier):
    if product == Product.GIFT and not cast.bakery.contracts.filter(product="gift").exists():
        sign(cast, Product.GIFT)
    people = list(cast.bakery.beneficiaries.order_by("id")) or hire(cast.bakery, 3)
    Order.objects.filter(client=cast.bakery).update(state="cancelled")
    if product != Product.MEAL:
        before = start_order(
            client=cast.bakery, product=product, reference="", loading_on=date(2026, 11, 20), actor=None
        )
        OrderLine.objects.bulk_create(
            OrderLine(order=before, beneficiary=person, amount_cents=cents)
            for person, cents in zip(people, earlier, strict=True)
        )
        Order.objects.filter(pk=before.pk).update(state="loaded")
    order = start_order(client=cast.bakery, product=product, reference="", loading_on=date(2026, 11, 20), actor=None)
    wishes = [
        meal(person, cents % 1_300, count) if product == Product.MEAL else amount(person, cents, child_count=children)
        for person, (count, cents, children) in zip(people, asked, strict=True)
    ]
    wishes = [wish for wish in wishes if wish.voucher_count * wish.face_value_cents or wish.amount_cents]
    try:
        set_order_lines(client=cast.bakery, order_id=order.pk, wishes=wishes, actor=None)
        one_by_one = set()
    except LineRefused as refusal:
        one_by_one = set(refusal.refused)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            beneficiary_id=wish.beneficiary_id,
            voucher_count=wish.voucher_count,
            face_value_cents=wish.face_value_cents,
            amount_cents=wish.amount_cents or wish.voucher_count * wish.face_value_cents,
            child_count=wish.child_count,
        )
        for wish in wishes
        if one_by_one
    )
    refused = refused_lines(lines_to_check(order))
    assert sum(group.line.line_count for group in refused) == len(one_by_one)
    firsts = OrderLine.objects.filter(pk__in=[group.line.first_id for group in refused])
    assert set(firsts.values_list("beneficiary_id", flat=True)) <= one_by_one


def test_rows_of_a_form_are_held_against_the_rules_before_they_are_lines():
    fine = LineToCheck("meal", date(2026, 11, 1), "", 20, 800, 109, 16_000, 0, 0, 1, 2)
    too_much = fine._replace(face_value_cents=1_200, amount_cents=24_000, first_id=3, line_count=5)
    (refused,) = refused_lines([fine, too_much])
    assert (refused.line.first_id, refused.refusals[0].code) == (3, "face-value-above-maximum")
    assert refused_lines([fine, too_much], is_above_maximum_allowed=True) == []
