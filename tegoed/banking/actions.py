"""Writes on bank statements. `tegoed.flows.receive_statement` tells the whole story."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tegoed.banking.ladder import LineToPlace, PayableInvoice, Placement, place_lines
from tegoed.banking.models import BankAccount, LineState, Statement, StatementFile, StatementFileState
from tegoed.banking.refusals import (
    StatementAccountUnknown,
    StatementAmountTooLarge,
    StatementChainBroken,
    StatementCurrencyUnknown,
    StatementFileEmpty,
    StatementFileKnown,
    StatementFileTooLarge,
    StatementKnown,
    StatementOfFuture,
    StatementTooEarly,
)
from tegoed.clients.models import User
from tegoed.formats import coda
from tegoed.ledger.models import AMOUNT_CENTS_MAX
from tegoed.rules.structured_communication import find_structured_communications


def keep_statement_file(*, file_name: str, content: bytes, actor: User | None) -> StatementFile:
    """Store a file as it came. Raises `StatementFileTooLarge`, `StatementFileKnown`.

    A file that was refused may come again: what refused it may be mended (an account set up, an earlier day booked).
    """
    if len(content) > settings.STATEMENT_FILE_BYTES_MAX:
        raise StatementFileTooLarge(byte_count=len(content), byte_count_max=settings.STATEMENT_FILE_BYTES_MAX)
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        with transaction.atomic():
            return StatementFile.objects.create(
                file_name=file_name[-120:], sha256=sha256, content=content, received_by=actor
            )
    except IntegrityError:
        known = StatementFile.objects.exclude(state=StatementFileState.REFUSED).get(sha256=sha256)
        raise StatementFileKnown(file_name=known.file_name, received_at=known.received_at) from None


@dataclass(frozen=True, slots=True)
class StatementToBook:
    """A statement as read, with our account it is of. `numbered_on` is the day that gives its year."""

    read: coda.Statement
    bank_account: BankAccount
    numbered_on: date


def statements_to_book(content: bytes, *, today: date) -> list[StatementToBook]:
    """Read the whole file and check that it can be booked now; nothing is written.

    Raises `coda.CodaRefused` and the refusals of `tegoed.banking.refusals`. A broken chain (P1) refuses the file: the day
    in between must come first. The accounts are locked, so that two files of one account go one after the other.
    """
    read = coda.read_coda(content, is_one_of_several_files=settings.STATEMENTS_IN_SEVERAL_FILES)
    if not read:
        raise StatementFileEmpty
    accounts = {
        account.iban: account
        for account in BankAccount.objects.select_for_update()
        .filter(iban__in={statement.account_iban for statement in read})
        .order_by("id")
    }
    last_by_account = {account.pk: _last_statement(account) for account in accounts.values()}
    to_book = []
    for statement in read:
        account = accounts.get(statement.account_iban or "")
        if account is None:
            raise StatementAccountUnknown(iban=statement.account_iban or statement.account_number)
        to_book.append(_check_statement(statement, account, last_by_account, today=today))
    return to_book


@dataclass(frozen=True, slots=True)
class _Last:
    year: int
    sequence: int
    balance_cents: int


def _last_statement(account: BankAccount) -> _Last | None:
    last = Statement.objects.filter(bank_account=account).order_by("-year", "-sequence").first()
    return _Last(last.year, last.sequence, last.new_balance_cents) if last else None


def _check_statement(
    statement: coda.Statement, account: BankAccount, last_by_account: dict[int, _Last | None], *, today: date
) -> StatementToBook:
    iban = account.iban
    if statement.currency != "EUR":
        raise StatementCurrencyUnknown(currency=statement.currency)
    numbered_on = statement.new_balance_on or statement.created_on
    if numbered_on > today:
        raise StatementOfFuture(iban=iban, on=numbered_on)
    year, sequence = numbered_on.year, statement.sequence
    if Statement.objects.filter(bank_account=account, year=year, sequence=sequence).exists():
        raise StatementKnown(iban=iban, year=year, sequence=sequence)
    _check_amounts(statement, iban=iban)
    last = last_by_account[account.pk]
    if last is not None:
        if (year, sequence) < (last.year, last.sequence):
            raise StatementTooEarly(iban=iban, year=last.year, sequence=last.sequence)
        if statement.old_balance_cents != last.balance_cents:
            raise StatementChainBroken(
                iban=iban, expected_cents=last.balance_cents, found_cents=statement.old_balance_cents
            )
    last_by_account[account.pk] = _Last(year, sequence, statement.new_balance_cents)
    return StatementToBook(read=statement, bank_account=account, numbered_on=numbered_on)


def _check_amounts(statement: coda.Statement, *, iban: str) -> None:
    """What the ledger can't take is refused now, not by the worker again and again."""
    amounts = [payment.amount_cents for payment in coda.bookable_movements(statement)]
    largest = max([abs(statement.old_balance_cents), *map(abs, amounts)])
    if largest > AMOUNT_CENTS_MAX:
        raise StatementAmountTooLarge(iban=iban, found_cents=largest, maximum_cents=AMOUNT_CENTS_MAX)


def keep_statement(*, file: StatementFile, to_book: StatementToBook) -> Statement:
    """Write the statement's own row."""
    read = to_book.read
    return Statement.objects.create(
        file=file,
        bank_account=to_book.bank_account,
        year=to_book.numbered_on.year,
        sequence=read.sequence,
        old_balance_cents=read.old_balance_cents,
        old_balance_on=read.old_balance_on,
        new_balance_cents=read.new_balance_cents,
        new_balance_on=to_book.numbered_on,
    )


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line as written, with where its money goes."""

    line_id: int
    amount_cents: int
    placement: Placement


def place_movements(*, statement: Statement, movements: Sequence[coda.Movement]) -> list[PlacedLine]:
    """Climb the ladder for all movements of a statement and write lines and allocations (COPY). Invoices get locked.

    Three statements and two COPYs, whatever the number of lines.
    """
    looked_at = [_line_to_place(movement) for movement in movements]
    placements = place_lines(looked_at, _payable_invoices(looked_at))
    line_ids = _next_line_ids(len(movements))
    with connection.cursor() as cursor:
        _copy(
            cursor,
            "banking_statementline (id, statement_id, position, amount_cents, value_on, entry_on, counterparty_account,"
            " counterparty_name, communication, structured_communication, transaction_code, bank_reference,"
            " customer_reference, state, rung, reason, unplaced_cents)",
            _line_rows(statement, movements, looked_at, placements, line_ids),
        )
        now = timezone.now()
        _copy(
            cursor,
            "banking_allocation (line_id, invoice_id, amount_cents, created_at)",
            (
                (line_id, placement.invoice_id, placement.allocated_cents, now)
                for line_id, placement in zip(line_ids, placements, strict=True)
                if placement.allocated_cents
            ),
        )
    return [
        PlacedLine(line_id, movement.amount_cents, placement)
        for line_id, movement, placement in zip(line_ids, movements, placements, strict=True)
    ]


def lock_named_invoices(movements: Iterable[coda.Movement]) -> None:
    """Hold all our invoices that any of these movements names, in id order: for a file of several statements.

    Statement by statement a file would take invoices after ledger accounts, and could wait in a circle with who takes them
    the other way round (a credit note).
    """
    _payable_invoices([_line_to_place(movement) for movement in movements])


def _line_to_place(movement: coda.Movement) -> LineToPlace:
    structured = coda.structured_communication_of(movement)
    in_text = () if structured or not movement.communication else find_structured_communications(movement.communication)
    return LineToPlace(amount_cents=movement.amount_cents, structured=structured, in_text=in_text)


def _payable_invoices(lines: Iterable[LineToPlace]) -> Mapping[str, PayableInvoice]:
    """Our invoices that any of these lines names, locked in id order."""
    numbers = {number for line in lines for number in ((line.structured,) if line.structured else line.in_text)}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT structured_communication, id, client_id,
                CASE WHEN state = 'credited' THEN 0 ELSE total_cents - paid_cents END, state = 'credited'
            FROM billing_invoice WHERE structured_communication = ANY(%s) ORDER BY id FOR UPDATE
            """,
            [list(numbers)],
        )
        return {number: PayableInvoice(*facts) for number, *facts in cursor}


def _next_line_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('banking_statementline', 'id')) FROM generate_series(1, %s)", [count]
        )
        return sorted(row[0] for row in cursor.fetchall())


def _line_rows(
    statement: Statement,
    movements: Sequence[coda.Movement],
    looked_at: Sequence[LineToPlace],
    placements: Sequence[Placement],
    line_ids: Sequence[int],
) -> Iterator[tuple[Any, ...]]:
    together = zip(line_ids, movements, looked_at, placements, strict=True)
    for position, (line_id, movement, line, placement) in enumerate(together, start=1):
        yield (
            line_id,
            statement.pk,
            position,
            movement.amount_cents,
            movement.value_on,
            movement.entry_on,
            movement.counterparty_account.strip(),
            movement.counterparty_name.strip(),
            (movement.communication or movement.structured_content).strip(),
            line.structured or "",
            f"{movement.transaction_type}{movement.family}{movement.transaction}{movement.category}",
            movement.bank_reference.strip(),
            movement.customer_reference.strip(),
            _state_of(placement),
            int(placement.rung),
            str(placement.reason),
            placement.unplaced_cents,
        )


def _state_of(placement: Placement) -> str:
    if placement.unplaced_cents > 0:
        return LineState.SUSPENSE.value
    return LineState.OUTGOING.value if placement.unplaced_cents < 0 else LineState.MATCHED.value


def _copy(cursor: Any, target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def mark_file_booked(*, file: StatementFile, line_count: int, at: datetime) -> None:
    """The file's lines are in the books."""
    file.state = StatementFileState.BOOKED
    file.booked_at = at
    file.line_count = line_count
    file.save(update_fields=["state", "booked_at", "line_count"])


def mark_file_refused(*, file: StatementFile, code: str, params: dict[str, Any]) -> None:
    """The file can't be booked; `code` and `params` say why. Nothing of it is in the books."""
    file.state = StatementFileState.REFUSED
    file.refusal_code = code[:60]
    file.refusal_params = {
        name: value if isinstance(value, int | bool) else str(value) for name, value in params.items()
    }
    file.save(update_fields=["state", "refusal_code", "refusal_params"])
