"""One line a request, without what people typed."""

import django.test
import structlog
from django.urls import reverse
from structlog.testing import capture_logs


def request_lines(browser, address, **options):
    with capture_logs() as lines:
        browser.get(address, **options)
    return [line for line in lines if line["event"] == "request"]


def test_a_request_leaves_one_line_with_route_status_and_time(db):
    [line] = request_lines(django.test.Client(), reverse("account_login"))
    assert (line["method"], line["route"], line["status"]) == ("GET", "account/sign-in/", 200)
    assert isinstance(line["ms"], int)


def test_neither_query_nor_path_as_typed_reach_the_log(db):
    [line] = request_lines(django.test.Client(), "/no-such-page/93051822361/?q=secret")
    assert line["status"] == 404
    assert "secret" not in str(line)
    assert "93051822361" not in str(line)


def test_the_line_says_who_and_for_which_client(browser_of, cast):
    address = reverse("portal:overview", kwargs={"client_id": cast.bakery.pk})
    seen = {}

    def remember(_logger, _method, event):
        if event["event"] == "request":
            seen.update(event)
        return event

    with capture_logs(processors=[structlog.contextvars.merge_contextvars, remember]):
        browser_of(cast.alice).get(address)
    assert (seen["user_id"], seen["client_id"]) == (cast.alice.pk, cast.bakery.pk)
    assert seen["route"] == "c/<int:client_id>/"


def test_ids_of_one_request_do_not_leak_into_the_next(browser_of, cast):
    browser_of(cast.alice).get(reverse("account_change_password"))
    django.test.Client().get("/")
    assert "user_id" not in structlog.contextvars.get_contextvars()
