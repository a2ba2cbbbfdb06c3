"""Reads on wallets."""

from collections.abc import Sequence

from django.db import connection

from tegoed.clients.models import Client


def loaded_through(client: Client, beneficiary_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """What this client ever gave: beneficiary id -> product -> cents loaded. What was spent of it is the person's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT line.beneficiary_id, orders.product, sum(lot.amount_cents)::bigint
            FROM orders_orderline line
            JOIN orders_order orders ON orders.id = line.order_id AND orders.client_id = %s
            JOIN wallets_lot lot ON lot.order_line_id = line.id
            WHERE line.beneficiary_id = ANY(%s)
            GROUP BY line.beneficiary_id, orders.product
            """,
            [client.pk, list(beneficiary_ids)],
        )
        loaded: dict[int, dict[str, int]] = {}
        for beneficiary_id, product, cents in cursor.fetchall():
            loaded.setdefault(beneficiary_id, {})[product] = cents
        return loaded


def balances_of_order(order_id: int) -> dict[int, int]:
    """What is left in the lot of each line of a loaded order: order line id -> cents. For issuer staff. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT line.id, account.credits_cents - account.debits_cents
            FROM orders_orderline line
            JOIN wallets_lot lot ON lot.order_line_id = line.id
            JOIN ledger_account account ON account.id = lot.account_id
            WHERE line.order_id = %s
            """,
            [order_id],
        )
        return dict(cursor.fetchall())
