"""The words of the back office for the codes that the books and the trail keep.

Its one law: no reader sees a code; a test holds each table complete. It is not for refusals (`tegoed.refusals`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tegoed.audit.actions import Action
from tegoed.banking.ladder import Reason, Rung, Way
from tegoed.banking.models import LineState, StatementLine
from tegoed.banking.proposing import Why
from tegoed.orders.models import Order
from tegoed.outbox.models import TransmissionState
from tegoed.rules.money import format_euro
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

ACTIONS: dict[str, Words] = {
    Action.BENEFICIARY_ADDED: _("Beneficiary added"),
    Action.BILLING_GROUPS_CHANGED: _("Groups of cost centres changed"),
    Action.ORDER_DIVIDED: _("Order divided over the groups of cost centres"),
    Action.BENEFICIARY_CHANGED: _("Beneficiary changed"),
    Action.BILLING_CONTACT_ADDED: _("Billing contact added"),
    Action.BILLING_CONTACT_CHANGED: _("Billing contact changed"),
    Action.BILLING_CONTACT_REMOVED: _("Billing contact removed"),
    Action.CARD_BLOCKED: _("Card blocked"),
    Action.CARD_MOVED: _("Cards moved along"),
    Action.CARD_RENEWAL_REFUSED: _("Card not to be renewed"),
    Action.CARD_RENEWAL_WANTED: _("Card to be renewed again"),
    Action.CLIENT_CHANGED: _("Particulars of the client changed"),
    Action.BENEFICIARY_DEACTIVATED: _("Beneficiary deactivated"),
    Action.BENEFICIARY_REACTIVATED: _("Beneficiary reactivated"),
    Action.CLIENT_OPENED: _("Client opened"),
    Action.CLIENT_SET_UP: _("Client set up by the operator"),
    Action.COLLECTION_CANCELLED: _("Direct debit stopped at the bank"),
    Action.COLLECTION_REPEATED: _("Invoice to be collected once more"),
    Action.COLLECTION_RETURNED: _("Direct debit refused or taken back by the bank"),
    Action.CREDIT_USED: _("Credit used for an invoice"),
    Action.LEAD_CHANGED: _("Particulars of the lead changed"),
    Action.LEAD_MOVED: _("Lead moved on"),
    Action.LEAD_NOTED: _("Note added"),
    Action.LEAD_ENTERED: _("Lead entered by hand"),
    Action.LEAD_TAKEN: _("Lead taken up"),
    Action.OFFER_CHANGED: _("Offer changed"),
    Action.OFFER_DECLINED: _("Declined by the prospect"),
    Action.OFFER_SENT: _("Offer sent"),
    Action.OFFER_STARTED: _("Offer started"),
    Action.OFFER_WITHDRAWN: _("Offer withdrawn"),
    Action.MANDATE_REVOKED: _("Mandate revoked"),
    Action.MANDATE_SIGNED: _("Mandate signed"),
    Action.MANDATE_SUSPENDED: _("Mandate suspended after an answer of the bank"),
    Action.PAYMENT_FILE_DOWNLOADED: _("File for the bank downloaded"),
    Action.PAYMENT_FILE_MADE: _("File for the bank made"),
    Action.PRINT_BATCH_DOWNLOADED: _("Vouchers downloaded to be printed"),
    Action.PRINT_BATCH_MOVED: _("Print batch moved along"),
    Action.QUESTION_ANSWERED: _("Question answered by mail"),
    Action.QUESTION_ASKED: _("Question received"),
    Action.QUESTION_CLOSED: _("Question closed"),
    Action.QUESTION_REOPENED: _("Question opened again"),
    Action.QUESTION_TAKEN: _("Question taken up"),
    Action.REFUND_APPROVED: _("Refund approved by a second person"),
    Action.REFUND_ASKED: _("Refund asked for"),
    Action.REFUND_CANCELLED: _("Refund cancelled"),
    Action.REFUND_PAID: _("Refund paid by the bank"),
    Action.REFUND_REFUSED: _("Refund refused"),
    Action.REFUND_RETURNED: _("Refund came back from the bank"),
    Action.CONTRACT_SIGNED: _("Contract signed"),
    Action.COST_CENTRE_RENAMED: _("Cost centre renamed"),
    Action.DAY_CLOSED: _("Day closed"),
    Action.JOURNAL_EXPORTED: _("Journal downloaded"),
    Action.IDENTIFIER_CHANGE_ASKED: _("Another number asked for"),
    Action.IDENTIFIER_CHANGE_REFUSED: _("Another number refused"),
    Action.IDENTIFIER_CHANGED: _("Number replaced"),
    Action.IDENTIFIER_SHOWN: _("Full number shown"),
    Action.SITE_ADDED: _("Workplace added"),
    Action.SITE_CHANGED: _("Workplace changed"),
    Action.SITE_CLOSED: _("Workplace closed"),
    Action.IDENTIFIER_KEYS_ROTATED: _("Keys of national numbers renewed"),
    Action.MEMBER_ADDED: _("Portal user added"),
    Action.MESSAGE_RETRIED: _("Mail sent again by hand"),
    Action.ORDER_STARTED: _("Order started"),
    Action.ORDER_CHANGED: _("Draft changed"),
    Action.ORDER_DISCARDED: _("Draft discarded"),
    Action.ORDER_CONFIRMED: _("Order confirmed"),
    Action.ORDER_COPIED: _("Order copied from another one"),
    Action.ORDER_APPROVED: _("Order approved by a second person"),
    Action.ORDER_SENT_BACK: _("Order sent back by who approves"),
    Action.ORDER_CANCELLED: _("Order cancelled by the client"),
    Action.ORDER_CREDITED: _("Credit notes made"),
    Action.ORDER_EXCEEDED_MAXIMUM: _("More than a legal maximum ordered, with a reason"),
    Action.ORDER_INVOICED: _("Invoices made"),
    Action.ORDER_HELD: _("Order put on hold"),
    Action.ORDER_RELEASED: _("Order released"),
    Action.ORDER_LOADED: _("Vouchers loaded"),
    Action.ORDER_UNPAID: _("Payment of the order undone or taken back"),
    Action.PAYMENT_CLAIMED: _("Payment claimed by the client"),
    Action.PAYMENT_DENIED: _("The client says that the payment is not theirs"),
    Action.PAYMENT_EXPLAINED: _("Money without a client explained"),
    Action.PAYMENT_PLACED: _("Payment placed"),
    Action.PAYMENT_RETURNED: _("Payment taken back by the bank"),
    Action.PAYMENT_UNDONE: _("Placement of a payment undone"),
    Action.CORRECTION_ASKED: _("Correction of money asked for"),
    Action.CORRECTION_REFUSED: _("Correction of money refused"),
    Action.DIFFERENCE_WRITTEN_OFF: _("Difference of a few cents written off"),
    Action.ORDER_TEMPLATE_MADE: _("Monthly order made"),
    Action.ORDER_TEMPLATE_CHANGED: _("Monthly order changed"),
    Action.ORDER_TEMPLATE_ENDED: _("Monthly order stopped"),
    Action.LEAD_MADE: _("Prospect left a name"),
    Action.QUOTE_MADE: _("Quote made"),
    Action.QUOTE_MAILED: _("Quote sent by mail"),
    Action.BENEFICIARIES_EXPORTED: _("List of beneficiaries downloaded"),
    Action.BENEFICIARIES_IMPORTED: _("Beneficiaries taken over from Excel"),
    Action.ORDER_FORM_EXPORTED: _("Order form downloaded"),
    Action.TRANSMISSION_CANCELLED: _("E-invoice not to be sent"),
    Action.TRANSMISSION_RETRIED: _("E-invoice sent again by hand"),
    Action.UPLOAD_APPLIED: _("Excel form taken over"),
    Action.UPLOAD_DISCARDED: _("Excel form given up"),
    Action.UPLOAD_EXPORTED: _("Excel form with remarks downloaded"),
    Action.UPLOAD_RECEIVED: _("Excel form received"),
    Action.UPLOAD_REFUSED: _("Excel form refused"),
    Action.REMINDERS_PAUSED: _("Reminders paused"),
    Action.REMINDERS_RESUMED: _("Reminders no longer paused"),
    Action.REMINDERS_SENT: _("Reminder sent"),
    Action.STATEMENT_OF_ACCOUNT_SENT: _("Statement of account sent"),
    Action.STATEMENT_RECEIVED: _("Bank file received"),
    Action.STATEMENT_BOOKED: _("Bank file booked"),
    Action.STATEMENT_REFUSED: _("Bank file refused"),
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
    "reminder": _("Reminder"),
    "offer": _("Offer"),
    "quote": _("Quote"),
    "question_received": _("Question received"),
    "question_answer": _("Answer to a question"),
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

FACTS: dict[str, Words] = {
    "total_cents": _("Total"),
    "amount_cents": _("Amount"),
    "card_count": _("Cards"),
    "line_count": _("Lines"),
    "invoices": _("Invoices"),
    "credit_notes": _("Credit notes"),
    "reason": _("Why"),
    "blocking": _("Open invoices"),
    "lot_count": _("Beneficiaries loaded"),
}

BOOK_FIGURES: dict[str, Words] = {
    "bank": _("In the bank"),
    "vouchers": _("Vouchers on cards, not spent"),
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


def facts_in_words(facts: Mapping[str, Any]) -> str:
    """The facts of a trail event that staff can use, as one line: `Total: € 12,00 · Cards: 3`."""
    return " · ".join(
        f"{FACTS[name]}: {_fact(name, facts[name])}" for name in FACTS if facts.get(name) not in (None, [], "")
    )


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


def _fact(name: str, value: Any) -> str:
    if name.endswith("_cents"):
        return format_euro(int(value), (get_language() or settings.LANGUAGE_CODE)[:2])
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


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
