"""From the page of a quote to the portal, through the mails: the prospect's tale, and what can go wrong on the way."""

import logging
from datetime import timedelta

import pytest
import time_machine
from cast import Cast
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from prospect import EMAIL, PASSWORD, accept, filled_in, link_in_last_mail, quote_of, sign_up, visitor

from tegoed.clients.invitations import invite, revoke_invitation
from tegoed.clients.models import Client, Invitation, Membership, User
from tegoed.flows.invitations import send_invitation
from tegoed.log_safety import without_identifiers
from tegoed.outbox.actions import send_due_messages
from tegoed.outbox.models import Message
from tegoed.quotes.actions import Prospect
from tegoed.rules.money import format_euro


@pytest.fixture(autouse=True)
def _no_attempts_counted(db) -> None:
    cache.clear()


def invited(cast: Cast, email: str = "noor@bakkerij.example", role: str = "orderer") -> str:
    """The path of the link that Noor gets."""
    invitation, token = invite(
        email=email, full_name="Noor", language="en", client=cast.bakery, role=role, actor=cast.alice
    )
    send_invitation(invitation, token)
    return link_in_last_mail()


def test_from_quote_to_portal(cast: Cast) -> None:
    browser = visitor()
    quote = quote_of(cast, prospect=Prospect("Slagerij Maes", "An Maes", EMAIL))
    page = browser.get(reverse("quote-accept", args=[quote.token]))
    assert "Slagerij Maes" in page.text
    assert format_euro(quote.total_cents, "en") in page.text
    answer = accept(quote, browser)
    told = browser.get(answer.headers["Location"])
    assert "a***@maes.example" in told.text
    assert cast.issuer.email in told.text
    assert EMAIL not in told.text
    link = link_in_last_mail()
    assert mail.outbox[-1].to == [EMAIL]
    assert "Slagerij Maes bv" in mail.outbox[-1].subject
    form = browser.get(link)
    assert "12" in form.text  # the rules of passwords, in words
    answer = sign_up(browser, link)
    assert answer.headers["Location"] == reverse("welcome")
    assert reverse("mfa_activate_totp") in browser.get(reverse("welcome")).text
    second_factor = browser.get(reverse("mfa_activate_totp"))
    assert second_factor.status_code == 200  # no password asked again
    portal = browser.get(reverse("home"), follow=True)
    client = Client.objects.get(enterprise_number="0428759497")
    assert portal.redirect_chain[-1][0] == reverse("portal:overview", args=[client.pk])
    assert Membership.objects.get(client=client).role == "owner"
    assert User.objects.get(email=EMAIL).check_password(PASSWORD)


@pytest.mark.parametrize("number", ["0403.170.701", "BE 0403.170.701", "be0403170701", "0403 170 701", "403.170.701"])
def test_a_company_that_is_a_client_gets_the_same_page(cast: Cast, number) -> None:
    answer = accept(quote_of(cast), enterprise_number=number)
    known = visitor()
    assert answer.status_code == 302
    known.cookies = answer.client.cookies
    page = known.get(answer.headers["Location"]).text
    fresh = accept(quote_of(cast))
    same = fresh.client.get(fresh.headers["Location"]).text
    assert "a***@maes.example" in page
    cut = '<form method="post" action="/quote/'
    assert page.split(cut)[0].split("<main")[1] == same.split(cut)[0].split("<main")[1]
    assert Membership.objects.filter(client=cast.bakery).count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("enterprise_number", "0428.759.498"),
        ("enterprise_number", "BE 12"),
        ("vat_number", "0428.759.498"),
        ("email", "an@maes.example\nBcc: all@world.example"),
        ("billing_email", "nobody"),
        ("email", f"{'a' * 250}@maes.example"),
        ("company_name", "Win at https://evil.example"),
        ("name", "www.evil.example"),
        ("town", "93051822361"),
        ("language", "xx"),
        ("agrees", ""),
        ("name", " "),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_opened(cast: Cast, field, value) -> None:
    answer = accept(quote_of(cast), **{field: value})
    assert answer.context["form"].errors.keys() == {field}
    assert Client.objects.count() == 2


def test_names_with_html_stand_as_text_in_pages_and_mails(cast: Cast) -> None:
    browser = visitor()
    evil = "<script>alert(1)</script>"
    answer = accept(quote_of(cast), browser, company_name=f"{evil}\r\nBcc: x bv", name=evil)
    assert evil not in browser.get(answer.headers["Location"]).text
    link = link_in_last_mail()
    assert "\n" not in mail.outbox[-1].subject
    assert evil not in browser.get(link).text
    sign_up(browser, link, full_name=evil)
    portal = browser.get(reverse("home"), follow=True)
    assert evil not in portal.text
    assert "&lt;script&gt;" in portal.text


def test_a_wrong_address_is_not_found(cast: Cast) -> None:
    for wrong in ("x" * 32, "%00", "é"):
        assert visitor().get(f"/quote/{wrong}/accept/").status_code == 404
        assert visitor().get(f"/invitation/{wrong}/").status_code == 404
    assert visitor().post(reverse("quote-accepted", args=["x" * 32])).status_code == 404


def test_the_mail_is_sent_again_to_the_same_address_but_not_endlessly(cast: Cast) -> None:
    quote = quote_of(cast)
    accept(quote)
    first = link_in_last_mail()
    page = reverse("quote-accepted", args=[quote.token])
    stranger = visitor()
    for _click in range(5):
        stranger.post(page)
    second = link_in_last_mail()
    assert [message.to for message in mail.outbox] == [[EMAIL]] * 3
    assert "newer link" in stranger.get(first).text
    assert stranger.get(second).status_code == 200


def test_accepting_is_not_tried_endlessly(cast: Cast) -> None:
    browser = visitor()
    known = {"enterprise_number": "0403170701"}  # a client already: each try is a question, with a mail to who asked
    answers = [accept(quote_of(cast), browser, email=f"an{number}@maes.example", **known) for number in range(11)]
    assert [answer.status_code for answer in answers] == [302] * 10 + [429]


def test_nobody_floods_a_strangers_mailbox_by_accepting(cast: Cast) -> None:
    browser = visitor()
    tries = [
        accept(quote_of(cast), browser, enterprise_number="0403170701", function=f"Function {number}")
        for number in range(6)
    ]
    assert [answer.status_code for answer in tries] == [302] * 5 + [429]
    assert Message.objects.filter(recipient=EMAIL).count() == 5


def test_programs_that_look_at_mails_use_nothing_up(cast: Cast) -> None:
    link = invited(cast)
    for _scan in range(3):
        assert visitor().get(link).status_code == 200
        assert visitor().head(link).status_code == 200
    assert sign_up(visitor(), link).status_code == 302


def test_the_page_of_a_link_is_kept_nowhere(cast: Cast) -> None:
    link = invited(cast)
    for path in (link, "/invitation/unknown/", reverse("quote-accept", args=[quote_of(cast).token])):
        answer = visitor().get(path)
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_five_days_later_the_page_explains_and_a_new_link_goes_to_the_same_address(cast: Cast) -> None:
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False) as clock:
        link = invited(cast)
        clock.shift(timedelta(days=5))
        page = visitor().get(link)
        assert "too old" in page.text
        assert sign_up(visitor(), link).status_code == 200
        for hidden in ("noor", cast.bakery.name, "Orderer"):
            assert hidden not in page.text
        visitor().post(f"{link}new-link/")
        fresh = link_in_last_mail()
        assert mail.outbox[-1].to == ["noor@bakkerij.example"]
        assert "newer link" in visitor().get(link).text
        assert sign_up(visitor(), fresh).status_code == 302
    assert User.objects.filter(email="noor@bakkerij.example").count() == 1


def test_used_twice_the_second_is_told_to_sign_in(cast: Cast) -> None:
    link = invited(cast)
    browser = visitor()
    sign_up(browser, link)
    assert browser.get(link).headers["Location"] == reverse("portal:overview", args=[cast.bakery.pk])
    again = sign_up(visitor(), link)
    assert "used already" in again.text
    visitor().post(f"{link}new-link/")
    send_due_messages()
    assert "/account/sign-in/" in mail.outbox[-1].body
    assert User.objects.filter(email="noor@bakkerij.example").count() == 1


def test_a_link_taken_back_offers_nothing(cast: Cast) -> None:
    link = invited(cast)
    revoke_invitation(invitation_id=Invitation.objects.get().pk, client=cast.bakery, actor=cast.alice)
    page = visitor().get(link)
    assert "taken back" in page.text
    assert "new-link" not in page.text
    visitor().post(f"{link}new-link/")
    assert (len(mail.outbox), Message.objects.count()) == (1, 1)


def test_guessed_links_get_one_and_the_same_page(cast: Cast) -> None:
    link = invited(cast)
    guessed = [visitor().get(path) for path in ("/invitation/a/", f"{link[:-2]}x/", f"/invitation/{'é' * 43}/")]
    assert {answer.status_code for answer in guessed} == {404}
    assert len({answer.text.split("<main")[1].split("</main>")[0] for answer in guessed}) == 1
    assert visitor().post(f"{link[:-2]}x/new-link/").status_code == 404


def test_who_has_an_account_signs_in_and_joins(cast: Cast, browser_of) -> None:
    link = invited(cast, cast.charlie.email, "viewer")
    page = visitor().get(link)
    assert f"{reverse('account_login')}?next={link}" in page.text
    sign_up(visitor(), link)
    assert not Membership.objects.filter(user=cast.charlie, client=cast.bakery).exists()
    another = browser_of(cast.bob).post(link)
    assert another.status_code == 403
    assert cast.charlie.email not in another.text
    joined = browser_of(cast.charlie).post(link)
    assert joined.headers["Location"] == reverse("portal:overview", args=[cast.bakery.pk])
    assert Membership.objects.get(user=cast.charlie, client=cast.bakery).role == "viewer"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"password": "short", "repeated": "short"}, "password"),
        ({"password": "passwordpassword", "repeated": "another"}, "repeated"),
        ({"password": "noor@bakkerij.example", "repeated": "noor@bakkerij.example"}, "password"),
        ({"full_name": "Noor Vandenbroucke", "password": "vandenbroucke", "repeated": "vandenbroucke"}, "password"),
        ({"full_name": "\u200b"}, "full_name"),
        ({"full_name": "Win at https://prize.example"}, "full_name"),
    ],
)
def test_a_bad_password_or_name_leaves_the_link_good(cast: Cast, typed, field) -> None:
    link = invited(cast)
    answer = sign_up(visitor(), link, **typed)
    assert field in answer.context["form"].errors
    assert sign_up(visitor(), link).status_code == 302


@pytest.mark.parametrize(
    ("language", "word"), [("en", "too short"), ("nl", "te kort"), ("fr", "trop court"), ("de", "zu kurz")]
)
def test_what_is_wrong_with_a_password_is_told_in_each_language(cast: Cast, language, word) -> None:
    browser, link = visitor(language), invited(cast)
    assert word in sign_up(browser, link, password="short", repeated="short").text


@pytest.mark.parametrize("line", ["Internal Server Error: %s", "Forbidden (CSRF cookie not set.): %s"])
def test_no_log_line_has_a_link_in_it(cast: Cast, line) -> None:
    """Whatever fails, Django's own lines name the address that was asked for."""
    link = invited(cast)
    secret = link.split("/")[2]
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, line, (link,), None)
    assert secret not in str(without_identifiers(None, "", {"event": record.getMessage()}))


def test_a_mail_that_was_given_up_is_not_sent_again_without_its_link(cast: Cast, browser_of, monkeypatch) -> None:
    invite_again = browser_of(cast.staff_member)
    accept(quote_of(cast))
    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", lambda _mail: 1 / 0)
    for _try in range(8):
        Message.objects.update(next_attempt_at=timezone.now())
        send_due_messages()
    message = Message.objects.get()
    assert (message.state, message.secret) == ("failed", None)
    answer = invite_again.post(reverse("backoffice:message-retry", args=[message.pk]), follow=True)
    assert "one-time link" in answer.text
    message.refresh_from_db()
    assert message.state == "failed"


def test_filled_in_is_what_the_form_asks(cast: Cast) -> None:
    page = visitor().get(reverse("quote-accept", args=[quote_of(cast).token]))
    assert set(filled_in()) <= set(page.context["form"].fields)
