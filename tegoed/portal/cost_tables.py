"""The costs of an order as they are shown: one table for each of its two invoices, before and after confirmation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tegoed.orders.models import CostReasonChoice, InvoiceKind, Order
from tegoed.rules.money import BASIS_POINTS_OF_WHOLE
from tegoed.rules.pricing import Cost, CostReason, Pricing, Totals, totals_of

PERCENT_OF_WHOLE = 100


@dataclass(frozen=True, slots=True)
class CostTable:
    """The costs that stand on one invoice, and their sums."""

    kind: InvoiceKind
    costs: Sequence[Cost]
    totals: Totals

    @property
    def rows(self) -> list[tuple[str, Cost]]:
        """Each cost with its reason in words."""
        return [(str(CostReasonChoice(cost.reason.value).label), cost) for cost in self.costs]

    @property
    def vat_percents(self) -> str:
        """The VAT rates of the taxed costs, for the row that shows the VAT: `21`."""
        rates = sorted({cost.vat_basis_points for cost in self.costs if cost.vat_category == "S"})
        return ", ".join(f"{rate * PERCENT_OF_WHOLE / BASIS_POINTS_OF_WHOLE:g}" for rate in rates)


def tables_of_pricing(pricing: Pricing) -> list[CostTable]:
    """Of an order that is not confirmed yet."""
    return _tables(
        {InvoiceKind.PRODUCT: pricing.product_costs, InvoiceKind.CARD: pricing.card_costs}.items(),
    )


def tables_of_order(order: Order) -> list[CostTable]:
    """As they were confirmed; none for a draft. One query."""
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
    return _tables(costs.items())


def _tables(costs_by_kind: Iterable[tuple[InvoiceKind, Sequence[Cost]]]) -> list[CostTable]:
    return [CostTable(kind, costs, totals_of(costs)) for kind, costs in costs_by_kind if costs]
