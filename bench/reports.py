"""The bookkeeper's reports on a million transfers: aged balance, safeguarding, day close, journal; beside one bare sum.

The scratch database is filled set-based with a year of an issuer: 200,000 invoices of 500 clients with the transfers that
issuing, paying and loading post, 96 of 100 paid, and a statement for each day. Past days are the dear ones: all that is
younger is taken back.
"""

import os
import resource
import statistics
import time
from datetime import timedelta

from bench.scratch import row, scratch_database, set_up_client

INVOICES = int(os.environ.get("TEGOED_BENCH_ROWS", "200000"))
CLIENTS = 500
DAYS = 365
ROUNDS = 3
SECONDS_MAX = 2

# Transfers as the stories post them: face value, fees and VAT of each invoice; payment, funds and load of those paid.
FILL = """
CREATE TEMPORARY TABLE plan AS
SELECT nth, 1 + nth %% {clients} AS place, (DATE '{today}' - {days} - 2 + nth * {days} / {invoices})::date AS issued_on,
    10000 + nth %% 500 * 100 AS face, 150 AS fees, 32 AS vat, nth %% 25 <> 0 AS is_paid
FROM generate_series(1, {invoices}) AS nth;

INSERT INTO clients_client (name, enterprise_number, {client_columns})
SELECT 'Client ' || number, lpad((100000000 + number)::text, 10, '0'), {client_columns}
FROM generate_series(1, {clients}) AS number, (SELECT * FROM clients_client ORDER BY id LIMIT 1) AS model;

CREATE TEMPORARY TABLE party AS SELECT row_number() OVER (ORDER BY id) AS place, id FROM clients_client WHERE name LIKE 'Client %%';

INSERT INTO ledger_account (account_key, kind, client_id)
SELECT kind || ':client:' || party.id, kind, party.id
FROM party, unnest(ARRAY['receivable', 'funds_due', 'client_funds', 'client_credit']) AS kind;
INSERT INTO ledger_account (account_key, kind) VALUES ('revenue', 'revenue'), ('vat', 'vat'), ('suspense', 'suspense'),
    ('opening', 'opening'), ('outgoing', 'outgoing_unplaced'), ('bank:{bank}', 'bank');
INSERT INTO ledger_account (account_key, kind, wallet_id, product, expires_on)
SELECT 'lot:order-line:' || nth, 'lot', nth, (ARRAY['meal', 'eco'])[1 + nth %% 2], issued_on + 365 FROM plan WHERE is_paid;

INSERT INTO orders_order (client_id, contract_id, product, reference, loading_on, month_on, occasion, above_maximum_reason,
    state, created_at, lines_are_set, confirmed_at, paid_at, loaded_at, beneficiary_count, voucher_count, face_value_cents, total_cents)
SELECT party.id, (SELECT min(id) FROM clients_contract), (ARRAY['meal', 'eco'])[1 + nth %% 2], nth::text, issued_on,
    date_trunc('month', issued_on)::date, '', '', CASE WHEN is_paid THEN 'loaded' ELSE 'invoiced' END, issued_on, true, issued_on,
    CASE WHEN is_paid THEN issued_on + INTERVAL '34 hours' END, CASE WHEN is_paid THEN issued_on + INTERVAL '35 hours' END,
    1, 20, face, face + fees + vat
FROM plan JOIN party USING (place) ORDER BY nth;

INSERT INTO billing_invoice (client_id, order_id, kind, series, year, number_in_year, number, structured_communication, language,
    issued_on, due_on, seller, buyer, exempt_cents, taxable_cents, vat_cents, total_cents, paid_cents, state, paid_at, created_at)
SELECT orders.client_id, orders.id, 'product', 'P', 2026, nth, 'P' || nth, lpad(nth::text, 12, '0'), 'nl', issued_on,
    issued_on + 14, '{{}}', '{{}}', face, fees, vat, face + fees + vat, CASE WHEN is_paid THEN face + fees + vat ELSE 0 END,
    CASE WHEN is_paid THEN 'paid' ELSE 'open' END, CASE WHEN is_paid THEN issued_on + INTERVAL '34 hours' END, issued_on
FROM plan JOIN orders_order AS orders ON orders.reference = plan.nth::text ORDER BY plan.nth;

INSERT INTO banking_statementfile (file_name, sha256, content, state, refusal_code, refusal_params, received_at, booked_at, line_count)
VALUES ('bench', 'bench', '', 'booked', '', '{{}}', now(), now(), 0);
INSERT INTO banking_statement (file_id, bank_account_id, year, sequence, old_balance_cents, new_balance_on, new_balance_cents)
SELECT (SELECT max(id) FROM banking_statementfile), {bank}, 2025, row_number() OVER (ORDER BY day_on),
    sum(cents) OVER (ORDER BY day_on) - cents, day_on, sum(cents) OVER (ORDER BY day_on)
FROM (SELECT issued_on + 1 AS day_on, sum(face + fees + vat) AS cents FROM plan WHERE is_paid GROUP BY 1) AS day;
INSERT INTO banking_statementline (statement_id, position, amount_cents, entry_on, counterparty_account, counterparty_name,
    communication, structured_communication, transaction_code, bank_reference, customer_reference, state, rung, reason, unplaced_cents)
SELECT statement.id, nth, face + fees + vat, issued_on + 1, '', '', nth::text, '', '', '', '', 'matched', 1, 'matched', 0
FROM plan JOIN banking_statement AS statement ON statement.new_balance_on = issued_on + 1 WHERE is_paid ORDER BY plan.nth;
INSERT INTO banking_allocation (line_id, client_id, invoice_id, amount_cents, created_at)
SELECT line.id, invoice.client_id, invoice.id, line.amount_cents, line.entry_on + INTERVAL '9 hours'
FROM banking_statementline AS line JOIN billing_invoice AS invoice ON invoice.number_in_year = line.communication::int;

CREATE TEMPORARY TABLE step AS
SELECT plan.*, invoice.id AS invoice_id, line.id AS line_id, lot.id AS lot_id, receivable.id AS receivable_id, due.id AS due_id,
    funds.id AS funds_id, (SELECT id FROM ledger_account WHERE account_key = 'revenue') AS revenue_id,
    (SELECT id FROM ledger_account WHERE account_key = 'vat') AS vat_id,
    (SELECT id FROM ledger_account WHERE account_key = 'bank:{bank}') AS bank_id
FROM plan JOIN billing_invoice AS invoice ON invoice.number_in_year = nth
LEFT JOIN banking_statementline AS line ON line.communication = nth::text
LEFT JOIN ledger_account AS lot ON lot.account_key = 'lot:order-line:' || nth
JOIN ledger_account AS receivable ON receivable.account_key = 'receivable:client:' || invoice.client_id
JOIN ledger_account AS due ON due.account_key = 'funds_due:client:' || invoice.client_id
JOIN ledger_account AS funds ON funds.account_key = 'client_funds:client:' || invoice.client_id;

INSERT INTO ledger_transfer (event_key, kind, debit_id, credit_id, amount_cents, event_at)
SELECT moved.* FROM step CROSS JOIN LATERAL (
    VALUES ('invoice_face_value:invoice:' || invoice_id, 'invoice_face_value', receivable_id, due_id, face, issued_on + INTERVAL '8 hours'),
        ('invoice_fees:invoice:' || invoice_id, 'invoice_fees', receivable_id, revenue_id, fees, issued_on + INTERVAL '8 hours'),
        ('invoice_vat:invoice:' || invoice_id, 'invoice_vat', receivable_id, vat_id, vat, issued_on + INTERVAL '8 hours'),
        ('payment:statement-line:' || line_id, 'payment', bank_id, receivable_id, face + fees + vat, issued_on + INTERVAL '33 hours'),
        ('funds:invoice:' || invoice_id, 'funds_paid', due_id, funds_id, face, issued_on + INTERVAL '33 hours'),
        ('load:order-line:' || nth, 'load', funds_id, lot_id, face, issued_on + INTERVAL '35 hours')
) AS moved (event_key, kind, debit_id, credit_id, amount_cents, event_at)
WHERE event_key IS NOT NULL AND (is_paid OR kind LIKE 'invoice%%') ORDER BY moved.event_at, step.nth;
"""


def run() -> list[dict]:
    with scratch_database("reports"):
        set_up_client()
        count = _fill()
        bare = _timed(_bare_sum)
        from tegoed.rules.dates import brussels_today

        rows = [row("transfers", count, "rows"), row("bare SELECT sum(amount_cents)", bare * 1000, "ms")]
        today = brussels_today()
        for name, report in _reports().items():
            for words, on in (("today", today), ("half a year ago", today - timedelta(days=DAYS // 2))):
                seconds = _timed(lambda report=report, on=on: report(on))
                rows.append(
                    row(
                        f"{name}, {words}",
                        seconds * 1000,
                        "ms",
                        reference_name="bare sum, ms",
                        reference_value=round(bare * 1000, 1),
                        ratio=seconds / bare,
                        target=f"≤ {SECONDS_MAX * 1000:,}",
                        is_met=seconds <= SECONDS_MAX,
                    )
                )
        rows += _others(bare)
        rows += _journal(count)
    return rows


def _fill() -> int:
    from django.db import connection, transaction

    from tegoed.banking.models import BankAccount
    from tegoed.clients.models import Client
    from tegoed.flows.aged_balance import aged_balance
    from tegoed.flows.safeguarding import safeguarding
    from tegoed.ledger.books import check_books
    from tegoed.rules.dates import brussels_today

    unlike = {"id", "name", "enterprise_number", "public_id"}
    columns = ", ".join(field.column for field in Client._meta.local_fields if field.column not in unlike)
    sql = FILL.format(
        invoices=INVOICES,
        clients=CLIENTS,
        days=DAYS,
        today=brussels_today().isoformat(),
        bank=BankAccount.objects.get(is_for_invoices=True).pk,
        client_columns=columns,
    ).replace("%%", "%")
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in sql.split(";\n"):
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT count(*) FROM ledger_transfer")
        count = cursor.fetchone()[0]
    report = check_books()
    assert report.agrees, report.findings
    for back in (0, DAYS // 2):
        on = brussels_today() - timedelta(days=back)
        assert aged_balance(on).agrees
        assert safeguarding(on).is_covered
    return count


def _bare_sum() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(amount_cents) FROM ledger_transfer")
        cursor.fetchone()


def _reports() -> dict:
    from tegoed.flows.aged_balance import aged_balance
    from tegoed.flows.safeguarding import safeguarding

    return {"aged balance": aged_balance, "safeguarding": safeguarding}


def _others(bare: float) -> list[dict]:
    """Without a target: what staff also wait for."""
    from tegoed.banking.models import BankAccount, Statement
    from tegoed.flows.day_close import day_figures, days_of_accounts
    from tegoed.flows.loading_delay import Period, late_groups, loading_delays
    from tegoed.rules.dates import brussels_today

    account = BankAccount.objects.get(is_for_invoices=True)
    last_on = Statement.objects.order_by("-new_balance_on").first().new_balance_on
    today = brussels_today()
    year = {"from_on": today - timedelta(days=DAYS), "to_on": today, "period": Period.WEEK}
    assert day_figures(account, last_on).agrees
    work = {
        "day close, one day of the account": lambda: day_figures(account, last_on),
        "day close, the list of days": days_of_accounts,
        "loading delay of a year by week": lambda: loading_delays(**year),
        "what is late": late_groups,
    }
    rows = []
    for name, report in work.items():
        seconds = _timed(report)
        rows.append(
            row(
                name,
                seconds * 1000,
                "ms",
                reference_name="bare sum, ms",
                reference_value=round(bare * 1000, 1),
                ratio=seconds / bare,
            )
        )
    return rows


def _journal(count: int) -> list[dict]:
    """The whole journal in both formats, and how much the memory of this process grew meanwhile."""
    from tegoed.flows.journal_export import JournalFormat, journal_text

    rows = []
    for journal_format in JournalFormat:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        size = sum(map(len, journal_text(journal_format=journal_format)))
        seconds = time.perf_counter() - began
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        rows.append(row(f"journal as {journal_format}, {size / 1e6:.0f} MB", count / seconds, "transfers/s"))
        rows.append(
            row(f"journal as {journal_format}, growth of memory", grown, "MB", target="≤ 100", is_met=grown <= 100)
        )
    return rows


def _timed(work) -> float:
    """The median of a few rounds, in seconds."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)
