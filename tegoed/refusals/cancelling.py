"""Sentences for what is refused about cancelling and changing orders."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "order-held-by-cards": {
        "in-production": _(
            "Cards of this order are being made already, so it can't be cancelled before it is invoiced. Contact "
            "customer service."
        ),
        "needed-by-another-order": _(
            "Order %(orders)s counts on the cards that this order asked for. Cancel that order first, or contact "
            "customer service."
        ),
        "": _("The cards of this order hold it. Contact customer service."),
    },
    "cancellation-changed": _(
        "Things changed since you opened this page: %(total_cents)s would be credited instead of %(shown_cents)s. Nothing "
        "was done. Read again what happens, then decide."
    ),
    "order-not-cancellable": {
        "draft": _("This order isn't confirmed yet. You can change it, or discard it."),
        "processing": _(
            "The invoices of this order are being made right now. Try again in a minute: then you can cancel it."
        ),
        "paid": _(
            "This order is paid, so it can't be cancelled or changed here any more. Contact customer service: they see "
            "what is still possible."
        ),
        "loaded": _(
            "The vouchers of this order are on the cards, or printed, so it can't be cancelled or changed any more. Contact "
            "customer service, and correct the amounts in your next order."
        ),
        "cancelled": _("This order is cancelled already. Open it to see what was credited."),
        "": _("This order can't be cancelled now. Open it to see where it stands."),
    },
}
