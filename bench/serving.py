"""Our own processes while a benchmark runs: the pages, a worker, and a signed-in owner who asks over HTTP."""

import http.client
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

START_SECONDS_MAX = 60
CSRF_TOKEN = "b" * 32


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def running(*words: str) -> "Iterator[subprocess.Popen[bytes]]":
    """`tegoed <words>` on this benchmark's database, until the block ends."""
    environment = os.environ | {"TEGOED_STATIC_IS_COLLECTED": "yes", "TEGOED_SITE_URL": "http://localhost"}
    process = subprocess.Popen([sys.executable, "-m", "tegoed", *words], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


@contextmanager
def serving(port: int) -> "Iterator[subprocess.Popen[bytes]]":
    """The pages on that port, answering."""
    with running("serve", "--port", str(port)) as process:
        _wait_for(port, process)
        yield process


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the server ended while starting")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server does not answer")


def signed_in_owner(client) -> str:
    """The session cookie of the client's owner."""
    import django.test
    from django.conf import settings

    from tegoed.clients.models import Membership, Role

    owner = Membership.objects.filter(client=client, role=Role.OWNER).select_related("user").first().user
    browser = django.test.Client()
    browser.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


class Visitor:
    """Somebody who asks pages, each over a connection of its own: the server ends those that wait long."""

    def __init__(self, port: int, *, cookie: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {
            "Host": "localhost",
            "Cookie": f"csrftoken={CSRF_TOKEN}; {cookie}",
            "Accept-Language": "en",
        }

    def get(self, path: str) -> bytes:
        """A page, which must be there."""
        return self._ask("GET", path)

    def post(self, path: str, fields: Mapping[str, str] | None = None, *, file: bytes | None = None) -> bytes:
        """Send a form; with `file` as an upload. A redirect is as good as a page."""
        values = {"csrfmiddlewaretoken": CSRF_TOKEN, **(fields or {})}
        if file is None:
            return self._ask("POST", path, urlencode(values).encode(), "application/x-www-form-urlencoded")
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in values.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="form.xlsx"\r\n\r\n'
        body = "".join(parts).encode() + head.encode() + file + f"\r\n--{boundary}--\r\n".encode()
        return self._ask("POST", path, body, f"multipart/form-data; boundary={boundary}")

    def _ask(self, method: str, path: str, body: bytes | None = None, media_type: str = "") -> bytes:
        headers = self.headers | ({"Content-Type": media_type} if media_type else {})
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        content = answer.read()
        self.connection.close()
        if answer.status not in {http.client.OK, http.client.FOUND}:
            raise AssertionError(f"{method} {path}: {answer.status}")
        return content
