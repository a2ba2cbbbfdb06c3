"""Files for the bank are made: refunds to pay, invoices to collect (SPEC P5). And what staff hear from the bank otherwise.

Its one law: one transaction claims the rows, writes and judges the file, and marks each row as standing in it. Two at
once, or killed and tried again: every row stands in one file.
"""

from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.banking.queries import account_for_invoices
from tegoed.billing.models import Invoice
from tegoed.clients.models import User
from tegoed.clients.queries import the_issuer
from tegoed.flows.treasury_mails import tell_of_returned_collection
from tegoed.rules.dates import brussels_date
from tegoed.rules.target_days import target_day_from
from tegoed.treasury.batches import keep_collection_file, keep_refund_file
from tegoed.treasury.collections import drawn_up, let_repeat, mark_collection_cancelled, mark_collection_refused
from tegoed.treasury.mandates import suspend_mandate
from tegoed.treasury.models import Collection, Mandate, MandateState, PaymentBatch, Refund, RefundState
from tegoed.treasury.queries import collectable_invoices, plan_of
from tegoed.treasury.reasons import STOPPING
from tegoed.treasury.refunds import mark_in_file
from tegoed.treasury.refusals import CreditorIdentifierMissing, NothingForTheBank

ROWS_PER_FILE_MAX = 10_000


@transaction.atomic
def make_refund_file(*, actor: User) -> PaymentBatch:
    """One pain.001 file of all approved refunds. Raises `NothingForTheBank`, `InvoiceAccountMissing`, `PaymentFileRefused`."""
    approved = Refund.objects.select_for_update(of=("self",)).filter(state=RefundState.APPROVED).order_by("id")
    refunds = list(approved[:ROWS_PER_FILE_MAX])
    if not refunds:
        raise NothingForTheBank
    now = timezone.now()
    batch = keep_refund_file(
        refunds=refunds,
        account=account_for_invoices(),
        issuer=the_issuer(),
        execute_on=target_day_from(brussels_date(now)),
        actor=actor,
        at=now,
    )
    mark_in_file(refunds, batch)
    _record(batch, actor)
    return batch


@transaction.atomic
def make_collection_file(*, actor: User) -> PaymentBatch:
    """One pain.008 file of all invoices to be collected soon (`plan_of`).

    Raises `CreditorIdentifierMissing`, `NothingForTheBank`, `InvoiceAccountMissing`, `PaymentFileRefused`.
    """
    issuer = the_issuer()
    if not issuer.creditor_identifier:
        raise CreditorIdentifierMissing
    now = timezone.now()
    ids = list(collectable_invoices().values_list("pk", flat=True))
    # Held first, looked at after: paid, or put into another file, while we waited.
    held = list(
        Invoice.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("id").values_list("pk", flat=True)
    )
    plan = plan_of(
        collectable_invoices().filter(pk__in=held), today=brussels_date(now), lead_days=issuer.collection_lead_days
    )
    active = Mandate.objects.select_for_update(of=("self",)).filter(
        state=MandateState.ACTIVE, client__in={one.invoice.client_id for one in plan.now}
    )
    mandates = list(active.order_by("id"))
    with_mandate = {mandate.client_id for mandate in mandates}
    planned = [one for one in plan.now if one.invoice.client_id in with_mandate][:ROWS_PER_FILE_MAX]
    if not planned:
        raise NothingForTheBank
    collections = drawn_up(planned, mandates)
    batch = keep_collection_file(
        collections=collections, account=account_for_invoices(), issuer=issuer, actor=actor, at=now
    )
    Collection.objects.bulk_create(collections)
    _record(batch, actor)
    return batch


def _record(batch: PaymentBatch, actor: User) -> None:
    record_event(
        actor=actor,
        action=Action.PAYMENT_FILE_MADE,
        subject_id=batch.pk,
        reference=batch.reference,
        line_count=batch.row_count,
        total_cents=batch.total_cents,
        sha256=batch.sha256,
    )


@transaction.atomic
def cancel_collection(*, collection_id: int, actor: User) -> Collection:
    """The bank was told to leave it: the invoice was paid otherwise, or the mandate revoked. Raises `CollectionNotOnItsWay`."""
    collection = mark_collection_cancelled(collection_id=collection_id, actor=actor)
    _record_collection(collection, Action.COLLECTION_CANCELLED, actor)
    return collection


@transaction.atomic
def refuse_collection(*, collection_id: int, reason: str, actor: User) -> Collection:
    """The bank refused it before money moved, for an ISO reason: told to the client, and the mandate stopped where it must.

    Raises `CollectionNotOnItsWay`.
    """
    collection = mark_collection_refused(collection_id=collection_id, reason=reason, actor=actor)
    _record_collection(collection, Action.COLLECTION_RETURNED, actor)
    is_stopped = reason in STOPPING
    if is_stopped:
        suspend_mandate(mandate_id=collection.mandate_id, reason=reason, at=timezone.now())
    tell_of_returned_collection(collection, is_mandate_stopped=is_stopped, is_refused=True)
    return collection


@transaction.atomic
def repeat_collection(*, collection_id: int, actor: User) -> Collection:
    """Let an invoice whose collection failed be collected once more. Raises `CollectionNotOnItsWay`."""
    collection = let_repeat(collection_id=collection_id)
    _record_collection(collection, Action.COLLECTION_REPEATED, actor)
    return collection


def _record_collection(collection: Collection, action: Action, actor: User) -> None:
    record_event(
        actor=actor,
        action=action,
        client_id=collection.client_id,
        subject_id=collection.pk,
        invoices=[collection.invoice.number],
        total_cents=collection.amount_cents,
        reason=collection.return_reason,
    )
