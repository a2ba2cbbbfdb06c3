"""The matching ladder (SPEC P2): for each line of a statement, whose money it is. Pure: facts in, placements out.

Its one law: every cent of every line gets exactly one place, and a number with wrong check digits never matches.
Rungs built: 1 valid structured communication of an open invoice; 2 the same found in free text; 5 suspense. Rungs 3 and 4
(known account, name and amount) are proposals, and no proposal is made yet: such lines go to suspense, where staff see them.
Lines are placed in the order of the statement, so two payments of one invoice in one file share what is open.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Rung(IntEnum):
    """Where on the ladder a line found its place."""

    STRUCTURED = 1
    FREE_TEXT = 2
    SUSPENSE = 5


class Reason(StrEnum):
    """Why a line lies where it lies."""

    MATCHED = "matched"
    OVER_PAID = "over_paid"
    ALREADY_PAID = "already_paid"
    INVOICE_CREDITED = "invoice_credited"
    SEVERAL_INVOICES_NAMED = "several_invoices_named"
    NUMBER_UNKNOWN = "number_unknown"
    NO_NUMBER = "no_number"
    OUTGOING = "outgoing"
    NO_AMOUNT = "no_amount"


@dataclass(frozen=True, slots=True)
class LineToPlace:
    """What the ladder looks at. `structured`: 12 valid digits or None; `in_text`: valid numbers found in free text."""

    amount_cents: int
    structured: str | None
    in_text: tuple[str, ...]


@dataclass(slots=True)
class PayableInvoice:
    """An invoice that a number names; `open_cents` goes down while lines are placed. Credited, nothing of it is open."""

    invoice_id: int
    client_id: int
    open_cents: int
    is_credited: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the cents of one line go: to an invoice, on account for its client (over-payment), or unplaced.

    `allocated_cents + over_cents + unplaced_cents` is the amount of the line (negative: unplaced, outgoing).
    """

    rung: Rung
    reason: Reason
    invoice_id: int | None = None
    client_id: int | None = None
    allocated_cents: int = 0
    over_cents: int = 0
    unplaced_cents: int = 0


def place_lines(lines: Iterable[LineToPlace], payable: Mapping[str, PayableInvoice]) -> list[Placement]:
    """One placement per line. `payable`: our invoices by the numbers that occur in these lines; it is used up."""
    return [_place(line, payable) for line in lines]


def _place(line: LineToPlace, payable: Mapping[str, PayableInvoice]) -> Placement:
    if line.amount_cents <= 0:
        reason = Reason.OUTGOING if line.amount_cents else Reason.NO_AMOUNT
        return Placement(rung=Rung.SUSPENSE, reason=reason, unplaced_cents=line.amount_cents)
    if line.structured is not None:
        rung = Rung.STRUCTURED
        numbers: tuple[str, ...] = (line.structured,)
    else:
        rung, numbers = Rung.FREE_TEXT, line.in_text
    if not numbers:
        return _suspended(line, Reason.NO_NUMBER)
    named = [payable[number] for number in numbers if number in payable]
    if not named:
        return _suspended(line, Reason.NUMBER_UNKNOWN)
    still_open = [invoice for invoice in named if invoice.open_cents > 0]
    if not still_open:
        return _place_without_debt(line, rung, named)
    if len(still_open) > 1:
        return _suspended(line, Reason.SEVERAL_INVOICES_NAMED)
    invoice = still_open[0]
    allocated_cents = min(line.amount_cents, invoice.open_cents)
    invoice.open_cents -= allocated_cents
    over_cents = line.amount_cents - allocated_cents
    return Placement(
        rung=rung,
        reason=Reason.OVER_PAID if over_cents else Reason.MATCHED,
        invoice_id=invoice.invoice_id,
        client_id=invoice.client_id,
        allocated_cents=allocated_cents,
        over_cents=over_cents,
    )


def _place_without_debt(line: LineToPlace, rung: Rung, named: list[PayableInvoice]) -> Placement:
    """Nothing is open. For a credited invoice the money is its client's, on account (SPEC P3); else it waits for staff."""
    client_ids = {invoice.client_id for invoice in named}
    if len(client_ids) > 1 or not any(invoice.is_credited for invoice in named):
        return _suspended(line, Reason.ALREADY_PAID)
    return Placement(
        rung=rung, reason=Reason.INVOICE_CREDITED, client_id=named[0].client_id, over_cents=line.amount_cents
    )


def _suspended(line: LineToPlace, reason: Reason) -> Placement:
    return Placement(rung=Rung.SUSPENSE, reason=reason, unplaced_cents=line.amount_cents)
