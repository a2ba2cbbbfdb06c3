"""Card operations: batches by order and delivery place, moved along; single cards found, blocked and freed."""

from datetime import timedelta

import pytest
from cast import hire
from office_day import office
from story import confirmed, invoiced, paid

from tegoed.audit.models import Event
from tegoed.backoffice.card_batches import BATCH_STATES
from tegoed.beneficiaries.models import CardDelivery
from tegoed.cards.models import Card, CardRequest, CardStep
from tegoed.rules.card_need import CardState
from tegoed.rules.dates import brussels_today


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


@pytest.fixture
def order(cast):
    """Five cards to make: three for one site, one for the other, one for somebody's home."""
    people = hire(cast.bakery, 5)
    for person, site in zip(people, (0, 0, 0, 1, 1), strict=True):
        person.site = cast.sites[site]
        person.save()
    at_home = people[4]
    at_home.card_delivery, at_home.site = CardDelivery.HOME, None
    at_home.home_street, at_home.home_postcode, at_home.home_town = "Dorp 1", "9000", "Gent"
    at_home.save()
    order, invoices = invoiced(cast.bakery, people)
    paid(*invoices)
    return order


def batches(browser, **query) -> list[tuple[str, int]]:
    answer = browser.get(office("cards"), query)
    assert answer.status_code == 200
    return [(batch.place, batch.card_count) for batch in answer.context["batches"]]


def move(browser, order, place, state="requested"):
    return browser.post(office("cards-move"), {"order": order.pk, "place": place, "state": state}, follow=True)


def test_cards_to_make_stand_by_order_and_delivery_place(cast, browser, order) -> None:
    first, second = (str(site.pk) for site in cast.sites)
    assert batches(browser) == [(first, 3), (second, 1), ("home", 1)]
    page = browser.get(office("cards")).content.decode()
    for words in ("Bakkerij Peeters bv", "Grote Markt 2, 2000 Antwerpen", "At home", "Into production"):
        assert words in page
    assert batches(browser, words="peeters") == batches(browser, words=f"#{order.pk}") == batches(browser)
    assert batches(browser, words="lambert") == batches(browser, state="shipped") == []


def test_cards_of_an_unpaid_first_order_are_seen_and_not_moved(cast, browser) -> None:
    order, _invoices = invoiced(cast.garage, hire(cast.garage, 2))
    assert [count for _place, count in batches(browser, state="awaiting_payment")] == [2]
    page = browser.get(office("cards"), {"state": "awaiting_payment"}).content.decode()
    assert "as soon as the card invoice is paid" in page
    assert office("cards-move") not in page
    move(browser, order, str(cast.garage.sites.get().pk), state="awaiting_payment")
    assert set(Card.objects.values_list("state", flat=True)) == {CardState.AWAITING_PAYMENT}


def test_a_batch_goes_its_way_to_use_and_the_rest_stays(cast, browser, order) -> None:
    place = str(cast.sites[0].pk)
    for state, words in (
        ("requested", "In production"),
        ("in_production", "Shipped"),
        ("shipped", "Delivered"),
        ("delivered", "Active"),
    ):
        page = move(browser, order, place, state).content.decode()
        assert f"3 cards are now “{words}”" in page
    cards = Card.objects.order_by("id").values_list("state", flat=True)
    assert sorted(cards) == sorted([CardState.ACTIVE] * 3 + [CardState.REQUESTED] * 2)
    assert CardStep.objects.filter(actor=cast.staff_member).count() == 12
    event = Event.objects.filter(action="card:move", actor_id=cast.staff_member.pk).latest("id")
    assert (event.client_id, event.facts["card_count"], event.facts["to_state"]) == (cast.bakery.pk, 3, "active")


def test_a_second_click_moves_nothing_and_says_so(cast, browser, order) -> None:
    place = str(cast.sites[0].pk)
    move(browser, order, place)
    assert "somebody else was first" in move(browser, order, place).content.decode()
    assert CardStep.objects.filter(to_state=CardState.IN_PRODUCTION).count() == 3


@pytest.mark.parametrize(
    "change",
    [
        {"place": "x"},
        {"place": "home or not"},
        {"place": "²"},
        {"order": "0"},
        {"order": "9" * 30},
        {"state": "active"},
        {"state": "nonsense"},
        {"state": ""},
    ],
)
def test_a_move_that_makes_no_sense_changes_nothing(change, cast, browser, order) -> None:
    asked = {"order": order.pk, "place": cast.sites[0].pk, "state": "requested"} | change
    assert browser.post(office("cards-move"), asked).status_code in {302, 404}
    assert set(Card.objects.values_list("state", flat=True)) == {CardState.REQUESTED}


@pytest.mark.parametrize("query", [{"state": "nonsense"}, {"words": "a\0b"}, {"words": "%"}, {"words": "' OR 1=1"}])
def test_filters_that_make_no_sense_find_nothing(query, cast, browser, order) -> None:
    assert batches(browser, **query) == []
    answer = browser.get(office("card-list"), query)
    assert answer.status_code == 200
    assert not answer.context["cards"].object_list


def test_late_cards_are_marked(cast, browser, order) -> None:
    assert "late:" not in browser.get(office("cards")).content.decode()
    CardRequest.objects.update(expected_on=brussels_today() - timedelta(days=1))
    assert "late:" in browser.get(office("cards")).content.decode()


def test_the_tabs_count_every_state_that_card_operations_look_after(browser, order) -> None:
    tabs = browser.get(office("cards")).context["tabs"]
    assert [(state, count) for state, _label, count in tabs] == [
        (state, 5 if state == CardState.REQUESTED else 0) for state in BATCH_STATES
    ]


def test_many_batches_take_as_many_queries_as_one(cast, browser, order, django_assert_max_num_queries) -> None:
    confirmed_orders = [hire(cast.bakery, 1, first=number) for number in range(10, 14)]
    for people in confirmed_orders:
        confirmed_order(cast, people)
    with django_assert_max_num_queries(8):
        assert len(batches(browser)) == 7


def confirmed_order(cast, people):
    from cast import draft_of

    return confirmed(draft_of(cast.bakery, people))


def listed(browser, **query) -> set[int]:
    return {card.pk for card in browser.get(office("card-list"), query).context["cards"]}


def test_single_cards_are_found_and_the_ticked_ones_moved(cast, browser, order) -> None:
    ids = list(Card.objects.order_by("id").values_list("pk", flat=True))
    assert listed(browser) == listed(browser, order=order.pk) == set(ids)
    assert listed(browser, words="Janssens 001") == {
        Card.objects.get(request__beneficiary__last_name="Janssens 001").pk
    }
    assert listed(browser, words=str(ids[0])) >= {ids[0]}
    assert listed(browser, state="blocked") == set()
    answer = browser.post(office("card-list-move"), {"state": "requested", "card": ids[:2]}, follow=True)
    assert "2 cards are now “In production”" in answer.content.decode()
    assert listed(browser, state="in_production") == set(ids[:2])
    empty = browser.post(office("card-list-move"), {"state": "requested"}, follow=True)
    assert "Tick at least one card" in empty.content.decode()


def test_a_card_is_blocked_and_freed_and_its_page_tells_the_story(cast, browser, order) -> None:
    card = Card.objects.order_by("id")[0]
    page = office("card", card_id=card.pk)
    assert "Block this card" not in browser.get(page).content.decode()
    Card.objects.update(state=CardState.ACTIVE)
    assert "Block this card" in browser.get(page).content.decode()
    told = browser.post(office("card-block", card_id=card.pk), {"reason": "stolen"}, follow=True).content.decode()
    assert "The card is blocked." in told
    assert "Card stolen" in told
    assert "Unblock this card" in told
    told = browser.post(office("card-unblock", card_id=card.pk), follow=True).content.decode()
    assert "The card works again." in told
    assert cast.staff_member.full_name in told
    again = browser.post(office("card-unblock", card_id=card.pk), follow=True).content.decode()
    assert "isn&#x27;t blocked any more" in again
    card.refresh_from_db()
    assert card.state == CardState.ACTIVE


@pytest.mark.parametrize("reason", ["", "expired", "x" * 500])
def test_a_block_without_a_known_reason_is_asked_again(reason, browser, order) -> None:
    Card.objects.update(state=CardState.ACTIVE)
    card = Card.objects.order_by("id")[0]
    answer = browser.post(office("card-block", card_id=card.pk), {"reason": reason})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    card.refresh_from_db()
    assert card.state == CardState.ACTIVE
