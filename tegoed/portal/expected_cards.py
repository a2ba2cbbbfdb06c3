"""The cards an order will have made, with the names: the same question that confirmation asks (`cards.queries`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tegoed.cards.models import CardReasonChoice
from tegoed.cards.queries import NEEDS_SQL, needs_parameters
from tegoed.orders.models import Order
from tegoed.orders.queries import beneficiaries_in, last_loading_day

NAMES_SHOWN_MAX = 500


@dataclass(frozen=True, slots=True)
class ExpectedCards:
    """How many cards for one reason, and for whom (the first 500 names)."""

    reason: CardReasonChoice
    count: int
    names: list[str]

    @property
    def unnamed_count(self) -> int:
        return self.count - len(self.names)


def expected_cards(order: Order) -> list[ExpectedCards]:
    """By reason, most cards first. Three statements, whatever the size of the order."""
    return expected_cards_together([order])


def expected_cards_together(orders: Sequence[Order]) -> list[ExpectedCards]:
    """Of orders of one client that are confirmed together: who stands in several of them gets one card."""
    parameters: dict[str, Any] = needs_parameters(
        orders[0].client, beneficiaries_in(orders), loading_on=last_loading_day(orders)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT reason, count(*), (array_agg(name ORDER BY name, beneficiary_id))[1:{NAMES_SHOWN_MAX}]
            FROM (
                SELECT needs.reason, needs.beneficiary_id, person.last_name || ' ' || person.first_name AS name
                FROM ({NEEDS_SQL}) needs JOIN beneficiaries_beneficiary person ON person.id = needs.beneficiary_id
                WHERE needs.reason IS NOT NULL
            ) named
            GROUP BY reason ORDER BY count(*) DESC, reason
            """,
            parameters,
        )
        return [ExpectedCards(CardReasonChoice(reason), count, names) for reason, count, names in cursor.fetchall()]
