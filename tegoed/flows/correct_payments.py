"""Corrections of money that take four eyes: undo, explain, the issuer's own money (SPEC A2, P3).

Its one law: nothing moves when somebody asks; everything moves at once when somebody else approves, if it still can. The
line is held first, then its invoices, then orders, then ledger accounts.
"""

from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.banking.actions.allocations import explain, forget_accounts, locked_line, put_in_suspense
from tegoed.banking.actions.corrections import ask_correction, decide_correction
from tegoed.banking.actions.proposing import close_proposals, renew_proposals, renew_proposals_of_clients
from tegoed.banking.models import (
    Allocation,
    AllocationSource,
    Correction,
    CorrectionKind,
    CorrectionState,
    Explanation,
    StatementLine,
)
from tegoed.banking.refusals import (
    AllocationNotUndoable,
    AllocationUndoneAlready,
    CreditUsedAlready,
    LineNotExplainable,
)
from tegoed.billing.models import Invoice, InvoiceState
from tegoed.clients.models import User
from tegoed.flows.settle_payments import ISSUER_OWN, OUTGOING, SUSPENSE, Move, settle_payments
from tegoed.flows.undo_payments import UndoneMoney, undo_allocations
from tegoed.ledger.models import TransferKind
from tegoed.ledger.refusals import FundsShort
from tegoed.log_safety import without_identifiers_in

NOTE_LENGTH_MAX = 200


@transaction.atomic
def ask_undo(*, allocation_id: int, note: str, actor: User) -> Correction:
    """Ask that somebody else undoes an allocation.

    Raises `CorrectionAskedAlready`, `AllocationUndoneAlready`, `AllocationNotUndoable`.
    """
    allocation = Allocation.objects.select_related("line", "invoice").get(pk=allocation_id)
    line = locked_line(allocation.line_id) if allocation.line_id is not None else None
    _check_undoable(Allocation.objects.select_related("invoice").get(pk=allocation_id))
    correction = ask_correction(
        kind=CorrectionKind.UNDO, line=line, allocation=allocation, note=_safe(note), actor=actor
    )
    _record_asked(correction, actor=actor)
    return correction


@transaction.atomic
def ask_explanation(*, line_id: int, explanation: Explanation, note: str, actor: User) -> Correction:
    """Ask that somebody else agrees what money without a client is. Raises `LineNotExplainable`, `CorrectionAskedAlready`.

    `OWN_MONEY` is for money that came in; the others for money that left.
    """
    line = locked_line(line_id)
    _check_explainable(line, explanation)
    kind = CorrectionKind.OWN_MONEY if explanation == Explanation.OWN_MONEY else CorrectionKind.EXPLAIN
    correction = ask_correction(kind=kind, line=line, explanation=explanation, note=_safe(note), actor=actor)
    _record_asked(correction, actor=actor)
    return correction


def _safe(note: str) -> str:
    return without_identifiers_in(" ".join(note.replace("\x00", "").split()))[:NOTE_LENGTH_MAX]


def _record_asked(correction: Correction, *, actor: User) -> None:
    record_event(
        actor=actor,
        action=Action.CORRECTION_ASKED,
        client_id=correction.allocation.client_id if correction.allocation else None,
        subject_id=correction.line_id,
        correction_id=correction.pk,
        reason=correction.note,
    )


@transaction.atomic
def refuse_correction(*, correction_id: int, actor: User) -> Correction:
    """Leave the money as it is. Who asked may take it back so. Raises `CorrectionDecidedAlready`."""
    line_id = Correction.objects.values_list("line_id", flat=True).get(pk=correction_id)
    if line_id is not None:
        locked_line(line_id)
    correction = decide_correction(
        correction_id=correction_id, state=CorrectionState.REFUSED, actor=actor, at=timezone.now()
    )
    record_event(
        actor=actor, action=Action.CORRECTION_REFUSED, subject_id=correction.line_id, correction_id=correction_id
    )
    return correction


@transaction.atomic
def approve_correction(*, correction_id: int, actor: User) -> UndoneMoney:
    """Do what somebody else asked. Raises `CorrectorIsAsker`, `CorrectionDecidedAlready`, and why it is no longer possible:
    `AllocationUndoneAlready`, `AllocationNotUndoable`, `CreditUsedAlready`, `LineNotExplainable`.
    """
    now = timezone.now()
    line_id = Correction.objects.values_list("line_id", flat=True).get(pk=correction_id)
    line = locked_line(line_id) if line_id is not None else None
    correction = decide_correction(correction_id=correction_id, state=CorrectionState.APPROVED, actor=actor, at=now)
    if correction.kind == CorrectionKind.UNDO:
        return _undo(correction, line, actor=actor)
    if line is None:
        raise LineNotExplainable
    return _explain(correction, line, actor=actor)


def _check_undoable(allocation: Allocation) -> None:
    if allocation.undone_at is not None:
        raise AllocationUndoneAlready
    if allocation.source == AllocationSource.CREDIT:
        raise AllocationNotUndoable(reason="credit")
    if allocation.invoice is not None and allocation.invoice.state == InvoiceState.CREDITED:
        raise AllocationNotUndoable(reason="credited")


def _undo(correction: Correction, line: StatementLine | None, *, actor: User) -> UndoneMoney:
    now = timezone.now()
    asked = Allocation.objects.filter(corrections=correction)
    list(Invoice.objects.select_for_update(of=("self",)).filter(allocations__in=asked).order_by("id"))
    allocation = asked.select_related("invoice").get()
    _check_undoable(allocation)
    money = undo_allocations(
        parts=[(allocation, allocation.amount_cents)], reason="payment_undone", actor=actor, at=now
    )
    if line is not None:
        put_in_suspense(line=line, cents=allocation.amount_cents)
    try:
        settle_payments(cents_by_invoice={}, moves=money.moves, at=now, reopened_ids=money.invoice_ids)
    except FundsShort as short:
        raise CreditUsedAlready from short
    record_event(
        actor=actor,
        action=Action.PAYMENT_UNDONE,
        client_id=allocation.client_id,
        subject_id=allocation.line_id,
        amount_cents=allocation.amount_cents,
        allocation_id=allocation.pk,
        reason=correction.note,
    )
    if line is not None:
        forget_accounts(line_ids=[line.pk])
        renew_proposals(line_ids=[line.pk], at=now)
    renew_proposals_of_clients(client_ids=[allocation.client_id], at=now)
    return money


def _check_explainable(line: StatementLine, explanation: str) -> None:
    is_own_money = explanation == Explanation.OWN_MONEY
    if not line.unplaced_cents or is_own_money != (line.unplaced_cents > 0) or line.explained_cents:
        raise LineNotExplainable


def _explain(correction: Correction, line: StatementLine, *, actor: User) -> UndoneMoney:
    _check_explainable(line, correction.explanation)
    now = timezone.now()
    cents = explain(line=line, explanation=Explanation(correction.explanation), note=correction.note)
    is_in = cents > 0
    kind = TransferKind.ISSUER_MONEY if is_in else TransferKind.OUTGOING_EXPLAINED
    move = Move(
        event_key=f"{kind}:statement-line:{line.pk}",
        kind=kind,
        debit=SUSPENSE if is_in else ISSUER_OWN,
        credit=ISSUER_OWN if is_in else OUTGOING,
        amount_cents=abs(cents),
    )
    settle_payments(cents_by_invoice={}, moves=[move], at=now)
    close_proposals(line=line, at=now)
    record_event(
        actor=actor,
        action=Action.PAYMENT_EXPLAINED,
        subject_id=line.pk,
        amount_cents=cents,
        explanation=correction.explanation,
        reason=correction.note,
    )
    return UndoneMoney(moves=[move])
