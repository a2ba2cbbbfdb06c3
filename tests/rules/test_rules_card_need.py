"""Who needs a card and why: the decision table, row by row, and a model beside it."""

from dataclasses import replace
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
    card_usable_until,
)
from tegoed.rules.dates import add_months

LOADING = date(2026, 4, 30)
UNTIL = date(2026, 6, 30)
SOON = UNTIL - timedelta(days=1)
CARDS = st.builds(
    KnownCard,
    state=st.sampled_from(CardState),
    expires_on=st.sampled_from([None, LOADING - timedelta(days=1), LOADING, SOON, UNTIL, date(2031, 1, 1)]),
    blocked_reason=st.sampled_from([None, *sorted(REPLACEMENT_REASONS)]),
    renewal_is_refused=st.booleans(),
)
HANDS = st.lists(CARDS, max_size=5)


def need(*cards, client_has_cards=True, is_active=True, loading_on=LOADING):
    return card_need(cards, client_has_cards=client_has_cards, is_active=is_active, loading_on=loading_on)


def test_a_card_must_last_until_the_next_usual_order():
    assert card_usable_until(LOADING) == UNTIL


@given(HANDS, st.booleans())
def test_row_1_who_left_gets_no_card_for_any_reason(cards, client_has_cards):
    assert need(*cards, client_has_cards=client_has_cards, is_active=False) is None


def test_row_2_a_living_card_that_lasts_is_enough():
    for state in LIVING_STATES:
        assert need(KnownCard(state)) is None
        assert need(KnownCard(state, UNTIL)) is None
    assert need(KnownCard(CardState.ACTIVE, UNTIL), KnownCard(CardState.BLOCKED, None, CardReason.LOST)) is None


def test_row_3_a_card_that_must_not_be_renewed_is_left_while_it_works_on_the_loading_date():
    for state in LIVING_STATES:
        unwanted = KnownCard(state, SOON, renewal_is_refused=True)
        assert need(unwanted) is None
        assert need(replace(unwanted, expires_on=LOADING)) is None
        assert need(replace(unwanted, expires_on=LOADING - timedelta(days=1))) == CardReason.EXPIRED
    assert need(KnownCard(CardState.EXPIRED, SOON, renewal_is_refused=True)) == CardReason.EXPIRED
    lost = KnownCard(CardState.BLOCKED, SOON, CardReason.LOST, renewal_is_refused=True)
    assert need(lost) == CardReason.LOST


@given(HANDS, st.booleans())
def test_not_renewing_only_ever_saves_a_renewal(cards, client_has_cards):
    wanted = [replace(card, renewal_is_refused=False) for card in cards]
    with_refusals = need(*cards, client_has_cards=client_has_cards)
    without = need(*wanted, client_has_cards=client_has_cards)
    assert with_refusals == without or (with_refusals, without) == (None, CardReason.EXPIRED)


def test_row_4_a_living_card_that_ends_before_is_renewed():
    for state in LIVING_STATES:
        assert need(KnownCard(state, SOON)) == CardReason.EXPIRED
    assert (
        need(KnownCard(CardState.ACTIVE, SOON), KnownCard(CardState.BLOCKED, None, CardReason.LOST))
        == CardReason.EXPIRED
    )


def test_row_5_and_6_without_any_card_it_is_the_clients_first_or_the_persons():
    assert need(client_has_cards=False) == CardReason.FIRST_ORDER
    assert need(client_has_cards=True) == CardReason.NEW_BENEFICIARY
    assert need(KnownCard(CardState.CANCELLED), client_has_cards=False) == CardReason.FIRST_ORDER


@pytest.mark.parametrize("reason", sorted(REPLACEMENT_REASONS))
def test_row_7_a_card_lost_stolen_or_damaged_is_replaced_once(reason):
    blocked = KnownCard(CardState.BLOCKED, date(2030, 1, 1), reason)
    replaced = KnownCard(CardState.REPLACED, date(2030, 1, 1), reason)
    assert need(blocked) == reason
    assert need(replaced, KnownCard(CardState.REQUESTED)) is None
    assert need(replaced, KnownCard(CardState.CANCELLED)) == reason
    assert need(blocked, KnownCard(CardState.EXPIRED, SOON)) == CardReason.EXPIRED


def test_row_8_a_card_blocked_for_no_reason_can_be_unblocked():
    assert need(KnownCard(CardState.BLOCKED, UNTIL)) is None
    assert need(KnownCard(CardState.BLOCKED, None)) is None


def test_row_9_whatever_else_died_is_renewed():
    assert need(KnownCard(CardState.BLOCKED, SOON)) == CardReason.EXPIRED
    assert need(KnownCard(CardState.EXPIRED, SOON)) == CardReason.EXPIRED
    assert need(KnownCard(CardState.REPLACED)) == CardReason.EXPIRED


@given(HANDS, st.booleans())
def test_who_has_a_lasting_living_card_needs_none_and_who_has_no_card_needs_one(cards, client_has_cards):
    reason = need(*cards, client_has_cards=client_has_cards)
    has_lasting = any(
        card.state in LIVING_STATES and card.expires_on in (None, UNTIL, date(2031, 1, 1)) for card in cards
    )
    is_left = any(
        card.state in LIVING_STATES
        and card.renewal_is_refused
        and card.expires_on is not None
        and card.expires_on >= LOADING
        for card in cards
    )
    made = [card for card in cards if card.state != CardState.CANCELLED]
    if has_lasting or is_left:
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


@given(HANDS, st.booleans(), st.integers(0, 60))
def test_a_need_never_goes_away_by_loading_later(cards, client_has_cards, later_months):
    now = need(*cards, client_has_cards=client_has_cards)
    then = need(*cards, client_has_cards=client_has_cards, loading_on=add_months(LOADING, later_months))
    assert now is None or then == now


def test_a_card_is_blocked_for_loss_theft_or_damage_only():
    with pytest.raises(ValueError, match="expired"):
        KnownCard(CardState.BLOCKED, None, CardReason.EXPIRED)


def test_a_card_lives_five_years_and_comes_within_ten_working_days():
    assert card_expires_on(date(2024, 2, 29)) == date(2029, 2, 28)
    assert card_delivery_due_on(date(2026, 4, 30)) == date(2026, 5, 18)
