"""Sentences for what is refused about placing, claiming and correcting money."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "line-not-in-suspense": _(
        "Only %(left_cents)s of this payment is not placed yet, and %(wanted_cents)s was asked: somebody placed it meanwhile, "
        "or the amounts are too high. Nothing was changed; look at the payment again."
    ),
    "nothing-to-place": _("Nothing was placed: give an amount for an invoice, or one to keep on account."),
    "invoice-not-open": _(
        "One of these invoices is not open any more: it was paid or credited meanwhile. Nothing was changed; choose again."
    ),
    "invoice-open-less": _(
        "Of invoice %(number)s only %(open_cents)s is still to pay, and %(wanted_cents)s was asked. Nothing was changed: give "
        "less, and keep the rest on account."
    ),
    "line-pays-invoice-already": _(
        "A part of this payment is on invoice %(number)s already. Have that undone first, then place the whole."
    ),
    "difference-too-large": _(
        "%(open_cents)s is missing of invoice %(number)s, and at most %(maximum_cents)s may be written off. Nothing was "
        "changed; ask the client to pay the rest."
    ),
    "proposal-gone": _(
        "This is no longer possible: the payment was placed, or an invoice changed meanwhile. Look at the payment again."
    ),
    "payment-claimed-already": _("You told us already what this payment is for. We check it; you get a mail then."),
    "payment-answered-already": _(
        "This payment no longer waits for your word: it has its place, or you told us that it is not yours. Your statement of "
        "account shows what was paid."
    ),
    "allocation-undone-already": _("Somebody undid this already. Look at the payment again."),
    "allocation-not-undoable": {
        "credited": _(
            "The invoice was credited since, so what was paid of it stands on account for the client. Use that, or pay it back."
        ),
        "": _("This was paid with credit on account and is undone there, not here. Open the client to see it."),
    },
    "credit-used-already": _(
        "What was put on account was used meanwhile, so it can't come back. Undo first what it was used for."
    ),
    "line-not-explainable": _(
        "There is nothing left to explain of this movement, or this explanation is not for it. Look at it again."
    ),
    "correction-asked-already": _(
        "Another correction of the same money waits for a second person. Have that one approved or closed first."
    ),
    "correction-decided-already": _("Somebody decided about this already. Look at the payment to see what was done."),
    "corrector-is-asker": _(
        "You asked for this correction yourself, so somebody else must approve it. Ask a colleague of the finance team."
    ),
}
