"""Reminders, for staff: what goes out today, what is paused, what went."""

from django.contrib.messages import error, success
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.lists import page_of
from tegoed.backoffice.views.accounts import PauseForm, account_page
from tegoed.billing.models import ReminderPause
from tegoed.billing.reminders import end_pause, pause_reminders, reminders_sent, running_pauses
from tegoed.clients.models import Client
from tegoed.clients.queries import the_issuer
from tegoed.errors import Refusal
from tegoed.flows.send_reminders import invoices_to_remind, is_bank_file_waiting
from tegoed.refusals import message_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.working_days import is_working_day

DUE_SHOWN_MAX = 200


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What would go out today, which pauses run, and what went, newest first."""
    today = brussels_today()
    due = [one for one in invoices_to_remind(on=today) if one.level]
    return page(
        request,
        "reminders/overview.html",
        section="payments",
        part="reminders",
        due=due[:DUE_SHOWN_MAX],
        due_count=len(due),
        is_cut=len(due) > DUE_SHOWN_MAX,
        shown_max=DUE_SHOWN_MAX,
        is_working_day=is_working_day(today),
        is_bank_file_waiting=is_bank_file_waiting(),
        days=the_issuer().reminder_days,
        pauses=running_pauses(today),
        sent=page_of(request, reminders_sent()),
    )


@for_staff
@require_POST
def pause(request: HttpRequest, client_id: int) -> HttpResponse:
    """No reminders for a while, of the client or of one invoice."""
    client = get_object_or_404(Client, pk=client_id)
    today = brussels_today()
    form = PauseForm(request.POST, client=client, today=today)
    if not form.is_valid():
        return account_page(request, client, form)
    chosen = form.cleaned_data["invoice"]
    try:
        pause_reminders(
            client=client,
            invoice_id=int(chosen) if chosen else None,
            until_on=form.cleaned_data["until_on"],
            reason=form.cleaned_data["reason"],
            on=today,
            actor=request.user,  # type: ignore[arg-type]  # for_staff
        )
    except Refusal as refusal:
        error(request, message_of(refusal))
    else:
        success(request, gettext("Reminders are paused."))
    return redirect("backoffice:client-account", client_id=client.pk)


@for_staff
@require_POST
def end(request: HttpRequest, pause_id: int) -> HttpResponse:
    """Reminders go out again."""
    try:
        ended = end_pause(pause_id=pause_id, actor=request.user)  # type: ignore[arg-type]  # for_staff
    except ReminderPause.DoesNotExist as missing:
        raise Http404 from missing
    success(request, gettext("Reminders go out again."))
    return redirect("backoffice:client-account", client_id=ended.client_id)
