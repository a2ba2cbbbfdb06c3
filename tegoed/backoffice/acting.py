"""One thing that staff do with a button: done, and said on the page that follows. Who may is decided by the page."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import HttpRequest

from tegoed.clients.models import User
from tegoed.errors import Refusal
from tegoed.refusals import message_of

_ID_DIGITS_MAX = 12


def act_and_say(request: HttpRequest, act: Callable[[User], object], words: str) -> None:
    """Do it as the member of staff who asks, and say so, or why not."""
    try:
        act(cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, words)


def id_seen(request: HttpRequest, name: str) -> int | None:
    """The id that the page showed and sends back in that field; None for nobody, and for what is no number."""
    seen = request.POST.get(name, "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= _ID_DIGITS_MAX else None
