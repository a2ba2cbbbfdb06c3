"""Ordering by Excel: download the form, send it, look at all costs, confirm (SPEC O2).

Reading, remarks and discarding a file that isn't ready are pages of `uploads`. National numbers in clear leave through
`filled_form` only: for those who may write, told in the trail.
"""

from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.beneficiaries.queries import active_beneficiaries_of
from tegoed.clients.models import Membership
from tegoed.clients.queries import ContractMissing
from tegoed.errors import Refusal
from tegoed.flows.confirm_order_form import confirm_order_form
from tegoed.flows.receive_upload import discard_upload, receive_upload
from tegoed.flows.write_order_form import empty_order_form, filled_order_form
from tegoed.orders.models import OrderState
from tegoed.orders.staged import FormWishes
from tegoed.portal.access import for_writers, page
from tegoed.portal.form_review import REASON_LENGTH_MAX, review_of
from tegoed.portal.forms.fields import cents_shown
from tegoed.portal.forms.order_excel import FilledFormWish, OrderFormUpload
from tegoed.portal.pages import page_of
from tegoed.portal.products import products_to_order
from tegoed.portal.signing import to_signing
from tegoed.portal.upload_words import remarks_in_words
from tegoed.portal.views.uploads import XLSX, as_download, upload_or_404
from tegoed.refusals import message_of
from tegoed.uploads.models import Upload, UploadKind, UploadState
from tegoed.uploads.queries import KEPT_DAYS_MAX, remarks_of, uploads_of

UNPROCESSABLE = 422


@for_writers
@require_http_methods(["GET", "HEAD", "POST"])
def excel(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Download, send, and the files sent before."""
    form = OrderFormUpload()
    if request.method == "POST":
        form = OrderFormUpload(request.POST, request.FILES)
        received = _receive(membership, form) if form.is_valid() else None
        if received is not None:
            return redirect("portal:upload", client_id=membership.client_id, upload_id=received.pk)
    return _show(request, membership, form, FilledFormWish())


def _show(request: HttpRequest, membership: Membership, form: OrderFormUpload, wish: FilledFormWish) -> HttpResponse:
    client = membership.client
    return page(
        request,
        membership,
        "orders/excel.html",
        section="orders",
        status=UNPROCESSABLE if form.errors or wish.errors else 200,
        form=form,
        wish=wish,
        products=products_to_order(client),
        uploads=page_of(request, uploads_of(client, kind=UploadKind.ORDERS)),
        active_count=active_beneficiaries_of(client).count(),
        kept_days=KEPT_DAYS_MAX,
    )


def _receive(membership: Membership, form: OrderFormUpload) -> Upload | None:
    """The file taken in, or None with the reason on the form."""
    file: UploadedFile = form.cleaned_data["file"]
    wishes = FormWishes(reference=form.cleaned_data["reference"], loading_on=form.cleaned_data["loading_on"])
    try:
        return receive_upload(
            client=membership.client,
            kind=UploadKind.ORDERS,
            file_name=file.name or "",
            content=file.read(),
            wishes=wishes.as_json(),
            actor=membership.user,
        )
    except Refusal as refusal:
        form.add_error("file", message_of(refusal))
        return None


@for_writers
@require_POST
def empty_form(request: HttpRequest, membership: Membership) -> HttpResponse:  # noqa: ARG001
    """The form without rows, in the reader's language."""
    return _download(empty_order_form(client=membership.client, language=_reader_language(), actor=membership.user))


@for_writers
@require_POST
def filled_form(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The form with the client's active beneficiaries and what they usually get, numbers in clear."""
    wish = FilledFormWish(request.POST)
    if not wish.is_valid():
        return _show(request, membership, OrderFormUpload(), wish)
    return _download(
        filled_order_form(
            client=membership.client,
            language=_reader_language(),
            loading_on=wish.cleaned_data["loading_on"],
            actor=membership.user,
        )
    )


def _reader_language() -> str:
    return (get_language() or "nl")[:2]


def _download(file: BinaryIO) -> HttpResponse:
    """The workbook, piece by piece; closed once it is sent."""
    return cast("HttpResponse", as_download(FileResponse(file, content_type=XLSX), _("order-form.xlsx")))


@for_writers
@require_safe
def review(request: HttpRequest, membership: Membership, upload_id: int) -> HttpResponse:
    """All costs of all drafts of the form together; after confirming, where each order stands."""
    upload = upload_or_404(membership, upload_id, UploadKind.ORDERS)
    if upload.state not in {UploadState.READY, UploadState.APPLIED}:
        return redirect("portal:upload", client_id=membership.client_id, upload_id=upload.pk)
    return _show_review(request, membership, upload)


def _show_review(request: HttpRequest, membership: Membership, upload: Upload, **facts: Any) -> HttpResponse:
    warnings = page_of(request, remarks_of(upload).filter(is_warning=True))
    warnings.object_list = remarks_in_words(upload, warnings.object_list)  # type: ignore[assignment]
    return page(
        request,
        membership,
        "orders/excel_review.html",
        section="orders",
        upload=upload,
        review=review_of(upload),
        warnings=warnings,
        reason_length_max=REASON_LENGTH_MAX,
        **facts,
    )


@for_writers
@require_POST
def confirm(request: HttpRequest, membership: Membership, upload_id: int) -> HttpResponse:
    """Confirm all drafts of the form at the total that was shown. Twice leads to the same page, not to an error."""
    upload = upload_or_404(membership, upload_id, UploadKind.ORDERS)
    if upload.state != UploadState.READY:
        return _go(membership, upload)
    reason = " ".join(request.POST.get("reason", "").replace("\x00", "").split())[:REASON_LENGTH_MAX]
    try:
        orders = confirm_order_form(
            client=membership.client,
            upload_id=upload.pk,
            actor=membership.user,
            confirmed_total_cents=cents_shown(request.POST),
            shown_mark=request.POST.get("shown_mark"),
            above_maximum_reason=reason,
        )
    except ContractMissing as refusal:
        review_page = reverse("portal:order-import", args=[membership.client_id, upload.pk])
        return to_signing(request, membership, refusal, back=review_page)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return _show_review(request, membership, upload_or_404(membership, upload_id), reason=reason, was_refused=True)
    if orders[0].state == OrderState.AWAITING_APPROVAL:
        messages.success(request, _("Confirmed. Somebody else of your company must approve the orders now."))
    else:
        messages.success(request, _("Your orders are confirmed. This page shows where each of them stands."))
    return _go(membership, upload)


@for_writers
@require_POST
def discard(request: HttpRequest, membership: Membership, upload_id: int) -> HttpResponse:
    """Cancel the drafts of the form; people it brought along stay."""
    upload = upload_or_404(membership, upload_id, UploadKind.ORDERS)
    try:
        discard_upload(client=membership.client, upload_id=upload.pk, actor=membership.user)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return _go(membership, upload)
    messages.success(request, _("The form was discarded and nothing was ordered."))
    added_count = upload.summary.get("added_count", 0)
    if added_count:
        messages.info(
            request,
            ngettext(
                "%(count)s beneficiary that the form added stays in your list.",
                "%(count)s beneficiaries that the form added stay in your list.",
                added_count,
            )
            % {"count": added_count},
        )
    return redirect("portal:order-excel", client_id=membership.client_id)


def _go(membership: Membership, upload: Upload) -> HttpResponse:
    return redirect("portal:order-import", client_id=membership.client_id, upload_id=upload.pk)
