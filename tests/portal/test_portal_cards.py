"""The client's own pages on cards: where they are, which must not be renewed, one that was lost."""

from datetime import timedelta

import pytest
from cast import hire
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from story import invoiced, paid

from tegoed.audit.models import Event
from tegoed.beneficiaries.models import Beneficiary
from tegoed.cards.models import Card, CardRequest, RenewalRefusal
from tegoed.rules.card_need import CardState
from tegoed.rules.dates import brussels_today


def address(name, client, **kwargs):
    return reverse(f"portal:{name}", kwargs={"client_id": client.pk, **kwargs})


def card_of(person: Beneficiary, *, state=CardState.ACTIVE, days: int | None = 1_000) -> Card:
    expires_on = None if days is None else brussels_today() + timedelta(days=days)
    return Card.objects.create(person_id=person.person_id, state=state, expires_on=expires_on)


def shown(browser, client, **query) -> list[int]:
    answer = browser.get(address("cards", client), query)
    assert answer.status_code == 200
    return [card.pk for card in answer.context["cards"]]


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


def test_cards_are_shown_by_where_they_stand(cast, alice_browser) -> None:
    people = hire(cast.bakery, 8)
    asked = card_of(people[0], state=CardState.REQUESTED, days=None)
    active = card_of(people[1])
    soon = card_of(people[2], days=30)
    blocked = card_of(people[3], state=CardState.BLOCKED)
    expired = card_of(people[4], state=CardState.EXPIRED, days=-3)
    card_of(people[5], state=CardState.EXPIRED, days=-3)
    delivered = card_of(people[5], state=CardState.DELIVERED)
    card_of(people[6], state=CardState.CANCELLED, days=None)
    card_of(people[7])
    Beneficiary.objects.filter(pk=people[7].pk).update(is_active=False)
    assert shown(alice_browser, cast.bakery, show="coming") == [asked.pk]
    assert shown(alice_browser, cast.bakery, show="in_use") == [active.pk, soon.pk, delivered.pk]
    assert shown(alice_browser, cast.bakery, show="expiring") == [soon.pk]
    assert shown(alice_browser, cast.bakery, show="blocked") == [blocked.pk]
    assert shown(alice_browser, cast.bakery, show="expired") == [expired.pk]
    assert len(shown(alice_browser, cast.bakery, show="nonsense")) == 7
    assert shown(alice_browser, cast.bakery, q="janssens noor 3") == [blocked.pk]
    page = alice_browser.get(address("cards", cast.bakery)).content.decode()
    assert "1 card expires in the next 3 months" in page
    assert "7 cards" in page


@pytest.mark.parametrize("name", ["cards", "cards-expiring"])
def test_a_page_takes_as_many_queries_for_one_person_as_for_forty(name, cast, alice_browser) -> None:
    counts = []
    alice_browser.get(reverse("sessions"))  # the first page of a session notes where somebody is signed in
    for first, count in ((0, 1), (1, 39)):
        for person in hire(cast.bakery, count, first=first):
            card_of(person, days=20)
        with CaptureQueriesContext(connection) as queries:
            alice_browser.get(address(name, cast.bakery))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_when_a_card_comes_is_shown_and_late_ones_are_marked(cast, alice_browser) -> None:
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    assert "Sent once the card invoice is paid" in alice_browser.get(address("cards", cast.bakery)).content.decode()
    paid(*invoices)
    assert "expected by" in alice_browser.get(address("cards", cast.bakery)).content.decode()
    CardRequest.objects.update(expected_on=brussels_today() - timedelta(days=1))
    assert "late, was expected by" in alice_browser.get(address("cards", cast.bakery)).content.decode()


def test_the_order_tells_how_many_cards_are_where_and_which_are_late(cast, alice_browser) -> None:
    order, invoices = invoiced(cast.bakery, hire(cast.bakery, 3))
    paid(*invoices)
    Card.objects.filter(pk=Card.objects.order_by("id")[0].pk).update(state=CardState.DELIVERED)
    page = address("order", cast.bakery, order_id=order.pk)
    shown = alice_browser.get(page)
    assert shown.context["new_cards"].count_by_state == [(CardState.REQUESTED, 2), (CardState.DELIVERED, 1)]
    assert "Cards of this order" in shown.content.decode()
    assert "later than expected" not in shown.content.decode()
    CardRequest.objects.update(expected_on=brussels_today() - timedelta(days=1))
    assert "2 cards are later than expected" in alice_browser.get(page).content.decode()


def test_the_profile_shows_the_cards_of_the_person_and_lets_report_one(cast, alice_browser, browser_of) -> None:
    (person,) = hire(cast.bakery, 1)
    card = card_of(person, days=30)
    RenewalRefusal.objects.create(client=cast.bakery, card=card)
    profile = address("beneficiary", cast.bakery, beneficiary_id=person.pk)
    report = address("card-report", cast.bakery, card_id=card.pk)
    page = alice_browser.get(profile).content.decode()
    assert report in page
    assert "will not be renewed" in page
    assert report not in browser_of(cast.bob).get(profile).content.decode()


def test_a_card_of_another_employer_is_seen_without_its_story(cast, alice_browser) -> None:
    _order, _invoices = invoiced(cast.garage, hire(cast.garage, 1))
    hire(cast.bakery, 1)
    answer = alice_browser.get(address("cards", cast.bakery))
    (card,) = answer.context["cards"]
    assert (card.state, card.expected_on, card.made_because) == (CardState.AWAITING_PAYMENT, None, None)


def test_ticks_are_saved_and_can_be_undone_with_trail(cast, alice_browser) -> None:
    first, second = (card_of(person, days=30) for person in hire(cast.bakery, 2))
    save = address("card-renewals", cast.bakery)
    answer = alice_browser.post(save, {"shown": [first.pk, second.pk], "refused": [second.pk]}, follow=True)
    assert "1 card will not be renewed" in answer.content.decode()
    assert [card.renewal_is_refused for card in answer.context["cards"]] == [False, True]
    refusal = RenewalRefusal.objects.get()
    assert (refusal.card, refusal.client, refusal.refused_by) == (second, cast.bakery, cast.alice)
    again = alice_browser.post(save, {"shown": [first.pk, second.pk], "refused": [second.pk]}, follow=True)
    assert "Nothing was changed" in again.content.decode()
    undone = alice_browser.post(save, {"shown": [first.pk, second.pk]}, follow=True)
    assert "1 card will be renewed again" in undone.content.decode()
    assert not RenewalRefusal.objects.exists()
    trail = Event.objects.filter(action__startswith="card-renewal:").order_by("id")
    assert [(event.action, event.facts["card_ids"]) for event in trail] == [
        ("card-renewal:refuse", [second.pk]),
        ("card-renewal:want", [second.pk]),
    ]


def test_a_page_not_shown_keeps_its_ticks(cast, alice_browser) -> None:
    first, second = (card_of(person, days=30) for person in hire(cast.bakery, 2))
    RenewalRefusal.objects.create(client=cast.bakery, card=first)
    alice_browser.post(address("card-renewals", cast.bakery), {"shown": [second.pk]})
    assert RenewalRefusal.objects.get().card == first


@pytest.mark.parametrize("hostile", ["x", "-1", "9" * 40, "1; DROP TABLE cards_card", "²"])
def test_ticks_that_make_no_sense_are_left_out(hostile, cast, alice_browser) -> None:
    card = card_of(*hire(cast.bakery, 1), days=30)
    data = {"shown": [hostile, card.pk], "refused": [hostile, card.pk], "page": hostile}
    assert alice_browser.post(address("card-renewals", cast.bakery), data).status_code == 302
    assert RenewalRefusal.objects.get().card == card


def test_nobody_ticks_the_card_of_another_companys_person(cast, browser_of) -> None:
    card = card_of(*hire(cast.bakery, 1), days=30)
    RenewalRefusal.objects.create(client=cast.bakery, card=card)
    browser = browser_of(cast.charlie)
    save = address("card-renewals", cast.garage)
    browser.post(save, {"shown": [card.pk], "refused": [card.pk]})
    browser.post(save, {"shown": [card.pk]})
    assert list(RenewalRefusal.objects.values_list("client_id", flat=True)) == [cast.bakery.pk]


def test_who_left_is_listed_apart_without_a_tick(cast, alice_browser) -> None:
    stays, left = hire(cast.bakery, 2)
    card_of(stays, days=30)
    card_of(left, days=30)
    Beneficiary.objects.filter(pk=left.pk).update(is_active=False)
    answer = alice_browser.get(address("cards-expiring", cast.bakery))
    assert [card.beneficiary_id for card in answer.context["cards"]] == [stays.pk]
    assert [card.beneficiary_id for card in answer.context["leavers"]] == [left.pk]
    assert "Left out" in answer.content.decode()


def test_a_card_with_a_new_one_on_its_way_has_no_tick(cast, alice_browser) -> None:
    (person,) = hire(cast.bakery, 1)
    card_of(person, days=30)
    card_of(person, state=CardState.REQUESTED, days=None)
    page = alice_browser.get(address("cards-expiring", cast.bakery)).content.decode()
    assert "a new card is made already" in page
    assert 'name="refused"' not in page


def test_a_viewer_sees_the_list_without_ticks(cast, browser_of) -> None:
    card_of(*hire(cast.bakery, 1), days=30)
    page = browser_of(cast.bob).get(address("cards-expiring", cast.bakery)).content.decode()
    assert "will be renewed" in page
    assert 'name="refused"' not in page
    assert "Report lost" not in browser_of(cast.bob).get(address("cards", cast.bakery)).content.decode()


def test_a_lost_card_is_blocked_at_once_after_a_question(cast, alice_browser) -> None:
    (person,) = hire(cast.bakery, 1)
    card = card_of(person)
    report = address("card-report", cast.bakery, card_id=card.pk)
    asked = alice_browser.get(report).content.decode()
    assert "comes with your next order" in asked
    assert card_now(card).state == CardState.ACTIVE
    answer = alice_browser.post(report, {"reason": "lost"}, follow=True)
    assert answer.redirect_chain == [(address("beneficiary", cast.bakery, beneficiary_id=person.pk), 302)]
    assert "A new one comes with your next order" in answer.content.decode()
    assert (card_now(card).state, card_now(card).blocked_reason) == ("blocked", "lost")
    event = Event.objects.get(action="card:block")
    assert (event.client_id, event.subject_id, event.actor_id, event.facts["reason"]) == (
        cast.bakery.pk,
        card.pk,
        cast.alice.pk,
        "lost",
    )
    assert "Card lost" in alice_browser.get(address("cards", cast.bakery), {"show": "blocked"}).content.decode()


def card_now(card: Card) -> Card:
    return Card.objects.get(pk=card.pk)


@pytest.mark.parametrize("reason", ["", "expired", "first_order", "x" * 1_000])
def test_only_loss_theft_and_damage_are_reported(reason, cast, alice_browser) -> None:
    card = card_of(*hire(cast.bakery, 1))
    answer = alice_browser.post(address("card-report", cast.bakery, card_id=card.pk), {"reason": reason})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert card_now(card).state == CardState.ACTIVE


@pytest.mark.parametrize("state", ["requested", "in_production", "blocked", "expired", "replaced"])
def test_a_card_that_nobody_can_use_is_not_reported(state, cast, alice_browser) -> None:
    card = card_of(*hire(cast.bakery, 1), state=state)
    report = address("card-report", cast.bakery, card_id=card.pk)
    for answer in (alice_browser.get(report), alice_browser.post(report, {"reason": "lost"})):
        assert "can&#x27;t be blocked any more" in answer.content.decode()
    assert card_now(card).state == state
    assert not Event.objects.filter(action="card:block").exists()


def test_a_former_employer_reports_nothing(cast, alice_browser) -> None:
    (person,) = hire(cast.bakery, 1)
    card = card_of(person)
    Beneficiary.objects.filter(pk=person.pk).update(is_active=False)
    assert (
        alice_browser.post(address("card-report", cast.bakery, card_id=card.pk), {"reason": "lost"}).status_code == 404
    )
    assert card_now(card).state == CardState.ACTIVE
