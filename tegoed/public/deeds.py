"""The words for what the trail keeps: deeds by their tag, and the facts about them that people can use.

Its one law: no reader sees a tag; a test holds the table complete. Back office and portal read the same words. Which events
somebody may see is decided where they are listed.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tegoed.audit.actions import Action
from tegoed.rules.money import format_euro

Words = str | Promise

ACTIONS: dict[str, Words] = {
    Action.AGREEMENT_ATTESTED: _("Agreement attested"),
    Action.JOINT_COMMITTEE_TOLD: _("Joint committee told"),
    Action.SECTOR_AGREEMENT_NOTED: _("Sector agreement noted"),
    Action.SECTOR_AGREEMENT_ENDED: _("Last day of a sector agreement changed"),
    Action.ORDER_EXCEEDED_AGREEMENT: _("More ordered than the agreement says; the client was warned"),
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
    Action.QUESTION_ANSWERED: _("Question answered by mail"),
    Action.QUESTION_ASKED: _("Question received"),
    Action.QUESTION_CLOSED: _("Question closed"),
    Action.QUESTION_REOPENED: _("Question opened again"),
    Action.QUESTION_TAKEN: _("Question taken up"),
    Action.QUOTE_ACCEPTED: _("Quote accepted"),
    Action.QUOTE_NOT_ACCEPTED: _("Quote not accepted: the company is a client already"),
    Action.PRINT_BATCH_DOWNLOADED: _("Vouchers downloaded to be printed"),
    Action.PRINT_BATCH_MOVED: _("Print batch moved along"),
    Action.CLIENT_OPENED: _("Client opened"),
    Action.CLIENT_SET_UP: _("Client set up by the operator"),
    Action.COLLECTION_CANCELLED: _("Direct debit stopped at the bank"),
    Action.COLLECTION_REPEATED: _("Invoice to be collected once more"),
    Action.COLLECTION_RETURNED: _("Direct debit refused or taken back by the bank"),
    Action.CREDIT_USED: _("Credit used for an invoice"),
    Action.MANDATE_REVOKED: _("Mandate revoked"),
    Action.MANDATE_SIGNED: _("Mandate signed"),
    Action.MANDATE_SUSPENDED: _("Mandate suspended after an answer of the bank"),
    Action.PAYMENT_FILE_DOWNLOADED: _("File for the bank downloaded"),
    Action.PAYMENT_FILE_MADE: _("File for the bank made"),
    Action.REFUND_APPROVED: _("Refund approved by a second person"),
    Action.REFUND_ASKED: _("Refund asked for"),
    Action.REFUND_CANCELLED: _("Refund cancelled"),
    Action.REFUND_PAID: _("Refund paid by the bank"),
    Action.REFUND_REFUSED: _("Refund refused"),
    Action.REFUND_RETURNED: _("Refund came back from the bank"),
    Action.CONTRACT_SIGNED: _("Contract signed"),
    Action.COST_CENTRE_RENAMED: _("Cost centre renamed"),
    Action.DAY_CLOSED: _("Day closed"),
    Action.FIRST_STEPS_DISMISSED: _("List of first steps put away"),
    Action.INVITATION_MADE: _("Invited"),
    Action.INVITATION_RENEWED: _("New invitation link sent"),
    Action.INVITATION_REVOKED: _("Invitation taken back"),
    Action.INVITATION_USED: _("Invitation accepted"),
    Action.JOURNAL_EXPORTED: _("Journal downloaded"),
    Action.IDENTIFIER_CHANGE_ASKED: _("Another number asked for"),
    Action.IDENTIFIER_CHANGE_REFUSED: _("Another number refused"),
    Action.IDENTIFIER_CHANGED: _("Number replaced"),
    Action.IDENTIFIER_SHOWN: _("Full number shown"),
    Action.SITE_ADDED: _("Workplace added"),
    Action.SITE_CHANGED: _("Workplace changed"),
    Action.SITE_CLOSED: _("Workplace closed"),
    Action.IDENTIFIER_KEYS_ROTATED: _("Keys of national numbers renewed"),
    Action.MERCHANT_ADDED: _("Merchant added"),
    Action.MERCHANT_CHANGED: _("Merchant changed"),
    Action.MERCHANT_IMPORTED: _("Merchant taken over from a list"),
    Action.MERCHANTS_EXPORTED: _("List of merchants downloaded"),
    Action.MERCHANTS_IMPORTED: _("List of merchants taken over"),
    Action.POINT_ADDED: _("Acceptance point added"),
    Action.POINT_CHANGED: _("Acceptance point changed"),
    Action.MEMBER_ADDED: _("Portal user added"),
    Action.MEMBER_CHANGED: _("Role of a portal user changed"),
    Action.MEMBER_REMOVED: _("Portal user removed"),
    Action.SECRETARIAT_ADDED: _("Social secretariat taken in"),
    Action.SECRETARIAT_CLOSED: _("Social secretariat closed"),
    Action.SECRETARIAT_REOPENED: _("Social secretariat opened again"),
    Action.SECRETARIAT_MANDATE_ENDED: _("Mandate of a social secretariat ended"),
    Action.SECRETARIAT_MANDATE_SIGNED: _("Mandate for a social secretariat signed"),
    Action.SECRETARIAT_USER_ADDED: _("User of a social secretariat added"),
    Action.SECRETARIAT_USER_REMOVED: _("User of a social secretariat removed"),
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


def facts_in_words(facts: Mapping[str, Any]) -> str:
    """The facts of a trail event that staff can use, as one line: `Total: € 12,00 · Cards: 3`."""
    return " · ".join(
        f"{FACTS[name]}: {_fact(name, facts[name])}" for name in FACTS if facts.get(name) not in (None, [], "")
    )


def _fact(name: str, value: Any) -> str:
    if name.endswith("_cents"):
        return format_euro(int(value), (get_language() or settings.LANGUAGE_CODE)[:2])
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
