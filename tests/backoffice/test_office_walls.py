"""Who gets into the back office: people of the issuer, and nobody learns more from being refused."""

import re
from itertools import product

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
    "client-invitation-send",
    "client-invitation-revoke",
    "secretariat-close",
    "secretariat-reopen",
    "secretariat-user-remove",
    "secretariat-invitation-renew",
    "secretariat-invitation-withdraw",
    "message-retry",
    "transmission-retry",
    "transmission-cancel",
    "refund-approve",
    "refund-refuse",
    "refund-cancel",
    "refunds-file",
    "collections-file",
    "collection-cancel",
    "collection-refuse",
    "collection-repeat",
    "print-batch-move",
    "print-batch-download",
    "cards-move",
    "card-list-move",
    "card-block",
    "card-unblock",
    "day-close-sign",
    "client-account-send",
    "reminders-pause",
    "reminder-pause-end",
    "line-place",
    "line-explain",
    "line-write-off",
    "proposal-accept",
    "allocation-undo",
    "correction-approve",
    "correction-refuse",
    "question-take",
    "question-answer",
    "question-close",
    "question-reopen",
    "lead-take",
    "lead-move",
    "lead-note",
    "offer-start",
    "offer-line-remove",
    "offer-send",
    "offer-withdraw",
}
# With its form filled in, the journal too.
DOWNLOADS = {"aged-balance-csv", "safeguarding-csv", "safeguarding-pdf", "client-account-pdf", "payment-file-download"}
METHODS = ("get", "post")
OF_MONEY = ("refund_id", "collection_id", "batch_id", "line_id")
HUGE = 10**30
NATIONAL_NUMBER = re.compile(r"(?<!\d)\d{2}[.]?\d{2}[.]?\d{2}[-. ]?\d{3}[-. ]?\d{2}(?!\d)")


# Each test tries all addresses on one day of the office: a day for each question would take minutes.


def test_who_is_not_signed_in_is_asked_to_sign_in(cast, browser_of) -> None:
    browser = browser_of(None)
    for (name, address), method in product(every_address(a_day(cast)).items(), METHODS):
        answer = getattr(browser, method)(address)
        assert answer.status_code == 302, (name, method)
        assert answer["Location"].startswith(reverse(settings.LOGIN_URL)), (name, method)


def test_a_user_of_a_client_finds_nothing_there(cast, browser_of) -> None:
    addresses = every_address(a_day(cast))
    assert set(addresses) >= set(NAMES)
    for browser in map(browser_of, (cast.alice, cast.bob, cast.charlie)):
        for (name, address), method in product(addresses.items(), METHODS):
            answer = getattr(browser, method)(address)
            assert answer.status_code == 404, (name, method)
            assert cast.bakery.name not in answer.content.decode(), (name, method)


def test_staff_see_every_page_in_every_language(cast, browser_of) -> None:
    addresses = every_address(a_day(cast))
    for language, _label in settings.LANGUAGES:
        cast.staff_member.language = language
        cast.staff_member.save()
        browser = browser_of(cast.staff_member)
        for name in set(NAMES) - POST_ONLY:
            answer = browser.get(addresses[name], follow=True)
            assert answer.status_code == 200, (name, language)
            assert name in DOWNLOADS or f'<html lang="{language}"' in answer.content.decode(), (name, language)


def test_no_page_shows_a_national_number(cast, browser_of) -> None:
    addresses = every_address(a_day(cast))
    browser = browser_of(cast.staff_member)
    for name in set(NAMES) - POST_ONLY - {"safeguarding-pdf", "client-account-pdf"}:
        page = browser.get(addresses[name], follow=True).content.decode()
        for number in range(3):
            digits = niss(number)
            assert digits not in page, name
            assert f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}" not in page, name
        in_words = re.sub(r"<svg.*?</svg>|<input[^>]*>", "", page, flags=re.DOTALL)
        assert not NATIONAL_NUMBER.search(in_words), name


@pytest.mark.parametrize("name", [pattern.name for pattern in urlpatterns if pattern.pattern.converters])
@pytest.mark.parametrize("number", [0, HUGE])
def test_what_is_not_there_is_not_found(name, number, cast, browser_of) -> None:
    things = dict.fromkeys({key for pattern in urlpatterns for key in pattern.pattern.converters}, number)
    browser = browser_of(cast.staff_member)
    method = browser.post if name in POST_ONLY else browser.get
    assert method(every_address(things)[name]).status_code == 404


def test_a_page_that_shows_changes_nothing_by_post(cast, browser_of) -> None:
    addresses = every_address(a_day(cast))
    browser = browser_of(cast.staff_member)
    for name in (
        set(NAMES)
        - POST_ONLY
        - {"people", "person", "statements", "client-peppol", "client-invite", "refund-of-client", "refund-of-line"}
        - {"secretariat-add", "secretariat"}
        - {"lead-add", "lead-edit", "offer-terms", "offer-line-add", "offer-line"}
    ):
        assert browser.post(addresses[name]).status_code == 405, name


def test_a_form_without_its_token_is_refused(cast) -> None:
    import django.test

    browser = django.test.Client(enforce_csrf_checks=True)
    browser.force_login(cast.staff_member, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(every_address(a_day(cast))["statements"]).status_code == 403
