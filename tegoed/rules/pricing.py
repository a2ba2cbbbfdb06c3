"""What an order costs: each cost with its reason, and the totals of its two invoices (SPEC I1, I4).

Its one law: VAT is counted once, on the total of each rate and side, rounded half away from zero; lines carry no VAT,
so that screen, invoice and Peppol document can't differ by a cent. Face value is outside VAT (category E), fees are
taxed (category S) at the rate of the tariff. More people or more vouchers never cost less.
It doesn't know who needs a card (`card_need`) nor what may be ordered (`order_lines`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import Literal

from tegoed.errors import Refusal
from tegoed.rules.card_need import REPLACEMENT_REASONS, CardReason
from tegoed.rules.dates import brussels_today
from tegoed.rules.money import BASIS_POINTS_OF_WHOLE, portion_cents
from tegoed.rules.products import Product
from tegoed.rules.statutory import statutory_value

VatCategory = Literal["E", "S"]


class CostReason(StrEnum):
    """What is paid for. Those of cards stand on the card invoice, the others on the product invoice."""

    FACE_VALUE = "face_value"
    SERVICE = "service"
    LOADING = "loading"
    PAPER_PRINTING = "paper_printing"
    PAPER_DELIVERY = "paper_delivery"
    CARD_PRODUCTION = "card_production"
    CARD_REPLACEMENT = "card_replacement"
    CARD_DELIVERY_SITE = "card_delivery_site"
    CARD_DELIVERY_HOME = "card_delivery_home"


class ReplacementFeeAboveMaximum(Refusal):
    """Replacing a card costs more than the law allows. Params: `fee_cents`, `maximum_cents`, `sources`."""

    code = "replacement-fee-above-maximum"


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices of one contract, in cents without VAT and basis points (hundredths of a percent), all 0 or more.

    `service_basis_points` is counted on the face value. Raises `ValueError` otherwise.
    """

    service_basis_points: int
    service_per_voucher_cents: int
    loading_per_beneficiary_cents: int
    card_production_cents: int
    card_replacement_cents: int
    card_delivery_per_site_cents: int
    card_delivery_home_cents: int
    vat_basis_points: int
    paper_printing_per_voucher_cents: int = 0
    paper_delivery_per_site_cents: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_natural(getattr(self, field.name), field.name)
        if max(self.service_basis_points, self.vat_basis_points) > BASIS_POINTS_OF_WHOLE:
            raise ValueError("a rate is at most 100 %")


@dataclass(frozen=True, slots=True)
class OrderQuantities:
    """What is counted in an order of one product, all 0 or more. `face_value_cents` is the total of the whole order.

    Of the cards, `card_home_count` go to homes; the others go to `card_site_count` sites. Raises `ValueError` if there
    are fewer cards than deliveries. Vouchers on paper need no card and are not loaded on one: `paper_voucher_count` of
    them are printed and brought to `paper_site_count` places.
    """

    product: Product
    face_value_cents: int
    voucher_count: int
    loaded_beneficiary_count: int
    cards_by_reason: Mapping[CardReason, int]
    card_site_count: int
    card_home_count: int
    paper_voucher_count: int = 0
    paper_site_count: int = 0

    def __post_init__(self) -> None:
        for name in ("face_value_cents", "voucher_count", "loaded_beneficiary_count"):
            _check_natural(getattr(self, name), name)
        for name in ("card_site_count", "card_home_count", "paper_voucher_count", "paper_site_count"):
            _check_natural(getattr(self, name), name)
        for reason, count in self.cards_by_reason.items():
            _check_natural(count, reason)
        if self.card_site_count + self.card_home_count > sum(self.cards_by_reason.values()):
            raise ValueError("there are more deliveries than cards")


@dataclass(frozen=True, slots=True)
class Cost:
    """One cost. `quantity` x `unit_cents` is `net_cents`, unless `unit_cents` is None: the quantity then informs."""

    reason: CostReason
    quantity: int
    unit_cents: int | None
    net_cents: int
    vat_category: VatCategory
    vat_basis_points: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of one invoice: `net_cents` = exempt + taxable, `total_cents` = net + VAT."""

    net_cents: int
    exempt_cents: int
    taxable_cents: int
    vat_cents: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class Pricing:
    """The costs of an order and their sums, for the product invoice and the card invoice."""

    product_costs: tuple[Cost, ...]
    card_costs: tuple[Cost, ...]
    product_totals: Totals
    card_totals: Totals

    @property
    def total_cents(self) -> int:
        """What the client pays in all, VAT included."""
        return self.product_totals.total_cents + self.card_totals.total_cents


def price_order(quantities: OrderQuantities, tariff: Tariff) -> Pricing:
    """All costs of the order. Costs of nothing are left out; the face value always stands there."""
    product_costs = (_face_value(quantities), *_charged(_product_fees(quantities, tariff)))
    card_costs = _charged(_card_fees(quantities, tariff))
    return Pricing(
        product_costs=product_costs,
        card_costs=card_costs,
        product_totals=totals_of(product_costs),
        card_totals=totals_of(card_costs),
    )


def priced_together(pricings: Sequence[Pricing]) -> Pricing:
    """Several pricings as one to look at: equal costs added up, and the sums those of the invoices, each rounded by itself."""
    return Pricing(
        product_costs=_added_up(pricing.product_costs for pricing in pricings),
        card_costs=_added_up(pricing.card_costs for pricing in pricings),
        product_totals=_sum_of(pricing.product_totals for pricing in pricings),
        card_totals=_sum_of(pricing.card_totals for pricing in pricings),
    )


def _added_up(costs: Iterable[tuple[Cost, ...]]) -> tuple[Cost, ...]:
    added: dict[tuple[str, int | None, str, int], Cost] = {}
    for cost in chain.from_iterable(costs):
        key = (cost.reason, cost.unit_cents, cost.vat_category, cost.vat_basis_points)
        known = added.get(key)
        added[key] = (
            replace(known, quantity=known.quantity + cost.quantity, net_cents=known.net_cents + cost.net_cents)
            if known
            else cost
        )
    return tuple(added.values())


def _sum_of(totals: Iterable[Totals]) -> Totals:
    nothing = Totals(net_cents=0, exempt_cents=0, taxable_cents=0, vat_cents=0, total_cents=0)
    rows = [astuple(each) for each in (nothing, *totals)]
    return Totals(*(sum(column) for column in zip(*rows, strict=True)))


def totals_of(costs: Iterable[Cost]) -> Totals:
    """The sums of one invoice, VAT counted on the total of each rate and rounded half away from zero."""
    exempt_cents = 0
    taxable_by_rate: dict[int, int] = {}
    for cost in costs:
        if cost.vat_category == "E":
            exempt_cents += cost.net_cents
        else:
            rate = cost.vat_basis_points
            taxable_by_rate[rate] = taxable_by_rate.get(rate, 0) + cost.net_cents
    taxable_cents = sum(taxable_by_rate.values())
    vat_cents = sum(portion_cents(cents, rate) for rate, cents in taxable_by_rate.items())
    net_cents = exempt_cents + taxable_cents
    return Totals(
        net_cents=net_cents,
        exempt_cents=exempt_cents,
        taxable_cents=taxable_cents,
        vat_cents=vat_cents,
        total_cents=net_cents + vat_cents,
    )


def check_replacement_fee(tariff: Tariff, meal_face_value_cents: int, *, on: date | None = None) -> None:
    """A replaced card costs at most one meal voucher (statutory `replacement_card_cost_max`), VAT left aside.

    `on` (default: today in Brussels) decides which figure holds. Raises `ReplacementFeeAboveMaximum`.
    """
    maximum = statutory_value(Product.MEAL, "replacement_card_cost_max", on or brussels_today())
    if maximum is None:
        return
    maximum_cents = int(maximum.value) * meal_face_value_cents
    if tariff.card_replacement_cents > maximum_cents:
        raise ReplacementFeeAboveMaximum(
            fee_cents=tariff.card_replacement_cents, maximum_cents=maximum_cents, sources=maximum.sources
        )


def _face_value(quantities: OrderQuantities) -> Cost:
    return Cost(
        reason=CostReason.FACE_VALUE,
        quantity=quantities.voucher_count,
        unit_cents=None,
        net_cents=quantities.face_value_cents,
        vat_category="E",
        vat_basis_points=0,
    )


def _product_fees(quantities: OrderQuantities, tariff: Tariff) -> tuple[Cost, ...]:
    vouchers = quantities.voucher_count
    share_cents = portion_cents(quantities.face_value_cents, tariff.service_basis_points)
    return (
        _fee(
            CostReason.SERVICE,
            vouchers,
            None if share_cents else tariff.service_per_voucher_cents,
            share_cents + vouchers * tariff.service_per_voucher_cents,
            tariff,
        ),
        _counted_fee(
            CostReason.LOADING, quantities.loaded_beneficiary_count, tariff.loading_per_beneficiary_cents, tariff
        ),
        _counted_fee(
            CostReason.PAPER_PRINTING, quantities.paper_voucher_count, tariff.paper_printing_per_voucher_cents, tariff
        ),
        _counted_fee(
            CostReason.PAPER_DELIVERY, quantities.paper_site_count, tariff.paper_delivery_per_site_cents, tariff
        ),
    )


def _card_fees(quantities: OrderQuantities, tariff: Tariff) -> tuple[Cost, ...]:
    replaced = sum(count for reason, count in quantities.cards_by_reason.items() if reason in REPLACEMENT_REASONS)
    produced = sum(quantities.cards_by_reason.values()) - replaced
    return (
        _counted_fee(CostReason.CARD_PRODUCTION, produced, tariff.card_production_cents, tariff),
        _counted_fee(CostReason.CARD_REPLACEMENT, replaced, tariff.card_replacement_cents, tariff),
        _counted_fee(
            CostReason.CARD_DELIVERY_SITE, quantities.card_site_count, tariff.card_delivery_per_site_cents, tariff
        ),
        _counted_fee(
            CostReason.CARD_DELIVERY_HOME, quantities.card_home_count, tariff.card_delivery_home_cents, tariff
        ),
    )


def _counted_fee(reason: CostReason, quantity: int, unit_cents: int, tariff: Tariff) -> Cost:
    return _fee(reason, quantity, unit_cents, quantity * unit_cents, tariff)


def _fee(reason: CostReason, quantity: int, unit_cents: int | None, net_cents: int, tariff: Tariff) -> Cost:
    """A fee of ours. Without VAT in the tariff it is exempt: category S can't stand at 0 % (EN 16931 BR-S-05)."""
    return Cost(
        reason=reason,
        quantity=quantity,
        unit_cents=unit_cents,
        net_cents=net_cents,
        vat_category="S" if tariff.vat_basis_points else "E",
        vat_basis_points=tariff.vat_basis_points,
    )


def _charged(costs: Iterable[Cost]) -> tuple[Cost, ...]:
    return tuple(cost for cost in costs if cost.net_cents)


def _check_natural(number: object, name: str) -> None:
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(f"{name} is a whole number of 0 or more, not {number!r}")
