"""The pages that anybody finds in the menu of the public site, in order: the name of the route, and the word in the menu."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Sentence


class PublicPage(NamedTuple):
    """`section`: what the view of the page, and of those below it, calls itself."""

    section: str
    route: str
    label: Sentence


PUBLIC_PAGES: tuple[PublicPage, ...] = (
    PublicPage("products", "products", _("Products")),
    PublicPage("quote", "quote", _("Quote")),
    PublicPage("places", "places", _("Acceptance points")),
    PublicPage("help", "help", _("Help")),
    PublicPage("contact", "contact", _("Contact")),
)
