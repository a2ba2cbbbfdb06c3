"""The bank takes back what it booked before: which line, and what of it must be undone (SPEC P3).

Its one law: a line is taken back at most for its amount, what lies in suspense first, then its newest allocations; and only
if everything can be undone. It writes nothing: `placing` writes the line, `tegoed.flows.undo_payments` undoes and posts.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import F, Sum

from tegoed.banking.ladder import Placement, Reason
from tegoed.banking.models import Allocation, LineState, StatementLine
from tegoed.billing.models import InvoiceState
from tegoed.formats.bank_statement import BankMovement
from tegoed.ledger.models import Account, AccountKind
from tegoed.rules.structured_communication import find_structured_communications

_REFERENCE_LENGTH_MAX, _ACCOUNT_LENGTH_MAX = 40, 37
NO_REFERENCES = ("", "NOTPROVIDED", "NOTAVAIL", "NONREF")
"""What banks write where there is no reference."""


@dataclass(slots=True)
class PlacedPart:
    """What is left of a live allocation of a line; `invoice_id` None: on account."""

    allocation_id: int
    client_id: int
    invoice_id: int | None
    is_credited: bool
    left_cents: int


@dataclass(slots=True)
class ReturnedLine:
    """A line booked before that a movement names. `placed`: its live allocations, the newest first. It is used up."""

    line_id: int
    suspense_cents: int
    placed: list[PlacedPart] = field(default_factory=list)

    @property
    def left_cents(self) -> int:
        """What can still be taken back of it."""
        return self.suspense_cents + sum(part.left_cents for part in self.placed)


@dataclass(frozen=True, slots=True)
class Return:
    """What a movement takes back of the line it names. Not possible, nothing is undone: the money left, for staff to see."""

    line_id: int | None
    reason: Reason
    suspense_cents: int = 0
    undone: tuple[tuple[int, int], ...] = ()
    """(allocation id, cents of it)"""

    @property
    def is_possible(self) -> bool:
        """Whether everything it takes back can be undone."""
        return self.reason == Reason.RETURN


def find_returned(
    *, bank_account_id: int, movements: Sequence[BankMovement], booked_elsewhere: Collection[int] = ()
) -> dict[int, ReturnedLine]:
    """For each movement (by index) that takes back an earlier line: that line, locked. Lines first, in id order.

    It names the line by end-to-end reference, bank reference or structured communication; amount and account must fit. A
    reference goes before a communication, which several payments may share; then the same amount before a larger one, the
    newest before older ones. Not those `booked_elsewhere` (by index).
    """
    asked = [
        (index, *_names(movement))
        for index, movement in enumerate(movements)
        if movement.amount_cents < 0 and index not in booked_elsewhere
    ]
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.place, found.id
            FROM unnest(%s::int[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
                AS asked (place, cents, account, customer_reference, bank_reference, structured)
            JOIN LATERAL (
                SELECT line.id FROM banking_statementline line
                JOIN banking_statement statement ON statement.id = line.statement_id
                WHERE statement.bank_account_id = %s AND line.amount_cents >= asked.cents AND (
                    line.counterparty_account = asked.account AND line.counterparty_account <> '' AND (
                        line.customer_reference = asked.customer_reference AND line.customer_reference <> ''
                        OR line.bank_reference = asked.bank_reference AND line.bank_reference <> ''
                        OR asked.structured <> '' AND (line.structured_communication = asked.structured
                            OR position(asked.structured IN regexp_replace(line.communication, '[^0-9]', '', 'g')) > 0))
                    OR asked.account = '' AND line.customer_reference = asked.customer_reference
                        AND line.customer_reference <> '')
                ORDER BY line.customer_reference = asked.customer_reference AND line.customer_reference <> ''
                        OR line.bank_reference = asked.bank_reference AND line.bank_reference <> '' DESC,
                    line.amount_cents = asked.cents DESC, line.state <> 'returned' DESC, line.id DESC LIMIT 1
            ) found ON true
            """,
            [*(list(column) for column in zip(*asked, strict=True)), bank_account_id],
        )
        line_by_place = dict(cursor.fetchall())
    lines = _locked_lines(set(line_by_place.values()))
    return {place: lines[line_id] for place, line_id in line_by_place.items()}


def _names(movement: BankMovement) -> tuple[int, str, str, str, str]:
    """Amount, account and the references by which a movement may name the line it takes back."""
    references = [
        "" if reference.strip().upper() in NO_REFERENCES else reference[:_REFERENCE_LENGTH_MAX]
        for reference in (movement.end_to_end_reference, movement.bank_reference)
    ]
    in_text = find_structured_communications(movement.communication)
    structured = movement.structured or (in_text[0] if len(in_text) == 1 else "")
    account = movement.counterparty_account[:_ACCOUNT_LENGTH_MAX]
    return -movement.amount_cents, account, references[0], references[1], structured


def _locked_lines(line_ids: Iterable[int]) -> dict[int, ReturnedLine]:
    locked = StatementLine.objects.select_for_update().filter(pk__in=list(line_ids)).order_by("id")
    lines = {
        line.pk: ReturnedLine(line.pk, line.unplaced_cents if line.state == LineState.SUSPENSE else 0)
        for line in locked
    }
    live = Allocation.objects.filter(line__in=lines, undone_at=None).select_related("invoice").order_by("-id")
    for allocation in live:
        is_credited = allocation.invoice is not None and allocation.invoice.state == InvoiceState.CREDITED
        part = PlacedPart(
            allocation.pk, allocation.client_id, allocation.invoice_id, is_credited, allocation.amount_cents
        )
        lines[allocation.line_id or 0].placed.append(part)
    return lines


def plan_returns(
    movements: Sequence[BankMovement], placements: Sequence[Placement], found: Mapping[int, ReturnedLine]
) -> dict[int, Return]:
    """What each returning movement (by index) takes back; of the others nothing. The lines found are used up."""
    credit = _credit_of({part.client_id for line in found.values() for part in line.placed})
    planned: dict[int, Return] = {}
    for index, (movement, placement) in enumerate(zip(movements, placements, strict=True)):
        if placement.unplaced_cents >= 0:
            continue
        line = found.get(index)
        if line is not None and line.left_cents >= -movement.amount_cents:
            planned[index] = _plan(line, -movement.amount_cents, credit)
        elif movement.is_return:
            planned[index] = Return(line_id=None, reason=Reason.RETURN_UNKNOWN)
    return planned


def _plan(line: ReturnedLine, cents: int, credit: dict[int, int]) -> Return:
    """Suspense first, then the newest allocations. Money on account must still be there; credited invoices stay as they are."""
    from_suspense_cents = min(line.suspense_cents, cents)
    left_cents = cents - from_suspense_cents
    undone: list[tuple[PlacedPart, int]] = []
    needed: dict[int, int] = {}
    for part in line.placed:
        taken_cents = min(part.left_cents, left_cents)
        if not taken_cents:
            continue
        if part.is_credited:
            return Return(line_id=line.line_id, reason=Reason.RETURN_INVOICE_CREDITED)
        if part.invoice_id is None:
            needed[part.client_id] = needed.get(part.client_id, 0) + taken_cents
        undone.append((part, taken_cents))
        left_cents -= taken_cents
    if any(credit.get(client_id, 0) < needed_cents for client_id, needed_cents in needed.items()):
        return Return(line_id=line.line_id, reason=Reason.RETURN_CREDIT_USED)
    line.suspense_cents -= from_suspense_cents
    for part, taken_cents in undone:
        part.left_cents -= taken_cents
    for client_id, needed_cents in needed.items():
        credit[client_id] -= needed_cents
    return Return(
        line_id=line.line_id,
        reason=Reason.RETURN,
        suspense_cents=from_suspense_cents,
        undone=tuple((part.allocation_id, taken_cents) for part, taken_cents in undone),
    )


def _credit_of(client_ids: Iterable[int]) -> dict[int, int]:
    """What each client has on account now. If some is used meanwhile, the ledger refuses and the file is booked again."""
    accounts = Account.objects.filter(client_id__in=list(client_ids), kind=AccountKind.CLIENT_CREDIT)
    sums = accounts.values_list("client_id").annotate(cents=Sum(F("credits_cents") - F("debits_cents")))
    return {client_id: cents for client_id, cents in sums if client_id is not None}
