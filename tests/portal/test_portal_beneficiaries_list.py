"""Alice finds people in her list, and changes several at once."""

from datetime import date

import pytest
from cast import hire, hire_temporary, niss
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tegoed.beneficiaries.models import Beneficiary
from tegoed.cards.models import Card
from tegoed.portal.people_list import PeopleWish


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


@pytest.fixture
def url(cast):
    return reverse("portal:beneficiaries", args=[cast.bakery.pk])


@pytest.fixture
def many_url(cast):
    return reverse("portal:beneficiary-many", args=[cast.bakery.pk])


def shown(browser, url, **query) -> list[str]:
    """Staff numbers in the order of the page."""
    return [person.staff_number for person in browser.get(url, query).context["people"].object_list]


@pytest.fixture
def four(cast) -> list[Beneficiary]:
    """a to d: Ölz, Adam, Maes, Zola."""
    people = hire(cast.bakery, 4)
    for person, name, staff_number, centre in zip(
        people, ("Ölz", "Adam", "Maes", "Zola"), "abcd", ("Oven", "", "Oven", "Winkel"), strict=True
    ):
        person.last_name, person.staff_number, person.cost_centre = name, staff_number, centre
        person.save()
    return people


def test_accents_and_capitals_are_forgiven(four, alice_browser, url) -> None:
    for words in ("olz", "ÖLZ", "ölz noor", "  a "):
        assert "a" in shown(alice_browser, url, q=words)
    assert shown(alice_browser, url, q="olz 9") == []
    assert shown(alice_browser, url, q="%") == []


def test_filters(cast, four, alice_browser, url) -> None:
    Beneficiary.objects.filter(pk=four[3].pk).update(
        card_delivery="home", site=None, home_street="Dorp 1", home_postcode="9000", home_town="Gent"
    )
    assert shown(alice_browser, url, site=cast.sites[0].pk, sort="staff_number") == ["a", "c"]
    assert shown(alice_browser, url, site="home") == ["d"]
    assert shown(alice_browser, url, centre="Oven", sort="staff_number") == ["a", "c"]
    assert shown(alice_browser, url, centre="-") == ["b"]
    hire_temporary(cast.bakery, staff_number="t")
    assert shown(alice_browser, url, number="temporary") == ["t"]


def test_cards_are_filtered_by_the_newest_one(four, alice_browser, url) -> None:
    in_a_month, long_ago, in_years = date(2026, 12, 20), date(2020, 1, 1), date(2031, 1, 1)
    person_ids = [person.person_id for person in four]
    Card.objects.create(person_id=person_ids[0], state="blocked", expires_on=in_years)
    Card.objects.create(person_id=person_ids[0], state="requested")
    Card.objects.create(person_id=person_ids[1], state="active", expires_on=in_a_month)
    Card.objects.create(person_id=person_ids[1], state="cancelled")
    Card.objects.create(person_id=person_ids[2], state="active", expires_on=long_ago)
    today = date(2026, 11, 23)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tegoed.portal.people_list.brussels_today", lambda: today)
        found = {
            card: shown(alice_browser, url, card=card)
            for card in ("none", "coming", "active", "blocked", "expiring", "expired")
        }
    assert found == {
        "none": ["d"], "coming": ["a"], "active": ["b"], "blocked": [], "expiring": ["b"], "expired": ["c"],
    }  # fmt: skip


def test_sorting_both_ways(four, alice_browser, url) -> None:
    orders = {
        "name": "bcda", "-name": "adcb", "staff_number": "abcd", "-staff_number": "dcba", "cost_centre": "bcad",
        "added": "abcd", "-added": "dcba", "nonsense": "bcda",
    }  # fmt: skip
    for sort, expected in orders.items():
        assert "".join(shown(alice_browser, url, sort=sort)) == expected, sort
    page = alice_browser.get(url, {"sort": "-site"}).content.decode()
    assert 'aria-sort="descending"' in page


def test_the_search_form_becomes_an_address_with_everything_asked(cast, four, alice_browser, url) -> None:
    search = reverse("portal:beneficiary-search", args=[cast.bakery.pk])
    answer = alice_browser.post(
        search, {"q": "olz", "show": "all", "centre": "Oven", "site": "", "card": "", "number": "", "sort": "-name"}
    )
    assert answer["Location"] == f"{url}?q=olz&show=all&centre=Oven&sort=-name"
    with_number = alice_browser.post(search, {"q": niss(77), "show": "all", "centre": "Oven"})
    assert with_number["Location"] == url


@given(
    query=st.dictionaries(
        st.sampled_from(["q", "show", "site", "centre", "card", "number", "sort"]), st.text(max_size=100)
    )
)
def test_any_address_is_read_and_written_back_the_same(query) -> None:
    from django.http import QueryDict

    wish = PeopleWish.from_query(query)
    assert PeopleWish.from_query(QueryDict(wish.as_query()).dict()) == wish


@pytest.mark.parametrize("name", ["q", "show", "site", "centre", "card", "number", "sort", "page"])
@pytest.mark.parametrize("value", ["\x00", "9" * 40, "'; --", "%", "é" * 300, "-", "٣"])
def test_an_address_that_makes_no_sense_is_a_page(name, value, four, alice_browser, url) -> None:
    assert alice_browser.get(url, {name: value}).status_code == 200


def ask(browser, many_url, kind, people=(), **more):
    return browser.post(many_url, {"kind": kind, "scope": "ticked", "person": [p.pk for p in people], **more})


def test_those_ticked_are_asked_about_and_then_changed(cast, four, alice_browser, many_url, url) -> None:
    asked = ask(alice_browser, many_url, "cost-centre", four[:2])
    assert asked.status_code == 200
    assert "2 people get the cost centre below" in asked.content.decode()
    assert not Beneficiary.objects.filter(cost_centre="Nieuw").exists()
    done = ask(alice_browser, many_url, "cost-centre", four[:2], confirmed="yes", cost_centre="Nieuw", query="show=all")
    assert done["Location"] == f"{url}?show=all"
    assert set(Beneficiary.objects.filter(cost_centre="Nieuw")) == set(four[:2])


def test_who_can_not_be_deactivated_is_named_with_the_reason(four, alice_browser, many_url) -> None:
    Beneficiary.objects.filter(pk=four[0].pk).update(home_street="Dorp 1", home_postcode="9000", home_town="Gent")
    page = ask(alice_browser, many_url, "deactivate", four).content.decode()
    assert "1 person is deactivated" in page
    assert page.count("no home address known") == 3
    ask(alice_browser, many_url, "deactivate", four, confirmed="yes")
    assert Beneficiary.objects.filter(is_active=False).count() == 1
    ask(alice_browser, many_url, "deactivate", four, confirmed="yes", without_address="on")
    assert Beneficiary.objects.filter(is_active=False).count() == 4


def test_all_that_match_are_changed_and_no_others(cast, four, alice_browser, many_url) -> None:
    hire(cast.garage, 2, first=10)
    wish = {"scope": "matching", "query": "centre=Oven"}
    page = alice_browser.post(many_url, {"kind": "to-site", **wish})
    assert "2 people" in page.content.decode()
    site = str(cast.sites[1].pk)
    alice_browser.post(many_url, {"kind": "to-site", **wish, "confirmed": "yes", "counted": "2", "site": site})
    assert set(Beneficiary.objects.filter(site=cast.sites[1])) == {four[0], four[1], four[2], four[3]} - set(
        Beneficiary.objects.filter(site=cast.sites[0])
    )
    assert not Beneficiary.objects.filter(cost_centre="Oven").exclude(site=cast.sites[1]).exists()


def test_a_list_that_changed_in_between_asks_again(cast, four, alice_browser, many_url) -> None:
    wish = {"kind": "cost-centre", "scope": "matching", "query": "", "confirmed": "yes", "cost_centre": "X"}
    answer = alice_browser.post(many_url, {**wish, "counted": "3"})
    assert "The list changed in between" in answer.content.decode()
    assert not Beneficiary.objects.filter(cost_centre="X").exists()


def test_nothing_chosen_or_nobody_ticked_goes_back(cast, four, alice_browser, many_url, url) -> None:
    for posted in ({"kind": "", "person": four[0].pk}, {"kind": "deactivate"}, {"kind": "deactivate", "person": "x"}):
        assert alice_browser.post(many_url, posted)["Location"] == url
    strangers = hire(cast.garage, 1, first=10)
    ask(alice_browser, many_url, "deactivate", strangers, confirmed="yes", without_address="on")
    assert Beneficiary.objects.get(pk=strangers[0].pk).is_active


def test_a_viewer_sees_no_ticks(cast, four, browser_of, url, many_url) -> None:
    bob = browser_of(cast.bob)
    assert 'type="checkbox"' not in bob.get(url).content.decode()
    assert ask(bob, many_url, "deactivate", four, confirmed="yes").status_code == 403
