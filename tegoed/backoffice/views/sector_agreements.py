"""Agreements of joint committees that grant vouchers, as staff note them: with a reference, and never guessed (SPEC Q6)."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tegoed.agreements.models import SectorAgreement
from tegoed.agreements.queries import sector_agreements
from tegoed.agreements.refusals import SectorTableRefused
from tegoed.agreements.sector_table import (
    end_sector_agreement,
    import_sector_agreements,
    note_sector_agreement,
)
from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.lists import page_of
from tegoed.backoffice.sector_forms import SectorAgreementForm, SectorEndForm, SectorFileForm, SectorFilter
from tegoed.errors import Refusal
from tegoed.refusals import message_of
from tegoed.rules.dates import brussels_today

UNPROCESSABLE = 422
FAULTS_SHOWN_MAX = 50


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All that are noted, as filtered, with the forms to add one or many."""
    return _show(request)


def _show(request: HttpRequest, **facts: Any) -> HttpResponse:
    wishes = SectorFilter(request.GET)
    given = {"form": SectorAgreementForm(), "file_form": SectorFileForm()} | facts
    has_errors = bool(given["form"].errors or given["file_form"].errors)
    return page(
        request,
        "sector_agreements/overview.html",
        section="clients",
        status=UNPROCESSABLE if has_errors else 200,
        filter=wishes,
        is_filtered=bool(wishes.wish("words")),
        today=brussels_today(),
        agreements=page_of(request, sector_agreements(words=wishes.wish("words"))),
        **given,
    )


@for_staff
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Note one."""
    form = SectorAgreementForm(request.POST)
    if form.is_valid():
        try:
            note_sector_agreement(row=form.row(), actor=request.user)  # type: ignore[arg-type]  # for_staff
        except Refusal as refusal:
            form.add_error(None, message_of(refusal))
        else:
            messages.success(request, _("Noted. Clients of this joint committee see it from its first day."))
            return redirect("backoffice:sector-agreements")
    return _show(request, form=form)


@for_staff
@require_POST
def take_file(request: HttpRequest) -> HttpResponse:
    """Note all rows of a CSV file, or none with the fault of each."""
    form = SectorFileForm(request.POST, request.FILES)
    faults: list[tuple[int, str]] = []
    if form.is_valid():
        file: UploadedFile = form.cleaned_data["file"]
        try:
            new, known = import_sector_agreements(content=file.read(), actor=request.user)  # type: ignore[arg-type]  # for_staff
        except SectorTableRefused as refusal:
            form.add_error("file", message_of(refusal))
            faults = [(row, message_of(fault)) for row, fault in refusal.faults[:FAULTS_SHOWN_MAX]]
        except Refusal as refusal:
            form.add_error("file", message_of(refusal))
        else:
            messages.success(
                request, _("Taken in: %(new)s new, %(known)s noted before.") % {"new": new, "known": known}
            )
            return redirect("backoffice:sector-agreements")
    return _show(request, file_form=form, faults=faults)


@for_staff
@require_POST
def end(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Say the last day of one."""
    form = SectorEndForm(request.POST)
    if not SectorAgreement.objects.filter(pk=agreement_id).exists():
        raise Http404
    if not form.is_valid():
        messages.error(request, _("This is not a date: nothing was changed."))
        return redirect("backoffice:sector-agreements")
    try:
        end_sector_agreement(
            sector_agreement_id=agreement_id,
            ends_on=form.cleaned_data["ends_on"],
            actor=request.user,  # type: ignore[arg-type]  # for_staff
        )
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Its last day is noted."))
    return redirect("backoffice:sector-agreements")
