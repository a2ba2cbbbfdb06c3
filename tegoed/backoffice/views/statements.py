"""Bank statements: take a file in, see what became of each line."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.forms import LineFilter, StatementUpload
from tegoed.backoffice.lists import page_of
from tegoed.banking.models import LineState, StatementFile, StatementFileState
from tegoed.banking.queries import line_counts_of, lines_of_file, statement_files
from tegoed.errors import Refusal
from tegoed.flows.receive_statement import receive_statement_file
from tegoed.refusals import message_of
from tegoed.refusals.banking import told, told_again

UNCHANGED = 204
UNPROCESSABLE = 422


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """All files, newest first, and the form that takes one in: a refusal is said on the form, and nothing is kept."""
    upload = StatementUpload()
    if request.method == "POST":
        upload = StatementUpload(request.POST, request.FILES)
        if upload.is_valid():
            received = _receive(request, upload)
            if received is not None:
                messages.success(request, gettext("The file is right and was taken in."))
                return redirect("backoffice:statement", file_id=received.pk)
    return page(
        request,
        "statements/overview.html",
        section="payments",
        part="statements",
        status=UNPROCESSABLE if upload.errors else 200,
        upload=upload,
        files=page_of(request, statement_files()),
    )


def _receive(request: HttpRequest, upload: StatementUpload) -> StatementFile | None:
    """The file taken in, or None with the reason on the form."""
    file: UploadedFile = upload.cleaned_data["file"]
    try:
        return receive_statement_file(file_name=file.name or "", content=file.read(), actor=request.user)  # type: ignore[arg-type]  # for_staff
    except Refusal as refusal:
        upload.add_error("file", message_of(told(refusal)))
        return None


@for_staff
@require_safe
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """One file: being booked, refused and why, or its lines with where the money went."""
    shown = _file_or_404(file_id)
    counts = line_counts_of(shown)
    wishes = LineFilter(request.GET)
    state = wishes.wish("state")
    lines = lines_of_file(shown)
    return page(
        request,
        "statements/file.html",
        section="payments",
        file=shown,
        is_waiting=shown.state == StatementFileState.RECEIVED,
        refusal=message_of(told_again(shown.refusal_code, shown.refusal_params)) if shown.refusal_code else "",
        statements=shown.statements.select_related("bank_account").order_by("id"),
        state=state,
        tabs=[(line_state, counts.get(line_state.value, 0)) for line_state in LineState],
        lines=page_of(request, lines.filter(state=state) if state else lines),
    )


@for_staff
@require_safe
def progress(request: HttpRequest, file_id: int) -> HttpResponse:
    """For the open page of a file that waits: 204 while nothing changed, then have the page load itself again."""
    if _file_or_404(file_id).state == StatementFileState.RECEIVED:
        return HttpResponse(status=UNCHANGED)
    return (
        HttpResponseClientRefresh()
        if request.headers.get("HX-Request")
        else redirect("backoffice:statement", file_id=file_id)
    )


def _file_or_404(file_id: int) -> StatementFile:
    """Without its content, which may be 50 MB."""
    return get_object_or_404(StatementFile.objects.defer("content").select_related("received_by"), pk=file_id)
