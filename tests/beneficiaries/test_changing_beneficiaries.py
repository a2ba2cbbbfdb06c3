"""Editing, leaving and coming back: what changes is written down, what doesn't isn't."""

from datetime import date

import pytest
from cast import draft_of, hire

from tegoed.audit.models import Event
from tegoed.beneficiaries.actions import (
    BeneficiaryParticulars,
    DeliveryPlaceMissing,
    HomeAddress,
    UsualAmount,
    change_beneficiary,
    deactivate_beneficiary,
    reactivate_beneficiary,
)
from tegoed.beneficiaries.models import Beneficiary
from tegoed.beneficiaries.queries import active_beneficiaries_of
from tegoed.beneficiaries.refusals import DeliveryPlaceClosed
from tegoed.clients.actions import set_site_open
from tegoed.flows.confirm_order import confirm_order
from tegoed.orders.actions import BeneficiaryNotOrderable
from tegoed.orders.queries import preview_of

HOME = HomeAddress(street="Dorp 1", postcode="9000", town="Gent")


def told_of(person: Beneficiary, **changes) -> BeneficiaryParticulars:
    """As it is, with these changes."""
    known = {name: getattr(person, name) for name in BeneficiaryParticulars.__slots__}
    return BeneficiaryParticulars(**(known | changes))


def change(cast, person, *, usual_amounts=None, products=(), **changes):
    return change_beneficiary(
        client=cast.bakery,
        beneficiary_id=person.pk,
        particulars=told_of(person, **changes),
        usual_amounts=usual_amounts or [],
        products=products,
        actor=cast.alice,
    )


def events_of(person: Beneficiary) -> list[tuple[str, dict]]:
    events = Event.objects.filter(subject_id=person.pk, action__startswith="beneficiary:").order_by("id")
    return [(event.action, event.facts) for event in events if event.action != "beneficiary:add"]


def test_old_and_new_stand_in_the_trail(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    change(cast, person, last_name="De Smet", birth_on=date(1991, 2, 3), site=cast.sites[1])
    person.refresh_from_db()
    assert (person.last_name, person.birth_on, person.site) == ("De Smet", date(1991, 2, 3), cast.sites[1])
    ((action, facts),) = events_of(person)
    assert action == "beneficiary:change"
    assert facts["changed"] == {
        "last_name": ["Janssens 000", "De Smet"],
        "birth_on": ["1960-01-01", "1991-02-03"],
        "site": ["Winkel", "Atelier"],
    }


def test_saving_without_a_change_writes_nothing(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    assert change(cast, person) == {}
    assert events_of(person) == []


def test_usual_amounts_change_for_the_products_shown_and_no_others(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    changed = change(cast, person, usual_amounts=[UsualAmount(product="eco", amount_cents=5_000)], products=["eco"])
    assert changed == {"usual_eco": [None, [0, 0, 5_000]]}
    changed = change(cast, person, products=["meal", "eco"])
    assert changed == {"usual_eco": [[0, 0, 5_000], None], "usual_meal": [[20, 800, 0], None]}
    assert not person.products.exists()


def test_a_card_can_not_go_to_a_closed_or_foreign_workplace(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    set_site_open(client=cast.bakery, site_id=cast.sites[1].pk, is_open=False, actor=None)
    for site in (cast.sites[1], cast.garage.sites.get()):
        with pytest.raises(DeliveryPlaceMissing):
            change(cast, person, site=site)


def test_a_person_of_another_company_is_not_there(cast) -> None:
    (stranger,) = hire(cast.garage, 1)
    with pytest.raises(Beneficiary.DoesNotExist):
        deactivate_beneficiary(client=cast.bakery, beneficiary_id=stranger.pk, home=None, actor=cast.alice)
    with pytest.raises(Beneficiary.DoesNotExist):
        change(cast, stranger, last_name="X")


def test_cards_of_a_leaver_go_home_and_nobody_orders_for_them(cast) -> None:
    leaver, stayer = hire(cast.bakery, 2)
    deactivate_beneficiary(client=cast.bakery, beneficiary_id=leaver.pk, home=HOME, actor=cast.alice)
    leaver.refresh_from_db()
    assert (leaver.is_active, leaver.card_delivery, leaver.site, leaver.home_town) == (False, "home", None, "Gent")
    assert list(active_beneficiaries_of(cast.bakery)) == [stayer]
    ((action, facts),) = events_of(leaver)
    assert action == "beneficiary:deactivate"
    assert facts["changed"]["card_delivery"] == ["site", "home"]


def test_an_address_with_a_gap_deactivates_nobody(cast) -> None:
    (leaver,) = hire(cast.bakery, 1)
    with pytest.raises(DeliveryPlaceMissing):
        deactivate_beneficiary(
            client=cast.bakery,
            beneficiary_id=leaver.pk,
            home=HomeAddress(street="", postcode="9000", town="Gent"),
            actor=None,
        )
    leaver.refresh_from_db()
    assert leaver.is_active


def test_who_comes_back_is_the_same_person(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    deactivate_beneficiary(client=cast.bakery, beneficiary_id=person.pk, home=None, actor=None)
    back = reactivate_beneficiary(client=cast.bakery, beneficiary_id=person.pk, actor=cast.alice)
    assert (back.is_active, back.person_id) == (True, person.person_id)
    reactivate_beneficiary(client=cast.bakery, beneficiary_id=person.pk, actor=cast.alice)
    assert [action for action, _facts in events_of(person)] == ["beneficiary:deactivate", "beneficiary:reactivate"]


def test_who_comes_back_to_a_closed_workplace_needs_another_first(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    deactivate_beneficiary(client=cast.bakery, beneficiary_id=person.pk, home=None, actor=None)
    set_site_open(client=cast.bakery, site_id=person.site_id, is_open=False, actor=None)
    with pytest.raises(DeliveryPlaceClosed):
        reactivate_beneficiary(client=cast.bakery, beneficiary_id=person.pk, actor=None)


def test_a_draft_with_a_leaver_is_not_confirmed(cast) -> None:
    people = hire(cast.bakery, 2)
    draft = draft_of(cast.bakery, people)
    total_cents = preview_of(draft).pricing.total_cents
    deactivate_beneficiary(client=cast.bakery, beneficiary_id=people[0].pk, home=None, actor=None)
    with pytest.raises(BeneficiaryNotOrderable):
        confirm_order(client=cast.bakery, order_id=draft.pk, actor=None, confirmed_total_cents=total_cents)
