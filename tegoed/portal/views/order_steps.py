"""Placing an order in three steps (SPEC O1); the draft is kept from step to step."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tegoed.beneficiaries.queries import active_beneficiaries_of
from tegoed.clients.models import Membership
from tegoed.clients.queries import ContractMissing
from tegoed.errors import Refusal
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.refusals import CostsChanged
from tegoed.orders.actions import (
    BeneficiaryNotOrderable,
    LineRefused,
    OrderNotDraft,
    change_order,
    discard_draft,
    set_order_lines,
    start_order,
)
from tegoed.orders.as_shown import mark_of
from tegoed.orders.checks import above_maximum_in, issuer_allows_above_maximum
from tegoed.orders.models import Order, OrderState
from tegoed.orders.on_paper import paper_place_names
from tegoed.orders.queries import preview_of, suggested_lines
from tegoed.portal.above_maximum import in_words
from tegoed.portal.access import for_writers, page
from tegoed.portal.cost_tables import tables_of_pricing, tariff_of
from tegoed.portal.expected_cards import expected_cards
from tegoed.portal.form_drafts import by_hand_only
from tegoed.portal.forms.fields import as_form_error, cents_shown
from tegoed.portal.forms.order_fill import fill_rows, fill_working_days
from tegoed.portal.forms.order_lines import LINES_BY_HAND_MAX, LinesForm, posted_form, suggested_form
from tegoed.portal.forms.order_start import OrderStartForm, asked_before, typed_before
from tegoed.portal.signing import signing_address, to_signing
from tegoed.portal.views.orders import order_or_404
from tegoed.refusals import message_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.order_lines import (
    LoadingDateImpossible,
    MonthImpossible,
    WorkerShareBelowMinimum,
    check_loading_date,
    check_month,
)
from tegoed.rules.paper_vouchers import PaperValueUnknown
from tegoed.rules.products import FormNotAllowed

FIELD_OF_REFUSAL: dict[type[Refusal], str] = {
    LoadingDateImpossible: "loading_on",
    MonthImpossible: "month_on",
    WorkerShareBelowMinimum: "worker_share",
    FormNotAllowed: "form",
    PaperValueUnknown: "paper_value",
}
STEP_METHODS = ["GET", "HEAD", "POST"]
STEPS = (gettext_lazy("Product and date"), gettext_lazy("Who gets how much"), gettext_lazy("Check and confirm"))


@for_writers
@require_http_methods(STEP_METHODS)
def start(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Step 1 of a new order."""
    form = OrderStartForm(request.POST or None, client=membership.client, initial=asked_before(request.GET))
    missing = None
    if form.is_valid():
        try:
            draft = start_order(client=membership.client, actor=membership.user, **form.wish())
        except Refusal as refusal:
            missing = _add_refusal(membership, form, refusal, back=_address(membership, "order-new", form))
        else:
            return _go(membership, draft.pk, "order-lines")
    return _step(request, membership, "start", form=form, order=None, missing=missing)


@for_writers
@require_http_methods(STEP_METHODS)
@by_hand_only
def change(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """Step 1 again, for a draft."""
    draft = order_or_404(membership, order_id)
    if draft.state != OrderState.DRAFT:
        return _too_late(request, membership, draft)
    told = typed_before(draft) | asked_before(request.GET)
    form = OrderStartForm(request.POST or None, client=membership.client, order=draft, initial=told)
    missing = None
    if form.is_valid():
        try:
            change_order(client=membership.client, order_id=order_id, actor=membership.user, **form.wish())
        except OrderNotDraft:
            return _too_late(request, membership, draft)
        except Refusal as refusal:
            missing = _add_refusal(membership, form, refusal, back=_address(membership, "order-start", form, order_id))
        else:
            return _go(membership, order_id, "order-lines")
    return _step(request, membership, "start", form=form, order=draft, missing=missing)


@for_writers
@require_http_methods(STEP_METHODS)
@by_hand_only
def lines(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """Step 2: who gets how much.

    Posted `action`: `fill` (the same for many), `days` (working days less absences), `show`, `save` or `check`.
    """
    draft = order_or_404(membership, order_id)
    if draft.state != OrderState.DRAFT:
        return _too_late(request, membership, draft)
    people = active_beneficiaries_of(membership.client)
    if people.count() > LINES_BY_HAND_MAX:
        return _step(request, membership, "lines", order=draft, people_max=LINES_BY_HAND_MAX)
    other_product = request.POST.get("product", draft.product) != draft.product
    if other_product:
        messages.error(
            request, _("This order is for another product by now. What you sent was not kept: look at it again.")
        )
    if request.method != "POST" or other_product:
        form = suggested_form(draft, suggested_lines(draft))
        return _step(request, membership, "lines", order=draft, form=form)
    action = request.POST.get("action", "")
    form = posted_form(draft, list(people), request.POST)
    if action == "fill":
        fill_rows(form)
    elif action == "days":
        fill_working_days(form)
    elif action == "check" and not form.wishes and not form.rows_with_error:
        messages.error(request, _("Nobody gets anything yet. Fill in at least one beneficiary."))
    elif action in {"save", "check"} and form.can_be_saved:
        return _save_lines(request, membership, form, action=action)
    return _step(request, membership, "lines", order=draft, form=form)


def _save_lines(request: HttpRequest, membership: Membership, form: LinesForm, *, action: str) -> HttpResponse:
    """Keep the lines; then on to the check, or back to the overview."""
    order_id = form.order.pk
    try:
        set_order_lines(
            client=membership.client,
            order_id=order_id,
            wishes=form.wishes,
            actor=membership.user,
            above_maximum_reason=form.reason if form.rows_above else "",
        )
    except OrderNotDraft:
        return _too_late(request, membership, form.order)
    except LineRefused as refusal:
        for row in form.rows:
            if row.beneficiary.pk in refusal.refused:
                row.error = message_of(refusal.refused[row.beneficiary.pk])
        return _step(request, membership, "lines", order=form.order, form=form)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return _step(request, membership, "lines", order=form.order, form=form)
    if action == "save":
        messages.success(request, _("Saved. Nothing is ordered yet: continue whenever you want."))
        return redirect("portal:orders", client_id=membership.client_id)
    return _go(membership, order_id, "order-check")


@for_writers
@require_http_methods(STEP_METHODS)
@by_hand_only
def check(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """Step 3: all costs, the cards, the dates; confirm. Confirming twice leads to the order, not to an error."""
    draft = order_or_404(membership, order_id)
    if draft.state != OrderState.DRAFT:
        return _go(membership, order_id, "order")
    costs_changed = False
    if request.method == "POST":
        try:
            return _confirm(request, membership, order_id)
        except OrderNotDraft:
            return _go(membership, order_id, "order")
        except CostsChanged as refusal:
            costs_changed = True
            messages.warning(request, message_of(refusal))
        except (LineRefused, BeneficiaryNotOrderable) as refusal:
            messages.error(request, message_of(refusal))
            return _go(membership, order_id, "order-lines")
        except (LoadingDateImpossible, MonthImpossible, FormNotAllowed) as refusal:
            messages.error(request, message_of(refusal))
            return _go(membership, order_id, "order-start")
        except Refusal as refusal:
            messages.error(request, message_of(refusal))
    return _show_check(request, membership, draft, costs_changed=costs_changed)


def _show_check(request: HttpRequest, membership: Membership, draft: Order, *, costs_changed: bool) -> HttpResponse:
    today = brussels_today()
    shown_mark = mark_of([draft])  # before anything is read to be shown: a change in between is then noticed
    try:
        check_loading_date(draft.loading_on, today=today)
        check_month(draft.month_on, today=today)
    except (LoadingDateImpossible, MonthImpossible) as refusal:
        messages.error(request, message_of(refusal))
        return _go(membership, draft.pk, "order-start")
    try:
        above = above_maximum_in(draft, allows_above_maximum=issuer_allows_above_maximum())
    except LineRefused as refusal:
        messages.error(request, message_of(refusal))
        return _go(membership, draft.pk, "order-lines")
    preview = preview_of(draft)
    if not preview.beneficiary_count:
        messages.error(request, _("Nobody gets anything yet. Fill in at least one beneficiary."))
        return _go(membership, draft.pk, "order-lines")
    return _step(
        request,
        membership,
        "check",
        order=draft,
        preview=preview,
        shown_mark=shown_mark,
        above=[in_words(figure) for figure in above],
        tables=tables_of_pricing(preview.pricing, tariff=tariff_of(draft)),
        cards=expected_cards(draft) if preview.cards.count else [],
        places=paper_place_names(draft) if draft.is_on_paper else [],
        loads_today=draft.loading_on == today,
        costs_changed=costs_changed,
    )


def _confirm(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """Raises what `confirm_order` raises, but for a missing contract: that can be signed at once.

    A total that is no number counts as costs that were never shown.
    """
    try:
        confirm_order(
            client=membership.client,
            order_id=order_id,
            actor=membership.user,
            confirmed_total_cents=cents_shown(request.POST),
            shown_mark=request.POST.get("shown_mark"),
        )
    except ContractMissing as refusal:
        return to_signing(request, membership, refusal, back=request.path)
    messages.success(request, _("Your order is confirmed. This page shows how it goes on."))
    return _go(membership, order_id, "order")


@for_writers
@require_http_methods(STEP_METHODS)
@by_hand_only
def discard(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """Ask, then give up the draft."""
    draft = order_or_404(membership, order_id)
    if request.method == "POST":
        try:
            discard_draft(client=membership.client, order_id=order_id, actor=membership.user)
        except OrderNotDraft as refusal:
            messages.error(request, message_of(refusal))
            return _go(membership, order_id, "order")
        messages.success(request, _("The draft was discarded."))
        return redirect("portal:orders", client_id=membership.client_id)
    if draft.state != OrderState.DRAFT:
        return _go(membership, order_id, "order")
    return page(request, membership, "orders/discard.html", section="orders", order=draft)


def _step(request: HttpRequest, membership: Membership, name: str, **facts: Any) -> HttpResponse:
    return page(request, membership, f"orders/step_{name}.html", section="orders", steps=STEPS, **facts)


def _go(membership: Membership, order_id: int, name: str) -> HttpResponse:
    return redirect(f"portal:{name}", client_id=membership.client_id, order_id=order_id)


def _too_late(request: HttpRequest, membership: Membership, order: Order) -> HttpResponse:
    """To the order; who sent changes of one that is no draft any more reads that they were not kept."""
    if request.method == "POST":
        messages.error(request, message_of(OrderNotDraft(order_id=order.pk)))
    return _go(membership, order.pk, "order")


def _address(membership: Membership, name: str, form: OrderStartForm, *ids: int) -> str:
    """The page with what was typed, for who comes back to it."""
    return f"{reverse(f'portal:{name}', args=[membership.client_id, *ids])}?{urlencode(form.to_ask_again())}"


def _add_refusal(membership: Membership, form: OrderStartForm, refusal: Refusal, *, back: str) -> str | None:
    """Beside the field it is about, else above the form; where a contract is missing, the page that signs it."""
    field = next((name for kind, name in FIELD_OF_REFUSAL.items() if isinstance(refusal, kind)), None)
    form.add_error(field if field in form.fields else None, as_form_error(refusal))
    if not isinstance(refusal, ContractMissing):
        return None
    facts = refusal.params
    return signing_address(membership, product=facts["product"], form=facts["form"], back=back)
