"""What can still be done with an order that is confirmed: cancel, change, approve, send back (SPEC O3, O6)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tegoed.billing.credit_notes import REASON_LENGTH_MAX
from tegoed.clients.models import Membership
from tegoed.clients.queries import ContractMissing
from tegoed.errors import Refusal
from tegoed.flows.cancel_order import cancel_order, cancellation_of
from tegoed.flows.change_order import change_order_after_confirm
from tegoed.flows.confirm_order import approve_orders, send_back_order
from tegoed.flows.refusals import CancellationChanged
from tegoed.log_safety import without_identifiers_in
from tegoed.orders.actions import BeneficiaryNotOrderable, LineRefused
from tegoed.orders.queries import left_out_of
from tegoed.portal.access import for_approvers, for_writers, page
from tegoed.portal.approval import together_with
from tegoed.portal.forms.fields import cents_shown
from tegoed.portal.signing import to_signing
from tegoed.portal.views.orders import order_or_404
from tegoed.refusals import message_of
from tegoed.rules.order_lines import LoadingDateImpossible, MonthImpossible

ASK_METHODS = ["GET", "HEAD", "POST"]


@for_writers
@require_http_methods(ASK_METHODS)
def cancel(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """Say what cancelling does to invoices and cards, then cancel."""
    if request.method != "POST":
        return _ask(request, membership, order_id, is_change=False)
    order_or_404(membership, order_id)
    try:
        cancel_order(
            client=membership.client,
            order_id=order_id,
            actor=membership.user,
            reason_text=_typed_reason(request),
            shown_credited_cents=_credited_cents_shown(request),
        )
    except CancellationChanged as refusal:
        messages.warning(request, message_of(refusal))
        return _ask(request, membership, order_id, is_change=False)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("The order is cancelled. This page shows what was credited."))
    return _go(membership, order_id)


@for_writers
@require_http_methods(ASK_METHODS)
def change(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """Say what changing does to invoices and cards, then open the draft that takes the order's place."""
    if request.method != "POST":
        return _ask(request, membership, order_id, is_change=True)
    order_or_404(membership, order_id)
    try:
        draft = change_order_after_confirm(
            client=membership.client,
            order_id=order_id,
            actor=membership.user,
            shown_credited_cents=_credited_cents_shown(request),
        )
    except CancellationChanged as refusal:
        messages.warning(request, message_of(refusal))
        return _ask(request, membership, order_id, is_change=True)
    except ContractMissing as refusal:
        return to_signing(request, membership, refusal, back=request.path)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return _go(membership, order_id)
    messages.success(
        request, _("The old order is cancelled. Change this one and confirm it: until then nothing is ordered.")
    )
    return _go(membership, draft.pk, "order-start")


@for_approvers
@require_POST
def approve(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """Approve the order, and with it the others of its Excel form, at the costs that were shown."""
    orders = together_with(order_or_404(membership, order_id)) or [order_or_404(membership, order_id)]
    try:
        approve_orders(
            client=membership.client,
            order_ids=[order.pk for order in orders],
            actor=membership.user,
            confirmed_total_cents=cents_shown(request.POST),
            shown_mark=request.POST.get("shown_mark"),
        )
    except (LoadingDateImpossible, MonthImpossible, LineRefused, BeneficiaryNotOrderable) as refusal:
        messages.error(request, message_of(refusal))
        messages.info(request, _("Who approves can't change the order: send it back with the reason, then it can be."))
    except ContractMissing as refusal:
        order_page = reverse("portal:order", args=[membership.client_id, order_id])
        return to_signing(request, membership, refusal, back=order_page)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("You approved the order. This page shows how it goes on."))
    return _go(membership, order_id)


@for_approvers
@require_POST
def send_back(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """Make it a draft again, with a reason for who confirmed it."""
    order_or_404(membership, order_id)
    reason = _typed_reason(request)
    if not reason:
        messages.error(request, _("Nothing was changed. Say in a few words what must be changed, then send it back."))
        return _go(membership, order_id)
    try:
        send_back_order(client=membership.client, order_id=order_id, actor=membership.user, reason_text=reason)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("The order is a draft again. Who confirmed it gets a mail with your reason."))
    return _go(membership, order_id)


def _ask(request: HttpRequest, membership: Membership, order_id: int, *, is_change: bool) -> HttpResponse:
    order = order_or_404(membership, order_id)
    try:
        plan = cancellation_of(order)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return _go(membership, order_id)
    return page(
        request,
        membership,
        "orders/cancel.html",
        section="orders",
        order=order,
        plan=plan,
        is_change=is_change,
        left_out_count=left_out_of(order, with_split=False).count() if is_change else 0,
        reason_length_max=REASON_LENGTH_MAX,
    )


def _credited_cents_shown(request: HttpRequest) -> int | None:
    """What the page before said would be credited; None where nobody looked at it."""
    return cents_shown(request.POST, "credited_cents") if "credited_cents" in request.POST else None


def _typed_reason(request: HttpRequest) -> str:
    """One line, as it may be kept and mailed: without what looks like a national number."""
    typed = " ".join(request.POST.get("reason", "").replace("\x00", "").split())
    return without_identifiers_in(typed)[:REASON_LENGTH_MAX]


def _go(membership: Membership, order_id: int, name: str = "order") -> HttpResponse:
    return redirect(f"portal:{name}", client_id=membership.client_id, order_id=order_id)
