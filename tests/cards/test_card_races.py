"""Two of the staff click at once: each card moves once. Real commits; the control shows that the race is real."""

import pytest
from at_once import one_waits_for_the_other
from cast import hire, play
from django.db import connection

from tegoed.cards.actions import advance_cards
from tegoed.cards.models import Card, CardStep
from tegoed.rules.card_need import CardState

CARDS = 40


@pytest.fixture
def card_ids(committed_database) -> list[int]:
    cast = play()
    (person,) = hire(cast.bakery, 1)
    cards = [Card(person_id=person.person_id, state=CardState.REQUESTED) for _ in range(CARDS)]
    return [card.pk for card in Card.objects.bulk_create(cards)]


def test_two_clicks_at_once_move_each_card_once(card_ids) -> None:
    def click() -> int:
        return advance_cards(card_ids=card_ids, from_state=CardState.REQUESTED, actor=None)

    assert one_waits_for_the_other(click, click) == [CARDS, 0]
    assert set(Card.objects.values_list("state", flat=True)) == {CardState.IN_PRODUCTION}
    assert CardStep.objects.count() == CARDS


def test_without_looking_at_the_locked_cards_both_clicks_would_move_them(card_ids) -> None:
    def careless_click() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT array_agg(id) FROM cards_card WHERE state = 'requested'")
            found = cursor.fetchone()[0]
            cursor.execute("UPDATE cards_card SET state = 'in_production' WHERE id = ANY(%s)", [found])
            return cursor.rowcount

    assert one_waits_for_the_other(careless_click, careless_click) == [CARDS, CARDS]
