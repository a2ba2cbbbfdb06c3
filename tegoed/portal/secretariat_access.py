"""Who may open the pages of a social secretariat, under `/secretariat/<secretariat_id>/` (SPEC S1).

Its one law: they open for its people while it is open; for others they don't exist (404). Colleagues are managed by its
managers only: another is told so (403). What a client's own pages show is decided by `portal.access`, as for everybody.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tegoed.clients.models import SecretariatUser, User
from tegoed.clients.secretariats import place_in_secretariat

P = ParamSpec("P")
BureauView = Callable[Concatenate[HttpRequest, SecretariatUser, P], HttpResponse]


def for_its_people(view: BureauView[P]) -> Callable[..., HttpResponse]:
    """Open for who works there; the view gets the place in the secretariat in place of `secretariat_id`."""

    @login_required
    @wraps(view)
    def walled(request: HttpRequest, secretariat_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = cast("User", request.user)  # login_required
        place = place_in_secretariat(user, secretariat_id)
        if place is None:
            raise Http404
        place.user = user
        return view(request, place, *args, **kwargs)

    return walled


def for_its_managers(view: BureauView[P]) -> Callable[..., HttpResponse]:
    """Open for who manages its users; another colleague gets 403."""

    @wraps(view)
    def managed(request: HttpRequest, place: SecretariatUser, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not place.is_manager:
            raise PermissionDenied
        return view(request, place, *args, **kwargs)

    return for_its_people(managed)


def bureau_page(
    request: HttpRequest, place: SecretariatUser, template: str, *, section: str, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the secretariat: each template finds `secretariat`, `place` and `section`."""
    facts = {"secretariat": place.secretariat, "place": place, "section": section}
    return render(request, f"portal/bureau/{template}", facts | context, status=status)
