"""The words of the back office for the codes that the books and the trail keep.

Its one law: no reader sees a code; a test holds each table complete. It is not for refusals (`tegoed.refusals`), nor for
the deeds of the trail, whose words the portal reads too (`tegoed.public.deeds`).
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tegoed.banking.ladder import Reason, Rung, Way
from tegoed.banking.models import LineState, StatementLine
from tegoed.banking.proposing import Why
from tegoed.clients.invitations import InvitationState
from tegoed.orders.models import Order
from tegoed.outbox.models import TransmissionState
from tegoed.treasury.recognition import InstructedReason

Words = str | Promise

LINE_REASONS: dict[str, Words] = {
    Reason.MATCHED: _("Pays an open invoice"),
    Reason.OVER_PAID: _("Pays an open invoice; the rest is kept on account for the client"),
    Reason.SPLIT: _("Names several open invoices and pays all of them to the cent"),
    Reason.PAIR: _("Names one invoice of an order and pays all of that order's"),
    Reason.KNOWN_ACCOUNT: _("From an account of the client, and the amount fits in one way only"),
    Reason.ALREADY_PAID: _("The invoice it names is paid already; all of it is kept on account for the client"),
    Reason.INVOICE_CREDITED: _("Pays a credited invoice; all of it is kept on account for the client"),
    Reason.SEVERAL_INVOICES_NAMED: _("Names several open invoices; it can't be known how to divide it"),
    Reason.SEVERAL_CLIENTS_NAMED: _("Names invoices of several clients"),
    Reason.WRONG_CHECK_DIGITS: _("A number with wrong check digits is in the text: it never matches"),
    Reason.NUMBER_UNKNOWN: _("The communication is valid, but no invoice of ours has that number"),
    Reason.NO_NUMBER: _("No structured communication, and none in the text"),
    Reason.NO_AMOUNT: _("An announcement of the bank, without money"),
    InstructedReason.REFUND_PAID: _("A refund of ours, paid by the bank"),
    InstructedReason.REFUND_RETURNED: _("A refund of ours that came back"),
    InstructedReason.REFUND_FAILED: _("Could not be paid back: it waits again"),
    InstructedReason.REFUNDED: _("Paid back to the account it came from"),
    InstructedReason.COLLECTED: _("Direct debits of one file, in one sum"),
    InstructedReason.COLLECTION_RETURNED: _("A direct debit that the bank took back"),
    Reason.OUTGOING: _("Money that left the account; nobody has said yet what for"),
    Reason.RETURN: _("Takes back an earlier payment, which was undone"),
    Reason.RETURN_CREDIT_USED: _("Takes back an earlier payment, but what it put on account was used meanwhile"),
    Reason.RETURN_INVOICE_CREDITED: _("Takes back a payment of an invoice that was credited since"),
    Reason.RETURN_UNKNOWN: _("The bank takes something back, but no earlier payment fits"),
}

RUNGS: dict[int, Words] = {
    Rung.STRUCTURED: _("Structured communication"),
    Rung.FREE_TEXT: _("Number found in the text"),
    Rung.KNOWN_ACCOUNT: _("Account of the client and amount"),
    Rung.LIKENESS: _("Name or amount alone"),
    Rung.SUSPENSE: _("Not placed"),
}

PROPOSAL_REASONS: dict[str, Words] = {
    Way.ONE_INVOICE: _("The amount is that of one open invoice."),
    Way.PAIR: _("The amount is that of both invoices of an order."),
    Way.ALL_OPEN: _("The amount is all that the client has to pay."),
    Why.NAMED_IN_TEXT: _("The number of the invoice stands in the text."),
    Why.ACCOUNT_KNOWN: _("The client paid from this account before."),
    Why.ACCOUNT_OF_SEVERAL: _("Several clients pay from this account."),
    Why.NAME_ALIKE: _("The name is like that of the client."),
    Why.ONLY_ONE_WAY: _("Nothing else fits."),
    Why.SEVERAL_WAYS: _("Other invoices fit as well."),
    Why.WRONG_NUMBER: _("A number with wrong check digits is in the text."),
    Why.CLAIMED: _("The client says so."),
    Why.AMOUNT_FITS: _("The amount fits to the cent."),
}

STEP_REASONS: dict[str, Words] = {
    "started": _("Started"),
    "copied": _("Started as a copy of another order"),
    "made_from_template": _("Started by the monthly template"),
    "from_form": _("Started from an Excel form"),
    "confirmed": _("Confirmed by the client; cards detected"),
    "awaits_approval": _("Confirmed by the client; waits for a second person there"),
    "approved": _("Approved by a second person of the client; cards detected"),
    "sent_back": _("Sent back by who approves at the client"),
    "split": _("Divided from another order: one for each cost centre"),
    "discarded": _("Draft discarded"),
    "cancelled": _("Cancelled by the client before it was invoiced"),
    "credited": _("Cancelled by the client; invoices credited"),
    "invoices_made": _("Invoices made"),
    "older_invoices_open": _("Older invoices of the client are open"),
    "older_invoices_paid": _("Older invoices are paid"),
    "older_invoices_credited": _("Older invoices are paid or credited"),
    "milder_rule": _("Invoices are still open, but the rule no longer holds it back"),
    "payment_matched": _("Payment matched"),
    "payment_undone": _("Payment undone by two members of staff"),
    "payment_returned": _("Payment taken back by the bank"),
    "loaded": _("Vouchers loaded"),
    "vouchers_made": _("Vouchers on paper made, to be printed"),
}

STEP_REASONS_ON_PAPER: dict[str, Words] = {
    "confirmed": _("Confirmed by the client"),
    "approved": _("Approved by a second person of the client"),
}
"""The same where nobody needs a card."""

INVITATION_STATES: dict[str, Words] = {
    InvitationState.OPEN: _("Waiting"),
    InvitationState.USED: _("Accepted"),
    InvitationState.REVOKED: _("Taken back"),
    InvitationState.REPLACED: _("Replaced by a newer link"),
    InvitationState.EXPIRED: _("Link too old"),
}

MESSAGE_KINDS: dict[str, Words] = {
    "invoice": _("Invoice"),
    "credit_note": _("Credit note"),
    "approval_wanted": _("Order waits for approval"),
    "order_approved": _("Order approved"),
    "order_sent_back": _("Order sent back"),
    "order_loaded": _("Vouchers loaded"),
    "payment_received": _("Payment received"),
    "payment_unplaced": _("Payment that could not be placed"),
    "payment_returned": _("Payment taken back by the bank"),
    "refund": _("Refund"),
    "collection_returned": _("Direct debit that did not succeed"),
    "mandate": _("Mandate for direct debit"),
    "monthly_draft": _("Monthly order ready to check"),
    "identifier_change": _("Number of a beneficiary"),
    "statement_of_account": _("Statement of account"),
    "invitation": _("Invitation"),
    "reminder": _("Reminder"),
    "offer": _("Offer"),
    "quote": _("Quote"),
    "question_received": _("Question received"),
    "question_answer": _("Answer to a question"),
    "secretariat_mandate": _("Mandate for a social secretariat"),
}

TRANSMISSION_NEXT: dict[str, Words] = {
    TransmissionState.QUEUED: _("The worker sends it by itself; after a failure it waits longer each time."),
    TransmissionState.REFUSED_BY_RULES: _(
        "The rules let it not go, so nothing was sent. Mend what stands above, then check and send again."
    ),
    TransmissionState.SENT: _("The access point has it. Its answer, if it gives one, appears here by itself."),
    TransmissionState.DELIVERED: _("It has arrived. Nothing is to be done."),
    TransmissionState.FAILED: _(
        "It was not delivered and isn't tried any more. Read the answer, mend its cause (the client's Peppol address, the "
        "connection), then send again; or leave it unsent if the client has the invoice by mail."
    ),
    TransmissionState.CANCELLED: _("Somebody decided not to send it. PDF and XML are in the portal and in the mail."),
}

PROVIDERS: dict[str, Words] = {
    "folder": _("a folder"),
    "access_point": _("an access point"),
}

BOOK_FIGURES: dict[str, Words] = {
    "bank": _("In the bank"),
    "vouchers": _("Vouchers on cards and on paper, not spent"),
    "client_funds": _("Paid by clients, not loaded yet"),
    "client_credit": _("Paid too much, kept for clients"),
    "suspense": _("Received, not placed yet"),
    "refund_due": _("To be paid back, on its way to the bank"),
    "receivable": _("To be paid by clients"),
}

FINDING_OTHER: Words = _("The ledger's own sums or shields are not right")
FINDINGS: dict[str, Words] = {
    "loaded-line-without-lot": _("A loaded order has a line without its vouchers"),
    "lot-of-order-not-loaded": _("Vouchers exist of an order that is not loaded"),
    "lot-on-paper-in-a-wallet": _("Vouchers on paper that lie in a wallet too, or vouchers on cards that lie in none"),
    "paper-vouchers-differ-from-lot": _("Printed vouchers are not worth what was loaded for them"),
    "lot-not-loaded-in-ledger": _("Vouchers exist that the ledger didn't load"),
    "load-without-lot": _("The ledger loaded vouchers that don't exist"),
    "order-paid-without-paid-invoice": _("An order counts as paid, its invoice doesn't"),
    "invoice-paid-differs-from-allocations": _("What is paid of an invoice is not what the bank lines say"),
    "invoice-differs-from-its-order": _("An order and its invoices have different totals"),
    "invoice-credited-without-credit-note": _("A credited invoice and its credit note don't agree"),
    "credit-note-not-in-ledger": _("A credit note is not in the books as it was issued"),
    "order-goes-on-with-credited-invoice": _("An order goes on though its invoice was credited"),
    "cancelled-order-asks-for-product-invoice": _("A cancelled order still has its product invoice"),
    "client-credit-differs-from-its-sources": _("Credit of a client is not what was paid too much or freed"),
    "invoice-numbers-have-a-gap": _("The number of an invoice or credit note is missing"),
    "receivable-differs-from-open-invoices": _("What a client owes is not the sum of its open invoices"),
    "funds-due-differ-from-open-face-values": _("Face value expected is not that of the open invoices"),
    "client-funds-differ-from-paid-orders": _("A client's money waiting to be loaded is not that of its paid orders"),
    "suspense-differs-from-lines": _("Money not placed differs from the bank lines not placed"),
    "line-differs-from-its-allocations": _("A bank line is not placed for its whole amount"),
    "line-state-differs-from-its-money": _("A bank line waits where it has no money to place"),
    "line-suspense-differs-from-transfers": _("What is not placed of a bank line is not what the books say"),
    "undone-allocation-not-in-ledger": _("Something was undone that the books don't know, or the other way round"),
    "written-off-differs-from-allocations": _("What was written off is not what the books say"),
    "outgoing-differs-from-lines": _("Money that left differs from the lines not explained yet"),
    "explained-line-not-in-ledger": _("A line is explained that the books don't know, or the other way round"),
    "reopened-invoice-not-in-ledger": _("An invoice was open again more or less often than the books say"),
    "proposal-outlived-its-line": _("A proposal waits though its payment has its place"),
    "correction-without-its-effect": _("A correction was approved and nothing was corrected"),
    "refund-due-differs-from-refunds": _("Money on its way back is not that of the refunds approved"),
    "payment-file-differs-from-its-rows": _("A file for the bank and what stands in it don't agree"),
    "collection-without-its-line": _("A collection has no bank line that shows it"),
    "statement-differs-from-its-lines": _("A statement's balances and lines don't agree"),
    "line-not-wholly-placed": _("A bank line is not in the books for its whole amount"),
    "bank-differs-from-last-statement": _("The books have another bank balance than the last statement"),
    "bank-does-not-cover": _("The bank holds less than is owed to clients and holders of vouchers"),
}
"""What the checks of `flows.check_books` find, by code; those of the ledger itself are `FINDING_OTHER`."""


def reasons_in_words(codes: Iterable[str]) -> str:
    """Why something is proposed, sentence by sentence."""
    return " ".join(str(PROPOSAL_REASONS[code]) for code in codes if code in PROPOSAL_REASONS)


def way_of_line(line: StatementLine) -> str:
    """What became of a line, and by which rung of the ladder or answer to an instruction of ours."""
    reason = str(LINE_REASONS.get(line.reason, ""))
    if line.state == LineState.EXPLAINED:
        return str(line.get_explanation_display())
    if line.state == LineState.RETURNED and line.amount_cents > 0:
        return gettext("Taken back by the bank since")
    if line.state != LineState.MATCHED or line.reason in set(InstructedReason):
        return reason
    return gettext("Placed by hand") if line.rung == Rung.SUSPENSE else f"{RUNGS[line.rung]} · {reason}"


def could_load_from(order: Order) -> datetime | None:
    """From when an order could be loaded: paid, and its day begun in Belgium (SPEC L1); None when it is not paid."""
    if order.paid_at is None:
        return None
    return max(order.paid_at, datetime.combine(order.loading_on, time.min, tzinfo=ZoneInfo(settings.TIME_ZONE)))


def load_delay(order: Order, *, now: datetime) -> timedelta | None:
    """How long a paid order took to be loaded, or waits so far; None while it can't be loaded yet."""
    since = could_load_from(order)
    until = order.loaded_at or now
    return until - since if since is not None and since <= until else None


def in_words(length: timedelta) -> str:
    """A length of time in its two largest units; below a minute it says so."""
    if length < timedelta(minutes=1):
        return gettext("less than a minute")
    now = datetime.now(tz=ZoneInfo("UTC"))
    return timesince(now - length, now)
