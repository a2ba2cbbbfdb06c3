"""Pages on a file that was sent: being read, refused with its remarks, asked about, done. For both kinds of form.

What a file that is ready would do has a page of its own for each kind (`READY_PAGES`). Files hold national numbers, so
only those who may write see any of it.
"""

from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from tegoed.clients.models import Membership, ProductChoice
from tegoed.errors import Refusal
from tegoed.flows.receive_upload import discard_upload, go_on_with_upload
from tegoed.portal.access import for_writers, page
from tegoed.portal.pages import page_of
from tegoed.portal.signing import signing_address
from tegoed.portal.upload_words import refusal_in_words, remarks_in_words
from tegoed.refusals import message_of
from tegoed.rules.products import Form
from tegoed.uploads.actions import REMARKS_KEPT_MAX, hand_out_remarked
from tegoed.uploads.models import Upload, UploadKind, UploadState
from tegoed.uploads.queries import remarks_of, upload_of

_Answer = TypeVar("_Answer", bound=HttpResponseBase)

UNCHANGED = 204
LOOK_SECONDS = 2
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READY_PAGES = {
    UploadKind.BENEFICIARIES: "portal:beneficiary-import",
    UploadKind.ORDERS: "portal:order-import",
}
"""Where a file that is ready, or was applied, is looked at."""
LIST_PAGES = {UploadKind.BENEFICIARIES: "portal:beneficiary-excel", UploadKind.ORDERS: "portal:order-excel"}
"""Where files of that kind are sent."""
SECTIONS = {UploadKind.BENEFICIARIES: "beneficiaries", UploadKind.ORDERS: "orders"}
WAITING_STATES = (UploadState.RECEIVED, UploadState.APPLYING)


def upload_or_404(membership: Membership, upload_id: int, kind: UploadKind | None = None) -> Upload:
    """The client's upload (of that kind); another client's is not there."""
    try:
        shown = upload_of(membership.client, upload_id)
    except Upload.DoesNotExist as missing:
        raise Http404 from missing
    if kind is not None and shown.kind != kind:
        raise Http404
    return shown


@for_writers
@require_safe
def upload(request: HttpRequest, membership: Membership, upload_id: int) -> HttpResponse:
    """Where a file stands; one that is ready or done is shown by the page of its kind."""
    shown = upload_or_404(membership, upload_id)
    if shown.state in {UploadState.READY, UploadState.APPLIED}:
        return redirect(_address(shown))
    facts = _facts(shown)
    if shown.state == UploadState.REFUSED:
        remarks = page_of(request, remarks_of(shown))
        remarks.object_list = remarks_in_words(shown, remarks.object_list)  # type: ignore[assignment]
        facts |= {
            "remarks": remarks,
            "refusal": refusal_in_words(shown),
            "uncounted": max(shown.remark_count - REMARKS_KEPT_MAX, 0),
            "contracts_to_sign": _contracts_to_sign(membership, shown),
            "has_remarked": bool(Upload.objects.filter(pk=shown.pk, remarked__isnull=False)),
        }
    return page(request, membership, "uploads/upload.html", **facts)


def _contracts_to_sign(membership: Membership, shown: Upload) -> list[tuple[str, str]]:
    """The products that rows of an order form ask for without a contract, each with where it is signed. One query."""
    told = remarks_of(shown).filter(code="order-form-contract-missing").values_list("params__product", flat=True)
    back = reverse("portal:upload", args=[shown.client_id, shown.pk])
    return [
        (
            str(ProductChoice(product).label),
            signing_address(membership, product=product, form=Form.ELECTRONIC, back=back),
        )
        for product in dict.fromkeys(told)
    ]


@for_writers
@require_safe
def progress(request: HttpRequest, membership: Membership, upload_id: int) -> HttpResponse:
    """For the open page: what changed since `?seen=`, 204 for nothing, or on to the next page once it is read or stored."""
    shown = upload_or_404(membership, upload_id)
    facts = _facts(shown)
    if shown.state not in WAITING_STATES:
        address = _address(shown)
        return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)
    if request.GET.get("seen") == facts["seen"]:
        return HttpResponse(status=UNCHANGED)
    return page(request, membership, "uploads/_progress.html", **facts)


def _facts(shown: Upload) -> dict[str, Any]:
    return {
        "section": SECTIONS[UploadKind(shown.kind)],
        "upload": shown,
        "list_url": reverse(LIST_PAGES[UploadKind(shown.kind)], args=[shown.client_id]),
        "is_waiting": shown.state in WAITING_STATES,
        "is_checking": shown.state == UploadState.RECEIVED and 0 < shown.row_count <= shown.rows_read,
        "look_seconds": LOOK_SECONDS,
        "seen": f"{shown.state}-{shown.rows_read}",
    }


def _address(shown: Upload) -> str:
    is_looked_at = shown.state in {UploadState.READY, UploadState.APPLIED}
    name = READY_PAGES[UploadKind(shown.kind)] if is_looked_at else "portal:upload"
    return reverse(name, args=[shown.client_id, shown.pk])


@for_writers
@require_safe
def remarked(request: HttpRequest, membership: Membership, upload_id: int) -> HttpResponse:  # noqa: ARG001
    """The client's own workbook with the remarks in place."""
    shown = upload_or_404(membership, upload_id)
    content = hand_out_remarked(upload=shown, actor=membership.user)
    if content is None:
        raise Http404
    name = _("remarks-%(number)s.xlsx") % {"number": shown.pk}
    return as_download(HttpResponse(content, content_type=XLSX), name)


def as_download(answer: _Answer, file_name: str) -> _Answer:
    """Saved under that name, and kept by no cache: it may hold national numbers."""
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name)
    answer["Cache-Control"] = "no-store"
    return answer


@for_writers
@require_POST
def discard(request: HttpRequest, membership: Membership, upload_id: int) -> HttpResponse:
    """Drop the file and everything read from it."""
    shown = upload_or_404(membership, upload_id)
    try:
        discard_upload(client=membership.client, upload_id=shown.pk, actor=membership.user)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return redirect("portal:upload", client_id=membership.client_id, upload_id=shown.pk)
    messages.success(request, _("The file was discarded. Nothing of it was stored."))
    return redirect(LIST_PAGES[UploadKind(shown.kind)], client_id=membership.client_id)


@for_writers
@require_POST
def go_on(request: HttpRequest, membership: Membership, upload_id: int) -> HttpResponse:
    """The same file as before, and it is meant."""
    shown = upload_or_404(membership, upload_id)
    try:
        go_on_with_upload(client=membership.client, upload_id=shown.pk)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    return redirect("portal:upload", client_id=membership.client_id, upload_id=shown.pk)
