"""What the books should say, in plain Python: cents by client and for the issuer. No database, no rule of the product imported."""

from collections import Counter
from dataclasses import dataclass


@dataclass
class Purse:
    """One client: what it owes, what it is owed, and where its face value stands."""

    owed: int = 0
    on_account: int = 0
    funds_due: int = 0
    funds: int = 0
    loaded: int = 0


@dataclass
class Bill:
    """An invoice. `face`: of vouchers, 0 on a card invoice; `paid` holds what was written off too."""

    client: int
    order: int
    total: int
    face: int
    paid: int = 0
    written_off: int = 0
    is_credited: bool = False

    @property
    def open(self) -> int:
        return 0 if self.is_credited else self.total - self.paid


class MoneyModel:
    """Every amount in cents; `orders`: invoiced, paid, loaded or cancelled."""

    def __init__(self, clients: list[int]) -> None:
        self.purses = {client: Purse() for client in clients}
        self.bills: dict[int, Bill] = {}
        self.orders: dict[int, str] = {}
        self.bank = self.suspense = self.refund_due = self.outgoing = self.own = self.written_off = self.earned = 0
        self.was_shaken = False
        """Money left although vouchers stand against it: taken back or undone after loading, or gone for another reason."""

    def balances(self) -> Counter[tuple[str, int | None]]:
        """Credits minus debits by account kind and client, without zeros."""
        told: Counter[tuple[str, int | None]] = Counter()
        for client, purse in self.purses.items():
            told["receivable", client] = -purse.owed
            told["client_credit", client] = purse.on_account
            told["funds_due", client] = purse.funds_due
            told["client_funds", client] = purse.funds
            told["lot", client] = purse.loaded
        told["bank", None], told["outgoing_unplaced", None] = -self.bank, -self.outgoing
        told["suspense", None], told["refund_due", None] = self.suspense, self.refund_due
        told["issuer_own", None], told["written_off", None] = self.own, -self.written_off
        told["earned", None] = self.earned
        return Counter({key: cents for key, cents in told.items() if cents})

    @property
    def is_covered(self) -> bool:
        """Whether the bank holds what is owed to holders and clients."""
        purses = sum(purse.on_account + purse.funds + purse.loaded for purse in self.purses.values())
        return self.bank >= purses + self.suspense + self.refund_due

    def issue(self, invoice: int, bill: Bill) -> None:
        self.bills[invoice] = bill
        self.orders[bill.order] = "invoiced"
        purse = self.purses[bill.client]
        purse.owed += bill.total
        purse.funds_due += bill.face
        self.earned += bill.total - bill.face

    def pay(self, invoice: int, cents: int) -> None:
        """The receivable side of a payment; where it came from is the caller's."""
        bill = self.bills[invoice]
        purse = self.purses[bill.client]
        bill.paid += cents
        purse.owed -= cents
        if cents and bill.paid == bill.total and bill.face and self.orders[bill.order] == "invoiced":
            self.orders[bill.order] = "paid"
            purse.funds_due -= bill.face
            purse.funds += bill.face

    def unpay(self, invoice: int, cents: int) -> None:
        """A payment goes; what was written off with it is owed again."""
        bill = self.bills[invoice]
        purse = self.purses[bill.client]
        was_paid = bill.paid == bill.total
        cents += bill.written_off
        self.written_off -= bill.written_off
        bill.written_off = 0
        bill.paid -= cents
        purse.owed += cents
        if was_paid and bill.face and self.orders[bill.order] == "paid":
            self.orders[bill.order] = "invoiced"
            purse.funds_due += bill.face
            purse.funds -= bill.face
        if self.orders[bill.order] == "loaded":
            self.was_shaken = True

    def write_off(self, invoice: int) -> None:
        bill = self.bills[invoice]
        cents = bill.open
        bill.written_off += cents
        self.written_off += cents
        self.pay(invoice, cents)

    def credit(self, invoice: int) -> None:
        """A credit note: nothing is owed any more, and what was really paid stands on account."""
        bill = self.bills[invoice]
        purse = self.purses[bill.client]
        purse.owed -= bill.open
        purse.on_account += bill.paid - bill.written_off
        purse.funds_due -= bill.face
        self.earned -= bill.total - bill.face
        self.written_off -= bill.written_off
        bill.is_credited = True
        self.orders[bill.order] = "cancelled"

    def load(self) -> None:
        for bill in self.bills.values():
            if bill.face and self.orders[bill.order] == "paid":
                self.orders[bill.order] = "loaded"
                self.purses[bill.client].funds -= bill.face
                self.purses[bill.client].loaded += bill.face

    def receive(self, named: list[int], cents: int) -> None:
        """A payment that names invoices comes in: the ladder of the specification, said once more."""
        self.bank += cents
        bills = [self.bills[invoice] for invoice in named]
        still_open = [invoice for invoice in named if self.bills[invoice].open]
        clients, orders = {bill.client for bill in bills}, {bill.order for bill in bills}
        pair = [pk for pk, bill in sorted(self.bills.items()) if bill.order in orders and bill.open]
        if len(still_open) > 1 and len(clients) == 1 and self._open_of(still_open) == cents:
            self._pay_in_full(still_open)
        elif (
            len(orders) == 1
            and any(bill.open != cents for bill in bills)
            and set(pair) - set(named)
            and self._open_of(pair) == cents
        ):
            self._pay_in_full(pair)
        elif not named or len(clients) > 1 or len(still_open) > 1:
            self.suspense += cents
        else:
            to_invoice = min(cents, self.bills[still_open[0]].open) if still_open else 0
            if to_invoice:
                self.pay(still_open[0], to_invoice)
            self.purses[bills[0].client].on_account += cents - to_invoice

    def _open_of(self, invoices: list[int]) -> int:
        return sum(self.bills[invoice].open for invoice in invoices)

    def _pay_in_full(self, invoices: list[int]) -> None:
        for invoice in invoices:
            self.pay(invoice, self.bills[invoice].open)

    def take_back(
        self, *, cents: int, in_suspense: int, placed: list[tuple[int | None, int, int]], may_split: bool = True
    ) -> None:
        """The bank takes so much of a line: from suspense, then from where it was `placed`: (invoice, client, cents), newest first.

        Not possible (used, credited since, or more than there is; or not the whole of what was placed, where it may not be
        split), the money left all the same: staff see it.
        """
        self.bank -= cents
        from_suspense = min(in_suspense, cents)
        left, undone = cents - from_suspense, []
        for invoice, client, placed_cents in placed:
            taken = min(left, placed_cents)
            left -= taken
            if taken:
                undone.append((invoice, client, taken))
        needed: Counter[int] = Counter()
        for invoice, client, taken in undone:
            needed[client] += taken if invoice is None else 0
        is_used = any(self.purses[client].on_account < taken for client, taken in needed.items())
        is_credited = any(invoice is not None and self.bills[invoice].is_credited for invoice, *_ in undone)
        if left or is_used or is_credited or not may_split:
            self.outgoing += cents
            self.was_shaken = True
            return
        self.suspense -= from_suspense
        for invoice, client, taken in undone:
            if invoice is None:
                self.purses[client].on_account -= taken
            else:
                self.unpay(invoice, taken)
