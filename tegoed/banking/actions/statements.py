"""Statement files: kept as they came, read whole, checked against what is booked already (SPEC P1).

Its one law: a file is booked whole or not at all, and a statement once. It places no money.
"""

import gzip
import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import IntegrityError, transaction

from tegoed.banking.actions.chain import Chain
from tegoed.banking.models import BankAccount, Statement, StatementFile, StatementFileState
from tegoed.banking.refusals import (
    StatementAccountUnknown,
    StatementAmountTooLarge,
    StatementCurrencyUnknown,
    StatementFileEmpty,
    StatementFileKnown,
    StatementFileTooLarge,
    StatementKnown,
    StatementOfFuture,
)
from tegoed.clients.models import User
from tegoed.formats.bank_file import read_bank_file
from tegoed.formats.bank_statement import BankStatement
from tegoed.ledger.models import AMOUNT_CENTS_MAX

_PACKING_LEVEL = 1  # ten times smaller in half a second; more would take longer than reading


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
                file_name=file_name[-120:],
                sha256=sha256,
                content=gzip.compress(content, _PACKING_LEVEL, mtime=0),
                is_packed=True,
                received_by=actor,
            )
    except IntegrityError:
        known = StatementFile.objects.exclude(state=StatementFileState.REFUSED).get(sha256=sha256)
        raise StatementFileKnown(file_name=known.file_name, received_at=known.received_at) from None


def open_content(file: StatementFile) -> BinaryIO:
    """The bytes of the file as they came, to be read piece by piece: unpacked they may be twenty times as many."""
    content = BytesIO(file.content)
    return cast("BinaryIO", gzip.GzipFile(fileobj=content)) if file.is_packed else content


@dataclass(frozen=True, slots=True)
class StatementToBook:
    """A statement as read, with our account it is of and the format it came in."""

    read: BankStatement
    bank_account: BankAccount
    format: str


def statements_to_book(content: BinaryIO, *, today: date) -> list[StatementToBook]:
    """Read the whole file and check that it can be booked now; nothing is written.

    Raises the refusals of `tegoed.formats` and of `tegoed.banking.refusals`. A broken chain (P1) refuses the file: the
    day in between must come first. Statements that are booked already are passed over as long as another is new. The
    accounts are locked, so that two files of one account go one after the other.
    """
    kind, read = read_bank_file(content, is_one_of_several_files=settings.STATEMENTS_IN_SEVERAL_FILES)
    if not read:
        raise StatementFileEmpty
    accounts = {
        account.iban: account
        for account in BankAccount.objects.select_for_update()
        .filter(iban__in={statement.account_iban for statement in read})
        .order_by("id")
    }
    chains = {iban: Chain(account) for iban, account in accounts.items()}
    to_book = []
    for statement in read:
        account = accounts.get(statement.account_iban or "")
        if account is None:
            raise StatementAccountUnknown(iban=statement.account_iban or statement.account_number)
        _check_statement(statement, iban=account.iban, today=today)
        if chains[account.iban].takes(statement, kind.value):
            to_book.append(StatementToBook(read=statement, bank_account=account, format=kind.value))
    if not to_book:
        raise StatementKnown(iban=read[0].account_iban, on=read[0].new_balance_on)
    return to_book


def _check_statement(statement: BankStatement, *, iban: str, today: date) -> None:
    if statement.currency != "EUR":
        raise StatementCurrencyUnknown(currency=statement.currency)
    if statement.new_balance_on > today:
        raise StatementOfFuture(iban=iban, on=statement.new_balance_on)
    _check_amounts(statement, iban=iban)


def _check_amounts(statement: BankStatement, *, iban: str) -> None:
    """What the ledger can't take is refused now, not by the worker again and again."""
    largest = max([abs(statement.old_balance_cents), *(abs(movement.amount_cents) for movement in statement.movements)])
    if largest > AMOUNT_CENTS_MAX:
        raise StatementAmountTooLarge(iban=iban, found_cents=largest, maximum_cents=AMOUNT_CENTS_MAX)


def keep_statement(*, file: StatementFile, to_book: StatementToBook) -> Statement:
    """Write the statement's own row."""
    read = to_book.read
    return Statement.objects.create(
        file=file,
        bank_account=to_book.bank_account,
        format=to_book.format,
        year=read.new_balance_on.year,
        sequence=read.sequence,
        old_balance_cents=read.old_balance_cents,
        old_balance_on=read.old_balance_on,
        new_balance_cents=read.new_balance_cents,
        new_balance_on=read.new_balance_on,
    )


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
