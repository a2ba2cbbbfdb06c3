"""Merchants and acceptance points: found, added, changed, sent as a list and downloaded as one."""

from django.contrib import messages
from django.db.models import Count, Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tegoed.audit.actions import Action, record_event
from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.lists import page_of
from tegoed.backoffice.merchant_forms import SHOWN, MerchantFilter, MerchantForm, MerchantUpload, PointForm
from tegoed.backoffice.merchant_trail import columns_to_export, rows_to_export, trail_of_merchant
from tegoed.errors import Refusal
from tegoed.formats.merchant_file import MerchantTable, merchant_columns
from tegoed.formats.table_file import ROWS_MAX
from tegoed.merchants.actions import add_merchant, add_point, change_merchant, change_point
from tegoed.merchants.importing import (
    apply_merchant_file,
    difference_shown,
    discard_merchant_file,
    receive_merchant_file,
    renew_preview,
)
from tegoed.merchants.models import AcceptancePoint, Merchant, MerchantFileState
from tegoed.merchants.queries import merchant_files, merchants_found, points_of, points_to_export
from tegoed.merchants.refusals import MerchantFileChangedMeanwhile
from tegoed.public.downloads import csv_answer, reader_language
from tegoed.refusals import message_of

UNPROCESSABLE = 422
FILES_SHOWN_MAX = 10


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All merchants by name, as filtered."""
    wishes = MerchantFilter(request.GET)
    state = wishes.wish("state")
    found = merchants_found(wishes.wish("words"), is_active=state == SHOWN if state else None)
    found = found.annotate(point_count=Count("points", filter=Q(points__is_active=True)))
    return page(
        request,
        "merchants/overview.html",
        section="merchants",
        filter=wishes,
        is_filtered=bool(wishes.wish("words") or state),
        merchants=page_of(request, found if wishes.is_valid() else found.none()),
    )


@for_staff
@require_safe
def merchant(request: HttpRequest, merchant_id: int) -> HttpResponse:
    """One merchant: particulars, points, what was done with them."""
    shown = get_object_or_404(Merchant, pk=merchant_id)
    return page(
        request,
        "merchants/merchant.html",
        section="merchants",
        shown=shown,
        points=page_of(request, points_of(shown)),
        trail=trail_of_merchant(shown),
    )


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new merchant."""
    form = MerchantForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            added = add_merchant(particulars=form.particulars(), actor=request.user)  # type: ignore[arg-type]  # for_staff
        except Refusal as refusal:
            form.add_error(None, message_of(refusal))
        else:
            messages.success(request, gettext("The merchant was added. Now add where it takes vouchers."))
            return redirect("backoffice:merchant", merchant_id=added.pk)
    return _form_page(request, form, title=gettext("Add a merchant"), merchant=None)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, merchant_id: int) -> HttpResponse:
    """Correct a merchant, or take it out of what the public finds."""
    shown = get_object_or_404(Merchant, pk=merchant_id)
    form = MerchantForm(request.POST) if request.method == "POST" else MerchantForm(initial=MerchantForm.typed(shown))
    if form.is_bound and form.is_valid():
        try:
            change_merchant(merchant_id=shown.pk, particulars=form.particulars(), actor=request.user)  # type: ignore[arg-type]  # for_staff
        except Refusal as refusal:
            form.add_error(None, message_of(refusal))
        else:
            messages.success(request, gettext("The merchant was changed."))
            return redirect("backoffice:merchant", merchant_id=shown.pk)
    return _form_page(request, form, title=gettext("Change the merchant"), merchant=shown)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def point_add(request: HttpRequest, merchant_id: int) -> HttpResponse:
    """A new acceptance point of a merchant."""
    shown = get_object_or_404(Merchant, pk=merchant_id)
    form = PointForm(request.POST) if request.method == "POST" else PointForm(initial={"name": shown.name})
    if form.is_bound and form.is_valid():
        try:
            add_point(merchant_id=shown.pk, particulars=form.particulars(), actor=request.user)  # type: ignore[arg-type]  # for_staff
        except Refusal as refusal:
            form.add_error(None, message_of(refusal))
        else:
            messages.success(request, gettext("The acceptance point was added."))
            return redirect("backoffice:merchant", merchant_id=shown.pk)
    return _form_page(request, form, title=gettext("Add an acceptance point"), merchant=shown)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def point_change(request: HttpRequest, merchant_id: int, point_id: int) -> HttpResponse:
    """Correct an acceptance point, or take it out of what the public finds."""
    point = get_object_or_404(AcceptancePoint.objects.select_related("merchant"), pk=point_id, merchant_id=merchant_id)
    form = PointForm(request.POST) if request.method == "POST" else PointForm(initial=PointForm.typed(point))
    if form.is_bound and form.is_valid():
        try:
            change_point(
                merchant_id=merchant_id,
                point_id=point_id,
                particulars=form.particulars(),
                actor=request.user,  # type: ignore[arg-type]  # for_staff
            )
        except Refusal as refusal:
            form.add_error(None, message_of(refusal))
        else:
            messages.success(request, gettext("The acceptance point was changed."))
            return redirect("backoffice:merchant", merchant_id=merchant_id)
    return _form_page(request, form, title=gettext("Change the acceptance point"), merchant=point.merchant)


def _form_page(request: HttpRequest, form: Form, *, title: str, merchant: Merchant | None) -> HttpResponse:
    return page(
        request,
        "merchants/form.html",
        section="merchants",
        status=UNPROCESSABLE if form.errors else 200,
        form=form,
        title=title,
        shown=merchant,
    )


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """Send a list: its faults are shown and nothing is kept, or it waits with a preview of what it changes."""
    upload = MerchantUpload(*((request.POST, request.FILES) if request.method == "POST" else ()))
    table: MerchantTable | None = None
    if upload.is_bound and upload.is_valid():
        sent = upload.cleaned_data["file"]
        try:
            received, table = receive_merchant_file(
                file_name=sent.name or "",
                content=sent.read(),
                actor=request.user,  # type: ignore[arg-type]  # for_staff
            )
        except Refusal as refusal:
            upload.add_error("file", message_of(refusal))
        else:
            if received is not None:
                return redirect("backoffice:merchants-file", merchant_file_id=received.pk)
    faults = [(fault.row, fault.heading, message_of(fault.refusal)) for fault in table.faults] if table else []
    return page(
        request,
        "merchants/import.html",
        section="merchants",
        status=UNPROCESSABLE if upload.errors or faults else 200,
        upload=upload,
        faults=faults,
        fault_count=table.fault_count if table else 0,
        columns=[(column.headings[reader_language()], column.is_required) for column in merchant_columns()],
        files=merchant_files()[:FILES_SHOWN_MAX],
    )


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def merchant_file(request: HttpRequest, merchant_file_id: int) -> HttpResponse:
    """What a list would change; by POST it is taken over, or given up."""
    file = get_object_or_404(merchant_files(), pk=merchant_file_id)
    if request.method == "POST":
        try:
            if request.POST.get("action") == "discard":
                discard_merchant_file(file_id=file.pk)
                messages.info(request, gettext("The list was given up; nothing was changed."))
                return redirect("backoffice:merchants-import")
            done = apply_merchant_file(file_id=file.pk, actor=request.user)  # type: ignore[arg-type]  # for_staff
        except MerchantFileChangedMeanwhile as refusal:
            renew_preview(file_id=file.pk)
            messages.warning(request, message_of(refusal))
        except Refusal as refusal:
            messages.error(request, message_of(refusal))
        else:
            count = done.new_point_count + done.changed_point_count
            words = ngettext(
                "The list was taken over: %(count)s acceptance point is new or changed.",
                "The list was taken over: %(count)s acceptance points are new or changed.",
                count,
            )
            messages.success(request, words % {"count": count})
        return redirect("backoffice:merchants-file", merchant_file_id=file.pk)
    return page(
        request,
        "merchants/file.html",
        section="merchants",
        file=file,
        is_waiting=file.state == MerchantFileState.READY,
        difference=difference_shown(file),
    )


@for_staff
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """All acceptance points as CSV, with the headings under which the list may be sent back."""
    language = reader_language()
    points = points_to_export()[:ROWS_MAX]
    record_event(actor=request.user, action=Action.MERCHANTS_EXPORTED)
    return csv_answer(columns_to_export(language), rows_to_export(points, language), name="merchants")
