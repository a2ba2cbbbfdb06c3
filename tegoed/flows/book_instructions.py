"""What we told the bank to do, seen done in its statement: refunds paid or returned, collections in or taken back (SPEC P5).

Its one law: a line that answers an instruction of ours is booked by what it answers, once. All moves are given to who
books the statement, to be posted with everything else. Taking back comes before settling, so that orders are held before
the ledger's accounts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tegoed.audit.actions import Action, record_event
from tegoed.banking.actions import PlacedLine
from tegoed.banking.ladder import Rung
from tegoed.banking.models import Allocation, LineState, StatementLine
from tegoed.billing.models import Invoice, InvoiceState
from tegoed.billing.queries import on_account_cents
from tegoed.clients.models import Client
from tegoed.flows.settle_payments import SUSPENSE, Move, account_of
from tegoed.flows.treasury_mails import tell_of_refund, tell_of_returned_collection
from tegoed.flows.undo_payments import undo_allocations
from tegoed.ledger.door import AccountSpec
from tegoed.ledger.models import AccountKind, TransferKind
from tegoed.treasury.mandates import suspend_mandate
from tegoed.treasury.models import Collection, CollectionState, Refund, RefundSource
from tegoed.treasury.reasons import STOPPING
from tegoed.treasury.recognition import Instructed, InstructedReason

REFUND_DUE = AccountSpec(account_key="refund_due", kind=AccountKind.REFUND_DUE)


@dataclass(slots=True)
class InstructionsBooked:
    """What they did. `booked_line_ids`: their moves stand here; `placed_line_ids`: nothing of them is unplaced any more;
    `waiting_line_ids`: earlier lines, in suspense again; `reopened_ids`: invoices open again; `credit_cents`: by client,
    what is left on account beside all that.
    """

    moves: list[Move] = field(default_factory=list)
    credit_cents: dict[int, int] = field(default_factory=dict)
    cents_by_invoice: dict[int, int] = field(default_factory=dict)
    booked_line_ids: set[int] = field(default_factory=set)
    placed_line_ids: set[int] = field(default_factory=set)
    waiting_line_ids: list[int] = field(default_factory=list)
    reopened_ids: list[int] = field(default_factory=list)


def book_instructions(
    named: Instructed,
    lines: Sequence[PlacedLine],
    *,
    bank: AccountSpec,
    at: datetime,
    posted_before: Sequence[Move] = (),
) -> InstructionsBooked:
    """Mark refunds and collections, place the totals of groups, undo what the bank took back; the moves to post.

    `posted_before`: the moves of other lines that were taken back; they may use the same credit.
    """
    done = InstructionsBooked()
    for collection in named.returned.values():
        done.credit_cents[collection.client_id] = _credit_left(collection.client, posted_before)
    for place, refund in named.refunds_paid.items():
        _refund_paid(refund, lines[place], done, bank=bank)
    for place, refund in named.refunds_returned.items():
        _refund_returned(refund, lines[place], done, bank=bank)
    for place, collection in named.collected.items():
        collection.line_id = lines[place].line_id
    placed = _cents_placed(lines)
    for place, collections in named.totals.items():
        _total(collections, lines[place], placed, done)
    for place, (total_place, collection) in named.bounced.items():
        _bounced(collection, lines[place], lines[total_place], done, bank=bank)
    for place, collection in named.returned.items():
        _returned(collection, lines[place], done, bank=bank, at=at)
    _keep(named)
    _tell(named, at=at)
    return done


def _credit_left(client: Client, posted_before: Sequence[Move]) -> int:
    credit = account_of(client.pk, AccountKind.CLIENT_CREDIT)
    return on_account_cents(client) - sum(move.amount_cents for move in posted_before if move.debit == credit)


def _mark(line_id: int, reason: str, *, reverses_id: int | None = None) -> None:
    """The line has its place, and why."""
    StatementLine.objects.filter(pk=line_id).update(
        state=LineState.MATCHED, rung=Rung.STRUCTURED, reason=reason, unplaced_cents=0, reverses_id=reverses_id
    )


def _mark_returned(line_id: int, *, reverses_id: int | None) -> None:
    """The line took a collection back."""
    StatementLine.objects.filter(pk=line_id).update(
        state=LineState.RETURNED,
        rung=Rung.STRUCTURED,
        reason=InstructedReason.COLLECTION_RETURNED,
        unplaced_cents=0,
        reverses_id=reverses_id,
    )


def _refund_paid(refund: Refund, line: PlacedLine, done: InstructionsBooked, *, bank: AccountSpec) -> None:
    _mark(line.line_id, InstructedReason.REFUND_PAID)
    refund.paid_line_id = line.line_id
    done.booked_line_ids.add(line.line_id)
    done.placed_line_ids.add(line.line_id)
    done.moves.append(_of_line(TransferKind.REFUND_PAID, line, REFUND_DUE, bank))


def _refund_returned(refund: Refund, line: PlacedLine, done: InstructionsBooked, *, bank: AccountSpec) -> None:
    """The money is ours to give again, and goes back to where it came from."""
    _mark(line.line_id, InstructedReason.REFUND_RETURNED, reverses_id=refund.paid_line_id)
    refund.return_line_id = line.line_id
    done.booked_line_ids.add(line.line_id)
    done.placed_line_ids.add(line.line_id)
    done.moves.append(_of_line(TransferKind.REFUND_RETURNED, line, bank, REFUND_DUE))
    done.moves.append(
        Move(
            event_key=f"{TransferKind.REFUND_RETURNED}:refund:{refund.pk}",
            kind=TransferKind.REFUND_RETURNED,
            debit=REFUND_DUE,
            credit=origin_of(refund),
            amount_cents=refund.amount_cents,
        )
    )
    if refund.line_id is not None:
        put_back_in_suspense(refund)
        done.waiting_line_ids.append(refund.line_id)


def origin_of(refund: Refund) -> AccountSpec:
    """Where the money of a refund came from."""
    if refund.source == RefundSource.SUSPENSE or refund.client_id is None:
        return SUSPENSE
    return account_of(refund.client_id, AccountKind.CLIENT_CREDIT)


def put_back_in_suspense(refund: Refund) -> None:
    """The line that was to be paid back waits again."""
    line = StatementLine.objects.select_for_update().get(refunds=refund)
    line.unplaced_cents += refund.amount_cents
    line.state = LineState.SUSPENSE
    line.reason = InstructedReason.REFUND_FAILED
    line.save(update_fields=["unplaced_cents", "state", "reason"])


def _cents_placed(lines: Sequence[PlacedLine]) -> dict[int, int]:
    """What the ladder placed of this statement, by invoice; it isn't on the invoices yet."""
    placed: dict[int, int] = {}
    for line in lines:
        for invoice_id, cents in line.placement.parts:
            placed[invoice_id] = placed.get(invoice_id, 0) + cents
    return placed


def _total(
    collections: Sequence[Collection], line: PlacedLine, placed: dict[int, int], done: InstructionsBooked
) -> None:
    """One sum for a whole group: to suspense as every line without a name, and from there to each invoice."""
    invoices = Invoice.objects.in_bulk([collection.invoice_id for collection in collections])
    allocations = []
    for collection in collections:
        collection.line_id = line.line_id
        invoice = invoices[collection.invoice_id]
        open_cents = invoice.open_cents - placed.get(invoice.pk, 0) if invoice.state == InvoiceState.OPEN else 0
        to_invoice_cents = min(collection.amount_cents, max(open_cents, 0))
        placed[invoice.pk] = placed.get(invoice.pk, 0) + to_invoice_cents
        parts = ((invoice.pk, to_invoice_cents), (None, collection.amount_cents - to_invoice_cents))
        allocations += [
            Allocation(line_id=line.line_id, client_id=collection.client_id, invoice_id=invoice_id, amount_cents=cents)
            for invoice_id, cents in parts
            if cents
        ]
    for allocation in Allocation.objects.bulk_create(allocations):
        if allocation.invoice_id is not None:
            done.cents_by_invoice[allocation.invoice_id] = (
                done.cents_by_invoice.get(allocation.invoice_id, 0) + allocation.amount_cents
            )
        done.moves.append(_placement(allocation))
    _mark(line.line_id, InstructedReason.COLLECTED)
    done.placed_line_ids.add(line.line_id)


def _placement(allocation: Allocation) -> Move:
    kind = AccountKind.RECEIVABLE if allocation.invoice_id is not None else AccountKind.CLIENT_CREDIT
    return Move(
        event_key=f"{TransferKind.PLACEMENT}:allocation:{allocation.pk}",
        kind=TransferKind.PLACEMENT,
        debit=SUSPENSE,
        credit=account_of(allocation.client_id, kind),
        amount_cents=allocation.amount_cents,
    )


def _bounced(
    collection: Collection, line: PlacedLine, total: PlacedLine, done: InstructionsBooked, *, bank: AccountSpec
) -> None:
    """In with the total of its group and out again in one statement: it never reached an invoice."""
    _mark_returned(line.line_id, reverses_id=total.line_id)
    collection.line_id = total.line_id
    collection.return_line_id = line.line_id
    done.booked_line_ids.add(line.line_id)
    done.placed_line_ids.add(line.line_id)
    done.moves.append(_of_line(TransferKind.PAYMENT_RETURNED, line, SUSPENSE, bank))


def _returned(
    collection: Collection, line: PlacedLine, done: InstructionsBooked, *, bank: AccountSpec, at: datetime
) -> None:
    """What it paid is undone, and the money leaves. Where that can't be (credited or used since), staff see the line."""
    collection.return_line_id = line.line_id
    allocations = _undoable(collection)
    over_cents = sum(allocation.amount_cents for allocation in allocations if allocation.invoice_id is None)
    if not allocations or over_cents > done.credit_cents[collection.client_id]:
        StatementLine.objects.filter(pk=line.line_id).update(reason=InstructedReason.COLLECTION_RETURNED)
        return
    done.credit_cents[collection.client_id] -= over_cents
    parts = [(allocation, allocation.amount_cents) for allocation in allocations]
    undone = undo_allocations(parts=parts, reason="payment_returned", actor=None, at=at)
    done.moves += undone.moves
    done.reopened_ids += undone.invoice_ids
    _mark_returned(line.line_id, reverses_id=collection.line_id)
    done.booked_line_ids.add(line.line_id)
    done.placed_line_ids.add(line.line_id)
    done.moves.append(_of_line(TransferKind.PAYMENT_RETURNED, line, SUSPENSE, bank))


def _undoable(collection: Collection) -> list[Allocation]:
    """The live allocations of the collection's line that hold exactly its money; none where they don't."""
    live = Allocation.objects.select_for_update(of=("self",)).filter(
        line=collection.line_id, client=collection.client_id, undone_at=None
    )
    of_invoice = list(live.filter(invoice=collection.invoice_id).order_by("id"))
    if of_invoice and Invoice.objects.filter(pk=collection.invoice_id, state=InvoiceState.CREDITED).exists():
        return []
    over_cents = collection.amount_cents - sum(allocation.amount_cents for allocation in of_invoice)
    if over_cents == 0:
        return of_invoice
    on_account = live.filter(invoice=None, amount_cents=over_cents).order_by("id").first()
    return [*of_invoice, on_account] if on_account is not None else []


def _of_line(kind: TransferKind, line: PlacedLine, debit: AccountSpec, credit: AccountSpec) -> Move:
    return Move(
        event_key=f"{kind}:statement-line:{line.line_id}",
        kind=kind,
        debit=debit,
        credit=credit,
        amount_cents=abs(line.amount_cents),
    )


def _keep(named: Instructed) -> None:
    """Store what the statement said of each."""
    Refund.objects.bulk_update(
        [*named.refunds_paid.values(), *named.refunds_returned.values()],
        ["state", "paid_line", "return_line", "return_reason"],
    )
    totals = [collection for collections in named.totals.values() for collection in collections]
    bounced = [collection for _place, collection in named.bounced.values()]
    rows: Mapping[int, Collection] = {
        collection.pk: collection
        for collection in (
            *named.collected.values(),
            *totals,
            *bounced,
            *named.returned.values(),
            *named.refused.values(),
        )
    }
    Collection.objects.bulk_update(rows.values(), ["state", "line", "return_line", "return_reason"], batch_size=1_000)


def _tell(named: Instructed, *, at: datetime) -> None:
    """The trail and the mails; a mandate that can't work any more is suspended."""
    for refund, action in (
        *((refund, Action.REFUND_PAID) for refund in named.refunds_paid.values()),
        *((refund, Action.REFUND_RETURNED) for refund in named.refunds_returned.values()),
    ):
        record_event(
            actor=None,
            action=action,
            client_id=refund.client_id,
            subject_id=refund.pk,
            total_cents=refund.amount_cents,
            reason=refund.return_reason,
        )
        tell_of_refund(refund)
    bounced = [collection for _place, collection in named.bounced.values()]
    for collection in (*bounced, *named.returned.values(), *named.refused.values()):
        record_event(
            actor=None,
            action=Action.COLLECTION_RETURNED,
            client_id=collection.client_id,
            subject_id=collection.pk,
            invoices=[collection.invoice.number],
            total_cents=collection.amount_cents,
            reason=collection.return_reason,
        )
        is_stopped = collection.return_reason in STOPPING
        if is_stopped:
            suspend_mandate(mandate_id=collection.mandate_id, reason=collection.return_reason, at=at)
        is_refused = collection.state == CollectionState.REFUSED
        tell_of_returned_collection(collection, is_mandate_stopped=is_stopped, is_refused=is_refused)
