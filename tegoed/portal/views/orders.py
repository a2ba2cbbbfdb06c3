"""Pages on orders that exist: overview, one order, its progress."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tegoed.billing.queries import blocking_invoices_of, invoices_of
from tegoed.clients.models import Membership
from tegoed.orders.models import Order, OrderState
from tegoed.orders.queries import lines_of, new_cards_of, order_of
from tegoed.portal.access import for_members, page
from tegoed.portal.cost_tables import tables_of_order
from tegoed.portal.order_story import orders_shown, seconds_to_next_look, story_of, with_draft_sums
from tegoed.portal.pages import page_of
from tegoed.rules.dates import brussels_today

UNCHANGED = 204


@for_members
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """All orders, newest first; `?state=` shows one state only."""
    client = membership.client
    state = request.GET.get("state", "")
    orders = orders_shown(client)
    if state in OrderState.values:
        orders = orders.filter(state=state)
    orders_page = page_of(request, orders)
    orders_page.object_list = with_draft_sums(orders_page.object_list)
    return page(
        request,
        membership,
        "orders/overview.html",
        section="orders",
        orders=orders_page,
        state=state,
        states=OrderState.choices,
        has_any=bool(orders_page.object_list) or Order.objects.filter(client=client).exists(),
    )


@for_members
@require_safe
def order(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """One order: status, costs, invoices, lines."""
    return page(request, membership, "orders/order.html", **_facts(request, membership, order_id))


@for_members
@require_safe
def progress(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """For the open page of an order: what changed since `?seen=` (the state it shows), or 204 for nothing."""
    if request.GET.get("seen") == order_or_404(membership, order_id).state:
        return HttpResponse(status=UNCHANGED)
    return page(request, membership, "orders/_progress.html", **_facts(request, membership, order_id))


def order_or_404(membership: Membership, order_id: int) -> Order:
    """The client's order; another client's is not there."""
    try:
        return order_of(membership.client, order_id)
    except Order.DoesNotExist as missing:
        raise Http404 from missing


def _facts(request: HttpRequest, membership: Membership, order_id: int) -> dict[str, Any]:
    client = membership.client
    shown = order_or_404(membership, order_id)
    story = story_of(shown)
    with_draft_sums([shown])
    on_hold = shown.state == OrderState.ON_HOLD
    return {
        "section": "orders",
        "order": shown,
        "since": story[0].at if story else shown.created_at,
        "story": story,
        "next_look": seconds_to_next_look(shown),
        "tables": tables_of_order(shown),
        "invoices": list(invoices_of(client).filter(order=shown)),
        "blocking": list(blocking_invoices_of(client, brussels_today())) if on_hold else [],
        "lines": page_of(request, lines_of(shown)),
        "new_cards": new_cards_of(shown),
        "today": brussels_today(),
    }
