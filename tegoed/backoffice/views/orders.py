"""Orders of all clients, and one of them with everything that happened to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.forms import OrderFilter
from tegoed.backoffice.lists import page_of
from tegoed.backoffice.queries import order_lines_for_staff, orders_found, trail_of_order
from tegoed.backoffice.wording import load_delay
from tegoed.billing.queries import invoices_holding_back, invoices_of
from tegoed.orders.models import Order, OrderState
from tegoed.rules.dates import brussels_date


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All orders, newest first, as filtered."""
    wishes = OrderFilter(request.GET)
    found = orders_found(words=wishes.wish("words"), state=wishes.wish("state"))
    return page(
        request,
        "orders/overview.html",
        section="orders",
        filter=wishes,
        is_filtered=bool(wishes.wish("words") or wishes.wish("state")),
        orders=page_of(request, found if wishes.is_valid() else found.none()),
    )


@for_staff
@require_safe
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order: who, where it stands and why, costs, invoices, people, steps, trail."""
    shown = get_object_or_404(
        Order.objects.select_related("client", "contract__tariff", "created_by", "confirmed_by"), pk=order_id
    )
    now = timezone.now()
    is_on_hold = shown.state == OrderState.ON_HOLD
    return page(
        request,
        "orders/order.html",
        section="orders",
        order=shown,
        today=brussels_date(now),
        delay=load_delay(shown, now=now),
        blocking=invoices_holding_back(shown, brussels_date(now)) if is_on_hold else (),
        costs=shown.costs.all(),
        invoices=invoices_of(shown.client).filter(order=shown),
        lines=page_of(request, order_lines_for_staff(shown)),
        steps=shown.transitions.select_related("actor").order_by("-at", "-id"),
        trail=trail_of_order(shown),
        replaced_by=Order.objects.filter(replaces=shown).first(),
    )
