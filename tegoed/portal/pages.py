"""Long lists, page by page."""

from typing import TypeVar

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)

SELECTED_MAX = 5_000
"""Up to so many ids of a narrow filter are read in one go: counting them apart would look for them twice."""


def page_of(request: HttpRequest, rows: QuerySet[Row], *, count: int | None = None) -> Page[Row]:
    """The page asked for by `?page=`; a number that makes no sense gives the first or the last. Two queries.

    `count`: how many rows there are, where that is known already; then one query.
    """
    paginator = Paginator(rows, settings.PAGE_ROWS_MAX)
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get("page"))


def page_of_few(request: HttpRequest, rows: QuerySet[Row]) -> Page[Row]:
    """As `page_of`, for a filter that is dear to look through and finds few; its `object_list` holds the ids only.

    One query up to `SELECTED_MAX` rows, three beyond.
    """
    ids = list(rows.values_list("pk", flat=True)[: SELECTED_MAX + 1])
    found = ids if len(ids) <= SELECTED_MAX else rows.values_list("pk", flat=True)
    return Paginator(found, settings.PAGE_ROWS_MAX).get_page(request.GET.get("page"))
