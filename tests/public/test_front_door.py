"""Where `/` leads whom, and the choice of language and theme."""

import django.test
import pytest
from django.conf import settings
from django.urls import reverse

from tegoed.clients.actions import add_member
from tegoed.clients.models import Role, User


@pytest.fixture
def visitor() -> django.test.Client:
    return django.test.Client(headers={"accept-language": "en"})


def test_a_stranger_sees_what_tegoed_is_and_where_to_sign_in(visitor, db):
    page = visitor.get("/")
    assert page.status_code == 200
    assert f'href="{reverse("account_login")}"' in page.text


def test_someone_of_one_company_goes_straight_to_its_portal(browser_of, cast):
    answer = browser_of(cast.alice).get("/")
    assert answer.headers["Location"] == reverse("portal:overview", kwargs={"client_id": cast.bakery.pk})


def test_someone_of_several_companies_chooses(browser_of, cast):
    add_member(client=cast.garage, user=cast.alice, role=Role.VIEWER, actor=None)
    page = browser_of(cast.alice).get("/")
    for company in (cast.bakery, cast.garage):
        assert reverse("portal:overview", kwargs={"client_id": company.pk}) in page.text


def test_someone_of_no_company_is_told_whom_to_ask(browser_of, db):
    page = browser_of(User.objects.create_user("new@nowhere.example", None, full_name="New", language="en")).get("/")
    assert "not linked to a company" in page.text


def test_staff_goes_to_the_back_office(browser_of, cast):
    assert browser_of(cast.staff_member).get("/").headers["Location"] == reverse("backoffice:overview")


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_stranger_reads_the_language_chosen(visitor, db, language):
    visitor.post(reverse("set_language"), {"language": language, "next": "/"})
    assert f'<html lang="{language}"' in visitor.get("/").text


def test_a_signed_in_person_reads_the_language_kept_with_the_account_whatever_the_browser_asks(browser_of, cast):
    browser = browser_of(cast.alice)
    page = browser.get(reverse("account_change_password"), headers={"accept-language": "fr"})
    assert '<html lang="en"' in page.text


def test_switching_language_is_kept_with_the_account(browser_of, cast):
    browser = browser_of(cast.alice)
    browser.post(reverse("set_language"), {"language": "de", "next": "/"})
    cast.alice.refresh_from_db()
    assert cast.alice.language == "de"
    assert '<html lang="de"' in browser.get(reverse("account_change_password")).text


def test_a_language_we_do_not_have_changes_nothing(browser_of, cast):
    browser_of(cast.alice).post(reverse("set_language"), {"language": "it", "next": "/"})
    cast.alice.refresh_from_db()
    assert cast.alice.language == "en"


@pytest.mark.parametrize("name", ["set_language", "set_theme"])
def test_choices_are_made_by_post_and_never_lead_to_another_site(visitor, db, name):
    assert visitor.get(reverse(name)).status_code == 405
    answer = visitor.post(reverse(name), {"language": "fr", "theme": "dark", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_the_theme_follows_the_device_until_chosen(visitor, db):
    assert 'data-bs-theme="auto"' in visitor.get("/").text
    visitor.post(reverse("set_theme"), {"theme": "dark", "next": "/"})
    assert 'data-bs-theme="dark"' in visitor.get("/").text
    visitor.post(reverse("set_theme"), {"theme": "auto", "next": "/"})
    assert 'data-bs-theme="auto"' in visitor.get("/").text
