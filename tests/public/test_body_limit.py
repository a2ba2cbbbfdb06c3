"""A body that is larger than anything here takes is never read into memory or onto disk."""

import django.test
import pytest
from django.urls import reverse

from tegoed.public import body_limit

HUGE = 200_000_000


class Stream:
    """A body as the web server gives it: read piece by piece, and never asked for all of it at once."""

    def __init__(self, byte_count: int) -> None:
        self.left = byte_count
        self.largest_read = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "the whole body at once"
        self.largest_read = max(self.largest_read, size)
        size = min(size, self.left)
        self.left -= size
        return b"x" * size

    def readline(self, size: int = -1) -> bytes:
        return self.read(size)


def sent(stream: Stream, byte_count: str):
    browser = django.test.Client(headers={"accept-language": "en"})
    environment = {
        "wsgi.input": stream,
        "CONTENT_LENGTH": byte_count,
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    return browser.generic("POST", reverse("account_login"), **environment)


def test_200_megabytes_are_thrown_away_piece_by_piece_and_answered(db):
    stream = Stream(HUGE)
    answer = sent(stream, str(HUGE))
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()
    assert stream.left == 0
    assert stream.largest_read <= 1 << 16


def test_one_who_sends_slowly_is_not_waited_for(db, monkeypatch):
    monkeypatch.setattr(body_limit, "THROWN_AWAY_SECONDS_MAX", 0)
    stream = Stream(HUGE)
    assert sent(stream, str(HUGE)).status_code == 413
    assert stream.left == HUGE


@pytest.mark.parametrize("told", ["", "many", "-1", "0"])
def test_a_length_that_is_none_is_no_body(told, db):
    assert sent(Stream(10), told).status_code != 413
