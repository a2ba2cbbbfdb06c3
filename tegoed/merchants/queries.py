"""Acceptance points as the public looks for them, merchants as staff do.

Its one law: the public sees only what is active, of active merchants. A search reads at most what `RESULTS_MAX` names: who
gets that many is asked to look closer. No PostGIS: a box by index, then the great circle of what lies in it.
"""

import re
from dataclasses import dataclass
from math import cos, radians

from django.contrib.postgres.search import SearchQuery
from django.db.models import Expression, ExpressionWrapper, F, FloatField, QuerySet
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

from tegoed.merchants.models import AcceptancePoint, Merchant, MerchantFile
from tegoed.rules.distance import EARTH_RADIUS_KM, box_around
from tegoed.rules.enterprise import DIGIT_COUNT
from tegoed.rules.names import search_words

RESULTS_MAX = 1000
WORDS_MAX = 6
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PointWish:
    """What somebody looks for. `latitude` and `longitude`: around there, within `radius_km`; online shops are nowhere."""

    words: str = ""
    product: str = ""
    is_online: bool = False
    latitude: float | None = None
    longitude: float | None = None
    radius_km: int = 0


def points_found(wish: PointWish) -> QuerySet[AcceptancePoint]:
    """Nearest first (with `distance_km`) where the wish names a place, else by name; with their merchants."""
    points = AcceptancePoint.objects.filter(is_active=True, merchant__is_active=True).select_related("merchant")
    if wish.words:
        query = _word_query(wish.words)
        points = points.filter(search=query) if query else points.none()
    if wish.product:
        points = points.filter(products__contains=[wish.product])
    if wish.is_online:
        points = points.filter(is_online=True)
    elif wish.latitude is not None and wish.longitude is not None:
        return _around(points, wish.latitude, wish.longitude, wish.radius_km)
    return points.order_by("name", "id")


def _word_query(text: str) -> SearchQuery | None:
    """Each word begins one of the point's words; None when no word is left."""
    words = _WORD.findall(" ".join(search_words(text, count_max=WORDS_MAX)))[:WORDS_MAX]
    return SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw") if words else None


def _around(
    points: QuerySet[AcceptancePoint], latitude: float, longitude: float, radius_km: int
) -> QuerySet[AcceptancePoint]:
    box = box_around(latitude, longitude, radius_km)
    inside = points.filter(
        is_online=False, latitude__range=(box.south, box.north), longitude__range=(box.west, box.east)
    )
    near = inside.annotate(distance_km=_kilometres_to(latitude, longitude))
    return near.filter(distance_km__lte=radius_km).order_by("distance_km", "name", "id")


def _kilometres_to(latitude: float, longitude: float) -> Expression:
    """The great circle to a point, as `rules.distance.kilometres_between` counts it."""
    north = Power(Sin(Radians(F("latitude") - latitude) / 2), 2)
    east = Power(Sin(Radians(F("longitude") - longitude) / 2), 2)
    half_turn = north + cos(radians(latitude)) * Cos(Radians(F("latitude"))) * east
    return ExpressionWrapper(2 * EARTH_RADIUS_KM * ASin(Sqrt(Least(half_turn, 1.0))), output_field=FloatField())


def point_count(points: QuerySet[AcceptancePoint]) -> int:
    """How many there are, counted no further than one above `RESULTS_MAX`."""
    return points.order_by()[: RESULTS_MAX + 1].count()


def online_count(wish: PointWish) -> int:
    """How many online shops fit the wish, wherever it looks."""
    return point_count(points_found(PointWish(words=wish.words, product=wish.product, is_online=True)))


def merchants_found(text: str, *, is_active: bool | None = None) -> QuerySet[Merchant]:
    """Merchants by name, for staff: all words in the name, or the digits of an enterprise number."""
    merchants = Merchant.objects.order_by("name", "id")
    if is_active is not None:
        merchants = merchants.filter(is_active=is_active)
    digits = re.sub(r"[\s./-]|^BE", "", text.strip().upper())
    if digits.isascii() and digits.isdigit() and len(digits) == DIGIT_COUNT:
        return merchants.filter(enterprise_number=digits)
    words = _WORD.findall(" ".join(search_words(text, count_max=WORDS_MAX)))
    if text.strip() and not words:
        return merchants.none()
    for word in words:
        merchants = merchants.filter(search_text__contains=word)
    return merchants


def points_of(merchant: Merchant) -> QuerySet[AcceptancePoint]:
    """All points of a merchant: those that show first, then by town."""
    return merchant.points.order_by("-is_active", "is_online", "town", "name", "id")


def points_to_export() -> QuerySet[AcceptancePoint]:
    """Every point with its merchant, as the file has them."""
    return AcceptancePoint.objects.select_related("merchant").order_by("merchant_name", "merchant_id", "id")


def merchant_files() -> QuerySet[MerchantFile]:
    """The files of merchants, newest first, without their content."""
    return MerchantFile.objects.defer("content").select_related("received_by").order_by("-id")


def invented_exist() -> bool:
    """Whether any merchant is made up for a demo."""
    return Merchant.objects.filter(is_invented=True).exists()
