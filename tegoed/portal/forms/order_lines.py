"""Step 2 of an order: who gets how much (SPEC O1).

Its one law: nothing that was typed is lost; a row that can't be read comes back as it was, with the reason next to it.
It is no Django formset: thousands of rows are read from the posted names `count-<id>`, `value-<id>`, `amount-<id>`,
`children-<id>`, `absent-<id>` and `tick-<id>`. Filling many rows at once is in `order_fill`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tegoed.beneficiaries.models import Beneficiary
from tegoed.errors import Refusal
from tegoed.log_safety import without_identifiers_in
from tegoed.orders.actions import LineWish, line_to_check
from tegoed.orders.checks import LineToCheck, issuer_allows_above_maximum, ordered_this_year, refusals_of
from tegoed.orders.models import Order
from tegoed.orders.queries import SuggestedLine
from tegoed.portal.forms.fields import euro_to_type
from tegoed.refusals import message_of
from tegoed.rules.money import parse_euro
from tegoed.rules.order_lines import AboveLegalMaximum, GiftOccasion
from tegoed.rules.products import Product
from tegoed.rules.working_days import working_days_of_month

LINES_BY_HAND_MAX = 2_000
"""By hand fits few people; beyond it the page is slow to scroll and to send, and the Excel form is the way."""

COUNT_DIGITS_MAX = 4
ID_DIGITS_MAX = 18
REASON_LENGTH_MAX = 200
EVERYBODY = "everybody"
"""Stands for the beneficiary id in the fields that fill many rows at once."""


TICKED = "ticked"
OF_SITE, OF_COST_CENTRE = "site:", "centre:"
"""What `whom` says, else it is for all; after the last two comes the id of the site, or the cost centre itself."""


@dataclass(slots=True)
class Typed:
    """The fields of one row, or of the row that fills many, as typed."""

    count: str = ""
    value: str = ""
    amount: str = ""
    children: str = ""
    absent: str = ""
    error: str = ""

    @classmethod
    def from_post(cls, posted: Mapping[str, str], key: str) -> "Typed":
        names = ("count", "value", "amount", "children", "absent")
        return cls(*(posted.get(f"{name}-{key}", "").strip() for name in names))


@dataclass(slots=True)
class Row:
    """One beneficiary as typed. `wish` is None until it could be read; `error` says why it can't be ordered.

    `above` says which legal maximum it goes past, where the issuer allows that with a reason.
    """

    beneficiary: Beneficiary
    typed: Typed
    is_ticked: bool = False
    error: str = ""
    above: str = ""
    wish: LineWish | None = None

    @property
    def key(self) -> str:
        """The end of the field names."""
        return str(self.beneficiary.pk)

    @property
    def remark(self) -> str:
        """What is said beside the row."""
        return self.error or self.above


class RowReader:
    """Reads rows of one order; equal lines are held against the rules once. Three queries at most."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.allows_above_maximum = issuer_allows_above_maximum()
        self._earlier = ordered_this_year(order)
        self._shares = _shares_of_lines(order)
        self._known: dict[LineToCheck, list[Refusal]] = {}

    def read(self, row: Row) -> None:
        """Fill in `wish`, and `error` or `above` with the reason."""
        row.error, row.above, row.wish = "", "", None
        try:
            wish = self._wish(row)
        except Refusal as refusal:
            row.error = message_of(refusal)
            return
        except ValueError as error:
            row.error = str(error)
            return
        refusals = self._refusals(wish)
        stopping = [refusal for refusal in refusals if not self._may_pass(refusal)]
        if stopping:
            row.error = message_of(stopping[0])
            return
        row.wish = wish
        row.above = message_of(refusals[0]) if refusals else ""

    def _may_pass(self, refusal: Refusal) -> bool:
        return self.allows_above_maximum and isinstance(refusal, AboveLegalMaximum)

    def _refusals(self, wish: LineWish) -> list[Refusal]:
        """Why the rules refuse the line; a line of nothing is left out and never refused."""
        if not wish.voucher_count and not wish.amount_cents:
            return []
        earlier_cents = self._earlier.get(wish.beneficiary_id, 0)
        line = line_to_check(self.order, wish, ordered_this_year_cents=earlier_cents)
        if line not in self._known:
            self._known[line] = refusals_of(line)
        return self._known[line]

    def _wish(self, row: Row) -> LineWish:
        """Raises `AmountInvalid`, or `ValueError` with a sentence for a count that is no whole number."""
        typed = row.typed
        if self.order.product == Product.MEAL:
            count = read_count(typed.count, _("Enter a whole number of vouchers, for example 20."))
            value_cents = parse_euro(typed.value) if typed.value or count else 0
            return LineWish(
                beneficiary_id=row.beneficiary.pk,
                voucher_count=count,
                face_value_cents=value_cents,
                worker_share_cents=self._shares.get(row.beneficiary.pk),
            )
        return LineWish(
            beneficiary_id=row.beneficiary.pk,
            amount_cents=parse_euro(typed.amount) if typed.amount else 0,
            child_count=read_count(typed.children, _("Enter a whole number of children, for example 2.")),
        )


def _shares_of_lines(order: Order) -> dict[int, int]:
    """The employee's share by beneficiary id, of an order that has none for all: the rows of its Excel form told it."""
    if order.worker_share_cents is not None or order.product != Product.MEAL:
        return {}
    told = order.lines.filter(worker_share_cents__isnull=False).values_list("beneficiary_id", "worker_share_cents")
    return {beneficiary_id: share_cents for beneficiary_id, share_cents in told if share_cents is not None}


def read_count(typed: str, complaint: str) -> int:
    """The whole number that was typed, 0 for nothing. Raises `ValueError` with the complaint."""
    count = typed or "0"
    if not (count.isascii() and count.isdigit() and len(count) <= COUNT_DIGITS_MAX):
        raise ValueError(complaint)
    return int(count)


@dataclass(slots=True)
class LinesForm:
    """The whole table. `left_out` counts posted rows of people who can't be ordered for any more.

    `reason`: why figures above a legal maximum are ordered all the same; `whom`: whom the filling is for.
    """

    order: Order
    rows: list[Row]
    everybody: Typed = field(default_factory=Typed)
    whom: str = ""
    left_out: int = 0
    reason: str = ""
    reason_error: str = ""

    @property
    def is_meal(self) -> bool:
        return self.order.product == Product.MEAL

    @property
    def asks_children(self) -> bool:
        """Children raise the maximum of one occasion only."""
        return self.order.occasion == GiftOccasion.END_OF_YEAR

    @property
    def working_days(self) -> int:
        """Of the month of performance."""
        return working_days_of_month(self.order.month_on.year, self.order.month_on.month)

    @property
    def rows_with_error(self) -> list[Row]:
        return [row for row in self.rows if row.error]

    @property
    def rows_above(self) -> list[Row]:
        """Those that go past a legal maximum and may, with a reason."""
        return [row for row in self.rows if row.above]

    @property
    def wishes(self) -> list[LineWish]:
        """What is asked for, rows of nothing left out. For a form without errors."""
        wishes = [row.wish for row in self.rows if row.wish]
        return [wish for wish in wishes if wish.voucher_count or wish.amount_cents]

    @property
    def not_included_count(self) -> int:
        """How many people get nothing, as far as the rows could be read."""
        return len(self.rows) - len(self.rows_with_error) - len(self.wishes)

    @property
    def total_cents(self) -> int:
        """The face value of all rows that could be read."""
        return sum(wish.voucher_count * wish.face_value_cents + wish.amount_cents for wish in self.wishes)

    @property
    def sites(self) -> list[tuple[int, str]]:
        """The workplaces of these people, by name."""
        sites = {row.beneficiary.site_id: row.beneficiary.site for row in self.rows}
        return sorted(
            ((pk, site.name) for pk, site in sites.items() if pk is not None and site is not None),
            key=lambda pair: pair[1],
        )

    @property
    def cost_centres(self) -> list[str]:
        """The cost centres of these people, in order."""
        return sorted({row.beneficiary.cost_centre for row in self.rows} - {""})

    @property
    def chosen_site(self) -> int | None:
        """The site that `whom` says."""
        chosen = self.whom.removeprefix(OF_SITE)
        is_id = chosen.isascii() and chosen.isdigit() and len(chosen) <= ID_DIGITS_MAX
        return int(chosen) if self.whom.startswith(OF_SITE) and is_id else None

    @property
    def chosen_cost_centre(self) -> str:
        """The cost centre that `whom` says."""
        return self.whom.removeprefix(OF_COST_CENTRE) if self.whom.startswith(OF_COST_CENTRE) else ""

    @property
    def can_be_saved(self) -> bool:
        """Nothing to correct, nobody lost, and a reason where one is needed."""
        return not (self.rows_with_error or self.left_out or self.reason_error)


def suggested_form(order: Order, suggested: Sequence[SuggestedLine]) -> LinesForm:
    """The table as it opens: from the draft, the last order, or the usual amounts."""
    reader = RowReader(order)
    form = LinesForm(order, [], reason=order.above_maximum_reason)
    for line in suggested:
        typed = Typed()
        if form.is_meal:
            typed.count = str(line.voucher_count)
            typed.value = euro_to_type(line.face_value_cents) if line.face_value_cents else ""
        else:
            typed.amount = euro_to_type(line.amount_cents)
            typed.children = str(line.child_count)
        row = Row(line.beneficiary, typed)
        reader.read(row)
        form.rows.append(row)
    return form


def posted_form(order: Order, beneficiaries: Sequence[Beneficiary], posted: Mapping[str, str]) -> LinesForm:
    """The table as it was sent, read row by row."""
    reader = RowReader(order)
    rows = []
    for beneficiary in beneficiaries:
        typed = Typed.from_post(posted, str(beneficiary.pk))
        row = Row(beneficiary, typed, is_ticked=f"tick-{beneficiary.pk}" in posted)
        reader.read(row)
        rows.append(row)
    form = LinesForm(
        order,
        rows,
        everybody=Typed.from_post(posted, EVERYBODY),
        whom=posted.get("whom", ""),
        left_out=_count_unknown(posted, {row.key for row in rows}),
        reason=posted.get("reason", "").strip(),
    )
    form.reason_error = _reason_error(form)
    return form


def _reason_error(form: LinesForm) -> str:
    """What is wrong with the reason for going above a maximum; it is asked only where a row does."""
    if not form.rows_above:
        return ""
    if not form.reason:
        return _("Write why you order more than the legal maximum, or lower the amounts.")
    if len(form.reason) > REASON_LENGTH_MAX:
        return _("Keep the reason below %(count)s characters.") % {"count": REASON_LENGTH_MAX}
    if without_identifiers_in(form.reason) != form.reason or not form.reason.isprintable():
        return _("Write the reason in words, without national numbers.")
    return ""


def _count_unknown(posted: Mapping[str, str], known: set[str]) -> int:
    """How many people of the posted table are not in it any more and would have got something."""
    asked = {
        name.partition("-")[2]
        for name, value in posted.items()
        if name.startswith(("count-", "amount-")) and value.strip() not in {"", "0", "0,00", "0.00"}
    }
    return len(asked - known - {EVERYBODY})
