"""Where somebody is signed in, and signing out elsewhere."""

import re
from datetime import timedelta

import django.test
import pytest
import time_machine
from cast import PASSWORD
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from tegoed.clients.models import UserSession
from tegoed.clients.sessions import clear_expired_sessions, sessions_of
from tegoed.rules.devices import browser_and_system, is_pocket_device, network_of

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
    "Mobile/15E148 Safari/604.1"
)
OVERVIEW = "/account/sessions/"


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def signed_in(user, *, user_agent: str = FIREFOX, address: str = "192.0.2.77") -> django.test.Client:
    browser = django.test.Client(HTTP_USER_AGENT=user_agent, REMOTE_ADDR=address)
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    browser.get(OVERVIEW)
    return browser


def row_of(browser: django.test.Client) -> UserSession:
    return UserSession.objects.get(session_id=browser.session.session_key)


def test_the_list_names_device_and_network_and_never_the_key(cast) -> None:
    here, phone = signed_in(cast.alice), signed_in(cast.alice, user_agent=PHONE, address="2001:db8:1:2::3")
    page = text_of(here.get(OVERVIEW))
    assert "Firefox on Windows" in page
    assert "Safari on iPhone" in page
    assert page.count("this browser") == 1
    assert "192.0.2.0/24" in page
    assert "192.0.2.77" not in page
    assert "2001:db8:1::/48" in page
    for browser in (here, phone):
        assert browser.session.session_key not in page


def test_one_browser_is_signed_out_by_another_and_only_by_its_owner(cast) -> None:
    here, phone = signed_in(cast.alice), signed_in(cast.alice, user_agent=PHONE)
    address = reverse("session-end", args=[row_of(phone).pk])
    assert signed_in(cast.charlie).post(address).status_code == 404
    assert here.get(address).status_code == 405
    assert "Signed out there" in text_of(here.post(address, follow=True))
    assert phone.get(OVERVIEW).status_code == 302
    assert here.get(OVERVIEW).status_code == 200
    assert here.post(address).status_code == 404


def test_signing_out_everywhere_else_leaves_this_browser(cast) -> None:
    here, others = signed_in(cast.alice), [signed_in(cast.alice), signed_in(cast.alice, user_agent=PHONE)]
    theirs = signed_in(cast.charlie)
    page = text_of(here.post(reverse("sessions-end-others"), follow=True))
    assert "Signed out in 2 other places" in page
    assert [browser.get(OVERVIEW).status_code for browser in [here, theirs, *others]] == [200, 200, 302, 302]


def test_a_new_password_signs_every_browser_out(cast) -> None:
    here, phone = signed_in(cast.alice), signed_in(cast.alice, user_agent=PHONE)
    fresh = "another horse battery staple"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    cast.alice.refresh_from_db()
    assert phone.get(OVERVIEW).status_code == 302
    assert sessions_of(cast.alice, at=timezone.now()) == []


def test_a_row_goes_with_its_session(cast) -> None:
    browser = signed_in(cast.alice)
    browser.post(reverse("account_logout"))
    assert not UserSession.objects.exists()
    signed_in(cast.alice)
    Session.objects.all().delete()
    assert not UserSession.objects.exists()


def test_it_is_written_once_in_a_while_and_not_at_every_request(cast) -> None:
    browser = signed_in(cast.alice)
    first = row_of(browser)
    browser.get(OVERVIEW)
    assert row_of(browser).seen_at == first.seen_at
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        browser.get(OVERVIEW)
    assert row_of(browser).seen_at > first.seen_at
    assert row_of(browser).started_at == first.started_at


def test_being_seen_makes_no_session_longer(cast) -> None:
    browser = signed_in(cast.alice)
    expires_at = Session.objects.get(pk=browser.session.session_key).expire_date
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        browser.get(OVERVIEW)
    assert Session.objects.get(pk=browser.session.session_key).expire_date == expires_at


def test_who_is_not_signed_in_has_no_list(client, db) -> None:
    for name in ("sessions", "sessions-end-others"):
        assert client.get(reverse(name)).status_code in {302, 405}
    assert not UserSession.objects.exists()


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [
        (FIREFOX, ("Firefox", "Windows")),
        (PHONE, ("Safari", "iPhone")),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", ("Edge", "Linux")),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", ("Chrome", "Android")),
        ("curl/8.0", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_browser_is_named_by_what_it_says(user_agent, told) -> None:
    assert browser_and_system(user_agent) == told
    assert is_pocket_device(told[1]) == (told[1] in {"iPhone", "Android"})


def test_an_address_is_kept_without_its_end() -> None:
    assert network_of("192.0.2.77") == "192.0.2.0/24"
    assert network_of("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert network_of(None) == ""
    assert re.fullmatch(r"[0-9a-f.:/]+", network_of("::ffff:192.0.2.1"))


def test_sessions_that_ended_by_themselves_are_cleared_and_others_stay(alice, bob) -> None:
    old, running = signed_in(alice), signed_in(bob)
    Session.objects.filter(pk=old.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert clear_expired_sessions(at=timezone.now()) == 1
    assert list(UserSession.objects.values_list("user", flat=True)) == [bob.pk]
    assert running.get(OVERVIEW).status_code == 200
