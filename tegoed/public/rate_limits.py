"""How often the forms that anybody can send may be sent: one table of named limits.

Its one law: what is counted is counted in the cache that all web processes share, as sign-in does (allauth); a limit on a
`key` holds whatever the visitor's address. It answers yes or no; the page says what to do then.
"""

from allauth.core.internal import ratelimit
from django.http import HttpRequest

LIMITS = {
    # action: how many in how long (s, m, h, d) for each visitor's address (ip) or for each key
    "contact": "5/10m/ip,30/d/ip",
    "contact-mail": "3/d/key",
    "offer-decline": "20/h/ip",
    "invitation-link": "2/10m/key,6/d/key,30/h/ip",
    "invitation-use": "30/h/ip",
    "quote-accept": "10/h/ip,20/d/key",
}


def within_limit(request: HttpRequest, *, action: str, key: str = "") -> bool:
    """Count one more; False when that is more than `LIMITS` allows. An action without a limit raises `KeyError`."""
    limits = {action: LIMITS[action]}
    used = ratelimit.consume(request, app="tegoed", action=action, config=limits, key=key, limit_get=True)
    return used is not None
