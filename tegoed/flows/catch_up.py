"""Finds everything that waits and does it: the safety net under the jobs (SPEC L3)."""

from collections.abc import Callable

import structlog
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from tegoed.banking.models import StatementFile, StatementFileState
from tegoed.billing.cost_shares import divide_invoice
from tegoed.billing.models import CreditNote, Invoice
from tegoed.cards.actions import expire_cards
from tegoed.flows.apply_beneficiaries import apply_beneficiaries
from tegoed.flows.invoice_order import invoice_order, send_invoice
from tegoed.flows.jobs import ask_for_remarked_workbook
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.make_template_drafts import make_template_draft
from tegoed.flows.read_upload import read_upload
from tegoed.flows.receive_statement import book_statement_file
from tegoed.flows.receive_upload import discard_upload
from tegoed.flows.release_held_orders import release_held_orders
from tegoed.flows.send_credit_notes import send_credit_note
from tegoed.orders.models import Order, OrderState, OrderTransition
from tegoed.orders.monthly_templates import due_template_ids
from tegoed.outbox.actions import send_due_messages
from tegoed.outbox.transmissions import poll_sent_transmissions, send_due_transmissions
from tegoed.rules.dates import brussels_today
from tegoed.uploads.models import Upload, UploadState
from tegoed.uploads.queries import kept_since, uploads_to_discard, uploads_to_remark

log = structlog.get_logger(__name__)

BATCH_MAX = 500
"""How many of each kind one round takes; the next round takes the rest."""


def catch_up() -> None:
    """Release held orders, invoice confirmed ones, send invoices without documents, book files, load what is due, send mail.

    Cards past their last day expire. Every step claims its row, so several workers may catch up at once. One that fails
    is logged and the others go on.
    """
    held = Order.objects.filter(state=OrderState.ON_HOLD).order_by("client_id").values_list("client_id", flat=True)
    for client_id in held.distinct():
        _try("release_held_orders", client_id, release_held_orders, client_ids=[client_id], at=timezone.now())
    for order_id in (
        Order.objects.filter(state=OrderState.PROCESSING).order_by("id").values_list("pk", flat=True)[:BATCH_MAX]
    ):
        _try("invoice_order", order_id, invoice_order, order_id=order_id)
    for invoice_id in Invoice.objects.filter(documents_at=None).order_by("id").values_list("pk", flat=True)[:BATCH_MAX]:
        _try("send_invoice", invoice_id, send_invoice, invoice_id=invoice_id)
    for note_id in CreditNote.objects.filter(documents_at=None).order_by("id").values_list("pk", flat=True)[:BATCH_MAX]:
        _try("send_credit_note", note_id, send_credit_note, credit_note_id=note_id)
    for invoice_id in Invoice.objects.filter(shares_at=None).order_by("id").values_list("pk", flat=True)[:BATCH_MAX]:
        _try("divide_invoice", invoice_id, divide_invoice, invoice_id=invoice_id)
    received = StatementFile.objects.filter(state=StatementFileState.RECEIVED).order_by("id")
    for file_id in received.values_list("pk", flat=True)[:BATCH_MAX]:
        _try("book_statement_file", file_id, book_statement_file, file_id=file_id)
    load_due_orders()
    for template_id in due_template_ids(brussels_today(), count_max=BATCH_MAX):
        _try("make_template_draft", template_id, make_template_draft, template_id=template_id)
    _try("expire_cards", None, expire_cards, on=brussels_today())
    send_due_messages()
    _try("send_due_transmissions", None, send_due_transmissions)
    _try("poll_sent_transmissions", None, poll_sent_transmissions)
    _catch_up_uploads()


def _catch_up_uploads() -> None:
    """Files of clients that wait for a worker, last of all since they take longest; and those nobody decided on."""
    for state, story in ((UploadState.APPLYING, apply_beneficiaries), (UploadState.RECEIVED, read_upload)):
        waiting = Upload.objects.filter(state=state).order_by("id").values_list("pk", flat=True)
        for upload_id in waiting[:BATCH_MAX]:
            _try(story.__name__, upload_id, story, upload_id=upload_id)
    for upload_id in uploads_to_remark().values_list("pk", flat=True)[:BATCH_MAX]:
        _try("ask_for_remarked_workbook", upload_id, ask_for_remarked_workbook, upload_id=upload_id)
    for upload in _undecided_uploads().select_related("client").defer("content", "remarked")[:BATCH_MAX]:
        _try(
            "discard_upload",
            upload.pk,
            discard_upload,
            client=upload.client,
            upload_id=upload.pk,
            actor=None,
            reason="kept-too-long",
        )


def _undecided_uploads() -> QuerySet[Upload]:
    """Those to discard; not an order form that waits for approval, nor one whose orders took a step (sent back) since."""
    since = OrderTransition.objects.filter(order__upload=OuterRef("pk"), at__gte=kept_since())
    waiting = Order.objects.filter(upload=OuterRef("pk"), state=OrderState.AWAITING_APPROVAL)
    return uploads_to_discard().filter(~Exists(since), ~Exists(waiting))


def _try(story: str, subject_id: int | None, do: Callable[..., object], **arguments: object) -> None:
    try:
        do(**arguments)
    except Exception:
        log.exception("not-caught-up", story=story, subject_id=subject_id)
