"""A bank file comes in: read, placed, booked, invoices and orders paid; all of it or nothing (SPEC P1, P2, L1)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

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
    place_movements,
    statements_to_book,
)
from tegoed.banking.models import Statement, StatementFile, StatementFileState
from tegoed.clients.models import User
from tegoed.errors import Refusal
from tegoed.flows.book_instructions import book_instructions, lock_for_instructions
from tegoed.flows.jobs import book_statement_file_job
from tegoed.flows.settle_payments import OUTGOING, SUSPENSE, Move, account_of, settle_payments
from tegoed.ledger.door import AccountSpec
from tegoed.ledger.models import AccountKind, TransferKind
from tegoed.rules.dates import brussels_date
from tegoed.treasury.recognition import instructions_named_by

log = structlog.get_logger(__name__)


@transaction.atomic
def receive_statement_file(*, file_name: str, content: bytes, actor: User | None) -> StatementFile:
    """Take a file in: it is read and checked at once (refusals come now), kept, and booked by the worker.

    Raises `StatementFileTooLarge`, `StatementFileKnown`, `CodaRefused` and the other refusals of `tegoed.banking`.
    """
    file = keep_statement_file(file_name=file_name, content=content, actor=actor)
    statements_to_book(content, today=brussels_date(timezone.now()))
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
    invoice_count: int = 0
    paid_order_ids: list[int] = field(default_factory=list)
    released_order_ids: list[int] = field(default_factory=list)


def book_statement_file(*, file_id: int) -> BookingReport | None:
    """Book a received file; None when another worker has it or did it. Refused now, the file is marked and nothing booked."""
    try:
        return _book(file_id)
    except Refusal as refusal:
        with transaction.atomic():
            file = StatementFile.objects.select_for_update().get(pk=file_id)
            if file.state != StatementFileState.RECEIVED:
                return None
            mark_file_refused(file=file, code=refusal.code, params=refusal.params)
            record_event(actor=None, action=Action.STATEMENT_REFUSED, subject_id=file_id, code=refusal.code)
        log.warning("statement-file-refused", file_id=file_id, code=refusal.code)
        return None


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
    statements = statements_to_book(bytes(file.content), today=brussels_date(now))
    if len(statements) > 1:
        lock_named_invoices(movement for to_book in statements for movement in to_book.read.movements)
    for to_book in statements:
        _book_statement(file, to_book, report, at=now)
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


def _book_statement(file: StatementFile, to_book: StatementToBook, report: BookingReport, *, at: datetime) -> None:
    statement = keep_statement(file=file, to_book=to_book)
    named = instructions_named_by(to_book.read.movements)
    lock_for_instructions(named)
    lines = place_movements(statement=statement, movements=named.movements)
    done = book_instructions(named, lines, bank=_bank_of(statement), at=at)
    cents_by_invoice = dict(done.cents_by_invoice)
    for line in lines:
        if line.placement.invoice_id is not None:
            cents_by_invoice[line.placement.invoice_id] = (
                cents_by_invoice.get(line.placement.invoice_id, 0) + line.placement.allocated_cents
            )
    moves = [*_opening(statement), *_payments(statement, lines, done.booked_line_ids), *done.moves]
    settled = settle_payments(cents_by_invoice=cents_by_invoice, moves=moves, at=at)
    unplaced = [line.placement.unplaced_cents for line in lines if line.line_id not in done.placed_line_ids]
    report.line_count += len(lines)
    report.matched_count += len(lines) - sum(cents != 0 for cents in unplaced)
    report.suspense_count += sum(cents > 0 for cents in unplaced)
    report.outgoing_count += sum(cents < 0 for cents in unplaced)
    report.invoice_count += len(settled.invoice_ids)
    report.paid_order_ids += settled.paid_order_ids
    report.released_order_ids += settled.released_order_ids


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


def _payments(statement: Statement, lines: Sequence[PlacedLine], booked_line_ids: Collection[int]) -> Iterator[Move]:
    """The transfers of a statement: bank against receivable, credit on account, suspense; what left.

    Not those of the lines that `book_instructions` books itself.
    """
    bank = _bank_of(statement)
    for line in lines:
        place = line.placement
        if line.line_id in booked_line_ids:
            continue
        if place.unplaced_cents < 0:
            yield Move(
                event_key=f"{TransferKind.OUTGOING}:statement-line:{line.line_id}",
                kind=TransferKind.OUTGOING,
                debit=OUTGOING,
                credit=bank,
                amount_cents=-place.unplaced_cents,
            )
        if place.client_id is not None:
            if place.allocated_cents:
                receivable = account_of(place.client_id, AccountKind.RECEIVABLE)
                yield _in(line, TransferKind.PAYMENT, bank, receivable, place.allocated_cents)
            if place.over_cents:
                credit = account_of(place.client_id, AccountKind.CLIENT_CREDIT)
                yield _in(line, TransferKind.OVER_PAYMENT, bank, credit, place.over_cents)
        if place.unplaced_cents > 0:
            yield _in(line, TransferKind.PAYMENT_UNPLACED, bank, SUSPENSE, place.unplaced_cents)


def _in(line: PlacedLine, kind: TransferKind, bank: AccountSpec, place: AccountSpec, cents: int) -> Move:
    return Move(
        event_key=f"{kind}:statement-line:{line.line_id}", kind=kind, debit=bank, credit=place, amount_cents=cents
    )
