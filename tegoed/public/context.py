"""What every template may count on: the product's name, the chosen theme, and the companies of the reader.

Its one law: nothing here costs a query on a page that does not show it.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tegoed.clients.models import Issuer, Membership
from tegoed.clients.queries import memberships_of
from tegoed.public.navigation import PUBLIC_PAGES

PRODUCT_NAME = "Tegoed"
THEME_COOKIE = "tegoed_theme"
THEMES = ("light", "dark")


def chosen_theme(request: HttpRequest) -> str:
    """`light` or `dark` when the reader chose one; else `auto`: the style sheet follows the device."""
    theme = request.COOKIES.get(THEME_COOKIE)
    return theme if theme in THEMES else "auto"


def site(request: HttpRequest) -> dict[str, Any]:
    """The variables of every page rendered for a request."""

    def memberships() -> list[Membership]:
        user = getattr(request, "user", None)
        return list(memberships_of(user)) if user is not None and user.is_authenticated else []

    return {
        "product_name": PRODUCT_NAME,
        "theme": chosen_theme(request),
        "public_pages": PUBLIC_PAGES,
        "reader_memberships": SimpleLazyObject(memberships),
        "site_issuer": SimpleLazyObject(Issuer.objects.first),
    }
