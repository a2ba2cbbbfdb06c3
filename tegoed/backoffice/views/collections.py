"""Direct debits: what would be collected, the file for the bank, and what became of each collection (SPEC P5)."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.lists import page_of
from tegoed.backoffice.money_forms import BankReasonForm, CollectionFilter
from tegoed.clients.models import User
from tegoed.clients.queries import the_issuer
from tegoed.errors import Refusal
from tegoed.flows.payment_files import cancel_collection, make_collection_file, refuse_collection, repeat_collection
from tegoed.refusals import message_of
from tegoed.rules.dates import brussels_today
from tegoed.treasury.models import BatchKind, Collection, CollectionState
from tegoed.treasury.queries import (
    batches_found,
    collectable_invoices,
    collections_found,
    collections_to_stop,
    plan_of,
)

FILES_SHOWN_MAX = 10
PLANNED_SHOWN_MAX = 50


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What a file made now would hold, what to stop at the bank, and all collections, newest first."""
    issuer = the_issuer()
    plan = plan_of(
        collectable_invoices().select_related("client"), today=brussels_today(), lead_days=issuer.collection_lead_days
    )
    wishes = CollectionFilter(request.GET)
    return page(
        request,
        "collections/overview.html",
        section="payments",
        part="collections",
        creditor_identifier=issuer.creditor_identifier,
        plan=plan,
        planned=plan.now[:PLANNED_SHOWN_MAX],
        to_stop=collections_to_stop()[:PLANNED_SHOWN_MAX],
        filter=wishes,
        collections=page_of(request, collections_found(wishes.wish("state"))),
        files=batches_found(BatchKind.COLLECTIONS)[:FILES_SHOWN_MAX],
    )


@for_staff
@require_safe
def collection(request: HttpRequest, collection_id: int) -> HttpResponse:
    """One collection, and what staff can say of it."""
    shown = _collection_or_404(collection_id)
    return page(
        request,
        "collections/collection.html",
        section="payments",
        collection=shown,
        is_on_its_way=shown.state == CollectionState.IN_FILE,
        may_repeat=shown.state in {CollectionState.RETURNED, CollectionState.REFUSED} and not shown.may_repeat,
        form=BankReasonForm(),
    )


def _collection_or_404(collection_id: int) -> Collection:
    return get_object_or_404(collections_found(), pk=collection_id)


@for_staff
@require_POST
def make_file(request: HttpRequest) -> HttpResponse:
    """One file of all that is to be collected soon."""
    try:
        batch = make_collection_file(actor=cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return redirect("backoffice:collections")
    messages.success(request, _("The file is made. Download it and give it to the bank."))
    return redirect("backoffice:payment-file", batch_id=batch.pk)


@for_staff
@require_POST
def cancel(request: HttpRequest, collection_id: int) -> HttpResponse:
    """The bank was told not to collect it."""
    shown = _collection_or_404(collection_id)
    try:
        cancel_collection(collection_id=shown.pk, actor=cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Cancelled. The invoice can be paid by transfer, or collected in another file."))
    return redirect("backoffice:collection", collection_id=shown.pk)


@for_staff
@require_POST
def refuse(request: HttpRequest, collection_id: int) -> HttpResponse:
    """The bank refused it outside of the statement, for this reason."""
    shown = _collection_or_404(collection_id)
    form = BankReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what the bank says."))
        return redirect("backoffice:collection", collection_id=shown.pk)
    try:
        refuse_collection(collection_id=shown.pk, reason=form.cleaned_data["reason"], actor=cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Noted. The client gets the reason by mail and pays by transfer."))
    return redirect("backoffice:collection", collection_id=shown.pk)


@for_staff
@require_POST
def repeat(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Let the invoice be collected once more."""
    shown = _collection_or_404(collection_id)
    try:
        repeat_collection(collection_id=shown.pk, actor=cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("It goes into the next file, while the invoice is open and the mandate active."))
    return redirect("backoffice:collection", collection_id=shown.pk)
