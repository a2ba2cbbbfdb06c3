"""Whether orders still say what a page showed: who gets how much, of what, for when (SPEC O1 step 3, X4).

Its one law: two contents that a reader could tell apart never give the same mark, also where they cost the same. It
knows no prices and no cards: what those come to is held by the total.
"""

from collections.abc import Sequence

from django.db import connection

from tegoed.errors import Refusal
from tegoed.orders.billing_groups import GROUP_JOIN_SQL, GROUP_SQL, is_to_divide
from tegoed.orders.models import Order


class OrderChangedMeanwhile(Refusal):
    """The order is not the one that was shown: somebody changed it, even if the total stayed. Params: `order_id`."""

    code = "order-changed-meanwhile"


def mark_of(orders: Sequence[Order]) -> str:
    """A mark of what these orders say, which the page that shows them sends back. One statement, any size.

    Where orders are divided, it also says in which billing group each person is.
    """
    divides = any(is_to_divide(order) for order in orders)
    group = f", to_json({GROUP_SQL})" if divides else ""
    groups = GROUP_JOIN_SQL if divides else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT encode(
                sha256(convert_to(coalesce(string_agg(said.words, E'\\n' ORDER BY said.order_id), ''), 'UTF8')), 'hex'
            )
            FROM (
                SELECT orders.id AS order_id, jsonb_build_array(
                    orders.id, orders.product, orders.loading_on, orders.month_on, orders.occasion, orders.reference,
                    orders.form, orders.paper_value_cents,
                    (
                        SELECT string_agg(
                            concat_ws(
                                ':', line.beneficiary_id, line.voucher_count, line.face_value_cents, line.amount_cents,
                                line.child_count, coalesce(line.worker_share_cents, orders.worker_share_cents){group}
                            ),
                            ' ' ORDER BY line.beneficiary_id
                        )
                        FROM orders_orderline line {groups} WHERE line.order_id = orders.id
                    )
                )::text AS words
                FROM orders_order orders WHERE orders.id = ANY(%s)
            ) said
            """,
            [[order.pk for order in orders]],
        )
        return str(cursor.fetchone()[0])


def check_as_shown(orders: Sequence[Order], shown_mark: str | None) -> None:
    """`shown_mark`: what `mark_of` gave for the page, None where there was none. Raises `OrderChangedMeanwhile`."""
    if shown_mark is not None and shown_mark != mark_of(orders):
        raise OrderChangedMeanwhile(order_id=orders[0].pk)
