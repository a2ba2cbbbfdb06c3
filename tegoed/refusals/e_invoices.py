"""Sentences for e-invoices that the rules keep from going out, and for their way over the network; mostly staff read them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.banking import told_again
from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "client-not-on-peppol": _(
        "%(client)s gets its e-invoices by mail only. Change that on the client's page first, or leave this one unsent."
    ),
    "client-particulars-faulty": {
        "": _(
            "Your company's name or number can't stand on an invoice. Ask customer service to correct it, then confirm again. "
            "Nothing was ordered."
        ),
        "address": _(
            "Your company's address or billing e-mail isn't complete, so no invoice could be made. An owner corrects it under "
            "Company; then confirm again. Nothing was ordered."
        ),
    },
    "network-switched-off": _(
        "This installation sends nothing over Peppol. The operator can switch it on (TEGOED_PEPPOL)."
    ),
    "participant-invalid": {
        "": _(
            "This is no Peppol address of a Belgian company. Enter 0208: and the ten digits of its enterprise number."
        ),
        "scheme": _(
            "Belgian companies are found in Peppol under scheme 0208. Enter 0208: and the ten digits of the enterprise "
            "number."
        ),
    },
    "peppol-fault": {
        "": _("The e-invoice isn't right at %(where)s. Report it: the program made it."),
        "attachment": _("The PDF inside the e-invoice can't be read. Report it: the program made it."),
        "buyer-country": _(
            "The client's country (%(found)s) isn't one. An issued invoice can't be changed: have the client corrected; the "
            "client then cancels the order, so that a credit note takes the invoice back, and orders again. If it is paid "
            "already, leave this one unsent."
        ),
        "buyer-number": _(
            "The client's enterprise number %(found)s is not valid. An issued invoice can't be changed: have the client "
            "corrected; the client then cancels the order, so that a credit note takes the invoice back, and orders again. If "
            "it is paid already, leave this one unsent."
        ),
        "buyer-particulars": _(
            "The client's name or address isn't complete (%(where)s). An issued invoice can't be changed: have the client "
            "corrected; the client then cancels the order, so that a credit note takes the invoice back, and orders again. If "
            "it is paid already, leave this one unsent."
        ),
        "buyer-vat-number": _(
            "The client's VAT number %(found)s is not valid. An issued invoice can't be changed: have the client corrected; the "
            "client then cancels the order, so that a credit note takes the invoice back, and orders again. If it is paid "
            "already, leave this one unsent."
        ),
        "credited-invoice": _(
            "The credit note doesn't say which invoice it takes back. Report it: the program made it."
        ),
        "currency": _("The e-invoice isn't in euro (%(found)s). Report it: the program made it."),
        "date": _(
            "A date of the e-invoice can't be right (%(where)s): the due date lies before the invoice, or a credit note "
            "before what it credits. Report it: nothing was sent."
        ),
        "not-readable": _("The e-invoice can't be read as XML, or is too large. Report it: the program made it."),
        "payment": _(
            "How to pay isn't right on the e-invoice (%(where)s: %(found)s): one structured communication, and the issuer's "
            "IBAN and BIC. Have the operator correct the bank account in the set-up file; later invoices carry it."
        ),
        "profile": _("The e-invoice doesn't name the Peppol profile (%(where)s). Report it: the program made it."),
        "receiver-differs": _(
            "The e-invoice is addressed to %(found)s, not to the client's Peppol address. Send it again: it is addressed anew."
        ),
        "reference": _("The buyer's or the order's reference is missing. Report it: the program made it."),
        "row": _(
            "Row %(where)s (%(found)s): quantity, price, amount and VAT don't agree. Report it: nothing was sent."
        ),
        "seller-country": _("The issuer's country (%(found)s) isn't one. Have the operator correct the set-up file."),
        "seller-number": _(
            "The issuer's enterprise number %(found)s is not valid. Have the operator correct the set-up file; this invoice "
            "is taken back by a credit note and made anew."
        ),
        "seller-particulars": _(
            "The issuer's name or address isn't complete (%(where)s). Have the operator correct the set-up file; this "
            "invoice is taken back by a credit note and made anew."
        ),
        "seller-vat-number": _(
            "The issuer's VAT number %(found)s is missing or not valid. Have the operator correct the set-up file; this "
            "invoice is taken back by a credit note and made anew."
        ),
        "structure": _(
            "The e-invoice isn't built as the standard wants it (%(where)s). Report it: the program made it."
        ),
        "sums": _("A sum isn't that of the rows (%(where)s: %(found)s). Report it: nothing was sent."),
        "text": _(
            "A text is too long or holds a character that can't be printed (%(where)s: “%(found)s”). Have it corrected where it "
            "comes from; the client then cancels the order and orders again. If it is paid already, leave this one unsent."
        ),
        "vat": _("VAT isn't that of the rows (%(where)s: %(found)s). Report it: nothing was sent."),
    },
    "transmission-not-possible": _(
        "This e-invoice is in another state by now, so nothing was done. Look at where it stands on this page."
    ),
}


def reasons_in_words(refusals: Iterable[Mapping[str, Any]]) -> list[str]:
    """The sentences for refusals that were kept as codes and facts (`Transmission.refusals`), each once."""
    from tegoed.refusals import message_of  # noqa: PLC0415 - that module gathers this one

    return list(dict.fromkeys(message_of(told_again(kept["code"], kept["params"])) for kept in refusals))
