"""The provider over HTTP, before a real server: one key, limits, waits, refusals told from failures."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cast import hire
from django.core.exceptions import ImproperlyConfigured
from story import invoiced

from tegoed import settings as settings_module
from tegoed.flows.invoice_order import send_invoices
from tegoed.outbox.models import Transmission
from tegoed.outbox.providers import PROVIDERS, access_point
from tegoed.outbox.providers.access_point import ANSWER_BYTES_MAX, AccessPointProvider, NoAnswer
from tegoed.outbox.providers.interface import Answer, EInvoice, NotAccepted
from tegoed.outbox.transmissions import send_due_transmissions

DOCUMENT = EInvoice("P2026-000001.xml", "<é/>".encode())


class AccessPoint:
    """A server on this machine; `status`, `answer` and `headers` are what it says next, `asked` what it heard."""

    def __init__(self) -> None:
        self.status, self.answer, self.headers = 201, json.dumps({"reference": "ap-1"}).encode(), {}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.is_slow = False
        self.release = threading.Event()
        point = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                point.asked.append((self.command, self.path, dict(self.headers), body))
                if point.is_slow:
                    point.release.wait(timeout=10)
                self.send_response(point.status)
                for name, value in point.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(point.answer)))
                self.end_headers()
                self.wfile.write(point.answer)

            do_GET = do_POST = answer  # noqa: N815 - the names http.server looks for

            def log_message(self, *_args) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_args) -> None:
                """A client that went away is what some of these tests are about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/peppol/documents/"

    def stop(self) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def point() -> Iterator[AccessPoint]:
    made = AccessPoint()
    yield made
    made.stop()


@pytest.fixture
def provider(point) -> AccessPointProvider:
    return AccessPointProvider(point.url, "s3cret", timeout_seconds=5)


def send(provider: AccessPointProvider, document: EInvoice = DOCUMENT) -> str:
    return provider.send(document, sender="0208:0123456749", receiver="0208:0403170701", key="peppol:invoice:7")


def test_the_document_goes_with_key_token_and_both_addresses(point, provider) -> None:
    assert send(provider) == "ap-1"
    ((method, path, headers, body),) = point.asked
    assert (method, path, body) == ("POST", "/peppol/documents", DOCUMENT.content)
    assert headers["Authorization"] == "Bearer s3cret"
    assert headers["Idempotency-Key"] == "peppol:invoice:7"
    assert headers["Content-Type"] == "application/xml; charset=utf-8"
    assert (headers["X-Peppol-Sender"], headers["X-Peppol-Receiver"]) == ("0208:0123456749", "0208:0403170701")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422])
def test_a_refusal_is_final_and_says_why(point, provider, status) -> None:
    point.status, point.answer = status, b'{"error": "no\nsuch receiver"}'
    with pytest.raises(NotAccepted, match=f"{status}: .*no such receiver"):
        send(provider)


@pytest.mark.parametrize("status", [300, 302, 408, 425, 429, 500, 502, 503])
def test_a_failure_of_the_access_point_means_later(point, provider, status) -> None:
    point.status, point.headers = status, {"Location": point.url + "elsewhere"}
    with pytest.raises(NoAnswer, match=str(status)):
        send(provider)
    assert len(point.asked) == 1  # no redirect is followed: the token and the document stay here


@pytest.mark.parametrize(
    "answer",
    [b"", b"thanks", b"[1]", b"{}", b'{"reference": 1}', b'{"reference": ""}', b'{"reference": "a\\nb"}',
     json.dumps({"reference": "x" * 201}).encode(), json.dumps({"reference": "a", "x": "y" * ANSWER_BYTES_MAX}).encode()],
)  # fmt: skip
def test_an_answer_nobody_understands_means_later(point, provider, answer) -> None:
    point.answer = answer
    with pytest.raises(NoAnswer):
        send(provider)


def test_an_access_point_that_says_nothing_is_left_in_time(point) -> None:
    point.is_slow = True
    with pytest.raises(NoAnswer, match=r"[Tt]ime"):
        send(AccessPointProvider(point.url, "s3cret", timeout_seconds=0.2))


def test_nobody_there_means_later(point) -> None:
    url = point.url
    point.server.server_close()
    with pytest.raises(NoAnswer):
        send(AccessPointProvider(url, "s3cret", timeout_seconds=1))


def test_a_document_beyond_the_limit_is_not_even_sent(point, provider, monkeypatch) -> None:
    monkeypatch.setattr(access_point, "DOCUMENT_BYTES_MAX", 10)
    with pytest.raises(NotAccepted, match="at most 10"):
        send(provider, EInvoice("a.xml", b"x" * 11))
    assert point.asked == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"state": "delivered", "detail": "at 14:05"}, Answer("delivered", "at 14:05")),
        ({"state": "failed", "detail": "unknown\nreceiver"}, Answer("failed", "unknown receiver")),
        ({"state": "under way"}, None),
        ({}, None),
    ],
)
def test_asked_it_says_what_became_of_it(point, provider, said, answer) -> None:
    point.status, point.answer = 200, json.dumps(said).encode()
    assert provider.poll("a/../b?c") == answer
    assert point.asked[0][:2] == ("GET", "/peppol/documents/a%2F..%2Fb%3Fc")


def test_asked_for_what_it_does_not_know_it_gives_no_news(point, provider) -> None:
    point.status = 404
    with pytest.raises(NoAnswer):
        provider.poll("ap-1")


def test_an_invoice_goes_through_it_as_through_the_folder(cast, point, settings, monkeypatch) -> None:
    settings.PEPPOL_PROVIDER = "access_point"
    settings.PEPPOL_URL, settings.PEPPOL_TOKEN = point.url, "s3cret"
    order, _invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    send_invoices(order_id=order.pk)
    point.status = 503
    assert send_due_transmissions() == 0
    point.status = 201
    Transmission.objects.update(next_attempt_at=Transmission.objects.earliest("created_at").created_at)
    assert send_due_transmissions() == 2
    one = Transmission.objects.order_by("id")[0]
    assert (one.provider, one.state, one.reference, one.attempt_count) == ("access_point", "sent", "ap-1", 2)
    keys = [headers["Idempotency-Key"] for _method, _path, headers, _body in point.asked]
    assert sorted(keys) == sorted([*{one.event_key for one in Transmission.objects.all()}] * 2)
    assert point.asked[-1][3].startswith(b"<?xml")


def test_the_settings_know_every_provider_and_take_no_bare_http(monkeypatch) -> None:
    assert set(PROVIDERS) | {"off"} == set(settings_module.PEPPOL_PROVIDERS)
    monkeypatch.setenv("TEGOED_PEPPOL_URL", "http://access-point.example/")
    with pytest.raises(ImproperlyConfigured, match="https"):
        settings_module.address("TEGOED_PEPPOL_URL", "", schemes=("https",))
