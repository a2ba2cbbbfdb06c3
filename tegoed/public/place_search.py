"""What a visitor looks for among the acceptance points, and what to try when nothing is found.

Its one law: a search stands whole in its address, so that it can be kept, sent on and gone back to. It only reads; what is
found is decided by `merchants.queries`, which town is meant by `rules.places`.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import ProductChoice
from tegoed.merchants.queries import PointWish, online_count
from tegoed.public.downloads import reader_language
from tegoed.rules.dates import brussels_today
from tegoed.rules.places import TEXT_LENGTH_MAX, Finding, Place, find_place
from tegoed.rules.products import Product, is_open_for_orders

RADII_KM = (2, 5, 10, 25, 50, 100)
RADIUS_KM = 10
NAME_LENGTH_MAX = 80


def _product_choices() -> list[tuple[str, str | Promise]]:
    """The products that can be ordered today; the others can't be spent any more."""
    today = brussels_today()
    current = [(product, product.label) for product in ProductChoice if is_open_for_orders(Product(product), today)]
    return [("", _("All vouchers")), *current]


class PlaceSearch(forms.Form):
    """A form of GET: everything may be left out."""

    where = forms.CharField(label=_("Postcode or town"), max_length=TEXT_LENGTH_MAX, required=False)
    radius = forms.TypedChoiceField(
        label=_("Within"),
        choices=[(radius, f"{radius} km") for radius in RADII_KM],
        coerce=int,
        empty_value=str(RADIUS_KM),
        required=False,
    )
    product = forms.ChoiceField(label=_("Which vouchers"), choices=_product_choices, required=False)
    name = forms.CharField(label=_("Name of the shop"), max_length=NAME_LENGTH_MAX, required=False)
    online = forms.BooleanField(label=_("Only online shops"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="places-%s", initial={"radius": RADIUS_KM})
        self.fields["where"].widget.attrs["autocomplete"] = "postal-code"
        if "radius" not in data:
            self.data = data.copy()
            self.data["radius"] = str(RADIUS_KM)


@dataclass(frozen=True, slots=True)
class Search:
    """One search as understood. `finding`: what was made of the town; None where none was typed."""

    wish: PointWish
    finding: Finding | None
    where: str

    @property
    def place(self) -> Place | None:
        """The town that is searched around."""
        return self.finding.place if self.finding else None

    @property
    def is_undecided(self) -> bool:
        """Whether a town was typed that isn't known, or may be several: nothing is shown then."""
        return self.finding is not None and self.finding.place is None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was asked."""
        return self.finding is None and not (self.wish.words or self.wish.product or self.wish.is_online)

    @property
    def wider_radius(self) -> int | None:
        """The next larger radius; None where there is none, or no place."""
        if self.place is None:
            return None
        return next((radius for radius in RADII_KM if radius > self.wish.radius_km), None)


def search_of(form: PlaceSearch) -> Search:
    """The search that a valid form describes. An online shop is nowhere, so the town counts for nothing then."""
    typed: dict[str, Any] = form.cleaned_data
    finding = find_place(typed["where"]) if typed["where"] and not typed["online"] else None
    place = finding.place if finding else None
    wish = PointWish(
        words=typed["name"],
        product=typed["product"],
        is_online=typed["online"],
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        radius_km=int(typed["radius"]),
    )
    return Search(wish, finding, typed["where"])


@dataclass(frozen=True, slots=True)
class WayOut:
    """Something else to try: its words, and the query string that does it."""

    label: str
    query: str


def ways_out(search: Search, query: QueryDict) -> list[WayOut]:
    """What to try when a search found nothing: wider, another product, without the name, online."""
    found: list[WayOut] = []

    def add(words: str | Promise, *, without: str = "", **changes: object) -> None:
        changed = query.copy()
        for name in ("page", without):
            changed.pop(name, None)
        for name, value in changes.items():
            changed[name] = str(value)
        found.append(WayOut(str(words), changed.urlencode()))

    if search.wider_radius:
        add(_("Look within %(radius)s km") % {"radius": search.wider_radius}, radius=search.wider_radius)
    if search.wish.words:
        add(_("Look without the name"), without="name")
    if search.wish.product:
        add(_("Look for all vouchers"), without="product")
    if search.place and online_count(search.wish):
        add(_("See the online shops"), online="on")
    return found


def choices_of(finding: Finding, query: QueryDict) -> list[WayOut]:
    """The towns that may be meant, each as a search of its own."""
    choices = []
    for place in finding.others:
        label = place.label(reader_language())
        changed = query.copy()
        changed.pop("page", None)
        changed["where"] = label
        choices.append(WayOut(label, changed.urlencode()))
    return choices
