"""Alice keeps her workplaces and cost centres herself, with trail."""

import pytest
from cast import hire
from django.urls import reverse

from tegoed.beneficiaries.models import Beneficiary
from tegoed.clients.models import Site

DEPOT = {"name": "Depot", "street": "Kaai 1", "postcode": "9000", "town": "Gent", "contact_name": "An"}


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


def at(name, cast, *ids) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk, *ids])


def test_a_workplace_is_added_changed_and_both_are_in_the_trail(cast, alice_browser) -> None:
    alice_browser.post(at("site-add", cast), DEPOT)
    site = Site.objects.get(client=cast.bakery, name="Depot")
    alice_browser.post(at("site-edit", cast, site.pk), DEPOT | {"street": "Kaai 2"})
    page = alice_browser.get(at("sites", cast)).content.decode()
    assert "<del>Kaai 1</del>" in page
    assert "<ins>Kaai 2</ins>" in page
    assert "Workplace added" in page


def test_a_name_is_given_once(cast, alice_browser) -> None:
    for url in (at("site-add", cast), at("site-edit", cast, cast.sites[1].pk)):
        answer = alice_browser.post(url, DEPOT | {"name": "Winkel"})
        assert "already have a workplace" in answer.content.decode()
    assert cast.bakery.sites.count() == 2


def test_closing_moves_the_people_first(cast, alice_browser) -> None:
    hire(cast.bakery, 3)
    url = at("site-close", cast, cast.sites[0].pk)
    assert "2 active people" in alice_browser.get(url).content.decode()
    assert "move_to" in alice_browser.post(url, {"move_to": ""}).context["form"].errors
    assert "move_to" in alice_browser.post(url, {"move_to": cast.sites[0].pk}).context["form"].errors
    alice_browser.post(url, {"move_to": cast.sites[1].pk})
    assert not Site.objects.get(pk=cast.sites[0].pk).is_active
    assert not Beneficiary.objects.filter(site=cast.sites[0]).exists()
    add = alice_browser.get(at("beneficiary-add", cast)).content.decode()
    assert f'<option value="{cast.sites[0].pk}"' not in add


def test_the_only_workplace_in_use_can_not_be_closed(cast, alice_browser) -> None:
    hire(cast.bakery, 1)
    Site.objects.filter(pk=cast.sites[1].pk).update(is_active=False)
    url = at("site-close", cast, cast.sites[0].pk)
    assert "your only open workplace" in alice_browser.get(url).content.decode()
    alice_browser.post(url, {})
    assert Site.objects.get(pk=cast.sites[0].pk).is_active


def test_a_workplace_nobody_uses_closes_and_opens_again(cast, alice_browser) -> None:
    alice_browser.post(at("site-close", cast, cast.sites[1].pk))
    assert not Site.objects.get(pk=cast.sites[1].pk).is_active
    alice_browser.post(at("site-reopen", cast, cast.sites[1].pk))
    assert Site.objects.get(pk=cast.sites[1].pk).is_active


def test_cost_centres_are_counted_renamed_and_joined_after_asking(cast, alice_browser) -> None:
    people = hire(cast.bakery, 3)
    for person, centre in zip(people, ("Oven & Co", "Oven & Co", "Winkel"), strict=True):
        Beneficiary.objects.filter(pk=person.pk).update(cost_centre=centre)
    page = alice_browser.get(at("cost-centres", cast)).content.decode()
    assert "?centre=Oven%20%26%20Co" in page
    url = at("cost-centre-rename", cast)
    assert "old" in alice_browser.post(url, {"old": "Elders", "name": "X"}).context["form"].errors
    asked = alice_browser.post(url, {"old": "Oven & Co", "name": "Winkel"})
    assert "become one" in asked.content.decode()
    assert Beneficiary.objects.filter(cost_centre="Winkel").count() == 1
    alice_browser.post(url, {"old": "Oven & Co", "name": "Winkel", "joins": "Winkel"})
    assert Beneficiary.objects.filter(cost_centre="Winkel").count() == 3
    assert "<ins>Winkel</ins>" in alice_browser.get(at("cost-centres", cast)).content.decode()
