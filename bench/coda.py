"""CODA: reading alone, and 10,000 payments read, matched, booked, with their orders paid."""

import statistics
import time
from datetime import date

from bench.coda_read import measure_reading
from bench.scratch import BIC, IBAN, row, scratch_database, set_up_client

READ_MOVEMENTS = 50_000
READ_TARGET = 50_000
PAYMENTS = 10_000
PAYMENT_TARGET = 2_000
ROUNDS = 3
PEERS = {"Tryton 8.2": 20, "pretix": 12.5}  # lines/s on the same work, measured elsewhere with their own scripts


def run() -> list[dict]:
    reading = statistics.median(measure_reading(READ_MOVEMENTS)["movements_per_second"] for _ in range(ROUNDS))
    rows = [
        row(
            f"read {READ_MOVEMENTS:,} movements",
            reading,
            "movements/s",
            target=f"≥ {READ_TARGET:,}",
            is_met=reading >= READ_TARGET,
        )
    ]
    with scratch_database("coda"):
        from tegoed.flows.check_books import check_books

        client = set_up_client()
        seconds, balance_cents = [], 0
        for number in range(1, ROUNDS + 1):
            content, balance_cents = _invoices_and_file(client, number, balance_cents)
            seconds.append(_book(content))
        findings = [finding for finding in check_books().findings if finding.code not in NOT_HERE]
        assert findings == [], findings
    speed = PAYMENTS / statistics.median(seconds)
    rows.append(
        row(
            f"{PAYMENTS:,} payments read, matched, booked, orders paid",
            speed,
            "lines/s",
            target=f"≥ {PAYMENT_TARGET:,}",
            is_met=speed >= PAYMENT_TARGET,
        )
    )
    rows += [
        row(
            f"the same, peer {peer}",
            value,
            "lines/s",
            reference_name="ours",
            reference_value=round(speed),
            ratio=speed / value,
        )
        for peer, value in PEERS.items()
    ]
    return rows


# The orders of this benchmark have no people; and their invoices are not numbered by the counter.
NOT_HERE = {"invoice-numbers-have-a-gap"}


def _book(content: bytes) -> float:
    from tegoed.flows.receive_statement import book_statement_file, receive_statement_file

    file = receive_statement_file(file_name="bench.cod", content=content, actor=None)
    began = time.perf_counter()
    report = book_statement_file(file_id=file.pk)
    seconds = time.perf_counter() - began
    assert report is not None
    assert len(report.paid_order_ids) == PAYMENTS
    return seconds


def _invoices_and_file(client, number: int, balance_cents: int) -> tuple[bytes, int]:
    """10,000 orders with an open invoice each, in the books; and the file in which the bank reports their payments."""
    from django.db import connection, transaction
    from django.utils import timezone

    from tegoed.billing.actions import client_account_specs
    from tegoed.formats.coda import Movement, Statement, numbered, write_coda
    from tegoed.ledger.door import Posting, open_accounts, post
    from tegoed.ledger.models import AccountKind, TransferKind
    from tegoed.rules.structured_communication import make_structured_communication

    first = (number - 1) * PAYMENTS + 1
    amounts = [10_000 + index % 50 * 100 for index in range(PAYMENTS)]
    numbers = [make_structured_communication(1_000_000 + first + index) for index in range(PAYMENTS)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO orders_order (id, client_id, contract_id, product, reference, loading_on, month_on, occasion, above_maximum_reason, state, created_at,
                beneficiary_count, voucher_count, face_value_cents, total_cents)
            SELECT %(first)s + n - 1, %(client)s, %(contract)s, 'meal', '', '2099-01-01', '2099-01-01', '', '', 'invoiced', now(), 0, 0, cents, cents
            FROM unnest(%(cents)s::bigint[]) WITH ORDINALITY asked(cents, n)
            """,
            {
                "first": first,
                "client": client.pk,
                "contract": client.contracts.get(product="meal").pk,
                "cents": amounts,
            },
        )
        cursor.execute(
            """
            INSERT INTO billing_invoice (id, client_id, order_id, kind, series, year, number_in_year, number,
                structured_communication, language, issued_on, due_on, seller, buyer, exempt_cents, taxable_cents,
                vat_cents, total_cents, paid_cents, state, created_at, documents_at)
            SELECT %(first)s + n - 1, %(client)s, %(first)s + n - 1, 'product', 'P', 2026, %(first)s + n - 1,
                'B' || (%(first)s + n - 1), communication, 'nl', '2026-01-01', '2099-01-01', '{}', '{}', cents, 0, 0,
                cents, 0, 'open', now(), now()
            FROM unnest(%(cents)s::bigint[], %(numbers)s::text[]) WITH ORDINALITY asked(cents, communication, n)
            """,
            {"first": first, "client": client.pk, "cents": amounts, "numbers": numbers},
        )
        cursor.execute(
            """
            INSERT INTO billing_invoicerow (invoice_id, position, reason, description, quantity, net_cents, vat_category,
                vat_basis_points)
            SELECT id, 1, 'face_value', 'x', 1, total_cents, 'E', 0 FROM billing_invoice WHERE id >= %s
            """,
            [first],
        )
        specs = client_account_specs(client.pk)
        ids = open_accounts(list(specs.values()))
        post(
            [
                Posting(
                    event_key=f"invoice_face_value:invoice:{first + index}",
                    kind=TransferKind.INVOICE_FACE_VALUE,
                    debit_id=ids[specs[AccountKind.RECEIVABLE].account_key],
                    credit_id=ids[specs[AccountKind.FUNDS_DUE].account_key],
                    amount_cents=cents,
                    event_at=timezone.now(),
                )
                for index, cents in enumerate(amounts)
            ]
        )
    day = date(2026, 1, number)
    movements = tuple(
        Movement(
            sequence=0,
            detail=0,
            amount_cents=cents,
            value_on=day,
            entry_on=day,
            transaction_type="0",
            family="01",
            transaction="50",
            category="000",
            structured_type="101",
            structured_content=communication,
            counterparty_account="BE71096123456769",
            counterparty_currency="EUR",
            counterparty_name="KLANT",
            bank_reference=f"REF{index:012d}",
        )
        for index, (cents, communication) in enumerate(zip(amounts, numbers, strict=True))
    )
    statement = Statement(
        account_number=IBAN,
        account_structure="2",
        currency="EUR",
        created_on=day,
        sequence=number,
        old_balance_cents=balance_cents,
        old_balance_on=day,
        new_balance_cents=balance_cents + sum(amounts),
        new_balance_on=day,
        movements=movements,
        bic=BIC,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return write_coda([numbered(statement)]), balance_cents + sum(amounts)
