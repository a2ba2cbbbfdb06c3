"""Whether the bank covers all that belongs to holders, clients and merchants, as of any day (SPEC L7).

Its one law: what is owed and what is in the bank come from one snapshot of the ledger; nothing the issuer earned counts as
cover by name, only the cents in the bank do. What is owed is split by product where a product is known.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tegoed.ledger.models import AccountKind
from tegoed.ledger.past import BALANCE_LEGS
from tegoed.ledger.snapshot import one_snapshot
from tegoed.rules.dates import day_end

OWED_KINDS = (
    AccountKind.LOT,
    AccountKind.MERCHANT_PAYABLE,
    AccountKind.CLIENT_FUNDS,
    AccountKind.CLIENT_CREDIT,
    AccountKind.SUSPENSE,
    AccountKind.REFUND_DUE,
)


@dataclass(frozen=True, slots=True)
class OwedRow:
    """So many cents owed of a kind; of one product where that is known (empty otherwise)."""

    kind: AccountKind
    product: str
    cents: int


@dataclass(frozen=True, slots=True)
class BankRow:
    """A bank account and what the books say is on it, in cents."""

    iban: str
    holder: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Safeguarding:
    """The report at the end of a day. `products`: those that are owed anything, with `owed_by_product_cents`."""

    on: date
    owed: Sequence[OwedRow]
    bank: Sequence[BankRow]

    @property
    def owed_cents(self) -> int:
        """All that is owed."""
        return sum(row.cents for row in self.owed)

    @property
    def bank_cents(self) -> int:
        """All that is in the bank."""
        return sum(row.cents for row in self.bank)

    @property
    def margin_cents(self) -> int:
        """In the bank above what is owed; below zero, the money of others is not covered."""
        return self.bank_cents - self.owed_cents

    @property
    def is_covered(self) -> bool:
        """The bank holds at least what is owed."""
        return self.margin_cents >= 0

    @property
    def by_product(self) -> dict[str, int]:
        """Cents owed by product: vouchers on cards and on paper, and what is paid for them."""
        sums: dict[str, int] = {}
        for row in self.owed:
            if row.product:
                sums[row.product] = sums.get(row.product, 0) + row.cents
        return sums


# By kind; vouchers by product, bank accounts one by one. And what was loaded since.
_BY_KIND = f"""
SELECT kind, CASE kind WHEN 'lot' THEN product ELSE '' END, CASE kind WHEN 'bank' THEN account_id END, sum(cents)::bigint,
    -(sum(cents) FILTER (WHERE moved_by = 'load'))::bigint
FROM ({BALANCE_LEGS}) AS leg WHERE kind = ANY (%(kinds)s::text[]) GROUP BY 1, 2, 3
"""

# Funds know no product in the ledger, their orders do: those paid now, less what came since, plus what was taken back since.
# What was loaded since was funds too: `_BY_KIND` counts it.
_FUNDS_BY_PRODUCT = """
SELECT product, sum(cents)::bigint FROM (
    SELECT product, face_value_cents AS cents FROM orders_order WHERE state = 'paid'
    UNION ALL
    SELECT orders.product, CASE transfer.kind WHEN 'funds_paid' THEN -amount_cents ELSE amount_cents END
    FROM ledger_transfer AS transfer
    JOIN billing_invoice AS invoice ON invoice.id = split_part(transfer.event_key, ':', 3)::bigint
    JOIN orders_order AS orders ON orders.id = invoice.order_id
    WHERE transfer.kind IN ('funds_paid', 'funds_undone') AND transfer.event_at >= %(until)s
) AS moved GROUP BY product
"""

_BANK = """
SELECT bank.iban, bank.holder, account.id FROM banking_bankaccount AS bank
LEFT JOIN ledger_account AS account ON account.account_key = 'bank:' || bank.id ORDER BY bank.iban
"""


def safeguarding(on: date) -> Safeguarding:
    """What is owed and what covers it at the end of that day in Brussels. Three queries, one snapshot."""
    moment: dict[str, Any] = {"until": day_end(on), "kinds": [str(kind) for kind in (*OWED_KINDS, AccountKind.BANK)]}
    with one_snapshot(), connection.cursor() as cursor:
        cursor.execute(_BY_KIND, moment)
        found = cursor.fetchall()
        cursor.execute(_FUNDS_BY_PRODUCT, moment)
        funds = Counter(dict(cursor.fetchall()))
        cursor.execute(_BANK)
        accounts = cursor.fetchall()
    in_bank = {account_id: -cents for kind, _product, account_id, cents, _ in found if kind == AccountKind.BANK}
    owed = [(kind, product, cents) for kind, product, _account, cents, _ in found if kind != AccountKind.BANK]
    for kind, product, _account, _cents, loaded_cents in found:
        if kind == AccountKind.LOT:
            funds[product] += loaded_cents or 0
    return Safeguarding(
        on=on,
        owed=_owed_rows(owed, funds),
        bank=[BankRow(iban, holder, in_bank.get(account_id, 0)) for iban, holder, account_id in accounts],
    )


def _owed_rows(found: Sequence[tuple[str, str, int]], funds: Mapping[str, int]) -> list[OwedRow]:
    """In the order of `OWED_KINDS`; what the orders don't explain of the funds stands without product, never hidden."""
    rows: list[OwedRow] = []
    for kind in OWED_KINDS:
        by_product = {product: cents for found_kind, product, cents in found if found_kind == kind}
        if kind == AccountKind.CLIENT_FUNDS:
            total_cents = by_product.get("", 0)
            by_product = {**funds, "": total_cents - sum(funds.values())}
        rows += [OwedRow(kind, product, cents) for product, cents in sorted(by_product.items()) if cents]
    return rows
