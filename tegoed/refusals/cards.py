"""Sentences for what is refused about cards."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "card-not-blocked": _(
        "This card isn't blocked any more, or a new one was already ordered in its place. Refresh the page to see where "
        "it stands."
    ),
    "card-not-reportable": _(
        "This card can't be blocked any more: it was blocked, replaced or expired meanwhile, or it is still being made. "
        "Open the person's page to see the cards; with doubts, contact customer service."
    ),
    "card-step-not-allowed": _(
        "Cards can't take that step from where they stand. Refresh the page to see where they are now."
    ),
}
