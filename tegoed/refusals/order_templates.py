"""Sentences for what is refused about monthly orders."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "order-template-impossible": _(
        "Choose a loading day from 1 to %(loading_day_max)s, and at most %(days_before_max)s days before it to prepare "
        "the order."
    ),
    "order-template-source-not-confirmed": _(
        "This order is “%(state)s”, so it can't be repeated. Confirm it first, or repeat another order."
    ),
    "order-too-many-templates": _(
        "You have %(template_count_max)s monthly orders already. Stop one that you don't need any more."
    ),
}
