"""What a quote comes to: the most that its lines can cost, priced by the code that prices orders (SPEC Q1).

Its one law: whoever orders each line once, for the people and to the places that the quote names, never pays more (ADR 0025).
So everybody gets a card, at the higher price of a new and a replaced one; of all orders in which the lines can be placed the
dearest counts, since each order brings the cards that nobody had before it; and VAT is rounded on each invoice, as there.
It knows no one who has a card already, nor billing groups, nor the orders of later months.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import permutations

from tegoed.errors import Refusal
from tegoed.rules.card_need import CardReason
from tegoed.rules.money import AMOUNT_CENTS_MAX
from tegoed.rules.order_lines import (
    AmountImpossible,
    LineToOrder,
    WorkerShareImpossible,
    refusals_of_line,
)
from tegoed.rules.paper_vouchers import PaperValueUnknown, check_paper_value
from tegoed.rules.pricing import CostReason, OrderQuantities, Pricing, Tariff, price_order
from tegoed.rules.products import Form, FormNotAllowed, Product, ProductClosed, check_form, has_face_value

BENEFICIARY_COUNT_MAX = 1_000_000
"""More people than that is a typing mistake: Belgium's largest employers have some tens of thousands."""
SITE_COUNT_MAX = 10_000


class QuoteEmpty(Refusal):
    """No product is in the quote."""

    code = "quote-empty"


class QuoteLineTwice(Refusal):
    """One product in one form stands in the quote twice. Params: `product`, `form`."""

    code = "quote-line-twice"


class QuotedPeopleImpossible(Refusal):
    """Not a whole number of people from 1 up. Params: `beneficiary_count`, `maximum_count`."""

    code = "quoted-people-impossible"


class QuotedSitesImpossible(Refusal):
    """Not a whole number of workplaces, or none where cards go to workplaces. Params: `minimum_count`, `maximum_count`."""

    code = "quoted-sites-impossible"


class QuotedAmountTooSmall(Refusal):
    """Less than one cent for each. Params: `amount_cents`, `beneficiary_count`."""

    code = "quoted-amount-too-small"


class QuotedAmountTooLarge(Refusal):
    """More than a line may come to. Params: `maximum_cents`."""

    code = "quoted-amount-too-large"


class AmountNotWholeVouchers(Refusal):
    """On paper the amount is a number of vouchers of one value.

    Params: `amount_cents`, `face_value_cents`, `below_cents`, `above_cents` (the nearest that are; below may be 0).
    """

    code = "amount-not-whole-vouchers"


class Delivery(StrEnum):
    """Where the cards go: all of them to workplaces, or also to homes."""

    SITE = "site"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One product in one form, for so many people, at a tariff. Money in cents.

    `amount_cents`: face value for all people. Meal: people x `voucher_count` (each) x `face_value_cents`. On paper
    `face_value_cents` is what one voucher is worth. `worker_share_cents`: of each meal voucher, where told.
    """

    product: Product
    form: Form
    tariff: Tariff
    beneficiary_count: int
    amount_cents: int
    voucher_count: int = 0
    face_value_cents: int = 0
    worker_share_cents: int | None = None

    @property
    def is_on_card(self) -> bool:
        return self.form == Form.ELECTRONIC

    @property
    def average_cents(self) -> int:
        """What one person gets, on average, rounded down."""
        return self.amount_cents // self.beneficiary_count

    @property
    def all_voucher_count(self) -> int:
        """How many vouchers an order of this line counts."""
        if has_face_value(self.product):
            return self.beneficiary_count * self.voucher_count
        return self.beneficiary_count if self.is_on_card else self.amount_cents // self.face_value_cents


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is the same for all lines of a quote.

    `has_same_people`: who is in a line is also in each larger one, so that one card serves all. `site_count`: the workplaces
    that get cards (and vouchers on paper); with delivery to homes those that get some too, perhaps none.
    """

    has_same_people: bool = True
    delivery: Delivery = Delivery.SITE
    site_count: int = 1

    @property
    def paper_place_count(self) -> int:
        """Where vouchers on paper are brought: never to homes; who has no workplace gets them at the company's address."""
        return self.site_count if self.delivery == Delivery.SITE and self.site_count else self.site_count + 1


def price_quote(lines: Sequence[QuotedLine], circumstances: Circumstances) -> list[Pricing]:
    """What each line costs at most, in turn. For lines without refusals, each product and form once."""
    return max(
        (
            [_price(line, count, circumstances) for line, count in zip(lines, cards, strict=True)]
            for cards in _ways_cards_fall(lines, circumstances)
        ),
        key=total_of,
    )


def total_of(pricings: Sequence[Pricing]) -> int:
    """Cents in all, VAT included."""
    return sum(pricing.total_cents for pricing in pricings)


@dataclass(frozen=True, slots=True)
class QuoteSums:
    """Where the total goes: to the people, to the issuer, to the state. Cents."""

    face_value_cents: int
    fees_cents: int
    vat_cents: int

    @property
    def total_cents(self) -> int:
        return self.face_value_cents + self.fees_cents + self.vat_cents


def sums_of(pricing: Pricing) -> QuoteSums:
    """The total of a pricing, divided by where it goes."""
    costs = (*pricing.product_costs, *pricing.card_costs)
    face_value_cents = sum(cost.net_cents for cost in costs if cost.reason == CostReason.FACE_VALUE)
    return QuoteSums(
        face_value_cents=face_value_cents,
        fees_cents=sum(cost.net_cents for cost in costs) - face_value_cents,
        vat_cents=pricing.product_totals.vat_cents + pricing.card_totals.vat_cents,
    )


def people_count(lines: Sequence[QuotedLine], circumstances: Circumstances) -> int:
    """How many people get something."""
    counts = [line.beneficiary_count for line in lines]
    return max(counts, default=0) if circumstances.has_same_people else sum(counts)


def _ways_cards_fall(lines: Sequence[QuotedLine], circumstances: Circumstances) -> list[tuple[int, ...]]:
    """How many cards each line can bring, for all lines in turn, in each way; first: all of them with the largest line.

    An order brings a card for everybody whom no order before it served. The same people: it adds those that it has more
    than the largest before it.
    """
    if not circumstances.has_same_people:
        return [tuple(line.beneficiary_count if line.is_on_card else 0 for line in lines)]
    on_card = [place for place, line in enumerate(lines) if line.is_on_card]
    on_card.sort(key=lambda place: -lines[place].beneficiary_count)
    ways = []
    for placed in permutations(on_card):
        cards, served_count = [0] * len(lines), 0
        for place in placed:
            cards[place] = max(0, lines[place].beneficiary_count - served_count)
            served_count += cards[place]
        ways.append(tuple(cards))
    return list(dict.fromkeys(ways))


def _price(line: QuotedLine, card_count: int, circumstances: Circumstances) -> Pricing:
    tariff = line.tariff
    reason = _dearest_reason(tariff)
    card_site_count, card_home_count = _deliveries(card_count, tariff, circumstances)
    is_on_paper = not line.is_on_card
    quantities = OrderQuantities(
        product=line.product,
        face_value_cents=line.amount_cents,
        voucher_count=line.all_voucher_count,
        loaded_beneficiary_count=0 if is_on_paper else line.beneficiary_count,
        cards_by_reason={reason: card_count},
        card_site_count=card_site_count,
        card_home_count=card_home_count,
        paper_voucher_count=line.all_voucher_count if is_on_paper else 0,
        paper_site_count=min(circumstances.paper_place_count, line.beneficiary_count) if is_on_paper else 0,
    )
    return price_order(quantities, tariff)


def _dearest_reason(tariff: Tariff) -> CardReason:
    """Who comes from another employer may have lost the card there: it is then replaced, not made."""
    replacing_is_dearer = tariff.card_replacement_cents > tariff.card_production_cents
    return CardReason.LOST if replacing_is_dearer else CardReason.FIRST_ORDER


def _deliveries(card_count: int, tariff: Tariff, circumstances: Circumstances) -> tuple[int, int]:
    """To how many workplaces and homes so many cards go at most: of a mix of both, the dearest."""
    site_count = min(circumstances.site_count, card_count)
    if circumstances.delivery == Delivery.SITE:
        return site_count, 0
    if tariff.card_delivery_per_site_cents <= tariff.card_delivery_home_cents:
        site_count = 0
    return site_count, card_count - site_count


def refusals_of_quoted_line(line: QuotedLine, *, month: date) -> list[Refusal]:
    """Why no quote can hold this line; empty when one can. `month`: any day of the month it is for.

    A product by total has people who get more and less: what is above a yearly maximum on average is told by
    `quote_hints`, not refused.
    """
    on = month.replace(day=1)
    try:
        check_form(line.product, line.form, on)
    except (ProductClosed, FormNotAllowed) as refusal:
        return [refusal]
    refusals: list[Refusal] = []
    if not 1 <= line.beneficiary_count <= BENEFICIARY_COUNT_MAX:
        refusals.append(
            QuotedPeopleImpossible(beneficiary_count=line.beneficiary_count, maximum_count=BENEFICIARY_COUNT_MAX)
        )
    if has_face_value(line.product):
        return [*refusals, *_refusals_of_meal(line, on=on)]
    return [*refusals, *_refusals_of_amount(line)]


def check_circumstances(circumstances: Circumstances) -> None:
    """Raises `QuotedSitesImpossible`."""
    minimum_count = 1 if circumstances.delivery == Delivery.SITE else 0
    if not minimum_count <= circumstances.site_count <= SITE_COUNT_MAX:
        raise QuotedSitesImpossible(minimum_count=minimum_count, maximum_count=SITE_COUNT_MAX)


def _refusals_of_meal(line: QuotedLine, *, on: date) -> list[Refusal]:
    asked = LineToOrder(
        product=line.product,
        voucher_count=line.voucher_count,
        face_value_cents=line.face_value_cents,
        worker_share_cents=line.worker_share_cents,
    )
    refusals = refusals_of_line(asked, month=on)
    if not refusals and line.voucher_count == 0:
        return [AmountImpossible(amount_cents=0, reason="no-vouchers")]
    return [_in_a_quote(refusal) for refusal in refusals]


def _in_a_quote(refusal: Refusal) -> Refusal:
    """The same, with the remedy on the page of a quote: an order has its steps and its Excel form for the employee's share."""
    if isinstance(refusal, WorkerShareImpossible) or refusal.params.get("reason") == "share":
        return type(refusal)(**(dict(refusal.params) | {"reason": "in-quote"}))
    return refusal


def _refusals_of_amount(line: QuotedLine) -> list[Refusal]:
    if line.amount_cents > AMOUNT_CENTS_MAX:
        return [QuotedAmountTooLarge(maximum_cents=AMOUNT_CENTS_MAX)]
    if line.amount_cents < max(line.beneficiary_count, 1):
        return [QuotedAmountTooSmall(amount_cents=line.amount_cents, beneficiary_count=line.beneficiary_count)]
    if line.is_on_card:
        return []
    try:
        check_paper_value(line.face_value_cents)
    except PaperValueUnknown as refusal:
        return [refusal]
    rest_cents = line.amount_cents % line.face_value_cents
    if not rest_cents:
        return []
    below_cents = line.amount_cents - rest_cents
    return [
        AmountNotWholeVouchers(
            amount_cents=line.amount_cents,
            face_value_cents=line.face_value_cents,
            below_cents=below_cents,
            above_cents=below_cents + line.face_value_cents,
        )
    ]
