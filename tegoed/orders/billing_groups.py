"""One order for each billing group, where the client wants invoices by cost centre.

Its one law: an order is divided once, when it is taken on, exactly as it was priced: each line goes with its person to one
group, and nothing is added, dropped or changed. Before that it is one order, which people edit, copy and approve as a whole.
It knows no prices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import User
from tegoed.errors import Refusal
from tegoed.orders.models import Order, OrderState, OrderTransition

BILLING_GROUPS_MAX = 100
"""So many orders at most come of what is confirmed together: each is invoiced and followed on its own."""

NOT_DIVIDED_YET = (OrderState.DRAFT, OrderState.AWAITING_APPROVAL)
NOT_TAKEN_ON = (*NOT_DIVIDED_YET, OrderState.CANCELLED)

GROUP_JOIN_SQL = """
    JOIN beneficiaries_beneficiary known ON known.id = line.beneficiary_id
    LEFT JOIN beneficiaries_costcentregroup grouped
        ON grouped.client_id = known.client_id AND grouped.cost_centre = known.cost_centre
"""
"""Joins the lines of an order (`line`) with the group of their people, which is `GROUP_SQL`."""
GROUP_SQL = "coalesce(grouped.name, known.cost_centre)"


class TooManyBillingGroups(Refusal):
    """Confirmed together these would be too many orders. Params: `group_count`, `group_count_max`."""

    code = "too-many-billing-groups"


@dataclass(frozen=True, slots=True)
class GroupLines:
    """The lines of one billing group in an order, or of all of it (`name` is None). Face value in cents."""

    name: str | None
    beneficiary_ids: Sequence[int]
    voucher_count: int
    face_value_cents: int


def is_to_divide(order: Order) -> bool:
    """Whether taking the order on divides it."""
    return order.client.invoices_by_group and order.state in NOT_DIVIDED_YET


def group_count_of(orders: Sequence[Order]) -> int:
    """In how many orders these would be divided. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*) FROM (
                SELECT DISTINCT line.order_id, {GROUP_SQL} FROM orders_orderline line {GROUP_JOIN_SQL}
                WHERE line.order_id = ANY(%s)
            ) parts
            """,
            [[order.pk for order in orders if is_to_divide(order)]],
        )
        return int(cursor.fetchone()[0])


def lines_by_group(order: Order, *, divides: bool) -> list[GroupLines]:
    """The lines of the order by billing group, by name; of one that isn't divided as a whole. One statement."""
    group, join = (GROUP_SQL, GROUP_JOIN_SQL) if divides else ("NULL", "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {group}, array_agg(line.beneficiary_id ORDER BY line.beneficiary_id),
                sum(greatest(line.voucher_count, 1))::bigint, sum(line.amount_cents)::bigint
            FROM orders_orderline line {join} WHERE line.order_id = %s GROUP BY 1 ORDER BY 1
            """,
            [order.pk],
        )
        found = [GroupLines(*row) for row in cursor.fetchall()]
    return found or [GroupLines(None, [], 0, 0)]


def divide_order(order: Order, groups: Sequence[GroupLines], *, actor: User | None) -> list[Order]:
    """One order for each of these groups, in their order: the order itself for the first, new ones in its state.

    The caller holds the order locked and took it on just now. A handful of statements, whatever the number of lines.
    """
    if groups[0].name is None:
        return [order]
    order.billing_group = groups[0].name
    order.save(update_fields=["billing_group"])
    added = Order.objects.bulk_create(_like(order, group.name) for group in groups[1:])
    _move_lines(
        order, {pk: part.pk for part, group in zip(added, groups[1:], strict=True) for pk in group.beneficiary_ids}
    )
    OrderTransition.objects.bulk_create(
        OrderTransition(order=part, to_state=part.state, reason="split", actor=actor) for part in added
    )
    if added:
        record_event(
            actor=actor,
            action=Action.ORDER_DIVIDED,
            client_id=order.client_id,
            subject_id=order.pk,
            order_ids=[part.pk for part in added],
        )
    return [order, *added]


def _like(order: Order, group: str | None) -> Order:
    return Order(
        client=order.client,
        contract=order.contract,
        product=order.product,
        form=order.form,
        paper_value_cents=order.paper_value_cents,
        reference=order.reference,
        loading_on=order.loading_on,
        month_on=order.month_on,
        occasion=order.occasion,
        worker_share_cents=order.worker_share_cents,
        above_maximum_reason=order.above_maximum_reason,
        state=order.state,
        created_by=order.created_by,
        upload=order.upload,
        lines_are_set=True,
        confirmed_by=order.confirmed_by,
        confirmed_at=order.confirmed_at,
        billing_group=group,
        split_from_id=order.split_from_id or order.pk,
    )


def _move_lines(order: Order, part_id_by_beneficiary: Mapping[int, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE orders_orderline SET order_id = moved.part_id
            FROM unnest(%s::bigint[], %s::bigint[]) AS moved(beneficiary_id, part_id)
            WHERE orders_orderline.order_id = %s AND orders_orderline.beneficiary_id = moved.beneficiary_id
            """,
            [list(part_id_by_beneficiary), list(part_id_by_beneficiary.values()), order.pk],
        )


def whole_of(order: Order) -> list[int]:
    """The order and the others it was divided in with, with what replaced them: who copies one copies all. By id."""
    root_id = order.split_from_id or order.pk
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id FROM orders_order
            WHERE client_id = %(client_id)s AND (id = %(order_id)s
                OR ((id = %(root_id)s OR split_from_id = %(root_id)s) AND state <> ALL(%(not_taken_on)s)))
            ORDER BY id
            """,
            {
                "client_id": order.client_id,
                "order_id": order.pk,
                "root_id": root_id,
                "not_taken_on": [str(state) for state in NOT_TAKEN_ON],
            },
        )
        return [row[0] for row in cursor.fetchall()]
