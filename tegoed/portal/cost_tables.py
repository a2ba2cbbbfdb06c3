"""The costs of an order as they are shown: one table for each of its two invoices, before and after confirmation."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

from tegoed.orders.models import CostReasonChoice, InvoiceKind, Order
from tegoed.orders.queries import contract_now
from tegoed.rules.money import BASIS_POINTS_OF_WHOLE, format_euro, portion_cents
from tegoed.rules.pricing import Cost, CostReason, Pricing, Tariff, Totals, totals_of

PERCENT_OF_WHOLE = 100


@dataclass(frozen=True, slots=True)
class CostTable:
    """The costs that stand on one invoice, and their sums."""

    kind: InvoiceKind
    costs: Sequence[Cost]
    totals: Totals
    tariff: Tariff | None = None

    @property
    def rows(self) -> list[tuple[str, Cost]]:
        """Each cost with its reason in words; service says how it is counted."""
        return [(self._label(cost), cost) for cost in self.costs]

    def _label(self, cost: Cost) -> str:
        label = str(CostReasonChoice(cost.reason.value).label)
        if cost.reason != CostReason.SERVICE or self.tariff is None or not self._counts_as(self.tariff, cost):
            return label
        facts = {
            "service": label,
            "percent": percent_of(self.tariff.service_basis_points),
            "each": format_euro(self.tariff.service_per_voucher_cents, (get_language() or settings.LANGUAGE_CODE)[:2]),
        }
        if not self.tariff.service_per_voucher_cents:
            return gettext("%(service)s: %(percent)s of the face value") % facts
        return gettext("%(service)s: %(percent)s of the face value and %(each)s per voucher") % facts

    def _counts_as(self, tariff: Tariff, cost: Cost) -> bool:
        """Whether this tariff gives this cost by a percentage: a contract may have another tariff since."""
        face_value_cents = sum(other.net_cents for other in self.costs if other.reason == CostReason.FACE_VALUE)
        share_cents = portion_cents(face_value_cents, tariff.service_basis_points)
        return share_cents > 0 and cost.net_cents == share_cents + cost.quantity * tariff.service_per_voucher_cents

    @property
    def vat_percents(self) -> str:
        """The VAT rates of the taxed costs, for the row that shows the VAT: `21`."""
        rates = sorted({cost.vat_basis_points for cost in self.costs if cost.vat_category == "S"})
        return ", ".join(f"{rate * PERCENT_OF_WHOLE / BASIS_POINTS_OF_WHOLE:g}" for rate in rates)


def percent_of(basis_points: int) -> str:
    """A rate as the reader's language writes it: `1,5 %`."""
    percent = Decimal(basis_points) * PERCENT_OF_WHOLE / BASIS_POINTS_OF_WHOLE
    return f"{number_format(percent.normalize(), use_l10n=True)} %" if percent % 1 else f"{int(percent)} %"


def tariff_of(order: Order) -> Tariff:
    """The prices that confirming the order would use now. One query."""
    return contract_now(order).tariff.terms()


def tables_of_pricing(pricing: Pricing, *, tariff: Tariff | None = None) -> list[CostTable]:
    """Of an order that is not confirmed yet; with its tariff the service says how it is counted."""
    tables = [
        CostTable(InvoiceKind.PRODUCT, pricing.product_costs, pricing.product_totals, tariff),
        CostTable(InvoiceKind.CARD, pricing.card_costs, pricing.card_totals, tariff),
    ]
    return [table for table in tables if table.costs]


def tables_of_order(order: Order) -> list[CostTable]:
    """As they were confirmed; none for a draft. One query, for an order with its contract and tariff."""
    tariff = order.contract.tariff.terms()
    costs: dict[InvoiceKind, list[Cost]] = {kind: [] for kind in InvoiceKind}
    for row in order.costs.all():
        cost = Cost(
            reason=CostReason(row.reason),
            quantity=row.quantity,
            unit_cents=row.unit_cents,
            net_cents=row.net_cents,
            vat_category="E" if row.vat_category == "E" else "S",
            vat_basis_points=row.vat_basis_points,
        )
        costs[InvoiceKind(row.invoice_kind)].append(cost)
    return [CostTable(kind, of_kind, totals_of(of_kind), tariff) for kind, of_kind in costs.items() if of_kind]
