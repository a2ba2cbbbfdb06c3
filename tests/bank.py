"""The bank of the tests: writes the files it would send, CODA or camt.053."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from cast import BIC, IBAN

from tegoed.billing.models import Invoice
from tegoed.formats.bank_statement import BankMovement, BankStatement
from tegoed.formats.camt053 import entries_of, write_camt053
from tegoed.formats.coda import Movement, Statement, numbered, write_coda
from tegoed.rules.dates import brussels_today


@dataclass(frozen=True)
class Payment:
    """Money in (or out when negative). `structured`: type 101; `free`: the text of the payer; `end_to_end`: its reference.

    `r_type`: the bank takes an earlier one back (1 reject, 2 return, 3 refund, 4 reversal), for the ISO `reason`.
    """

    amount_cents: int
    structured: str = ""
    free: str = ""
    name: str = "BAKKERIJ PEETERS"
    account: str = "BE71096123456769"
    end_to_end: str = ""
    r_type: str = ""
    reason: str = ""


def payment_of(invoice: Invoice, amount_cents: int | None = None) -> Payment:
    """The payment of what is open, with the structured communication."""
    return Payment(
        amount_cents=invoice.open_cents if amount_cents is None else amount_cents,
        structured=invoice.structured_communication,
    )


def returned(payment: Payment, amount_cents: int | None = None, r_type: str = "2") -> Payment:
    """The bank takes a payment back, wholly or in part."""
    return replace(
        payment, amount_cents=-(payment.amount_cents if amount_cents is None else amount_cents), r_type=r_type
    )


def coda_file(
    payments: Sequence[Payment],
    *,
    sequence: int = 1,
    old_balance_cents: int = 0,
    on: date | None = None,
    iban: str = IBAN,
) -> bytes:
    """One statement with these payments, as the bank sends it."""
    return write_coda(
        [statement_of(payments, sequence=sequence, old_balance_cents=old_balance_cents, on=on, iban=iban)]
    )


def statement_of(
    payments: Sequence[Payment],
    *,
    sequence: int = 1,
    old_balance_cents: int = 0,
    on: date | None = None,
    iban: str = IBAN,
) -> Statement:
    """The statement itself."""
    day = on or brussels_today()
    movements = tuple(
        Movement(
            sequence=0,
            detail=0,
            amount_cents=payment.amount_cents,
            value_on=day,
            entry_on=day,
            transaction_type="0",
            family="01",
            transaction="50",
            category="000",
            structured_type="101" if payment.structured else None,
            structured_content=payment.structured,
            communication=payment.free,
            counterparty_account=payment.account,
            counterparty_currency="EUR",
            counterparty_name=payment.name,
            bank_reference=f"REF{sequence:05d}{index:07d}",
            customer_reference=payment.end_to_end,
            r_type=payment.r_type,
            reason_code=payment.reason,
        )
        for index, payment in enumerate(payments, start=1)
    )
    return numbered(
        Statement(
            account_number=iban,
            account_structure="2",
            currency="EUR",
            created_on=day,
            sequence=sequence,
            old_balance_cents=old_balance_cents,
            old_balance_on=day,
            new_balance_cents=old_balance_cents + sum(payment.amount_cents for payment in payments),
            new_balance_on=day,
            movements=movements,
            holder="VOORBEELD UITGEVER NV",
            bic=BIC,
        )
    )


def camt_file(
    payments: Sequence[Payment],
    *,
    sequence: int | None = 1,
    old_balance_cents: int = 0,
    on: date | None = None,
    iban: str = IBAN,
    version: str = "08",
) -> bytes:
    """The same statement as camt.053."""
    made = camt_statement_of(payments, sequence=sequence, old_balance_cents=old_balance_cents, on=on, iban=iban)
    return write_camt053([(made, entries_of(made))], version=version)


def camt_statement_of(
    payments: Sequence[Payment],
    *,
    sequence: int | None = 1,
    old_balance_cents: int = 0,
    on: date | None = None,
    iban: str = IBAN,
) -> BankStatement:
    """The statement itself."""
    day = on or brussels_today()
    return BankStatement(
        account_number=iban,
        account_iban=iban,
        currency="EUR",
        created_on=day,
        sequence=sequence,
        old_balance_cents=old_balance_cents,
        old_balance_on=day,
        new_balance_cents=old_balance_cents + sum(payment.amount_cents for payment in payments),
        new_balance_on=day,
        movements=tuple(
            BankMovement(
                amount_cents=payment.amount_cents,
                entry_on=day,
                value_on=day,
                structured=payment.structured or None,
                communication=payment.structured or payment.free,
                counterparty_account=payment.account,
                counterparty_name=payment.name,
                transaction_code="PMNT-RCDT-ESCT",
                bank_reference=f"REF{index:012d}",
            )
            for index, payment in enumerate(payments, start=1)
        ),
    )
