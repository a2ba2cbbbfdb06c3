"""What clients still have to pay, by how long it is past due, as of any day (SPEC I5).

Its one law: a day's list is rebuilt from invoices, what was allocated to them and credit notes, and stands beside what the
ledger says the client owes; the two are worked out apart and must meet, to the cent. It changes nothing and reminds nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db import connection

from tegoed.ledger.past import BALANCE_LEGS
from tegoed.ledger.snapshot import one_snapshot
from tegoed.rules.dates import day_end

BUCKET_DAYS_MAX = (0, 30, 60, 90)
"""The last day past due of each bucket but the last one, which has no end."""
NOTHING = (0,) * (len(BUCKET_DAYS_MAX) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedClient:
    """One client, in cents. `bucket_cents`: not due, 1–30 days past due, 31–60, 61–90, more than 90."""

    client_id: int
    name: str
    enterprise_number: str
    bucket_cents: tuple[int, ...]
    credit_cents: int
    receivable_cents: int

    @property
    def open_cents(self) -> int:
        """All that is open of invoices."""
        return sum(self.bucket_cents)

    @property
    def overdue_cents(self) -> int:
        """What is past its due date."""
        return sum(self.bucket_cents[1:])

    @property
    def agrees(self) -> bool:
        """The invoices say what the ledger says."""
        return self.open_cents == self.receivable_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedBalance:
    """All clients with something open or on account at the end of a day, by name; their sums in cents."""

    on: date
    clients: Sequence[AgedClient]

    @property
    def bucket_cents(self) -> tuple[int, ...]:
        """The sum of each bucket."""
        return tuple(map(sum, zip(*(client.bucket_cents for client in self.clients), strict=True))) or NOTHING

    @property
    def open_cents(self) -> int:
        """All that is open."""
        return sum(client.open_cents for client in self.clients)

    @property
    def overdue_cents(self) -> int:
        """All that is past due."""
        return sum(client.overdue_cents for client in self.clients)

    @property
    def credit_cents(self) -> int:
        """All that is on account."""
        return sum(client.credit_cents for client in self.clients)

    @property
    def receivable_cents(self) -> int:
        """What the ledger says that clients owe."""
        return sum(client.receivable_cents for client in self.clients)

    @property
    def agrees(self) -> bool:
        """So it is for every client."""
        return all(client.agrees for client in self.clients)


_EDGES = [None, *BUCKET_DAYS_MAX, None]
_BUCKETS = "ARRAY[{}]::bigint[] AS buckets".format(
    ", ".join(
        "coalesce(sum(cents) FILTER (WHERE late_days {} {}), 0)".format(
            "IS NOT NULL" if above is None else f"> {above}", "" if upto is None else f"AND late_days <= {upto}"
        )
        for above, upto in pairwise(_EDGES)
    )
)

_AGED = f"""
WITH paid AS (
    SELECT invoice_id, sum(amount_cents) AS cents FROM banking_allocation
    WHERE invoice_id IS NOT NULL AND created_at < %(until)s AND (undone_at IS NULL OR undone_at >= %(until)s)
    GROUP BY invoice_id
),
unpaid AS (
    SELECT invoice.client_id, %(on)s::date - invoice.due_on AS late_days,
        invoice.total_cents - coalesce(paid.cents, 0) AS cents
    FROM billing_invoice AS invoice LEFT JOIN paid ON paid.invoice_id = invoice.id
    WHERE invoice.issued_on <= %(on)s AND invoice.total_cents <> coalesce(paid.cents, 0)
        AND NOT EXISTS (
            SELECT FROM billing_creditnote AS note WHERE note.invoice_id = invoice.id AND note.issued_on <= %(on)s
        )
),
aged AS (SELECT client_id, {_BUCKETS} FROM unpaid GROUP BY client_id),
kept AS (
    SELECT client_id, coalesce(sum(cents) FILTER (WHERE kind = 'client_credit'), 0) AS credit,
        coalesce(-sum(cents) FILTER (WHERE kind = 'receivable'), 0) AS receivable
    FROM ({BALANCE_LEGS}) AS leg WHERE kind IN ('client_credit', 'receivable') GROUP BY client_id
)
SELECT client.id, client.name, client.enterprise_number, coalesce(buckets, %(nothing)s::bigint[]), coalesce(credit, 0)::bigint,
    coalesce(receivable, 0)::bigint
FROM aged FULL JOIN kept ON kept.client_id = aged.client_id
JOIN clients_client AS client ON client.id = coalesce(aged.client_id, kept.client_id)
WHERE aged.client_id IS NOT NULL OR credit <> 0 OR receivable <> 0
ORDER BY client.name, client.id
"""


def aged_balance(on: date) -> AgedBalance:
    """What was open at the end of that day in Brussels. One query; reads all allocations up to it."""
    with one_snapshot(), connection.cursor() as cursor:
        cursor.execute(_AGED, {"on": on, "until": day_end(on), "nothing": list(NOTHING)})
        clients = [
            AgedClient(
                client_id=client_id,
                name=name,
                enterprise_number=number,
                bucket_cents=tuple(buckets),
                credit_cents=credit_cents,
                receivable_cents=receivable_cents,
            )
            for client_id, name, number, buckets, credit_cents, receivable_cents in cursor
        ]
    return AgedBalance(on=on, clients=clients)
