"""Leads: the list, and one with its particulars, notes, quotes and offers (SPEC Q2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.acting import act_and_say, id_seen
from tegoed.backoffice.lead_forms import LeadChangeForm, LeadFilter, LeadForm, NoteForm
from tegoed.backoffice.lists import page_of
from tegoed.clients.models import Client, User
from tegoed.errors import Refusal
from tegoed.quotes.lead_queries import leads_found, quotes_of_lead, trail_of_lead
from tegoed.quotes.lead_states import BY_HAND, steps_by_hand
from tegoed.quotes.leads import add_lead_note, change_lead, move_lead, open_lead, take_lead
from tegoed.quotes.models import Lead, LeadState
from tegoed.refusals import message_of
from tegoed.rules.dates import brussels_today

UNPROCESSABLE = 422
EVENTS_SHOWN_MAX = 50
QUOTES_SHOWN_MAX = 100
SOON = timedelta(days=7)
"""An offer whose last day is so near is worth a call."""


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All leads, newest first, as filtered."""
    wishes = LeadFilter(request.GET)
    found = leads_found(
        words=wishes.wish("words"),
        state=wishes.wish("state"),
        whose=wishes.wish("whose"),
        user_id=cast("User", request.user).pk,
    )
    return page(
        request,
        "sales/leads.html",
        section="sales",
        part="leads",
        filter=wishes,
        is_filtered=any(wishes.wish(name) for name in ("words", "state", "whose")),
        leads=page_of(request, found if wishes.is_valid() else found.none()),
    )


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A lead that came by telephone, at a fair, by mail."""
    form = LeadForm(request.POST or None, initial={"language": (get_language() or "nl")[:2]})
    if form.is_valid():
        lead = open_lead(particulars=form.cleaned_data, actor=cast("User", request.user))
        messages.success(request, _("The lead is yours."))
        return redirect("backoffice:lead", lead_id=lead.pk)
    return page(
        request, "sales/lead_form.html", section="sales", status=UNPROCESSABLE if form.errors else 200, form=form
    )


def lead_or_404(lead_id: int) -> Lead:
    """The lead with its owner and the client it became."""
    return get_object_or_404(Lead.objects.select_related("owner", "client"), pk=lead_id)


@for_staff
@require_safe
def lead(request: HttpRequest, lead_id: int) -> HttpResponse:
    """One lead with everything about it."""
    return _lead_page(request, lead_or_404(lead_id), NoteForm())


def _lead_page(request: HttpRequest, shown: Lead, note: NoteForm) -> HttpResponse:
    number = shown.enterprise_number
    return page(
        request,
        "sales/lead.html",
        section="sales",
        status=UNPROCESSABLE if note.errors else 200,
        lead=shown,
        is_mine=shown.owner_id == cast("User", request.user).pk,
        is_won=shown.state == LeadState.WON,
        known_client=Client.objects.filter(enterprise_number=number).first()
        if number and not shown.client_id
        else None,
        steps=steps_by_hand(shown.state),
        quotes=quotes_of_lead(shown)[:QUOTES_SHOWN_MAX],
        today=brussels_today(),
        soon=brussels_today() + SOON,
        notes=shown.notes.select_related("author").order_by("-at", "-id"),
        note=note,
        trail=trail_of_lead(shown)[:EVENTS_SHOWN_MAX],
    )


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Correct the particulars."""
    shown = lead_or_404(lead_id)
    form = LeadChangeForm(request.POST or None, lead=shown)
    if form.is_valid():
        try:
            change_lead(lead_id=shown.pk, particulars=form.typed, shown=form.shown, actor=cast("User", request.user))
        except Refusal as refusal:
            form.add_error(None, message_of(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("backoffice:lead", lead_id=shown.pk)
    return page(
        request,
        "sales/lead_form.html",
        section="sales",
        status=UNPROCESSABLE if form.errors else 200,
        form=form,
        lead=shown,
    )


def _done(request: HttpRequest, lead_id: int, act: Callable[[User], object], words: str) -> HttpResponse:
    """Do it, say so or why not, and show the lead."""
    lead_or_404(lead_id)
    act_and_say(request, act, words)
    return redirect("backoffice:lead", lead_id=lead_id)


@for_staff
@require_POST
def take(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Look after it from now on."""
    seen_owner_id = id_seen(request, "seen_owner_id")
    return _done(
        request,
        lead_id,
        lambda actor: take_lead(lead_id=lead_id, seen_owner_id=seen_owner_id, actor=actor),
        _("This lead is yours now."),
    )


@for_staff
@require_POST
def move(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Say how far sales is; a step that isn't taken by hand is none."""
    wanted = request.POST.get("state", "")
    step = next((state for state in BY_HAND if state == wanted), None)
    if step is None:
        lead_or_404(lead_id)
        return redirect("backoffice:lead", lead_id=lead_id)
    return _done(
        request,
        lead_id,
        lambda actor: move_lead(lead_id=lead_id, state=step, actor=actor),
        _("The lead is moved on."),
    )


@for_staff
@require_POST
def note(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Write something down."""
    shown = lead_or_404(lead_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _lead_page(request, shown, form)
    add_lead_note(lead_id=shown.pk, text=form.cleaned_data["text"], actor=cast("User", request.user))
    messages.success(request, _("Noted."))
    return redirect("backoffice:lead", lead_id=shown.pk)
