"""Reads of the books: balances and movements.

Its one law: a balance is credits minus debits, in cents, from one snapshot. A lot, client funds or suspense is positive
when there is money in it; a bank account or a receivable is negative when there is (we own it or are owed it).
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q, QuerySet

from tegoed.ledger.models import Transfer

# A hot account: its day totals, and one by one the transfers those do not hold yet.
BALANCES = """
WITH held AS (SELECT coalesce(max(through_transfer_id), 0) AS through_id FROM ledger_daytotalrun)
SELECT account.id, account.credits_cents - account.debits_cents + CASE WHEN ledger_is_hot(account.kind) THEN (
    (SELECT coalesce(sum(credits_cents - debits_cents), 0) FROM ledger_daytotal WHERE account_id = account.id)
    + (SELECT coalesce(sum(amount_cents), 0) FROM ledger_transfer, held
       WHERE credit_id = account.id AND ledger_transfer.id > through_id)
    - (SELECT coalesce(sum(amount_cents), 0) FROM ledger_transfer, held
       WHERE debit_id = account.id AND ledger_transfer.id > through_id)
) ELSE 0 END
FROM ledger_account AS account WHERE account.id = ANY (%s::bigint[])
"""


def balances_cents(account_ids: Sequence[int]) -> dict[int, int]:
    """Credits minus debits of each account that exists, in cents."""
    with connection.cursor() as cursor:
        cursor.execute(BALANCES, [list(account_ids)])
        return {account_id: int(balance) for account_id, balance in cursor.fetchall()}


def balance_cents(account_id: int) -> int:
    """Credits minus debits of one account, in cents. Raises KeyError when there is no such account."""
    return balances_cents([account_id])[account_id]


def transfers_of(account_id: int) -> QuerySet[Transfer]:
    """The movements of one account, in the order they happened."""
    return Transfer.objects.filter(Q(debit_id=account_id) | Q(credit_id=account_id)).order_by("event_at", "id")
