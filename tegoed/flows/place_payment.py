"""Staff place money that lies in suspense: on invoices of one client, on account, with a cent written off (SPEC P3, P4).

Its one law: the line is held first, then the invoices; what changed since the page was shown is refused, never overdrawn.
What follows from a payment is `settle_payments`'. Placing takes one person: it can be undone, by two.
"""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.banking.actions.allocations import allocate, learn_accounts, locked_line, write_off
from tegoed.banking.actions.proposing import close_proposals, renew_proposals
from tegoed.banking.models import Allocation, LineState, Proposal, ProposalState, StatementLine
from tegoed.banking.refusals import (
    DifferenceTooLarge,
    InvoiceNotOpen,
    InvoiceOpenLess,
    LineNotInSuspense,
    LinePaysInvoiceAlready,
    NothingToPlace,
    ProposalGone,
)
from tegoed.billing.models import Invoice, InvoiceState
from tegoed.clients.models import Client, User
from tegoed.clients.queries import the_issuer
from tegoed.flows.payment_mails import tell_of_placement
from tegoed.flows.settle_payments import WRITTEN_OFF, Move, account_of, settle_payments
from tegoed.flows.undo_payments import placement
from tegoed.ledger.models import AccountKind, TransferKind


@transaction.atomic
def place_payment(
    *,
    line_id: int,
    client: Client,
    cents_by_invoice: Mapping[int, int],
    on_account_cents: int = 0,
    writes_off: bool = False,
    actor: User,
) -> list[Allocation]:
    """Place money of a line in suspense on open invoices of one client, and on its account.

    `writes_off`: what then is still missing of these invoices is given up, if it is within the issuer's tolerance. Raises
    `StatementLine.DoesNotExist`, `LineNotInSuspense`, `NothingToPlace`, `InvoiceNotOpen`, `InvoiceOpenLess`,
    `LinePaysInvoiceAlready`, `DifferenceTooLarge`.
    """
    line = locked_line(line_id)
    return place_locked(
        line=line,
        client=client,
        cents_by_invoice=cents_by_invoice,
        on_account_cents=on_account_cents,
        writes_off=writes_off,
        proposal_id=0,
        actor=actor,
    )


@transaction.atomic
def accept_proposal(*, proposal_id: int, actor: User) -> list[Allocation]:
    """Place a payment as proposed, or as its client claimed. Raises `ProposalGone` and the refusals of `place_payment`."""
    line = locked_line(Proposal.objects.values_list("line_id", flat=True).get(pk=proposal_id))
    proposal = Proposal.objects.select_related("client").get(pk=proposal_id)
    if proposal.state not in {ProposalState.OPEN, ProposalState.CLAIMED}:
        raise ProposalGone
    return place_locked(
        line=line,
        client=proposal.client,
        cents_by_invoice=dict(proposal.parts.values_list("invoice_id", "amount_cents")),
        on_account_cents=proposal.on_account_cents,
        writes_off=False,
        proposal_id=proposal.pk,
        actor=actor,
    )


def place_locked(
    *,
    line: StatementLine,
    client: Client,
    cents_by_invoice: Mapping[int, int],
    on_account_cents: int,
    writes_off: bool,
    proposal_id: int,
    actor: User,
) -> list[Allocation]:
    """As `place_payment`, for a line that the caller holds."""
    now = timezone.now()
    wanted_cents = sum(cents_by_invoice.values()) + on_account_cents
    if wanted_cents <= 0:
        raise NothingToPlace
    if line.state != LineState.SUSPENSE or line.unplaced_cents < wanted_cents:
        raise LineNotInSuspense(left_cents=max(line.unplaced_cents, 0), wanted_cents=wanted_cents)
    invoices = _open_invoices(line, client, cents_by_invoice)
    made = allocate(
        line=line,
        client_id=client.pk,
        cents_by_invoice=cents_by_invoice,
        on_account_cents=on_account_cents,
        actor=actor,
    )
    moves = [placement(allocation) for allocation in made]
    paid = dict(cents_by_invoice)
    if writes_off:
        for invoice in invoices:
            cents = invoice.open_cents - paid[invoice.pk]
            if cents:
                moves.append(_write_off(invoice, cents, actor=actor))
                paid[invoice.pk] += cents
    close_proposals(line=line, accepted_id=proposal_id, at=now)
    settle_payments(cents_by_invoice=paid, moves=moves, at=now)
    learn_accounts(line_ids=[line.pk])
    renew_proposals(line_ids=[line.pk], at=now)  # for what is left of it
    record_event(
        actor=actor,
        action=Action.PAYMENT_PLACED,
        client_id=client.pk,
        subject_id=line.pk,
        invoices=[invoice.number for invoice in invoices],
        amount_cents=wanted_cents,
        on_account_cents=on_account_cents,
    )
    tell_of_placement(client=client, allocations=made)
    return made


def _open_invoices(line: StatementLine, client: Client, cents_by_invoice: Mapping[int, int]) -> list[Invoice]:
    """The invoices, held in id order, each of which can take what it should get."""
    invoices = list(
        Invoice.objects.select_for_update(of=("self",))
        .filter(client=client, pk__in=cents_by_invoice, state=InvoiceState.OPEN)
        .order_by("id")
    )
    if len(invoices) < len(cents_by_invoice):
        raise InvoiceNotOpen
    paid_by_line = set(line.allocations.filter(undone_at=None).values_list("invoice_id", flat=True))
    for invoice in invoices:
        cents = cents_by_invoice[invoice.pk]
        if not 0 < cents <= invoice.open_cents:
            raise InvoiceOpenLess(number=invoice.number, open_cents=invoice.open_cents, wanted_cents=cents)
        if invoice.pk in paid_by_line:
            raise LinePaysInvoiceAlready(number=invoice.number)
    return invoices


@transaction.atomic
def write_off_difference(*, line_id: int, invoice_id: int, actor: User) -> None:
    """Give up the few cents that are missing of an invoice which the line pays. Within the tolerance; it is paid then.

    Raises `InvoiceNotOpen`, `DifferenceTooLarge`.
    """
    line = locked_line(line_id)
    invoice = (
        Invoice.objects.select_for_update(of=("self",))
        .filter(
            pk=invoice_id,
            state=InvoiceState.OPEN,
            pk__in=line.allocations.filter(undone_at=None).values("invoice_id"),
        )
        .first()
    )
    if invoice is None:
        raise InvoiceNotOpen
    cents = invoice.open_cents
    move = _write_off(invoice, cents, actor=actor)
    settle_payments(cents_by_invoice={invoice.pk: cents}, moves=[move], at=timezone.now())


def _write_off(invoice: Invoice, cents: int, *, actor: User) -> Move:
    maximum_cents = the_issuer().write_off_cents_max
    if cents > maximum_cents:
        raise DifferenceTooLarge(number=invoice.number, open_cents=cents, maximum_cents=maximum_cents)
    allocation = write_off(client_id=invoice.client_id, invoice_id=invoice.pk, cents=cents, actor=actor)
    record_event(
        actor=actor,
        action=Action.DIFFERENCE_WRITTEN_OFF,
        client_id=invoice.client_id,
        subject_id=invoice.pk,
        invoices=[invoice.number],
        amount_cents=cents,
    )
    return Move(
        event_key=f"write_off:allocation:{allocation.pk}",
        kind=TransferKind.WRITE_OFF,
        debit=WRITTEN_OFF,
        credit=account_of(invoice.client_id, AccountKind.RECEIVABLE),
        amount_cents=cents,
    )
