"""Requests that bring more than anything here takes are answered before their body is read.

Its one law: a body over the limit never reaches Django's parser, so it fills neither memory nor disk. What is sent is
thrown away for some seconds, since many browsers show an answer only after they could send; then the line is cut.
Each page still checks its own, smaller limit.
"""

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

log = structlog.get_logger("tegoed.request")

FORM_BYTES = 1_000_000
"""What a form has beside its file."""
THROWN_AWAY_SECONDS_MAX = 5
_PIECE_BYTES = 1 << 16
_TOO_LARGE = 413


class BodyLimitMiddleware:
    """413 for a body longer than the largest file any page takes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = str(request.META.get("CONTENT_LENGTH") or "")
        byte_count = int(told) if told.isascii() and told.isdigit() else 0  # Django reads nothing then
        byte_count_max = max(settings.STATEMENT_FILE_BYTES_MAX, settings.UPLOAD_BYTES_MAX) + FORM_BYTES
        if byte_count <= byte_count_max:
            return self.get_response(request)
        log.warning("body-too-large", byte_count=byte_count)
        _throw_away(request, byte_count)
        words = {"megabytes_max": byte_count_max // 1_000_000}
        return HttpResponse(render_to_string("413.html", words), status=_TOO_LARGE)


def _throw_away(request: HttpRequest, byte_count: int) -> None:
    until = time.monotonic() + THROWN_AWAY_SECONDS_MAX
    while byte_count > 0 and time.monotonic() < until:
        piece = request.META["wsgi.input"].read(min(_PIECE_BYTES, byte_count))
        if not piece:
            return
        byte_count -= len(piece)
