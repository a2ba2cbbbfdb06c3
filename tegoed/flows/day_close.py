"""The day close: one day of one bank account, books against bank, and the signature under it (SPEC P1, L7).

Its one law: a day is closed only when the balance in the books is the bank's and every line is in the ledger to the cent,
as the page showed it to who signs. The books stay open: what is posted for a closed day afterwards is not refused but
flagged, and the day may be signed again. Money not placed or not explained is counted and shown; it stops nothing.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from tegoed.audit.actions import Action, record_event
from tegoed.banking.actions.closing import keep_day_close, lock_bank_account
from tegoed.banking.day_closes import DayClose
from tegoed.banking.models import BankAccount, LineState
from tegoed.clients.models import User
from tegoed.flows.refusals import DayClosedAlready, DayDiffers, DayFiguresChanged, DayNotOver, DayWithoutStatement
from tegoed.flows.safeguarding import safeguarding
from tegoed.ledger.snapshot import one_snapshot
from tegoed.rules.dates import brussels_today

DIFFERENCES_MAX = 20  # of each kind
DAYS_SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class StatementOfDay:
    """A statement that ended on the day; balances in cents."""

    number: str
    old_cents: int
    new_cents: int


@dataclass(frozen=True, slots=True)
class LinesOfDay:
    """The lines of the day in one state: how many, and their sum in cents."""

    state: str
    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Books and bank say two things. `code`: `balance`, `line`, `transfer`, `chain` or `sum`; amounts in cents."""

    code: str
    subject: str
    expected_cents: int
    found_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """A day of an account. `waiting_*`: of all days until then, still not placed or not explained now."""

    account: BankAccount
    day_on: date
    statements: Sequence[StatementOfDay]
    statement_cents: int
    book_cents: int
    lines: Sequence[LinesOfDay]
    waiting_suspense: LinesOfDay
    waiting_outgoing: LinesOfDay
    transfer_count: int
    through_transfer_id: int
    differences: Sequence[Difference]

    @property
    def agrees(self) -> bool:
        """Nothing differs."""
        return not self.differences

    @property
    def told(self) -> dict[str, Any]:
        """All of it as JSON: what is signed."""
        return {
            "iban": self.account.iban,
            "day_on": self.day_on.isoformat(),
            "statement_cents": self.statement_cents,
            "book_cents": self.book_cents,
            "transfer_count": self.transfer_count,
            "statements": [asdict(statement) for statement in self.statements],
            "lines": [asdict(lines) for lines in self.lines],
            "waiting_suspense": asdict(self.waiting_suspense),
            "waiting_outgoing": asdict(self.waiting_outgoing),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of what is told."""
        return _digest(self.told)


@dataclass(frozen=True, slots=True)
class DayOfAccount:
    """A day with a statement, its last close if any, and what was posted for it since."""

    account: BankAccount
    day_on: date
    balance_cents: int
    close: DayClose | None
    late_count: int
    late_cents: int


def days_of_accounts() -> list[DayOfAccount]:
    """The last days that have a statement, the newest first, at most `DAYS_SHOWN_MAX`. Four queries."""
    accounts = {account.pk: account for account in BankAccount.objects.all()}
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [DAYS_SHOWN_MAX])
        days = cursor.fetchall()
        closes = {
            (close.bank_account_id, close.day_on): close
            for close in DayClose.objects.filter(day_on__in={day_on for _account, day_on, _cents in days})
            .select_related("closed_by")
            .order_by("round")
        }
        cursor.execute(_LATE, [[close.pk for close in closes.values()]])
        late = {close_id: (count, int(cents)) for close_id, count, cents in cursor.fetchall()}
    found = []
    for account_id, day_on, balance_cents in days:
        close = closes.get((account_id, day_on))
        since = late.get(close.pk, (0, 0)) if close else (0, 0)
        found.append(DayOfAccount(accounts[account_id], day_on, balance_cents, close, *since))
    return found


def last_close_of(account: BankAccount, day_on: date) -> DayClose | None:
    """The newest signature under that day."""
    closes = DayClose.objects.filter(bank_account=account, day_on=day_on).select_related("closed_by")
    return closes.order_by("-round").first()


def day_figures(account: BankAccount, day_on: date) -> DayFigures:
    """Books against bank at the end of that day. Reads all transfers of the account. Raises `DayWithoutStatement`."""
    facts: dict[str, Any] = {
        "account_id": account.pk,
        "day_on": day_on,
        "key": f"bank:{account.pk}",
        "limit": DIFFERENCES_MAX,
    }
    with one_snapshot(), connection.cursor() as cursor:
        cursor.execute(_STATEMENTS, facts)
        statements = [StatementOfDay(*row) for row in cursor.fetchall()]
        if not statements:
            raise DayWithoutStatement(iban=account.iban, on=day_on)
        cursor.execute(_LINES, facts)
        lines = [LinesOfDay(*row) for row in cursor.fetchall()]
        cursor.execute(_WAITING, facts)
        waiting = {state: LinesOfDay(state, count, int(cents)) for state, count, cents in cursor.fetchall()}
        cursor.execute(_BOOK_AND_DIFFERENCES, facts)
        found = cursor.fetchall()
        _code, transfer_count, through_id, book_cents = next(row for row in found if row[0] == "book")
        differences = [Difference(*row) for row in found if row[0] != "book"]
    if book_cents != statements[-1].new_cents:
        differences.insert(0, Difference("balance", account.iban, statements[-1].new_cents, book_cents))
    return DayFigures(
        account=account,
        day_on=day_on,
        statements=statements,
        statement_cents=statements[-1].new_cents,
        book_cents=book_cents,
        lines=lines,
        waiting_suspense=waiting.get(LineState.SUSPENSE, LinesOfDay(LineState.SUSPENSE.value, 0, 0)),
        waiting_outgoing=waiting.get(LineState.OUTGOING, LinesOfDay(LineState.OUTGOING.value, 0, 0)),
        transfer_count=int(transfer_count),
        through_transfer_id=through_id,
        differences=differences,
    )


@transaction.atomic
def close_day(*, account_id: int, day_on: date, actor: User, shown_digest: str) -> DayClose:
    """Sign a day as the page showed it (`shown_digest`); no statement of the account is booked meanwhile.

    Raises `BankAccount.DoesNotExist`, `DayNotOver`, `DayWithoutStatement`, `DayDiffers`, `DayFiguresChanged`,
    `DayClosedAlready`; then nothing is kept.
    """
    account = lock_bank_account(account_id)
    if day_on >= brussels_today():
        raise DayNotOver(on=day_on)
    figures = day_figures(account, day_on)
    if not figures.agrees:
        raise DayDiffers(on=day_on, iban=account.iban)
    if figures.digest != shown_digest:
        raise DayFiguresChanged(on=day_on)
    before = last_close_of(account, day_on)
    if before is not None and before.through_transfer_id == figures.through_transfer_id:
        raise DayClosedAlready(on=day_on)
    house = safeguarding(brussels_today())
    told = figures.told | {
        "bank_cents": house.bank_cents,
        "owed_cents": house.owed_cents,
        "closed_by": actor.email,
        "close_before": _newest_digest_of(account),
    }
    close = keep_day_close(
        account=account,
        day_on=day_on,
        actor=actor,
        statement_cents=figures.statement_cents,
        book_cents=figures.book_cents,
        bank_cents=house.bank_cents,
        owed_cents=house.owed_cents,
        through_transfer_id=figures.through_transfer_id,
        figures=told,
        digest=_digest(told),
    )
    record_event(actor=actor, action=Action.DAY_CLOSED, subject_id=close.pk, digest=close.digest, on=day_on.isoformat())
    return close


def digest_holds(close: DayClose) -> bool:
    """The figures kept are those that were signed."""
    return _digest(close.figures) == close.digest


def _newest_digest_of(account: BankAccount) -> str:
    return DayClose.objects.filter(bank_account=account).order_by("-id").values_list("digest", flat=True).first() or ""


def _digest(told: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


_DAYS = """
SELECT DISTINCT ON (new_balance_on, bank_account_id) bank_account_id, new_balance_on, new_balance_cents
FROM banking_statement ORDER BY new_balance_on DESC, bank_account_id, year DESC, sequence DESC LIMIT %s
"""

# The transfers of an account with their day: of a bank line its statement's, otherwise (the opening balance) the day of
# the first statement.
_MOVED = """
SELECT transfer.id, transfer.event_key, line.id AS line_id, transfer.cents, coalesce(statement.new_balance_on, (
        SELECT min(new_balance_on) FROM banking_statement AS first WHERE 'bank:' || first.bank_account_id = book.account_key
    )) AS day_on
FROM ledger_account AS book
JOIN LATERAL (
    SELECT id, event_key, amount_cents AS cents FROM ledger_transfer WHERE debit_id = book.id AND id > {after}
    UNION ALL
    SELECT id, event_key, -amount_cents FROM ledger_transfer WHERE credit_id = book.id AND id > {after}
) AS transfer ON true
LEFT JOIN banking_statementline AS line ON line.id = CASE split_part(transfer.event_key, ':', 2)
    WHEN 'statement-line' THEN split_part(transfer.event_key, ':', 3)::bigint END
LEFT JOIN banking_statement AS statement ON statement.id = line.statement_id
"""

_STATEMENTS = """
SELECT year || '/' || sequence, old_balance_cents, new_balance_cents FROM banking_statement
WHERE bank_account_id = %(account_id)s AND new_balance_on = %(day_on)s ORDER BY year, sequence
"""

_LINES = """
SELECT line.state, count(*), sum(line.amount_cents)::bigint
FROM banking_statementline AS line JOIN banking_statement AS statement ON statement.id = line.statement_id
WHERE statement.bank_account_id = %(account_id)s AND statement.new_balance_on = %(day_on)s
GROUP BY line.state ORDER BY line.state
"""

_WAITING = """
SELECT line.state, count(*), sum(line.unplaced_cents)
FROM banking_statementline AS line JOIN banking_statement AS statement ON statement.id = line.statement_id
WHERE line.state IN ('suspense', 'outgoing') AND statement.bank_account_id = %(account_id)s
    AND statement.new_balance_on <= %(day_on)s
GROUP BY line.state
"""

_BOOK_AND_DIFFERENCES = f"""
WITH moved AS MATERIALIZED ({_MOVED.format(after=0)} WHERE book.account_key = %(key)s),
statement AS (
    SELECT *, lag(new_balance_cents) OVER (ORDER BY year, sequence) AS before_cents FROM banking_statement
    WHERE bank_account_id = %(account_id)s
)
(SELECT 'book', count(*)::text, coalesce(max(id), 0), coalesce(sum(cents), 0)::bigint FROM moved WHERE day_on <= %(day_on)s)
UNION ALL
(SELECT 'line', 'line ' || line.position || ' of ' || statement.year || '/' || statement.sequence, line.amount_cents,
    coalesce(sum(moved.cents), 0)::bigint
FROM statement JOIN banking_statementline AS line ON line.statement_id = statement.id
LEFT JOIN moved ON moved.line_id = line.id
WHERE statement.new_balance_on = %(day_on)s
GROUP BY line.id, line.position, line.amount_cents, statement.year, statement.sequence
HAVING line.amount_cents <> coalesce(sum(moved.cents), 0) ORDER BY line.id LIMIT %(limit)s)
UNION ALL
(SELECT 'transfer', event_key, 0, cents FROM moved
WHERE day_on <= %(day_on)s AND line_id IS NULL AND event_key <> 'opening:' || %(key)s ORDER BY id LIMIT %(limit)s)
UNION ALL
(SELECT 'chain', year || '/' || sequence, before_cents, old_balance_cents FROM statement
WHERE new_balance_on = %(day_on)s AND before_cents <> old_balance_cents ORDER BY id LIMIT %(limit)s)
UNION ALL
(SELECT 'sum', statement.year || '/' || statement.sequence, statement.new_balance_cents,
    (statement.old_balance_cents + coalesce(sum(line.amount_cents), 0))::bigint
FROM statement LEFT JOIN banking_statementline AS line ON line.statement_id = statement.id
WHERE statement.new_balance_on = %(day_on)s
GROUP BY statement.id, statement.year, statement.sequence, statement.new_balance_cents, statement.old_balance_cents
HAVING statement.new_balance_cents <> statement.old_balance_cents + coalesce(sum(line.amount_cents), 0) LIMIT %(limit)s)
"""

# Only transfers younger than the close are looked at, by the index on account and id.
_LATE = f"""
SELECT close.id, count(*), sum(late.cents)
FROM banking_dayclose AS close
JOIN LATERAL (
    {_MOVED.format(after="close.through_transfer_id")} WHERE book.account_key = 'bank:' || close.bank_account_id
) AS late ON late.day_on <= close.day_on
WHERE close.id = ANY (%s::bigint[]) GROUP BY close.id
"""
