"""The journal of the books as text for other programs: hledger's format and CSV.

Its one law: every transfer is one entry, and the text proves itself: it begins with what stood on the accounts, and ends by
asserting what stands on them. Amounts are euro with two decimals; a debit is positive, as in any journal. Everything is
written as it comes, line by line, so a journal of any length takes the same memory.
It chooses no accounts and reads no database: see `tegoed.flows.journal_export`.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from tegoed.rules.dates import BRUSSELS

ASSERTIONS_PER_ENTRY_MAX = 1_000
CSV_HEADINGS = ("transfer", "day", "at", "kind", "event_key", "debit", "credit", "amount_eur", "reverses")


class JournalAccount(NamedTuple):
    """An account of the journal: debits less credits in cents, before the first day and after the last."""

    path: str
    opening_cents: int
    closing_cents: int


class JournalEntry(NamedTuple):
    """One transfer. `day` and `at` are Brussels time; `reverses` the number of the transfer that it takes back."""

    transfer: int
    day: date
    at: datetime
    kind: str
    event_key: str
    debit: str
    credit: str
    amount_cents: int
    reverses: int | None


def euro_amount(cents: int) -> str:
    """Two decimals, a point, no grouping: what programs read."""
    whole, decimals = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{decimals:02d}"


def hledger_text(
    accounts: Sequence[JournalAccount], entries: Iterable[JournalEntry], *, from_on: date | None, to_on: date
) -> Iterator[str]:
    """The journal in hledger's format, in pieces. `from_on` None: since the first transfer."""
    yield "decimal-mark .\ncommodity 1000.00 EUR\n\n"
    for account in accounts:
        yield f"account {account.path}\n"
    opening = [account for account in accounts if account.opening_cents]
    if from_on is not None and opening:
        yield f"\n{from_on} (opening) opening balances\n"
        for account in opening:
            yield _posting(account.path, account.opening_cents)
    for entry in entries:
        reverses = "" if entry.reverses is None else f", reverses:{entry.reverses}"
        yield (
            f"\n{entry.day} ({_code(entry.event_key)}) {entry.kind}  ; transfer:{entry.transfer}{reverses}\n"
            f"{_posting(entry.debit, entry.amount_cents)}{_posting(entry.credit, -entry.amount_cents)}"
        )
    for start in range(0, len(accounts), ASSERTIONS_PER_ENTRY_MAX):
        yield f"\n{to_on} (closing) balances as the books keep them\n"
        for account in accounts[start : start + ASSERTIONS_PER_ENTRY_MAX]:
            yield f"    {account.path}  0.00 EUR = {euro_amount(account.closing_cents)} EUR\n"


def csv_text(entries: Iterable[JournalEntry]) -> Iterator[str]:
    """The transfers as CSV (RFC 4180), in pieces: a heading, then a line each. No opening balances."""
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(CSV_HEADINGS)
    for entry in entries:
        writer.writerow(
            (
                entry.transfer,
                entry.day,
                entry.at.astimezone(BRUSSELS).isoformat(),
                entry.kind,
                entry.event_key,
                entry.debit,
                entry.credit,
                euro_amount(entry.amount_cents),
                entry.reverses,
            )
        )
        if line.tell() > io.DEFAULT_BUFFER_SIZE:
            yield line.getvalue()
            line.seek(0)
            line.truncate()
    yield line.getvalue()


def _posting(path: str, cents: int) -> str:
    return f"    {path}  {euro_amount(cents)} EUR\n"


def _code(event_key: str) -> str:
    """hledger ends a code at the first bracket."""
    return event_key.replace(")", "]").replace("\n", " ")
