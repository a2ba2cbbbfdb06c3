"""A card moves only along its table, each move written down, each once; the table tells the life of a card."""

from datetime import timedelta

import pytest
from cast import hire
from story import invoiced, paid

from tegoed.audit.models import Event
from tegoed.cards.actions import (
    CardNotBlocked,
    CardNotReportable,
    CardStepNotAllowed,
    advance_cards,
    block_card,
    cancel_cards,
    expire_cards,
    unblock_card,
)
from tegoed.cards.models import Card, CardRequest, CardStep
from tegoed.cards.states import NEXT_IN_PRODUCTION, TRANSITIONS, states_before
from tegoed.flows.catch_up import catch_up
from tegoed.rules.card_need import LIVING_STATES, CardReason, CardState, card_delivery_due_on, card_expires_on
from tegoed.rules.dates import brussels_today


def card_of(person, *, state=CardState.ACTIVE, **fields) -> Card:
    return Card.objects.create(person_id=person.person_id, state=state, **fields)


def states() -> list[str]:
    return list(Card.objects.order_by("id").values_list("state", flat=True))


def test_every_state_has_its_row_and_living_ones_a_way_on() -> None:
    assert set(TRANSITIONS) == set(CardState)
    assert {state for state, reachable in TRANSITIONS.items() if not reachable} == {
        CardState.EXPIRED,
        CardState.REPLACED,
        CardState.CANCELLED,
    }
    assert all(TRANSITIONS[state] for state in LIVING_STATES)
    assert all(after in TRANSITIONS[before] for before, after in NEXT_IN_PRODUCTION.items())
    assert states_before(CardState.BLOCKED) == {CardState.SHIPPED, CardState.DELIVERED, CardState.ACTIVE}


def test_a_card_goes_from_request_to_use_and_each_move_is_written_down(cast) -> None:
    card = card_of(*hire(cast.bakery, 1), state=CardState.REQUESTED)
    way = list(NEXT_IN_PRODUCTION)
    for state in way:
        assert advance_cards(card_ids=[card.pk], from_state=state, actor=cast.staff_member) == 1
    card.refresh_from_db()
    assert (card.state, card.expires_on) == (CardState.ACTIVE, card_expires_on(brussels_today()))
    steps = CardStep.objects.filter(card=card, actor=cast.staff_member).order_by("id")
    assert [step.from_state for step in steps] == way
    events = Event.objects.filter(action="card:move", subject_id=card.pk, actor_id=cast.staff_member.pk)
    assert events.count() == len(way)


def test_the_expiry_date_comes_with_production_and_stays(cast) -> None:
    card = card_of(*hire(cast.bakery, 1), state=CardState.REQUESTED)
    advance_cards(card_ids=[card.pk], from_state=CardState.REQUESTED, actor=None)
    card.refresh_from_db()
    known = card.expires_on
    assert known is not None
    Card.objects.update(expires_on=known - timedelta(days=9))
    advance_cards(card_ids=[card.pk], from_state=CardState.IN_PRODUCTION, actor=None)
    card.refresh_from_db()
    assert card.expires_on == known - timedelta(days=9)


@pytest.mark.parametrize("state", sorted(set(CardState) - set(NEXT_IN_PRODUCTION)))
def test_no_other_state_has_a_next_step(state, cast) -> None:
    card = card_of(*hire(cast.bakery, 1), state=state)
    with pytest.raises(CardStepNotAllowed):
        advance_cards(card_ids=[card.pk], from_state=state, actor=None)
    assert states() == [state]


def test_a_card_that_stands_elsewhere_is_left_alone(cast) -> None:
    requested, shipped = (
        card_of(person, state=state)
        for person, state in zip(hire(cast.bakery, 2), (CardState.REQUESTED, CardState.SHIPPED), strict=True)
    )
    assert advance_cards(card_ids=[requested.pk, shipped.pk], from_state=CardState.REQUESTED, actor=None) == 1
    assert states() == [CardState.IN_PRODUCTION, CardState.SHIPPED]
    assert advance_cards(card_ids=[requested.pk], from_state=CardState.REQUESTED, actor=None) == 0
    assert Event.objects.filter(action="card:move").count() == 1


def test_moving_two_hundred_cards_takes_as_many_statements_as_moving_one(cast, django_assert_num_queries) -> None:
    (person,) = hire(cast.bakery, 1)
    cards = Card.objects.bulk_create(Card(person_id=person.person_id, state=CardState.REQUESTED) for _ in range(200))
    with django_assert_num_queries(4):  # savepoint, move, trail, release
        assert advance_cards(card_ids=[card.pk for card in cards], from_state=CardState.REQUESTED, actor=None) == 200


def test_an_active_card_replaces_the_persons_older_ones(cast) -> None:
    person, other = hire(cast.bakery, 2)
    card_of(person)
    lost = card_of(person, state=CardState.BLOCKED, blocked_reason="lost")
    new = card_of(person, state=CardState.DELIVERED)
    elsewhere = card_of(other)
    advance_cards(card_ids=[new.pk], from_state=CardState.DELIVERED, actor=cast.staff_member)
    assert states() == [CardState.REPLACED, CardState.BLOCKED, CardState.ACTIVE, CardState.ACTIVE]
    lost.refresh_from_db()
    assert lost.blocked_reason == "lost"
    assert not elsewhere.steps.exists()


def test_a_blocked_card_keeps_its_reason_until_it_is_freed(cast) -> None:
    card = card_of(*hire(cast.bakery, 1))
    block_card(card=card, reason=CardReason.STOLEN, actor=cast.staff_member)
    card.refresh_from_db()
    assert (card.state, card.blocked_reason) == (CardState.BLOCKED, "stolen")
    with pytest.raises(CardNotReportable):
        block_card(card=card, reason=CardReason.LOST, actor=cast.staff_member)
    unblock_card(card=card, actor=cast.staff_member)
    card.refresh_from_db()
    assert (card.state, card.blocked_reason) == (CardState.ACTIVE, "")
    with pytest.raises(CardNotBlocked):
        unblock_card(card=card, actor=cast.staff_member)
    assert [step.to_state for step in card.steps.order_by("id")] == [CardState.BLOCKED, CardState.ACTIVE]


def test_a_card_is_not_blocked_for_being_old(cast) -> None:
    with pytest.raises(ValueError, match="expired"):
        block_card(card=card_of(*hire(cast.bakery, 1)), reason=CardReason.EXPIRED, actor=None)


def test_cards_expire_the_day_after_their_last_day_and_once(cast) -> None:
    today = brussels_today()
    days = {CardState.ACTIVE: -1, CardState.DELIVERED: -400, CardState.BLOCKED: -1, CardState.REQUESTED: -1}
    people = hire(cast.bakery, len(days) + 1)
    for person, (state, offset) in zip(people, days.items(), strict=False):
        card_of(person, state=state, expires_on=today + timedelta(days=offset))
    card_of(people[-1], expires_on=today)
    catch_up()
    gone = [CardState.EXPIRED, CardState.EXPIRED]
    assert states() == [*gone, CardState.BLOCKED, CardState.REQUESTED, CardState.ACTIVE]
    assert expire_cards(on=today) == 0
    assert CardStep.objects.filter(to_state=CardState.EXPIRED, actor=None).count() == 2
    assert expire_cards(on=today + timedelta(days=1)) == 1


def test_cards_paid_for_late_are_expected_ten_working_days_after_the_payment(cast) -> None:
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    CardRequest.objects.update(expected_on=brussels_today() - timedelta(days=30))
    paid(*invoices)
    request = CardRequest.objects.get()
    assert request.card.state == CardState.REQUESTED
    assert request.expected_on == card_delivery_due_on(brussels_today())
    assert request.card.steps.get().from_state == CardState.AWAITING_PAYMENT


def test_cards_already_made_are_not_cancelled(cast) -> None:
    _order, _invoices = invoiced(cast.bakery, hire(cast.bakery, 2))
    requests = list(CardRequest.objects.order_by("id"))
    Card.objects.filter(pk=requests[0].card_id).update(state=CardState.IN_PRODUCTION)
    assert cancel_cards(request_ids=[request.pk for request in requests]) == 1
    assert states() == [CardState.IN_PRODUCTION, CardState.CANCELLED]


def test_a_card_found_again_is_not_unblocked_beside_a_newer_one_in_use(cast) -> None:
    """Its replacement was on its way already when it was reported: the person keeps one card."""
    (person,) = hire(cast.bakery, 1)
    older = card_of(person)
    newer = card_of(person, state=CardState.DELIVERED)
    block_card(card=older, reason=CardReason.LOST, actor=None)
    advance_cards(card_ids=[newer.pk], from_state=CardState.DELIVERED, actor=None)
    with pytest.raises(CardNotBlocked):
        unblock_card(card=older, actor=None)
    assert states() == [CardState.BLOCKED, CardState.ACTIVE]
