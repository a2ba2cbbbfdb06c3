"""What an approver sees of orders that wait: the costs as they are today, and who may approve (SPEC O3, Q5).

Its one law: what is shown is priced by the code that approves (`previews_of`); the orders of one Excel form go together.
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from tegoed.clients.models import Client, Membership, User
from tegoed.clients.queries import approvers_of
from tegoed.orders.agreed_amounts import above_agreed_together
from tegoed.orders.as_shown import mark_of
from tegoed.orders.models import Order, OrderState
from tegoed.orders.queries import OrderPreview, previews_of
from tegoed.portal.access import may_approve
from tegoed.portal.agreement_words import AgreementRemarks, above_in_words
from tegoed.portal.cost_tables import CostTable, tables_of_pricing, tariff_of


@dataclass(frozen=True, slots=True)
class Approval:
    """`orders` are approved together, by id; `total_cents`: what all of them cost, `shown_mark`: what they say.

    `preview`, `tables`: those of the order shown. `agreement`: what any of them gives above what was attested.
    """

    orders: list[Order]
    total_cents: int
    shown_mark: str
    preview: OrderPreview
    agreement: AgreementRemarks
    tables: list[CostTable]
    approvers: list[User]
    is_open_to_reader: bool


def approval_of(order: Order, membership: Membership) -> Approval:
    """Of an order that waits for approval. A handful of queries for each order of its form."""
    orders = together_with(order)
    shown_mark = mark_of(orders)
    previews = previews_of(orders)
    by_order = {each.pk: preview for each, preview in zip(orders, previews, strict=True)}
    return Approval(
        orders=orders,
        total_cents=sum(preview.pricing.total_cents for preview in previews),
        shown_mark=shown_mark,
        preview=by_order[order.pk],
        agreement=AgreementRemarks([above_in_words(above) for above in above_agreed_together(orders).values()]),
        tables=tables_of_pricing(by_order[order.pk].pricing, tariff=tariff_of(order)),
        approvers=list(approvers_of(membership.client, except_id=order.confirmed_by_id)),
        is_open_to_reader=may_approve(membership) and order.confirmed_by_id != membership.user_id,
    )


def together_with(order: Order) -> list[Order]:
    """The order and, by id, the others of its Excel form that wait too."""
    waiting = Order.objects.filter(client=order.client_id, state=OrderState.AWAITING_APPROVAL)
    waiting = waiting.filter(upload=order.upload_id) if order.upload_id else waiting.filter(pk=order.pk)
    return list(waiting.select_related("client", "contract__tariff").order_by("id"))


def orders_waiting_for(membership: Membership) -> QuerySet[Order]:
    """The orders that this member can approve now, the oldest first; none for who may not."""
    waiting = Order.objects.filter(client=membership.client_id, state=OrderState.AWAITING_APPROVAL)
    waiting = waiting.exclude(confirmed_by=membership.user_id).order_by("confirmed_at", "id")
    return waiting if may_approve(membership) else waiting.none()


def has_waiting_orders(client: Client) -> bool:
    """Whether an order of the client waits for approval."""
    return Order.objects.filter(client=client, state=OrderState.AWAITING_APPROVAL).exists()
