"""Registering people: once per client, one person whoever employs them, and their card has somewhere to go."""

from datetime import date

import pytest
from cast import hire, niss

from tegoed.audit.models import Event
from tegoed.beneficiaries.actions import (
    BeneficiaryParticulars,
    DeliveryPlaceMissing,
    NissAlreadyKnown,
    add_beneficiary,
)
from tegoed.beneficiaries.models import Beneficiary, Person, PersonIdentifier
from tegoed.rules.identifiers import make_niss, read_identifier

HOME = {"card_delivery": "home", "home_street": "Dorp 1", "home_postcode": "9000", "home_town": "Gent"}


def add(client, identifier, **particulars) -> Beneficiary:
    told = {"last_name": "Peeters", "first_name": "An", "birth_on": date(1990, 1, 1), "language": "nl"}
    told |= HOME | particulars
    return add_beneficiary(client=client, identifier=identifier, particulars=BeneficiaryParticulars(**told), actor=None)


@pytest.mark.parametrize("is_active", [True, False])
def test_a_number_this_client_has_already_is_refused_and_says_who(cast, is_active) -> None:
    (known,) = hire(cast.bakery, 1)
    Beneficiary.objects.update(is_active=is_active)
    with pytest.raises(NissAlreadyKnown) as refused:
        add(cast.bakery, read_identifier(niss(0)))
    assert refused.value.params == {"beneficiary_id": known.pk, "is_active": is_active}
    assert niss(0) not in str(refused.value)
    assert Beneficiary.objects.count() == 1


def test_another_employer_knows_the_same_person_under_its_own_words(cast) -> None:
    identifier = read_identifier(niss(5))
    at_bakery = add(cast.bakery, identifier, last_name="Peeters")
    at_garage = add(cast.garage, identifier, last_name="Peters-Dubois", home_street="Rue 2")
    assert at_bakery.person_id == at_garage.person_id
    at_bakery.refresh_from_db()
    assert (at_bakery.last_name, at_bakery.home_street) == ("Peeters", "Dorp 1")
    assert PersonIdentifier.objects.count() == 1


@pytest.mark.parametrize("spelling", ["{0}", "{1}.{2}.{3}-{4}.{5}", " {0} ", "{1} {2} {3} {4} {5}"])
def test_however_the_number_is_written_it_is_one_person(cast, spelling) -> None:
    number = niss(9)
    parts = (number, number[:2], number[2:4], number[4:6], number[6:9], number[9:])
    add(cast.bakery, read_identifier(number))
    with pytest.raises(NissAlreadyKnown):
        add(cast.bakery, read_identifier(spelling.format(*parts)))


def test_a_bis_number_and_a_national_number_are_two_people_until_staff_say_otherwise(cast) -> None:
    birth_on = date(1990, 5, 17)
    add(cast.bakery, read_identifier(make_niss(birth_on=birth_on, serial=1, bis="sex-known")))
    add(cast.bakery, read_identifier(make_niss(birth_on=birth_on, serial=1)))
    assert sorted(PersonIdentifier.objects.values_list("kind", flat=True)) == ["bis", "niss"]


def test_one_temporary_number_is_two_people_at_two_clients_and_one_at_one(cast) -> None:
    temporary = read_identifier("SD-0001", temporary=True)
    add(cast.bakery, temporary)
    add(cast.garage, temporary)
    assert Person.objects.count() == 2
    with pytest.raises(NissAlreadyKnown):
        add(cast.bakery, read_identifier("sd-0001", temporary=True))


@pytest.mark.parametrize(
    ("particulars", "delivery"),
    [
        ({"card_delivery": "site", "site": None}, "site"),
        ({"home_street": ""}, "home"),
        ({"home_postcode": ""}, "home"),
        ({"home_town": ""}, "home"),
    ],
)
def test_a_card_needs_somewhere_to_go(cast, particulars, delivery) -> None:
    with pytest.raises(DeliveryPlaceMissing) as refused:
        add(cast.bakery, read_identifier(niss(1)), **particulars)
    assert refused.value.params == {"delivery": delivery}
    assert (Person.objects.count(), Event.objects.filter(action="beneficiary:add").count()) == (0, 0)


def test_a_site_of_another_client_is_no_delivery_place(cast) -> None:
    with pytest.raises(DeliveryPlaceMissing):
        add(cast.bakery, read_identifier(niss(1)), card_delivery="site", site=cast.garage.sites.get())
    assert not Beneficiary.objects.exists()


def test_a_refused_second_registration_leaves_no_person_behind(cast) -> None:
    hire(cast.bakery, 1)
    with pytest.raises(NissAlreadyKnown):
        add(cast.bakery, read_identifier(niss(0)))
    assert Person.objects.count() == 1
