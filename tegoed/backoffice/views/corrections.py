"""Corrections of money that wait for a second pair of eyes (SPEC A2)."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.lists import page_of
from tegoed.banking.models import Correction
from tegoed.banking.queries import corrections_asked
from tegoed.clients.models import User
from tegoed.errors import Refusal
from tegoed.flows.correct_payments import approve_correction, refuse_correction
from tegoed.refusals import message_of


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; one's own can only be taken back."""
    return page(
        request,
        "payments/corrections.html",
        section="payments",
        part="corrections",
        corrections=page_of(request, corrections_asked()),
    )


@for_staff
@require_POST
def approve(request: HttpRequest, correction_id: int) -> HttpResponse:
    """Do what a colleague asked."""
    get_object_or_404(Correction, pk=correction_id)
    try:
        money = approve_correction(correction_id=correction_id, actor=cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        if money.loaded_order_ids:
            messages.warning(
                request,
                _("Done. The vouchers were loaded already and stay; the invoice is open again and the client owes it."),
            )
        else:
            messages.success(request, _("Approved and done."))
    return redirect("backoffice:corrections")


@for_staff
@require_POST
def refuse(request: HttpRequest, correction_id: int) -> HttpResponse:
    """Leave the money as it is."""
    get_object_or_404(Correction, pk=correction_id)
    try:
        refuse_correction(correction_id=correction_id, actor=cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Nothing was changed; the request is closed."))
    return redirect("backoffice:corrections")
