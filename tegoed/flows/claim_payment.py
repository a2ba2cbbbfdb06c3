"""A client says what a payment without number is for: one click instead of a phone call (SPEC P4).

Its one law: only money from the client's own account can be claimed, and a claim alone loads nothing: staff confirm it,
unless the issuer lets known accounts go by themselves and the amount fits to the cent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.banking.actions.allocations import locked_line
from tegoed.banking.actions.proposing import add_claim, add_denial
from tegoed.banking.models import ProposalState, StatementLine
from tegoed.banking.queries import claimable_lines_of, lines_from_accounts_of
from tegoed.banking.refusals import InvoiceNotOpen, PaymentAnsweredAlready, PaymentClaimedAlready
from tegoed.billing.models import Invoice
from tegoed.billing.queries import open_invoices_of
from tegoed.clients.models import Client, User
from tegoed.clients.queries import the_issuer
from tegoed.flows.place_payment import place_locked


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim did. `is_placed`: it was placed at once."""

    is_placed: bool


@transaction.atomic
def claim_payment(*, client: Client, line_id: int, invoice_ids: Sequence[int], actor: User) -> Claimed:
    """Say that a payment is for these open invoices, in their order, what is left on account; none: all on account.

    Raises `StatementLine.DoesNotExist` (404), `PaymentAnsweredAlready`, `PaymentClaimedAlready`, `InvoiceNotOpen`.
    """
    line = _own_line(client, line_id)
    if line.proposals.filter(state=ProposalState.CLAIMED).exists():
        raise PaymentClaimedAlready
    by_id = {invoice.pk: invoice for invoice in open_invoices_of(client).filter(pk__in=invoice_ids)}
    if len(by_id) < len(set(invoice_ids)):
        raise InvoiceNotOpen
    cents_by_invoice, on_account_cents = _divided(line.unplaced_cents, [by_id[pk] for pk in invoice_ids])
    is_exact = not on_account_cents and sum(one.open_cents for one in by_id.values()) == line.unplaced_cents
    claim = add_claim(
        line=line,
        client_id=client.pk,
        cents_by_invoice=cents_by_invoice,
        on_account_cents=on_account_cents,
        reasons=["account_known", *(["amount_fits"] if is_exact else [])],
        actor=actor,
    )
    record_event(
        actor=actor,
        action=Action.PAYMENT_CLAIMED,
        client_id=client.pk,
        subject_id=line.pk,
        invoices=[by_id[pk].number for pk in cents_by_invoice],
        amount_cents=line.unplaced_cents,
    )
    if not (is_exact and the_issuer().places_known_accounts):
        return Claimed(is_placed=False)
    place_locked(
        line=line,
        client=client,
        cents_by_invoice=cents_by_invoice,
        on_account_cents=0,
        writes_off=False,
        proposal_id=claim.pk,
        actor=actor,
    )
    return Claimed(is_placed=True)


@transaction.atomic
def deny_payment(*, client: Client, line_id: int, actor: User) -> None:
    """Say that a payment isn't the client's; it is not asked again.

    Raises `StatementLine.DoesNotExist` (404), `PaymentAnsweredAlready`.
    """
    line = _own_line(client, line_id)
    add_denial(line=line, client_id=client.pk, actor=actor, at=timezone.now())
    record_event(actor=actor, action=Action.PAYMENT_DENIED, client_id=client.pk, subject_id=line.pk)


def _own_line(client: Client, line_id: int) -> StatementLine:
    """A line in suspense that the client may decide about, held; looked at anew once held.

    Raises `StatementLine.DoesNotExist` for what never was theirs, `PaymentAnsweredAlready` for what no longer waits.
    """
    lines_from_accounts_of(client).get(pk=line_id)
    locked_line(line_id)
    line = claimable_lines_of(client).filter(pk=line_id).first()
    if line is None:
        raise PaymentAnsweredAlready
    return line


def _divided(cents: int, invoices: Sequence[Invoice]) -> tuple[dict[int, int], int]:
    """So much for each invoice, and what is left for the account."""
    left_cents = cents
    parts: dict[int, int] = {}
    for invoice in invoices:
        part_cents = min(left_cents, invoice.open_cents)
        if part_cents:
            parts[invoice.pk] = part_cents
            left_cents -= part_cents
    return parts, left_cents
