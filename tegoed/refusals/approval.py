"""Sentences for what is refused about approving orders."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "approver-is-confirmer": _(
        "You confirmed this order yourself, so somebody else must approve it. Ask a colleague who may approve orders."
    ),
    "order-not-awaiting-approval": _(
        "This order doesn't wait for approval any more: somebody approved it or sent it back. Open the order to see "
        "where it stands."
    ),
}
