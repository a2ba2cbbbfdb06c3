"""Signing in, and what is closed: sign-up, and finding out who has an account."""

import django.test
import pytest
from cast import PASSWORD
from django.core import mail
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from tegoed.public.sign_in import InvitedOnlyAdapter


@pytest.fixture
def visitor(db) -> django.test.Client:
    cache.clear()  # the count of attempts
    return django.test.Client(headers={"accept-language": "en"})


def sign_in(visitor: django.test.Client, email: str, password: str = PASSWORD):
    return visitor.post(reverse("account_login"), {"login": email, "password": password})


def ask_for_new_password(visitor: django.test.Client, email: str):
    return visitor.post(reverse("account_reset_password"), {"email": email})


def test_mail_address_and_password_open_the_door(visitor, cast):
    assert sign_in(visitor, cast.alice.email.upper()).headers["Location"] == reverse("home")
    assert visitor.get(reverse("account_change_password")).status_code == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(visitor, cast):
    def body(email: str) -> str:
        answer = sign_in(visitor, email, "wrong wrong wrong")
        assert answer.status_code == 200
        return answer.context["form"].non_field_errors()[0]

    assert body(cast.alice.email) == body("nobody@elsewhere.example")


def test_too_many_wrong_passwords_close_the_door_for_a_while(visitor, cast):
    for _attempt in range(6):
        answer = sign_in(visitor, cast.alice.email, "wrong wrong wrong")
    assert "Too many" in answer.text
    assert sign_in(visitor, cast.alice.email).status_code != 302


def test_an_inactive_person_does_not_get_in(visitor, cast):
    cast.alice.is_active = False
    cast.alice.save()
    sign_in(visitor, cast.alice.email)
    assert visitor.get(reverse("account_change_password")).status_code == 302


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_request_login_code", "mfa_signup_webauthn"]
)
def test_pages_for_signing_up_or_adding_addresses_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_sign_up_is_closed_for_whatever_asks(rf):
    assert InvitedOnlyAdapter().is_open_for_signup(rf.get("/")) is False


def test_asking_for_a_new_password_answers_the_same_whether_the_address_is_known(visitor, cast):
    known = ask_for_new_password(visitor, cast.alice.email)
    unknown = ask_for_new_password(visitor, "nobody@elsewhere.example")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [message.to for message in mail.outbox] == [[cast.alice.email]]


def test_a_mail_server_that_fails_does_not_betray_which_addresses_are_known(visitor, cast, monkeypatch):
    def fail(_message: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", fail)
    assert ask_for_new_password(visitor, cast.alice.email).status_code == 302


def test_the_mail_speaks_the_language_of_the_account_not_of_who_asked(visitor, cast, monkeypatch):
    spoken = []
    monkeypatch.setattr(
        "allauth.account.adapter.DefaultAccountAdapter.send_mail",
        lambda *_arguments: spoken.append(translation.get_language()),
    )
    cast.alice.language = "fr"
    cast.alice.save()
    ask_for_new_password(visitor, cast.alice.email)
    assert spoken == ["fr"]


def test_the_link_in_the_mail_sets_a_new_password_once(visitor, cast):
    ask_for_new_password(visitor, cast.alice.email)
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    page = visitor.get(link.removeprefix("http://testserver"), follow=True)
    action = page.redirect_chain[-1][0]
    fresh = "another horse battery staple"
    visitor.post(action, {"password1": fresh, "password2": fresh})
    assert sign_in(visitor, cast.alice.email, fresh).status_code == 302
    again = django.test.Client().get(link.removeprefix("http://testserver"), follow=True)
    assert "form" not in again.context or again.context.get("token_fail")


@pytest.mark.parametrize(
    "name", ["account_change_password", "mfa_index", "mfa_list_webauthn", "account_logout", "account_reauthenticate"]
)
def test_pages_of_ones_own_account_wear_our_look(browser_of, cast, name):
    page = browser_of(cast.alice).get(reverse(name))
    assert page.status_code == 200
    assert "tegoed/theme" in page.text
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"])
def test_a_second_factor_is_only_changed_after_fresh_proof(browser_of, cast, name):
    answer = browser_of(cast.alice).get(reverse(name))
    assert answer.status_code in {302, 404}
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
