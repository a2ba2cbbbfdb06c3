"""Writes on cards: asking for those an order needs, releasing those that waited for payment."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from tegoed.cards.models import Card
from tegoed.cards.queries import NEEDS_SQL, needs_parameters
from tegoed.clients.models import Client
from tegoed.rules.card_need import CardState

_REQUEST_SQL = f"""
    WITH needs AS MATERIALIZED ({NEEDS_SQL}),
    wanted AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('cards_card', 'id')) AS card_id, needs.*
        FROM needs WHERE reason IS NOT NULL ORDER BY beneficiary_id
    ),
    replaced AS (
        UPDATE cards_card SET state = 'replaced'
        FROM wanted WHERE cards_card.person_id = wanted.person_id AND cards_card.state = 'blocked'
    ),
    made AS (
        INSERT INTO cards_card (id, person_id, state, blocked_reason, created_at)
        SELECT card_id, person_id,
            CASE WHEN reason = 'first_order' THEN %(first_state)s ELSE %(later_state)s END, '', statement_timestamp()
        FROM wanted
    )
    INSERT INTO cards_cardrequest
        (card_id, client_id, beneficiary_id, reason, delivery, site_id_then, address, expected_on, created_at)
    SELECT wanted.card_id, %(client_id)s, wanted.beneficiary_id, wanted.reason, wanted.card_delivery, wanted.site_id,
        CASE WHEN wanted.card_delivery = 'site' THEN jsonb_build_object(
            'name', site.name, 'street', site.street, 'postcode', site.postcode, 'town', site.town)
        ELSE jsonb_build_object('name', beneficiary.first_name || ' ' || beneficiary.last_name,
            'street', beneficiary.home_street, 'postcode', beneficiary.home_postcode, 'town', beneficiary.home_town)
        END, %(expected_on)s, statement_timestamp()
    FROM wanted
    JOIN beneficiaries_beneficiary beneficiary ON beneficiary.id = wanted.beneficiary_id
    LEFT JOIN clients_site site ON site.id = wanted.site_id
    RETURNING id, beneficiary_id
"""


def request_cards(
    *, client: Client, beneficiary_ids: Sequence[int], usable_until: date, expected_on: date
) -> dict[int, int]:
    """Ask for a card for each of these beneficiaries who needs one; request id by beneficiary id.

    The caller holds the persons locked (`lock_persons`), so what was detected stays true. Cards of a first order wait for
    the payment of the card invoice (SPEC C2). A blocked card that is followed by a new one becomes `replaced`.
    """
    parameters = needs_parameters(client, beneficiary_ids, usable_until=usable_until) | {
        "first_state": CardState.AWAITING_PAYMENT,
        "later_state": CardState.REQUESTED,
        "expected_on": expected_on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REQUEST_SQL, parameters)
        return {beneficiary_id: request_id for request_id, beneficiary_id in cursor.fetchall()}


def release_cards(*, request_ids: Sequence[int]) -> int:
    """The card invoice is paid: cards that waited for it go to production. How many."""
    return Card.objects.filter(request__in=request_ids, state=CardState.AWAITING_PAYMENT).update(
        state=CardState.REQUESTED
    )


def cancel_cards(*, request_ids: Sequence[int]) -> int:
    """The order is cancelled before its cards were made. How many."""
    return Card.objects.filter(
        request__in=request_ids, state__in=[CardState.AWAITING_PAYMENT, CardState.REQUESTED]
    ).update(state=CardState.CANCELLED)
