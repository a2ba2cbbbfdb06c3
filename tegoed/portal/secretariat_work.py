"""What waits at each client of a social secretariat, counted for a page of clients at once.

Its one law: two queries, however many clients there are on the page; it counts only what those clients' own pages show.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from tegoed.billing.models import Invoice, InvoiceState
from tegoed.clients.models import Client
from tegoed.orders.models import Order, OrderState
from tegoed.rules.dates import brussels_today


@dataclass(frozen=True, slots=True)
class ClientWork:
    """A client, and how much of what waits there."""

    client: Client
    draft_count: int = 0
    approval_count: int = 0
    open_count: int = 0
    overdue_count: int = 0


def work_of(clients: Sequence[Client]) -> list[ClientWork]:
    """For each of these clients: drafts, orders waiting for approval, invoices open and past their day. Two queries."""
    waiting = [OrderState.DRAFT, OrderState.AWAITING_APPROVAL]
    orders = Order.objects.filter(client__in=clients, state__in=waiting).order_by().values("client_id")
    of_orders = orders.annotate(
        draft_count=Count("pk", filter=Q(state=OrderState.DRAFT)),
        approval_count=Count("pk", filter=Q(state=OrderState.AWAITING_APPROVAL)),
    )
    invoices = Invoice.objects.filter(client__in=clients, state=InvoiceState.OPEN).order_by().values("client_id")
    of_invoices = invoices.annotate(
        open_count=Count("pk"), overdue_count=Count("pk", filter=Q(due_on__lt=brussels_today()))
    )
    waiting_at = {row["client_id"]: row for row in of_orders}
    unpaid_at = {row["client_id"]: row for row in of_invoices}
    work = []
    for client in clients:
        waits, unpaid = waiting_at.get(client.pk), unpaid_at.get(client.pk)
        work.append(
            ClientWork(
                client,
                draft_count=waits["draft_count"] if waits else 0,
                approval_count=waits["approval_count"] if waits else 0,
                open_count=unpaid["open_count"] if unpaid else 0,
                overdue_count=unpaid["overdue_count"] if unpaid else 0,
            )
        )
    return work
