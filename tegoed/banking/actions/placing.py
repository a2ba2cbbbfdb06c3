"""The lines of a statement find their place: the ladder climbed, lines and allocations written (SPEC P2).

Its one law: every cent of every line is allocated, in suspense or outgoing; all invoices that a line names are locked
before it is placed. It posts nothing: `tegoed.flows.receive_statement` does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from tegoed.banking.ladder import LineToPlace, PayableInvoice, Placement, place_lines
from tegoed.banking.models import LineState, Statement
from tegoed.formats.bank_statement import BankMovement
from tegoed.rules.structured_communication import find_structured_communications

_ACCOUNT_LENGTH_MAX, _BIC_LENGTH_MAX, _NAME_LENGTH_MAX = 37, 11, 70
_REFERENCE_LENGTH_MAX, _REASON_LENGTH_MAX = 40, 10


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line as written, with where its money goes."""

    line_id: int
    amount_cents: int
    placement: Placement


def place_movements(*, statement: Statement, movements: Sequence[BankMovement]) -> list[PlacedLine]:
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
            " counterparty_bic, counterparty_name, communication, structured_communication, transaction_code,"
            " bank_reference, customer_reference, batch_reference, mandate_reference, is_return, return_reason, state,"
            " rung, reason, unplaced_cents)",
            _line_rows(statement, movements, placements, line_ids),
        )
        now = timezone.now()
        _copy(
            cursor,
            "banking_allocation (line_id, client_id, invoice_id, amount_cents, created_at)",
            (
                (line_id, placement.client_id, invoice_id, cents, now)
                for line_id, placement in zip(line_ids, placements, strict=True)
                for invoice_id, cents in (
                    (placement.invoice_id, placement.allocated_cents),
                    (None, placement.over_cents),
                )
                if cents
            ),
        )
    return [
        PlacedLine(line_id, movement.amount_cents, placement)
        for line_id, movement, placement in zip(line_ids, movements, placements, strict=True)
    ]


def lock_named_invoices(movements: Iterable[BankMovement]) -> None:
    """Hold all our invoices that any of these movements names, in id order: for a file of several statements.

    Statement by statement a file would take invoices after ledger accounts, and could wait in a circle with who takes them
    the other way round (a credit note).
    """
    _payable_invoices([_line_to_place(movement) for movement in movements])


def _line_to_place(movement: BankMovement) -> LineToPlace:
    in_text = () if movement.structured else find_structured_communications(movement.communication)
    return LineToPlace(amount_cents=movement.amount_cents, structured=movement.structured, in_text=in_text)


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
    movements: Sequence[BankMovement],
    placements: Sequence[Placement],
    line_ids: Sequence[int],
) -> Iterator[tuple[Any, ...]]:
    together = zip(line_ids, movements, placements, strict=True)
    for position, (line_id, movement, placement) in enumerate(together, start=1):
        yield (
            line_id,
            statement.pk,
            position,
            movement.amount_cents,
            movement.value_on,
            movement.entry_on,
            movement.counterparty_account[:_ACCOUNT_LENGTH_MAX],
            movement.counterparty_bic[:_BIC_LENGTH_MAX],
            movement.counterparty_name[:_NAME_LENGTH_MAX],
            movement.communication,
            movement.structured or "",
            movement.transaction_code[:_REFERENCE_LENGTH_MAX],
            movement.bank_reference[:_REFERENCE_LENGTH_MAX],
            movement.end_to_end_reference[:_REFERENCE_LENGTH_MAX],
            movement.batch_reference[:_REFERENCE_LENGTH_MAX],
            movement.mandate_reference[:_REFERENCE_LENGTH_MAX],
            movement.is_return,
            movement.return_reason[:_REASON_LENGTH_MAX],
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
