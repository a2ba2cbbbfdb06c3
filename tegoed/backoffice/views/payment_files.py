"""A file for the bank: what stands in it, its fingerprint, and the file itself, byte for byte as it was made."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tegoed.audit.actions import Action, record_event
from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.lists import page_of
from tegoed.treasury.models import BatchKind, PaymentBatch
from tegoed.treasury.queries import collections_found, refunds_found


@for_staff
@require_safe
def payment_file(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One file and its rows."""
    batches = PaymentBatch.objects.select_related("made_by", "bank_account").defer("content")
    batch = get_object_or_404(batches, pk=batch_id)
    is_refunds = batch.kind == BatchKind.REFUNDS
    context = (
        {"refunds": page_of(request, refunds_found().filter(batch=batch))}
        if is_refunds
        else {"collections": page_of(request, collections_found().filter(batch=batch))}
    )
    return page(request, "payment_files/file.html", section="payments", batch=batch, is_refunds=is_refunds, **context)


@for_staff
@require_safe
def download(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The file, as often as wanted; the trail says by whom."""
    batch = get_object_or_404(PaymentBatch, pk=batch_id)
    record_event(
        actor=request.user,
        action=Action.PAYMENT_FILE_DOWNLOADED,
        subject_id=batch.pk,
        reference=batch.reference,
        sha256=batch.sha256,
    )
    response = HttpResponse(bytes(batch.content), content_type="application/xml")
    response["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=batch.file_name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
