"""What is said when something fails, and that the pages for it need less than what failed."""

import django.test
import pytest
from django.template.loader import render_to_string
from django.test import override_settings
from django.urls import path, reverse

from tegoed.public.urls import urlpatterns as public_urls
from tegoed.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def break_down(_request):
    raise RuntimeError("on purpose")


urlpatterns = [path("break-down/", break_down), *public_urls]


def test_an_unknown_address_is_404_in_our_look(db):
    page = django.test.Client(headers={"accept-language": "en"}).get("/no-such-page/")
    assert page.status_code == 404
    assert "This page does not exist" in page.text


def test_another_companys_portal_does_not_exist(browser_of, cast):
    address = reverse("portal:overview", kwargs={"client_id": cast.bakery.pk})
    assert browser_of(cast.charlie).get(address).status_code == 404


@override_settings(ROOT_URLCONF="test_failure_pages")
def test_a_fault_of_ours_is_500_and_says_nothing_of_its_cause(db):
    browser = django.test.Client(raise_request_exception=False, headers={"accept-language": "en"})
    page = browser.get("/break-down/")
    assert page.status_code == 500
    assert "Something went wrong on our side" in page.text
    assert "on purpose" not in page.text


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_pages_for_breakdowns_need_no_database_and_no_request(name):
    # no `db` fixture: a query would fail here
    assert "<title>" in render_to_string(name)


def test_a_form_without_its_token_is_refused_with_what_to_do(db):
    browser = django.test.Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    page = browser.post(reverse("set_theme"), {"theme": "dark"})
    assert page.status_code == 403
    assert "Please send the form again" in page.text


def test_a_foreign_host_is_400(db):
    page = django.test.Client(raise_request_exception=False).get("/", headers={"host": "elsewhere.example"})
    assert page.status_code == 400
