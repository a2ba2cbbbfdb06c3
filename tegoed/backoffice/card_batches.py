"""Reads on cards for card operations: what is to be made and where it goes, by order and delivery place; one card.

Its one law: a batch is the cards of one order for one delivery place in one state; cards for people's homes are one batch
of the order. Names and addresses are those of the request, as they were when the card was asked for.
"""

import json
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from tegoed.cards.models import Card
from tegoed.cards.states import LATE_STATES, NEXT_IN_PRODUCTION
from tegoed.rules.card_need import CardState

BATCH_STATES = (CardState.AWAITING_PAYMENT, *NEXT_IN_PRODUCTION)
"""Where the cards stand that card operations look after; those that wait for payment are only looked at."""
HOMES = "home"
"""The delivery place of cards that go to people's homes."""
BATCHES_MAX = 500
WORDS_MAX = 5
ID_DIGITS_MAX = 12


@dataclass(frozen=True, slots=True)
class CardBatch:
    """Cards that travel together. `place`: a site's id as text, or `HOMES`; `site` is its address as it was."""

    order_id: int
    client_id: int
    client_name: str
    place: str
    site: dict[str, str]
    card_count: int
    expected_on: date
    is_late: bool


_BATCHES_SQL = """
    SELECT line.order_id, request.client_id, client.name,
        CASE WHEN request.delivery = 'site' THEN request.site_id_then::text ELSE 'home' END AS place,
        CASE WHEN request.delivery = 'site' THEN min(request.address::text) ELSE '{}' END AS site,
        count(*), min(request.expected_on)
    FROM cards_card card
    JOIN cards_cardrequest request ON request.card_id = card.id
    JOIN clients_client client ON client.id = request.client_id
    JOIN orders_orderline line ON line.card_request_id = request.id
    WHERE card.state = %(state)s AND (%(words)s = '' OR client.name ILIKE %(like)s OR line.order_id::text = %(words)s)
    GROUP BY line.order_id, request.client_id, client.name, request.delivery, place
    ORDER BY min(request.expected_on), line.order_id, place LIMIT %(most)s
"""


def card_batches(*, state: CardState, words: str, today: date) -> list[CardBatch]:
    """The batches in that state, the first expected first; at most `BATCHES_MAX`.

    `words`: a part of the client's name, or an order number. One statement.
    """
    words = words.strip().removeprefix("#")
    like = "%" + words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    with connection.cursor() as cursor:
        cursor.execute(_BATCHES_SQL, {"state": state, "words": words, "like": like, "most": BATCHES_MAX})
        rows = cursor.fetchall()
    return [
        CardBatch(
            order_id=order_id,
            client_id=client_id,
            client_name=client_name,
            place=place,
            site=json.loads(site),
            card_count=card_count,
            expected_on=expected_on,
            is_late=state in LATE_STATES and expected_on < today,
        )
        for order_id, client_id, client_name, place, site, card_count, expected_on in rows
    ]


def batch_counts() -> dict[CardState, int]:
    """How many cards stand in each state that card operations look after. One statement."""
    rows = Card.objects.filter(state__in=BATCH_STATES).order_by().values_list("state").annotate(count=Count("pk"))
    by_state = dict(rows)
    return {state: by_state.get(state, 0) for state in BATCH_STATES}


def cards_of_batch(*, order_id: int, place: str, state: CardState) -> QuerySet[Card]:
    """The cards of one batch, as it is now."""
    cards = Card.objects.filter(state=state, request__order_lines__order_id=order_id)
    if place == HOMES:
        return cards.filter(request__delivery=HOMES)
    return cards.filter(request__delivery="site", request__site_id_then=int(place))


def cards_found(*, words: str = "", state: str = "", order_id: int | None = None) -> QuerySet[Card]:
    """Cards one by one, newest first, each with its request, client, beneficiary and order.

    `words`: each a part of the person's name or of the client's, or a whole card number.
    """
    cards = Card.objects.select_related("request__client", "request__beneficiary").annotate(
        order_id=F("request__order_lines__order_id")
    )
    if state:
        cards = cards.filter(state=state)
    if order_id is not None:
        cards = cards.filter(request__order_lines__order_id=order_id)
    for word in words.split()[:WORDS_MAX]:
        found = Q(request__beneficiary__last_name__icontains=word)
        found |= Q(request__beneficiary__first_name__icontains=word) | Q(request__client__name__icontains=word)
        if word.isascii() and word.isdigit() and len(word) <= ID_DIGITS_MAX:
            found |= Q(pk=int(word))
        cards = cards.filter(found)
    return cards.order_by("-id")
