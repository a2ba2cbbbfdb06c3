"""Where an order stands: since when, how it came there, how soon it may change."""

from collections.abc import Iterable

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.clients.models import Client
from tegoed.orders.models import Order, OrderLine, OrderState, OrderTransition
from tegoed.orders.queries import orders_of
from tegoed.rules.dates import brussels_today

REASONS: dict[str, str | Promise] = {
    "started": _("Order started"),
    "copied": _("Started as a copy of another order"),
    "made_from_template": _("Started by itself, as every month"),
    "from_form": _("Started from your Excel form"),
    "confirmed": _("Confirmed; cards detected"),
    "awaits_approval": _("Confirmed; somebody else of your company must approve it"),
    "approved": _("Approved; cards detected"),
    "sent_back": _("Sent back by who approves"),
    "split": _("Divided from another order: one for each cost centre"),
    "discarded": _("Draft discarded"),
    "cancelled": _("Before it was invoiced; nothing is charged"),
    "credited": _("After it was invoiced; its invoices were credited"),
    "invoices_made": _("Invoices made and sent"),
    "older_invoices_open": _("Older invoices are still open, so the new ones are not sent yet"),
    "older_invoices_paid": _("Older invoices paid; the order goes on"),
    "older_invoices_credited": _("Older invoices paid or credited; the order goes on"),
    "milder_rule": _("The open invoices no longer hold it back; the order goes on"),
    "payment_matched": _("Payment received"),
    "payment_undone": _("The payment turned out not to be for this order; it waits for its payment again"),
    "payment_returned": _("The bank took the payment back; the order waits for its payment again"),
    "loaded": _("Vouchers loaded on the cards"),
    "vouchers_made": _("Vouchers on paper made; they are printed and brought to you"),
}
"""Why an order took a step (`OrderTransition.reason`)."""
REASONS_ON_PAPER: dict[str, str | Promise] = {"confirmed": _("Confirmed"), "approved": _("Approved")}
"""The same where nobody needs a card."""

WORDS_IN_TRAIL = {"sent_back": Action.ORDER_SENT_BACK, "cancelled": Action.ORDER_CANCELLED}
WORDS_IN_TRAIL["credited"] = Action.ORDER_CANCELLED
"""Steps at which somebody says why in their own words, and the event of the trail that keeps those (fact `reason`)."""

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


SEARCHED_MAX = 60
_NUMBER_DIGITS_MAX = 12


def orders_shown(client: Client, *, words: str = "") -> QuerySet[Order]:
    """The client's orders, newest first, each with `state_since` and its links to what it replaces or is replaced by.

    `words`: the number of an order, or a part of the reference.
    """
    steps = OrderTransition.objects.filter(order=OuterRef("pk")).order_by("-at", "-id")
    orders = orders_of(client).select_related("template").annotate(state_since=Subquery(steps.values("at")[:1]))
    return _found(orders, words.strip().removeprefix("#")[:SEARCHED_MAX]).select_related("replaced_by")


def _found(orders: QuerySet[Order], words: str) -> QuerySet[Order]:
    if not words:
        return orders
    found = Q(reference__icontains=words)
    if words.isascii() and words.isdigit() and len(words) <= _NUMBER_DIGITS_MAX:
        found |= Q(pk=int(words))
    return orders.filter(found)


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
    """The steps of an order, newest first, each with `why`, and `words` where somebody said why. Two queries."""
    steps = list(order.transitions.select_related("actor").order_by("-at", "-id"))
    reasons = REASONS | REASONS_ON_PAPER if order.is_on_paper else REASONS
    said = _words_of(order, steps)
    for step in steps:
        step.why = reasons.get(step.reason, "")  # type: ignore[attr-defined]
        heard = said.get(WORDS_IN_TRAIL.get(step.reason, ""))
        step.words = heard.pop(0) if heard else ""  # type: ignore[attr-defined]
    return steps


def _words_of(order: Order, steps: Iterable[OrderTransition]) -> dict[str, list[str]]:
    """What people said, newest first, by the action of the trail."""
    actions = {WORDS_IN_TRAIL[step.reason] for step in steps if step.reason in WORDS_IN_TRAIL}
    said: dict[str, list[str]] = {str(action): [] for action in actions}
    if actions:
        events = Event.objects.filter(client_id=order.client_id, subject_id=order.pk, action__in=said)
        for event in events.order_by("-at", "-id"):
            said[event.action].append(str(event.facts.get("reason", "")))
    return said


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
    waits = {OrderState.AWAITING_APPROVAL, OrderState.ON_HOLD, OrderState.INVOICED}
    return LATER_SECONDS if order.state in waits else None
