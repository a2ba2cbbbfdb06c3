"""The national number comes: the person stays the same, and two records of one person become one where that is safe."""

from datetime import date

import pytest
from cast import draft_of, hire, hire_temporary, niss

from tegoed.audit.models import Event
from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.actions import NissAlreadyKnown, ask_identifier_change, rotate_identifier_keys
from tegoed.beneficiaries.models import Beneficiary, IdentifierChange, Person, PersonIdentifier
from tegoed.beneficiaries.queries import look_alikes
from tegoed.beneficiaries.refusals import (
    IdentifierChangeAsked,
    IdentifierChangeDecided,
    IdentifierChangeNotNeeded,
    PersonsBothInUse,
    PersonsEmployedTogether,
)
from tegoed.cards.models import Card
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.decide_identifier_change import (
    approve_identifier_change,
    prospect_of,
    refuse_identifier_change,
    replace_identifier,
)
from tegoed.orders.queries import preview_of
from tegoed.outbox.models import Message
from tegoed.rules.identifiers import make_niss, read_identifier

NUMBER = niss(90)


def ask(cast, person, text=NUMBER, *, actor=None, temporary=False) -> IdentifierChange:
    return ask_identifier_change(
        client=person.client,
        beneficiary_id=person.pk,
        identifier=read_identifier(text, temporary=temporary),
        actor=actor or cast.alice,
    )


def approve(cast, change) -> IdentifierChange:
    return approve_identifier_change(change_id=change.pk, actor=cast.staff_member)


def numbers_of(person_id: int) -> dict[str, bool]:
    """Each number of a person in clear -> whether it is the current one."""
    return {
        identifier_vault.decrypt(row.key_id, bytes(row.ciphertext), person_id=person_id): row.replaced_at is None
        for row in PersonIdentifier.objects.filter(person_id=person_id)
    }


def give_card(cast, person) -> Card:
    """Through an order, as it happens."""
    draft = draft_of(person.client, [person])
    total_cents = preview_of(draft).pricing.total_cents
    confirm_order(client=person.client, order_id=draft.pk, actor=None, confirmed_total_cents=total_cents)
    return Card.objects.get(person_id=person.person_id)


def test_the_person_stays_and_the_old_number_still_finds_them(cast) -> None:
    person = hire_temporary(cast.bakery)
    card = give_card(cast, person)
    approve(cast, ask(cast, person))
    person.refresh_from_db()
    card.refresh_from_db()
    assert card.person_id == person.person_id
    assert numbers_of(person.person_id) == {"TMP-1": False, NUMBER: True}
    assert Person.objects.count() == 1
    change = IdentifierChange.objects.get()
    assert (change.state, change.decided_by) == ("approved", cast.staff_member)
    assert (bytes(change.ciphertext), bytes(change.lookup_hash), change.key_id) == (b"", b"", "")


def test_the_trail_says_so_without_a_number_in_clear(cast) -> None:
    person = hire_temporary(cast.bakery)
    approve(cast, ask(cast, person))
    events = Event.objects.filter(subject_id=person.pk, action__startswith="identifier").order_by("id")
    assert [event.action for event in events] == ["identifier-change:ask", "identifier:change"]
    assert events[1].facts == {"old": "TM***", "new": f"{NUMBER[:2]}.{NUMBER[2:4]}.**-***.**"}
    assert NUMBER not in str([event.facts for event in events])


def test_who_asked_gets_a_mail_without_the_number(cast) -> None:
    person = hire_temporary(cast.bakery)
    refuse_identifier_change(change_id=ask(cast, person).pk, reason="Belongs to somebody else", actor=cast.staff_member)
    mail = Message.objects.get()
    assert (mail.recipient, mail.language) == (cast.alice.email, "en")
    assert "Belongs to somebody else" in mail.text
    assert f"/beneficiaries/{person.pk}/" in mail.text
    assert NUMBER not in mail.subject + mail.text
    assert numbers_of(person.person_id) == {"TMP-1": True}
    assert bytes(IdentifierChange.objects.get().ciphertext) == b""


def test_after_a_refusal_the_client_may_ask_again(cast) -> None:
    person = hire_temporary(cast.bakery)
    refuse_identifier_change(change_id=ask(cast, person).pk, reason="Typing error", actor=cast.staff_member)
    approve(cast, ask(cast, person))
    assert numbers_of(person.person_id)[NUMBER]


def test_what_can_not_be_asked(cast) -> None:
    final, other = hire(cast.bakery, 2)
    person = hire_temporary(cast.bakery)
    for who, text, temporary, reason in (
        (final, NUMBER, False, "final"),
        (person, "TMP-1", True, "same"),
        (person, "TMP-2", True, "temporary"),
    ):
        with pytest.raises(IdentifierChangeNotNeeded) as refused:
            ask(cast, who, text, temporary=temporary)
        assert refused.value.params == {"reason": reason}
    with pytest.raises(NissAlreadyKnown) as known:
        ask(cast, person, niss(1))
    assert known.value.params["beneficiary_id"] == other.pk
    ask(cast, person)
    with pytest.raises(IdentifierChangeAsked):
        ask(cast, person, niss(91))


def test_a_decision_is_taken_once(cast) -> None:
    change = ask(cast, hire_temporary(cast.bakery))
    approve(cast, change)
    with pytest.raises(IdentifierChangeDecided):
        approve(cast, change)
    with pytest.raises(IdentifierChangeDecided):
        refuse_identifier_change(change_id=change.pk, reason="x", actor=cast.staff_member)
    assert Message.objects.count() == 1


def test_staff_correct_a_wrong_national_number_at_once(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    replace_identifier(beneficiary=person, identifier=read_identifier(NUMBER), actor=cast.staff_member)
    assert numbers_of(person.person_id) == {niss(0): False, NUMBER: True}
    assert Message.objects.get().recipient == cast.alice.email


def test_back_to_a_number_the_person_had_before(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    replace_identifier(beneficiary=person, identifier=read_identifier(NUMBER), actor=cast.staff_member)
    replace_identifier(beneficiary=person, identifier=read_identifier(niss(0)), actor=cast.staff_member)
    assert numbers_of(person.person_id) == {niss(0): True, NUMBER: False}


def test_somebody_known_elsewhere_is_joined_and_keeps_their_card(cast) -> None:
    (elsewhere,) = hire(cast.garage, 1, first=90)
    card = give_card(cast, elsewhere)
    person = hire_temporary(cast.bakery)
    change = ask(cast, person)
    prospect = prospect_of(change)
    assert [known.client_name for known in prospect.known_elsewhere] == [cast.garage.name]
    assert prospect.obstacle is None
    approve(cast, change)
    person.refresh_from_db()
    card.refresh_from_db()
    assert person.person_id == elsewhere.person_id == card.person_id
    assert numbers_of(person.person_id) == {"TMP-1": False, NUMBER: True}
    assert not Event.objects.filter(subject_id=elsewhere.pk, action="identifier:change").exists()


def test_the_one_without_card_is_absorbed_whichever_it_is(cast) -> None:
    (elsewhere,) = hire(cast.garage, 1, first=90)
    person = hire_temporary(cast.bakery)
    card = give_card(cast, person)
    approve(cast, ask(cast, person))
    elsewhere.refresh_from_db()
    card.refresh_from_db()
    assert elsewhere.person_id == person.person_id == card.person_id
    assert numbers_of(person.person_id) == {"TMP-1": False, NUMBER: True}


def test_a_change_asked_by_another_employer_survives_the_joining(cast, settings) -> None:
    bis = make_niss(birth_on=date(1990, 5, 5), serial=7, bis="sex-known")
    (at_bakery,) = hire(cast.bakery, 1, first=90)
    at_garage = hire_temporary(cast.garage, number="TMP-G")
    replace_identifier(beneficiary=at_garage, identifier=read_identifier(bis), actor=cast.staff_member)
    give_card(cast, at_bakery)
    change = ask(cast, at_garage, actor=cast.charlie)
    settings.IDENTIFIER_ENCRYPTION_KEYS = f"newer:{'B' * 43}= {settings.IDENTIFIER_ENCRYPTION_KEYS}"
    rotate_identifier_keys(actor=None)
    settings.IDENTIFIER_ENCRYPTION_KEYS = settings.IDENTIFIER_ENCRYPTION_KEYS.split()[0]
    approve(cast, change)
    at_garage.refresh_from_db()
    assert at_garage.person_id == at_bakery.person_id
    assert numbers_of(at_bakery.person_id) == {"TMP-G": False, bis: False, NUMBER: True}


def test_two_people_with_cards_are_never_joined(cast) -> None:
    (elsewhere,) = hire(cast.garage, 1, first=90)
    give_card(cast, elsewhere)
    person = hire_temporary(cast.bakery)
    give_card(cast, person)
    change = ask(cast, person)
    assert isinstance(prospect_of(change).obstacle, PersonsBothInUse)
    with pytest.raises(PersonsBothInUse):
        approve(cast, change)
    change.refresh_from_db()
    person.refresh_from_db()
    assert (change.state, person.person_id == elsewhere.person_id) == ("asked", False)
    assert numbers_of(person.person_id) == {"TMP-1": True}


def test_two_people_of_one_employer_are_never_joined(cast) -> None:
    person = hire_temporary(cast.bakery)
    change = ask(cast, person)
    hire(cast.bakery, 1, first=90)  # added with the real number in between
    with pytest.raises(PersonsEmployedTogether):
        approve(cast, change)
    assert Beneficiary.objects.values("person").distinct().count() == 2


def test_a_cancelled_card_counts_for_nothing(cast) -> None:
    (elsewhere,) = hire(cast.garage, 1, first=90)
    Card.objects.create(person_id=elsewhere.person_id, state="cancelled")
    person = hire_temporary(cast.bakery)
    give_card(cast, person)
    approve(cast, ask(cast, person))
    elsewhere.refresh_from_db()
    assert elsewhere.person_id == person.person_id


def test_somebody_with_a_provisional_number_is_recognised_by_name_and_birth_date(cast) -> None:
    known = hire_temporary(cast.bakery, last_name="De Smet", first_name="Élodie")
    hire_temporary(cast.garage, last_name="De Smet", first_name="Élodie")
    told = {"last_name": "DESMET", "first_name": "elodie", "birth_on": known.birth_on}
    assert look_alikes(cast.bakery, **told) == [known]
    assert look_alikes(cast.bakery, **(told | {"birth_on": date(1999, 1, 1)})) == []
    assert look_alikes(cast.bakery, **(told | {"first_name": "Emma"})) == []
    approve(cast, ask(cast, known))
    assert look_alikes(cast.bakery, **told) == []
