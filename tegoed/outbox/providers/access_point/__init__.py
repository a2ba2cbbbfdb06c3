"""A provider with an HTTP interface: an access point, or a service of one's own in front of any access point.

Its one law: a document goes to the one address in the settings, over TLS, with our key so that it arrives once; no
redirect is followed, no answer read beyond its limit, no wait endless. 4xx is a refusal with its reason (but 408, 425
and 429 ask to wait); anything else that isn't 2xx, and silence, means: later. docs/integrator.md describes both requests.
"""

import http.client
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from django.conf import settings

from tegoed.outbox.providers.interface import REFERENCE_LENGTH_MAX, Answer, EInvoice, NotAccepted, in_one_line

TIMEOUT_SECONDS = 20
ANSWER_BYTES_MAX = 65_536
DOCUMENT_BYTES_MAX = 20_000_000
_ASKS_TO_WAIT = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_ANSWERS: dict[str, Literal["delivered", "failed"]] = {"delivered": "delivered", "failed": "failed"}


class NoAnswer(Exception):  # noqa: N818 - not a fault of ours
    """The access point is not there, too busy, or answers what nobody understands. It will be tried again."""


class AccessPointProvider:
    """POSTs to `url`, asks `url/<reference>`; `token` goes as bearer token."""

    def __init__(self, url: str, token: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(url)
        self._is_secure = parts.scheme == "https"
        self._host, self._port, self._path = str(parts.hostname), parts.port, parts.path.rstrip("/")
        self._token = token
        self._timeout_seconds = timeout_seconds

    def send(self, document: EInvoice, *, sender: str, receiver: str, key: str) -> str:
        """What the access point calls it. Raises `NotAccepted` with its reason, and `NoAnswer`."""
        if len(document.content) > DOCUMENT_BYTES_MAX:
            raise NotAccepted(f"{len(document.content)} bytes, at most {DOCUMENT_BYTES_MAX}")
        answer = self._ask(
            "POST",
            self._path or "/",
            body=document.content,
            headers={
                "Content-Type": "application/xml; charset=utf-8",
                "Idempotency-Key": key,
                "X-Peppol-Sender": sender,
                "X-Peppol-Receiver": receiver,
                "X-File-Name": document.file_name,
            },
        )
        reference = answer.get("reference")
        if (
            not isinstance(reference, str)
            or not 0 < len(reference) <= REFERENCE_LENGTH_MAX
            or not reference.isprintable()
        ):
            raise NoAnswer("accepted without a reference")
        return reference

    def poll(self, reference: str) -> Answer | None:
        """What the access point knows of it by now; None while it is under way. Raises `NoAnswer`."""
        try:
            answer = self._ask("GET", f"{self._path}/{quote(reference, safe='')}", body=None, headers={})
        except NotAccepted as refused:
            raise NoAnswer(str(refused)) from refused
        state = _ANSWERS.get(str(answer.get("state")))
        return Answer(state=state, detail=in_one_line(str(answer.get("detail") or ""))) if state else None

    def _ask(self, method: str, path: str, *, body: bytes | None, headers: Mapping[str, str]) -> dict[str, Any]:
        connection_class = http.client.HTTPSConnection if self._is_secure else http.client.HTTPConnection
        connection = connection_class(self._host, self._port, timeout=self._timeout_seconds)
        standing = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        try:
            connection.request(method, path, body=body, headers=standing | dict(headers))
            response = connection.getresponse()
            status, content = response.status, response.read(ANSWER_BYTES_MAX + 1)
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(in_one_line(repr(error))) from error
        finally:
            connection.close()
        return _understood(status, content)


def _understood(status: int, content: bytes) -> dict[str, Any]:
    """The JSON of a good answer. Raises `NotAccepted` for a refusal, `NoAnswer` for everything else."""
    words = in_one_line(content[:ANSWER_BYTES_MAX].decode("utf-8", errors="replace"))
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _ASKS_TO_WAIT:
        raise NotAccepted(f"{status}: {words}")
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise NoAnswer(f"{status}: {words}")
    if len(content) > ANSWER_BYTES_MAX:
        raise NoAnswer(f"{status}: an answer of more than {ANSWER_BYTES_MAX} bytes")
    try:
        answer = json.loads(content)
    except ValueError as error:
        raise NoAnswer(f"{status}: not JSON: {words}") from error
    if not isinstance(answer, dict):
        raise NoAnswer(f"{status}: not a JSON object: {words}")
    return answer


def from_settings() -> AccessPointProvider:
    """The access point of this installation."""
    return AccessPointProvider(settings.PEPPOL_URL, settings.PEPPOL_TOKEN)
