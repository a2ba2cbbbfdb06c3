"""Money that was placed comes back to suspense: the bank takes a line back, or staff undo where it went (SPEC P3).

Its one law: before loading the order waits for its payment again and its face value is due again; after loading nothing is
taken off cards: the invoice is open again and the client owes it. The caller holds line and invoices locked and posts the
moves (`settle_payments`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tegoed.audit.actions import Action, record_event
from tegoed.banking.actions.allocations import (
    Undone,
    forget_accounts,
    put_in_suspense,
    take_from_suspense,
    undo_allocation,
)
from tegoed.banking.actions.placing import PlacedLine
from tegoed.banking.actions.proposing import close_proposals, renew_proposals
from tegoed.banking.models import Allocation, AllocationSource, StatementLine
from tegoed.billing.actions import PaymentTakenBack, count_reopenings, take_back_payments
from tegoed.billing.queries import face_values_of
from tegoed.clients.models import User
from tegoed.flows.settle_payments import SUSPENSE, WRITTEN_OFF, Move, account_of
from tegoed.ledger.door import AccountSpec
from tegoed.ledger.models import AccountKind, TransferKind
from tegoed.orders.actions import mark_order_unpaid
from tegoed.orders.models import InvoiceKind, Order, OrderState


@dataclass(slots=True)
class UndoneMoney:
    """What undoing did: the moves to post, invoices open again, orders that wait again, and those loaded already."""

    moves: list[Move] = field(default_factory=list)
    undone: list[Undone] = field(default_factory=list)
    waiting_order_ids: list[int] = field(default_factory=list)
    loaded_order_ids: list[int] = field(default_factory=list)
    invoice_ids: list[int] = field(default_factory=list)


def undo_allocations(
    *, parts: Sequence[tuple[Allocation, int]], reason: str, actor: User | None, at: datetime
) -> UndoneMoney:
    """Undo live allocations, each for so many cents; money of lines is in suspense then. `reason`: of the orders' step.

    What was written off of the same invoices is owed again too.
    """
    done = UndoneMoney()
    cents_by_invoice: dict[int, int] = {}
    for allocation, cents in [*parts, *_written_off_with(parts)]:
        undone = undo_allocation(allocation=allocation, cents=cents, actor=actor, at=at)
        done.undone.append(undone)
        done.moves += _moves_of(undone)
        if allocation.invoice_id is not None:
            cents_by_invoice[allocation.invoice_id] = cents_by_invoice.get(allocation.invoice_id, 0) + cents
    if cents_by_invoice:
        _reopen(cents_by_invoice, done, reason=reason, actor=actor)
    return done


def _written_off_with(parts: Sequence[tuple[Allocation, int]]) -> list[tuple[Allocation, int]]:
    known = {allocation.pk for allocation, _ in parts}
    invoices = {allocation.invoice_id for allocation, _ in parts if allocation.invoice_id is not None}
    written_off = Allocation.objects.filter(source=AllocationSource.WRITE_OFF, invoice__in=invoices, undone_at=None)
    return [(allocation, allocation.amount_cents) for allocation in written_off.exclude(pk__in=known).order_by("id")]


def _moves_of(undone: Undone) -> Iterable[Move]:
    """Back to where it came from; what stays placed goes there anew, under its own allocation."""
    allocation = undone.allocation
    if allocation.source == AllocationSource.WRITE_OFF:
        yield Move(
            event_key=f"write_off_undone:allocation:{allocation.pk}",
            kind=TransferKind.WRITE_OFF_UNDONE,
            debit=account_of(allocation.client_id, AccountKind.RECEIVABLE),
            credit=WRITTEN_OFF,
            amount_cents=allocation.amount_cents,
        )
        return
    place = place_of(allocation)
    yield Move(
        event_key=f"placement_undone:allocation:{allocation.pk}",
        kind=TransferKind.PLACEMENT_UNDONE,
        debit=place,
        credit=SUSPENSE,
        amount_cents=allocation.amount_cents,
    )
    if undone.kept is not None:
        yield placement(undone.kept)


def place_of(allocation: Allocation) -> AccountSpec:
    """The account that an allocation of a line stands on: what the client owes, or what it has on account."""
    kind = AccountKind.RECEIVABLE if allocation.invoice_id is not None else AccountKind.CLIENT_CREDIT
    return account_of(allocation.client_id, kind)


def placement(allocation: Allocation) -> Move:
    """Suspense money finds its place."""
    return Move(
        event_key=f"placement:allocation:{allocation.pk}",
        kind=TransferKind.PLACEMENT,
        debit=SUSPENSE,
        credit=place_of(allocation),
        amount_cents=allocation.amount_cents,
    )


def _reopen(cents_by_invoice: Mapping[int, int], done: UndoneMoney, *, reason: str, actor: User | None) -> None:
    """Invoices are open again. Orders are held before it is looked whether they are loaded: loading holds them too."""
    taken = take_back_payments(cents_by_invoice=cents_by_invoice)
    done.invoice_ids += [one.invoice_id for one in taken]
    products = {one.order_id: one for one in taken if one.was_paid and one.kind == InvoiceKind.PRODUCT}
    reopened: list[PaymentTakenBack] = []
    for order in Order.objects.select_for_update().filter(pk__in=products).order_by("id"):
        if order.state == OrderState.PAID:
            mark_order_unpaid(order, reason=reason, actor=actor)
            reopened.append(products[order.pk])
            done.waiting_order_ids.append(order.pk)
        elif order.state == OrderState.LOADED:
            done.loaded_order_ids.append(order.pk)
        record_event(
            actor=actor, action=Action.ORDER_UNPAID, client_id=order.client_id, subject_id=order.pk, reason=reason
        )
    count_reopenings(invoice_ids=[one.invoice_id for one in reopened])
    done.moves += [
        Move(
            event_key=f"funds_undone:invoice:{face_value.invoice_id}:{face_value.reopened_count}",
            kind=TransferKind.FUNDS_UNDONE,
            debit=account_of(face_value.client_id, AccountKind.CLIENT_FUNDS),
            credit=account_of(face_value.client_id, AccountKind.FUNDS_DUE),
            amount_cents=face_value.cents,
        )
        for face_value in face_values_of([one.invoice_id for one in reopened])
    ]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A line that the bank took back, and what that did."""

    line_id: int
    money: UndoneMoney


def take_lines_back(lines: Sequence[PlacedLine], *, at: datetime) -> list[TakenBack]:
    """What the bank takes back in a statement, line by line: undone to suspense, from where it leaves the bank's account."""
    return [_take_back(line, at=at) for line in lines if line.returned is not None and line.returned.is_possible]


def _take_back(line: PlacedLine, *, at: datetime) -> TakenBack:
    returned = line.returned
    if returned is None or returned.line_id is None:
        raise AssertionError(f"statement line {line.line_id} takes nothing back")
    original = StatementLine.objects.select_for_update().get(pk=returned.line_id)
    allocations = {a.pk: a for a in original.allocations.filter(undone_at=None)}
    parts = _still_there(allocations, returned.undone)
    money = undo_allocations(parts=parts, reason="payment_returned", actor=None, at=at)
    put_in_suspense(line=original, cents=sum(cents for _, cents in returned.undone))
    take_from_suspense(line=original, cents=-line.amount_cents)
    close_proposals(line=original, at=at)
    forget_accounts(line_ids=[original.pk])
    renew_proposals(line_ids=[original.pk], at=at)
    record_event(
        actor=None,
        action=Action.PAYMENT_RETURNED,
        client_id=parts[0][0].client_id if parts else None,
        subject_id=original.pk,
        amount_cents=-line.amount_cents,
        line_id=line.line_id,
    )
    return TakenBack(line.line_id, money)


def _still_there(
    allocations: Mapping[int, Allocation], undone: Sequence[tuple[int, int]]
) -> list[tuple[Allocation, int]]:
    """A line taken back in parts twice in one statement: what the first left of an allocation stands under a new one."""
    parts = []
    for allocation_id, cents in undone:
        allocation = allocations.get(allocation_id)
        if allocation is None:
            gone = Allocation.objects.get(pk=allocation_id)
            allocation = next(
                live
                for live in allocations.values()
                if (live.client_id, live.invoice_id) == (gone.client_id, gone.invoice_id)
            )
        parts.append((allocation, cents))
    return parts
