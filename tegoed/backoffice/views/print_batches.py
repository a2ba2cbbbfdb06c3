"""Vouchers on paper: the batches to be printed, printed and delivered; the PDF of each."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.forms import WORDS_LENGTH_MAX, FilterForm
from tegoed.backoffice.lists import page_of
from tegoed.errors import Refusal
from tegoed.flows.voucher_sheets import voucher_sheets
from tegoed.paper_vouchers.actions import move_batch
from tegoed.paper_vouchers.models import PrintBatch, PrintBatchState
from tegoed.paper_vouchers.queries import batch_counts, batches_found
from tegoed.public.downloads import as_download, reader_language
from tegoed.refusals import message_of


class PrintBatchFilter(FilterForm):
    """Which batches; the state stands in the tabs."""

    words = forms.CharField(label=gettext_lazy("Client or order number"), max_length=WORDS_LENGTH_MAX, required=False)
    state = forms.ChoiceField(choices=PrintBatchState.choices, required=False, widget=forms.HiddenInput)


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The batches in one state, the oldest first, each with what can be done with it."""
    wishes = PrintBatchFilter(request.GET)
    state = PrintBatchState(wishes.wish("state") or PrintBatchState.TO_PRINT)
    found = batches_found(state=state, words=wishes.wish("words"))
    counts = batch_counts()
    return page(
        request,
        "orders/print_batches.html",
        section="orders",
        filter=wishes,
        state=state,
        tabs=[(each.value, each.label, counts[each.value]) for each in PrintBatchState],
        batches=page_of(request, found if wishes.is_valid() else found.none()),
    )


@for_staff
@require_POST
def move(request: HttpRequest, batch_id: int) -> HttpResponse:
    """It was printed, delivered, or is to be printed again; what somebody else moved meanwhile stays where it is."""
    asked = request.POST.get("state", "")
    if asked not in PrintBatchState.values:
        raise Http404
    try:
        batch = move_batch(batch_id=batch_id, to_state=PrintBatchState(asked), actor=request.user)  # type: ignore[arg-type]  # for_staff
    except PrintBatch.DoesNotExist as missing:
        raise Http404 from missing
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        facts = {"number": batch.pk, "state": batch.get_state_display()}
        messages.success(request, _("Print batch %(number)s is now “%(state)s”.") % facts)
    return redirect(reverse("backoffice:print-batches"))


@for_staff
@require_POST
def download(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The PDF to print, as often as wanted; the trail says by whom. Not by a link: nobody fetches money ahead."""
    try:
        content = voucher_sheets(batch_id=batch_id, language=reader_language(), actor=request.user)  # type: ignore[arg-type]  # for_staff
    except PrintBatch.DoesNotExist as missing:
        raise Http404 from missing
    return as_download(HttpResponse(content, content_type="application/pdf"), f"vouchers-{batch_id}.pdf")
