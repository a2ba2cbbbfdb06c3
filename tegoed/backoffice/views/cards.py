"""Card operations: what is to be made and sent, moved along batch by batch or card by card; one card blocked or freed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.card_batches import (
    BATCH_STATES,
    BATCHES_MAX,
    batch_counts,
    card_batches,
    cards_found,
    cards_of_batch,
)
from tegoed.backoffice.card_forms import BatchFilter, CardFilter, CardReport, MoveBatch, MoveCards
from tegoed.backoffice.lists import page_of
from tegoed.cards.actions import advance_cards, block_card, unblock_card
from tegoed.cards.models import Card, CardStateChoice
from tegoed.cards.states import NEXT_IN_PRODUCTION, states_before
from tegoed.errors import Refusal
from tegoed.orders.models import Order
from tegoed.refusals import message_of
from tegoed.rules.card_need import CardReason, CardState
from tegoed.rules.dates import brussels_today


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Batches of cards by state, the first expected first, each with the button for its next step."""
    wishes = BatchFilter(request.GET)
    state = CardState(wishes.wish("state") or CardState.REQUESTED)
    words = wishes.wish("words")
    counts = batch_counts()
    batches = card_batches(state=state, words=words, today=brussels_today()) if wishes.is_valid() else []
    return page(
        request,
        "cards/overview.html",
        section="cards",
        filter=wishes,
        words=words,
        state=state,
        tabs=[(card_state, CardStateChoice(card_state).label, counts[card_state]) for card_state in BATCH_STATES],
        next_state=NEXT_IN_PRODUCTION.get(state),
        batches=batches,
        is_cut=len(batches) == BATCHES_MAX,
    )


@for_staff
@require_POST
def move_batch(request: HttpRequest) -> HttpResponse:
    """A whole batch takes its next step; what somebody else moved meanwhile is left where it is."""
    form = MoveBatch(request.POST)
    if not form.is_valid():
        messages.error(request, _("This batch is not there any more. Nothing was changed."))
        return redirect("backoffice:cards")
    asked = form.cleaned_data
    state = CardState(asked["state"])
    order = get_object_or_404(Order.objects.only("client_id"), pk=asked["order"])
    cards = cards_of_batch(order_id=order.pk, place=asked["place"], state=state)
    moved = _advance(request, list(cards.values_list("pk", flat=True)), state=state, client_id=order.client_id)
    _tell_moved(request, moved, state)
    return redirect(f"{reverse('backoffice:cards')}?state={state}")


@for_staff
@require_safe
def card_list(request: HttpRequest) -> HttpResponse:
    """Cards one by one, as filtered, with ticks for those that take their next step."""
    wishes = CardFilter(request.GET)
    state = wishes.wish("state")
    found = cards_found(words=wishes.wish("words"), state=state, order_id=wishes.wish("order") or None)
    return page(
        request,
        "cards/list.html",
        section="cards",
        filter=wishes,
        state=state,
        next_state=NEXT_IN_PRODUCTION.get(CardState(state)) if state else None,
        cards=page_of(request, found if wishes.is_valid() else found.none()),
    )


@for_staff
@require_POST
def move_cards(request: HttpRequest) -> HttpResponse:
    """The ticked cards take their next step."""
    form = MoveCards(request.POST)
    if not form.is_valid():
        messages.error(request, _("Tick at least one card. Nothing was changed."))
        return redirect("backoffice:card-list")
    state = CardState(form.cleaned_data["state"])
    moved = _advance(request, form.cleaned_data["cards"], state=state, client_id=None)
    _tell_moved(request, moved, state)
    return redirect(f"{reverse('backoffice:card-list')}?state={state}")


def _advance(request: HttpRequest, card_ids: list[int], *, state: CardState, client_id: int | None) -> int:
    return advance_cards(card_ids=card_ids, from_state=state, actor=request.user, client_id=client_id)  # type: ignore[arg-type]  # for_staff


def _tell_moved(request: HttpRequest, count: int, state: CardState) -> None:
    """How many cards are where now; when none is, somebody else was first."""
    if not count:
        messages.warning(
            request, _("Nothing was moved: somebody else was first. The list shows where the cards are now.")
        )
        return
    words = ngettext("%(count)s card is now “%(state)s”.", "%(count)s cards are now “%(state)s”.", count)
    messages.success(request, words % {"count": count, "state": CardStateChoice(NEXT_IN_PRODUCTION[state]).label})


@for_staff
@require_safe
def card(request: HttpRequest, card_id: int) -> HttpResponse:
    """One card: for whom, why, where it goes, its steps; blocked, or freed when it was reported by mistake."""
    return page(request, "cards/card.html", section="cards", **_facts(_card_or_404(card_id)), form=CardReport())


@for_staff
@require_POST
def block(request: HttpRequest, card_id: int) -> HttpResponse:
    """The person told customer service that the card is lost, stolen or damaged: it stops at once."""
    shown = _card_or_404(card_id)
    form = CardReport(request.POST)
    if not form.is_valid():
        return page(request, "cards/card.html", section="cards", **_facts(shown), form=form)
    try:
        block_card(card=shown, reason=CardReason(form.cleaned_data["reason"]), actor=request.user)  # type: ignore[arg-type]  # for_staff
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("The card is blocked. A new one comes with the person's next order."))
    return redirect("backoffice:card", card_id=card_id)


@for_staff
@require_POST
def unblock(request: HttpRequest, card_id: int) -> HttpResponse:
    """It was reported by mistake: the card works again."""
    try:
        unblock_card(card=_card_or_404(card_id), actor=request.user)  # type: ignore[arg-type]  # for_staff
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("The card works again."))
    return redirect("backoffice:card", card_id=card_id)


def _card_or_404(card_id: int) -> Card:
    found = cards_found().filter(pk=card_id).first()
    if found is None:
        raise Http404
    return found


def _facts(shown: Card) -> dict[str, Any]:
    return {
        "card": shown,
        "steps": shown.steps.select_related("actor").order_by("-at", "-id"),
        "is_blockable": shown.state in states_before(CardState.BLOCKED),
    }
