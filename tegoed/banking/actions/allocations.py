"""Money of a line is placed, or taken back from where it was placed: rows only (SPEC P2, P3).

Its one law: live allocations of a line, what is unplaced, explained and returned add up to its amount; nothing is ever
deleted. Callers (`tegoed.flows`) hold the line, then the invoices, and post the transfers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tegoed.banking.models import Allocation, AllocationSource, Explanation, LineState, StatementLine
from tegoed.clients.models import User


def locked_line(line_id: int) -> StatementLine:
    """The line, held to the end of the transaction: first of all locks. Raises `StatementLine.DoesNotExist`."""
    return StatementLine.objects.select_for_update().get(pk=line_id)


def allocate(
    *,
    line: StatementLine,
    client_id: int,
    cents_by_invoice: Mapping[int, int],
    on_account_cents: int,
    actor: User | None,
) -> list[Allocation]:
    """Place suspense money of a line: on invoices of one client, the rest of what is said on account."""
    wanted = [*cents_by_invoice.items(), *([(None, on_account_cents)] if on_account_cents else [])]
    made = [
        Allocation.objects.create(
            line=line, client_id=client_id, invoice_id=invoice_id, amount_cents=cents, placed_by=actor
        )
        for invoice_id, cents in wanted
    ]
    line.unplaced_cents -= sum(allocation.amount_cents for allocation in made)
    _keep_state(line)
    return made


def write_off(*, client_id: int, invoice_id: int, cents: int, actor: User | None) -> Allocation:
    """So many cents of an invoice are given up."""
    return Allocation.objects.create(
        source=AllocationSource.WRITE_OFF,
        client_id=client_id,
        invoice_id=invoice_id,
        amount_cents=cents,
        placed_by=actor,
    )


@dataclass(frozen=True, slots=True)
class Undone:
    """An allocation that was undone, wholly; `kept`: a new one for the part of it that stays placed."""

    allocation: Allocation
    kept: Allocation | None

    @property
    def freed_cents(self) -> int:
        """What came back of it."""
        return self.allocation.amount_cents - (self.kept.amount_cents if self.kept else 0)


def undo_allocation(*, allocation: Allocation, cents: int | None = None, actor: User | None, at: datetime) -> Undone:
    """Undo a live allocation; of a part only, the rest becomes a new allocation. The line's own sums are the caller's."""
    allocation.undone_at, allocation.undone_by = at, actor
    allocation.save(update_fields=["undone_at", "undone_by"])
    kept_cents = 0 if cents is None else allocation.amount_cents - cents
    if not kept_cents:
        return Undone(allocation, None)
    kept = Allocation.objects.create(
        source=allocation.source,
        line_id=allocation.line_id,
        client_id=allocation.client_id,
        invoice_id=allocation.invoice_id,
        amount_cents=kept_cents,
        placed_by=allocation.placed_by,
    )
    return Undone(allocation, kept)


def put_in_suspense(*, line: StatementLine, cents: int) -> None:
    """What was placed of the line has no place any more."""
    line.unplaced_cents += cents
    _keep_state(line)


def take_from_suspense(*, line: StatementLine, cents: int) -> None:
    """The bank takes so much of the line back."""
    line.unplaced_cents -= cents
    _keep_state(line)


def explain(*, line: StatementLine, explanation: Explanation, note: str) -> int:
    """All that is unplaced of the line (signed cents, given back) is the issuer's own affair."""
    cents = line.unplaced_cents
    line.explained_cents += cents
    line.explanation, line.explanation_note = explanation, note
    line.unplaced_cents = 0
    line.save(update_fields=["explained_cents", "explanation", "explanation_note"])
    _keep_state(line)
    return cents


def _keep_state(line: StatementLine) -> None:
    """What is unplaced says where a line waits; with nothing left, what became of it."""
    if line.unplaced_cents > 0:
        state = LineState.SUSPENSE
    elif line.unplaced_cents < 0:
        state = LineState.OUTGOING
    elif line.allocations.filter(undone_at=None).exists():
        state = LineState.MATCHED
    else:
        state = LineState.EXPLAINED if line.explained_cents else LineState.RETURNED
    line.state = state
    line.save(update_fields=["unplaced_cents", "state"])


def learn_accounts(*, statement_id: int | None = None, line_ids: Iterable[int] = ()) -> None:
    """Who was paid for from an account is known to pay from it: by a statement's live allocations, or by those of lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO banking_clientbankaccount (client_id, iban, learned_at)
            SELECT DISTINCT allocation.client_id, line.counterparty_account, statement_timestamp()
            FROM banking_allocation allocation JOIN banking_statementline line ON line.id = allocation.line_id
            WHERE (line.statement_id = %s OR line.id = ANY(%s)) AND allocation.undone_at IS NULL
                AND line.counterparty_account <> ''
                AND NOT EXISTS (SELECT FROM banking_bankaccount own WHERE own.iban = line.counterparty_account)
            ON CONFLICT DO NOTHING
            """,
            [statement_id, list(line_ids)],
        )


def forget_accounts(*, line_ids: Iterable[int]) -> None:
    """An account from which nothing is placed for a client any more was a mistake: it is no longer the client's."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM banking_clientbankaccount known
            USING banking_statementline line, banking_allocation undone
            WHERE line.id = ANY(%s) AND undone.line_id = line.id AND undone.undone_at IS NOT NULL
                AND known.iban = line.counterparty_account AND known.client_id = undone.client_id
                AND NOT EXISTS (
                    SELECT FROM banking_allocation live JOIN banking_statementline other ON other.id = live.line_id
                    WHERE other.counterparty_account = known.iban AND live.client_id = known.client_id
                        AND live.undone_at IS NULL)
            """,
            [list(line_ids)],
        )
