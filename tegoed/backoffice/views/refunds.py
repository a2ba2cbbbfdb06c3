"""Refunds: the queue, the decision by a second person, and the file for the bank (SPEC P5, A2)."""

from typing import cast

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.lists import page_of
from tegoed.backoffice.money_forms import ApprovalForm, LineRefundForm, ReasonForm, RefundFilter
from tegoed.banking.models import LineState, StatementLine
from tegoed.clients.models import Client, User
from tegoed.errors import Refusal
from tegoed.flows.payment_files import make_refund_file
from tegoed.flows.refunds import approve_refund, ask_refund_of_credit, ask_refund_of_line, cancel_refund, refuse_refund
from tegoed.public.money_fields import RefundForm
from tegoed.refusals import message_of
from tegoed.treasury.models import BatchKind, Refund, RefundState
from tegoed.treasury.queries import (
    accounts_paid_from,
    available_credit_cents,
    batches_found,
    refunds_found,
)
from tegoed.treasury.refusals import LinePlacedMeanwhile, RefundIbanOfIssuer

FILES_SHOWN_MAX = 10
UNPROCESSABLE = 422


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All refunds, newest first; what waits for a decision, and what waits for a file."""
    wishes = RefundFilter(request.GET)
    waiting = Refund.objects.filter(state=RefundState.ASKED).aggregate(cents=Sum("amount_cents"))["cents"] or 0
    approved = Refund.objects.filter(state=RefundState.APPROVED).aggregate(cents=Sum("amount_cents"))["cents"] or 0
    return page(
        request,
        "refunds/overview.html",
        section="payments",
        part="refunds",
        filter=wishes,
        refunds=page_of(request, refunds_found(wishes.wish("state"))),
        waiting_cents=waiting,
        approved_cents=approved,
        files=batches_found(BatchKind.REFUNDS)[:FILES_SHOWN_MAX],
    )


@for_staff
@require_safe
def refund(request: HttpRequest, refund_id: int) -> HttpResponse:
    """One refund, and what can be decided about it."""
    return _refund_page(request, _refund_or_404(refund_id), ReasonForm())


def _refund_or_404(refund_id: int) -> Refund:
    refunds = Refund.objects.select_related(
        "client", "asked_by", "decided_by", "batch", "line", "paid_line", "return_line"
    )
    return get_object_or_404(refunds.defer("batch__content"), pk=refund_id)


def _refund_page(request: HttpRequest, shown: Refund, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    actor = cast("User", request.user)
    is_asked = shown.state == RefundState.ASKED
    return page(
        request,
        "refunds/refund.html",
        section="payments",
        status=status,
        refund=shown,
        may_decide=is_asked and shown.asked_by_id != actor.pk,
        may_cancel=shown.state in {RefundState.ASKED, RefundState.APPROVED, RefundState.IN_FILE},
        is_asked=is_asked,
        available_cents=available_credit_cents(shown.client) + shown.amount_cents
        if is_asked and shown.client
        else None,
        approval=ApprovalForm(),
        form=form,
    )


@for_staff
@require_POST
def approve(request: HttpRequest, refund_id: int) -> HttpResponse:
    """Approve what somebody else asked."""
    shown = _refund_or_404(refund_id)
    is_checked = request.POST.get("is_iban_checked") == "on"
    try:
        approve_refund(refund_id=shown.pk, is_iban_checked=is_checked, actor=cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Approved. It goes into the next file for the bank."))
    return redirect("backoffice:refund", refund_id=shown.pk)


@for_staff
@require_POST
def refuse(request: HttpRequest, refund_id: int) -> HttpResponse:
    """Refuse what somebody else asked; the reason goes to the client."""
    shown = _refund_or_404(refund_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _refund_page(request, shown, form, status=UNPROCESSABLE)
    try:
        refuse_refund(refund_id=shown.pk, reason=form.cleaned_data["reason"], actor=cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Refused. Nothing moved."))
    return redirect("backoffice:refund", refund_id=shown.pk)


@for_staff
@require_POST
def cancel(request: HttpRequest, refund_id: int) -> HttpResponse:
    """Give a refund up; approved money goes back to where it came from."""
    shown = _refund_or_404(refund_id)
    reason = request.POST.get("reason", "").replace("\x00", "")[:200]
    try:
        cancel_refund(refund_id=shown.pk, reason=reason, actor=cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Cancelled. The money lies where it was before."))
    return redirect("backoffice:refund", refund_id=shown.pk)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def of_client(request: HttpRequest, client_id: int) -> HttpResponse:
    """Enter a refund for a client who asked by other ways; somebody else of staff decides about it."""
    client = get_object_or_404(Client, pk=client_id)
    available_cents = available_credit_cents(client)
    form = RefundForm(request.POST or None, accounts=accounts_paid_from(client), initial={"amount": available_cents})
    if form.is_valid():
        try:
            asked = ask_refund_of_credit(
                client=client,
                amount_cents=form.cleaned_data["amount"],
                iban=form.cleaned_data["iban"],
                reason=form.cleaned_data["reason"],
                actor=cast("User", request.user),
            )
        except Refusal as refusal:
            form.add_error("other_iban" if isinstance(refusal, RefundIbanOfIssuer) else "amount", message_of(refusal))
        else:
            messages.success(request, _("Entered. Somebody else decides about it."))
            return redirect("backoffice:refund", refund_id=asked.pk)
    return page(
        request,
        "refunds/of_client.html",
        section="clients",
        status=UNPROCESSABLE if form.errors else 200,
        shown=client,
        form=form,
        available_cents=available_cents,
    )


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def of_line(request: HttpRequest, line_id: int) -> HttpResponse:
    """Enter that a payment in suspense goes back to the account it came from."""
    line = get_object_or_404(StatementLine, pk=line_id)
    if line.state != LineState.SUSPENSE:
        messages.error(request, message_of(LinePlacedMeanwhile()))
        return redirect("backoffice:line", line_id=line.pk)
    form = LineRefundForm(request.POST or None)
    if form.is_valid():
        try:
            asked = ask_refund_of_line(
                line_id=line.pk, reason=form.cleaned_data["reason"], actor=cast("User", request.user)
            )
        except StatementLine.DoesNotExist as missing:
            raise Http404 from missing
        except Refusal as refusal:
            form.add_error(None, message_of(refusal))
        else:
            messages.success(request, _("Entered. Somebody else decides about it."))
            return redirect("backoffice:refund", refund_id=asked.pk)
    return page(
        request,
        "refunds/of_line.html",
        section="payments",
        status=UNPROCESSABLE if form.errors else 200,
        line=line,
        form=form,
    )


@for_staff
@require_POST
def make_file(request: HttpRequest) -> HttpResponse:
    """One file of all approved refunds."""
    try:
        batch = make_refund_file(actor=cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return redirect("backoffice:refunds")
    messages.success(request, _("The file is made. Download it and give it to the bank."))
    return redirect("backoffice:payment-file", batch_id=batch.pk)
