"""A bank file comes in: read, placed, booked, invoices and orders paid; all of it or nothing (SPEC P1, P2, L1)."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import NamedTuple

import structlog
from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.banking.actions import (
    PlacedLine,
    StatementToBook,
    keep_statement,
    keep_statement_file,
    lock_named_invoices,
    mark_file_booked,
    mark_file_refused,
    open_content,
    place_movements,
    statements_to_book,
)
from tegoed.banking.actions.allocations import learn_accounts
from tegoed.banking.actions.proposing import renew_proposals
from tegoed.banking.models import Statement, StatementFile, StatementFileState
from tegoed.clients.models import User
from tegoed.errors import Refusal
from tegoed.flows.book_instructions import InstructionsBooked, book_instructions
from tegoed.flows.jobs import book_statement_file_job
from tegoed.flows.payment_mails import tell_of_payments
from tegoed.flows.settle_payments import OUTGOING, SUSPENSE, Move, account_of, settle_payments
from tegoed.flows.undo_payments import TakenBack, take_lines_back
from tegoed.ledger.door import AccountSpec
from tegoed.ledger.models import AccountKind, TransferKind
from tegoed.ledger.refusals import FundsShort
from tegoed.rules.dates import brussels_date
from tegoed.treasury.recognition import Instructed, instructions_named_by

log = structlog.get_logger(__name__)


@transaction.atomic
def receive_statement_file(*, file_name: str, content: bytes, actor: User | None) -> StatementFile:
    """Take a file in: it is read and checked at once (refusals come now), kept, and booked by the worker.

    Raises `StatementFileTooLarge`, `StatementFileKnown`, `BankFileUnknown`, `CodaRefused`, `CamtRefused` and the other
    refusals of `tegoed.banking`.
    """
    file = keep_statement_file(file_name=file_name, content=content, actor=actor)
    statements_to_book(BytesIO(content), today=brussels_date(timezone.now()))
    record_event(actor=actor, action=Action.STATEMENT_RECEIVED, subject_id=file.pk, sha256=file.sha256)
    book_statement_file_job.defer(file_id=file.pk)
    return file


@dataclass(slots=True)
class BookingReport:
    """What a file did. Counts of lines, invoices, orders; amounts in cents."""

    line_count: int = 0
    matched_count: int = 0
    suspense_count: int = 0
    outgoing_count: int = 0
    returned_count: int = 0
    invoice_count: int = 0
    paid_order_ids: list[int] = field(default_factory=list)
    released_order_ids: list[int] = field(default_factory=list)


def book_statement_file(*, file_id: int) -> BookingReport | None:
    """Book a received file; None when another worker has it or did it. Refused now, the file is marked and nothing booked."""
    try:
        with _no_search_for_cycles():
            return _book(file_id)
    except (
        FundsShort
    ):  # credit that a returned payment needs was used meanwhile: nothing is booked; the job comes again
        raise
    except Refusal as refusal:
        with transaction.atomic():
            file = StatementFile.objects.select_for_update().get(pk=file_id)
            if file.state != StatementFileState.RECEIVED:
                return None
            mark_file_refused(file=file, code=refusal.code, params=refusal.params)
            record_event(actor=None, action=Action.STATEMENT_REFUSED, subject_id=file_id, code=refusal.code)
        log.warning("statement-file-refused", file_id=file_id, code=refusal.code)
        return None


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Of so many objects that hold no cycle, Python's search for cycles would take a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@transaction.atomic
def _book(file_id: int) -> BookingReport | None:
    file = (
        StatementFile.objects.select_for_update(skip_locked=True)
        .filter(pk=file_id, state=StatementFileState.RECEIVED)
        .first()
    )
    if file is None:
        return None
    now = timezone.now()
    report = BookingReport()
    statements = statements_to_book(open_content(file), today=brussels_date(now))
    if len(statements) > 1:
        lock_named_invoices((to_book.bank_account.pk, to_book.read.movements) for to_book in statements)
    taken_back: list[TakenBack] = []
    while statements:
        placed = _place(file, statements.pop(0))  # so nothing holds its movements while it is posted
        taken_back += _book_statement(placed, report, at=now)
    tell_of_payments(file_id=file.pk, taken_back=taken_back)
    mark_file_booked(file=file, line_count=report.line_count, at=now)
    record_event(
        actor=None,
        action=Action.STATEMENT_BOOKED,
        subject_id=file.pk,
        line_count=report.line_count,
        matched_count=report.matched_count,
        paid_orders=len(report.paid_order_ids),
    )
    return report


class _Placed(NamedTuple):
    """A statement whose lines have their place; the movements of `named` are let go."""

    statement: Statement
    named: Instructed
    lines: list[PlacedLine]


def _place(file: StatementFile, to_book: StatementToBook) -> _Placed:
    statement = keep_statement(file=file, to_book=to_book)
    named = instructions_named_by(to_book.read.movements)
    lines = place_movements(
        statement=statement,
        movements=named.movements,
        booked_elsewhere=named.booked_by_instruction,
        invoice_ids=named.invoice_ids,
    )
    named.movements.clear()
    return _Placed(statement, named, lines)


def _book_statement(placed: _Placed, report: BookingReport, *, at: datetime) -> list[TakenBack]:
    statement, named, lines = placed
    learn_accounts(statement_id=statement.pk)
    taken_back = take_lines_back(lines, at=at)
    undone_moves = [move for taken in taken_back for move in taken.money.moves]
    done = book_instructions(named, lines, bank=_bank_of(statement), at=at, posted_before=undone_moves)
    cents_by_invoice = dict(done.cents_by_invoice)
    for line in lines:
        for invoice_id, cents in line.placement.parts:
            cents_by_invoice[invoice_id] = cents_by_invoice.get(invoice_id, 0) + cents
    moves = [*_opening(statement), *_payments(statement, lines, taken_back, done), *done.moves]
    reopened_ids = [*done.reopened_ids, *(pk for taken in taken_back for pk in taken.money.invoice_ids)]
    line_count = len(lines)
    unplaced = [line for line in lines if line.line_id not in done.placed_line_ids and line.placement.unplaced_cents]
    in_suspense = [line.line_id for line in unplaced if line.placement.unplaced_cents > 0]
    lines.clear()  # the moves tell all of them: nothing holds them while those are posted
    settled = settle_payments(cents_by_invoice=cents_by_invoice, moves=moves, at=at, reopened_ids=reopened_ids)
    renew_proposals(line_ids=in_suspense, at=at)
    report.line_count += line_count
    report.matched_count += line_count - len(unplaced)
    report.suspense_count += len(in_suspense)
    report.returned_count += len(taken_back)
    report.outgoing_count += len(unplaced) - len(in_suspense) - len(taken_back)
    report.invoice_count += len(settled.invoice_ids)
    report.paid_order_ids += settled.paid_order_ids
    report.released_order_ids += settled.released_order_ids
    return taken_back


def _bank_of(statement: Statement) -> AccountSpec:
    return AccountSpec(account_key=f"bank:{statement.bank_account_id}", kind=AccountKind.BANK)


def _opening(statement: Statement) -> Iterator[Move]:
    """The first statement of an account brings in what was on it, so that books and bank agree from then on."""
    if (
        statement.old_balance_cents == 0
        or Statement.objects.filter(bank_account=statement.bank_account, pk__lt=statement.pk).exists()
    ):
        return
    bank, opening = _bank_of(statement), AccountSpec(account_key="opening", kind=AccountKind.OPENING)
    is_credit = statement.old_balance_cents > 0
    yield Move(
        event_key=f"opening:{bank.account_key}",
        kind=TransferKind.OPENING_BALANCE,
        debit=bank if is_credit else opening,
        credit=opening if is_credit else bank,
        amount_cents=abs(statement.old_balance_cents),
    )


def _payments(
    statement: Statement, lines: Sequence[PlacedLine], taken_back: Sequence[TakenBack], instructed: InstructionsBooked
) -> Iterator[Move]:
    """The transfers of a statement: bank against receivable, credit on account, suspense; what was undone; what left.

    Not those of the lines that `book_instructions` books itself.
    """
    bank = _bank_of(statement)
    returned = {taken.line_id: taken for taken in taken_back}
    accounts = {
        client_id: {kind: account_of(client_id, kind) for kind in (AccountKind.RECEIVABLE, AccountKind.CLIENT_CREDIT)}
        for client_id in {line.placement.client_id for line in lines if line.placement.client_id is not None}
    }
    for line in lines:
        place = line.placement
        if line.line_id in instructed.booked_line_ids:
            continue
        if line.line_id in returned:
            yield from returned[line.line_id].money.moves
            yield _out(line, TransferKind.PAYMENT_RETURNED, SUSPENSE, bank)
        elif place.unplaced_cents < 0:
            yield _out(line, TransferKind.OUTGOING, OUTGOING, bank)
        elif place.client_id is not None:
            for kind, cents, account_kind in (
                (TransferKind.PAYMENT, place.allocated_cents, AccountKind.RECEIVABLE),
                (TransferKind.OVER_PAYMENT, place.over_cents, AccountKind.CLIENT_CREDIT),
            ):
                if cents:
                    yield _in(line, kind, bank, accounts[place.client_id][account_kind], cents)
        elif place.unplaced_cents:
            yield _in(line, TransferKind.PAYMENT_UNPLACED, bank, SUSPENSE, place.unplaced_cents)


def _in(line: PlacedLine, kind: TransferKind, bank: AccountSpec, place: AccountSpec, cents: int) -> Move:
    return Move(
        event_key=f"{kind}:statement-line:{line.line_id}", kind=kind, debit=bank, credit=place, amount_cents=cents
    )


def _out(line: PlacedLine, kind: TransferKind, place: AccountSpec, bank: AccountSpec) -> Move:
    return Move(
        event_key=f"{kind}:statement-line:{line.line_id}",
        kind=kind,
        debit=place,
        credit=bank,
        amount_cents=-line.amount_cents,
    )
