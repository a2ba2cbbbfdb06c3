"""What is different about an order on paper: its value per voucher, its lines in vouchers, where they are brought (SPEC Q4).

Its one law: an amount on paper is a whole number of vouchers of the value chosen for the order, and the line says how
many. It prints nothing: the vouchers are made when the order is loaded (`paper_vouchers`).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from tegoed.orders.models import Order
from tegoed.rules.paper_vouchers import VOUCHERS_OF_ONE_PERSON_MAX, check_paper_value
from tegoed.rules.products import Form, Product, check_form


def form_particulars(product: Product, form: Form, paper_value_cents: int, *, loading_on: date) -> dict[str, Any]:
    """The fields of an order that say how its vouchers are carried, checked for the day they are made.

    Raises `FormNotAllowed`, `ProductClosed`, `PaperValueUnknown`.
    """
    if form == Form.ELECTRONIC:
        return {"form": form, "paper_value_cents": 0}
    check_form(product, form, loading_on)
    check_paper_value(paper_value_cents)
    return {"form": form, "paper_value_cents": paper_value_cents}


def count_lines_anew(order: Order, *, value_cents: int) -> None:
    """Write the lines of a draft in vouchers of that value (zero: not on paper). What doesn't divide is refused later."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE orders_orderline SET voucher_count = counted.vouchers, face_value_cents = sign(counted.vouchers) * %(value)s
            FROM (
                SELECT id, CASE WHEN %(value)s > 0 AND amount_cents %% greatest(%(value)s, 1) = 0
                    AND amount_cents <= %(value)s::bigint * %(count_max)s
                    THEN amount_cents / greatest(%(value)s, 1) ELSE 0 END AS vouchers
                FROM orders_orderline WHERE order_id = %(order_id)s
            ) counted WHERE counted.id = orders_orderline.id
            """,
            {"value": value_cents, "order_id": order.pk, "count_max": VOUCHERS_OF_ONE_PERSON_MAX},
        )


def paper_places_of(beneficiary_ids: Sequence[int]) -> set[int]:
    """The workplaces, by id, that vouchers on paper for these people are brought to; 0 is the address of the company."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT coalesce(site_id, 0) FROM beneficiaries_beneficiary WHERE id = ANY(%s)",
            [list(beneficiary_ids)],
        )
        return {row[0] for row in cursor.fetchall()}


def paper_place_names(order: Order) -> list[str]:
    """Where the vouchers of an order go, by name; an empty one is the address of the company. One query."""
    names = order.lines.values_list("beneficiary__site__name", flat=True).distinct()
    return sorted(name or "" for name in names)
