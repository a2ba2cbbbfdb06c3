"""Pages on orders that exist: overview, one order, its progress."""

from typing import Any

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tegoed.billing.queries import invoices_holding_back, invoices_of
from tegoed.clients.models import Membership
from tegoed.flows.cancel_order import CANCELLABLE
from tegoed.orders.models import Order, OrderLine, OrderState
from tegoed.orders.queries import divided_with, lines_of, order_of
from tegoed.paper_vouchers.queries import batches_of_order
from tegoed.portal.access import for_members, may_write, page
from tegoed.portal.approval import approval_of
from tegoed.portal.client_cards import cards_of_order
from tegoed.portal.cost_tables import tables_of_order
from tegoed.portal.order_story import orders_shown, seconds_to_next_look, story_of, with_draft_sums
from tegoed.portal.pages import page_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.enterprise import pretty_iban

UNCHANGED = 204


@for_members
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """All orders, newest first; `?state=` shows one state only, `?words=` those with that number or reference."""
    client = membership.client
    state = request.GET.get("state", "")
    words = request.GET.get("words", "").replace("\x00", "").strip()
    orders = orders_shown(client, words=words)
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
        words=words,
        states=OrderState.choices,
        cancellable=CANCELLABLE,
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
    waits = shown.state == OrderState.AWAITING_APPROVAL
    approval = approval_of(shown, membership) if waits else None
    return {
        "section": "orders",
        "order": shown,
        "since": story[0].at if story else shown.created_at,
        "story": story,
        "next_look": seconds_to_next_look(shown),
        "approval": approval,
        "tables": approval.tables if approval else tables_of_order(shown),
        "invoices": list(invoices_of(client).filter(order=shown)),
        "lines": _page_of_lines(request, shown),
        "new_cards": cards_of_order(shown, today=brussels_today()),
        "print_batches": list(batches_of_order(client, shown)) if shown.is_on_paper else [],
        "today": brussels_today(),
        "divided_with": _divided_with(shown),
        "replaced_by": Order.objects.filter(replaces=shown).first(),
        "is_cancellable": may_write(membership) and shown.state in CANCELLABLE,
    } | (_blocking_facts(shown) if shown.state == OrderState.ON_HOLD else {})


def _divided_with(shown: Order) -> list[Order]:
    """The others that were one order with it."""
    return [] if shown.billing_group is None else list(divided_with(shown).exclude(pk=shown.pk))


def _page_of_lines(request: HttpRequest, shown: Order) -> Page[OrderLine]:
    """By name. The page is found with names only, and then its 50 lines with all they need: quick with 100,000 lines."""
    by_name = OrderLine.objects.filter(order=shown).only("pk")
    lines = page_of(request, by_name.order_by("beneficiary__last_name", "beneficiary__first_name", "id"))
    lines.object_list = list(lines_of(shown).filter(pk__in=[line.pk for line in lines.object_list]))
    return lines


def _blocking_facts(held: Order) -> dict[str, Any]:
    """What to pay first, and to which account."""
    blocking = list(invoices_holding_back(held, brussels_today()))
    return {
        "blocking": blocking,
        "blocking_cents": sum(invoice.open_cents for invoice in blocking),
        "iban": pretty_iban(blocking[0].seller["iban"]) if blocking else "",
    }
