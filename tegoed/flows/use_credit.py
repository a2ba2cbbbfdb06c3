"""Credit on account pays an invoice: because somebody clicked, or by itself as the invoice is issued (SPEC P3).

Its one law: credit is used for an invoice of its own client only, never more than there is (the ledger guards the
account), nor what was asked back; an invoice paid with it is paid like any other.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.banking.models import Allocation, AllocationSource
from tegoed.billing.models import Invoice, InvoiceState
from tegoed.billing.queries import on_account_cents
from tegoed.clients.models import Client, User
from tegoed.flows.settle_payments import Move, account_of, settle_payments
from tegoed.ledger.models import AccountKind, TransferKind
from tegoed.ledger.refusals import FundsShort
from tegoed.treasury.models import Collection, CollectionState
from tegoed.treasury.queries import available_credit_cents
from tegoed.treasury.refusals import CreditShort, NothingToPay


def use_credit(*, client: Client, invoice_id: int, actor: User) -> int:
    """Pay an open invoice of the client from its credit, all or the part that fits; the cents used.

    Raises `Invoice.DoesNotExist`, `NothingToPay` (also while it is being collected), `CreditShort`.
    """
    try:
        return _use_credit(client=client, invoice_id=invoice_id, actor=actor)
    except FundsShort as short:  # used or paid back at the same moment
        raise CreditShort(available_cents=on_account_cents(client)) from short


@transaction.atomic
def _use_credit(*, client: Client, invoice_id: int, actor: User) -> int:
    invoice = Invoice.objects.select_for_update(of=("self",)).get(client=client, pk=invoice_id)
    is_on_its_way = Collection.objects.filter(invoice=invoice, state=CollectionState.IN_FILE).exists()
    if invoice.state != InvoiceState.OPEN or is_on_its_way:
        raise NothingToPay(number=invoice.number)
    cents = min(invoice.open_cents, available_credit_cents(client))
    if cents <= 0:
        raise CreditShort(available_cents=0)
    allot_credit(client=client, cents_by_invoice={invoice.pk: cents}, actor=actor, at=timezone.now())
    record_event(
        actor=actor,
        action=Action.CREDIT_USED,
        client_id=client.pk,
        subject_id=invoice.pk,
        invoices=[invoice.number],
        total_cents=cents,
    )
    return cents


def allot_credit(*, client: Client, cents_by_invoice: dict[int, int], actor: User | None, at: datetime) -> None:
    """Use so much credit for these invoices, which the caller holds (or has just issued). Raises `FundsShort`."""
    allocations = Allocation.objects.bulk_create(
        Allocation(
            source=AllocationSource.CREDIT, client=client, invoice_id=invoice_id, amount_cents=cents, placed_by=actor
        )
        for invoice_id, cents in sorted(cents_by_invoice.items())
    )
    settle_payments(
        cents_by_invoice=cents_by_invoice,
        moves=[
            Move(
                event_key=f"{TransferKind.CREDIT_USED}:allocation:{allocation.pk}",
                kind=TransferKind.CREDIT_USED,
                debit=account_of(client.pk, AccountKind.CLIENT_CREDIT),
                credit=account_of(client.pk, AccountKind.RECEIVABLE),
                amount_cents=allocation.amount_cents,
            )
            for allocation in allocations
        ],
        at=at,
    )
