"""Who the orders of a form are for, by workplace and by cost centre: a check that nothing was forgotten (SPEC O2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from tegoed.orders.models import Order

SHARES_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class Share:
    """What the people of one workplace or cost centre get; `name` is empty for those without. Amount in cents."""

    name: str
    people_count: int
    face_value_cents: int


@dataclass(frozen=True, slots=True)
class Shares:
    """The largest shares first, at most `SHARES_SHOWN_MAX`; `unnamed_count` more are left out."""

    shown: list[Share]
    unnamed_count: int


def shares_by_site(orders: Sequence[Order]) -> Shares:
    """By the workplace where the people's cards go; those at home have none. One statement."""
    return _shares(orders, "coalesce(site.name, '')")


def shares_by_cost_centre(orders: Sequence[Order]) -> Shares:
    """By cost centre. One statement."""
    return _shares(orders, "known.cost_centre")


def _shares(orders: Sequence[Order], name: str) -> Shares:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {name}, count(DISTINCT line.beneficiary_id), sum(line.amount_cents)::bigint
            FROM orders_orderline line JOIN beneficiaries_beneficiary known ON known.id = line.beneficiary_id
            LEFT JOIN clients_site site ON site.id = known.site_id
            WHERE line.order_id = ANY(%s) GROUP BY 1 ORDER BY 3 DESC, 1
            """,
            [[order.pk for order in orders]],
        )
        shares = [Share(*row) for row in cursor.fetchall()]
    return Shares(shown=shares[:SHARES_SHOWN_MAX], unnamed_count=max(len(shares) - SHARES_SHOWN_MAX, 0))
