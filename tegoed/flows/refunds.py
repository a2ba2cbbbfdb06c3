"""Money goes back: asked by the client or by staff, decided by somebody else of staff, cancelled (SPEC P5, A2).

Its one law: approving moves the money out of the client's credit or of suspense at once, so that nothing else can use it;
until then nothing moved. No one person pays money out.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.banking.actions.proposing import close_proposals, renew_proposals
from tegoed.banking.models import LineState, StatementLine
from tegoed.billing.queries import on_account_cents
from tegoed.clients.models import Client, User
from tegoed.flows.book_instructions import REFUND_DUE, origin_of, put_back_in_suspense
from tegoed.flows.settle_payments import Move, settle_payments
from tegoed.flows.treasury_mails import tell_of_refund
from tegoed.ledger.models import Transfer, TransferKind
from tegoed.ledger.refusals import FundsShort
from tegoed.treasury.models import Refund, RefundSource, RefundState
from tegoed.treasury.queries import accounts_paid_from, available_credit_cents, iban_or_none
from tegoed.treasury.recognition import InstructedReason
from tegoed.treasury.refunds import locked_refund, mark_approved, mark_cancelled, mark_refused, open_refund
from tegoed.treasury.refusals import CreditShort, LinePlacedMeanwhile, PayerUnknown, RefundNotWaiting


@transaction.atomic
def ask_refund_of_credit(*, client: Client, amount_cents: int, iban: str, reason: str, actor: User) -> Refund:
    """Ask so much of a client's credit back, to `iban` (canonical). Raises `CreditShort`, `RefundIbanOfIssuer`."""
    Client.objects.select_for_update().get(pk=client.pk)
    available_cents = available_credit_cents(client)
    if not 0 < amount_cents <= available_cents:
        raise CreditShort(available_cents=available_cents)
    known = {account.iban for account in accounts_paid_from(client)}
    refund = open_refund(
        source=RefundSource.CREDIT,
        client=client,
        line=None,
        amount_cents=amount_cents,
        iban=iban,
        name=client.name,
        is_iban_known=iban in known,
        reason=reason,
        actor=actor,
        at=timezone.now(),
    )
    _record(refund, Action.REFUND_ASKED, actor)
    return refund


@transaction.atomic
def ask_refund_of_line(*, line_id: int, reason: str, actor: User) -> Refund:
    """Ask that what is in suspense of a line goes back to the account it came from.

    Raises `StatementLine.DoesNotExist`, `LinePlacedMeanwhile`, `PayerUnknown`, `RefundIbanOfIssuer`.
    """
    line = StatementLine.objects.select_for_update().get(pk=line_id)
    is_asked = line.refunds.filter(state=RefundState.ASKED).exists()
    if line.state != LineState.SUSPENSE or line.unplaced_cents <= 0 or is_asked:
        raise LinePlacedMeanwhile
    iban = iban_or_none(line.counterparty_account)
    if iban is None:
        raise PayerUnknown
    refund = open_refund(
        source=RefundSource.SUSPENSE,
        client=None,
        line=line,
        amount_cents=line.unplaced_cents,
        iban=iban,
        name=line.counterparty_name,
        is_iban_known=True,
        reason=reason,
        actor=actor,
        at=timezone.now(),
    )
    _record(refund, Action.REFUND_ASKED, actor)
    return refund


def approve_refund(*, refund_id: int, is_iban_checked: bool, actor: User) -> Refund:
    """Decide that a refund is paid; the money leaves where it came from. `is_iban_checked`: staff say whose account it is.

    Raises `Refund.DoesNotExist`, `RefundNotWaiting`, `ApproverAskedItself`, `IbanNotChecked`, `CreditShort` (used
    meanwhile), `LinePlacedMeanwhile` (placed meanwhile).
    """
    try:
        return _approve(refund_id=refund_id, is_iban_checked=is_iban_checked, actor=actor)
    except FundsShort as short:
        client = Refund.objects.select_related("client").get(pk=refund_id).client
        raise CreditShort(available_cents=on_account_cents(client) if client else 0) from short


@transaction.atomic
def _approve(*, refund_id: int, is_iban_checked: bool, actor: User) -> Refund:
    refund = locked_refund(refund_id)
    now = timezone.now()
    mark_approved(refund, is_iban_checked=is_iban_checked, actor=actor, at=now)
    if refund.line_id is not None:
        _take_from_line(refund, at=now)
    settle_payments(
        cents_by_invoice={},
        moves=[
            Move(
                event_key=f"{TransferKind.REFUND}:refund:{refund.pk}",
                kind=TransferKind.REFUND,
                debit=origin_of(refund),
                credit=REFUND_DUE,
                amount_cents=refund.amount_cents,
            )
        ],
        at=now,
    )
    _record(refund, Action.REFUND_APPROVED, actor, is_iban_checked=is_iban_checked)
    tell_of_refund(refund)
    return refund


def _take_from_line(refund: Refund, *, at: datetime) -> None:
    line = StatementLine.objects.select_for_update().get(refunds=refund)
    if line.state != LineState.SUSPENSE or line.unplaced_cents != refund.amount_cents:
        raise LinePlacedMeanwhile
    line.unplaced_cents = 0
    line.state = LineState.MATCHED
    line.reason = InstructedReason.REFUNDED
    line.save(update_fields=["unplaced_cents", "state", "reason"])
    close_proposals(line=line, at=at)


@transaction.atomic
def refuse_refund(*, refund_id: int, reason: str, actor: User) -> Refund:
    """Decide that a refund is not paid; nothing moved.

    Raises `Refund.DoesNotExist`, `RefundNotWaiting`, `ApproverAskedItself`.
    """
    refund = locked_refund(refund_id)
    mark_refused(refund, reason=reason, actor=actor, at=timezone.now())
    _record(refund, Action.REFUND_REFUSED, actor, reason=reason)
    tell_of_refund(refund)
    return refund


@transaction.atomic
def withdraw_refund(*, client: Client, refund_id: int, actor: User) -> Refund:
    """The client takes back what it asked, while nobody decided. Raises `Refund.DoesNotExist`, `RefundNotWaiting`."""
    refund = Refund.objects.select_for_update().get(client=client, pk=refund_id, source=RefundSource.CREDIT)
    if refund.state != RefundState.ASKED:
        raise RefundNotWaiting(reason=refund.state)
    mark_cancelled(refund, reason="")
    _record(refund, Action.REFUND_CANCELLED, actor)
    return refund


@transaction.atomic
def cancel_refund(*, refund_id: int, reason: str, actor: User) -> Refund:
    """Staff give a refund up: not decided yet, approved, or in a file that the bank refused or will not carry out.

    Approved money goes back to where it came from. Raises `Refund.DoesNotExist`, `RefundNotWaiting` (paid, ended).
    """
    refund = locked_refund(refund_id)
    if refund.state not in {RefundState.ASKED, RefundState.APPROVED, RefundState.IN_FILE}:
        raise RefundNotWaiting(reason=refund.state)
    was_moved = refund.state != RefundState.ASKED
    mark_cancelled(refund, reason=reason)
    if was_moved:
        _give_back(refund)
    _record(refund, Action.REFUND_CANCELLED, actor, reason=reason)
    tell_of_refund(refund)
    return refund


def _give_back(refund: Refund) -> None:
    now = timezone.now()
    decided = Transfer.objects.get(event_key=f"{TransferKind.REFUND}:refund:{refund.pk}")
    if refund.line_id is not None:
        put_back_in_suspense(refund)
    settle_payments(
        cents_by_invoice={},
        moves=[
            Move(
                event_key=f"{TransferKind.REVERSAL}:{decided.event_key}",
                kind=TransferKind.REVERSAL,
                debit=REFUND_DUE,
                credit=origin_of(refund),
                amount_cents=refund.amount_cents,
                reverses_id=decided.pk,
            )
        ],
        at=now,
    )
    if refund.line_id is not None:
        renew_proposals(line_ids=[refund.line_id], at=now)


def _record(refund: Refund, action: Action, actor: User, **facts: object) -> None:
    record_event(
        actor=actor,
        action=action,
        client_id=refund.client_id,
        subject_id=refund.pk,
        total_cents=refund.amount_cents,
        **facts,
    )
