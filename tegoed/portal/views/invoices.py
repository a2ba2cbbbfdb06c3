"""Pages on invoices: overview, one invoice with what to pay, its PDF and XML."""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tegoed.billing.documents import Format, document_of, payment_qr_svg
from tegoed.billing.models import Invoice, InvoiceState
from tegoed.billing.queries import invoice_of, invoices_of, what_to_pay
from tegoed.clients.models import Membership
from tegoed.formats.epc_qr import EpcQrImpossible
from tegoed.portal.access import for_members, page
from tegoed.portal.pages import page_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.enterprise import pretty_iban

UNSAFE_IN_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@for_members
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """All invoices, newest first; `?state=` shows those to pay or those paid."""
    client = membership.client
    state = request.GET.get("state", "")
    invoices = invoices_of(client)
    if state in InvoiceState.values:
        invoices = invoices.filter(state=state)
    return page(
        request,
        membership,
        "invoices/overview.html",
        section="invoices",
        invoices=page_of(request, invoices),
        state=state,
        states=InvoiceState.choices,
        to_pay=what_to_pay(client),
        today=brussels_today(),
    )


@for_members
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
        languages=settings.LANGUAGES,
        today=brussels_today(),
    )


@for_members
@require_safe
def pdf(request: HttpRequest, membership: Membership, invoice_id: int) -> HttpResponse:
    """The PDF; `?language=` nl, fr, en or de, else the language the invoice was sent in."""
    return _download(request, membership, invoice_id, "pdf")


@for_members
@require_safe
def xml(request: HttpRequest, membership: Membership, invoice_id: int) -> HttpResponse:
    """The Peppol UBL document."""
    return _download(request, membership, invoice_id, "ubl")


def _download(request: HttpRequest, membership: Membership, invoice_id: int, document_format: Format) -> HttpResponse:
    shown = _invoice_or_404(membership, invoice_id)
    language = request.GET.get("language")
    if language is not None and language not in dict(settings.LANGUAGES):
        raise Http404
    document = document_of(shown, document_format, language=language)
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


def _qr_svg(shown: Invoice) -> str:
    """The code to scan; nothing when there is nothing to pay or no code can hold it."""
    if shown.state == InvoiceState.PAID:
        return ""
    try:
        return payment_qr_svg(shown)
    except EpcQrImpossible:
        return ""
