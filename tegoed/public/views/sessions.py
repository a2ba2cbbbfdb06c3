"""Where am I signed in: the list, and signing out elsewhere. Everybody sees the own sessions only."""

from typing import NamedTuple, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tegoed.clients.models import User, UserSession
from tegoed.clients.sessions import end_other_sessions, end_session, sessions_of
from tegoed.rules.devices import browser_and_system, is_pocket_device

HOUR_SECONDS = 3600


class ShownSession(NamedTuple):
    """A session as its owner reads it."""

    row: UserSession
    device: str
    icon: str
    is_current: bool


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Each browser that is signed in, this one first."""
    user = cast("User", request.user)
    shown = [_shown(row, request.session.session_key) for row in sessions_of(user, at=timezone.now())]
    facts = {
        "sessions": sorted(shown, key=lambda session: not session.is_current),
        "hours": settings.SESSION_COOKIE_AGE // HOUR_SECONDS,
    }
    return render(request, "account/sessions.html", facts)


@login_required
@require_POST
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign another browser out."""
    if not end_session(user=cast("User", request.user), session_id=session_id):
        raise Http404
    messages.success(request, _("Signed out there."))
    return redirect("sessions")


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    key = request.session.session_key or ""
    count = end_other_sessions(user=cast("User", request.user), session_key=key)
    messages.success(
        request,
        ngettext("Signed out in %(count)s other place.", "Signed out in %(count)s other places.", count)
        % {"count": count},
    )
    return redirect("sessions")


def _shown(row: UserSession, current_key: str | None) -> ShownSession:
    browser, system = browser_and_system(row.user_agent)
    if browser and system:
        device = _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    else:
        device = browser or system or _("A browser we don't know")
    icon = "device-mobile" if is_pocket_device(system) else "device-desktop"
    return ShownSession(row, device, icon, row.session_id == current_key)
