"""How Tegoed bends django-allauth: accounts come from invitations only, and mails speak the receiver's language.

Its one law: nobody makes an account by himself, and no answer tells whether an address has one. Its mails go out at
once and are not kept in the outbox: a link that sets a password does not belong in a table.
"""

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import translation

from tegoed.clients.models import User

log = structlog.get_logger("tegoed.sign_in")


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """allauth asks this class whatever a project may decide."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Never: staff or an owner invites."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send in the language of the account, not of the browser that asked (somebody else may have asked).

        A mail server that fails is logged, not shown: an error for known addresses only would tell which are known.
        """
        user = context.get("user")
        language = user.language if isinstance(user, User) else translation.get_language()
        with translation.override(language):
            try:
                super().send_mail(template_prefix, email, context)
            except OSError as error:
                # without the trace: it can name the address
                log.error("mail could not be sent", kind=template_prefix, error=type(error).__name__)  # noqa: TRY400
