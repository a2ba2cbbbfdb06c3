"""Refunds, step by step. Callers (`tegoed.flows`) own the transaction and post what a step moves.

Its one law: who decides is not who asked, and each step is taken from the state it may be taken from, with the refund held.
"""

from datetime import datetime

from tegoed.banking.models import BankAccount, StatementLine
from tegoed.clients.models import Client, User
from tegoed.treasury.models import PaymentBatch, Refund, RefundSource, RefundState
from tegoed.treasury.references import Mark, next_ids, reference
from tegoed.treasury.refusals import ApproverAskedItself, IbanNotChecked, RefundIbanOfIssuer, RefundNotWaiting


def open_refund(
    *,
    source: RefundSource,
    client: Client | None,
    line: StatementLine | None,
    amount_cents: int,
    iban: str,
    name: str,
    is_iban_known: bool,
    reason: str,
    actor: User,
    at: datetime,
) -> Refund:
    """Write down what is asked. Raises `RefundIbanOfIssuer`."""
    if BankAccount.objects.filter(iban=iban).exists():
        raise RefundIbanOfIssuer(iban=iban)
    (refund_id,) = next_ids("treasury_refund")
    return Refund.objects.create(
        id=refund_id,
        source=source,
        client=client,
        line=line,
        amount_cents=amount_cents,
        iban=iban,
        name=name,
        is_iban_known=is_iban_known,
        reason=reason,
        asked_by=actor,
        asked_at=at,
        end_to_end=reference(Mark.REFUND, refund_id),
    )


def locked_refund(refund_id: int) -> Refund:
    """The refund, held to the end of the transaction. Raises `Refund.DoesNotExist`."""
    return Refund.objects.select_for_update(of=("self",)).select_related("client").get(pk=refund_id)


def check_decider(refund: Refund, actor: User) -> None:
    """Raises `RefundNotWaiting`, `ApproverAskedItself`."""
    if refund.state != RefundState.ASKED:
        raise RefundNotWaiting(reason=refund.state)
    if refund.asked_by_id == actor.pk:
        raise ApproverAskedItself


def mark_approved(refund: Refund, *, is_iban_checked: bool, actor: User, at: datetime) -> None:
    """Approved by another person. Raises `IbanNotChecked` besides what `check_decider` raises."""
    check_decider(refund, actor)
    if not refund.is_iban_known and not is_iban_checked:
        raise IbanNotChecked(iban=refund.iban)
    _decide(refund, RefundState.APPROVED, reason="", actor=actor, at=at)


def mark_refused(refund: Refund, *, reason: str, actor: User, at: datetime) -> None:
    """Refused by another person, for a reason that who asked may read."""
    check_decider(refund, actor)
    _decide(refund, RefundState.REFUSED, reason=reason, actor=actor, at=at)


def _decide(refund: Refund, state: RefundState, *, reason: str, actor: User, at: datetime) -> None:
    refund.state = state
    refund.decided_by = actor
    refund.decided_at = at
    refund.decision_reason = reason
    refund.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])


def mark_cancelled(refund: Refund, *, reason: str) -> None:
    """Not paid back after all; the money did not leave the bank."""
    refund.state = RefundState.CANCELLED
    refund.decision_reason = reason
    refund.save(update_fields=["state", "decision_reason"])


def mark_in_file(refunds: list[Refund], batch: PaymentBatch) -> None:
    """They stand in this file, and in no other."""
    Refund.objects.filter(pk__in=[refund.pk for refund in refunds]).update(state=RefundState.IN_FILE, batch=batch)
