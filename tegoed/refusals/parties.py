"""Sentences for what is refused about clients and beneficiaries."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "contract-running": _(
        "There is a running contract for this already: %(product)s (%(form)s). You can order at once."
    ),
    "contract-missing": _(
        "You have no running contract for this: %(product)s (%(form)s). Sign one first, or choose another product; "
        "customer service can help."
    ),
    "delivery-place-missing": {
        "": _("Say where the card must go: choose one of your workplaces, or enter a full home address."),
    },
    "no-standard-tariff": _(
        "There are no standard prices at the moment, so nothing can be priced here. Please contact us: we make you an offer."
    ),
    "issuer-not-set-up": _("This installation isn't set up yet. Contact whoever runs it."),
    "niss-already-known": _(
        "You already have a beneficiary with this number. Open the existing profile instead of adding the person again."
    ),
}
