"""Pages on one invoice, with what to pay, and one credit note; their PDF and XML. The list is `invoice_list`."""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tegoed.billing.documents import Format, Paper, document_of, payment_qr_svg
from tegoed.billing.models import CreditNote, Invoice, InvoiceState
from tegoed.billing.queries import credit_note_of, invoice_of
from tegoed.clients.models import Membership
from tegoed.formats.epc_qr import EpcQrImpossible
from tegoed.portal.access import for_bookkeeping, page
from tegoed.portal.e_invoices import e_invoices_of
from tegoed.portal.invoice_payments import payments_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.enterprise import pretty_iban
from tegoed.treasury.queries import available_credit_cents, coming_collection

UNSAFE_IN_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@for_bookkeeping
@require_safe
def invoice(request: HttpRequest, membership: Membership, invoice_id: int) -> HttpResponse:
    """One invoice: its rows, and how to pay what is open."""
    shown = _invoice_or_404(membership, invoice_id)
    return page(
        request,
        membership,
        "invoices/invoice.html",
        section="invoices",
        invoice=shown,
        rows=shown.rows.all(),
        iban=pretty_iban(shown.seller["iban"]),
        qr_svg=_qr_svg(shown),
        e_invoice=e_invoices_of(membership.client, [shown])[shown.pk],
        coming=coming_collection(shown),
        payments=payments_of(shown),
        credit_cents=available_credit_cents(membership.client),
        languages=settings.LANGUAGES,
        reminder=shown.reminders.order_by("level").last(),
        today=brussels_today(),
    )


@for_bookkeeping
@require_safe
def credit_note(request: HttpRequest, membership: Membership, credit_note_id: int) -> HttpResponse:
    """One credit note: what it takes back, of which invoice, and where the money is that was paid."""
    shown = _credit_note_or_404(membership, credit_note_id)
    return page(
        request,
        membership,
        "invoices/credit_note.html",
        section="invoices",
        note=shown,
        rows=shown.invoice.rows.all(),
        e_invoice=e_invoices_of(membership.client, [shown])[shown.pk],
        languages=settings.LANGUAGES,
    )


@for_bookkeeping
@require_safe
def pdf(request: HttpRequest, membership: Membership, invoice_id: int) -> HttpResponse:
    """The PDF; `?language=` nl, fr, en or de, else the language the invoice was sent in."""
    return _download(request, _invoice_or_404(membership, invoice_id), "pdf")


@for_bookkeeping
@require_safe
def xml(request: HttpRequest, membership: Membership, invoice_id: int) -> HttpResponse:
    """The Peppol UBL document."""
    return _download(request, _invoice_or_404(membership, invoice_id), "ubl")


@for_bookkeeping
@require_safe
def credit_note_pdf(request: HttpRequest, membership: Membership, credit_note_id: int) -> HttpResponse:
    """The PDF of a credit note; `?language=` as for invoices."""
    return _download(request, _credit_note_or_404(membership, credit_note_id), "pdf")


@for_bookkeeping
@require_safe
def credit_note_xml(request: HttpRequest, membership: Membership, credit_note_id: int) -> HttpResponse:
    """The Peppol UBL document of a credit note."""
    return _download(request, _credit_note_or_404(membership, credit_note_id), "ubl")


def _download(request: HttpRequest, paper: Paper, document_format: Format) -> HttpResponse:
    language = request.GET.get("language")
    if language is not None and language not in dict(settings.LANGUAGES):
        raise Http404
    document = document_of(paper, document_format, language=language)
    response = HttpResponse(bytes(document.content), content_type=document.media_type)
    file_name = UNSAFE_IN_FILE_NAME.sub("_", document.file_name)
    response["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=file_name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _invoice_or_404(membership: Membership, invoice_id: int) -> Invoice:
    try:
        return invoice_of(membership.client, invoice_id)
    except Invoice.DoesNotExist as missing:
        raise Http404 from missing


def _credit_note_or_404(membership: Membership, credit_note_id: int) -> CreditNote:
    try:
        return credit_note_of(membership.client, credit_note_id)
    except CreditNote.DoesNotExist as missing:
        raise Http404 from missing


def _qr_svg(shown: Invoice) -> str:
    """The code to scan; nothing when there is nothing to pay or no code can hold it."""
    if shown.state != InvoiceState.OPEN:
        return ""
    try:
        return payment_qr_svg(shown)
    except EpcQrImpossible:
        return ""
