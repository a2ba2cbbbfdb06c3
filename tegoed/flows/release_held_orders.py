"""Orders that waited for older invoices go on by themselves when none is left (SPEC O3)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tegoed.audit.actions import Action, record_event
from tegoed.audit.models import Event
from tegoed.billing.models import Invoice, InvoiceState
from tegoed.billing.queries import invoices_holding_back
from tegoed.flows.jobs import invoice_order_job
from tegoed.orders.actions import advance_order
from tegoed.orders.models import Order, OrderState
from tegoed.rules.dates import brussels_date


@transaction.atomic
def release_held_orders(*, client_ids: Sequence[int], at: datetime) -> list[int]:
    """The held orders of these clients that nothing blocks any more, oldest first, become `processing`; their ids.

    A payment calls this for its clients, a credit note for its own. `catch_up` calls it for all: an order put on hold
    while the payment was being booked was not seen there, and a milder blocking rule lets go without any payment.
    """
    held = (
        Order.objects.select_for_update(of=("self",))
        .select_related("client")
        .filter(client__in=client_ids, state=OrderState.ON_HOLD)
        .order_by("id")
    )
    released = []
    blocked: dict[tuple[int, int | None, int | None], bool] = {}
    for order in held:
        root_id = None if order.billing_group is None else order.split_from_id or order.pk
        alike = (order.client_id, order.upload_id, root_id)
        if alike not in blocked:
            blocked[alike] = invoices_holding_back(order, brussels_date(at)).exists()
        if not blocked[alike]:
            advance_order(order, OrderState.PROCESSING, reason=_why_released(order), actor=None)
            record_event(actor=None, action=Action.ORDER_RELEASED, client_id=order.client_id, subject_id=order.pk)
            invoice_order_job.defer(order_id=order.pk)
            released.append(order.pk)
    return released


def _why_released(order: Order) -> str:
    """What became of the invoices that held it back: paid, credited, or still open while the rule lets it go."""
    holds = Event.objects.filter(action=Action.ORDER_HELD, subject_id=order.pk)
    held = holds.order_by("-id").first()
    blocking = Invoice.objects.filter(client=order.client_id, number__in=held.facts.get("blocking", []) if held else [])
    states = set(blocking.values_list("state", flat=True))
    if InvoiceState.OPEN in states:
        return "milder_rule"
    return "older_invoices_credited" if InvoiceState.CREDITED in states else "older_invoices_paid"
