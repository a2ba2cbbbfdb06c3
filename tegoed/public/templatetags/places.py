"""How facts about acceptance points are written: distances, products."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django import template
from django.utils.formats import number_format

from tegoed.clients.models import ProductChoice
from tegoed.public.product_words import icon_of
from tegoed.rules.products import Product

register = template.Library()

NEAR_KM = 1


@register.filter
def kilometres(distance_km: float) -> str:
    """`2,4 km`; below one kilometre no figure: often only the postcode of a shop is known."""
    if distance_km < NEAR_KM:
        return f"< {NEAR_KM} km"
    return f"{number_format(round(distance_km, 1), 1)} km"


@register.filter
def urlhost(web_address: str) -> str:
    """The host of an address on the web, as people know it: `shop.example`."""
    return (urlsplit(web_address).hostname or web_address).removeprefix("www.")


@register.filter
def products_of(codes: Sequence[str]) -> list[tuple[str, str]]:
    """The products' names with the icon of each."""
    return [(str(ProductChoice(code).label), icon_of(Product(code))) for code in codes]
