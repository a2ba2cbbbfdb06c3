"""Proves that the books and the documents tell one story (SPEC L7).

Its one law: each check is one SQL statement that lists what contradicts it, so an empty list is a proof and a row is a
place to look. The ledger's own laws come first (`ledger.books`), then what crosses apps. It changes nothing.
"""

from dataclasses import dataclass, field

from django.db import connection, transaction

from tegoed.flows.paper_checks import PAPER_CHECKS
from tegoed.flows.placing_checks import PLACING_CHECKS
from tegoed.ledger.books import check_books as check_ledger

ROWS_PER_CHECK_MAX = 20

CROSS_CHECKS: dict[str, str] = {
    "loaded-line-without-lot": """
        SELECT 'order line ' || line.id || ' of loaded order ' || line.order_id
        FROM orders_orderline line JOIN orders_order orders ON orders.id = line.order_id
        LEFT JOIN wallets_lot lot ON lot.order_line_id = line.id
        WHERE orders.state = 'loaded' AND (lot.account_id IS NULL OR lot.amount_cents <> line.amount_cents)
    """,
    "lot-of-order-not-loaded": """
        SELECT 'lot ' || lot.account_id || ' of order ' || orders.id || ' (' || orders.state || ')'
        FROM wallets_lot lot JOIN orders_orderline line ON line.id = lot.order_line_id
        JOIN orders_order orders ON orders.id = line.order_id WHERE orders.state <> 'loaded'
    """,
    "lot-not-loaded-in-ledger": """
        SELECT 'lot ' || lot.account_id FROM wallets_lot lot
        LEFT JOIN ledger_transfer transfer ON transfer.event_key = 'load:order-line:' || lot.order_line_id
            AND transfer.credit_id = lot.account_id AND transfer.amount_cents = lot.amount_cents
        WHERE transfer.id IS NULL
    """,
    "load-without-lot": """
        SELECT 'transfer ' || transfer.id FROM ledger_transfer transfer
        LEFT JOIN wallets_lot lot ON lot.account_id = transfer.credit_id
        WHERE transfer.kind = 'load' AND lot.account_id IS NULL
    """,
    "order-paid-without-paid-invoice": """
        SELECT 'order ' || orders.id || ' (' || orders.state || ')' FROM orders_order orders
        WHERE orders.state IN ('paid', 'loaded') AND NOT EXISTS (
            SELECT 1 FROM billing_invoice invoice
            WHERE invoice.order_id = orders.id AND invoice.kind = 'product' AND (invoice.state = 'paid'
                OR orders.state = 'loaded' AND EXISTS (SELECT FROM banking_allocation undone
                    WHERE undone.invoice_id = invoice.id AND undone.undone_at >= orders.paid_at)))
    """,
    "invoice-paid-differs-from-allocations": """
        SELECT 'invoice ' || invoice.number || ': ' || invoice.paid_cents || ' and ' || coalesce(sum(allocation.amount_cents), 0)
        FROM billing_invoice invoice LEFT JOIN banking_allocation allocation
            ON allocation.invoice_id = invoice.id AND allocation.undone_at IS NULL
        GROUP BY invoice.id HAVING invoice.paid_cents <> coalesce(sum(allocation.amount_cents), 0)
    """,
    "invoice-differs-from-its-order": """
        SELECT 'order ' || orders.id || ': ' || orders.total_cents || ' and ' || sum(invoice.total_cents)
        FROM orders_order orders JOIN billing_invoice invoice ON invoice.order_id = orders.id
        GROUP BY orders.id HAVING orders.total_cents <> sum(invoice.total_cents)
    """,
    "invoice-credited-without-credit-note": """
        SELECT 'invoice ' || invoice.number || ' (' || invoice.state || ')'
        FROM billing_invoice invoice LEFT JOIN billing_creditnote note ON note.invoice_id = invoice.id
        WHERE (invoice.state = 'credited') <> (note.id IS NOT NULL)
            OR (note.total_cents, note.freed_cents) <> (invoice.total_cents, invoice.paid_cents)
    """,
    "credit-note-not-in-ledger": """
        SELECT 'credit note ' || note.number || ': ' || note.total_cents || ' and ' || coalesce(reversed.cents, 0)
            || ', freed ' || note.freed_cents || ' and ' || coalesce(freed.amount_cents, 0)
        FROM billing_creditnote note
        LEFT JOIN LATERAL (
            SELECT sum(amount_cents) AS cents FROM ledger_transfer WHERE event_key IN (
                'reversal:invoice_face_value:invoice:' || note.invoice_id,
                'reversal:invoice_fees:invoice:' || note.invoice_id, 'reversal:invoice_vat:invoice:' || note.invoice_id)
        ) reversed ON true
        LEFT JOIN ledger_transfer freed ON freed.event_key = 'payment_freed:credit-note:' || note.id
        WHERE coalesce(reversed.cents, 0) <> note.total_cents OR coalesce(freed.amount_cents, 0) <> note.freed_cents
    """,
    "order-goes-on-with-credited-invoice": """
        SELECT 'order ' || orders.id || ' (' || orders.state || ')' FROM orders_order orders
        JOIN billing_invoice invoice ON invoice.order_id = orders.id
        WHERE invoice.state = 'credited' AND orders.state <> 'cancelled'
    """,
    "cancelled-order-asks-for-product-invoice": """
        SELECT 'order ' || orders.id || ': ' || invoice.number FROM orders_order orders
        JOIN billing_invoice invoice ON invoice.order_id = orders.id
        WHERE orders.state = 'cancelled' AND invoice.kind = 'product' AND invoice.state <> 'credited'
    """,
    "client-credit-differs-from-its-sources": """
        SELECT 'client ' || account.client_id || ': ' || (account.credits_cents - account.debits_cents) || ' and '
            || coalesce(freed.cents, 0) + coalesce(placed.cents, 0) - coalesce(refunded.cents, 0)
        FROM ledger_account account
        LEFT JOIN (SELECT client_id, sum(freed_cents) AS cents FROM billing_creditnote GROUP BY client_id) freed
            ON freed.client_id = account.client_id
        LEFT JOIN (SELECT client_id, sum(CASE source WHEN 'credit' THEN -amount_cents ELSE amount_cents END) AS cents
            FROM banking_allocation
            WHERE undone_at IS NULL AND (source = 'credit' OR (source = 'line' AND invoice_id IS NULL))
            GROUP BY client_id) placed ON placed.client_id = account.client_id
        LEFT JOIN (SELECT client_id, sum(amount_cents) AS cents FROM treasury_refund
            WHERE source = 'credit' AND state IN ('approved', 'in_file', 'paid') GROUP BY client_id
        ) refunded ON refunded.client_id = account.client_id
        WHERE account.kind = 'client_credit' AND account.credits_cents - account.debits_cents
            <> coalesce(freed.cents, 0) + coalesce(placed.cents, 0) - coalesce(refunded.cents, 0)
    """,
    "invoice-numbers-have-a-gap": """
        SELECT 'series ' || series || ' ' || year || ': last ' || coalesce(max(counter.last_number), 0) || ', '
            || count(numbered.id) || ' documents'
        FROM billing_invoicecounter counter FULL JOIN (
            SELECT series, year, number_in_year, id FROM billing_invoice
            UNION ALL SELECT series, year, number_in_year, id FROM billing_creditnote
        ) numbered USING (series, year)
        GROUP BY series, year
        HAVING count(numbered.id) <> coalesce(max(counter.last_number), 0)
            OR max(numbered.number_in_year) <> max(counter.last_number)
    """,
    "receivable-differs-from-open-invoices": """
        SELECT 'client ' || account.client_id || ': ' || (account.debits_cents - account.credits_cents) || ' and '
            || coalesce(open.cents, 0)
        FROM ledger_account account
        LEFT JOIN (SELECT client_id, sum(total_cents - paid_cents) AS cents FROM billing_invoice
            WHERE state <> 'credited' GROUP BY client_id) open ON open.client_id = account.client_id
        WHERE account.kind = 'receivable' AND account.debits_cents - account.credits_cents <> coalesce(open.cents, 0)
    """,
    "funds-due-differ-from-open-face-values": """
        SELECT 'client ' || account.client_id || ': ' || (account.credits_cents - account.debits_cents) || ' and '
            || coalesce(due.cents, 0)
        FROM ledger_account account
        LEFT JOIN (
            SELECT invoice.client_id, sum(line.net_cents) AS cents FROM billing_invoice invoice
            JOIN billing_invoicerow line ON line.invoice_id = invoice.id AND line.reason = 'face_value'
            JOIN orders_order orders ON orders.id = invoice.order_id
            WHERE invoice.state = 'open' AND orders.state <> 'loaded' GROUP BY invoice.client_id
        ) due ON due.client_id = account.client_id
        WHERE account.kind = 'funds_due' AND account.credits_cents - account.debits_cents <> coalesce(due.cents, 0)
    """,
    "client-funds-differ-from-paid-orders": """
        SELECT 'client ' || account.client_id || ': ' || (account.credits_cents - account.debits_cents) || ' and '
            || coalesce(waiting.cents, 0)
        FROM ledger_account account
        LEFT JOIN (
            SELECT client_id, sum(face_value_cents) AS cents FROM orders_order WHERE state = 'paid' GROUP BY client_id
        ) waiting ON waiting.client_id = account.client_id
        WHERE account.kind = 'client_funds'
            AND account.credits_cents - account.debits_cents <> coalesce(waiting.cents, 0)
    """,
    "suspense-differs-from-lines": """
        SELECT 'suspense: ' || account.cents || ' and ' || line.cents
        FROM (SELECT coalesce(sum(credits_cents - debits_cents), 0) AS cents FROM ledger_account WHERE kind = 'suspense')
            account,
            (SELECT coalesce(sum(unplaced_cents), 0) AS cents FROM banking_statementline WHERE state = 'suspense') line
        WHERE account.cents <> line.cents
    """,
    **PAPER_CHECKS,
    **PLACING_CHECKS,
    "refund-due-differs-from-refunds": """
        SELECT 'refund_due: ' || account.cents || ' and ' || refund.cents
        FROM (SELECT coalesce(sum(credits_cents - debits_cents), 0) AS cents FROM ledger_account
                WHERE kind = 'refund_due') account,
            (SELECT coalesce(sum(amount_cents), 0) AS cents FROM treasury_refund
                WHERE state IN ('approved', 'in_file')) refund
        WHERE account.cents <> refund.cents
    """,
    "payment-file-differs-from-its-rows": """
        SELECT 'file ' || batch.reference || ': ' || batch.total_cents || ' and ' || coalesce(sum(told.amount_cents), 0)
        FROM treasury_paymentbatch batch LEFT JOIN (
            SELECT batch_id, amount_cents FROM treasury_refund
            UNION ALL SELECT batch_id, amount_cents FROM treasury_collection
        ) told ON told.batch_id = batch.id
        GROUP BY batch.id
        HAVING (batch.total_cents, batch.row_count) <> (coalesce(sum(told.amount_cents), 0), count(told.batch_id))
    """,
    "collection-without-its-line": """
        SELECT 'collection ' || collection.end_to_end || ' (' || collection.state || ')'
        FROM treasury_collection collection
        LEFT JOIN banking_statementline line ON line.id = collection.line_id
        WHERE collection.state IN ('paid', 'returned') AND (line.id IS NULL OR line.amount_cents < collection.amount_cents)
            OR collection.state = 'returned' AND collection.return_line_id IS NULL
    """,
    "statement-differs-from-its-lines": """
        SELECT 'statement ' || statement.id FROM banking_statement statement
        LEFT JOIN banking_statementline line ON line.statement_id = statement.id
        GROUP BY statement.id
        HAVING statement.new_balance_cents - statement.old_balance_cents <> coalesce(sum(line.amount_cents), 0)
    """,
    "line-not-wholly-placed": """
        SELECT 'statement line ' || line.id
        FROM banking_statementline line LEFT JOIN ledger_transfer transfer ON transfer.event_key IN (
            'payment:statement-line:' || line.id, 'over_payment:statement-line:' || line.id,
            'payment_unplaced:statement-line:' || line.id, 'outgoing:statement-line:' || line.id,
            'refund_paid:statement-line:' || line.id, 'refund_returned:statement-line:' || line.id,
            'payment_returned:statement-line:' || line.id)
        GROUP BY line.id HAVING abs(line.amount_cents) <> coalesce(sum(transfer.amount_cents), 0)
    """,
    "bank-differs-from-last-statement": """
        SELECT 'account ' || bank.iban || ': ' || coalesce(-book.balance_cents, 0) || ' and ' || last.new_balance_cents
        FROM banking_bankaccount bank
        JOIN LATERAL (
            SELECT new_balance_cents FROM banking_statement statement WHERE statement.bank_account_id = bank.id
            ORDER BY id DESC LIMIT 1
        ) last ON true
        LEFT JOIN ({balances}) book ON book.account_key = 'bank:' || bank.id
        WHERE coalesce(-book.balance_cents, 0) <> last.new_balance_cents
    """,
}

# All transfers of the hot accounts, independent of day totals and running totals.
_BALANCES = """
    SELECT account.account_key, coalesce(sum(CASE WHEN transfer.credit_id = account.id THEN transfer.amount_cents
        ELSE -transfer.amount_cents END), 0) AS balance_cents
    FROM ledger_account account
    LEFT JOIN ledger_transfer transfer ON account.id IN (transfer.debit_id, transfer.credit_id)
    WHERE account.kind = 'bank' GROUP BY account.id
"""

_FIGURES = f"""
    SELECT coalesce(-(SELECT sum(balance_cents) FROM ({_BALANCES}) bank), 0),
        coalesce(sum(credits_cents - debits_cents) FILTER (WHERE kind = 'lot'), 0),
        coalesce(sum(credits_cents - debits_cents) FILTER (WHERE kind = 'client_funds'), 0),
        coalesce(sum(credits_cents - debits_cents) FILTER (WHERE kind = 'client_credit'), 0),
        coalesce(sum(credits_cents - debits_cents) FILTER (WHERE kind = 'suspense'), 0),
        coalesce(sum(credits_cents - debits_cents) FILTER (WHERE kind = 'refund_due'), 0),
        coalesce(sum(debits_cents - credits_cents) FILTER (WHERE kind = 'receivable'), 0)
    FROM ledger_account
"""
FIGURE_CODES = ("bank", "vouchers", "client_funds", "client_credit", "suspense", "refund_due", "receivable")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that contradicts a check: the check's code and the facts, in technical English."""

    code: str
    facts: str


@dataclass(slots=True)
class BooksReport:
    """`findings` is empty when the books agree. `figures`: cents by code (`FIGURE_CODES`)."""

    findings: list[Finding] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def agree(self) -> bool:
        return not self.findings


def check_books() -> BooksReport:
    """Check everything in one snapshot. At most `ROWS_PER_CHECK_MAX` findings of a kind are listed."""
    report = BooksReport()
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        report.findings += [
            Finding(finding.code, f"{finding.subject}: {finding.found_cents} and {finding.expected_cents}")
            for finding in check_ledger().findings
        ]
        for code, sql in CROSS_CHECKS.items():
            cursor.execute(f"{sql.replace('{balances}', _BALANCES)} LIMIT {ROWS_PER_CHECK_MAX}")
            report.findings += [Finding(code, row[0]) for row in cursor.fetchall()]
        cursor.execute(_FIGURES)
        report.figures = dict(zip(FIGURE_CODES, map(int, cursor.fetchone()), strict=True))
    if report.figures["bank"] < _owed_cents(report.figures):
        report.findings.append(
            Finding("bank-does-not-cover", f"{report.figures['bank']} in the bank, {_owed_cents(report.figures)} owed")
        )
    return report


def _owed_cents(figures: dict[str, int]) -> int:
    """What belongs to holders and clients: the bank must cover it (safeguarding, SPEC L7)."""
    return sum(figures[code] for code in ("vouchers", "client_funds", "client_credit", "suspense", "refund_due"))
