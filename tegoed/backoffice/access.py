"""Who may open a page of the back office.

Its one law: it opens for who works for the issuer (`is_staff`); for everybody else it doesn't exist (404, SPEC X3),
so nobody learns from an answer what is behind it. Who is not signed in is asked to sign in.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

P = ParamSpec("P")
OfficeView = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_staff(view: OfficeView[P]) -> OfficeView[P]:
    """Open for issuer staff only."""

    @login_required
    @wraps(view)
    def walled(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return walled


def page(request: HttpRequest, template: str, *, section: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the back office; `section` is the part of the menu it belongs to."""
    return render(request, f"backoffice/{template}", {"section": section} | context, status=status)
