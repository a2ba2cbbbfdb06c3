"""E-invoices on their way over Peppol: what waits for somebody and why; sent again or given up by hand."""

from typing import cast

from django.contrib.messages import error, success, warning
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.forms import PeppolForm, TransmissionFilter
from tegoed.backoffice.lists import page_of
from tegoed.backoffice.wording import TRANSMISSION_NEXT
from tegoed.billing.models import CreditNote, Invoice
from tegoed.clients.company import set_peppol
from tegoed.clients.models import Client, User
from tegoed.errors import Refusal
from tegoed.flows.transmit import send_again
from tegoed.outbox.models import Transmission, TransmissionKind
from tegoed.outbox.queries import transmissions_found
from tegoed.outbox.states import CANCELLED_BY_HAND, RETRIED_BY_HAND
from tegoed.outbox.transmissions import cancel_transmission
from tegoed.refusals import message_of
from tegoed.refusals.e_invoices import reasons_in_words
from tegoed.rules.participants import participant_of


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All transmissions, newest first, as filtered."""
    wishes = TransmissionFilter(request.GET)
    found = transmissions_found(words=wishes.wish("words"), state=wishes.wish("state"))
    shown = page_of(request, found if wishes.is_valid() else found.none())
    names = dict(Client.objects.filter(pk__in={one.client_id for one in shown}).values_list("pk", "name"))
    return page(
        request,
        "transmissions/overview.html",
        section="overview",
        filter=wishes,
        is_filtered=bool(wishes.wish("words") or wishes.wish("state")),
        transmissions=shown,
        rows=[(one, names.get(one.client_id, "")) for one in shown],
    )


@for_staff
@require_safe
def transmission(request: HttpRequest, transmission_id: int) -> HttpResponse:
    """One transmission: where it stands and what now, why it was refused, every try."""
    shown = get_object_or_404(
        Transmission.objects.select_related("document").defer("document__content"), pk=transmission_id
    )
    return page(
        request,
        "transmissions/transmission.html",
        section="overview",
        shown=shown,
        about=Client.objects.filter(pk=shown.client_id).first(),
        order_id=_order_id(shown),
        reasons=reasons_in_words(shown.refusals),
        next_words=TRANSMISSION_NEXT[shown.state],
        steps=shown.steps.order_by("-id"),
        can_retry=shown.state in RETRIED_BY_HAND,
        can_cancel=shown.state in CANCELLED_BY_HAND,
    )


def _order_id(shown: Transmission) -> int | None:
    if shown.kind == TransmissionKind.INVOICE:
        return Invoice.objects.filter(pk=shown.subject_id).values_list("order_id", flat=True).first()
    return CreditNote.objects.filter(pk=shown.subject_id).values_list("invoice__order_id", flat=True).first()


@for_staff
@require_POST
def retry(request: HttpRequest, transmission_id: int) -> HttpResponse:
    """Check it once more and queue it, if the rules let it go by now."""
    get_object_or_404(Transmission.objects.only("pk"), pk=transmission_id)
    try:
        again = send_again(transmission_id=transmission_id, actor=cast("User", request.user))
    except Refusal as refusal:
        error(request, message_of(refusal))
    else:
        if again.refusals:
            warning(request, gettext("Still not sent: the reasons below have to be mended first."))
        else:
            success(request, gettext("The e-invoice waits to be sent again."))
    return redirect("backoffice:transmission", transmission_id=transmission_id)


@for_staff
@require_POST
def cancel(request: HttpRequest, transmission_id: int) -> HttpResponse:
    """Leave it unsent: the client has the document by another way."""
    get_object_or_404(Transmission.objects.only("pk"), pk=transmission_id)
    try:
        cancel_transmission(transmission_id=transmission_id, actor=request.user)
    except Refusal as refusal:
        error(request, message_of(refusal))
    else:
        success(request, gettext("The e-invoice is not sent over Peppol."))
    return redirect("backoffice:transmission", transmission_id=transmission_id)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def client_address(request: HttpRequest, client_id: int) -> HttpResponse:
    """Whether and where one client receives e-invoices."""
    shown = get_object_or_404(Client, pk=client_id)
    form = PeppolForm(request.POST or None, initial={"is_on_peppol": shown.is_on_peppol, "peppol_id": shown.peppol_id})
    if form.is_valid():
        set_peppol(client=shown, actor=cast("User", request.user), **form.cleaned_data)
        success(
            request,
            gettext("Saved. Send again what was refused or failed; what is made from now on goes there by itself."),
        )
        return redirect("backoffice:client", client_id=client_id)
    return page(
        request,
        "clients/peppol.html",
        section="clients",
        shown=shown,
        form=form,
        own_address=participant_of(shown.enterprise_number),
    )
