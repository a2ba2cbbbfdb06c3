"""A statement of account whatever its format: what CODA and camt.053 both tell, and nothing of how they spell it.

Its one law: each movement is money once, and all movements together are the new balance minus the old one. Amounts are
signed cents: money in is positive. Structured communications stand here only with right check digits. Whether the account
is ours and who paid what is for banking.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class BankMovement:
    """One movement. `structured`: the 12 digits it was paid with, or None.

    `end_to_end_reference` is what the one who ordered it gave along; `batch_reference` names the file of collections or
    transfers it was part of. `is_return`: it takes back an earlier payment, collection or transfer, for `return_reason`
    (ISO code, empty when the bank gives none).
    """

    amount_cents: int
    entry_on: date
    value_on: date | None = None
    structured: str | None = None
    communication: str = ""
    counterparty_account: str = ""
    counterparty_bic: str = ""
    counterparty_name: str = ""
    transaction_code: str = ""
    bank_reference: str = ""
    end_to_end_reference: str = ""
    batch_reference: str = ""
    mandate_reference: str = ""
    is_return: bool = False
    return_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatement:
    """One statement of one account. `account_number` is as the bank writes it, `account_iban` the IBAN it stands for.

    `sequence` is the bank's number: in CODA within the year of `new_balance_on`; in camt.053 as the bank likes, or None.
    """

    account_number: str
    account_iban: str | None
    currency: str
    created_on: date
    sequence: int | None
    old_balance_cents: int
    old_balance_on: date | None
    new_balance_cents: int
    new_balance_on: date
    movements: tuple[BankMovement, ...]
