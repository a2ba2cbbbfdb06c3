"""Every reason of SPEC C1 through a real order: who gets a card, why, and who pays none."""

from datetime import date, timedelta

import pytest
from cast import draft_of, hire
from django.urls import reverse
from story import confirmed

from tegoed.beneficiaries.models import Beneficiary
from tegoed.cards.actions import decide_renewals, unblock_card
from tegoed.cards.models import Card, CardRequest
from tegoed.orders.models import Order
from tegoed.orders.queries import preview_of
from tegoed.rules.card_need import CardReason, CardState, card_usable_until
from tegoed.rules.dates import brussels_today


def ordered(client, people, **changes) -> dict[int, str]:
    """Confirm an order; for each beneficiary with a new card the reason."""
    order = confirmed(draft_of(client, people, **changes))
    return reasons_of(order)


def reasons_of(order: Order) -> dict[int, str]:
    lines = order.lines.filter(card_request__isnull=False)
    return dict(lines.values_list("beneficiary_id", "card_request__reason"))


def all_active() -> None:
    Card.objects.filter(state__in=[CardState.AWAITING_PAYMENT, CardState.REQUESTED]).update(
        state=CardState.ACTIVE, expires_on=brussels_today() + timedelta(days=1_500)
    )


def only_card(person: Beneficiary) -> Card:
    return Card.objects.filter(person_id=person.person_id).latest("id")


def expires(person: Beneficiary, on: date) -> Card:
    card = only_card(person)
    card.expires_on = on
    card.save()
    return card


@pytest.fixture
def settled(cast) -> list[Beneficiary]:
    """Three people of the bakery with working cards."""
    people = hire(cast.bakery, 3)
    ordered(cast.bakery, people)
    all_active()
    return people


def test_a_first_order_makes_a_card_for_everybody_that_waits_for_its_invoice(cast) -> None:
    people = hire(cast.bakery, 2)
    assert ordered(cast.bakery, people) == dict.fromkeys([person.pk for person in people], "first_order")
    assert set(Card.objects.values_list("state", flat=True)) == {CardState.AWAITING_PAYMENT}


def test_who_comes_later_is_a_new_beneficiary_and_the_others_get_none(cast, settled) -> None:
    (newcomer,) = hire(cast.bakery, 1, first=10)
    assert ordered(cast.bakery, [*settled, newcomer]) == {newcomer.pk: "new_beneficiary"}
    assert only_card(newcomer).state == CardState.REQUESTED


def test_a_card_that_ends_before_the_next_usual_order_is_renewed(cast, settled) -> None:
    last_good_day = card_usable_until(brussels_today())
    expires(settled[0], last_good_day - timedelta(days=1))
    expires(settled[1], last_good_day)
    assert ordered(cast.bakery, settled) == {settled[0].pk: "expired"}
    assert ordered(cast.bakery, settled) == {}


def test_a_card_that_expired_is_renewed(cast, settled) -> None:
    card = expires(settled[0], brussels_today() - timedelta(days=3))
    Card.objects.filter(pk=card.pk).update(state=CardState.EXPIRED)
    assert ordered(cast.bakery, settled) == {settled[0].pk: "expired"}


@pytest.mark.parametrize("reason", ["lost", "stolen", "damaged"])
def test_what_the_client_reports_is_replaced_with_the_next_order_at_the_replacement_fee(
    reason, cast, settled, browser_of
) -> None:
    reported = only_card(settled[0])
    address = reverse("portal:card-report", args=[cast.bakery.pk, reported.pk])
    browser_of(cast.alice).post(address, {"reason": reason})
    order = draft_of(cast.bakery, settled)
    (fee, _delivery) = preview_of(order).pricing.card_costs
    assert (fee.reason, fee.quantity) == ("card_replacement", 1)
    assert reasons_of(confirmed(order)) == {settled[0].pk: reason}
    reported.refresh_from_db()
    assert (reported.state, reported.blocked_reason) == (CardState.REPLACED, reason)
    assert reported.steps.latest("id").to_state == CardState.REPLACED
    assert only_card(settled[0]).state == CardState.REQUESTED
    assert ordered(cast.bakery, settled) == {}


def test_a_card_reported_by_mistake_and_unblocked_is_not_replaced(cast, settled, browser_of) -> None:
    card = only_card(settled[0])
    browser_of(cast.alice).post(reverse("portal:card-report", args=[cast.bakery.pk, card.pk]), {"reason": "lost"})
    unblock_card(card=card, actor=cast.staff_member)
    assert ordered(cast.bakery, settled) == {}


def test_a_card_of_another_product_or_a_former_employer_serves_here_and_nobody_pays_one(cast, settled) -> None:
    at_garage = hire(cast.garage, 3)  # the same people
    Beneficiary.objects.filter(client=cast.bakery).update(is_active=False)
    order = draft_of(cast.garage, at_garage)
    assert preview_of(order).pricing.card_costs == ()
    assert reasons_of(confirmed(order)) == {}


def test_a_card_not_to_be_renewed_is_left_while_it_works_on_the_loading_date(cast, settled) -> None:
    today = brussels_today()
    last_day = today + timedelta(days=20)
    card = expires(settled[0], last_day)
    decide_renewals(client=cast.bakery, shown_card_ids=[card.pk], refused_card_ids=[card.pk], actor=cast.alice)
    assert ordered(cast.bakery, settled) == {}
    assert ordered(cast.bakery, settled, loading_on=last_day) == {}
    assert ordered(cast.bakery, settled, loading_on=last_day + timedelta(days=1)) == {settled[0].pk: "expired"}


def test_a_tick_that_is_undone_lets_the_next_order_renew(cast, settled) -> None:
    card = expires(settled[0], brussels_today() + timedelta(days=20))
    for refused in ([card.pk], []):
        decide_renewals(client=cast.bakery, shown_card_ids=[card.pk], refused_card_ids=refused, actor=cast.alice)
    assert ordered(cast.bakery, settled) == {settled[0].pk: "expired"}


def test_one_employers_tick_never_stops_the_other_employers_order(cast, settled) -> None:
    at_garage = hire(cast.garage, 1)
    card = expires(settled[0], brussels_today() + timedelta(days=20))
    decide_renewals(client=cast.bakery, shown_card_ids=[card.pk], refused_card_ids=[card.pk], actor=cast.alice)
    assert ordered(cast.bakery, settled) == {}
    assert ordered(cast.garage, at_garage) == {at_garage[0].pk: "expired"}
    assert ordered(cast.bakery, settled) == {}


def test_expected_delivery_is_ten_working_days_after_the_order(cast, settled) -> None:
    hire(cast.bakery, 1, first=10)
    preview = preview_of(draft_of(cast.bakery, list(Beneficiary.objects.filter(client=cast.bakery))))
    confirmed(draft_of(cast.bakery, list(Beneficiary.objects.filter(client=cast.bakery))))
    assert CardRequest.objects.latest("id").expected_on == preview.cards_expected_on
    assert CardReason(CardRequest.objects.latest("id").reason) == CardReason.NEW_BENEFICIARY
