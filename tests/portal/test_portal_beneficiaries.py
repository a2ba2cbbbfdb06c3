"""Alice keeps her list of people."""

import logging
from datetime import date, timedelta

import pytest
from cast import hire, niss
from django.urls import reverse

from tegoed.beneficiaries.models import Beneficiary, PersonIdentifier
from tegoed.rules.dates import brussels_today
from tegoed.rules.identifiers import make_niss

NUMBER = "88022999990"
BIRTH = "1988-02-29"


def form_of(cast, **changes) -> dict[str, str]:
    """What Alice types for a new colleague."""
    return {
        "identifier": NUMBER,
        "last_name": "De Smet",
        "first_name": "Élodie",
        "birth_on": BIRTH,
        "language": "fr",
        "gender": "f",
        "email": "elodie@example.org",
        "staff_number": "0042",
        "cost_centre": "Winkel",
        "card_delivery": "site",
        "site": str(cast.sites[0].pk),
        "meal_count": "20",
        "meal_value": "8,00",
        "eco_amount": "",
        **changes,
    }


@pytest.fixture
def add_url(cast):
    return reverse("portal:beneficiary-add", args=[cast.bakery.pk])


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


def test_a_person_with_all_fields_is_added(cast, alice_browser, add_url):
    answer = alice_browser.post(add_url, form_of(cast, eco_amount="250.00"))
    assert answer.status_code == 302
    person = Beneficiary.objects.get(client=cast.bakery)
    assert (person.last_name, person.first_name, person.birth_on) == ("De Smet", "Élodie", date(1988, 2, 29))
    assert (person.language, person.gender, person.staff_number, person.cost_centre) == ("fr", "f", "0042", "Winkel")
    assert person.site == cast.sites[0]
    usual = {row.product: (row.voucher_count, row.face_value_cents, row.amount_cents) for row in person.products.all()}
    assert usual == {"meal": (20, 800, 0), "eco": (0, 0, 25_000)}


@pytest.mark.parametrize("birth", ["1899-12-31", "0001-01-01", (brussels_today() + timedelta(days=1)).isoformat()])
def test_nobody_is_born_after_today_or_before_1900(birth, cast, alice_browser, add_url):
    temporary = {"identifier": "TMP-1", "identifier_is_temporary": "on"}
    answer = alice_browser.post(add_url, form_of(cast, birth_on=birth, **temporary))
    assert list(answer.context["form"].errors) == ["birth_on"]
    assert not Beneficiary.objects.exists()


@pytest.mark.parametrize("field", ["last_name", "first_name"])
@pytest.mark.parametrize("typed", ["\u200b", "\u200d", "\u202e\u202c"])
def test_a_name_that_shows_as_nothing_is_no_name(field, typed, cast, alice_browser, add_url):
    answer = alice_browser.post(add_url, form_of(cast, **{field: typed}))
    assert field in answer.context["form"].errors
    assert not Beneficiary.objects.exists()


def test_a_name_is_kept_without_letters_that_turn_it_round(cast, alice_browser, add_url):
    alice_browser.post(add_url, form_of(cast, last_name="\u202eneseJ", cost_centre="Winkel \u200b  Gent"))
    person = Beneficiary.objects.get()
    assert (person.last_name, person.cost_centre) == ("neseJ", "Winkel Gent")


@pytest.mark.parametrize("field", ["last_name", "first_name", "staff_number", "cost_centre", "home_street"])
def test_a_national_number_stands_in_its_own_field_only(field, cast, alice_browser, add_url):
    answer = alice_browser.post(add_url, form_of(cast, **{field: f"x {NUMBER[:6]}-{NUMBER[6:9]}.{NUMBER[9:]}"}))
    assert list(answer.context["form"].errors) == [field]
    assert "belongs in its own field only" in answer.content.decode()
    assert not Beneficiary.objects.exists()


def test_the_card_may_go_home(cast, alice_browser, add_url):
    home = {"home_street": "Dorp 1", "home_postcode": "9000", "home_town": "Gent"}
    alice_browser.post(add_url, form_of(cast, card_delivery="home", **home))
    person = Beneficiary.objects.get(client=cast.bakery)
    assert (person.site, person.home_street, person.home_town) == (None, "Dorp 1", "Gent")


def test_a_home_address_with_a_gap_is_refused_at_the_field(cast, alice_browser, add_url):
    answer = alice_browser.post(
        add_url, form_of(cast, card_delivery="home", home_street="Dorp 1", home_postcode="9000")
    )
    assert set(answer.context["form"].errors) == {"home_town"}
    assert not Beneficiary.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"identifier": ""}, "identifier"),
        ({"identifier": "88022999970"}, "identifier"),
        ({"identifier": "880229999"}, "identifier"),
        ({"identifier": "geen nummer"}, "identifier"),
        ({"birth_on": "31/02/1988"}, "birth_on"),
        ({"last_name": ""}, "last_name"),
        ({"site": ""}, "site"),
        ({"site": "999999"}, "site"),
        ({"email": "geen adres"}, "email"),
        ({"meal_value": "8,005"}, "meal_value"),
        ({"meal_value": "99,00"}, "meal_value"),
        ({"meal_count": "-1"}, "meal_count"),
        ({"meal_count": "20", "meal_value": ""}, "meal_value"),
        ({"eco_amount": "acht"}, "eco_amount"),
        ({"eco_amount": "999"}, "eco_amount"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_what_was_typed_stays(changes, field, cast, alice_browser, add_url):
    answer = alice_browser.post(add_url, form_of(cast, **changes))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in page
    assert 'value="De Smet"' in page or field == "last_name"
    assert not Beneficiary.objects.exists()


def test_a_workplace_of_another_company_is_no_choice(cast, alice_browser, add_url):
    foreign = cast.garage.sites.get()
    answer = alice_browser.post(add_url, form_of(cast, site=str(foreign.pk)))
    assert "site" in answer.context["form"].errors
    assert foreign.name not in answer.content.decode()


def test_a_birth_date_that_differs_from_the_number_warns_once(cast, alice_browser, add_url):
    odd = form_of(cast, birth_on="1988-03-01")
    first = alice_browser.post(add_url, odd)
    assert "isn&#x27;t the one in the number" in first.content.decode()
    assert "I checked it" in first.content.decode()
    assert not Beneficiary.objects.exists()
    second = alice_browser.post(add_url, odd | {"checked_doubts": first.context["doubt_codes"]})
    assert second.status_code == 302
    assert Beneficiary.objects.get().birth_on == date(1988, 3, 1)


def test_a_doubt_put_aside_does_not_cover_another_one(cast, alice_browser, add_url):
    young = make_niss(birth_on=date(2035, 1, 1), serial=1)
    odd = form_of(cast, identifier=young, birth_on="1988-03-01", checked_doubts="birth-date-differs")
    assert len(alice_browser.post(add_url, odd).context["doubts"]) == 2
    assert not Beneficiary.objects.exists()


def test_a_temporary_number_is_taken_when_ticked(cast, alice_browser, add_url):
    alice_browser.post(add_url, form_of(cast, identifier="TMP-2026/7", identifier_is_temporary="on"))
    assert PersonIdentifier.objects.get().kind == "temporary"
    person = Beneficiary.objects.get()
    page = alice_browser.get(reverse("portal:beneficiary", args=[cast.bakery.pk, person.pk])).content.decode()
    assert "temporary number" in page
    assert "TMP-2026/7" not in page


def test_somebody_known_leads_to_the_profile_and_changes_nothing(cast, alice_browser, add_url):
    alice_browser.post(add_url, form_of(cast))
    known = Beneficiary.objects.get()
    answer = alice_browser.post(add_url, form_of(cast, last_name="Anders"))
    assert reverse("portal:beneficiary", args=[cast.bakery.pk, known.pk]) in answer.content.decode()
    assert Beneficiary.objects.count() == 1


def test_the_number_is_in_no_page_address_message_or_log_after_saving(cast, alice_browser, add_url, caplog, capfd):
    caplog.set_level(logging.INFO)
    saved = alice_browser.post(add_url, form_of(cast))
    known = Beneficiary.objects.get()
    pages = [
        alice_browser.get(saved["Location"]),
        alice_browser.get(reverse("portal:beneficiary", args=[cast.bakery.pk, known.pk])),
        alice_browser.get(add_url),
        alice_browser.get(reverse("portal:overview", args=[cast.bakery.pk])),
    ]
    written = (
        "".join(page.content.decode() for page in pages) + saved["Location"] + caplog.text + "".join(capfd.readouterr())
    )
    assert "beneficiaries/add/" in caplog.text
    for secret in (NUMBER, "88.02.29-999.90", "880229-99990", "22999990"):
        assert secret not in written
    assert "88.02.**-***.**" in pages[0].content.decode()


def test_search_finds_by_name_and_staff_number(cast, alice_browser):
    people = hire(cast.bakery, 3)
    people[1].staff_number = "A-77"
    people[1].save()
    search = reverse("portal:beneficiary-search", args=[cast.bakery.pk])
    for words, expected in (
        ("janssens 002", {people[2]}),
        ("a-77", {people[1]}),
        ("noor", set(people)),
        ("xyz", set()),
    ):
        answer = alice_browser.post(search, {"q": words, "show": "active"}, follow=True)
        assert set(answer.context["people"].object_list) == expected


def test_a_national_number_typed_in_search_opens_the_profile_and_never_comes_into_an_address(
    cast, alice_browser, caplog
):
    caplog.set_level(logging.INFO)
    person = hire(cast.bakery, 1, first=4)[0]
    number = niss(4)
    search = reverse("portal:beneficiary-search", args=[cast.bakery.pk])
    answer = alice_browser.post(search, {"q": f"{number[:6]}-{number[6:9]}.{number[9:]}"})
    assert answer["Location"] == reverse("portal:beneficiary", args=[cast.bakery.pk, person.pk])
    unknown = alice_browser.post(search, {"q": niss(9)}, follow=True)
    assert all(niss(9) not in address for address, _status in unknown.redirect_chain)
    assert niss(9) not in unknown.content.decode() + caplog.text


def test_the_number_of_somebody_at_another_company_finds_nobody(cast, alice_browser):
    hire(cast.garage, 1, first=5)
    answer = alice_browser.post(reverse("portal:beneficiary-search", args=[cast.bakery.pk]), {"q": niss(5)})
    assert answer["Location"] == reverse("portal:beneficiaries", args=[cast.bakery.pk])


def test_those_not_active_are_shown_on_request(cast, alice_browser):
    people = hire(cast.bakery, 2)
    Beneficiary.objects.filter(pk=people[0].pk).update(is_active=False)
    url = reverse("portal:beneficiaries", args=[cast.bakery.pk])
    shown = {
        show: len(alice_browser.get(url, {"show": show}).context["people"].object_list)
        for show in ("active", "inactive", "all")
    }
    assert shown == {"active": 1, "inactive": 1, "all": 2}


def test_the_overview_of_200_people_takes_few_queries_and_pages(cast, alice_browser, django_assert_max_num_queries):
    hire(cast.bakery, 200)
    url = reverse("portal:beneficiaries", args=[cast.bakery.pk])
    alice_browser.get(reverse("sessions"))  # the first page of a session notes where somebody is signed in
    with django_assert_max_num_queries(10):
        answer = alice_browser.get(url, {"page": 2})
    assert len(answer.context["people"].object_list) == 25
    assert alice_browser.get(url, {"page": "x"}).status_code == 200
