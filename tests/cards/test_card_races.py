"""Two of the staff click at once: each card moves once. Real commits; the control shows that the race is real."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from cast import hire, play
from django.db import connection, transaction

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


def both(first, second) -> list[int]:
    """Run the second while the first has moved the cards and not committed; what each moved."""

    def waiting() -> int:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            moved = first()
            other = pool.submit(waiting)
            _wait_until_somebody_waits()
        return [moved, other.result(timeout=30)]


def _wait_until_somebody_waits() -> None:
    for _ in range(2_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.005)")
    raise AssertionError("the second click never met the first")


def test_two_clicks_at_once_move_each_card_once(card_ids) -> None:
    def click() -> int:
        return advance_cards(card_ids=card_ids, from_state=CardState.REQUESTED, actor=None)

    assert both(click, click) == [CARDS, 0]
    assert set(Card.objects.values_list("state", flat=True)) == {CardState.IN_PRODUCTION}
    assert CardStep.objects.count() == CARDS


def test_without_looking_at_the_locked_cards_both_clicks_would_move_them(card_ids) -> None:
    def careless_click() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT array_agg(id) FROM cards_card WHERE state = 'requested'")
            found = cursor.fetchone()[0]
            cursor.execute("UPDATE cards_card SET state = 'in_production' WHERE id = ANY(%s)", [found])
            return cursor.rowcount

    assert both(careless_click, careless_click) == [CARDS, CARDS]
