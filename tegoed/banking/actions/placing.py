"""The lines of a statement find their place: the ladder climbed, lines and allocations written (SPEC P2).

Its one law: every cent of every line is allocated, in suspense or outgoing; all invoices that a line names are locked
before it is placed. It posts nothing: `tegoed.flows.receive_statement` does.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from tegoed.banking.actions.returns import Return, ReturnedLine, find_returned, plan_returns
from tegoed.banking.ladder import LineToPlace, PayableInvoice, Placement, place_lines
from tegoed.banking.models import LineState, Statement
from tegoed.clients.queries import the_issuer
from tegoed.formats.bank_statement import BankMovement
from tegoed.rules.structured_communication import find_structured_communications, has_wrong_check_digits

_ACCOUNT_LENGTH_MAX, _BIC_LENGTH_MAX, _NAME_LENGTH_MAX = 37, 11, 70
_REFERENCE_LENGTH_MAX, _REASON_LENGTH_MAX = 40, 10


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line as written, with where its money goes; `returned`: the earlier line that it takes back."""

    line_id: int
    amount_cents: int
    placement: Placement
    returned: Return | None = None


def place_movements(
    *,
    statement: Statement,
    movements: Sequence[BankMovement],
    booked_elsewhere: Collection[int] = (),
    invoice_ids: Collection[int] = (),
) -> list[PlacedLine]:
    """Climb the ladder for all movements of a statement and write lines and allocations (COPY).

    Earlier lines that the bank takes back get locked, then invoices, `invoice_ids` among them. `booked_elsewhere`: the
    movements (by index) that answer an instruction of ours: of them only the line is written. A few statements and two
    COPYs, whatever the number of lines.
    """
    looked_at = [
        LineToPlace(movement.amount_cents, None, ()) if index in booked_elsewhere else _line_to_place(movement)
        for index, movement in enumerate(movements)
    ]
    found = find_returned(
        bank_account_id=statement.bank_account_id, movements=movements, booked_elsewhere=booked_elsewhere
    )
    payable, clients_by_account = _locked(looked_at, found.values(), invoice_ids)
    placements = place_lines(looked_at, payable, clients_by_account)
    returned = plan_returns(movements, placements, found)
    line_ids = _next_line_ids(len(movements))
    with connection.cursor() as cursor:
        _copy(
            cursor,
            "banking_statementline (id, statement_id, position, amount_cents, value_on, entry_on, counterparty_account,"
            " counterparty_bic, counterparty_name, communication, structured_communication, transaction_code,"
            " bank_reference, customer_reference, batch_reference, mandate_reference, is_return, return_reason, state,"
            " rung, reason, unplaced_cents, reverses_id)",
            _line_rows(statement, movements, placements, line_ids, returned),
        )
        now = timezone.now()
        _copy(
            cursor,
            "banking_allocation (line_id, client_id, invoice_id, amount_cents, created_at)",
            (
                (line_id, placement.client_id, invoice_id, cents, now)
                for line_id, placement in zip(line_ids, placements, strict=True)
                for invoice_id, cents in (*placement.parts, (None, placement.over_cents))
                if cents
            ),
        )
    return [
        PlacedLine(line_id, movement.amount_cents, placement, returned.get(index))
        for index, (line_id, movement, placement) in enumerate(zip(line_ids, movements, placements, strict=True))
    ]


def lock_named_invoices(statements: Iterable[tuple[int, Sequence[BankMovement]]]) -> None:
    """Hold all lines and invoices that a file of several statements touches: (bank account id, movements) of each.

    Statement by statement a file would take invoices after ledger accounts, and could wait in a circle with who takes them
    the other way round (a credit note).
    """
    looked_at: list[LineToPlace] = []
    found: list[ReturnedLine] = []
    for bank_account_id, movements in statements:
        looked_at += [_line_to_place(movement) for movement in movements]
        found += find_returned(bank_account_id=bank_account_id, movements=movements).values()
    _locked(looked_at, found)


def _line_to_place(movement: BankMovement) -> LineToPlace:
    account = movement.counterparty_account[:_ACCOUNT_LENGTH_MAX]
    if movement.structured and movement.communication == movement.structured:  # most lines: nothing to look for
        return LineToPlace(movement.amount_cents, movement.structured, (), account)
    in_text = find_structured_communications(movement.communication)
    return LineToPlace(
        amount_cents=movement.amount_cents,
        structured=movement.structured,
        in_text=tuple(number for number in in_text if number != movement.structured),
        account=account,
        has_wrong_number=not movement.structured and not in_text and has_wrong_check_digits(movement.communication),
    )


def _locked(
    lines: Sequence[LineToPlace], returned: Iterable[ReturnedLine], invoice_ids: Iterable[int] = ()
) -> tuple[Mapping[str, PayableInvoice], Mapping[str, Sequence[int]]]:
    """Our invoices by number, locked in id order: named by a line, their orders' other ones, of returned lines, these.

    Where the issuer wants rung 3 placed by itself: also who pays from the accounts of lines without number, and all open
    invoices of those clients.
    """
    numbers = {number for line in lines for number in (line.structured, *line.in_text) if number}
    known: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        if the_issuer().places_known_accounts:
            accounts = {line.account for line in lines if not (line.structured or line.in_text) and line.account}
            cursor.execute(
                "SELECT iban, array_agg(client_id) FROM banking_clientbankaccount WHERE iban = ANY(%s) GROUP BY iban",
                [list(accounts)],
            )
            known = dict(cursor.fetchall())
        cursor.execute(
            """
            SELECT structured_communication, id, client_id,
                CASE WHEN state = 'credited' THEN 0 ELSE total_cents - paid_cents END, state = 'credited', order_id
            FROM billing_invoice WHERE id IN (
                SELECT other.id FROM billing_invoice named JOIN billing_invoice other ON other.order_id = named.order_id
                WHERE named.structured_communication = ANY(%(numbers)s)
                UNION ALL SELECT id FROM billing_invoice WHERE client_id = ANY(%(clients)s) AND state = 'open'
                UNION ALL SELECT unnest(%(others)s::bigint[])
            ) ORDER BY id FOR UPDATE
            """,
            {
                "numbers": list(numbers),
                "clients": sorted({client_id for clients in known.values() for client_id in clients}),
                "others": [
                    *invoice_ids,
                    *(part.invoice_id for line in returned for part in line.placed if part.invoice_id),
                ],
            },
        )
        return {number: PayableInvoice(*facts) for number, *facts in cursor}, known


def _next_line_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH drawn AS MATERIALIZED (SELECT pg_get_serial_sequence('banking_statementline', 'id')::regclass AS numbers)
            SELECT nextval(numbers) FROM drawn, generate_series(1, %s)
            """,
            [count],
        )
        return sorted(row[0] for row in cursor.fetchall())


def _line_rows(
    statement: Statement,
    movements: Sequence[BankMovement],
    placements: Sequence[Placement],
    line_ids: Sequence[int],
    returned: Mapping[int, Return],
) -> Iterator[tuple[Any, ...]]:
    together = zip(line_ids, movements, placements, strict=True)
    for position, (line_id, movement, placement) in enumerate(together, start=1):
        taken_back = returned.get(position - 1)
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
            LineState.RETURNED.value if taken_back and taken_back.is_possible else _state_of(placement),
            int(placement.rung),
            str(taken_back.reason if taken_back else placement.reason),
            0 if taken_back and taken_back.is_possible else placement.unplaced_cents,
            taken_back.line_id if taken_back else None,
        )


def _state_of(placement: Placement) -> str:
    if placement.unplaced_cents > 0:
        return LineState.SUSPENSE.value
    return LineState.OUTGOING.value if placement.unplaced_cents < 0 else LineState.MATCHED.value


def _copy(cursor: Any, target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
