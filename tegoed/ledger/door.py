"""The one door into the books: open accounts, post transfers.

Its one law: doing a thing twice does it once. A known event key with the same content is passed over, with other
content it is a fault; the same for account keys. A batch is posted whole or not at all.
Both functions are one call of a SQL function that takes arrays (migration `0002_door`), for one row or for 100,000, and
run inside the caller's transaction, so that the document and its transfers are committed together. To stay free of
deadlocks a transaction should call `post` once, with all its transfers: the accounts are locked in id order per call.
Where the rows are in the database already, SQL calls the same functions with `array_agg`, inside `named_refusals`:
    SELECT lot.* FROM (SELECT array_agg(...) AS keys, ... FROM ...) AS listed, ledger_load_lots(listed.keys, ...) AS lot
and selects the columns of the function only (each row would carry the arrays along). `ledger_load_lots` opens lots and
loads them from one client's funds, each row written once: the way for many lots.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
from django.db import connection
from django.db.transaction import TransactionManagementError

from tegoed.ledger.models import AMOUNT_CENTS_MAX, AccountKind, TransferKind
from tegoed.ledger.refusals import BatchTooLarge, named_refusals

BATCH_ROWS_MAX = 200_000  # the SQL functions hold the same limit


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSpec:
    """An account to open. `account_key` is its business name in words, e.g. `receivable:client:12`."""

    account_key: str
    kind: AccountKind
    client_id: int | None = None
    wallet_id: int | None = None
    merchant_id: int | None = None
    order_id: int | None = None
    product: str | None = None
    expires_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A transfer to write: `amount_cents` from the debit account to the credit account.

    `event_key` is the business fact in words, e.g. `load:order-line:8123`; `event_at` when it happened in the world.
    """

    event_key: str
    kind: TransferKind
    debit_id: int
    credit_id: int
    amount_cents: int
    event_at: dt.datetime
    reverses_id: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.amount_cents <= AMOUNT_CENTS_MAX:
            raise ValueError(f"{self.event_key}: {self.amount_cents} cents is not an amount to transfer")
        if self.debit_id == self.credit_id:
            raise ValueError(f"{self.event_key}: debit and credit are the same account {self.debit_id}")
        if self.event_at.tzinfo is None:
            raise ValueError(f"{self.event_key}: the time of the event has no time zone")


class PostedTransfer(NamedTuple):
    """A transfer that was really written by this call."""

    transfer_id: int
    event_key: str


def open_accounts(specs: Sequence[AccountSpec]) -> dict[str, int]:
    """Open what is not open yet; the id of each account by its key.

    Raises AccountKeyReused when a key is known with another kind, owner, product or expiry.
    """
    rows = _call(
        """SELECT account_key, account_id FROM ledger_open_accounts(
            %b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::text[], %b::date[])""",
        [
            [spec.account_key for spec in specs],
            [str(spec.kind) for spec in specs],
            [spec.client_id for spec in specs],
            [spec.wallet_id for spec in specs],
            [spec.merchant_id for spec in specs],
            [spec.order_id for spec in specs],
            [spec.product for spec in specs],
            [spec.expires_on for spec in specs],
        ],
        row_count=len(specs),
    )
    return dict(rows)


def post(postings: Sequence[Posting]) -> list[PostedTransfer]:
    """Write the transfers that are not written yet, all or none; those that are new.

    Raises FundsShort when a guarded account would end below zero, EventKeyReused when a key is known with other
    content, AccountUnknown, ReversalExceedsOriginal. Each of them leaves the transaction to be rolled back.
    """
    rows = _post("transfer_id, event_key", postings)
    return [PostedTransfer(*row) for row in rows]


def post_and_count(postings: Iterable[Posting]) -> int:
    """As `post`; only how many are new. For large batches: neither postings nor rows are held as so many objects."""
    rows = _post("count(*)", postings)
    return rows[0][0] if rows else 0


def _post(told: str, postings: Iterable[Posting]) -> list[tuple[Any, ...]]:
    columns: list[list[Any]] = [[] for _ in range(7)]
    event_keys, kinds, debit_ids, credit_ids, amounts, event_ats, reverses = columns
    for posting in postings:
        event_keys.append(posting.event_key)
        kinds.append(str(posting.kind))
        debit_ids.append(posting.debit_id)
        credit_ids.append(posting.credit_id)
        amounts.append(posting.amount_cents)
        event_ats.append(posting.event_at)
        reverses.append(posting.reverses_id)
    return _call(
        f"""SELECT {told} FROM ledger_post(
            %b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::bigint[], %b::timestamptz[], %b::bigint[])""",
        columns,
        row_count=len(event_keys),
    )


def _call(sql: str, arrays: list[list[Any]], *, row_count: int) -> list[tuple[Any, ...]]:
    """The rows of a ledger function, called prepared and with binary arrays (Django's own cursor would send text)."""
    if row_count > BATCH_ROWS_MAX:
        raise BatchTooLarge(f"{row_count} rows in one call, at most {BATCH_ROWS_MAX}")
    if not connection.in_atomic_block:
        raise TransactionManagementError("the ledger is written inside the transaction of the business fact")
    if row_count == 0:
        return []
    with named_refusals(), psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(sql, arrays, prepare=True, binary=True).fetchall()
