"""Proves that vouchers on paper are worth what was loaded for them, and that no wallet holds the same money (SPEC Q4, L7).

Its one law is that of `check_books`, which these are a part of: each check lists what contradicts it.
"""

PAPER_CHECKS: dict[str, str] = {
    "paper-vouchers-differ-from-lot": """
        SELECT 'order line ' || line.id || ': ' || coalesce(printed.cents, 0) || ' and ' || coalesce(lot.amount_cents, 0)
        FROM orders_orderline line JOIN orders_order orders ON orders.id = line.order_id
        LEFT JOIN wallets_lot lot ON lot.order_line_id = line.id
        LEFT JOIN (SELECT order_line_id, sum(face_value_cents) AS cents FROM paper_vouchers_papervoucher
            GROUP BY order_line_id) printed ON printed.order_line_id = line.id
        WHERE (orders.form = 'paper' OR printed.order_line_id IS NOT NULL)
            AND coalesce(printed.cents, 0) <> CASE WHEN orders.form = 'paper' THEN coalesce(lot.amount_cents, 0) ELSE 0 END
    """,
    "lot-on-paper-in-a-wallet": """
        SELECT 'lot ' || lot.account_id || ' of order ' || orders.id || ' (' || orders.form || ')'
        FROM wallets_lot lot JOIN orders_orderline line ON line.id = lot.order_line_id
        JOIN orders_order orders ON orders.id = line.order_id
        JOIN ledger_account account ON account.id = lot.account_id
        WHERE (orders.form = 'paper') <> (lot.wallet_id IS NULL) OR account.wallet_id IS DISTINCT FROM lot.wallet_id
    """,
}
