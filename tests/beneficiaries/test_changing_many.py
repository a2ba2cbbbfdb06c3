"""One change for several people: what was shown is what happens, each has it in the trail, other companies are untouched."""

import pytest
from cast import hire
from hypothesis import given
from hypothesis import strategies as st

from tegoed.audit.models import Event
from tegoed.beneficiaries.actions import DeliveryPlaceMissing, change_many, rename_cost_centre
from tegoed.beneficiaries.many import ManyKind, ManyWish, Obstacle, Standing, plan_of
from tegoed.beneficiaries.models import Beneficiary
from tegoed.clients.actions import set_site_open
from tegoed.flows.close_site import SiteStillUsed, close_site

HOME = {"home_street": "Dorp 1", "home_postcode": "9000", "home_town": "Gent"}


def do(cast, people, kind, **wish):
    wanted = ManyWish(kind=kind, **wish)
    ids = [person.pk for person in people]
    return change_many(client=cast.bakery, beneficiary_ids=ids, wish=wanted, actor=cast.alice)


def trail(person) -> list[tuple[str, dict]]:
    events = Event.objects.filter(subject_id=person.pk, action__startswith="beneficiary:").order_by("id")
    return [(event.action, event.facts.get("changed")) for event in events][1:]


def test_leavers_with_a_home_address_leave_and_the_others_are_named(cast) -> None:
    known, unknown = hire(cast.bakery, 2)
    Beneficiary.objects.filter(pk=known.pk).update(**HOME)
    plan = do(cast, [known, unknown], ManyKind.DEACTIVATE)
    known.refresh_from_db()
    unknown.refresh_from_db()
    assert (known.is_active, known.card_delivery, known.site_id) == (False, "home", None)
    assert unknown.is_active
    assert [(person.pk, why) for person, why in plan.obstacles] == [(unknown.pk, Obstacle.NO_HOME_ADDRESS)]
    assert trail(known) == [
        ("beneficiary:deactivate", {"card_delivery": ["site", "home"], "site": ["Winkel", None]}),
    ]
    assert trail(unknown) == []


def test_leavers_without_address_leave_when_no_card_needs_to_reach_them(cast) -> None:
    people = hire(cast.bakery, 2)
    assert do(cast, people, ManyKind.DEACTIVATE, without_address=True).count == 2
    assert not Beneficiary.objects.filter(is_active=True).exists()
    assert do(cast, people, ManyKind.REACTIVATE).count == 2
    assert do(cast, people, ManyKind.REACTIVATE).unchanged_count == 2


def test_nobody_comes_back_to_a_closed_workplace(cast) -> None:
    people = hire(cast.bakery, 2)
    do(cast, people, ManyKind.DEACTIVATE, without_address=True)
    set_site_open(client=cast.bakery, site_id=cast.sites[0].pk, is_open=False, actor=None)
    plan = do(cast, people, ManyKind.REACTIVATE)
    assert [why for _person, why in plan.obstacles] == [Obstacle.SITE_CLOSED]
    assert list(Beneficiary.objects.filter(is_active=True)) == [people[1]]


def test_cards_go_to_another_workplace_or_home(cast) -> None:
    people = hire(cast.bakery, 3)
    Beneficiary.objects.filter(pk=people[0].pk).update(**HOME)
    assert do(cast, people, ManyKind.TO_SITE, site=cast.sites[1]).count == 2
    plan = do(cast, people, ManyKind.TO_HOME)
    assert (plan.count, len(plan.obstacles)) == (1, 2)
    people[0].refresh_from_db()
    assert (people[0].card_delivery, people[0].site) == ("home", None)


def test_a_closed_or_foreign_workplace_is_no_choice(cast) -> None:
    people = hire(cast.bakery, 1)
    for site in (cast.garage.sites.get(), None):
        with pytest.raises(DeliveryPlaceMissing):
            do(cast, people, ManyKind.TO_SITE, site=site)


def test_people_of_another_company_are_left_out(cast) -> None:
    strangers = hire(cast.garage, 2)
    for kind in (ManyKind.DEACTIVATE, ManyKind.COST_CENTRE):
        assert do(cast, strangers, kind, cost_centre="X", without_address=True).count == 0
    assert Beneficiary.objects.filter(is_active=True, cost_centre="").count() == 2


def test_many_people_take_few_queries(cast, django_assert_max_num_queries) -> None:
    people = hire(cast.bakery, 60)
    with django_assert_max_num_queries(7):
        assert do(cast, people, ManyKind.COST_CENTRE, cost_centre="Oven").count == 60
    assert trail(people[59]) == [("beneficiary:change", {"cost_centre": ["", "Oven"]})]


def test_a_cost_centre_is_renamed_into_one_that_exists(cast) -> None:
    people = hire(cast.bakery, 3)
    do(cast, people[:2], ManyKind.COST_CENTRE, cost_centre="Oven")
    do(cast, people[2:], ManyKind.COST_CENTRE, cost_centre="Bakkerij")
    assert rename_cost_centre(client=cast.bakery, old="Oven", new="Bakkerij", actor=cast.alice) == 2
    assert rename_cost_centre(client=cast.bakery, old="Oven", new="Bakkerij", actor=cast.alice) == 0
    assert set(Beneficiary.objects.values_list("cost_centre", flat=True)) == {"Bakkerij"}
    facts = Event.objects.get(action="cost-centre:rename").facts
    assert facts == {"old": "Oven", "new": "Bakkerij", "people_count": 2}


def test_a_workplace_in_use_closes_only_when_its_people_move(cast) -> None:
    people = hire(cast.bakery, 4)
    with pytest.raises(SiteStillUsed):
        close_site(client=cast.bakery, site_id=cast.sites[0].pk, move_to=None, actor=cast.alice)
    closed = close_site(client=cast.bakery, site_id=cast.sites[0].pk, move_to=cast.sites[1], actor=cast.alice)
    assert not closed.is_active
    assert set(Beneficiary.objects.values_list("site_id", flat=True)) == {cast.sites[1].pk}
    assert trail(people[0]) == [("beneficiary:change", {"site": ["Winkel", "Atelier"]})]
    assert trail(people[1]) == []


@given(
    is_active=st.booleans(),
    goes_home=st.booleans(),
    site_is_open=st.booleans(),
    has_home=st.booleans(),
    without_address=st.booleans(),
    kind=st.sampled_from([kind for kind in ManyKind if kind != ManyKind.TO_SITE]),
)
def test_a_plan_never_leaves_an_active_persons_card_without_a_place(
    is_active, goes_home, site_is_open, has_home, without_address, kind
) -> None:
    """Whoever is active afterwards and was deliverable before is deliverable still."""
    person = Standing(
        pk=1,
        name="An",
        is_active=is_active,
        card_delivery="home" if goes_home else "site",
        site_id=None if goes_home else 7,
        site_name=None if goes_home else "Winkel",
        site_is_open=site_is_open and not goes_home,
        cost_centre="",
        has_home=has_home or goes_home,
    )
    plan = plan_of([person], ManyWish(kind=kind, cost_centre="Oven", without_address=without_address))
    assert plan.count + len(plan.obstacles) + plan.unchanged_count == 1
    after = plan.fields.get(1, {})
    if after.get("is_active", is_active) and (kind == ManyKind.REACTIVATE or site_is_open or goes_home):
        delivery = after.get("card_delivery", person.card_delivery)
        deliverable = person.has_home if delivery == "home" else person.site_is_open
        assert deliverable or not is_changed(plan)
    if kind == ManyKind.DEACTIVATE and is_active and after and not without_address:
        assert after.get("card_delivery", person.card_delivery) == "home"


def is_changed(plan) -> bool:
    return plan.count > 0
