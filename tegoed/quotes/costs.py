"""The costs of a quote's line as they are kept, and back: a quote shows for ever what it showed at first.

Its one law: `from_kept(as_kept(pricing)) == pricing`; sums are counted from the costs by the rule that counts invoices, so
that what is kept can't contradict itself.
"""

from collections.abc import Sequence
from typing import Any, Literal

from tegoed.rules.pricing import Cost, CostReason, Pricing, totals_of

Kept = list[dict[str, Any]]
InvoiceName = Literal["product", "card"]


def as_kept(pricing: Pricing) -> Kept:
    """The costs as JSON, in their order: on which invoice, why, how many, how much (cents without VAT)."""
    return [*_kept("product", pricing.product_costs), *_kept("card", pricing.card_costs)]


def from_kept(kept: Kept) -> Pricing:
    """The pricing that was kept. Raises `KeyError` or `ValueError` for what is none."""
    product_costs = _costs("product", kept)
    card_costs = _costs("card", kept)
    return Pricing(
        product_costs=product_costs,
        card_costs=card_costs,
        product_totals=totals_of(product_costs),
        card_totals=totals_of(card_costs),
    )


def _kept(invoice: InvoiceName, costs: Sequence[Cost]) -> Kept:
    return [
        {
            "invoice": invoice,
            "reason": cost.reason.value,
            "quantity": cost.quantity,
            "unit_cents": cost.unit_cents,
            "net_cents": cost.net_cents,
            "vat_category": cost.vat_category,
            "vat_basis_points": cost.vat_basis_points,
        }
        for cost in costs
    ]


def _costs(invoice: InvoiceName, kept: Kept) -> tuple[Cost, ...]:
    return tuple(
        Cost(
            reason=CostReason(row["reason"]),
            quantity=row["quantity"],
            unit_cents=row["unit_cents"],
            net_cents=row["net_cents"],
            vat_category=row["vat_category"],
            vat_basis_points=row["vat_basis_points"],
        )
        for row in kept
        if row["invoice"] == invoice
    )
