"""The rules of a product for whole orders (SPEC O7): what `rules.order_lines` says of one line, for 100,000 at once.

Its one law: lines that the rules can't tell apart are looked at once, so an order of 100,000 people costs a few questions.
A figure above a legal maximum passes only where the issuer allows it and the client gave a reason (it becomes wage); then
it is in the trail. Yearly totals count every order the client has taken on or sent for approval, by the year of its month
of performance: drafts don't, they may pile up; what waits for approval does, or two of them could pass together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import Issuer, User
from tegoed.errors import Refusal
from tegoed.orders.models import Order, OrderLine
from tegoed.rules.order_lines import AboveLegalMaximum, GiftOccasion, LineToOrder, refusals_of_line
from tegoed.rules.paper_vouchers import PaperAmountImpossible, check_paper_amount
from tegoed.rules.products import Product, has_face_value


def issuer_allows_above_maximum() -> bool:
    """Whether the issuer lets a client go above a legal maximum with a reason."""
    return Issuer.objects.filter(allows_above_maximum=True).exists()


class LineRefused(Refusal):
    """A line breaks a rule of its product. Params: `refusal` (the rule's own), `beneficiary` (the name), `line_count`.

    `refused` holds the refusal of each wrong line by beneficiary id, where the lines were looked at one by one.
    """

    code = "order-line-refused"

    def __init__(self, *, refused: Mapping[int, Refusal] | None = None, **params: Any) -> None:
        self.refused = dict(refused or {})
        super().__init__(**params)


class LineToCheck(NamedTuple):
    """Lines that the rules can't tell apart: of one product, for one month and occasion. Amounts in cents.

    Meal: number, face value and, where told, the worker's share; the others: an amount, and in the rows of a form perhaps
    number and face value (zero or None: not told). `ordered_this_year_cents`: by
    earlier orders (`ORDERED_BY_YEAR_SQL`). `line_count` of them, the first with `first_id` (a line, or the row of a form).
    `paper_value_cents`: what each voucher is worth where they are printed.
    """

    product: str
    month_on: date
    occasion: str
    voucher_count: int | None
    face_value_cents: int | None
    worker_share_cents: int | None
    amount_cents: int | None
    child_count: int
    ordered_this_year_cents: int
    line_count: int
    first_id: int
    paper_value_cents: int = 0


def refusals_of(line: LineToCheck) -> list[Refusal]:
    """Why such lines can't be ordered; empty when they can. Raises `ValueError` for an unknown product or occasion."""
    is_meal = has_face_value(Product(line.product))
    if line.paper_value_cents and line.amount_cents:
        try:
            check_paper_amount(line.amount_cents, line.paper_value_cents)
        except PaperAmountImpossible as refusal:
            return [refusal]
    asked = LineToOrder(
        product=Product(line.product),
        voucher_count=line.voucher_count if is_meal else line.voucher_count or None,
        face_value_cents=line.face_value_cents if is_meal else line.face_value_cents or None,
        worker_share_cents=line.worker_share_cents if is_meal else None,
        amount_cents=line.amount_cents,
        occasion=GiftOccasion(line.occasion) if line.occasion else None,
        child_count=line.child_count,
    )
    return refusals_of_line(asked, month=line.month_on, ordered_this_year_cents=line.ordered_this_year_cents)


@dataclass(frozen=True, slots=True)
class RefusedLines:
    """Why lines can't be ordered as they are: the refusals that can't pass, else those above a maximum that did."""

    line: LineToCheck
    refusals: Sequence[Refusal]


def refused_lines(lines: Iterable[LineToCheck], *, is_above_maximum_allowed: bool = False) -> list[RefusedLines]:
    """Those of the lines that are refused; figures above a maximum are no reason where they are allowed."""
    refused = []
    for line in lines:
        refusals = [
            refusal
            for refusal in refusals_of(line)
            if not (is_above_maximum_allowed and isinstance(refusal, AboveLegalMaximum))
        ]
        if refusals:
            refused.append(RefusedLines(line, refusals))
    return refused


ORDERED_BY_YEAR_SQL = """
    SELECT line.beneficiary_id, orders.product, orders.occasion,
        extract(year FROM orders.month_on)::int AS year, sum(line.amount_cents)::bigint AS cents
    FROM orders_order orders JOIN orders_orderline line ON line.order_id = orders.id
    WHERE orders.client_id = %(client_id)s AND orders.product = ANY(%(yearly_products)s)
        AND orders.month_on BETWEEN %(first_on)s AND %(last_on)s
        AND (orders.state NOT IN ('draft', 'cancelled') OR orders.id = ANY (%(counted_draft_ids)s))
        AND orders.id <> ALL (%(own_order_ids)s)
    GROUP BY 1, 2, 3, 4
"""
"""What a client's orders give: (beneficiary_id, product, occasion, year, cents). Takes `ordered_by_year_parameters`."""


def ordered_by_year_parameters(
    *,
    client_id: int,
    products: Iterable[str],
    first_on: date,
    last_on: date,
    own_order_ids: Sequence[int] = (),
    counted_draft_ids: Sequence[int] = (),
) -> dict[str, Any]:
    """What `ORDERED_BY_YEAR_SQL` takes; it counts the years of both days in full. Meal vouchers have no yearly maximum.

    `own_order_ids` are left out; `counted_draft_ids` count though they are drafts.
    """
    return {
        "client_id": client_id,
        "yearly_products": sorted({product for product in products if not has_face_value(Product(product))}),
        "first_on": date(first_on.year, 1, 1),
        "last_on": date(last_on.year, 12, 31),
        "own_order_ids": list(own_order_ids),
        "counted_draft_ids": list(counted_draft_ids),
    }


def ordered_this_year(order: Order) -> dict[int, int]:
    """What the client's other orders like this one give in the year of its month: beneficiary id -> cents; none for meal."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT beneficiary_id, cents FROM ({ORDERED_BY_YEAR_SQL}) earlier WHERE occasion = %(occasion)s",
            _of_year(order),
        )
        return dict(cursor.fetchall())


def lines_to_check(order: Order, *, after_draft_ids: Sequence[int] = ()) -> list[LineToCheck]:
    """The different lines of an order, the first one first, as they stand once those drafts are confirmed. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT line.voucher_count, line.face_value_cents,
                coalesce(line.worker_share_cents, %(worker_share_cents)s), line.amount_cents, line.child_count,
                coalesce(earlier.cents, 0), count(*), min(line.id)
            FROM orders_orderline line
            LEFT JOIN ({ORDERED_BY_YEAR_SQL}) earlier
                ON earlier.beneficiary_id = line.beneficiary_id AND earlier.occasion = %(occasion)s
            WHERE line.order_id = %(order_id)s GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY min(line.id)
            """,
            _of_year(order, counted_draft_ids=after_draft_ids)
            | {"order_id": order.pk, "worker_share_cents": order.worker_share_cents},
        )
        lines = [LineToCheck(order.product, order.month_on, order.occasion, *row) for row in cursor.fetchall()]
    return [line._replace(paper_value_cents=order.paper_value_cents) for line in lines]


def _of_year(order: Order, *, counted_draft_ids: Sequence[int] = ()) -> dict[str, Any]:
    parameters = ordered_by_year_parameters(
        client_id=order.client_id,
        products=[order.product],
        first_on=order.month_on,
        last_on=order.month_on,
        own_order_ids=[order.pk],
        counted_draft_ids=counted_draft_ids,
    )
    return parameters | {"occasion": order.occasion}


def check_order_lines(order: Order, *, allows_above_maximum: bool, actor: User | None = None) -> None:
    """Hold every line against the rules, as `above_maximum_in`; what passes above a maximum is written in the trail.

    The caller holds the persons locked, so that no other order adds to the year meanwhile. Raises `LineRefused`.
    """
    above = above_maximum_in(order, allows_above_maximum=allows_above_maximum)
    if above:
        record_event(
            actor=actor,
            action=Action.ORDER_EXCEEDED_MAXIMUM,
            client_id=order.client_id,
            subject_id=order.pk,
            reason=order.above_maximum_reason,
            figures=[figure.as_facts() for figure in above],
        )


@dataclass(frozen=True, slots=True)
class AboveMaximum:
    """What an order gives above one legal maximum: to how many people, the refusal of the highest figure."""

    refusal: AboveLegalMaximum
    line_count: int

    @property
    def total_cents(self) -> int:
        """The highest figure; for a maximum a year with what was ordered before."""
        return int(self.refusal.params["asked_cents"] + self.refusal.params.get("ordered_this_year_cents", 0))

    def as_facts(self) -> dict[str, Any]:
        """For the trail: code, highest figure asked, maximum, since when it holds, number of lines."""
        params = self.refusal.params
        return {
            "code": self.refusal.code,
            "asked_cents": params["asked_cents"],
            "ordered_this_year_cents": params.get("ordered_this_year_cents", 0),
            "maximum_cents": params["maximum_cents"],
            "from_on": params["from_on"].isoformat() if params["from_on"] else None,
            "line_count": self.line_count,
        }


def above_maximum_in(order: Order, *, allows_above_maximum: bool) -> list[AboveMaximum]:
    """Which legal maxima the order goes past, with the issuer's leave (`allows_above_maximum`) and the order's reason.

    Raises `LineRefused`, naming the first person, for what can't be ordered.
    """
    lines = lines_to_check(order)
    is_allowed = allows_above_maximum and bool(order.above_maximum_reason)
    refused = refused_lines(lines, is_above_maximum_allowed=is_allowed)
    if refused:
        first = OrderLine.objects.select_related("beneficiary").get(pk=refused[0].line.first_id)
        raise LineRefused(
            beneficiary=str(first.beneficiary),
            refusal=refused[0].refusals[0],
            line_count=sum(group.line.line_count for group in refused),
        )
    return above_maximum_of(lines)


def above_maximum_of(lines: Iterable[LineToCheck]) -> list[AboveMaximum]:
    """Which legal maxima these lines go past, each with the highest figure and how many lines; none when none is."""
    found: dict[tuple[str, int], AboveMaximum] = {}
    for line in lines:
        for refusal in refusals_of(line):
            if not isinstance(refusal, AboveLegalMaximum):
                continue
            key = (refusal.code, refusal.params["maximum_cents"])
            known = found.get(key)
            this = AboveMaximum(refusal, line.line_count)
            if known is not None:
                highest = max(known, this, key=lambda figure: figure.total_cents)
                this = AboveMaximum(highest.refusal, known.line_count + line.line_count)
            found[key] = this
    return list(found.values())


def above_maximum_together(drafts: Sequence[Order]) -> dict[int, list[AboveMaximum]]:
    """The same by order, of drafts that are confirmed together: each counts those before it, as confirming does."""
    before: list[int] = []
    found = {}
    for draft in drafts:
        found[draft.pk] = above_maximum_of(lines_to_check(draft, after_draft_ids=before))
        before.append(draft.pk)
    return found
