"""The words of the bookkeeper's reports for the codes of the books.

Its one law: no reader sees a code; a test holds each table complete.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.banking.models import LineState
from tegoed.clients.models import ProductChoice
from tegoed.flows.loading_delay import LateCause
from tegoed.flows.safeguarding import OwedRow
from tegoed.ledger.models import AccountKind

Words = str | Promise

AGED_BUCKETS: tuple[Words, ...] = (
    _("Not due"),
    _("1–30 days"),
    _("31–60 days"),
    _("61–90 days"),
    _("More than 90 days"),
)

OWED: dict[AccountKind, Words] = {
    AccountKind.LOT: _("Vouchers on cards and on paper, not spent"),
    AccountKind.MERCHANT_PAYABLE: _("Spent, to be paid to merchants"),
    AccountKind.CLIENT_FUNDS: _("Paid by clients, not loaded yet"),
    AccountKind.CLIENT_CREDIT: _("Paid too much, kept for clients"),
    AccountKind.SUSPENSE: _("Received, not placed yet"),
    AccountKind.REFUND_DUE: _("To be paid back, on its way to the bank"),
}

LINE_STATES: dict[str, Words] = {state.value: state.label for state in LineState}

DAY_DIFFERENCES: dict[str, Words] = {
    "balance": _("The books have another balance than the bank"),
    "line": _("A line is not in the books for its whole amount"),
    "transfer": _("A posting on the bank account that no line of a statement stands behind"),
    "chain": _("A statement doesn't begin where the one before ended"),
    "sum": _("The lines of a statement don't make its new balance"),
}

LATE_CAUSES: dict[LateCause, tuple[Words, Words]] = {
    LateCause.NOT_LOADED: (
        _("Paid and due, not loaded"),
        _("Is a worker running? Look in its log for “order-not-loaded”, or run “tegoed load-due”."),
    ),
    LateCause.SUSPENSE: (
        _("Received more than 24 hours ago, not placed"),
        _(
            "Find out whose money it is: open the statement and place it; the client is perhaps waiting for its vouchers."
        ),
    ),
    LateCause.ON_HOLD: (
        _("On hold, older invoices are open"),
        _("Open the client, see which invoices are open, and remind the client."),
    ),
    LateCause.FILE_NOT_BOOKED: (
        _("Bank file received, not booked"),
        _("Is a worker running? It books the file by itself; until then nobody's payment is seen."),
    ),
    LateCause.STATEMENT_MISSING: (
        _("Bank statements of more than one working day are missing"),
        _("Fetch the statement files from the bank and upload them: payments in them are not seen yet."),
    ),
}
"""What waits, and what to do about it."""


def owed_words(row: OwedRow) -> str:
    """What is owed: of which kind, and for which product where one is known."""
    words = str(OWED[row.kind])
    return f"{words}: {ProductChoice(row.product).label}" if row.product else words
