"""Where the law gives more than a quote takes, or less: each hint with its figure, its dates and its sources (SPEC Q1).

Its one law: a hint is a fact from the statutory data beside what was asked, never advice and never a refusal. Of products
by total only the average of a person is known. Words: `tegoed.flows.quote_words`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tegoed.rules.products import Product
from tegoed.rules.quoting import QuotedLine
from tegoed.rules.statutory import StatutoryParameter, statutory_value


class HintKind(StrEnum):
    """What a hint says. Of those that end in `passed`, more was asked than the law exempts."""

    MEAL_VALUE_ROOM = "meal_value_room"
    MEAL_DEDUCTION_STEP = "meal_deduction_step"
    MEAL_DEDUCTION_REACHED = "meal_deduction_reached"
    YEAR_ROOM = "year_room"
    YEAR_PASSED = "year_passed"
    GIFT_ROOM = "gift_room"
    GIFT_PASSED = "gift_passed"


PASSED_KINDS = frozenset({HintKind.YEAR_PASSED, HintKind.GIFT_PASSED})


@dataclass(frozen=True, slots=True)
class Hint:
    """`law`: the row whose dates and sources stand beside it. Cents, as the kind needs them.

    `maximum_cents`: what the law exempts (for a deduction: the employer's share from which it holds). `asked_cents`: what was
    asked. `more_cents`, `less_cents`: what can be deducted at that share, and below it; of a gift: for each child.
    """

    kind: HintKind
    product: Product
    law: StatutoryParameter
    maximum_cents: int
    asked_cents: int
    more_cents: int = 0
    less_cents: int = 0

    @property
    def is_warning(self) -> bool:
        return self.kind in PASSED_KINDS


def hints_of(lines: Sequence[QuotedLine], *, month: date) -> list[Hint]:
    """What the law says beside these lines in that month; lines without refusals. The warnings first."""
    on = month.replace(day=1)
    hints = [hint for line in lines for hint in _hints_of_line(line, on=on)]
    return sorted(hints, key=lambda hint: not hint.is_warning)


def _hints_of_line(line: QuotedLine, *, on: date) -> list[Hint]:
    if line.product == Product.MEAL:
        return [*_meal_value(line, on=on), *_meal_deduction(line, on=on)]
    if line.product == Product.GIFT:
        return _gift(line, on=on)
    maximum = statutory_value(line.product, "annual_max", on)
    if maximum is None or _average_is(line, maximum):
        return []
    kind = HintKind.YEAR_PASSED if _average_is_above(line, maximum) else HintKind.YEAR_ROOM
    return [Hint(kind, line.product, maximum, maximum.cents, line.average_cents)]


def _average_is(line: QuotedLine, maximum: StatutoryParameter) -> bool:
    return line.amount_cents == maximum.cents * line.beneficiary_count


def _average_is_above(line: QuotedLine, maximum: StatutoryParameter) -> bool:
    """Then at least one person would get more than the maximum."""
    return line.amount_cents > maximum.cents * line.beneficiary_count


def _meal_value(line: QuotedLine, *, on: date) -> list[Hint]:
    maximum = statutory_value(Product.MEAL, "face_value_max_exempt", on)
    if maximum is None or line.face_value_cents >= maximum.cents:
        return []
    return [Hint(HintKind.MEAL_VALUE_ROOM, Product.MEAL, maximum, maximum.cents, line.face_value_cents)]


def _meal_deduction(line: QuotedLine, *, on: date) -> list[Hint]:
    """The employer deducts more from its profit when its share is the highest. A share not told is the lowest for the worker."""
    usual = statutory_value(Product.MEAL, "tax_deduction", on)
    higher = statutory_value(Product.MEAL, "tax_deduction_if_employer_share_at_max", on)
    highest_share = statutory_value(Product.MEAL, "employer_share_max", on)
    least_worker_share = statutory_value(Product.MEAL, "worker_share_min", on)
    if usual is None or higher is None or highest_share is None or least_worker_share is None:
        return []
    told = line.worker_share_cents
    employer_cents = line.face_value_cents - (least_worker_share.cents if told is None else told)
    is_reached = employer_cents >= highest_share.cents
    return [
        Hint(
            HintKind.MEAL_DEDUCTION_REACHED if is_reached else HintKind.MEAL_DEDUCTION_STEP,
            Product.MEAL,
            higher,
            highest_share.cents,
            employer_cents,
            more_cents=higher.cents,
            less_cents=usual.cents,
        )
    ]


def _gift(line: QuotedLine, *, on: date) -> list[Hint]:
    """The maximum at the end of the year; each child adds to it, so what looks too much may not be."""
    maximum = statutory_value(Product.GIFT, "annual_max_end_of_year", on)
    per_child = statutory_value(Product.GIFT, "annual_max_per_child", on)
    if maximum is None or per_child is None or _average_is(line, maximum):
        return []
    kind = HintKind.GIFT_PASSED if _average_is_above(line, maximum) else HintKind.GIFT_ROOM
    return [Hint(kind, Product.GIFT, maximum, maximum.cents, line.average_cents, more_cents=per_child.cents)]
