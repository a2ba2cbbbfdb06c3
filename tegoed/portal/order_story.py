"""Where an order stands: since when, how it came there, how soon it may change."""

from collections.abc import Iterable

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Client
from tegoed.orders.models import Order, OrderLine, OrderState, OrderTransition
from tegoed.orders.queries import orders_of
from tegoed.rules.dates import brussels_today

REASONS: dict[str, str | Promise] = {
    "started": _("Order started"),
    "confirmed": _("Confirmed; cards detected"),
    "discarded": _("Draft discarded"),
    "invoices_made": _("Invoices made and sent"),
    "older_invoices_open": _("Older invoices are still open, so the new ones are not sent yet"),
    "older_invoices_paid": _("Older invoices paid; the order goes on"),
    "payment_matched": _("Payment received"),
    "loaded": _("Vouchers loaded on the cards"),
}
"""Why an order took a step (`OrderTransition.reason`)."""

IN_PROGRESS = (
    OrderState.DRAFT,
    OrderState.AWAITING_APPROVAL,
    OrderState.PROCESSING,
    OrderState.ON_HOLD,
    OrderState.INVOICED,
    OrderState.PAID,
)

SOON_SECONDS = 3
LATER_SECONDS = 30


def orders_shown(client: Client) -> QuerySet[Order]:
    """The client's orders, newest first, each with `state_since` (when it came in its state)."""
    steps = OrderTransition.objects.filter(order=OuterRef("pk")).order_by("-at", "-id")
    return orders_of(client).annotate(state_since=Subquery(steps.values("at")[:1]))


def with_draft_sums(orders: Iterable[Order]) -> list[Order]:
    """Fill in what a draft holds so far (`total_cents`: face value, `beneficiary_count`). One query for all of them."""
    shown = list(orders)
    drafts = {order.pk: order for order in shown if order.state == OrderState.DRAFT}
    sums = OrderLine.objects.filter(order_id__in=drafts).values("order_id")
    for row in sums.annotate(cents=Sum("amount_cents"), people=Count("id")).order_by() if drafts else ():
        draft = drafts[row["order_id"]]
        draft.total_cents, draft.beneficiary_count = row["cents"], row["people"]
    return shown


def story_of(order: Order) -> list[OrderTransition]:
    """The steps of an order, newest first, each with `why` in words."""
    steps = list(order.transitions.select_related("actor").order_by("-at", "-id"))
    for step in steps:
        step.why = REASONS.get(step.reason, "")  # type: ignore[attr-defined]
    return steps


def latest_steps(client: Client, count: int) -> list[OrderTransition]:
    """The last things that happened to the client's orders."""
    steps = OrderTransition.objects.filter(order__client=client).exclude(from_state="").select_related("order")
    return list(steps.order_by("-at", "-id")[:count])


def seconds_to_next_look(order: Order) -> int | None:
    """How soon a page that shows the order should ask again; None: nothing happens any more by itself."""
    if order.state == OrderState.PROCESSING:
        return SOON_SECONDS
    if order.state == OrderState.PAID:
        return SOON_SECONDS if order.loading_on <= brussels_today() else LATER_SECONDS
    return LATER_SECONDS if order.state in {OrderState.ON_HOLD, OrderState.INVOICED} else None
