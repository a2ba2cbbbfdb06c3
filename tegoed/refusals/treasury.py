"""Sentences for what is refused about credit, refunds, mandates and collections."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "credit-short": _("There is %(available_cents)s of credit free to use. Choose an amount up to that."),
    "nothing-to-pay": _(
        "Nothing is to be paid of invoice %(number)s now: it is paid, credited, or being collected. Open it to see."
    ),
    "refund-asked-already": _(
        "%(amount_cents)s to %(iban)s is asked back already and waits for a decision. Choose another amount to ask for more."
    ),
    "refund-not-waiting": {
        "asked": _("This refund still waits for a decision."),
        "approved": _("This refund was approved already."),
        "refused": _("This refund was refused already."),
        "in_file": _("The bank has this refund already. Customer service sees what is still possible."),
        "paid": _("This refund was paid already."),
        "returned": _("This refund came back from the bank already. Ask for a new one."),
        "cancelled": _("This refund was cancelled already."),
        "": _("This can't be done with this refund now. Open it to see where it stands."),
    },
    "refund-by-one-person": _(
        "You asked for this refund, so somebody else must decide about it. Ask a colleague of the issuer's staff."
    ),
    "refund-iban-not-checked": _(
        "No payment ever came from %(iban)s. Check with the client whose account it is, tick that you did, and approve again."
    ),
    "refund-iban-of-issuer": _("%(iban)s is our own account. Choose an account of the client."),
    "line-placed-meanwhile": _(
        "This payment was placed or is being paid back already. Open the list of payments not placed to see what is left."
    ),
    "refund-payer-unknown": _(
        "The bank did not say from which account this payment came, so it can't go back by itself. Ask the bank, or place it."
    ),
    "nothing-for-the-bank": _(
        "Nothing waits for a file now. Perhaps a colleague made it just before: look at the files."
    ),
    "creditor-identifier-missing": _(
        "There is no creditor identifier, so nothing can be collected. The operator puts it into the set-up file."
    ),
    "creditor-identifier-invalid": _(
        "“%(identifier)s” is no creditor identifier: check it on the bank's letter (for example BE81ZZZ0123456749)."
    ),
    "mandate-in-force": _("Mandate %(reference)s is in force. Revoke it first, then sign a new one."),
    "mandate-not-in-force": _("Mandate %(reference)s was revoked already. Nothing is collected under it."),
    "collection-not-on-its-way": {
        "in_file": _("The bank has this collection and has not answered yet."),
        "paid": _("This collection was paid already."),
        "refused": _("The bank refused this collection already."),
        "returned": _("The bank took this collection back already."),
        "cancelled": _("This collection was cancelled already."),
        "": _("This can't be done with this collection now. Open it to see where it stands."),
    },
    "payment-file-refused": {
        "schema": _("The file would not be valid for the bank, so it was not made: %(field)s. Tell the operator."),
        "": _(
            "The file was not made: %(field)s of %(reference)s is not right for the bank. Correct it, or cancel that row."
        ),
    },
}
