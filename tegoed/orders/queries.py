"""Reads on orders; the client is always an argument."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet

from tegoed.beneficiaries.models import Beneficiary, BeneficiaryProduct
from tegoed.beneficiaries.queries import active_beneficiaries_of
from tegoed.cards.queries import CardNeeds, card_usable_until, cards_needed
from tegoed.clients.models import Client, Contract
from tegoed.clients.queries import running_contracts
from tegoed.orders.models import Order, OrderLine, OrderState
from tegoed.rules.card_need import CardState, card_delivery_due_on
from tegoed.rules.dates import brussels_today
from tegoed.rules.pricing import OrderQuantities, Pricing, price_order
from tegoed.rules.products import Product, has_face_value


def orders_of(client: Client) -> QuerySet[Order]:
    """All orders of a client, newest first."""
    return Order.objects.filter(client=client).order_by("-created_at", "-id")


def order_of(client: Client, order_id: int) -> Order:
    """One order of the client. Raises `Order.DoesNotExist`."""
    return Order.objects.select_related("client", "contract__tariff", "created_by").get(client=client, pk=order_id)


def lines_of(order: Order) -> QuerySet[OrderLine]:
    """The lines by name, with beneficiary, site, card request and its card, and lot (absent until loaded)."""
    return order.lines.select_related("beneficiary__site", "card_request__card", "lot").order_by(
        "beneficiary__last_name", "beneficiary__first_name", "id"
    )


@dataclass(frozen=True, slots=True)
class NewCards:
    """The cards this order asked for that nobody has yet: whether they wait for payment, and when they are expected."""

    wait_for_payment: bool
    expected_on: date | None


def new_cards_of(order: Order) -> NewCards:
    """What is still to come of the order's cards; nothing when all are delivered. One query."""
    states = [CardState.AWAITING_PAYMENT, CardState.REQUESTED, CardState.IN_PRODUCTION, CardState.SHIPPED]
    coming = order.lines.filter(card_request__card__state__in=states).aggregate(
        waiting=Count("pk", filter=Q(card_request__card__state=CardState.AWAITING_PAYMENT)),
        expected_on=Max("card_request__expected_on"),
    )
    return NewCards(wait_for_payment=coming["waiting"] > 0, expected_on=coming["expected_on"])


@dataclass(frozen=True, slots=True)
class SuggestedLine:
    """A beneficiary with the amounts of the draft, else of the last order, else the usual ones (SPEC O1)."""

    beneficiary: Beneficiary
    voucher_count: int
    face_value_cents: int
    amount_cents: int


def suggested_lines(order: Order) -> list[SuggestedLine]:
    """One for every active beneficiary of the order's client, by name. Three queries.

    A draft with lines shows those, and nothing for who has none; a new draft takes over from the last order.
    """
    draft = {line.beneficiary_id: line for line in order.lines.all()}
    earlier = draft or _lines_of_last_order(order)
    people = active_beneficiaries_of(order.client).prefetch_related("products")
    suggested = []
    for beneficiary in people:
        source: OrderLine | BeneficiaryProduct | None = earlier.get(beneficiary.pk)
        if source is None and not draft:
            source = next((usual for usual in beneficiary.products.all() if usual.product == order.product), None)
        suggested.append(
            SuggestedLine(
                beneficiary=beneficiary,
                voucher_count=source.voucher_count if source else 0,
                face_value_cents=source.face_value_cents if source else 0,
                amount_cents=source.amount_cents if source else 0,
            )
        )
    return suggested


def _lines_of_last_order(order: Order) -> dict[int, OrderLine]:
    last = (
        Order.objects.filter(client=order.client, product=order.product)
        .exclude(state__in=[OrderState.DRAFT, OrderState.CANCELLED])
        .order_by("-confirmed_at")
        .first()
    )
    return {line.beneficiary_id: line for line in last.lines.all()} if last else {}


@dataclass(frozen=True, slots=True)
class OrderPreview:
    """What an order will cost and cause, before it is confirmed (SPEC O1 step 3). Amounts in cents."""

    beneficiary_count: int
    voucher_count: int
    face_value_cents: int
    pricing: Pricing
    cards: CardNeeds
    loading_on: date
    cards_expected_on: date | None
    cards_wait_for_payment: bool


def preview_of(order: Order) -> OrderPreview:
    """Count, detect and price the order as it is now: the same code that confirms it. A handful of statements."""
    beneficiary_ids, voucher_count, face_value_cents = line_sums(order)
    cards = cards_needed(order.client, beneficiary_ids, usable_until=card_usable_until(order.loading_on))
    quantities = OrderQuantities(
        product=Product(order.product),
        face_value_cents=face_value_cents,
        voucher_count=voucher_count,
        loaded_beneficiary_count=len(beneficiary_ids),
        cards_by_reason=cards.count_by_reason,
        card_site_count=cards.site_count,
        card_home_count=cards.home_count,
    )
    return OrderPreview(
        beneficiary_count=len(beneficiary_ids),
        voucher_count=voucher_count,
        face_value_cents=face_value_cents,
        pricing=price_order(quantities, _contract_now(order).tariff.terms()),
        cards=cards,
        loading_on=order.loading_on,
        cards_expected_on=card_delivery_due_on(brussels_today()) if cards.count else None,
        cards_wait_for_payment="first_order" in cards.count_by_reason,
    )


def _contract_now(order: Order) -> Contract:
    """The contract that confirming would use: the client may have signed another one since the draft was started."""
    running = running_contracts(order.client, brussels_today())
    return running.filter(product=order.product, form=order.contract.form).first() or order.contract


def line_sums(order: Order) -> tuple[list[int], int, int]:
    """(beneficiary ids, voucher count, face value in cents) of the lines. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(array_agg(beneficiary_id ORDER BY beneficiary_id), '{}'),
                coalesce(sum(greatest(voucher_count, 1)), 0)::bigint, coalesce(sum(amount_cents), 0)::bigint
            FROM orders_orderline WHERE order_id = %s
            """,
            [order.pk],
        )
        beneficiary_ids, voucher_count, face_value_cents = cursor.fetchone()
    return beneficiary_ids, voucher_count, face_value_cents


# Only what was taken on counts, by the day it is loaded: drafts may pile up. Meal vouchers have maxima by voucher only.
_ORDERED_THIS_YEAR = """
    SELECT line.beneficiary_id, sum(line.amount_cents)::bigint AS cents
    FROM orders_order orders JOIN orders_orderline line ON line.order_id = orders.id
    WHERE %(has_yearly_maximum)s AND orders.client_id = %(client_id)s AND orders.product = %(product)s
        AND orders.id <> %(order_id)s AND orders.state NOT IN ('draft', 'awaiting_approval', 'cancelled')
        AND orders.loading_on BETWEEN %(first_on)s AND %(last_on)s
    GROUP BY line.beneficiary_id
"""


def _of_this_year(order: Order) -> dict[str, Any]:
    """What `_ORDERED_THIS_YEAR` takes."""
    return {
        "has_yearly_maximum": not has_face_value(Product(order.product)),
        "client_id": order.client_id,
        "product": order.product,
        "order_id": order.pk,
        "first_on": date(order.loading_on.year, 1, 1),
        "last_on": date(order.loading_on.year, 12, 31),
    }


def ordered_this_year(order: Order) -> dict[int, int]:
    """What this client's other orders of the product give in the year of the loading date: beneficiary id -> cents.

    For the yearly maxima, which count by employer (SPEC O7); empty for meal vouchers.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ORDERED_THIS_YEAR, _of_this_year(order))
        return dict(cursor.fetchall())


class DifferentLine(NamedTuple):
    """Lines of an order that the rules can't tell apart, and the first of them. Amounts in cents."""

    voucher_count: int
    face_value_cents: int
    amount_cents: int
    ordered_this_year_cents: int
    line_id: int


def different_lines(order: Order) -> list[DifferentLine]:
    """Each different line once: an order of 100,000 people has few. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT line.voucher_count, line.face_value_cents, line.amount_cents, coalesce(earlier.cents, 0), min(line.id)
            FROM orders_orderline line LEFT JOIN ({_ORDERED_THIS_YEAR}) earlier USING (beneficiary_id)
            WHERE line.order_id = %(order_id)s GROUP BY 1, 2, 3, 4 ORDER BY 5
            """,
            _of_this_year(order),
        )
        return [DifferentLine(*row) for row in cursor.fetchall()]
