"""Payments that need somebody: the queue, a line's page, what can be done with it (SPEC A1, A2, P2–P4).

Its one law: a page says what it will do, the flow looks again and does it or refuses; corrections wait for a second person.
"""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.lists import page_of
from tegoed.backoffice.payment_queue import line_story, lines_waiting
from tegoed.backoffice.placing_forms import DivisionForm, ExplanationForm, NoteForm, OwnMoneyForm, QueueFilter
from tegoed.backoffice.queries import clients_found
from tegoed.banking.models import Allocation, CorrectionState, LineState, Proposal, StatementLine
from tegoed.banking.queries import (
    corrections_asked,
    invoices_open_after_loading,
    suspense_cents,
    waiting_proposals_of,
)
from tegoed.billing.models import Invoice, InvoiceState
from tegoed.billing.queries import open_invoices_of
from tegoed.clients.models import Client, User
from tegoed.clients.queries import the_issuer
from tegoed.errors import Refusal
from tegoed.flows.correct_payments import ask_explanation, ask_undo
from tegoed.flows.place_payment import accept_proposal, place_payment, write_off_difference
from tegoed.refusals import message_of

CLIENTS_SHOWN_MAX = 10
INVOICES_SHOWN_MAX = 60
UNPROCESSABLE = 422


@for_staff
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for somebody, with filters; and what was taken back after loading."""
    wishes = QueueFilter(request.GET)
    kind = wishes.wish("kind")
    lines = lines_waiting(kind=kind, words=wishes.wish("words"), age=wishes.wish("age"))
    return page(
        request,
        "payments/queue.html",
        section="payments",
        part="place",
        filter=wishes,
        kind=kind,
        lines=page_of(request, lines),
        cents=suspense_cents(),
        correction_count=corrections_asked().count(),
        reopened=invoices_open_after_loading()[:INVOICES_SHOWN_MAX],
    )


@for_staff
@require_safe
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """One line: what the bank said, where its money went, what it could be for, what was done."""
    shown = _line_or_404(line_id)
    return _line_page(request, shown, client=_client_asked(request))


def _line_or_404(line_id: int) -> StatementLine:
    lines = StatementLine.objects.select_related("statement__bank_account", "statement__file", "reverses")
    return get_object_or_404(lines.defer("statement__file__content"), pk=line_id)


def _client_asked(request: HttpRequest) -> Client | None:
    typed = request.GET.get("client", "")
    return get_object_or_404(Client, pk=int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 12 else None  # noqa: PLR2004


def _division(request: HttpRequest, shown: StatementLine, client: Client) -> DivisionForm:
    return DivisionForm(
        request.POST if request.method == "POST" else None,
        line=shown,
        invoices=list(open_invoices_of(client)[:INVOICES_SHOWN_MAX]),
        language=(get_language() or "en")[:2],
        cents_max=the_issuer().write_off_cents_max,
    )


def _line_page(
    request: HttpRequest, shown: StatementLine, *, client: Client | None, division: DivisionForm | None = None
) -> HttpResponse:
    words = request.GET.get("words", "").replace("\x00", "")[:100]
    story = line_story(shown)
    return page(
        request,
        "payments/line.html",
        section="payments",
        status=UNPROCESSABLE if division is not None and division.errors else 200,
        line=shown,
        story=story,
        proposals=waiting_proposals_of(shown),
        asked=[correction for correction in story.corrections if correction.state == CorrectionState.ASKED],
        words=words,
        clients=clients_found(words)[:CLIENTS_SHOWN_MAX] if words else [],
        client=client,
        division=division or (_division(request, shown, client) if client else None),
        short_invoices=_short_invoices(shown),
        note=NoteForm(),
        explanation=ExplanationForm() if shown.state == LineState.OUTGOING else OwnMoneyForm(),
    )


def _short_invoices(shown: StatementLine) -> list[Invoice]:
    """Invoices that this line pays and of which only a few cents are missing."""
    paid_by_it = Invoice.objects.filter(allocations__line=shown, allocations__undone_at=None, state=InvoiceState.OPEN)
    cents_max = the_issuer().write_off_cents_max
    return [invoice for invoice in paid_by_it.distinct() if invoice.open_cents <= cents_max]


def _done(request: HttpRequest, do: Callable[[], object], success: str) -> bool:
    """Do it and say so, or say why not."""
    try:
        do()
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return False
    messages.success(request, success)
    return True


def _staff(request: HttpRequest) -> User:
    return cast("User", request.user)


@for_staff
@require_POST
def accept(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Place the money as proposed or claimed."""
    proposal = get_object_or_404(Proposal, pk=proposal_id)
    _done(
        request,
        lambda: accept_proposal(proposal_id=proposal_id, actor=_staff(request)),
        _("The payment is placed. Orders that are paid load by themselves."),
    )
    return redirect("backoffice:line", line_id=proposal.line_id)


@for_staff
@require_POST
def place(request: HttpRequest, line_id: int) -> HttpResponse:
    """Divide the money over invoices of one client and its account."""
    shown, client = _line_or_404(line_id), _client_asked(request)
    if client is None:
        raise Http404
    division = _division(request, shown, client)
    if not division.is_valid():
        return _line_page(request, shown, client=client, division=division)
    _done(
        request,
        lambda: place_payment(
            line_id=line_id,
            client=client,
            cents_by_invoice=division.cents_by_invoice(),
            on_account_cents=division.cleaned_data["on_account"],
            writes_off=division.cleaned_data["writes_off"],
            actor=_staff(request),
        ),
        _("The payment is placed. Orders that are paid load by themselves."),
    )
    return redirect("backoffice:line", line_id=line_id)


@for_staff
@require_POST
def write_off(request: HttpRequest, line_id: int, invoice_id: int) -> HttpResponse:
    """Give up the cents that are missing of an invoice."""
    _line_or_404(line_id)
    _done(
        request,
        lambda: write_off_difference(line_id=line_id, invoice_id=invoice_id, actor=_staff(request)),
        _("The difference is written off; the invoice is paid."),
    )
    return redirect("backoffice:line", line_id=line_id)


@for_staff
@require_POST
def undo(request: HttpRequest, allocation_id: int) -> HttpResponse:
    """Ask that a second person undoes where money went."""
    allocation = get_object_or_404(Allocation, pk=allocation_id, line__isnull=False)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was asked: say in a few words why."))
    else:
        _done(
            request,
            lambda: ask_undo(allocation_id=allocation_id, note=form.cleaned_data["note"], actor=_staff(request)),
            _("Asked. A colleague must approve it; until then nothing changes."),
        )
    return redirect("backoffice:line", line_id=allocation.line_id)


@for_staff
@require_POST
def explain(request: HttpRequest, line_id: int) -> HttpResponse:
    """Ask that a second person agrees what money without a client is."""
    shown = _line_or_404(line_id)
    form = (ExplanationForm if shown.state == LineState.OUTGOING else OwnMoneyForm)(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was asked: say what it is."))
    else:
        _done(
            request,
            lambda: ask_explanation(
                line_id=line_id,
                explanation=form.cleaned_data["explanation"],
                note=form.cleaned_data["note"],
                actor=_staff(request),
            ),
            _("Asked. A colleague must approve it; until then nothing changes."),
        )
    return redirect("backoffice:line", line_id=line_id)
