"""What a client was charged, by cost centre, month, product or order (SPEC I5): sums of the shares of its invoices.

Its one law: the sums are those of the invoices of the period less those of its credit notes, to the cent; an invoice counts
in the month it was issued, a credit note in its own. Nothing is divided here (`cost_shares`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import connection

from tegoed.billing.models import Invoice
from tegoed.clients.models import Client

By = Literal["centre", "month", "product", "order"]

_KEYS: dict[By, str] = {
    "centre": "cost_centre",
    "month": "date_trunc('month', issued_on)::date",
    "product": "product",
    "order": "order_id",
}
_CARDS = "reason LIKE 'card%%'"
_PAPER = "reason LIKE 'paper%%'"
SUMS = f"""
WITH charged AS (
    SELECT share.cost_centre, share.product, share.reason, invoice.order_id, invoice.issued_on, share.net_cents, share.vat_cents
    FROM billing_invoice invoice JOIN billing_costshare share ON share.invoice_id = invoice.id
    WHERE invoice.client_id = %(client_id)s AND invoice.issued_on BETWEEN %(from_on)s AND %(to_on)s
    UNION ALL
    SELECT share.cost_centre, share.product, share.reason, invoice.order_id, note.issued_on, -share.net_cents, -share.vat_cents
    FROM billing_creditnote note JOIN billing_invoice invoice ON invoice.id = note.invoice_id
    JOIN billing_costshare share ON share.invoice_id = invoice.id
    WHERE note.client_id = %(client_id)s AND note.issued_on BETWEEN %(from_on)s AND %(to_on)s
)
SELECT {{key}},
    coalesce(sum(net_cents) FILTER (WHERE reason = 'face_value'), 0)::bigint,
    coalesce(sum(net_cents) FILTER (WHERE reason = 'service'), 0)::bigint,
    coalesce(sum(net_cents) FILTER (WHERE reason = 'loading'), 0)::bigint,
    coalesce(sum(net_cents) FILTER (WHERE {_CARDS}), 0)::bigint,
    coalesce(sum(net_cents) FILTER (WHERE {_PAPER}), 0)::bigint,
    coalesce(sum(vat_cents), 0)::bigint
FROM charged
WHERE (%(product)s = '' OR product = %(product)s) AND (%(order_id)s::bigint IS NULL OR order_id = %(order_id)s)
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class CostSums:
    """The costs of one cost centre, month, product or order (`key`); cents, fees without VAT."""

    key: Any
    face_value_cents: int
    service_cents: int
    loading_cents: int
    cards_cents: int
    paper_cents: int
    vat_cents: int

    @property
    def total_cents(self) -> int:
        """All of it, VAT included."""
        fees_cents = self.service_cents + self.loading_cents + self.cards_cents + self.paper_cents
        return self.face_value_cents + fees_cents + self.vat_cents


def costs_by(
    client: Client, by: By, *, from_on: date, to_on: date, product: str = "", order_id: int | None = None
) -> list[CostSums]:
    """The costs of the client in a period (both days included), the key in its own order. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            SUMS.format(key=_KEYS[by]),
            {"client_id": client.pk, "from_on": from_on, "to_on": to_on, "product": product, "order_id": order_id},
        )
        return [CostSums(*row) for row in cursor.fetchall()]


def sum_of(rows: list[CostSums]) -> CostSums:
    """All rows as one."""
    return CostSums(
        None,
        sum(row.face_value_cents for row in rows),
        sum(row.service_cents for row in rows),
        sum(row.loading_cents for row in rows),
        sum(row.cards_cents for row in rows),
        sum(row.paper_cents for row in rows),
        sum(row.vat_cents for row in rows),
    )


def invoices_not_divided(client: Client) -> int:
    """How many invoices the worker has still to divide: their costs are not in the sums yet."""
    return Invoice.objects.filter(client=client, shares_at=None).count()
