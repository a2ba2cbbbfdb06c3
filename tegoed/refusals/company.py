"""Sentences for what is refused about the company itself."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "second-person-missing": _(
        "Only one person can order for your company, so nobody could approve. Invite a colleague as owner, orderer or "
        "approver first (Users)."
    ),
}
