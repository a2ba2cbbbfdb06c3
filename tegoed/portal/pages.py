"""Long lists, page by page."""

from typing import TypeVar

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)


def page_of(request: HttpRequest, rows: QuerySet[Row]) -> Page[Row]:
    """The page asked for by `?page=`; a number that makes no sense gives the first or the last. Two queries."""
    return Paginator(rows, settings.PAGE_ROWS_MAX).get_page(request.GET.get("page"))
