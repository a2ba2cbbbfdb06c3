"""What one line of an order may be, by product and by the month it is for (SPEC O5, O7).

Its one law: a figure above a legal maximum is refused with the figure, the dates it holds and its sources, all from the
statutory data. Such refusals are `AboveLegalMaximum`: an issuer may let a client confirm them with a reason. All the
others are impossible data and stay refused.
It looks at one line; totals over a year come in as `ordered_this_year_cents`. What adds up is in the unit of the statutory
row: eco, sport and culture, end-of-year gifts and honours have a maximum a year. Marriage and retirement have one for each
event; a second gift for it in the same year is taken as the same event, so it adds up as well.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tegoed.errors import Refusal
from tegoed.rules.dates import MONTHS_OF_YEAR, add_months, days_of_month
from tegoed.rules.products import Product, ProductClosed, is_open_for_orders
from tegoed.rules.statutory import StatutoryParameter, statutory_value

CHILD_COUNT_MAX = 30
LOADING_MONTHS_AHEAD_MAX = MONTHS_OF_YEAR
MONTHS_BACK_MAX = MONTHS_OF_YEAR + 1
"""How old the month of performance may be: a whole reference year, settled in the month after it."""
MONTHS_AHEAD_MAX = LOADING_MONTHS_AHEAD_MAX
"""How far ahead it may be: employers order ahead as far as they may choose the loading date."""


class AboveLegalMaximum(Refusal):
    """A figure goes past what the law exempts. Params: `product`, `asked_cents`, `maximum_cents`, `from_on`, `to_on`
    (the period of the figure, None = open) and `sources` (numbers for `statutory.source_reference`).
    """

    code = "above-legal-maximum"


class FaceValueAboveMaximum(AboveLegalMaximum):
    """A voucher worth more than the maximum of its month (meal, eco)."""

    code = "face-value-above-maximum"


class EmployerShareAboveMaximum(AboveLegalMaximum):
    """The employer pays more of a meal voucher than the maximum of its month."""

    code = "employer-share-above-maximum"


class AmountAboveYearlyMaximum(AboveLegalMaximum):
    """With what was ordered this year, more than the yearly maximum. Also carries `ordered_this_year_cents`.

    Reason: `nothing-earlier` where that is 0.
    """

    code = "amount-above-yearly-maximum"


class AmountAboveOccasionMaximum(AboveLegalMaximum):
    """With what was given for it this year, more than the maximum for the occasion of a gift.

    Also carries `occasion`, `child_count`, `ordered_this_year_cents`; `reason` is `with-earlier` where that is above zero.
    """

    code = "amount-above-occasion-maximum"


class WorkerShareBelowMinimum(Refusal):
    """The worker must pay at least the minimum share of each meal voucher.

    Params: `product`, `worker_share_cents` (the face value, where that alone is below it: `reason` is then `face-value`,
    else `share`), `minimum_cents`, `sources`.
    """

    code = "worker-share-below-minimum"


class WorkerShareImpossible(Refusal):
    """The worker would pay more than the voucher is worth. Params: `worker_share_cents`, `face_value_cents`."""

    code = "worker-share-impossible"


class VoucherCountImpossible(Refusal):
    """Not a whole number from 0 to the days of the month. Params: `voucher_count`, `maximum_count`."""

    code = "voucher-count-impossible"


class FaceValueImpossible(Refusal):
    """Not a whole number of cents above zero. Params: `face_value_cents`."""

    code = "face-value-impossible"


class AmountImpossible(Refusal):
    """Not a whole number of cents from zero up, or not number times face value. Params: `amount_cents`.

    In the latter case `reason` is `product-differs`, with `voucher_count`, `face_value_cents`, `product_cents`.
    """

    code = "amount-impossible"


class ChildCountImpossible(Refusal):
    """Not a whole number from 0 to `maximum_count`. Params: `child_count`, `maximum_count`."""

    code = "child-count-impossible"


class LoadingDateImpossible(Refusal):
    """In the past or too far ahead. Params: `reason` (`past`, `too-far`), `loading_on`, `earliest_on`, `latest_on`."""

    code = "loading-date-impossible"


class MonthImpossible(Refusal):
    """The month of performance is too long ago or too far ahead.

    Params: `reason` (`too-old`, `too-far`), `month_on`, `earliest_month_on`, `latest_month_on`.
    """

    code = "month-impossible"


class GiftOccasion(StrEnum):
    """What a gift voucher is given for."""

    END_OF_YEAR = "end_of_year"
    HONOUR = "honour"
    MARRIAGE = "marriage"
    RETIREMENT = "retirement"


_OCCASION_MAXIMUM = {
    GiftOccasion.END_OF_YEAR: "annual_max_end_of_year",
    GiftOccasion.HONOUR: "honour_max",
    GiftOccasion.MARRIAGE: "marriage_or_legal_cohabitation_max",
    GiftOccasion.RETIREMENT: "retirement_max",
}


@dataclass(frozen=True, slots=True)
class LineToOrder:
    """What is asked for one beneficiary. Meal: number and face value; the others: an amount, and perhaps how it is made up
    (number, face value). Money in cents.

    `worker_share_cents` per meal voucher where known. `occasion` and `child_count` concern gifts; one without occasion
    is for the end of the year (Saint Nicholas, Christmas, New Year).
    """

    product: Product
    voucher_count: int | None = None
    face_value_cents: int | None = None
    amount_cents: int | None = None
    worker_share_cents: int | None = None
    occasion: GiftOccasion | None = None
    child_count: int = 0

    @property
    def total_cents(self) -> int:
        """What will be loaded. For a line without refusals."""
        if self.product == Product.MEAL:
            return (self.voucher_count or 0) * (self.face_value_cents or 0)
        return self.amount_cents or 0


def refusals_of_line(line: LineToOrder, *, month: date, ordered_this_year_cents: int = 0) -> list[Refusal]:
    """Why the line can't be ordered; empty when it can.

    `month`: any day of the month the vouchers are for; its first day decides which figures hold.
    `ordered_this_year_cents`: what this employer already ordered of the product for this person in the year of that month;
    of a gift, for the same occasion.
    """
    on = month.replace(day=1)
    if not is_open_for_orders(line.product, on):
        return [ProductClosed(product=line.product.value, on=on)]
    if line.product == Product.MEAL:
        return _refusals_of_meal(line, on=on)
    if not _is_whole(line.amount_cents) or line.amount_cents is None or line.amount_cents < 0:
        return [AmountImpossible(amount_cents=line.amount_cents)]
    if line.voucher_count and line.face_value_cents and line.amount_cents != line.voucher_count * line.face_value_cents:
        return [_product_differs(line)]
    if line.product == Product.GIFT:
        return _refusals_of_gift(line, line.amount_cents, on=on, ordered_this_year_cents=ordered_this_year_cents)
    return [
        *_refusals_of_face_value(line, on=on),
        *_refusals_of_year(line.product, line.amount_cents, on=on, ordered_this_year_cents=ordered_this_year_cents),
    ]


def check_loading_date(loading_on: date, *, today: date) -> None:
    """Today or later, at most 12 months ahead (SPEC O5); otherwise raises `LoadingDateImpossible`."""
    latest_on = add_months(today, LOADING_MONTHS_AHEAD_MAX)
    if today <= loading_on <= latest_on:
        return
    reason = "past" if loading_on < today else "too-far"
    raise LoadingDateImpossible(reason=reason, loading_on=loading_on, earliest_on=today, latest_on=latest_on)


def check_month(month_on: date, *, today: date) -> None:
    """The month of performance is at most 13 months ago and 12 months ahead; otherwise raises `MonthImpossible`."""
    earliest_on = add_months(today.replace(day=1), -MONTHS_BACK_MAX)
    latest_on = add_months(today.replace(day=1), MONTHS_AHEAD_MAX)
    if earliest_on <= month_on <= latest_on:
        return
    reason = "too-old" if month_on < earliest_on else "too-far"
    raise MonthImpossible(reason=reason, month_on=month_on, earliest_month_on=earliest_on, latest_month_on=latest_on)


def check_worker_share(worker_share_cents: int, *, month: date) -> None:
    """At least the minimum of that month; otherwise raises `WorkerShareBelowMinimum`."""
    minimum = statutory_value(Product.MEAL, "worker_share_min", month.replace(day=1))
    if minimum is not None and worker_share_cents < minimum.cents:
        raise _share_below_minimum(minimum, worker_share_cents, reason="share")


def _refusals_of_meal(line: LineToOrder, *, on: date) -> list[Refusal]:
    refusals: list[Refusal] = []
    maximum_count = days_of_month(on.year, on.month)
    count, face_value_cents = line.voucher_count, line.face_value_cents
    count_is_possible = _is_whole(count) and count is not None and 0 <= count <= maximum_count
    if not count_is_possible:
        refusals.append(VoucherCountImpossible(voucher_count=count, maximum_count=maximum_count))
    if not _is_whole(face_value_cents) or face_value_cents is None or face_value_cents <= 0:
        return [*refusals, FaceValueImpossible(face_value_cents=face_value_cents)]
    if count_is_possible and line.amount_cents not in (None, line.total_cents):
        refusals.append(_product_differs(line))
    maximum = statutory_value(line.product, "face_value_max_exempt", on)
    if maximum is not None and face_value_cents > maximum.cents:
        refusals.append(FaceValueAboveMaximum(**_facts(maximum, asked_cents=face_value_cents)))
    return [*refusals, *_refusals_of_shares(line, face_value_cents, on=on)]


def _product_differs(line: LineToOrder) -> AmountImpossible:
    return AmountImpossible(
        reason="product-differs",
        amount_cents=line.amount_cents,
        voucher_count=line.voucher_count,
        face_value_cents=line.face_value_cents,
        product_cents=(line.voucher_count or 0) * (line.face_value_cents or 0),
    )


def _refusals_of_shares(line: LineToOrder, face_value_cents: int, *, on: date) -> list[Refusal]:
    """Worker and employer share of one meal voucher. Not knowing the worker's share, the face value must leave room."""
    refusals: list[Refusal] = []
    share_cents = face_value_cents if line.worker_share_cents is None else line.worker_share_cents
    minimum = statutory_value(line.product, "worker_share_min", on)
    if minimum is not None and min(share_cents, face_value_cents) < minimum.cents:
        reason = "share" if share_cents < minimum.cents <= face_value_cents else "face-value"
        refusals.append(_share_below_minimum(minimum, min(share_cents, face_value_cents), reason=reason))
    elif share_cents > face_value_cents:
        refusals.append(WorkerShareImpossible(worker_share_cents=share_cents, face_value_cents=face_value_cents))
    employer_cents = face_value_cents - share_cents
    maximum = statutory_value(line.product, "employer_share_max", on)
    if maximum is not None and employer_cents > maximum.cents:
        refusals.append(EmployerShareAboveMaximum(**_facts(maximum, asked_cents=employer_cents)))
    return refusals


def _share_below_minimum(minimum: StatutoryParameter, share_cents: int, *, reason: str) -> WorkerShareBelowMinimum:
    return WorkerShareBelowMinimum(
        product=minimum.product,
        worker_share_cents=share_cents,
        minimum_cents=minimum.cents,
        sources=minimum.sources,
        reason=reason,
    )


def _refusals_of_gift(line: LineToOrder, amount_cents: int, *, on: date, ordered_this_year_cents: int) -> list[Refusal]:
    if not _is_whole(line.child_count) or not 0 <= line.child_count <= CHILD_COUNT_MAX:
        return [ChildCountImpossible(child_count=line.child_count, maximum_count=CHILD_COUNT_MAX)]
    occasion = line.occasion or GiftOccasion.END_OF_YEAR
    maximum = statutory_value(line.product, _OCCASION_MAXIMUM[occasion], on)
    if maximum is None or amount_cents == 0:
        return []
    maximum_cents = maximum.cents
    per_child = statutory_value(line.product, "annual_max_per_child", on)
    if occasion == GiftOccasion.END_OF_YEAR and per_child is not None:
        maximum_cents += line.child_count * per_child.cents
    if ordered_this_year_cents + amount_cents <= maximum_cents:
        return []
    facts = _facts(maximum, asked_cents=amount_cents) | {
        "maximum_cents": maximum_cents,
        "occasion": occasion.value,
        "child_count": line.child_count,
        "ordered_this_year_cents": ordered_this_year_cents,
        "reason": "with-earlier" if ordered_this_year_cents else "",
    }
    return [AmountAboveOccasionMaximum(**facts)]


def _refusals_of_face_value(line: LineToOrder, *, on: date) -> list[Refusal]:
    """Of a product ordered by amount the face value is rarely told; eco vouchers have a maximum for it."""
    maximum = statutory_value(line.product, "face_value_max", on)
    if maximum is None or line.face_value_cents is None or line.face_value_cents <= maximum.cents:
        return []
    return [FaceValueAboveMaximum(**_facts(maximum, asked_cents=line.face_value_cents))]


def _refusals_of_year(product: Product, amount_cents: int, *, on: date, ordered_this_year_cents: int) -> list[Refusal]:
    maximum = statutory_value(product, "annual_max", on)
    if maximum is None or amount_cents == 0 or ordered_this_year_cents + amount_cents <= maximum.cents:
        return []
    facts = _facts(maximum, asked_cents=amount_cents)
    reason = "" if ordered_this_year_cents else "nothing-earlier"
    return [AmountAboveYearlyMaximum(**facts, ordered_this_year_cents=ordered_this_year_cents, reason=reason)]


def _facts(maximum: StatutoryParameter, *, asked_cents: int) -> dict[str, object]:
    return {
        "product": maximum.product,
        "asked_cents": asked_cents,
        "maximum_cents": maximum.cents,
        "from_on": maximum.from_on,
        "to_on": maximum.to_on,
        "sources": maximum.sources,
    }


def _is_whole(number: object) -> bool:
    """An `int` indeed: spreadsheets bring 20.5, and True is no count."""
    return isinstance(number, int) and not isinstance(number, bool)
