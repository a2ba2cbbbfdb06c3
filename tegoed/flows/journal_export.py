"""The journal for a bookkeeper's program: all transfers of a period under accounts that stay the same for ever.

Its one law: what it writes can be added up again by somebody else to what the books say. One snapshot, one cursor on the
server: a million transfers take the memory of a few thousand.
Lots are summed by product and month of expiry (docs/adr/0021-journal-export.md): a million accounts of one voucher load each
say nothing to a bookkeeper, and would tell what single people hold. No names of clients: their numbers are stable.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import connection

from tegoed.formats.journal import JournalAccount, JournalEntry, csv_text, hledger_text
from tegoed.ledger.models import AccountKind
from tegoed.ledger.past import BALANCE_LEGS
from tegoed.ledger.snapshot import one_snapshot
from tegoed.rules.dates import brussels_today, day_end

ENTRIES_AT_ONCE = 5_000

ACCOUNT_PATHS: dict[AccountKind, str] = {
    AccountKind.BANK: "assets:bank:{iban}",
    AccountKind.RECEIVABLE: "assets:receivable:client-{client}",
    AccountKind.OUTGOING_UNPLACED: "assets:outgoing-unexplained",
    AccountKind.FUNDS_DUE: "liabilities:funds-due:client-{client}",
    AccountKind.CLIENT_FUNDS: "liabilities:client-funds:client-{client}",
    AccountKind.CLIENT_CREDIT: "liabilities:client-credit:client-{client}",
    AccountKind.LOT: "liabilities:vouchers:{product}:{month}",
    AccountKind.SUSPENSE: "liabilities:suspense",
    AccountKind.REFUND_DUE: "liabilities:refund-due",
    AccountKind.MERCHANT_PAYABLE: "liabilities:merchants:merchant-{merchant}",
    AccountKind.VAT: "liabilities:vat",
    AccountKind.REVENUE: "revenues:fees",
    AccountKind.BREAKAGE: "revenues:expired-vouchers",
    AccountKind.WRITTEN_OFF: "expenses:written-off",
    AccountKind.ISSUER_OWN: "equity:issuer-own",
    AccountKind.OPENING: "equity:opening",
}
_PLACES = {
    "{client}": "{a}.client_id",
    "{merchant}": "{a}.merchant_id",
    "{product}": "{a}.product",
    "{month}": "to_char({a}.expires_on, 'YYYY-MM')",
    "{iban}": "coalesce((SELECT iban FROM banking_bankaccount bank WHERE bank.id = {a}.bank_number), {a}.id::text)",
}


class JournalFormat(StrEnum):
    """What it can be written as."""

    HLEDGER = "hledger"
    CSV = "csv"

    @property
    def suffix(self) -> str:
        """How the file's name ends."""
        return "journal" if self is JournalFormat.HLEDGER else "csv"


def _path_sql(account: str) -> str:
    """The path of an account as SQL, from `ACCOUNT_PATHS`; `account` is the alias of its columns."""
    cases = []
    for kind, path in ACCOUNT_PATHS.items():
        sql = f"'{path}'"
        for place, column in _PLACES.items():
            sql = sql.replace(place, f"' || {column.replace('{a}', account)} || '")
        cases.append(f"WHEN '{kind}' THEN {sql}")
    return f"CASE {account}.kind {' '.join(cases)} END"


# The number of a bank account is in the key of its ledger account: `bank:7`.
_BANK_NUMBER = r"CASE kind WHEN 'bank' THEN substring(account_key FROM '^bank:(\d+)$')::bigint END AS bank_number"
_ACCOUNTS = f"(SELECT *, {_BANK_NUMBER} FROM ledger_account)"

# Summed before the paths are written: a million lots are a few products and months.
_BALANCES_SQL = f"""
    SELECT {_path_sql("account")}, -sum(account.cents)::bigint
    FROM (
        SELECT summed.*, key.bank_number
        FROM (
            SELECT CASE WHEN ledger_is_hot(kind) THEN account_id END AS id, kind, client_id, merchant_id, product,
                date_trunc('month', expires_on) AS expires_on, sum(cents) AS cents
            FROM ({BALANCE_LEGS}) AS leg GROUP BY 1, 2, 3, 4, 5, 6
        ) AS summed
        LEFT JOIN {_ACCOUNTS} AS key ON key.id = summed.id
    ) AS account
    GROUP BY 1
"""

_ENTRIES_SQL = f"""
    SELECT transfer.id, (transfer.event_at AT TIME ZONE 'Europe/Brussels')::date, transfer.event_at, transfer.kind,
        transfer.event_key, {_path_sql("debit")}, {_path_sql("credit")}, transfer.amount_cents, transfer.reverses_id
    FROM ledger_transfer AS transfer
    JOIN {_ACCOUNTS} AS debit ON debit.id = transfer.debit_id
    JOIN {_ACCOUNTS} AS credit ON credit.id = transfer.credit_id
    WHERE transfer.event_at < %(until)s AND (%(since)s::timestamptz IS NULL OR transfer.event_at >= %(since)s)
    ORDER BY transfer.event_at, transfer.id
"""


def journal_text(
    *, journal_format: JournalFormat, from_on: date | None = None, to_on: date | None = None
) -> Iterator[str]:
    """The journal of the days from `from_on` to `to_on` (both included), in pieces, while one snapshot is kept open.

    Without `from_on` since the first transfer, without `to_on` until today. hledger's text begins with the opening balances
    of `from_on` and asserts those of `to_on` at the end; CSV holds the transfers only.
    """
    last_on = to_on or brussels_today()
    with one_snapshot():
        if journal_format is JournalFormat.CSV:
            yield from csv_text(_entries(from_on, last_on))
        else:
            yield from hledger_text(
                _accounts(from_on, last_on), _entries(from_on, last_on), from_on=from_on, to_on=last_on
            )


def _since(from_on: date | None) -> datetime | None:
    return None if from_on is None else day_end(from_on - timedelta(days=1))


def _accounts(from_on: date | None, to_on: date) -> list[JournalAccount]:
    """Every account of the books, by path: debits less credits before the first day and after the last."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES_SQL, {"until": day_end(to_on)})
        closing = dict(cursor.fetchall())
        opening: dict[str, int] = {}
        if from_on is not None:
            cursor.execute(_BALANCES_SQL, {"until": _since(from_on)})
            opening = dict(cursor.fetchall())
    return [JournalAccount(path, opening.get(path, 0), closing[path]) for path in sorted(closing)]


def _entries(from_on: date | None, to_on: date) -> Iterator[JournalEntry]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES_SQL, {"until": day_end(to_on), "since": _since(from_on)})
        while rows := cursor.fetchmany(ENTRIES_AT_ONCE):
            yield from map(JournalEntry._make, rows)
