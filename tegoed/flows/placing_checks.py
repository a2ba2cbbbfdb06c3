"""What `check_books` proves of money that was placed, undone, returned, explained and written off.

Its one law: as there, each check is one statement that lists what contradicts it; documents against transfers, both ways.
"""

PLACING_CHECKS: dict[str, str] = {
    "line-differs-from-its-allocations": """
        SELECT 'statement line ' || line.id || ': ' || line.amount_cents || ' and '
            || line.unplaced_cents + line.explained_cents + coalesce(live.cents, 0) + coalesce(returned.cents, 0)
            + coalesce(refunded.cents, 0)
        FROM banking_statementline line
        LEFT JOIN (SELECT line_id, sum(amount_cents) AS cents FROM banking_allocation
            WHERE undone_at IS NULL AND line_id IS NOT NULL GROUP BY line_id) live ON live.line_id = line.id
        LEFT JOIN (SELECT reverses_id, -sum(amount_cents) AS cents FROM banking_statementline
            WHERE state = 'returned' AND reverses_id IS NOT NULL GROUP BY reverses_id) returned
            ON returned.reverses_id = line.id
        LEFT JOIN (SELECT line_id, sum(cents) AS cents FROM (
            SELECT line_id, amount_cents AS cents FROM treasury_refund WHERE state IN ('approved', 'in_file', 'paid')
            UNION ALL SELECT paid_line_id, -amount_cents FROM treasury_refund
            UNION ALL SELECT return_line_id, amount_cents FROM treasury_refund
            ) refund GROUP BY line_id) refunded ON refunded.line_id = line.id
        WHERE NOT (line.amount_cents < 0 AND line.state = 'returned') AND line.amount_cents
            <> line.unplaced_cents + line.explained_cents + coalesce(live.cents, 0) + coalesce(returned.cents, 0)
            + coalesce(refunded.cents, 0)
    """,
    "line-state-differs-from-its-money": """
        SELECT 'statement line ' || line.id || ' (' || line.state || '): ' || line.unplaced_cents
        FROM banking_statementline line
        WHERE line.state = 'suspense' AND line.unplaced_cents <= 0 OR line.state = 'outgoing' AND line.unplaced_cents >= 0
    """,
    "line-suspense-differs-from-transfers": """
        WITH moved AS (
            SELECT substring(event_key FROM 'statement-line:([0-9]+)')::bigint AS line_id,
                CASE kind WHEN 'payment_unplaced' THEN amount_cents ELSE -amount_cents END AS cents
            FROM ledger_transfer WHERE kind IN ('payment_unplaced', 'issuer_money')
            UNION ALL
            SELECT back.reverses_id, -transfer.amount_cents FROM ledger_transfer transfer
            JOIN banking_statementline back
                ON back.id = substring(transfer.event_key FROM 'statement-line:([0-9]+)')::bigint
            WHERE transfer.kind = 'payment_returned'
            UNION ALL
            SELECT allocation.line_id,
                CASE transfer.kind WHEN 'placement_undone' THEN transfer.amount_cents ELSE -transfer.amount_cents END
            FROM ledger_transfer transfer JOIN banking_allocation allocation
                ON allocation.id = substring(transfer.event_key FROM 'allocation:([0-9]+)')::bigint
            WHERE transfer.kind IN ('placement', 'placement_undone')
            UNION ALL
            SELECT refund.line_id, CASE transfer.kind WHEN 'refund' THEN -transfer.amount_cents ELSE transfer.amount_cents END
            FROM treasury_refund refund JOIN ledger_transfer transfer ON transfer.event_key IN ('refund:refund:' || refund.id,
                'reversal:refund:refund:' || refund.id, 'refund_returned:refund:' || refund.id)
            WHERE refund.line_id IS NOT NULL
        )
        SELECT 'statement line ' || line.id || ': ' || greatest(line.unplaced_cents, 0) || ' and '
            || coalesce(suspense.cents, 0)
        FROM banking_statementline line
        LEFT JOIN (SELECT line_id, sum(cents) AS cents FROM moved GROUP BY line_id) suspense ON suspense.line_id = line.id
        WHERE line.amount_cents > 0 AND line.unplaced_cents <> coalesce(suspense.cents, 0)
    """,
    "undone-allocation-not-in-ledger": """
        SELECT 'allocation ' || allocation.id || ': ' || allocation.amount_cents
        FROM banking_allocation allocation LEFT JOIN ledger_transfer transfer ON transfer.event_key =
            CASE allocation.source WHEN 'line' THEN 'placement_undone:allocation:' ELSE 'write_off_undone:allocation:' END
            || allocation.id
        WHERE allocation.source IN ('line', 'write_off')
            AND (CASE WHEN allocation.undone_at IS NULL THEN 0 ELSE allocation.amount_cents END)
                <> coalesce(transfer.amount_cents, 0)
    """,
    "written-off-differs-from-allocations": """
        SELECT 'written off: ' || book.cents || ' and ' || document.cents
        FROM (SELECT coalesce(sum(debits_cents - credits_cents), 0) AS cents FROM ledger_account
                WHERE kind = 'written_off') book,
            (SELECT coalesce(sum(amount_cents), 0) AS cents FROM banking_allocation
                WHERE source = 'write_off' AND undone_at IS NULL) document
        WHERE book.cents <> document.cents
    """,
    "outgoing-differs-from-lines": """
        SELECT 'outgoing: ' || book.cents || ' and ' || line.cents
        FROM (SELECT coalesce(sum(debits_cents - credits_cents), 0) AS cents FROM ledger_account
                WHERE kind = 'outgoing_unplaced') book,
            (SELECT coalesce(-sum(unplaced_cents), 0) AS cents FROM banking_statementline WHERE state = 'outgoing') line
        WHERE book.cents <> line.cents
    """,
    "explained-line-not-in-ledger": """
        SELECT 'statement line ' || line.id || ': ' || line.explained_cents
        FROM banking_statementline line LEFT JOIN ledger_transfer transfer ON transfer.event_key IN (
            'outgoing_explained:statement-line:' || line.id, 'issuer_money:statement-line:' || line.id)
        WHERE abs(line.explained_cents) <> coalesce(transfer.amount_cents, 0)
    """,
    "reopened-invoice-not-in-ledger": """
        SELECT 'invoice ' || invoice.number || ': ' || invoice.reopened_count || ' and ' || coalesce(undone.count, 0)
        FROM billing_invoice invoice
        LEFT JOIN (SELECT split_part(event_key, ':', 3)::bigint AS invoice_id, count(*) AS count
            FROM ledger_transfer WHERE kind = 'funds_undone' GROUP BY 1) undone ON undone.invoice_id = invoice.id
        WHERE invoice.reopened_count <> coalesce(undone.count, 0)
    """,
    "proposal-outlived-its-line": """
        SELECT 'proposal ' || proposal.id || ' of statement line ' || line.id || ' (' || line.state || ')'
        FROM banking_proposal proposal JOIN banking_statementline line ON line.id = proposal.line_id
        WHERE proposal.state IN ('open', 'claimed') AND line.state <> 'suspense'
    """,
    "correction-without-its-effect": """
        SELECT 'correction ' || correction.id FROM banking_correction correction
        LEFT JOIN banking_allocation allocation ON allocation.id = correction.allocation_id
        LEFT JOIN banking_statementline line ON line.id = correction.line_id
        WHERE correction.state = 'approved' AND CASE correction.kind WHEN 'undo' THEN allocation.undone_at IS NULL
            ELSE line.explained_cents = 0 END
    """,
}
