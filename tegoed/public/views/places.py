"""Acceptance points: the list that anybody can search, and what the map beside it draws."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from tegoed.clients.models import ProductChoice
from tegoed.merchants.models import AcceptancePoint
from tegoed.merchants.queries import RESULTS_MAX, invented_exist, online_count, point_count, points_found
from tegoed.public.downloads import reader_language
from tegoed.public.place_search import PlaceSearch, Search, choices_of, search_of, ways_out

POINTS_A_PAGE = 20
MARKERS_MAX = 500
MAP_SECONDS = 300
"""How long a browser may keep what the map draws."""


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The points that fit the search, nearest first; without a search all of them by name."""
    form = PlaceSearch(request.GET)
    search = search_of(form) if form.is_valid() else None
    points = points_found(search.wish) if search and not search.is_undecided else AcceptancePoint.objects.none()
    count = point_count(points)
    listed = points[:RESULTS_MAX]
    paginator = Paginator(listed, POINTS_A_PAGE)
    paginator.count = min(count, RESULTS_MAX)  # counted already: a cached property of Django's
    context = {
        "section": "places",
        "form": form,
        "search": search,
        "place_name": search.place.name(reader_language()) if search and search.place else "",
        "choices": choices_of(search.finding, request.GET) if search and search.finding else [],
        "points": paginator.get_page(request.GET.get("page")),
        "heading": _heading(search, count),
        "is_cut": count > RESULTS_MAX,
        "online_count": online_count(search.wish) if search and search.place else 0,
        "ways_out": ways_out(search, request.GET) if search and not count and not search.is_undecided else [],
        "has_map": bool(count) and not (search and search.wish.is_online),
        "map_query": _map_query(request),
        "map_tiles": settings.MAP_TILES,
        "map_attribution": settings.MAP_ATTRIBUTION,
        "has_invented": invented_exist(),
    }
    return render(request, "public/places/places.html", context)


def _heading(search: Search | None, count: int) -> str:
    """How many there are, and where."""
    if count > RESULTS_MAX:
        return gettext("More than %(count)s acceptance points") % {
            "count": number_format(RESULTS_MAX, force_grouping=True)
        }
    if search and search.wish.is_online:
        words = ngettext("%(count)s online shop", "%(count)s online shops", count)
    elif search and search.place:
        words = ngettext(
            "%(count)s acceptance point around %(town)s", "%(count)s acceptance points around %(town)s", count
        )
    else:
        words = ngettext("%(count)s acceptance point", "%(count)s acceptance points", count)
    town = search.place.name(reader_language()) if search and search.place else ""
    return words % {"count": count, "town": town}


def _map_query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


@require_safe
def points_on_map(request: HttpRequest) -> HttpResponse:
    """The same points for the map, the first `MARKERS_MAX` of them, as JSON."""
    form = PlaceSearch(request.GET)
    search = search_of(form) if form.is_valid() else None
    found: list[AcceptancePoint] = []
    if search and not search.is_undecided:
        found = list(points_found(search.wish).filter(is_online=False)[: MARKERS_MAX + 1])
    answer = JsonResponse(
        {
            "centre": _centre(search),
            "is_cut": len(found) > MARKERS_MAX,
            "points": [_marker(point) for point in found[:MARKERS_MAX]],
        }
    )
    answer["Cache-Control"] = f"private, max-age={MAP_SECONDS}"
    return answer


def _centre(search: Search | None) -> list[float] | None:
    if search is None or search.place is None:
        return None
    return [search.place.latitude, search.place.longitude, search.wish.radius_km]


def _marker(point: AcceptancePoint) -> dict[str, object]:
    return {
        "id": point.pk,
        "at": [point.latitude, point.longitude],
        "name": point.name,
        "merchant": point.merchant_name if point.merchant_name != point.name else "",
        "address": f"{point.street}, {point.postcode} {point.town}",
        "products": ", ".join(str(ProductChoice(product).label) for product in point.products),
        "is_invented": point.merchant.is_invented,
    }
