"""Sentences for documents that can't be made and books that refuse; mostly staff read them."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "attachment-refused": _("The PDF can't be put into the XML invoice. Make the PDF again."),
    "epc-qr-impossible": _(
        "No QR code can be made for this payment. Pay with the account number, the amount and the communication shown."
    ),
    "funds-short": _("There is not enough money on the account for this. Refresh the page to see what is available."),
    "invoice-fact-refused": _(
        "The invoice can't be made: “%(field)s” can't be right. Correct the particulars and try again."
    ),
    "invoice-inconsistent": _(
        "The totals of this invoice don't agree with its rows (%(expected_cents)s expected, %(found_cents)s "
        "found). Report it: nothing was sent."
    ),
    "invoice-text-refused": _(
        "The invoice can't be made: the text in “%(field)s” is empty, too long or can't be printed. "
        "Correct the particulars and try again."
    ),
    "set-up-file-faulty": _(
        "The set-up file is faulty at “%(where)s”: %(what)s. Nothing was changed: correct it there."
    ),
}
