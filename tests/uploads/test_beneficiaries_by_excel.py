"""A form of beneficiaries: what it would change is shown, and exactly that is stored, all of it or nothing."""

from datetime import date

import pytest
from beneficiary_forms import apply, newcomer, read, told, workbook
from cast import hire, niss

from tegoed.audit.models import Event
from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.models import Beneficiary, Person, PersonIdentifier
from tegoed.beneficiaries.staged.difference import compared_rows
from tegoed.uploads.models import StagedPerson, Upload, UploadRemark


def counts(upload: Upload) -> dict[str, int]:
    assert upload.state in {"ready", "applied"}, (
        upload.refusal_code,
        list(upload.remarks.values("row", "code", "params")),
    )
    return {verdict: count for verdict, count in upload.summary["counts"].items() if count}


def test_new_people_are_shown_first_and_stored_when_applied(cast):
    rows = [
        newcomer(number, email=f"p{number}@x.example", meal_voucher_count=20, meal_face_value=800)
        for number in range(3)
    ]
    upload = read(cast.bakery, workbook(*rows), actor=cast.alice)
    assert counts(upload) == {"new": 3}
    assert Beneficiary.objects.count() == Person.objects.count() == 0
    apply(upload, actor=cast.alice)
    assert upload.state == "applied"
    added = Beneficiary.objects.select_related("site").get(client=cast.bakery, first_name="Lotte 1")
    assert (added.last_name, added.language, added.email, added.gender) == ("Maes", "nl", "p1@x.example", "x")
    assert (added.site.name, added.card_delivery, added.is_active) == ("Winkel", "site", True)
    identifier = added.person.identifiers.get()
    value = identifier_vault.decrypt(identifier.key_id, bytes(identifier.ciphertext), person_id=added.person_id)
    assert value == niss(1)
    usual = added.products.get()
    assert (usual.product, usual.voucher_count, usual.face_value_cents) == ("meal", 20, 800)
    assert Event.objects.filter(action="beneficiary:add", actor_id=cast.alice.pk).count() == 3
    imported = Event.objects.get(action="beneficiaries:import")
    assert imported.facts["new"] == imported.facts["person_count"] == 3


def test_what_changes_is_told_as_old_and_new_and_an_empty_cell_changes_nothing(cast):
    person, other = hire(cast.bakery, 2)
    content = workbook(
        {"identifier": niss(0), "cost_centre": "Bakkerij", "meal_face_value": 750, "email": None},
        {"identifier": niss(1), "last_name": other.last_name, "is_active": True},
    )
    upload = read(cast.bakery, content)
    assert counts(upload) == {"changed": 1, "unchanged": 1}
    (row,) = compared_rows(upload, [2])
    assert {(field.name, field.old, field.new) for field in row.fields} == {
        ("cost_centre", "", "Bakkerij"),
        ("meal_face_value_cents", 800, 750),
    }
    before = Beneficiary.objects.values().get(pk=person.pk)
    apply(upload)
    after = Beneficiary.objects.values().get(pk=person.pk)
    assert {name for name in before if before[name] != after[name]} == {"cost_centre"}
    assert person.products.get().face_value_cents == 750
    assert person.products.get().voucher_count == 20
    (event,) = Event.objects.filter(action="beneficiary:change")
    assert event.subject_id == person.pk
    assert event.facts["changed"] == {"cost_centre": ["", "Bakkerij"], "meal_face_value_cents": [800, 750]}


def test_no_in_the_active_column_deactivates_and_yes_brings_back_the_same_person(cast):
    person = hire(cast.bakery, 1)[0]
    home = {"card_delivery": "home", "home_street": "Dreef 1", "home_postcode": "2000", "home_town": "Antwerpen"}
    apply(read(cast.bakery, workbook({"identifier": niss(0), "is_active": False, **home})))
    person.refresh_from_db()
    assert (person.is_active, person.card_delivery, person.site_id, person.home_street) == (
        False,
        "home",
        None,
        "Dreef 1",
    )
    upload = read(cast.bakery, workbook({"identifier": niss(0), "is_active": True}))
    assert counts(upload) == {"reactivated": 1}
    apply(upload)
    person.refresh_from_db()
    assert person.is_active
    assert Person.objects.count() == 1
    actions = list(Event.objects.filter(subject_id=person.pk).order_by("id").values_list("action", flat=True))
    assert actions[-2:] == ["beneficiary:deactivate", "beneficiary:reactivate"]


def test_a_leaver_whose_card_goes_to_the_office_needs_a_home_address(cast):
    hire(cast.bakery, 1)
    upload = read(cast.bakery, workbook({"identifier": niss(0), "is_active": False}))
    assert (counts(upload), upload.warning_count) == ({"deactivated": 1}, 1)
    assert told(upload) == {(2, "home_street", "leaver-without-address")}


HOME = {"home_street": "Dreef 1", "home_postcode": "2000", "home_town": "Antwerpen"}


@pytest.mark.parametrize("address_stands_in", ["file", "profile", "both"])
def test_the_card_of_a_leaver_goes_home_from_now_on(cast, address_stands_in):
    """As by hand, also when the form that we handed out still says workplace."""
    person = hire(cast.bakery, 1)[0]
    in_file = {"file": HOME, "profile": {}, "both": {"home_street": "Dreef 1"}}[address_stands_in]
    in_profile = {name: value for name, value in HOME.items() if name not in in_file}
    Beneficiary.objects.filter(pk=person.pk).update(**in_profile)
    row = {"identifier": niss(0), "is_active": False, "card_delivery": "site", "site": "Winkel", **in_file}
    upload = read(cast.bakery, workbook(row))
    assert (counts(upload), upload.warning_count) == ({"deactivated": 1}, 0)
    fields = {field.name: (field.old, field.new) for field in compared_rows(upload, [2])[0].fields}
    assert fields["card_delivery"] == ("site", "home")
    assert fields["site_id"] == (person.site_id, None)
    apply(upload)
    person.refresh_from_db()
    assert (person.is_active, person.card_delivery, person.site_id) == (False, "home", None)
    event = Event.objects.get(action="beneficiary:deactivate")
    assert event.facts["changed"]["site"] == ["Winkel", None]


def test_a_dash_empties_what_may_be_empty(cast):
    person = hire(cast.bakery, 1)[0]
    optional = {"email": "an@x.example", "staff_number": "P1", "cost_centre": "Oven"}
    Beneficiary.objects.filter(pk=person.pk).update(**optional)
    upload = read(cast.bakery, workbook({"identifier": niss(0), **dict.fromkeys(optional, "-")}))
    assert counts(upload) == {"changed": 1}
    fields = {field.name: (field.old, field.new) for field in compared_rows(upload, [2])[0].fields}
    assert fields == {name: (value, "") for name, value in optional.items()}
    apply(upload)
    person.refresh_from_db()
    assert (person.email, person.staff_number, person.cost_centre) == ("", "", "")


HOME = {"home_street": "Dorp 1", "home_postcode": "9000", "home_town": "Gent"}


def test_a_dash_empties_the_home_address_of_whose_card_goes_to_work(cast):
    person = hire(cast.bakery, 1)[0]
    Beneficiary.objects.filter(pk=person.pk).update(**HOME)
    apply(read(cast.bakery, workbook({"identifier": niss(0), **dict.fromkeys(HOME, "-")})))
    person.refresh_from_db()
    assert [getattr(person, name) for name in HOME] == ["", "", ""]


def test_a_dash_never_leaves_a_card_that_goes_home_without_an_address(cast):
    person = hire(cast.bakery, 1)[0]
    Beneficiary.objects.filter(pk=person.pk).update(card_delivery="home", site=None, **HOME)
    upload = read(cast.bakery, workbook({"identifier": niss(0), "home_town": "-"}))
    assert upload.state == "refused"
    assert [remark.code for remark in upload.remarks.all()] == ["card-without-place"]


def test_zero_takes_a_usual_amount_away(cast):
    person = hire(cast.bakery, 1)[0]
    apply(
        read(
            cast.bakery,
            workbook({"identifier": niss(0), "meal_voucher_count": 0, "meal_face_value": 0, "eco_amount": 5000}),
        )
    )
    assert list(person.products.values_list("product", "amount_cents")) == [("eco", 5000)]


def test_everything_wrong_is_told_at_once_with_its_place_and_nothing_is_stored(cast):
    hire(cast.bakery, 1)
    content = workbook(
        newcomer(5, last_name=None),
        newcomer(6, birth_on="2999-01-01"),
        newcomer(7, site="Depot"),
        newcomer(8, site=None, card_delivery=None),
        newcomer(9, card_delivery="home", site=None, home_street="Dreef 1"),
        newcomer(10, first_name="A"),
        newcomer(10, first_name="B"),
        {"identifier": niss(0), "meal_voucher_count": 20, "meal_face_value": 5000},
        newcomer(11, email="geen adres"),
    )
    upload = read(cast.bakery, content)
    assert upload.state == "refused"
    assert told(upload) - {(3, "birth_on", "birth-date-differs"), (10, "birth_on", "birth-date-differs")} == {
        (2, "last_name", "value-missing-for-new"),
        (3, "birth_on", "cell-day"),
        (4, "site", "site-unknown"),
        (5, "card_delivery", "card-without-place"),
        (6, "home_postcode", "card-without-place"),
        (7, "identifier", "person-twice-in-form"),
        (8, "identifier", "person-twice-in-form"),
        (9, "meal_face_value", "usual-amount-refused"),
        (10, "email", "cell-email"),
    }
    unknown = upload.remarks.get(code="site-unknown")
    assert unknown.params == {"site_name": "Depot", "known_sites": "Atelier, Winkel", "reason": ""}
    other_rows = upload.remarks.filter(code="person-twice-in-form").order_by("row").values_list("params", flat=True)
    assert [params["other_row"] for params in other_rows] == ["8", "7"]
    assert Beneficiary.objects.count() == 1
    assert StagedPerson.objects.count() == 0


def test_somebody_new_who_looks_like_a_known_temporary_number_is_doubted(cast):
    temporary = newcomer(1) | {"identifier": "TMP-77", "identifier_is_temporary": True}
    apply(read(cast.bakery, workbook(temporary)))
    upload = read(cast.bakery, workbook(newcomer(1)))
    assert told(upload) == {(2, "identifier", "looks-like-known")}
    assert counts(upload) == {"new": 1}


def test_a_birth_date_that_is_not_the_one_of_the_number_only_warns(cast):
    upload = read(cast.bakery, workbook(newcomer(1, birth_on="1970-02-03")))
    assert (upload.state, told(upload)) == ("ready", {(2, "birth_on", "birth-date-differs")})
    apply(upload)
    assert Beneficiary.objects.get().birth_on == date(1970, 2, 3)


def test_a_person_known_through_another_employer_stays_one_person(cast):
    hire(cast.garage, 1)
    upload = apply(read(cast.bakery, workbook(newcomer(0))))
    assert counts(upload) == {"new": 1}
    assert Person.objects.count() == 1
    assert Person.objects.get().beneficiaries.count() == 2


def test_what_somebody_changed_in_between_is_shown_again_before_anything_is_stored(cast):
    person = hire(cast.bakery, 1)[0]
    upload = read(cast.bakery, workbook({"identifier": niss(0), "cost_centre": "Bakkerij"}, newcomer(3)))
    Beneficiary.objects.filter(pk=person.pk).update(cost_centre="Winkel")
    apply(upload)
    assert (upload.state, upload.summary["returned"]) == ("ready", "changed-meanwhile")
    assert Beneficiary.objects.count() == 1
    (row,) = compared_rows(upload, [2])
    assert [(field.old, field.new) for field in row.fields] == [("Winkel", "Bakkerij")]
    apply(upload)
    assert upload.state == "applied"
    assert set(Beneficiary.objects.values_list("cost_centre", flat=True)) == {"Bakkerij", ""}


def test_a_workplace_closed_in_between_makes_it_a_refusal(cast):
    upload = read(cast.bakery, workbook(newcomer(3), newcomer(4, site="Atelier")))
    cast.bakery.sites.filter(name="Winkel").update(is_active=False)
    apply(upload)
    assert upload.state == "refused"
    assert told(upload) == {(2, "site", "site-unknown")}
    assert Beneficiary.objects.count() == 0


def test_somebody_registered_in_between_is_not_made_twice(cast):
    upload = read(cast.bakery, workbook(newcomer(0), newcomer(1)))
    hire(cast.garage, 1)  # the same first person, by another employer
    apply(upload)
    assert upload.state == "applied"
    assert Person.objects.count() == PersonIdentifier.objects.count() == 2
    assert Beneficiary.objects.filter(client=cast.bakery).count() == 2


def test_the_file_and_its_rows_are_gone_once_applied(cast):
    upload = apply(read(cast.bakery, workbook(newcomer(0))))
    assert upload.content is None
    assert StagedPerson.objects.count() == UploadRemark.objects.count() == 0


def test_one_active_workplace_is_the_place_of_cards_that_name_none(cast):
    apply(read(cast.garage, workbook(newcomer(0, site=None, card_delivery=None, language=None))))
    added = Beneficiary.objects.get()
    assert (added.site.name, added.language) == ("Garage", "fr")


@pytest.mark.parametrize("reason", ["no-rows", "header"])
def test_a_file_that_is_no_form_is_refused_as_a_whole(reason, cast):
    content = workbook(keys=["identifier", "last_name"]) if reason == "no-rows" else b"a;b\n1;2\n"
    upload = read(cast.bakery, content)
    assert (upload.state, upload.refusal_code) == ("refused", "workbook-refused")
    assert upload.content is None
