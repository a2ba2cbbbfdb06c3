"""Reads on orders; the client is always an argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from tegoed.beneficiaries.models import Beneficiary, BeneficiaryProduct
from tegoed.beneficiaries.queries import active_beneficiaries_of
from tegoed.cards.queries import NO_CARDS, CardNeeds, all_together, cards_needed_by_part
from tegoed.clients.models import Client, Contract
from tegoed.clients.queries import running_contracts
from tegoed.orders.billing_groups import (
    BILLING_GROUPS_MAX,
    GroupLines,
    group_count_of,
    is_to_divide,
    lines_by_group,
    whole_of,
)
from tegoed.orders.models import Order, OrderLine, OrderState
from tegoed.orders.on_paper import paper_places_of
from tegoed.rules.card_need import card_delivery_due_on
from tegoed.rules.dates import brussels_today
from tegoed.rules.pricing import OrderQuantities, Pricing, Tariff, price_order, priced_together
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
    lines = OrderLine.objects.filter(order__in=whole_of(last)).order_by("order_id") if last else []
    return {line.beneficiary_id: line for line in lines}


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


def left_out_of(order: Order, *, with_split: bool = True) -> QuerySet[Beneficiary]:
    """Who stands in the order and is no longer active, by name: a copy leaves them out.

    `with_split`: also of the orders it was divided in, which a copy takes with it and a correction doesn't.
    """
    lines = OrderLine.objects.filter(order__in=whole_of(order) if with_split else [order.pk])
    gone = Beneficiary.objects.filter(pk__in=lines.values("beneficiary_id"), is_active=False)
    return gone.order_by("last_name", "first_name", "id")


def divided_with(order: Order) -> QuerySet[Order]:
    """The orders that were one until it was taken on, by billing group: this one and, by id, its others."""
    root_id = order.split_from_id or order.pk
    parts = Order.objects.filter(Q(pk=root_id) | Q(split_from=root_id), client=order.client_id)
    return parts.filter(confirmed_at=order.confirmed_at, billing_group__isnull=False).order_by("id")


def people_in_whole(order: Order) -> int:
    """How many people stand in the order and in those it was divided in with: what a copy holds."""
    return OrderLine.objects.filter(order__in=whole_of(order)).values("beneficiary_id").distinct().count()


@dataclass(frozen=True, slots=True)
class OrderPart:
    """What becomes an order, with invoices, of its own: one billing group, or (its name is None) the order as a whole."""

    lines: GroupLines
    pricing: Pricing
    cards: CardNeeds

    @property
    def name(self) -> str | None:
        return self.lines.name

    @property
    def beneficiary_count(self) -> int:
        return len(self.lines.beneficiary_ids)

    @property
    def voucher_count(self) -> int:
        return self.lines.voucher_count

    @property
    def face_value_cents(self) -> int:
        return self.lines.face_value_cents

    @property
    def invoice_count(self) -> int:
        return 2 if self.pricing.card_costs else 1


@dataclass(frozen=True, slots=True)
class OrderPreview:
    """What an order will cost and cause, before it is confirmed (SPEC O1 step 3). Amounts in cents.

    `parts`: the orders that it is divided in, by billing group; one where it isn't. `pricing` is that of all parts.
    `group_count`: of all orders looked at together, where those are too many groups to be confirmed; else zero.
    """

    beneficiary_count: int
    voucher_count: int
    face_value_cents: int
    pricing: Pricing
    cards: CardNeeds
    parts: tuple[OrderPart, ...]
    loading_on: date
    cards_expected_on: date | None
    cards_wait_for_payment: bool
    group_count: int = 0

    @property
    def is_divided(self) -> bool:
        """Whether its invoices name a billing group."""
        return self.parts[0].name is not None

    @property
    def invoice_count(self) -> int:
        return sum(part.invoice_count for part in self.parts)


def preview_of(order: Order) -> OrderPreview:
    """Count, detect and price the order as it is now: the same code that confirms it. A handful of statements."""
    (preview,) = previews_of([order])
    return preview


def previews_of(orders: Sequence[Order]) -> list[OrderPreview]:
    """What these orders of one client, by id, cost when they are confirmed together. A handful of statements for each.

    Who stands in several of them gets one card, with the first, good until the last of the orders needs it. Cards of one
    order go to a workplace together: its first part that has some bears the delivery; likewise vouchers on paper.
    """
    group_count = group_count_of(orders) if orders[0].client.invoices_by_group else 0
    last_loading_on = last_loading_day(orders)
    served: set[int] = set()
    previews = []
    for order in orders:
        divides = is_to_divide(order) and group_count <= BILLING_GROUPS_MAX
        terms = contract_now(order).tariff.terms()
        groups = lines_by_group(order, divides=divides)
        if order.is_on_paper:
            parts = _parts_on_paper(order, groups, terms)
        else:
            asked = [_not_in(served, lines.beneficiary_ids) for lines in groups]
            needs = cards_needed_by_part(order.client, asked, loading_on=last_loading_on)
            parts = _parts_on_cards(order, groups, needs, terms)
        if len(orders) > 1 and not order.is_on_paper:
            served.update(pk for lines in groups for pk in lines.beneficiary_ids)
        previews.append(_preview(order, parts, group_count if group_count > BILLING_GROUPS_MAX else 0))
    return previews


def _not_in(served: set[int], beneficiary_ids: Sequence[int]) -> Sequence[int]:
    return [pk for pk in beneficiary_ids if pk not in served] if served else beneficiary_ids


def _parts_on_cards(
    order: Order, groups: Sequence[GroupLines], needs: Sequence[CardNeeds], terms: Tariff
) -> list[OrderPart]:
    sites: set[int] = set()
    parts = []
    for lines, cards in zip(groups, needs, strict=True):
        parts.append(OrderPart(lines, price_order(_quantities(order, lines, cards, sites), terms), cards))
        sites |= cards.site_ids
    return parts


def _quantities(order: Order, lines: GroupLines, cards: CardNeeds, sites: set[int]) -> OrderQuantities:
    """`sites`: those to which an earlier part has cards sent, at its cost."""
    return OrderQuantities(
        product=Product(order.product),
        face_value_cents=lines.face_value_cents,
        voucher_count=lines.voucher_count,
        loaded_beneficiary_count=len(lines.beneficiary_ids),
        cards_by_reason=cards.count_by_reason,
        card_site_count=len(cards.site_ids - sites),
        card_home_count=cards.home_count,
    )


def _parts_on_paper(order: Order, groups: Sequence[GroupLines], terms: Tariff) -> list[OrderPart]:
    """Printed vouchers need no card and load none; each place they are brought to is charged once."""
    places: set[int] = set()
    parts = []
    for lines in groups:
        brought_to = paper_places_of(lines.beneficiary_ids)
        quantities = OrderQuantities(
            product=Product(order.product),
            face_value_cents=lines.face_value_cents,
            voucher_count=lines.voucher_count,
            loaded_beneficiary_count=0,
            cards_by_reason={},
            card_site_count=0,
            card_home_count=0,
            paper_voucher_count=lines.voucher_count,
            paper_site_count=len(brought_to - places),
        )
        parts.append(OrderPart(lines, price_order(quantities, terms), NO_CARDS))
        places |= brought_to
    return parts


def _preview(order: Order, parts: Sequence[OrderPart], group_count: int) -> OrderPreview:
    cards = all_together([part.cards for part in parts])
    return OrderPreview(
        beneficiary_count=sum(part.beneficiary_count for part in parts),
        voucher_count=sum(part.voucher_count for part in parts),
        face_value_cents=sum(part.face_value_cents for part in parts),
        pricing=parts[0].pricing if len(parts) == 1 else priced_together([part.pricing for part in parts]),
        cards=cards,
        parts=tuple(parts),
        loading_on=order.loading_on,
        cards_expected_on=card_delivery_due_on(brussels_today()) if cards.count else None,
        cards_wait_for_payment="first_order" in cards.count_by_reason,
        group_count=group_count,
    )


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
    return running.filter(product=order.product, form=order.form).first() or order.contract
