"""Step 2 of an order: who gets how much (SPEC O1).

Its one law: nothing that was typed is lost; a row that can't be read comes back as it was, with the reason next to it.
It is no Django formset: thousands of rows are read from the posted names `count-<id>`, `value-<id>` and `amount-<id>`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tegoed.beneficiaries.models import Beneficiary
from tegoed.errors import Refusal
from tegoed.orders.actions import LineWish
from tegoed.orders.models import Order
from tegoed.orders.queries import SuggestedLine
from tegoed.portal.forms.fields import euro_to_type
from tegoed.refusals import message_of
from tegoed.rules.money import parse_euro
from tegoed.rules.order_lines import LineToOrder, refusals_of_line
from tegoed.rules.products import Product

LINES_BY_HAND_MAX = 9_000
"""Two fields a person must stay below `DATA_UPLOAD_MAX_NUMBER_FIELDS`; beyond it an Excel file is the way."""

VOUCHER_COUNT_DIGITS_MAX = 4
EVERYBODY = "everybody"
"""Stands for the beneficiary id in the fields that fill all rows at once."""


@dataclass(slots=True)
class Row:
    """One beneficiary as typed, and what is wrong with it. `wish` is None until it could be read."""

    beneficiary: Beneficiary
    count: str = ""
    value: str = ""
    amount: str = ""
    error: str = ""
    wish: LineWish | None = None

    @property
    def key(self) -> str:
        """The end of the field names."""
        return str(self.beneficiary.pk)


@dataclass(slots=True)
class Typed:
    """The fields of one row, or of the row for everybody, before they are read."""

    count: str = ""
    value: str = ""
    amount: str = ""
    error: str = ""

    @classmethod
    def from_post(cls, posted: Mapping[str, str], key: str) -> "Typed":
        return cls(*(posted.get(f"{name}-{key}", "").strip() for name in ("count", "value", "amount")))


@dataclass(slots=True)
class LinesForm:
    """The whole table. `left_out` counts posted rows of people who can't be ordered for any more."""

    order: Order
    rows: list[Row]
    everybody: Typed = field(default_factory=Typed)
    left_out: int = 0

    @property
    def is_meal(self) -> bool:
        return self.order.product == Product.MEAL

    @property
    def rows_with_error(self) -> list[Row]:
        return [row for row in self.rows if row.error]

    @property
    def wishes(self) -> list[LineWish]:
        """What is asked for, rows of nothing left out. For a form without errors."""
        wishes = [row.wish for row in self.rows if row.wish]
        return [wish for wish in wishes if wish.voucher_count or wish.amount_cents]

    @property
    def total_cents(self) -> int:
        """The face value of all rows that could be read."""
        return sum(
            row.wish.voucher_count * row.wish.face_value_cents + row.wish.amount_cents for row in self.rows if row.wish
        )


def suggested_form(order: Order, suggested: Sequence[SuggestedLine]) -> LinesForm:
    """The table as it opens: from the draft, the last order, or the usual amounts."""
    rows = []
    for line in suggested:
        row = Row(line.beneficiary)
        if order.product == Product.MEAL:
            row.count = str(line.voucher_count)
            row.value = euro_to_type(line.face_value_cents) if line.face_value_cents else ""
        else:
            row.amount = euro_to_type(line.amount_cents)
        _read_row(row, order)
        rows.append(row)
    return LinesForm(order, rows)


def posted_form(order: Order, beneficiaries: Sequence[Beneficiary], posted: Mapping[str, str]) -> LinesForm:
    """The table as it was sent, read row by row."""
    rows = []
    for beneficiary in beneficiaries:
        typed = Typed.from_post(posted, str(beneficiary.pk))
        row = Row(beneficiary, count=typed.count, value=typed.value, amount=typed.amount)
        _read_row(row, order)
        rows.append(row)
    return LinesForm(order, rows, left_out=_count_unknown(posted, {row.key for row in rows}))


def filled_form(order: Order, beneficiaries: Sequence[Beneficiary], posted: Mapping[str, str]) -> LinesForm:
    """The table with the same for everybody; as it was typed before when that can't be read."""
    typed = Typed.from_post(posted, EVERYBODY)
    rows = [Row(person, count=typed.count, value=typed.value, amount=typed.amount) for person in beneficiaries]
    for row in rows:
        _read_row(row, order)
    if rows and rows[0].error:
        typed.error = rows[0].error
        rows = posted_form(order, beneficiaries, posted).rows
    return LinesForm(order, rows, everybody=typed)


def _count_unknown(posted: Mapping[str, str], known: set[str]) -> int:
    """How many people of the posted table are not in it any more and would have got something."""
    asked = {
        name.partition("-")[2]
        for name, value in posted.items()
        if name.startswith(("count-", "amount-")) and value.strip() not in {"", "0", "0,00", "0.00"}
    }
    return len(asked - known - {EVERYBODY})


def _read_row(row: Row, order: Order) -> None:
    """Fill in `wish`, or `error` with the reason."""
    try:
        wish = _meal_wish(row) if order.product == Product.MEAL else _amount_wish(row)
        refusals = _refusals(wish, order)
    except Refusal as refusal:
        refusals = [refusal]
    except ValueError as error:
        row.error = str(error)
        return
    if refusals:
        row.error = message_of(refusals[0])
    else:
        row.wish = wish


def _meal_wish(row: Row) -> LineWish:
    """Raises `AmountInvalid`, or `ValueError` with a sentence for a count that is no whole number."""
    count = row.count or "0"
    if not (count.isascii() and count.isdigit() and len(count) <= VOUCHER_COUNT_DIGITS_MAX):
        raise ValueError(_("Enter a whole number of vouchers, for example 20."))
    value_cents = parse_euro(row.value) if row.value or int(count) else 0
    return LineWish(beneficiary_id=row.beneficiary.pk, voucher_count=int(count), face_value_cents=value_cents)


def _amount_wish(row: Row) -> LineWish:
    return LineWish(beneficiary_id=row.beneficiary.pk, amount_cents=parse_euro(row.amount) if row.amount else 0)


def _refusals(wish: LineWish, order: Order) -> list[Refusal]:
    """Why the rules refuse the line; a line of nothing is left out and never refused."""
    if not wish.voucher_count and not wish.amount_cents:
        return []
    line = (
        LineToOrder(product=Product.MEAL, voucher_count=wish.voucher_count, face_value_cents=wish.face_value_cents)
        if order.product == Product.MEAL
        else LineToOrder(product=Product(order.product), amount_cents=wish.amount_cents)
    )
    return refusals_of_line(line, month=order.loading_on)
