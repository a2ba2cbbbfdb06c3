"""Writes on orders. `tegoed.flows` tells the stories that go further (confirm, invoice, pay, load)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries.queries import active_beneficiaries_of
from tegoed.clients.models import Client, User
from tegoed.clients.queries import running_contract
from tegoed.errors import Refusal
from tegoed.orders.checks import LineRefused, LineToCheck, issuer_allows_above_maximum, ordered_this_year, refusals_of
from tegoed.orders.models import InvoiceKind, Order, OrderCost, OrderLine, OrderState, OrderTransition
from tegoed.orders.on_paper import count_lines_anew, form_particulars
from tegoed.orders.states import TRANSITIONS
from tegoed.rules.dates import brussels_today
from tegoed.rules.order_lines import (
    AboveLegalMaximum,
    GiftOccasion,
    check_loading_date,
    check_month,
    check_worker_share,
)
from tegoed.rules.pricing import Pricing
from tegoed.rules.products import Form, Product, has_face_value


class OrderNotDraft(Refusal):
    """The order was confirmed (or discarded) already; a draft only can be changed."""

    code = "order-not-draft"


class StepNotAllowed(Refusal):
    """The order's state does not allow that step."""

    code = "order-step-not-allowed"


class BeneficiaryNotOrderable(Refusal):
    """Somebody in the order is not an active beneficiary of this client."""

    code = "beneficiary-not-orderable"


class BeneficiaryTwice(Refusal):
    """Somebody is named twice; it can't be known which amount is meant. Param: `beneficiary`."""

    code = "order-beneficiary-twice"


class TooManyLines(Refusal):
    """More lines than one order takes."""

    code = "order-too-many-lines"


ORDER_LINES_MAX = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWish:
    """What one beneficiary is to get: vouchers × face value (meal), or an amount, in cents; children count for gifts.

    `worker_share_cents`: where it differs from the order's, as rows of an Excel form may tell.
    """

    beneficiary_id: int
    voucher_count: int = 0
    face_value_cents: int = 0
    amount_cents: int = 0
    child_count: int = 0
    worker_share_cents: int | None = None


@transaction.atomic
def start_order(
    *,
    client: Client,
    product: Product,
    reference: str,
    loading_on: date,
    actor: User | None,
    month_on: date | None = None,
    occasion: str = "",
    worker_share_cents: int | None = None,
    form: Form = Form.ELECTRONIC,
    paper_value_cents: int = 0,
) -> Order:
    """A draft. `month_on`: the month of performance, without it that of the loading date; `occasion`: gifts only.

    `worker_share_cents`: of each meal voucher. `paper_value_cents`: what each voucher on paper is worth. Raises
    `ContractMissing`, `LoadingDateImpossible`, `MonthImpossible`, `WorkerShareBelowMinimum`, `FormNotAllowed`,
    `ProductClosed`, `PaperValueUnknown`.
    """
    particulars = _particulars(product, loading_on, month_on, occasion, worker_share_cents)
    particulars |= form_particulars(product, form, paper_value_cents, loading_on=loading_on)
    contract = running_contract(client, product=product, form=form, on=brussels_today())
    order = Order.objects.create(client=client, contract=contract, reference=reference, created_by=actor, **particulars)
    OrderTransition.objects.create(order=order, to_state=OrderState.DRAFT, reason="started", actor=actor)
    record_event(actor=actor, action=Action.ORDER_STARTED, client_id=client.pk, subject_id=order.pk)
    return order


@transaction.atomic
def change_order(
    *,
    client: Client,
    order_id: int,
    product: Product,
    reference: str,
    loading_on: date,
    actor: User | None,
    month_on: date | None = None,
    occasion: str = "",
    worker_share_cents: int | None = None,
    form: Form = Form.ELECTRONIC,
    paper_value_cents: int = 0,
) -> Order:
    """Change step 1 of a draft; another product drops the lines. Raises as `start_order`, and `OrderNotDraft`.

    Without `worker_share_cents` the lines keep the share they have.
    """
    order = locked_draft(client, order_id)
    particulars = _particulars(product, loading_on, month_on, occasion, worker_share_cents)
    particulars |= form_particulars(product, form, paper_value_cents, loading_on=loading_on)
    if (product, form) != (order.product, order.form):
        order.contract = running_contract(client, product=product, form=form, on=brussels_today())
    if product != order.product:
        _drop_lines(order)
        order.lines_are_set = False
        order.above_maximum_reason = ""
    elif worker_share_cents is not None:
        order.lines.update(worker_share_cents=worker_share_cents)
    if particulars["paper_value_cents"] != order.paper_value_cents:
        count_lines_anew(order, value_cents=particulars["paper_value_cents"])
    order.reference = reference
    for name, value in particulars.items():
        setattr(order, name, value)
    order.save(update_fields=["contract", "reference", "lines_are_set", "above_maximum_reason", *particulars])
    record_event(actor=actor, action=Action.ORDER_CHANGED, client_id=client.pk, subject_id=order.pk)
    return order


def _particulars(
    product: Product, loading_on: date, month_on: date | None, occasion: str, worker_share_cents: int | None
) -> dict[str, Any]:
    """The fields of step 1 as they are kept, checked."""
    today = brussels_today()
    check_loading_date(loading_on, today=today)
    month_on = (month_on or loading_on).replace(day=1)
    check_month(month_on, today=today)
    is_meal = has_face_value(product)
    if is_meal and worker_share_cents is not None:
        check_worker_share(worker_share_cents, month=month_on)
    return {
        "product": product,
        "loading_on": loading_on,
        "month_on": month_on,
        "occasion": GiftOccasion(occasion or GiftOccasion.END_OF_YEAR) if product == Product.GIFT else "",
        "worker_share_cents": worker_share_cents if is_meal else None,
    }


@transaction.atomic
def set_order_lines(
    *, client: Client, order_id: int, wishes: Sequence[LineWish], actor: User | None, above_maximum_reason: str = ""
) -> Order:
    """Replace all lines of a draft. Zero vouchers or a zero amount leaves the beneficiary out.

    `above_maximum_reason`: why figures above a legal maximum are wanted all the same; they pass with it where the issuer
    allows that. Raises `OrderNotDraft`, `BeneficiaryNotOrderable`, `BeneficiaryTwice`, `TooManyLines`, `LineRefused` (the
    first one named, all of them in `refused`).
    """
    if len(wishes) > ORDER_LINES_MAX:
        raise TooManyLines(line_count=len(wishes), line_count_max=ORDER_LINES_MAX)
    order = locked_draft(client, order_id)
    _check_people(client, wishes)
    asked = [wish for wish in wishes if (wish.voucher_count if _is_meal(order) else wish.amount_cents)]
    refusals = _refusals_by_beneficiary(order, asked)
    above = {pk for pk, refusal in refusals.items() if isinstance(refusal, AboveLegalMaximum)}
    if above and above_maximum_reason and issuer_allows_above_maximum():
        refusals = {pk: refusal for pk, refusal in refusals.items() if pk not in above}
    if refusals:
        first_id, first = next(iter(refusals.items()))
        name = str(active_beneficiaries_of(client).get(pk=first_id))
        raise LineRefused(beneficiary=name, refusal=first, line_count=len(refusals), refused=refusals)
    _drop_lines(order)
    OrderLine.objects.bulk_create((_line(order, wish) for wish in asked), batch_size=5_000)
    order.lines_are_set = True
    order.above_maximum_reason = above_maximum_reason if above else ""
    order.save(update_fields=["lines_are_set", "above_maximum_reason"])
    record_event(
        actor=actor, action=Action.ORDER_CHANGED, client_id=client.pk, subject_id=order.pk, line_count=len(asked)
    )
    return order


def _drop_lines(order: Order) -> None:
    """Lines of a draft have nothing that hangs on them, so they need not be read first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_orderline WHERE order_id = %s", [order.pk])


def _is_meal(order: Order) -> bool:
    return has_face_value(Product(order.product))


def _check_people(client: Client, wishes: Sequence[LineWish]) -> None:
    """Everybody named is an active beneficiary, and is named once."""
    wanted_ids = [wish.beneficiary_id for wish in wishes]
    known = active_beneficiaries_of(client).filter(pk__in=wanted_ids)
    names = {
        pk: f"{last_name} {first_name}"
        for pk, last_name, first_name in known.values_list("pk", "last_name", "first_name")
    }
    named: set[int] = set()
    for beneficiary_id in wanted_ids:
        if beneficiary_id not in names:
            raise BeneficiaryNotOrderable(beneficiary_id=beneficiary_id)
        if beneficiary_id in named:
            raise BeneficiaryTwice(beneficiary=names[beneficiary_id])
        named.add(beneficiary_id)


def _refusals_by_beneficiary(order: Order, asked: Sequence[LineWish]) -> dict[int, Refusal]:
    """The refusal of each wrong wish: what is impossible before what is above a maximum. Equal wishes are looked at once."""
    earlier = ordered_this_year(order)
    known: dict[LineToCheck, Refusal | None] = {}
    refusals: dict[int, Refusal] = {}
    for wish in asked:
        line = line_to_check(order, wish, ordered_this_year_cents=earlier.get(wish.beneficiary_id, 0))
        if line not in known:
            found = refusals_of(line)
            known[line] = min(found, key=lambda refusal: isinstance(refusal, AboveLegalMaximum), default=None)
        refusal = known[line]
        if refusal is not None:
            refusals[wish.beneficiary_id] = refusal
    return refusals


def line_to_check(order: Order, wish: LineWish, *, ordered_this_year_cents: int) -> LineToCheck:
    """The wish as the rules take it, before it is a line."""
    is_meal = _is_meal(order)
    return LineToCheck(
        product=order.product,
        month_on=order.month_on,
        occasion=order.occasion,
        voucher_count=wish.voucher_count,
        face_value_cents=wish.face_value_cents,
        worker_share_cents=_share_of(order, wish),
        amount_cents=wish.voucher_count * wish.face_value_cents if is_meal else wish.amount_cents,
        child_count=wish.child_count if order.product == Product.GIFT else 0,
        ordered_this_year_cents=ordered_this_year_cents,
        line_count=1,
        first_id=0,
        paper_value_cents=order.paper_value_cents,
    )


def _share_of(order: Order, wish: LineWish) -> int | None:
    if not _is_meal(order):
        return None
    return order.worker_share_cents if wish.worker_share_cents is None else wish.worker_share_cents


def _line(order: Order, wish: LineWish) -> OrderLine:
    count, face_value_cents, amount_cents = wish.voucher_count, wish.face_value_cents, wish.amount_cents
    if _is_meal(order):
        amount_cents = count * face_value_cents
    elif order.paper_value_cents:
        count, face_value_cents = amount_cents // order.paper_value_cents, order.paper_value_cents
    else:
        count, face_value_cents = 0, 0
    return OrderLine(
        order=order,
        beneficiary_id=wish.beneficiary_id,
        voucher_count=count,
        face_value_cents=face_value_cents,
        amount_cents=amount_cents,
        worker_share_cents=_share_of(order, wish),
        child_count=wish.child_count if order.product == Product.GIFT else 0,
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


def mark_order_unpaid(order: Order, *, reason: str, actor: User | None) -> None:
    """A paid order, held locked, waits for its payment again: that was undone or taken back. Raises `StepNotAllowed`."""
    advance_order(order, OrderState.INVOICED, reason=reason, actor=actor)
    order.paid_at = None
    order.save(update_fields=["paid_at"])


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


def link_card_requests(*, orders: Sequence[Order], request_id_by_beneficiary: dict[int, int]) -> None:
    """Note which card was asked for, once for each person: on the line in the first of these orders, as they are given."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE orders_orderline SET card_request_id = asked.request_id
            FROM (
                SELECT DISTINCT ON (line.beneficiary_id) line.id AS line_id, asked.request_id
                FROM orders_orderline line
                JOIN unnest(%s::bigint[], %s::bigint[]) AS asked(beneficiary_id, request_id) USING (beneficiary_id)
                JOIN unnest(%s::bigint[]) WITH ORDINALITY AS given(order_id, position) USING (order_id)
                ORDER BY line.beneficiary_id, given.position
            ) asked
            WHERE orders_orderline.id = asked.line_id
            """,
            [
                list(request_id_by_beneficiary),
                list(request_id_by_beneficiary.values()),
                [order.pk for order in orders],
            ],
        )
