"""The matching ladder (SPEC P2): for each line of a statement, whose money it is. Pure: facts in, placements out.

Its one law: every cent of every line gets exactly one place, and a number with wrong check digits never matches.
Rungs: 1 valid structured communication of an invoice of ours; 2 the same found in free text; 3 an account that a client
pays from, and an amount that leaves no doubt, if the issuer wants that placed by itself; 5 suspense. What rung 3 and 4
could make of a line in suspense is proposed (`banking.proposing`), not placed.
Lines are placed in the order of the statement, so two payments of one invoice in one file share what is open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

INVOICES_LOOKED_AT_MAX = 500
"""A client with more open invoices than this gets nothing placed by account and amount: too much would look alike."""


class Rung(IntEnum):
    """Where on the ladder a line found its place, or a proposal comes from."""

    STRUCTURED = 1
    FREE_TEXT = 2
    KNOWN_ACCOUNT = 3
    LIKENESS = 4
    SUSPENSE = 5


class Reason(StrEnum):
    """Why a line lies where it lies."""

    MATCHED = "matched"
    SPLIT = "split"
    PAIR = "pair"
    OVER_PAID = "over_paid"
    ALREADY_PAID = "already_paid"
    INVOICE_CREDITED = "invoice_credited"
    KNOWN_ACCOUNT = "known_account"
    SEVERAL_INVOICES_NAMED = "several_invoices_named"
    SEVERAL_CLIENTS_NAMED = "several_clients_named"
    WRONG_CHECK_DIGITS = "wrong_check_digits"
    NUMBER_UNKNOWN = "number_unknown"
    NO_NUMBER = "no_number"
    OUTGOING = "outgoing"
    RETURN = "return"
    RETURN_CREDIT_USED = "return_credit_used"
    RETURN_INVOICE_CREDITED = "return_invoice_credited"
    RETURN_UNKNOWN = "return_unknown"
    NO_AMOUNT = "no_amount"


@dataclass(frozen=True, slots=True)
class LineToPlace:
    """What the ladder looks at. `structured`: 12 valid digits or None; `in_text`: valid numbers found in free text.

    `has_wrong_number`: something in the text was meant as a number and has wrong check digits.
    """

    amount_cents: int
    structured: str | None
    in_text: tuple[str, ...]
    account: str = ""
    has_wrong_number: bool = False


@dataclass(slots=True)
class PayableInvoice:
    """An invoice that a number names; `open_cents` goes down while lines are placed. Credited, nothing of it is open."""

    invoice_id: int
    client_id: int
    open_cents: int
    is_credited: bool = False
    order_id: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the cents of one line go: to invoices of one client, on account for it (over-payment), or unplaced.

    `allocated_cents + over_cents + unplaced_cents` is the amount of the line (negative: unplaced, outgoing).
    `parts`: (invoice id, cents).
    """

    rung: Rung
    reason: Reason
    client_id: int | None = None
    parts: tuple[tuple[int, int], ...] = ()
    over_cents: int = 0
    unplaced_cents: int = 0

    @property
    def allocated_cents(self) -> int:
        """What invoices get of it."""
        return sum(cents for _, cents in self.parts)


class _Open:
    """The open invoices that lines may pay, found by order and by client; they are used up."""

    def __init__(self, payable: Mapping[str, PayableInvoice], clients_by_account: Mapping[str, Sequence[int]]) -> None:
        self.by_number = payable
        self.clients_by_account = clients_by_account
        self.by_order: dict[int, list[PayableInvoice]] = {}
        self.by_client: dict[int, list[PayableInvoice]] = {}
        for invoice in payable.values():
            self.by_client.setdefault(invoice.client_id, []).append(invoice)
            if invoice.order_id:
                self.by_order.setdefault(invoice.order_id, []).append(invoice)


def place_lines(
    lines: Iterable[LineToPlace],
    payable: Mapping[str, PayableInvoice],
    clients_by_account: Mapping[str, Sequence[int]] | None = None,
) -> list[Placement]:
    """One placement per line. `payable`: our invoices by number that these lines name, and their orders' other ones; used up.

    `clients_by_account`: who pays from an account, where the issuer wants rung 3 placed by itself; all open invoices of
    those clients must then be among `payable`.
    """
    still_open = _Open(payable, clients_by_account or {})
    return [_place(line, still_open) for line in lines]


def _place(line: LineToPlace, found: _Open) -> Placement:
    if line.amount_cents <= 0:
        return _suspended(line, Reason.OUTGOING if line.amount_cents else Reason.NO_AMOUNT)
    only = found.by_number.get(line.structured or "") if not line.in_text else None
    if only is not None and only.open_cents == line.amount_cents:  # most lines: nothing else is to be looked at
        return _pay(line.amount_cents, (only,), rung=Rung.STRUCTURED, reason=Reason.MATCHED)
    numbers = ((line.structured,) if line.structured else ()) + line.in_text
    named = [found.by_number[number] for number in dict.fromkeys(numbers) if number in found.by_number]
    if line.structured and line.structured not in found.by_number:
        named = []  # what was given as the communication goes before what else the text says
    if not named:
        return _by_account(line, found) or _suspended(line, _why_not_named(line, numbers))
    rung = Rung.STRUCTURED if line.structured in found.by_number else Rung.FREE_TEXT
    together = _together(line, found, named, rung)
    if together is not None:
        return together
    if rung == Rung.STRUCTURED:
        named = named[:1]
    return _one_by_one(line, named, rung)


def _one_by_one(line: LineToPlace, named: list[PayableInvoice], rung: Rung) -> Placement:
    """One invoice of what is named gets the money, what is too much stays on account; with several open it isn't known which."""
    if len({invoice.client_id for invoice in named}) > 1:
        return _suspended(line, Reason.SEVERAL_CLIENTS_NAMED)
    still_open = [invoice for invoice in named if invoice.open_cents > 0]
    if len(still_open) > 1:
        return _suspended(line, Reason.SEVERAL_INVOICES_NAMED)
    if not still_open:
        reason = Reason.INVOICE_CREDITED if any(one.is_credited for one in named) else Reason.ALREADY_PAID
        return Placement(rung=rung, reason=reason, client_id=named[0].client_id, over_cents=line.amount_cents)
    (invoice,) = still_open
    over_cents = max(line.amount_cents - invoice.open_cents, 0)
    reason = Reason.OVER_PAID if over_cents else Reason.MATCHED
    return _pay(line.amount_cents, still_open, rung=rung, reason=reason)


def _together(line: LineToPlace, found: _Open, named: list[PayableInvoice], rung: Rung) -> Placement | None:
    """One transfer for several invoices (SPEC P3): those it names, or the order's other one too, add up to the cent."""
    several = [invoice for invoice in named if invoice.open_cents > 0]
    if len(several) > 1 and _is_paid_by(several, line.amount_cents):
        return _pay(line.amount_cents, several, rung=rung, reason=Reason.SPLIT)
    orders = {invoice.order_id for invoice in named}
    if len(orders) == 1 and any(invoice.open_cents != line.amount_cents for invoice in named):
        pair = [invoice for invoice in found.by_order.get(orders.pop(), ()) if invoice.open_cents > 0]
        if any(invoice not in named for invoice in pair) and _is_paid_by(pair, line.amount_cents):
            return _pay(line.amount_cents, pair, rung=rung, reason=Reason.PAIR)
    return None


def _is_paid_by(invoices: Sequence[PayableInvoice], amount_cents: int) -> bool:
    is_one_client = len({invoice.client_id for invoice in invoices}) == 1
    return is_one_client and sum(invoice.open_cents for invoice in invoices) == amount_cents


def _by_account(line: LineToPlace, found: _Open) -> Placement | None:
    """Rung 3 by itself: the account of one client, nothing mistyped in the text, and one way only to read the amount."""
    clients = found.clients_by_account.get(line.account, ())
    if len(clients) != 1 or line.has_wrong_number or line.structured or line.in_text:
        return None
    theirs = found.by_client.get(clients[0], [])
    ways = ways_by_amount(theirs).get(line.amount_cents, []) if len(theirs) <= INVOICES_LOOKED_AT_MAX else []
    if len(ways) != 1:
        return None
    return _pay(line.amount_cents, ways[0].invoices, rung=Rung.KNOWN_ACCOUNT, reason=Reason.KNOWN_ACCOUNT)


def _pay(amount_cents: int, invoices: Sequence[PayableInvoice], *, rung: Rung, reason: Reason) -> Placement:
    """Open invoices of one client get what they lack, in their order; what is left over goes on account."""
    parts = []
    left_cents = amount_cents
    for invoice in invoices:
        cents = min(left_cents, invoice.open_cents)
        invoice.open_cents -= cents
        left_cents -= cents
        parts.append((invoice.invoice_id, cents))
    return Placement(
        rung=rung, reason=reason, client_id=invoices[0].client_id, parts=tuple(parts), over_cents=left_cents
    )


def _why_not_named(line: LineToPlace, numbers: Sequence[str]) -> Reason:
    if line.has_wrong_number:
        return Reason.WRONG_CHECK_DIGITS
    return Reason.NUMBER_UNKNOWN if numbers else Reason.NO_NUMBER


def _suspended(line: LineToPlace, reason: Reason) -> Placement:
    return Placement(rung=Rung.SUSPENSE, reason=reason, unplaced_cents=line.amount_cents)


class Way(StrEnum):
    """How an amount reads as invoices of one client; also a reason of a proposal."""

    ONE_INVOICE = "amount_of_one_invoice"
    PAIR = "amount_of_pair"
    ALL_OPEN = "amount_of_all_open"


@dataclass(frozen=True, slots=True)
class WayToPay:
    """These open invoices add up to the amount."""

    way: Way
    invoices: tuple[PayableInvoice, ...]

    @property
    def amount_cents(self) -> int:
        """What is open of them together."""
        return sum(invoice.open_cents for invoice in self.invoices)


def ways_by_amount(invoices: Sequence[PayableInvoice]) -> dict[int, list[WayToPay]]:
    """All ways to pay open invoices of one client: one of them, one order's pair, or everything; by what each adds up to."""
    still_open = [invoice for invoice in invoices if invoice.open_cents > 0]
    by_order: dict[int, list[PayableInvoice]] = {}
    for invoice in still_open:
        if invoice.order_id:
            by_order.setdefault(invoice.order_id, []).append(invoice)
    ways = [WayToPay(Way.ONE_INVOICE, (invoice,)) for invoice in still_open]
    ways += [WayToPay(Way.PAIR, tuple(pair)) for pair in by_order.values() if len(pair) > 1]
    if all(len(way.invoices) < len(still_open) for way in ways):
        ways.append(WayToPay(Way.ALL_OPEN, tuple(still_open)))
    found: dict[int, list[WayToPay]] = {}
    for way in ways:
        if way.invoices:
            found.setdefault(way.amount_cents, []).append(way)
    return found
