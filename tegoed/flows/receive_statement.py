"""A bank file comes in: read, placed, booked, invoices and orders paid; all of it or nothing (SPEC P1, P2, L1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import TypeVar

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
from tegoed.banking.models import Statement, StatementFile, StatementFileState
from tegoed.billing.actions import InvoicesPaid, client_account_specs, record_payments
from tegoed.billing.queries import face_values_of
from tegoed.cards.actions import release_cards
from tegoed.clients.models import User
from tegoed.errors import Refusal
from tegoed.flows.jobs import book_statement_file_job, load_due_orders_job
from tegoed.flows.release_held_orders import release_held_orders
from tegoed.ledger.door import BATCH_ROWS_MAX, AccountSpec, Posting, open_accounts, post
from tegoed.ledger.models import AccountKind, TransferKind
from tegoed.orders.actions import mark_orders_paid
from tegoed.orders.models import OrderLine
from tegoed.rules.dates import brussels_date

T = TypeVar("T")
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
    statements = statements_to_book(open_content(file), today=brussels_date(now))
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
    if report.paid_order_ids:
        load_due_orders_job.defer()
    return report


def _book_statement(file: StatementFile, to_book: StatementToBook, report: BookingReport, *, at: datetime) -> None:
    statement = keep_statement(file=file, to_book=to_book)
    lines = place_movements(statement=statement, movements=to_book.read.movements)
    cents_by_invoice: dict[int, int] = {}
    for line in lines:
        if line.placement.invoice_id is not None:
            cents_by_invoice[line.placement.invoice_id] = (
                cents_by_invoice.get(line.placement.invoice_id, 0) + line.placement.allocated_cents
            )
    paid = record_payments(cents_by_invoice=cents_by_invoice, paid_at=at)
    _post(statement, lines, paid, at=at)
    report.line_count += len(lines)
    report.matched_count += sum(line.placement.unplaced_cents == 0 for line in lines)
    report.suspense_count += sum(line.placement.unplaced_cents > 0 for line in lines)
    report.outgoing_count += sum(line.placement.unplaced_cents < 0 for line in lines)
    report.invoice_count += len(paid.invoice_ids)
    report.paid_order_ids += mark_orders_paid(order_ids=paid.product_order_ids, at=at)
    _release_cards(paid.card_order_ids)
    report.released_order_ids += release_held_orders(client_ids=paid.client_ids, at=at)


def _post(statement: Statement, lines: Sequence[PlacedLine], paid: InvoicesPaid, *, at: datetime) -> None:
    """The transfers of a statement: bank against receivable, credit on account, suspense; face value paid becomes funds."""
    face_values = face_values_of(paid.invoice_ids)
    client_ids = {line.placement.client_id for line in lines if line.placement.client_id is not None}
    ids: dict[str, int] = {}
    for specs in _in_batches(
        _account_specs(statement, sorted(client_ids | {client_id for _, client_id, _ in face_values}))
    ):
        ids |= open_accounts(specs)
    postings = [*_opening(statement, ids, at=at), *_payments(statement, lines, ids, at=at)]
    postings += [
        Posting(
            event_key=f"funds:invoice:{invoice_id}",
            kind=TransferKind.FUNDS_PAID,
            debit_id=ids[f"{AccountKind.FUNDS_DUE}:client:{client_id}"],
            credit_id=ids[f"{AccountKind.CLIENT_FUNDS}:client:{client_id}"],
            amount_cents=cents,
            event_at=at,
        )
        for invoice_id, client_id, cents in face_values
    ]
    for batch in _in_batches(postings):
        post(batch)


def _in_batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many at a time as the ledger's door takes."""
    for start in range(0, len(rows), BATCH_ROWS_MAX):
        yield rows[start : start + BATCH_ROWS_MAX]


def _bank_key(statement: Statement) -> str:
    return f"bank:{statement.bank_account_id}"


def _account_specs(statement: Statement, client_ids: Sequence[int]) -> list[AccountSpec]:
    fixed = [
        AccountSpec(account_key=_bank_key(statement), kind=AccountKind.BANK),
        AccountSpec(account_key="suspense", kind=AccountKind.SUSPENSE),
        AccountSpec(account_key="outgoing", kind=AccountKind.OUTGOING_UNPLACED),
        AccountSpec(account_key="opening", kind=AccountKind.OPENING),
    ]
    return fixed + [spec for client_id in client_ids for spec in client_account_specs(client_id).values()]


def _opening(statement: Statement, ids: dict[str, int], *, at: datetime) -> Iterator[Posting]:
    """The first statement of an account brings in what was on it, so that books and bank agree from then on."""
    if (
        statement.old_balance_cents == 0
        or Statement.objects.filter(bank_account=statement.bank_account, pk__lt=statement.pk).exists()
    ):
        return
    bank_id, opening_id = ids[_bank_key(statement)], ids["opening"]
    is_credit = statement.old_balance_cents > 0
    yield Posting(
        event_key=f"opening:{_bank_key(statement)}",
        kind=TransferKind.OPENING_BALANCE,
        debit_id=bank_id if is_credit else opening_id,
        credit_id=opening_id if is_credit else bank_id,
        amount_cents=abs(statement.old_balance_cents),
        event_at=at,
    )


def _payments(
    statement: Statement, lines: Sequence[PlacedLine], ids: dict[str, int], *, at: datetime
) -> Iterator[Posting]:
    bank_id = ids[_bank_key(statement)]
    for line in lines:
        place = line.placement
        if place.unplaced_cents < 0:
            yield Posting(
                event_key=f"outgoing:statement-line:{line.line_id}",
                kind=TransferKind.OUTGOING,
                debit_id=ids["outgoing"],
                credit_id=bank_id,
                amount_cents=-place.unplaced_cents,
                event_at=at,
            )
            continue
        parts = (
            (TransferKind.PAYMENT, place.allocated_cents, f"{AccountKind.RECEIVABLE}:client:{place.client_id}"),
            (TransferKind.OVER_PAYMENT, place.over_cents, f"{AccountKind.CLIENT_CREDIT}:client:{place.client_id}"),
            (TransferKind.PAYMENT_UNPLACED, place.unplaced_cents, "suspense"),
        )
        for kind, cents, account_key in parts:
            if cents:
                yield Posting(
                    event_key=f"{kind}:statement-line:{line.line_id}",
                    kind=kind,
                    debit_id=bank_id,
                    credit_id=ids[account_key],
                    amount_cents=cents,
                    event_at=at,
                )


def _release_cards(card_order_ids: Sequence[int]) -> None:
    """The cards of a first order go to production once their invoice is paid (SPEC C2)."""
    requests = OrderLine.objects.filter(order__in=card_order_ids, card_request__isnull=False)
    release_cards(request_ids=list(requests.values_list("card_request_id", flat=True)))
