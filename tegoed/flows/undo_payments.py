"""Money that was placed comes back to suspense, because the bank takes it back (SPEC P3).

Its one law: before loading the order waits for its payment again and its face value is due again; after loading nothing is
taken off cards: the invoice is open again and the client owes it. The caller holds invoices and orders locked and posts
the moves (`settle_payments`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tegoed.banking.models import Allocation
from tegoed.billing.actions import PaymentTakenBack, count_reopenings, take_back_payments
from tegoed.billing.queries import face_values_of
from tegoed.clients.models import User
from tegoed.flows.settle_payments import SUSPENSE, Move, account_of
from tegoed.ledger.models import AccountKind, TransferKind
from tegoed.orders.actions import mark_order_unpaid
from tegoed.orders.models import InvoiceKind, Order, OrderState


@dataclass(slots=True)
class UndoneMoney:
    """What undoing did: the moves to post, orders that wait again, and those loaded already."""

    moves: list[Move] = field(default_factory=list)
    waiting_order_ids: list[int] = field(default_factory=list)
    loaded_order_ids: list[int] = field(default_factory=list)


def undo_allocations(
    *, allocations: Sequence[Allocation], reason: str, actor: User | None, at: datetime
) -> UndoneMoney:
    """Undo live allocations of lines as a whole; their money is in suspense then. `reason`: of the orders' step."""
    done = UndoneMoney()
    cents_by_invoice: dict[int, int] = {}
    for allocation in allocations:
        allocation.undone_at = at
        allocation.undone_by = actor
        kind = AccountKind.RECEIVABLE if allocation.invoice_id is not None else AccountKind.CLIENT_CREDIT
        done.moves.append(
            Move(
                event_key=f"{TransferKind.PLACEMENT_UNDONE}:allocation:{allocation.pk}",
                kind=TransferKind.PLACEMENT_UNDONE,
                debit=account_of(allocation.client_id, kind),
                credit=SUSPENSE,
                amount_cents=allocation.amount_cents,
            )
        )
        if allocation.invoice_id is not None:
            cents_by_invoice[allocation.invoice_id] = (
                cents_by_invoice.get(allocation.invoice_id, 0) + allocation.amount_cents
            )
    Allocation.objects.bulk_update(allocations, ["undone_at", "undone_by"])
    if cents_by_invoice:
        _reopen(cents_by_invoice, done, reason=reason, actor=actor)
    return done


def _reopen(cents_by_invoice: Mapping[int, int], done: UndoneMoney, *, reason: str, actor: User | None) -> None:
    """Invoices are open again. Orders are held before it is looked whether they are loaded: loading holds them too."""
    taken = take_back_payments(cents_by_invoice=cents_by_invoice)
    products = {one.order_id: one for one in taken if one.was_paid and one.kind == InvoiceKind.PRODUCT}
    reopened: list[PaymentTakenBack] = []
    for order in Order.objects.select_for_update().filter(pk__in=products).order_by("id"):
        if order.state == OrderState.PAID:
            mark_order_unpaid(order, reason=reason, actor=actor)
            reopened.append(products[order.pk])
            done.waiting_order_ids.append(order.pk)
        elif order.state == OrderState.LOADED:
            done.loaded_order_ids.append(order.pk)
    count_reopenings(invoice_ids=[one.invoice_id for one in reopened])
    done.moves += [
        Move(
            event_key=f"{TransferKind.FUNDS_UNDONE}:invoice:{face_value.invoice_id}:{face_value.reopened_count}",
            kind=TransferKind.FUNDS_UNDONE,
            debit=account_of(face_value.client_id, AccountKind.CLIENT_FUNDS),
            credit=account_of(face_value.client_id, AccountKind.FUNDS_DUE),
            amount_cents=face_value.cents,
        )
        for face_value in face_values_of([one.invoice_id for one in reopened])
    ]
