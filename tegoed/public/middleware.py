"""What every request gets: the language its person chose, its place in the list of sessions, and one line in the log.

Its one law: the log line names the route, never the address as typed: paths, query strings and bodies can carry what
people searched for, and a log outlives its page (SPEC X2). It is not a trail of deeds: that is `tegoed.audit`.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from tegoed.clients.sessions import keep_session
from tegoed.public.visitor import evidence_of
from tegoed.rules.devices import network_of

log = structlog.get_logger("tegoed.request")

GetResponse = Callable[[HttpRequest], HttpResponse]
NO_ROUTE = "(no route)"


class PreferredLanguageMiddleware:
    """A signed-in person reads the language kept with the account; everybody else what `LocaleMiddleware` found.

    Choosing another one is `tegoed.public.views.front.choose_language`, which keeps it with the account.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class SessionListMiddleware:
    """Keeps the list of where a person is signed in (docs/adr/0030), after the page, so that a new session counts at once.

    Written is at most once in `SEEN_EVERY` for a session and a process, which remembers in memory: no query in between.
    """

    SEEN_EVERY = timedelta(minutes=5)
    REMEMBERED_MAX = 10_000

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._seen: OrderedDict[str, datetime] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = request.session.session_key
        if key and request.user.is_authenticated and self._is_news(key, timezone.now()):
            visitor = evidence_of(request)
            keep_session(
                session_key=key,
                user=request.user,
                user_agent=visitor["user_agent"],
                network=network_of(visitor["ip_address"]),
                at=timezone.now(),
            )
        return response

    def _is_news(self, key: str, now: datetime) -> bool:
        before = self._seen.get(key)
        if before is not None and now - before < self.SEEN_EVERY:
            return False
        self._seen.pop(key, None)  # what is set anew stands at the end
        self._seen[key] = now
        if len(self._seen) > self.REMEMBERED_MAX:
            self._seen.popitem(last=False)
        return True


class RequestLogMiddleware:
    """One line a request: method, route, status, milliseconds, who and for which client (both by id).

    What other code logs during the request carries the same two ids.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        if request.user.is_authenticated:
            structlog.contextvars.bind_contextvars(user_id=request.user.pk)
        response = self.get_response(request)
        match = request.resolver_match
        log.info(
            "request",
            method=request.method,
            route=match.route if match else NO_ROUTE,
            status=response.status_code,
            ms=round((time.perf_counter() - started) * 1000),
        )
        return response

    def process_view(
        self, _request: HttpRequest, _view: object, _args: tuple[object, ...], kwargs: dict[str, object]
    ) -> None:
        """Name the client in every line logged from here on."""
        if "client_id" in kwargs:
            structlog.contextvars.bind_contextvars(client_id=kwargs["client_id"])
