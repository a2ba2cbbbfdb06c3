"""Reads on orders; the client is always an argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from tegoed.beneficiaries.models import Beneficiary, BeneficiaryProduct
from tegoed.beneficiaries.queries import active_beneficiaries_of
from tegoed.cards.queries import CardNeeds, cards_needed
from tegoed.clients.models import Client, Contract
from tegoed.clients.queries import running_contracts
from tegoed.orders.models import Order, OrderLine, OrderState
from tegoed.rules.card_need import card_delivery_due_on
from tegoed.rules.dates import brussels_today
from tegoed.rules.pricing import OrderQuantities, Pricing, price_order
from tegoed.rules.products import Product
from tegoed.rules.statutory import statutory_cents


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
class SuggestedLine:
    """A beneficiary with the amounts of the draft, else of the last order, else the usual ones (SPEC O1)."""

    beneficiary: Beneficiary
    voucher_count: int
    face_value_cents: int
    amount_cents: int
    child_count: int


def suggested_lines(order: Order) -> list[SuggestedLine]:
    """One for every active beneficiary of the order's client, by name. Three queries.

    A draft whose lines were set shows those, and nothing for who has none; a new draft takes over from the last order.
    """
    draft = {line.beneficiary_id: line for line in order.lines.all()}
    is_set = order.lines_are_set or bool(draft)
    earlier = draft if is_set else _lines_of_last_order(order)
    people = active_beneficiaries_of(order.client).prefetch_related("products")
    suggested = []
    for beneficiary in people:
        source: OrderLine | BeneficiaryProduct | None = earlier.get(beneficiary.pk)
        if source is None and not is_set:
            source = next((usual for usual in beneficiary.products.all() if usual.product == order.product), None)
        suggested.append(
            SuggestedLine(
                beneficiary=beneficiary,
                voucher_count=source.voucher_count if source else 0,
                face_value_cents=source.face_value_cents if source else 0,
                amount_cents=source.amount_cents if source else 0,
                child_count=source.child_count if isinstance(source, OrderLine) else 0,
            )
        )
    return suggested


def _lines_of_last_order(order: Order) -> dict[int, OrderLine]:
    last = (
        Order.objects.filter(client=order.client, product=order.product, occasion=order.occasion)
        .exclude(state__in=[OrderState.DRAFT, OrderState.CANCELLED])
        .order_by("-confirmed_at")
        .first()
    )
    return {line.beneficiary_id: line for line in last.lines.all()} if last else {}


def usual_worker_share_cents(client: Client, *, month_on: date) -> int | None:
    """The worker's share in the client's last meal order that told it, else the legal minimum of the month."""
    last = (
        Order.objects.filter(client=client, product=Product.MEAL, worker_share_cents__isnull=False)
        .exclude(state__in=[OrderState.DRAFT, OrderState.CANCELLED])
        .order_by("-confirmed_at")
        .values_list("worker_share_cents", flat=True)
        .first()
    )
    return statutory_cents(Product.MEAL, "worker_share_min", month_on) if last is None else last


def left_out_of(order: Order) -> QuerySet[Beneficiary]:
    """Who stands in the order and is no longer active, by name: a copy leaves them out."""
    return Beneficiary.objects.filter(order_lines__order=order, is_active=False).order_by(
        "last_name", "first_name", "id"
    )


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
    (preview,) = previews_of([order])
    return preview


def previews_of(orders: Sequence[Order]) -> list[OrderPreview]:
    """What these orders of one client, by id, cost when they are confirmed together. A handful of statements for each.

    Who stands in several of them gets one card, with the first, good until the last of the orders needs it.
    """
    last_loading_on = last_loading_day(orders)
    served: set[int] = set()
    previews = []
    for order in orders:
        beneficiary_ids, voucher_count, face_value_cents = line_sums(order)
        not_served = [pk for pk in beneficiary_ids if pk not in served] if served else beneficiary_ids
        cards = cards_needed(order.client, not_served, loading_on=last_loading_on)
        if len(orders) > 1:
            served.update(beneficiary_ids)
        quantities = OrderQuantities(
            product=Product(order.product),
            face_value_cents=face_value_cents,
            voucher_count=voucher_count,
            loaded_beneficiary_count=len(beneficiary_ids),
            cards_by_reason=cards.count_by_reason,
            card_site_count=cards.site_count,
            card_home_count=cards.home_count,
        )
        previews.append(
            OrderPreview(
                beneficiary_count=len(beneficiary_ids),
                voucher_count=voucher_count,
                face_value_cents=face_value_cents,
                pricing=price_order(quantities, contract_now(order).tariff.terms()),
                cards=cards,
                loading_on=order.loading_on,
                cards_expected_on=card_delivery_due_on(brussels_today()) if cards.count else None,
                cards_wait_for_payment="first_order" in cards.count_by_reason,
            )
        )
    return previews


def last_loading_day(orders: Sequence[Order]) -> date:
    """Of orders confirmed together: it decides how long their cards must be good."""
    return max(order.loading_on for order in orders)


def beneficiaries_in(orders: Sequence[Order]) -> list[int]:
    """The ids of all who stand in these orders, each once. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(array_agg(DISTINCT beneficiary_id), '{}') FROM orders_orderline WHERE order_id = ANY(%s)",
            [[order.pk for order in orders]],
        )
        return cursor.fetchone()[0]


def persons_in(orders: Sequence[Order]) -> list[int]:
    """The ids of the persons behind them, by id. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(array_agg(DISTINCT known.person_id), '{}')
            FROM orders_orderline line JOIN beneficiaries_beneficiary known ON known.id = line.beneficiary_id
            WHERE line.order_id = ANY(%s)
            """,
            [[order.pk for order in orders]],
        )
        return cursor.fetchone()[0]


def contract_now(order: Order) -> Contract:
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
