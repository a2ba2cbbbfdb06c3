"""The bank of the demo: writes the CODA file in which it reports that invoices were paid."""

from collections.abc import Sequence

from tegoed.banking.queries import account_for_invoices
from tegoed.billing.models import Invoice
from tegoed.formats.coda import Movement, Statement, numbered, write_coda
from tegoed.rules.dates import brussels_today


def statement_file_paying(invoices: Sequence[Invoice]) -> bytes:
    """One statement of today: each invoice paid in full with its structured communication, on an account that was empty."""
    account = account_for_invoices()
    today = brussels_today()
    movements = tuple(
        Movement(
            sequence=0,
            detail=0,
            amount_cents=invoice.total_cents,
            value_on=today,
            entry_on=today,
            transaction_type="0",
            family="01",
            transaction="50",
            category="000",
            bank_reference=f"DEMO{number:08d}",
            structured_type="101",
            structured_content=invoice.structured_communication,
            counterparty_account="BE71096123456769",
            counterparty_currency="EUR",
            counterparty_bic="GKCCBEBB",
            counterparty_name="BAKKERIJ DE PROEF BV",
        )
        for number, invoice in enumerate(invoices, start=1)
    )
    statement = Statement(
        account_number=account.iban,
        account_structure="2",
        currency="EUR",
        created_on=today,
        sequence=1,
        old_balance_cents=0,
        old_balance_on=today,
        new_balance_cents=sum(invoice.total_cents for invoice in invoices),
        new_balance_on=today,
        movements=movements,
        holder=account.holder,
        bic=account.bic,
    )
    return write_coda([numbered(statement)])
