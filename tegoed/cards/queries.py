"""Reads on cards: who needs one.

`tegoed.rules.card_need` decides for one person and is the source of the rule (SPEC C1, C5); the SQL here decides the same
for 100,000 people in one statement, and a property test holds the two side by side.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.db import connection

from tegoed.cards.models import CardRequest
from tegoed.clients.models import Client
from tegoed.rules.card_need import LIVING_STATES, REPLACEMENT_REASONS, CardReason, CardState, card_usable_until

NOT_PAID_FOR_STATES = (CardState.AWAITING_PAYMENT, CardState.CANCELLED)


def client_has_cards(client: Client) -> bool:
    """Whether the client is past its first order: a card it asked for was paid for, or went to production (SPEC C2).

    Else a first order cancelled or left unpaid would let the next one have its cards made without payment.
    """
    return CardRequest.objects.filter(client=client).exclude(card__state__in=NOT_PAID_FOR_STATES).exists()


NEEDS_SQL = """
    SELECT beneficiary.id AS beneficiary_id, beneficiary.person_id, beneficiary.card_delivery, beneficiary.site_id,
        CASE
            WHEN NOT beneficiary.is_active THEN NULL
            WHEN summary.any_good THEN NULL
            WHEN summary.any_unwanted THEN NULL
            WHEN summary.any_living THEN 'expired'
            WHEN summary.newest_state IS NULL THEN
                CASE WHEN %(client_has_cards)s THEN 'new_beneficiary' ELSE 'first_order' END
            WHEN summary.newest_state IN ('blocked', 'replaced') AND summary.newest_reason = ANY(%(replacement_reasons)s)
                THEN summary.newest_reason
            WHEN summary.newest_state = 'blocked'
                AND (summary.newest_expires_on IS NULL OR summary.newest_expires_on >= %(usable_until)s) THEN NULL
            ELSE 'expired'
        END AS reason
    FROM beneficiaries_beneficiary beneficiary
    LEFT JOIN (
        SELECT card.person_id,
            bool_or(card.state = ANY(%(living)s)) AS any_living,
            bool_or(card.state = ANY(%(living)s) AND (card.expires_on IS NULL OR card.expires_on >= %(usable_until)s))
                AS any_good,
            bool_or(card.state = ANY(%(living)s) AND refusal.id IS NOT NULL
                AND (card.expires_on IS NULL OR card.expires_on >= %(loading_on)s)) AS any_unwanted,
            (array_agg(card.state ORDER BY card.id DESC))[1] AS newest_state,
            (array_agg(card.blocked_reason ORDER BY card.id DESC))[1] AS newest_reason,
            (array_agg(card.expires_on ORDER BY card.id DESC))[1] AS newest_expires_on
        FROM cards_card card
        JOIN beneficiaries_beneficiary asked ON asked.person_id = card.person_id
        LEFT JOIN cards_renewalrefusal refusal ON refusal.card_id = card.id AND refusal.client_id = %(client_id)s
        WHERE asked.id = ANY(%(beneficiary_ids)s) AND card.state <> 'cancelled'
        GROUP BY card.person_id
    ) summary ON summary.person_id = beneficiary.person_id
    WHERE beneficiary.id = ANY(%(beneficiary_ids)s) AND beneficiary.client_id = %(client_id)s
"""


def needs_parameters(client: Client, beneficiary_ids: Sequence[int], *, loading_on: date) -> dict[str, Any]:
    """What `NEEDS_SQL` takes: for an order of the client, loaded on that day."""
    return {
        "beneficiary_ids": list(beneficiary_ids),
        "client_id": client.pk,
        "client_has_cards": client_has_cards(client),
        "living": sorted(LIVING_STATES),
        "replacement_reasons": sorted(REPLACEMENT_REASONS),
        "loading_on": loading_on,
        "usable_until": card_usable_until(loading_on),
    }


@dataclass(frozen=True, slots=True)
class CardNeeds:
    """How many cards, for which reasons, to which sites (by id) and how many homes."""

    count_by_reason: dict[CardReason, int]
    site_ids: frozenset[int]
    home_count: int

    @property
    def site_count(self) -> int:
        return len(self.site_ids)

    @property
    def count(self) -> int:
        return sum(self.count_by_reason.values())


NO_CARDS = CardNeeds(count_by_reason={}, site_ids=frozenset(), home_count=0)


def cards_needed(client: Client, beneficiary_ids: Sequence[int], *, loading_on: date) -> CardNeeds:
    """The cards these beneficiaries need with an order of the client loaded that day. One statement, whatever their number."""
    (needs,) = cards_needed_by_part(client, [beneficiary_ids], loading_on=loading_on)
    return needs


def cards_needed_by_part(client: Client, parts: Sequence[Sequence[int]], *, loading_on: date) -> list[CardNeeds]:
    """The same for several groups of beneficiaries, none of them in two; for each group in turn. One statement for all."""
    beneficiary_ids = list(chain.from_iterable(parts))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT asked.part, reason, site_id, card_delivery, count(*) FROM ({NEEDS_SQL}) needs
            JOIN unnest(%(beneficiary_ids)s::bigint[], %(parts)s::int[]) AS asked(beneficiary_id, part) USING (beneficiary_id)
            WHERE reason IS NOT NULL GROUP BY asked.part, reason, site_id, card_delivery
            """,
            needs_parameters(client, beneficiary_ids, loading_on=loading_on)
            | {"parts": [number for number, part in enumerate(parts) for _id in part]},
        )
        rows: dict[int, list[tuple[str, int, str, int]]] = defaultdict(list)
        for part, *row in cursor.fetchall():
            rows[part].append(tuple(row))
    return [_needs(rows[number]) for number in range(len(parts))]


def _needs(rows: Sequence[tuple[str, int, str, int]]) -> CardNeeds:
    """Of rows (reason, site, delivery, count)."""
    count_by_reason: Counter[CardReason] = Counter()
    for reason, _site, _delivery, count in rows:
        count_by_reason[CardReason(reason)] += count
    return CardNeeds(
        count_by_reason=dict(count_by_reason),
        site_ids=frozenset(site for _reason, site, delivery, _count in rows if delivery == "site"),
        home_count=sum(count for _reason, _site, delivery, count in rows if delivery == "home"),
    )


def all_together(needs: Sequence[CardNeeds]) -> CardNeeds:
    """What several groups of people, none of them in two, need in all."""
    count_by_reason: Counter[CardReason] = Counter()
    for each in needs:
        count_by_reason.update(each.count_by_reason)
    return CardNeeds(
        count_by_reason=dict(count_by_reason),
        site_ids=frozenset().union(*(each.site_ids for each in needs)),
        home_count=sum(each.home_count for each in needs),
    )
