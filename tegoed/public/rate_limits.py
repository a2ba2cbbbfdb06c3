"""How often a visitor may do what costs somebody else something: mails, rows, a colleague's time.

Its one law: each limit has its row here, in words of allauth's own limiter (`amount/time/per`), which counts the visitor's
address as sign-in does; a limit on a `key` holds whatever the address. Past a limit a page says so; it never fails.
"""

from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest

LIMITS: dict[str, str] = {
    "contact": "5/10m/ip,30/d/ip",
    "contact-mail": "3/d/key",
    "decline": "20/h/ip",
    "invitation-again": "3/10m/key,10/d/key",
    "invitation-link": "2/10m/key,6/d/key,30/h/ip",
    "invitation-use": "30/h/ip",
    "quote-accept": "10/h/ip,20/d/key",
    "quote-accept-mail": "5/d/key",
    "quote-mail": "3/d/key,20/d/ip",
    "quote-pdf": "60/10m/ip",
    "quote-save": "15/h/ip,60/d/ip",
}
"""By action; `key` is what the caller names (an address, say)."""


def within_limit(request: HttpRequest, *, action: str, key: str = "") -> bool:
    """Count one more; False when that is too many. An action without a row raises `KeyError`."""
    rate = {action: LIMITS[action]}
    return consume(request, app="tegoed", action=action, config=rate, key=key.lower(), limit_get=True) is not None
