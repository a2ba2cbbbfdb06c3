"""Beneficiaries by Excel: download the form, send it, look at what it would change, apply it (SPEC B6).

National numbers in clear leave through `filled_form` only: for those who may write, told in the trail.
"""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tegoed.beneficiaries.queries import beneficiaries_of
from tegoed.beneficiaries.staged.difference import Verdict, compared_rows
from tegoed.clients.models import Membership
from tegoed.errors import Refusal
from tegoed.flows.apply_beneficiaries import want_beneficiaries_applied
from tegoed.flows.receive_upload import receive_upload
from tegoed.flows.write_forms import empty_beneficiary_form, filled_beneficiary_form
from tegoed.portal.access import for_members, for_writers, page
from tegoed.portal.forms.upload import WorkbookUploadForm
from tegoed.portal.pages import page_of
from tegoed.portal.upload_words import people_in_words, remarks_in_words
from tegoed.portal.views.uploads import XLSX, as_download, upload_or_404
from tegoed.refusals import message_of
from tegoed.uploads.models import Upload, UploadKind, UploadState
from tegoed.uploads.queries import KEPT_DAYS_MAX, remarks_of, uploads_of

UNPROCESSABLE = 422
WARNINGS_TAB = "warnings"


@for_members
@require_safe
def excel(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Download, send, and the files sent before. Who may only look sees the empty form and the list."""
    return _show_excel(request, membership, WorkbookUploadForm())


@for_writers
@require_POST
def send(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Take a file in; a refusal is said on the form, and nothing is kept."""
    form = WorkbookUploadForm(request.POST, request.FILES)
    received = _receive(membership, form) if form.is_valid() else None
    if received is not None:
        return redirect("portal:upload", client_id=membership.client_id, upload_id=received.pk)
    return _show_excel(request, membership, form)


def _show_excel(request: HttpRequest, membership: Membership, form: WorkbookUploadForm) -> HttpResponse:
    client = membership.client
    people = beneficiaries_of(client)
    return page(
        request,
        membership,
        "beneficiaries/excel.html",
        section="beneficiaries",
        tab="excel",
        status=UNPROCESSABLE if form.errors else 200,
        form=form,
        uploads=page_of(request, uploads_of(client, kind=UploadKind.BENEFICIARIES)),
        people_count=people.count(),
        active_count=people.filter(is_active=True).count(),
        kept_days=KEPT_DAYS_MAX,
    )


def _receive(membership: Membership, form: WorkbookUploadForm) -> Upload | None:
    """The file taken in, or None with the reason on the form."""
    file: UploadedFile = form.cleaned_data["file"]
    try:
        return receive_upload(
            client=membership.client,
            kind=UploadKind.BENEFICIARIES,
            file_name=file.name or "",
            content=file.read(),
            wishes={},
            actor=membership.user,
        )
    except Refusal as refusal:
        form.add_error("file", message_of(refusal))
        return None


@for_members
@require_safe
def empty_form(request: HttpRequest, membership: Membership) -> HttpResponse:  # noqa: ARG001
    """The form without rows, in the reader's language."""
    with empty_beneficiary_form(client=membership.client, language=get_language() or "nl") as file:
        return as_download(HttpResponse(file.read(), content_type=XLSX), _("beneficiaries.xlsx"))


@for_writers
@require_POST
def filled_form(request: HttpRequest, membership: Membership) -> FileResponse:
    """The form with the client's beneficiaries, numbers in clear; `everybody`: also those who are not active."""
    file = filled_beneficiary_form(
        client=membership.client,
        language=get_language() or "nl",
        everybody=request.POST.get("everybody") == "yes",
        actor=membership.user,
    )
    return as_download(FileResponse(file, content_type=XLSX), _("beneficiaries.xlsx"))


@for_writers
@require_safe
def preview(request: HttpRequest, membership: Membership, upload_id: int) -> HttpResponse:
    """What the file would change, by verdict, with old and new; what is odd about it; and whether it was applied."""
    upload = upload_or_404(membership, upload_id, UploadKind.BENEFICIARIES)
    if upload.state not in {UploadState.READY, UploadState.APPLIED}:
        return redirect("portal:upload", client_id=membership.client_id, upload_id=upload.pk)
    counts = upload.summary["counts"]
    tabs = {verdict.value: counts[verdict.value] for verdict in Verdict} | {WARNINGS_TAB: upload.warning_count}
    tab = request.GET.get("tab", "")
    if tab not in tabs:
        tab = next((name for name, count in tabs.items() if count), Verdict.NEW.value)
    return page(
        request,
        membership,
        "beneficiaries/excel_preview.html",
        section="beneficiaries",
        upload=upload,
        counts=counts,
        change_count=sum(count for verdict, count in counts.items() if verdict != Verdict.UNCHANGED),
        tabs=tabs,
        tab=tab,
        rows=_warnings(request, upload) if tab == WARNINGS_TAB else _people(request, upload, tab),
    )


def _people(request: HttpRequest, upload: Upload, verdict: str) -> object:
    rows = page_of(request, upload.staged_people.filter(verdict=verdict).order_by("row").only("row"))
    compared = compared_rows(upload, [staged.row for staged in rows.object_list])
    rows.object_list = people_in_words(upload, compared)  # type: ignore[assignment]
    return rows


def _warnings(request: HttpRequest, upload: Upload) -> object:
    remarks = page_of(request, remarks_of(upload).filter(is_warning=True))
    remarks.object_list = remarks_in_words(upload, remarks.object_list)  # type: ignore[assignment]
    return remarks


@for_writers
@require_POST
def apply(request: HttpRequest, membership: Membership, upload_id: int) -> HttpResponse:
    """The client looked and wants it: the worker stores all of it, or nothing."""
    upload = upload_or_404(membership, upload_id, UploadKind.BENEFICIARIES)
    try:
        want_beneficiaries_applied(client=membership.client, upload_id=upload.pk, actor=membership.user)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    return redirect("portal:upload", client_id=membership.client_id, upload_id=upload.pk)
