"""Dora decides about numbers that clients asked to be replaced."""

import pytest
from cast import hire, hire_temporary, niss
from django.urls import reverse

from tegoed.beneficiaries.actions import ask_identifier_change
from tegoed.beneficiaries.models import IdentifierChange, PersonIdentifier
from tegoed.rules.identifiers import read_identifier


@pytest.fixture
def dora(cast, browser_of):
    return browser_of(cast.staff_member)


@pytest.fixture
def change(cast):
    person = hire_temporary(cast.bakery)
    return ask_identifier_change(
        client=cast.bakery, beneficiary_id=person.pk, identifier=read_identifier(niss(90)), actor=cast.alice
    )


def office(name, *ids) -> str:
    return reverse(f"backoffice:{name}", args=ids)


def test_the_queue_is_on_the_overview_and_leads_to_the_decision(dora, change) -> None:
    assert office("identifier-changes") in dora.get(office("overview")).content.decode()
    assert office("identifier-change", change.pk) in dora.get(office("identifier-changes")).content.decode()
    page = dora.get(office("identifier-change", change.pk)).content.decode()
    assert "Bakkerij Peeters" in page
    assert "TM***" in page
    assert change.masked in page
    assert niss(90) not in page


def test_a_birth_date_that_differs_is_a_doubt(dora, change) -> None:
    assert "isn&#x27;t the one the client told" not in dora.get(office("identifier-change", change.pk)).content.decode()
    change.beneficiary.birth_on = "1999-01-01"
    change.beneficiary.save()
    assert "isn&#x27;t the one the client told" in dora.get(office("identifier-change", change.pk)).content.decode()


def test_approving_empties_the_queue(dora, change) -> None:
    answer = dora.post(office("identifier-change-approve", change.pk), follow=True)
    assert "was replaced" in answer.content.decode()
    assert "Nothing waits" in answer.content.decode()
    assert PersonIdentifier.objects.get(replaced_at__isnull=True).kind == "niss"
    assert "Approved" in dora.get(office("identifier-change", change.pk)).content.decode()


def test_refusing_needs_a_reason_without_a_number(dora, change) -> None:
    url = office("identifier-change-refuse", change.pk)
    for reason in ("", f"is {niss(91)} volgens ons"):
        assert dora.post(url, {"reason": reason}).status_code == 200
        assert IdentifierChange.objects.get().state == "asked"
    dora.post(url, {"reason": "Typing error"})
    assert IdentifierChange.objects.get().decision_reason == "Typing error"


def test_what_can_not_be_approved_says_why_before_and_after(cast, dora, change) -> None:
    hire(cast.bakery, 1, first=90)
    page = dora.get(office("identifier-change", change.pk)).content.decode()
    assert "somebody else on the list of" in page
    assert office("identifier-change-approve", change.pk) not in page
    answer = dora.post(office("identifier-change-approve", change.pk), follow=True)
    assert "somebody else on the list of" in answer.content.decode()
    assert IdentifierChange.objects.get().state == "asked"


def test_somebody_decided_is_told_to_the_second(dora, change) -> None:
    dora.post(office("identifier-change-approve", change.pk))
    for name in ("identifier-change-approve", "identifier-change-refuse"):
        answer = dora.post(office(name, change.pk), {"reason": "x"}, follow=True)
        assert "decided about this in between" in answer.content.decode()


def test_staff_find_people_by_name_and_by_number_and_the_number_stays_out_of_addresses(cast, dora) -> None:
    (person,) = hire(cast.bakery, 1)
    hire(cast.garage, 1, first=4)
    answer = dora.post(office("people"), {"words": "janssens 000"}, follow=True)
    assert [row.pk for row in answer.context["people"].object_list] == [person.pk]
    assert dora.post(office("people"), {"words": niss(0)})["Location"] == office("person", person.pk)
    unknown = dora.post(office("people"), {"words": niss(50)})
    assert niss(50) not in unknown["Location"]


def test_staff_replace_a_number_on_the_persons_own_page(cast, dora) -> None:
    (person,) = hire(cast.bakery, 1)
    url = office("person", person.pk)
    assert "identifier" in dora.post(url, {"identifier": "123"}).context["form"].errors
    assert "identifier" in dora.post(url, {"identifier": niss(0)}).context["form"].errors
    page = dora.post(url, {"identifier": niss(90)}, follow=True).content.decode()
    assert "was replaced" in page
    assert "Number replaced" in page
    assert niss(90) not in page
