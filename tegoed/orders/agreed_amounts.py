"""What an order gives above the agreement that the client attested (SPEC Q6): for 100,000 lines as for one.

Its one law: it warns and never refuses. The figure that counts is that of the newest attestation that holds in the month of
performance: of a meal voucher its face value, else what a person gets in that year, earlier orders and all occasions together.
It isn't about the law: see `checks`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists

from tegoed.agreements.queries import AttestedAmount, attestations_of, attested_amounts
from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import Client, User
from tegoed.orders.checks import ORDERED_BY_YEAR_SQL, ordered_by_year_parameters
from tegoed.orders.models import Order, OrderState
from tegoed.rules.agreements import is_amount_per_voucher
from tegoed.rules.dates import days_of_month
from tegoed.rules.products import Product


@dataclass(frozen=True, slots=True)
class AboveAgreed:
    """How far an order goes above the agreement: the highest figure, and for how many people. Cents."""

    product: str
    agreed_cents: int
    highest_cents: int
    line_count: int
    attestation_id: int

    def as_facts(self) -> dict[str, Any]:
        """For the trail."""
        return {
            "agreed_cents": self.agreed_cents,
            "highest_cents": self.highest_cents,
            "line_count": self.line_count,
            "attestation_id": self.attestation_id,
        }


def agreed_for(order: Order) -> AttestedAmount | None:
    """The attested amount that counts for the order; None: nothing attested holds in its month. One query."""
    month_on = order.month_on
    end_on = date(month_on.year, month_on.month, days_of_month(month_on.year, month_on.month))
    return attested_amounts(order.client, end_on).get(order.product)


def above_agreed(order: Order, *, after_draft_ids: Sequence[int] = ()) -> AboveAgreed | None:
    """What the order gives above the agreement, once those drafts are confirmed; None when nothing is. Two statements."""
    agreed = agreed_for(order)
    if agreed is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*), max(given.cents)
            FROM (
                SELECT CASE WHEN %(is_per_voucher)s THEN line.face_value_cents
                    ELSE line.amount_cents + coalesce(earlier.cents, 0) END AS cents
                FROM orders_orderline line
                LEFT JOIN ({_GIVEN_THIS_YEAR_SQL}) earlier ON earlier.beneficiary_id = line.beneficiary_id
                WHERE line.order_id = %(order_id)s
            ) given
            WHERE given.cents > %(agreed_cents)s
            """,
            _parameters(order, after_draft_ids)
            | {
                "is_per_voucher": is_amount_per_voucher(Product(order.product)),
                "order_id": order.pk,
                "agreed_cents": agreed.amount_cents,
            },
        )
        line_count, highest_cents = cursor.fetchone()
    if not line_count:
        return None
    return AboveAgreed(order.product, agreed.amount_cents, highest_cents, line_count, agreed.attestation_id)


def above_agreed_together(drafts: Sequence[Order]) -> dict[int, AboveAgreed]:
    """The same by order, of those that go above, confirmed together: each counts those before it, as confirming does."""
    found = {}
    for place, draft in enumerate(drafts):
        above = above_agreed(draft, after_draft_ids=[earlier.pk for earlier in drafts[:place]])
        if above is not None:
            found[draft.pk] = above
    return found


def given_this_year(order: Order) -> dict[int, int]:
    """What the client's other orders of the product give in the year of its month: beneficiary id -> cents; none for meal."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN_THIS_YEAR_SQL, _parameters(order, ()))
        return dict(cursor.fetchall())


def is_first_without_agreement(order: Order) -> bool:
    """Whether nothing was ever attested for the product and no order of it was taken on yet: said once, then no more."""
    others = Order.objects.filter(client=order.client_id, product=order.product).exclude(pk=order.pk)
    taken_on = others.exclude(state__in=[OrderState.DRAFT, OrderState.CANCELLED])
    attested = attestations_of(order.client).filter(product=order.product)
    return not Client.objects.filter(Exists(taken_on) | Exists(attested), pk=order.client_id).exists()


def record_above_agreed(order: Order, *, actor: User | None) -> None:
    """Write in the trail that the order goes above the agreement, as the page that confirms it says."""
    above = above_agreed(order)
    if above is not None:
        record_event(
            actor=actor,
            action=Action.ORDER_EXCEEDED_AGREEMENT,
            client_id=order.client_id,
            subject_id=order.pk,
            **above.as_facts(),
        )


_GIVEN_THIS_YEAR_SQL = f"""
    SELECT beneficiary_id, sum(cents)::bigint AS cents FROM ({ORDERED_BY_YEAR_SQL}) by_occasion GROUP BY 1
"""


def _parameters(order: Order, after_draft_ids: Sequence[int]) -> dict[str, Any]:
    return ordered_by_year_parameters(
        client_id=order.client_id,
        products=[order.product],
        first_on=order.month_on,
        last_on=order.month_on,
        own_order_ids=[order.pk],
        counted_draft_ids=after_draft_ids,
    )
