"""Who needs a card and why: the decision table, row by row, and a model beside it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.card_need import (
    LIVING_STATES,
    REPLACEMENT_REASONS,
    CardReason,
    CardState,
    KnownCard,
    card_delivery_due_on,
    card_expires_on,
    card_need,
)

UNTIL = date(2026, 6, 30)
SOON = UNTIL - timedelta(days=1)
CARDS = st.builds(
    KnownCard,
    state=st.sampled_from(CardState),
    expires_on=st.sampled_from([None, SOON, UNTIL, date(2031, 1, 1)]),
    blocked_reason=st.sampled_from([None, *sorted(REPLACEMENT_REASONS)]),
)
HANDS = st.lists(CARDS, max_size=5)


def need(*cards, client_has_cards=True):
    return card_need(cards, client_has_cards=client_has_cards, usable_until=UNTIL)


def test_row_1_a_living_card_that_lasts_is_enough():
    for state in LIVING_STATES:
        assert need(KnownCard(state)) is None
        assert need(KnownCard(state, UNTIL)) is None
    assert need(KnownCard(CardState.ACTIVE, UNTIL), KnownCard(CardState.BLOCKED, None, CardReason.LOST)) is None


def test_row_2_a_living_card_that_ends_before_is_renewed():
    for state in LIVING_STATES:
        assert need(KnownCard(state, SOON)) == CardReason.EXPIRED
    assert (
        need(KnownCard(CardState.ACTIVE, SOON), KnownCard(CardState.BLOCKED, None, CardReason.LOST))
        == CardReason.EXPIRED
    )


def test_row_3_and_4_without_any_card_it_is_the_clients_first_or_the_persons():
    assert need(client_has_cards=False) == CardReason.FIRST_ORDER
    assert need(client_has_cards=True) == CardReason.NEW_BENEFICIARY
    assert need(KnownCard(CardState.CANCELLED), client_has_cards=False) == CardReason.FIRST_ORDER


@pytest.mark.parametrize("reason", sorted(REPLACEMENT_REASONS))
def test_row_5_a_card_lost_stolen_or_damaged_is_replaced_once(reason):
    blocked = KnownCard(CardState.BLOCKED, date(2030, 1, 1), reason)
    replaced = KnownCard(CardState.REPLACED, date(2030, 1, 1), reason)
    assert need(blocked) == reason
    assert need(replaced, KnownCard(CardState.REQUESTED)) is None
    assert need(replaced, KnownCard(CardState.CANCELLED)) == reason
    assert need(blocked, KnownCard(CardState.EXPIRED, SOON)) == CardReason.EXPIRED


def test_row_6_a_card_blocked_for_no_reason_can_be_unblocked():
    assert need(KnownCard(CardState.BLOCKED, UNTIL)) is None
    assert need(KnownCard(CardState.BLOCKED, None)) is None


def test_row_7_whatever_else_died_is_renewed():
    assert need(KnownCard(CardState.BLOCKED, SOON)) == CardReason.EXPIRED
    assert need(KnownCard(CardState.EXPIRED, SOON)) == CardReason.EXPIRED
    assert need(KnownCard(CardState.REPLACED)) == CardReason.EXPIRED


@given(HANDS, st.booleans())
def test_who_has_a_lasting_living_card_needs_none_and_who_has_no_card_needs_one(cards, client_has_cards):
    reason = need(*cards, client_has_cards=client_has_cards)
    has_lasting = any(
        card.state in LIVING_STATES and card.expires_on in (None, UNTIL, date(2031, 1, 1)) for card in cards
    )
    made = [card for card in cards if card.state != CardState.CANCELLED]
    if has_lasting:
        assert reason is None
    elif not made:
        assert reason in {CardReason.FIRST_ORDER, CardReason.NEW_BENEFICIARY}
    elif reason is None:
        assert made[-1].state == CardState.BLOCKED
        assert made[-1].blocked_reason is None


@given(HANDS, st.booleans())
def test_making_the_card_ends_the_need(cards, client_has_cards):
    assert need(*cards, KnownCard(CardState.REQUESTED), client_has_cards=client_has_cards) is None


@given(HANDS, st.booleans(), st.integers(0, 5))
def test_a_cancelled_card_changes_nothing(cards, client_has_cards, position):
    with_cancelled = [*cards[:position], KnownCard(CardState.CANCELLED), *cards[position:]]
    assert need(*with_cancelled, client_has_cards=client_has_cards) == need(*cards, client_has_cards=client_has_cards)


@given(HANDS)
def test_only_who_has_no_card_at_all_looks_at_the_client(cards):
    if any(card.state != CardState.CANCELLED for card in cards):
        assert need(*cards, client_has_cards=True) == need(*cards, client_has_cards=False)


@given(HANDS, st.booleans(), st.dates(date(2026, 1, 1), date(2032, 1, 1)))
def test_a_need_never_goes_away_by_looking_further_ahead(cards, client_has_cards, later):
    now = card_need(cards, client_has_cards=client_has_cards, usable_until=min(later, UNTIL))
    then = card_need(cards, client_has_cards=client_has_cards, usable_until=max(later, UNTIL))
    assert now is None or then == now


def test_a_card_is_blocked_for_loss_theft_or_damage_only():
    with pytest.raises(ValueError, match="expired"):
        KnownCard(CardState.BLOCKED, None, CardReason.EXPIRED)


def test_a_card_lives_five_years_and_comes_within_ten_working_days():
    assert card_expires_on(date(2024, 2, 29)) == date(2029, 2, 28)
    assert card_delivery_due_on(date(2026, 4, 30)) == date(2026, 5, 18)
