"""The SQL that finds who needs a card says the same as the rule, for any cards."""

from datetime import date, timedelta

import pytest
from cast import Cast, hire, play
from hypothesis import given, settings
from hypothesis import strategies as st

from tegoed.beneficiaries.models import CardDelivery
from tegoed.cards.actions import request_cards
from tegoed.cards.models import Card, CardRequest, RenewalRefusal
from tegoed.cards.queries import cards_needed
from tegoed.rules.card_need import REPLACEMENT_REASONS, CardReason, CardState, KnownCard, card_need

LOADING = date(2026, 11, 30)

known_cards = st.builds(
    KnownCard,
    state=st.sampled_from(CardState),
    expires_on=st.one_of(st.none(), st.integers(-20, 80).map(lambda days: LOADING + timedelta(days=days))),
    blocked_reason=st.one_of(st.none(), st.sampled_from(sorted(REPLACEMENT_REASONS))),
    renewal_is_refused=st.booleans(),
)


hands = st.tuples(st.lists(known_cards, max_size=4), st.booleans())


@settings(max_examples=60)
@given(st.lists(hands, min_size=1, max_size=6), st.booleans(), st.booleans())
def test_the_statement_and_the_rule_agree(db, hands_of_people, has_cards, other_refuses) -> None:
    from django.db import transaction

    with transaction.atomic():
        cast = play()
        people = hire(cast.bakery, len(hands_of_people) + 1)
        if has_cards:
            _had_a_card(cast, people[-1])
        expected: dict[CardReason, int] = {}
        for person, (cards, is_active) in zip(people, hands_of_people, strict=False):
            for card in cards:
                _hold(cast, person, card, other_refuses=other_refuses)
            person.is_active = is_active
            person.save()
            need = card_need(cards, client_has_cards=has_cards, is_active=is_active, loading_on=LOADING)
            if need is not None:
                expected[need] = expected.get(need, 0) + 1
        asked = [person.pk for person in people[:-1]]
        assert cards_needed(cast.bakery, asked, loading_on=LOADING).count_by_reason == expected
        made = request_cards(
            client=cast.bakery, beneficiary_ids=asked, loading_on=LOADING, expected_on=date(2026, 12, 1)
        )
        assert len(made) == sum(expected.values())
        assert cards_needed(cast.bakery, asked, loading_on=LOADING).count == 0
        transaction.set_rollback(True)


def _hold(cast: Cast, person, known: KnownCard, *, other_refuses: bool) -> None:
    """The card in the database; what another employer wants of it must not matter."""
    card = Card.objects.create(
        person_id=person.person_id,
        state=known.state,
        expires_on=known.expires_on,
        blocked_reason=known.blocked_reason or "",
    )
    if known.renewal_is_refused:
        RenewalRefusal.objects.create(client=cast.bakery, card=card)
    if other_refuses:
        RenewalRefusal.objects.create(client=cast.garage, card=card)


def _had_a_card(cast: Cast, person) -> None:
    card = Card.objects.create(person_id=person.person_id, state=CardState.ACTIVE)
    CardRequest.objects.create(
        card=card,
        client=cast.bakery,
        beneficiary=person,
        reason=CardReason.NEW_BENEFICIARY,
        delivery=CardDelivery.SITE,
        address={},
        expected_on=date(2026, 1, 1),
    )


def test_a_card_through_another_employer_serves_here_too(cast) -> None:
    (at_garage,) = hire(cast.garage, 1)
    (at_bakery,) = hire(cast.bakery, 1)
    Card.objects.create(person_id=at_garage.person_id, state=CardState.ACTIVE)
    assert cards_needed(cast.bakery, [at_bakery.pk], loading_on=LOADING).count == 0


def test_people_of_another_client_are_never_detected(cast) -> None:
    (at_garage,) = hire(cast.garage, 1)
    assert cards_needed(cast.bakery, [at_garage.pk], loading_on=LOADING).count == 0


@pytest.mark.parametrize(("homes", "sites", "expected"), [(0, 4, (2, 0)), (3, 1, (1, 3))])
def test_deliveries_are_counted_by_site_and_by_home(cast, homes, sites, expected) -> None:
    people = hire(cast.bakery, homes + sites)
    for person in people[:homes]:
        person.card_delivery = CardDelivery.HOME
        person.site = None
        person.home_street, person.home_postcode, person.home_town = "Dorp 1", "9000", "Gent"
        person.save()
    needs = cards_needed(cast.bakery, [person.pk for person in people], loading_on=LOADING)
    assert (needs.site_count, needs.home_count) == expected
