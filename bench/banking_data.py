"""Open invoices, and the bank's files that pay them: nine lines of ten with the communication, the rest less clear."""

from dataclasses import dataclass
from datetime import date

from bench.scratch import BIC, IBAN
from tegoed.formats.bank_statement import BankMovement, BankStatement
from tegoed.formats.camt053 import entries_of, write_camt053
from tegoed.formats.coda import Movement, Statement, numbered, write_coda
from tegoed.rules.structured_communication import make_structured_communication, pretty

CLIENTS = 500
PAYER = "BE71096123456769"
IN_FREE_TEXT, UNKNOWN = 18, 19
"""Of twenty lines: eighteen with the communication, one with the number in free text, one without."""
LINES = 20


@dataclass(frozen=True)
class Day:
    """A day's statement: which invoices (from `first` on) it pays, and how."""

    number: int
    first: int
    rows: int

    @property
    def on(self) -> date:
        return date(2026, 1, self.number)

    @property
    def amounts(self) -> list[int]:
        return [10_000 + index % 50 * 100 for index in range(self.rows)]

    @property
    def paid(self) -> list[int]:
        """Indexes of the lines that name an invoice."""
        return [index for index in range(self.rows) if index % LINES != UNKNOWN]

    def number_of(self, index: int) -> str:
        return make_structured_communication(1_000_000 + self.first + index)


def make_clients(client) -> None:
    """So many clients, each with a contract like that of the first."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH made AS (
                INSERT INTO clients_client (name, enterprise_number, vat_number, language, street, postcode, town,
                    billing_email, needs_approval, created_at)
                SELECT 'Klant ' || n, lpad(n::text, 10, '0'), '', 'nl', 'Straat 1', '9000', 'Gent', 'k@klant.example', false, now()
                FROM generate_series(1, %s) n RETURNING id
            )
            INSERT INTO clients_contract (client_id, product, form, tariff_id, starts_on)
            SELECT made.id, 'meal', 'electronic', tariff_id, starts_on
            FROM made, clients_contract old WHERE old.client_id = %s AND old.product = 'meal'
            """,
            [CLIENTS, client.pk],
        )


def make_invoices(day: Day) -> None:
    """An order with an open product invoice, in the books, for each line that names one."""
    from django.db import connection, transaction
    from django.utils import timezone

    from tegoed.billing.actions import client_account_specs
    from tegoed.ledger.door import Posting, open_accounts, post
    from tegoed.ledger.models import AccountKind, TransferKind

    numbers = day.paid
    amounts = day.amounts
    facts = {
        "ids": [day.first + index for index in numbers],
        "cents": [amounts[index] for index in numbers],
        "numbers": [day.number_of(index) for index in numbers],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id, client_id FROM clients_contract WHERE product = 'meal' ORDER BY id")
        contracts = cursor.fetchall()
        facts["contracts"] = [contracts[index % len(contracts)][0] for index in numbers]
        facts["clients"] = [contracts[index % len(contracts)][1] for index in numbers]
        cursor.execute(
            """
            INSERT INTO orders_order (id, client_id, contract_id, product, reference, loading_on, month_on, occasion,
                above_maximum_reason, lines_are_set, state, created_at, beneficiary_count, voucher_count, face_value_cents, total_cents)
            SELECT id, client, contract, 'meal', '', '2099-01-01', '2099-01-01', '', '', true, 'invoiced', now(), 0, 0, cents, cents
            FROM unnest(%(ids)s::bigint[], %(clients)s::bigint[], %(contracts)s::bigint[], %(cents)s::bigint[])
                asked(id, client, contract, cents)
            """,
            facts,
        )
        cursor.execute(
            """
            INSERT INTO billing_invoice (id, client_id, order_id, kind, series, year, number_in_year, number,
                structured_communication, language, issued_on, due_on, seller, buyer, exempt_cents, taxable_cents,
                vat_cents, total_cents, paid_cents, state, created_at, documents_at)
            SELECT id, client, id, 'product', 'P', 2026, id, 'B' || id, communication, 'nl', '2026-01-01', '2099-01-01',
                '{}', '{}', cents, 0, 0, cents, 0, 'open', now(), now()
            FROM unnest(%(ids)s::bigint[], %(clients)s::bigint[], %(cents)s::bigint[], %(numbers)s::text[])
                asked(id, client, cents, communication)
            """,
            facts,
        )
        cursor.execute(
            """
            INSERT INTO billing_invoicerow (invoice_id, position, reason, description, quantity, net_cents, vat_category,
                vat_basis_points)
            SELECT id, 1, 'face_value', 'x', 1, total_cents, 'E', 0 FROM billing_invoice WHERE id >= %s
            """,
            [day.first],
        )
        ids = {}
        for client_id in set(facts["clients"]):
            ids |= open_accounts(list(client_account_specs(client_id).values()))
        post(
            [
                Posting(
                    event_key=f"invoice_face_value:invoice:{invoice_id}",
                    kind=TransferKind.INVOICE_FACE_VALUE,
                    debit_id=ids[f"{AccountKind.RECEIVABLE}:client:{client_id}"],
                    credit_id=ids[f"{AccountKind.FUNDS_DUE}:client:{client_id}"],
                    amount_cents=cents,
                    event_at=timezone.now(),
                )
                for invoice_id, client_id, cents in zip(facts["ids"], facts["clients"], facts["cents"], strict=True)
            ]
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def words_of(day: Day, index: int) -> tuple[str | None, str]:
    """Structured communication and text of a line."""
    place = index % LINES
    if place == UNKNOWN:
        return None, f"maaltijdcheques februari, bestelling {index}"
    if place == IN_FREE_TEXT:
        return None, f"factuur {pretty(day.number_of(index))} dank u"
    return day.number_of(index), ""


def coda_of(day: Day, balance_cents: int) -> bytes:
    """The day as CODA."""
    movements = []
    for index, cents in enumerate(day.amounts):
        structured, text = words_of(day, index)
        movements.append(
            Movement(
                sequence=0, detail=0, amount_cents=cents, value_on=day.on, entry_on=day.on, transaction_type="0",
                family="01", transaction="50", category="000", structured_type="101" if structured else None,
                structured_content=structured or "", communication=text, counterparty_account=PAYER,
                counterparty_currency="EUR", counterparty_name=f"KLANT {index}", bank_reference=f"REF{index:012d}",
            )
        )  # fmt: skip
    statement = Statement(
        account_number=IBAN, account_structure="2", currency="EUR", created_on=day.on, sequence=day.number,
        old_balance_cents=balance_cents, old_balance_on=day.on, new_balance_cents=balance_cents + sum(day.amounts),
        new_balance_on=day.on, movements=tuple(movements), bic=BIC,
    )  # fmt: skip
    return write_coda([numbered(statement)])


def camt_of(day: Day, balance_cents: int) -> bytes:
    """The day as camt.053.001.08."""
    movements = []
    for index, cents in enumerate(day.amounts):
        structured, text = words_of(day, index)
        movements.append(
            BankMovement(
                amount_cents=cents, entry_on=day.on, value_on=day.on, structured=structured,
                communication=structured or text, counterparty_account=PAYER, counterparty_bic=BIC,
                counterparty_name=f"KLANT {index}", transaction_code="PMNT-RCDT-ESCT",
                bank_reference=f"REF{index:012d}", end_to_end_reference=f"E2E{index}",
            )
        )  # fmt: skip
    statement = BankStatement(
        account_number=IBAN, account_iban=IBAN, currency="EUR", created_on=day.on, sequence=day.number,
        old_balance_cents=balance_cents, old_balance_on=day.on, new_balance_cents=balance_cents + sum(day.amounts),
        new_balance_on=day.on, movements=tuple(movements),
    )  # fmt: skip
    return write_camt053([(statement, entries_of(statement))])
