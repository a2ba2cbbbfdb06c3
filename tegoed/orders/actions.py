"""Writes on orders. `tegoed.flows` tells the stories that go further (confirm, invoice, pay, load)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries.queries import active_beneficiaries_of
from tegoed.clients.models import Client, User
from tegoed.clients.queries import running_contract
from tegoed.errors import Refusal
from tegoed.orders.models import InvoiceKind, Order, OrderCost, OrderLine, OrderState, OrderTransition
from tegoed.orders.queries import ordered_this_year
from tegoed.orders.states import TRANSITIONS
from tegoed.rules.dates import brussels_today
from tegoed.rules.order_lines import LineToOrder, check_loading_date, refusals_of_line
from tegoed.rules.pricing import Pricing
from tegoed.rules.products import Form, Product


class OrderNotDraft(Refusal):
    """The order was confirmed (or discarded) already; a draft only can be changed."""

    code = "order-not-draft"


class StepNotAllowed(Refusal):
    """The order's state does not allow that step."""

    code = "order-step-not-allowed"


class BeneficiaryNotOrderable(Refusal):
    """Somebody in the order is not an active beneficiary of this client."""

    code = "beneficiary-not-orderable"


class LineRefused(Refusal):
    """A line breaks a rule of its product. `refusal` is the rule's own refusal, `beneficiary` the name."""

    code = "order-line-refused"


class BeneficiaryTwice(Refusal):
    """Somebody is named twice; it can't be known which amount is meant. Param: `beneficiary`."""

    code = "order-beneficiary-twice"


class TooManyLines(Refusal):
    """More lines than one order takes."""

    code = "order-too-many-lines"


ORDER_LINES_MAX = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWish:
    """What one beneficiary is to get: vouchers × face value (meal), or an amount, in cents."""

    beneficiary_id: int
    voucher_count: int = 0
    face_value_cents: int = 0
    amount_cents: int = 0


@transaction.atomic
def start_order(*, client: Client, product: Product, reference: str, loading_on: date, actor: User | None) -> Order:
    """A draft. Raises `ContractMissing`, `LoadingDateImpossible`."""
    today = brussels_today()
    check_loading_date(loading_on, today=today)
    contract = running_contract(client, product=product, form=Form.ELECTRONIC, on=today)
    order = Order.objects.create(
        client=client,
        contract=contract,
        product=product,
        reference=reference,
        loading_on=loading_on,
        month_on=loading_on.replace(day=1),
        created_by=actor,
    )
    OrderTransition.objects.create(order=order, to_state=OrderState.DRAFT, reason="started", actor=actor)
    record_event(actor=actor, action=Action.ORDER_STARTED, client_id=client.pk, subject_id=order.pk)
    return order


@transaction.atomic
def change_order(
    *, client: Client, order_id: int, product: Product, reference: str, loading_on: date, actor: User | None
) -> Order:
    """Change step 1 of a draft; another product drops the lines. Raises as `start_order`, and `OrderNotDraft`."""
    order = locked_draft(client, order_id)
    today = brussels_today()
    check_loading_date(loading_on, today=today)
    if product != order.product:
        order.contract = running_contract(client, product=product, form=Form.ELECTRONIC, on=today)
        order.product = product
        order.lines.all().delete()
    order.reference = reference
    order.loading_on = loading_on
    order.month_on = loading_on.replace(day=1)
    order.save(update_fields=["contract", "product", "reference", "loading_on", "month_on"])
    record_event(actor=actor, action=Action.ORDER_CHANGED, client_id=client.pk, subject_id=order.pk)
    return order


@transaction.atomic
def set_order_lines(*, client: Client, order_id: int, wishes: Sequence[LineWish], actor: User | None) -> Order:
    """Replace all lines of a draft. Zero vouchers or a zero amount leaves the beneficiary out.

    Raises `OrderNotDraft`, `BeneficiaryNotOrderable`, `BeneficiaryTwice`, `LineRefused` (the first one, named),
    `TooManyLines`.
    """
    if len(wishes) > ORDER_LINES_MAX:
        raise TooManyLines(line_count=len(wishes), line_count_max=ORDER_LINES_MAX)
    order = locked_draft(client, order_id)
    names = dict(
        active_beneficiaries_of(client)
        .filter(pk__in=[wish.beneficiary_id for wish in wishes])
        .values_list("pk", "last_name")
    )
    earlier = ordered_this_year(order)
    lines = []
    named: set[int] = set()
    for wish in wishes:
        if wish.beneficiary_id not in names:
            raise BeneficiaryNotOrderable(beneficiary_id=wish.beneficiary_id)
        if wish.beneficiary_id in named:
            raise BeneficiaryTwice(beneficiary=names[wish.beneficiary_id])
        named.add(wish.beneficiary_id)
        line = _line(
            order,
            wish,
            name=names[wish.beneficiary_id],
            ordered_this_year_cents=earlier.get(wish.beneficiary_id, 0),
        )
        if line is not None:
            lines.append(line)
    order.lines.all().delete()
    OrderLine.objects.bulk_create(lines, batch_size=5_000)
    record_event(
        actor=actor, action=Action.ORDER_CHANGED, client_id=client.pk, subject_id=order.pk, line_count=len(lines)
    )
    return order


def _line(order: Order, wish: LineWish, *, name: str, ordered_this_year_cents: int) -> OrderLine | None:
    """The line of a wish; None when it asks for nothing."""
    if order.product == Product.MEAL:
        amount_cents = wish.voucher_count * wish.face_value_cents
        asked = LineToOrder(
            product=Product.MEAL,
            voucher_count=wish.voucher_count,
            face_value_cents=wish.face_value_cents,
            amount_cents=amount_cents,
        )
        if wish.voucher_count == 0:
            return None
    else:
        amount_cents = wish.amount_cents
        asked = LineToOrder(
            product=Product(order.product), voucher_count=None, face_value_cents=None, amount_cents=amount_cents
        )
        if amount_cents == 0:
            return None
    refusals = refusals_of_line(asked, month=order.loading_on, ordered_this_year_cents=ordered_this_year_cents)
    if refusals:
        raise LineRefused(beneficiary=name, refusal=refusals[0])
    return OrderLine(
        order=order,
        beneficiary_id=wish.beneficiary_id,
        voucher_count=wish.voucher_count if order.product == Product.MEAL else 0,
        face_value_cents=wish.face_value_cents if order.product == Product.MEAL else 0,
        amount_cents=amount_cents,
    )


@transaction.atomic
def discard_draft(*, client: Client, order_id: int, actor: User | None) -> None:
    """Give up a draft; it stays in the overview as cancelled. Raises `OrderNotDraft`."""
    order = locked_draft(client, order_id)
    advance_order(order, OrderState.CANCELLED, reason="discarded", actor=actor)
    record_event(actor=actor, action=Action.ORDER_DISCARDED, client_id=client.pk, subject_id=order.pk)


def locked_draft(client: Client, order_id: int) -> Order:
    """The client's draft, locked to the end of the transaction. Raises `Order.DoesNotExist`, `OrderNotDraft`."""
    order = Order.objects.select_for_update(of=("self",)).select_related("client").get(client=client, pk=order_id)
    if order.state != OrderState.DRAFT:
        raise OrderNotDraft(order_id=order.pk, state=order.state)
    return order


def advance_order(order: Order, to_state: OrderState, *, reason: str, actor: User | None) -> None:
    """Take one step, written down. The caller holds the order locked. Raises `StepNotAllowed`."""
    from_state = order.state
    if to_state not in TRANSITIONS[from_state]:
        raise StepNotAllowed(order_id=order.pk, from_state=from_state, to_state=to_state)
    order.state = to_state
    order.save(update_fields=["state"])
    OrderTransition.objects.create(order=order, from_state=from_state, to_state=to_state, reason=reason, actor=actor)


def mark_orders_paid(*, order_ids: Sequence[int], at: datetime) -> list[int]:
    """Those of these orders that are `invoiced` become `paid`; their ids. Set-based."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH paid AS (
                UPDATE orders_order SET state = 'paid', paid_at = %(at)s
                WHERE id = ANY(%(ids)s) AND state = 'invoiced' RETURNING id
            )
            INSERT INTO orders_ordertransition (order_id, from_state, to_state, reason, at)
            SELECT id, 'invoiced', 'paid', 'payment_matched', statement_timestamp() FROM paid RETURNING order_id
            """,
            {"at": at, "ids": sorted(order_ids)},
        )
        return [row[0] for row in cursor.fetchall()]


def keep_costs(*, order: Order, pricing: Pricing) -> None:
    """Write the confirmed costs down."""
    costs = [(InvoiceKind.PRODUCT, cost) for cost in pricing.product_costs]
    costs += [(InvoiceKind.CARD, cost) for cost in pricing.card_costs]
    OrderCost.objects.bulk_create(
        OrderCost(
            order=order,
            position=position,
            invoice_kind=kind,
            reason=cost.reason,
            quantity=cost.quantity,
            unit_cents=cost.unit_cents,
            net_cents=cost.net_cents,
            vat_category=cost.vat_category,
            vat_basis_points=cost.vat_basis_points,
        )
        for position, (kind, cost) in enumerate(costs, start=1)
    )


def link_card_requests(*, order: Order, request_id_by_beneficiary: dict[int, int]) -> None:
    """Note on each line which card it asked for. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE orders_orderline SET card_request_id = asked.request_id
            FROM unnest(%s::bigint[], %s::bigint[]) AS asked(beneficiary_id, request_id)
            WHERE order_id = %s AND orders_orderline.beneficiary_id = asked.beneficiary_id
            """,
            [list(request_id_by_beneficiary), list(request_id_by_beneficiary.values()), order.pk],
        )
