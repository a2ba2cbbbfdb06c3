"""Who gets into the back office: people of the issuer, and nobody learns more from being refused."""

import re

import pytest
from cast import niss
from django.conf import settings
from django.urls import reverse
from office_day import a_day, every_address

from tegoed.backoffice.urls import urlpatterns

NAMES = [pattern.name for pattern in urlpatterns]
POST_ONLY = {
    "identifier-change-approve",
    "identifier-change-refuse",
    "message-retry",
    "cards-move",
    "card-list-move",
    "card-block",
    "card-unblock",
}
HUGE = 10**30
NATIONAL_NUMBER = re.compile(r"(?<!\d)\d{2}[.]?\d{2}[.]?\d{2}[-. ]?\d{3}[-. ]?\d{2}(?!\d)")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", NAMES)
def test_who_is_not_signed_in_is_asked_to_sign_in(name, method, cast, browser_of) -> None:
    address = every_address(a_day(cast))[name]
    answer = getattr(browser_of(None), method)(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse(settings.LOGIN_URL))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", NAMES)
def test_a_user_of_a_client_finds_nothing_there(name, method, cast, browser_of) -> None:
    address = every_address(a_day(cast))[name]
    for user in (cast.alice, cast.bob, cast.charlie):
        answer = getattr(browser_of(user), method)(address)
        assert answer.status_code == 404
        assert cast.bakery.name not in answer.content.decode()


@pytest.mark.parametrize("name", sorted(set(NAMES) - POST_ONLY))
def test_staff_see_every_page_in_every_language(name, cast, browser_of) -> None:
    address = every_address(a_day(cast))[name]
    for language, _label in settings.LANGUAGES:
        cast.staff_member.language = language
        cast.staff_member.save()
        answer = browser_of(cast.staff_member).get(address, follow=True)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize("name", sorted(set(NAMES) - POST_ONLY))
def test_no_page_shows_a_national_number(name, cast, browser_of) -> None:
    address = every_address(a_day(cast))[name]
    page = browser_of(cast.staff_member).get(address, follow=True).content.decode()
    for number in range(3):
        digits = niss(number)
        assert digits not in page
        assert f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}" not in page
    assert not NATIONAL_NUMBER.search(re.sub(r"<svg.*?</svg>|<input[^>]*>", "", page, flags=re.DOTALL))


@pytest.mark.parametrize("name", [pattern.name for pattern in urlpatterns if pattern.pattern.converters])
@pytest.mark.parametrize("number", [0, HUGE])
def test_what_is_not_there_is_not_found(name, number, cast, browser_of) -> None:
    things = dict.fromkeys(
        ["order_id", "file_id", "client_id", "card_id", "message_id", "beneficiary_id", "change_id"], number
    )
    browser = browser_of(cast.staff_member)
    method = browser.post if name in POST_ONLY else browser.get
    assert method(every_address(things)[name]).status_code == 404


@pytest.mark.parametrize("name", sorted(set(NAMES) - POST_ONLY - {"people", "person", "statements"}))
def test_a_page_that_shows_changes_nothing_by_post(name, cast, browser_of) -> None:
    assert browser_of(cast.staff_member).post(every_address(a_day(cast))[name]).status_code == 405


def test_a_form_without_its_token_is_refused(cast) -> None:
    import django.test

    browser = django.test.Client(enforce_csrf_checks=True)
    browser.force_login(cast.staff_member, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(every_address(a_day(cast))["statements"]).status_code == 403
