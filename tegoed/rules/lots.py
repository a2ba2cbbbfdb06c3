"""Lots of vouchers: until when one can be spent, and from which lots a purchase is taken.

Its one law: the shortest validity goes first (statutory `all_e,debit_order`), and never a cent more than the open lots
hold is planned. A lot can be spent up to and including its `expires_on`, counted in Brussels.
It moves no money: the ledger does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tegoed.errors import Refusal
from tegoed.rules.dates import add_months
from tegoed.rules.products import Product, validity_months


class BalanceTooLow(Refusal):
    """The lots that can be spent hold less than asked. Params: `asked_cents`, `available_cents`."""

    code = "balance-too-low"


@dataclass(frozen=True, slots=True)
class OpenLot:
    """What is left of one load. `expires_on` is the last day of use; `credited_at` carries a time zone."""

    lot_id: int
    expires_on: date
    credited_at: datetime
    balance_cents: int


def expires_on(product: Product, credited_on: date) -> date:
    """The last day on which vouchers credited on that Brussels date can be spent (SPEC L2).

    The same day of the month after the product's validity, or the month's last day where it has no such day.
    Raises `ProductClosed`.
    """
    return add_months(credited_on, validity_months(product, credited_on))


def spend_plan(lots: Iterable[OpenLot], amount_cents: int, *, on: date) -> tuple[tuple[int, int], ...]:
    """How much to take from which lot, as (lot id, cents > 0): shortest validity first, then oldest, then lowest id.

    Lots expired on `on` are not used. Raises `BalanceTooLow`; `ValueError` for an amount that is not positive, a lot
    listed twice or a lot below zero.
    """
    spendable = sorted(
        (lot for lot in lots if lot.expires_on >= on),
        key=lambda lot: (lot.expires_on, lot.credited_at, lot.lot_id),
    )
    if amount_cents <= 0:
        raise ValueError("what is spent is more than zero")
    if len({lot.lot_id for lot in spendable}) != len(spendable):
        raise ValueError("a lot is listed twice")
    if any(lot.balance_cents < 0 for lot in spendable):
        raise ValueError("a lot is below zero")
    available_cents = sum(lot.balance_cents for lot in spendable)
    if available_cents < amount_cents:
        raise BalanceTooLow(asked_cents=amount_cents, available_cents=available_cents)
    plan = []
    rest_cents = amount_cents
    for lot in spendable:
        taken_cents = min(rest_cents, lot.balance_cents)
        if taken_cents:
            plan.append((lot.lot_id, taken_cents))
        rest_cents -= taken_cents
    return tuple(plan)
