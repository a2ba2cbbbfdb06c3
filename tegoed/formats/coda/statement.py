"""A statement of account as CODA tells it: frozen values, apart from how the file spells them.

Its one law: money is counted once. A movement of the statement is an amount of the account; where it is a total of
several payments (types 1 and 2), `bookable_movements` gives those payments instead, and their sum is still exactly the
new balance minus the old one. Amounts are signed cents of the account's currency: credit positive, debit negative.
It is not a record in the database, and knows nothing of invoices.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from tegoed.formats.coda.layout import GLOBALISED_TYPES, NUMBER_LIMIT
from tegoed.formats.coda.refusals import CodaBalanceWrong

_BELGIUM_AS_DIGITS = "111400"  # "BE00" in ISO 7064: B = 11, E = 14
_BELGIAN_BBAN, _FOREIGN_BBAN = "0", "1"


@dataclass(frozen=True, slots=True)
class Information:
    """Records 3.1 to 3.3: what the bank adds about one movement. Type 001 is the counterparty's name and address."""

    bank_reference: str
    transaction_code: str
    structured_type: str | None
    content: str


@dataclass(frozen=True, slots=True)
class Movement:
    """Records 2.1 to 2.3 with their information records and details.

    `sequence` and `detail` are the printed numbers (they go from 9999 to 0). `communication` is the free text,
    `structured_content` what follows the `structured_type`: the fields of the records put together at full width, so
    that spaces inside are those of the file. `counterparty_account` is as the bank gives it: an IBAN, or an old
    national number.
    """

    sequence: int
    detail: int
    amount_cents: int
    value_on: date | None
    entry_on: date
    transaction_type: str
    family: str
    transaction: str
    category: str
    bank_reference: str = ""
    customer_reference: str = ""
    communication: str = ""
    structured_type: str | None = None
    structured_content: str = ""
    counterparty_account: str = ""
    counterparty_currency: str = ""
    counterparty_bic: str = ""
    counterparty_name: str = ""
    r_type: str = ""
    reason_code: str = ""
    category_purpose: str = ""
    purpose: str = ""
    globalisation: int = 0
    information: tuple[Information, ...] = ()
    details: tuple["Movement", ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one account: from record 0 to record 9.

    `new_balance_on` is None for an empty statement that has no new balance record; its new balance is the old one.
    `old_balance_on` is None when the bank does not know it (000000). `company_number` is the holder's, 10 digits.
    `sequence` restarts each year; `paper_sequence` is what the bank prints, of no fixed meaning.
    """

    account_number: str
    account_structure: str
    currency: str
    created_on: date
    sequence: int
    old_balance_cents: int
    old_balance_on: date | None
    new_balance_cents: int
    new_balance_on: date | None
    movements: tuple[Movement, ...] = ()
    messages: tuple[str, ...] = ()
    holder: str = ""
    description: str = ""
    addressee: str = ""
    company_number: str = ""
    bank_code: str = "000"
    bic: str = ""
    file_reference: str = ""
    paper_sequence: str = "000"
    is_duplicate: bool = False

    @property
    def account_iban(self) -> str | None:
        """The account's IBAN (made from a Belgian national number too); None for a foreign national number.

        Its check digits are not judged here: an account counts only if it is one of ours, which is the stronger test.
        """
        if self.account_structure == _FOREIGN_BBAN:
            return None
        if self.account_structure == _BELGIAN_BBAN:
            return f"BE{98 - int(self.account_number + _BELGIUM_AS_DIGITS) % 97:02d}{self.account_number}"
        return self.account_number


def bookable_movements(statement: Statement) -> Iterator[Movement]:
    """The movements that are each one payment: details in place of totals by customer or bank (types 1 and 2).

    Types 3 and 7 are simple amounts (standard, 3.1): their details explain one payment and are left out.
    Raises `CodaBalanceWrong` if the payments are not exactly the difference of the balances.
    """
    payments: list[Movement] = []
    for movement in statement.movements:
        if movement.details and movement.transaction_type in GLOBALISED_TYPES:
            payments.extend(movement.details)
        else:
            payments.append(movement)
    booked_cents = statement.old_balance_cents + sum(payment.amount_cents for payment in payments)
    if booked_cents != statement.new_balance_cents:
        raise CodaBalanceWrong(expected=statement.new_balance_cents, found=booked_cents)
    return iter(payments)


def numbered(statement: Statement) -> Statement:
    """The same statement with the sequence and detail numbers its movements must have, for who makes one."""
    movements = (
        _numbered_movement(movement, sequence=index % NUMBER_LIMIT, detail=0)[0]
        for index, movement in enumerate(statement.movements, start=1)
    )
    return replace(statement, movements=tuple(movements))


def _numbered_movement(movement: Movement, *, sequence: int, detail: int) -> tuple[Movement, int]:
    """The movement with its numbers, and the detail number that comes next: information records take one each."""
    details = []
    following = detail + 1 + len(movement.information)
    for part in movement.details:
        numbered_part, following = _numbered_movement(part, sequence=sequence, detail=following)
        details.append(numbered_part)
    return replace(movement, sequence=sequence, detail=detail % NUMBER_LIMIT, details=tuple(details)), following
