"""The books as they stood when a day ended in Brussels.

Its one law: a past balance is today's less what happened since, from one snapshot, so it costs as much as is younger than
the day and never a column of its own. Days are those of `event_at`: when it happened, not when we wrote it.
"""

# Legs whose `cents` (credits minus debits) add up to the balances at `%(until)s`, with what one may group them by;
# `moved_by`: the kind of the younger transfer that a leg takes back. The planner takes only the columns and kinds that the
# query around it names.
BALANCE_LEGS = """
    SELECT id AS account_id, kind, client_id, merchant_id, product, expires_on, credits_cents - debits_cents AS cents,
        NULL::text AS moved_by
    FROM ledger_account WHERE NOT ledger_is_hot(kind)
    UNION ALL
    SELECT account.id, kind, client_id, merchant_id, product, expires_on, total.credits_cents - total.debits_cents, NULL
    FROM ledger_daytotal AS total JOIN ledger_account AS account ON account.id = total.account_id
    UNION ALL
    SELECT account.id, account.kind, client_id, merchant_id, product, expires_on, since.cents, NULL
    FROM (
        SELECT id, credit_id AS account_id, amount_cents AS cents FROM ledger_transfer
        UNION ALL
        SELECT id, debit_id, -amount_cents FROM ledger_transfer
    ) AS since JOIN ledger_account AS account ON account.id = since.account_id
    WHERE ledger_is_hot(account.kind)
        AND since.id > (SELECT coalesce(max(through_transfer_id), 0) FROM ledger_daytotalrun)
    UNION ALL
    SELECT account.id, account.kind, client_id, merchant_id, product, expires_on, later.cents, later.kind
    FROM (
        SELECT event_at, kind, credit_id AS account_id, -amount_cents AS cents FROM ledger_transfer
        UNION ALL
        SELECT event_at, kind, debit_id, amount_cents FROM ledger_transfer
    ) AS later JOIN ledger_account AS account ON account.id = later.account_id
    WHERE later.event_at >= %(until)s
"""
