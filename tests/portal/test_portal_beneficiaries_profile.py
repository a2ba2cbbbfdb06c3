"""Alice edits one person: particulars, leaving, coming back, the number."""

import pytest
from cast import draft_of, hire, hire_temporary, niss
from django.urls import reverse

from tegoed.audit.models import Event
from tegoed.beneficiaries.models import Beneficiary, IdentifierChange


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


def at(name, cast, person) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk, person.pk])


def form_of(person, **changes) -> dict[str, str]:
    """The edit form as it opens, sent with these changes."""
    return {
        "last_name": person.last_name,
        "first_name": person.first_name,
        "birth_on": person.birth_on.isoformat(),
        "language": person.language,
        "gender": person.gender,
        "card_delivery": "site",
        "site": str(person.site_id),
        "meal_count": "20",
        "meal_value": "8,00",
        **changes,
    }


def test_what_was_changed_stands_on_the_profile_old_and_new(cast, alice_browser) -> None:
    (person,) = hire(cast.bakery, 1)
    page = alice_browser.get(at("beneficiary-edit", cast, person)).content.decode()
    assert 'value="Janssens 000"' in page
    answer = alice_browser.post(
        at("beneficiary-edit", cast, person), form_of(person, last_name="De Smet", gender="f", meal_count="18")
    )
    assert answer["Location"] == at("beneficiary", cast, person)
    page = alice_browser.get(answer["Location"]).content.decode()
    assert "<del>Janssens 000</del>" in page
    assert "<ins>De Smet</ins>" in page
    assert "<ins>Woman</ins>" in page
    assert "18 × " in page
    assert "Alice" in page


def test_bad_input_stays_typed_and_changes_nothing(cast, alice_browser) -> None:
    (person,) = hire(cast.bakery, 1)
    for changes, field in (
        ({"last_name": ""}, "last_name"),
        ({"site": str(cast.garage.sites.get().pk)}, "site"),
        ({"card_delivery": "home"}, "home_street"),
        ({"meal_value": "99"}, "meal_value"),
    ):
        answer = alice_browser.post(at("beneficiary-edit", cast, person), form_of(person, **changes))
        assert field in answer.context["form"].errors
    person.refresh_from_db()
    assert person.last_name == "Janssens 000"


def test_leaving_asks_where_cards_go_now(cast, alice_browser) -> None:
    (person,) = hire(cast.bakery, 1)
    draft = draft_of(cast.bakery, [person])
    url = at("beneficiary-deactivate", cast, person)
    page = alice_browser.get(url).content.decode()
    assert "Where do cards of this person go from now on?" in page
    assert reverse("portal:order-lines", args=[cast.bakery.pk, draft.pk]) in page
    answer = alice_browser.post(url, {"delivery": "home", "street": "", "postcode": "9000", "town": "Gent"})
    assert "street" in answer.context["form"].errors
    alice_browser.post(url, {"delivery": "home", "street": "Dorp 1", "postcode": "9000", "town": "Gent"})
    person.refresh_from_db()
    assert (person.is_active, person.card_delivery, person.home_street) == (False, "home", "Dorp 1")
    profile = alice_browser.get(at("beneficiary", cast, person)).content.decode()
    assert "Still in an unfinished order" in profile
    assert at("beneficiary-reactivate", cast, person) in profile


def test_leaving_without_address_is_said_in_so_many_words(cast, alice_browser) -> None:
    (person,) = hire(cast.bakery, 1)
    alice_browser.post(at("beneficiary-deactivate", cast, person), {"delivery": "none"})
    person.refresh_from_db()
    assert (person.is_active, person.card_delivery) == (False, "site")


def test_who_gets_cards_at_home_is_only_asked_once(cast, alice_browser) -> None:
    person = hire_temporary(
        cast.bakery, card_delivery="home", home_street="Dorp 1", home_postcode="9000", home_town="Gent", site=None
    )
    url = at("beneficiary-deactivate", cast, person)
    assert "Where do cards of this person go" not in alice_browser.get(url).content.decode()
    alice_browser.post(url)
    person.refresh_from_db()
    assert not person.is_active


def test_coming_back(cast, alice_browser) -> None:
    (person,) = hire(cast.bakery, 1)
    Beneficiary.objects.update(is_active=False)
    url = at("beneficiary-reactivate", cast, person)
    assert alice_browser.get(url).status_code == 200
    person.refresh_from_db()
    assert not person.is_active
    alice_browser.post(url)
    person.refresh_from_db()
    assert person.is_active


def test_a_closed_workplace_is_said_on_coming_back(cast, alice_browser) -> None:
    (person,) = hire(cast.bakery, 1)
    Beneficiary.objects.update(is_active=False)
    cast.bakery.sites.update(is_active=False)
    page = alice_browser.post(at("beneficiary-reactivate", cast, person), follow=True).content.decode()
    assert "Edit the profile first" in page


def test_the_full_number_is_shown_once_and_written_down(cast, alice_browser, caplog) -> None:
    (person,) = hire(cast.bakery, 1)
    number = niss(0)
    written = f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"
    answer = alice_browser.post(at("beneficiary-show-number", cast, person))
    assert written in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    event = Event.objects.get(action="identifier:show")
    assert (event.subject_id, event.actor_id, event.client_id) == (person.pk, cast.alice.pk, cast.bakery.pk)
    after = alice_browser.get(at("beneficiary", cast, person)).content.decode()
    assert written not in after
    assert "Full number shown" in after
    assert number not in caplog.text
    assert written not in caplog.text


def test_a_viewer_can_not_show_the_number_and_nothing_is_written(cast, browser_of) -> None:
    (person,) = hire(cast.bakery, 1)
    assert browser_of(cast.bob).post(at("beneficiary-show-number", cast, person)).status_code == 403
    assert not Event.objects.filter(action="identifier:show").exists()


def test_the_client_asks_to_replace_a_temporary_number(cast, alice_browser) -> None:
    person = hire_temporary(cast.bakery)
    url = at("beneficiary-number", cast, person)
    assert url in alice_browser.get(at("beneficiary", cast, person)).content.decode()
    assert "identifier" in alice_browser.post(url, {"identifier": "88022999970"}).context["form"].errors
    answer = alice_browser.post(url, {"identifier": niss(90)}, follow=True)
    assert "Customer service looks at the new number" in answer.content.decode()
    assert niss(90) not in answer.content.decode()
    assert IdentifierChange.objects.get().beneficiary == person


def test_a_number_of_another_profile_leads_there(cast, alice_browser) -> None:
    person = hire_temporary(cast.bakery)
    (known,) = hire(cast.bakery, 1, first=90)
    page = alice_browser.post(at("beneficiary-number", cast, person), {"identifier": niss(90)}).content.decode()
    assert at("beneficiary", cast, known) in page
    assert not IdentifierChange.objects.exists()


def test_somebody_who_looks_like_a_known_one_warns_with_a_link_and_never_refuses(cast, alice_browser) -> None:
    known = hire_temporary(cast.bakery, last_name="De Smet", first_name="Élodie")
    url = reverse("portal:beneficiary-add", args=[cast.bakery.pk])
    typed = form_of(known, last_name="DE SMET", first_name="Elodie", identifier=niss(90))
    first = alice_browser.post(url, typed)
    assert at("beneficiary", cast, known) in first.content.decode()
    assert Beneficiary.objects.count() == 1
    second = alice_browser.post(url, typed | {"checked_doubts": first.context["doubt_codes"]})
    assert second.status_code == 302
    assert Beneficiary.objects.count() == 2
