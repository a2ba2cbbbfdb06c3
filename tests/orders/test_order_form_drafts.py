"""An order form without errors becomes drafts, whole: lines, new people, the trail; discarding drops the drafts only."""

from datetime import date, timedelta

import pytest
import time_machine
from cast import hire, niss
from hypothesis import given, settings
from hypothesis import strategies as st
from order_forms import drafts_of, eco_row, meal_row, newcomer, staged_form, taken

from tegoed.audit.models import Event
from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.models import Beneficiary, CardDelivery, Person, PersonIdentifier
from tegoed.flows.confirm_order import confirm_orders
from tegoed.flows.refusals import FormAwaitsApproval
from tegoed.flows.take_order_form import discard_orders_of, take_order_form
from tegoed.orders.models import OrderLine, OrderState, OrderTransition
from tegoed.orders.queries import previews_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.identifiers import read_identifier
from tegoed.uploads.models import UploadState


def test_one_draft_for_each_product_date_month_and_occasion(cast) -> None:
    hire(cast.bakery, 3)
    tomorrow = brussels_today() + timedelta(days=1)
    upload = taken(
        cast.bakery,
        [meal_row(0, worker_share=120), meal_row(1, voucher_count=7), eco_row(0), meal_row(2, loading_on=tomorrow)],
        actor=cast.alice,
        reference="November",
    )
    assert upload.state == UploadState.READY
    assert upload.summary == {
        "row_count": 4,
        "left_out_count": 0,
        "added_count": 0,
        "newcomer_ids": [],
        "order_count": 3,
        "line_count": 4,
    }
    facts = [
        (order.product, order.loading_on, order.reference, order.state, order.created_by, order.lines.count())
        for order in drafts_of(upload)
    ]
    today = brussels_today()
    assert facts == [
        ("meal", today, "November", "draft", cast.alice, 2),
        ("eco", today, "November", "draft", cast.alice, 1),
        ("meal", tomorrow, "November", "draft", cast.alice, 1),
    ]
    lines = OrderLine.objects.filter(order=drafts_of(upload)[0]).order_by("id")
    assert [
        (line.voucher_count, line.face_value_cents, line.amount_cents, line.worker_share_cents) for line in lines
    ] == [
        (20, 800, 160_00, 120),
        (7, 800, 56_00, None),
    ]
    assert OrderTransition.objects.filter(order__upload=upload, reason="from_form", actor=cast.alice).count() == 3
    assert Event.objects.filter(action="order:start", actor_id=cast.alice.pk).count() == 3


def test_rows_without_vouchers_or_amount_leave_the_person_out(cast) -> None:
    hire(cast.bakery, 3)
    upload = taken(
        cast.bakery, [meal_row(0), meal_row(1, voucher_count=0), meal_row(2, voucher_count=None), eco_row(0, 0)]
    )
    assert [order.lines.count() for order in drafts_of(upload)] == [1]
    assert upload.summary["left_out_count"] == 3


def test_what_was_given_with_the_file_fills_empty_cells(cast) -> None:
    hire(cast.bakery, 2)
    later = brussels_today() + timedelta(days=40)
    upload = taken(cast.bakery, [meal_row(0, loading_on=None), meal_row(1)], loading_on=later)
    assert [order.loading_on for order in drafts_of(upload)] == [later, brussels_today()]
    assert drafts_of(upload)[0].month_on == later.replace(day=1)


def test_a_number_times_a_value_may_stand_for_the_amount(cast) -> None:
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [eco_row(0, voucher_count=10, face_value=10_00, amount=None)])
    line = OrderLine.objects.get(order__upload=upload)
    assert (line.amount_cents, line.voucher_count, line.face_value_cents) == (100_00, 0, 0)


def test_gifts_carry_occasion_and_children(cast) -> None:
    from tegoed.clients.actions import sign_contract
    from tegoed.rules.products import Form, Product

    sign_contract(
        client=cast.bakery,
        product=Product.GIFT,
        form=Form.ELECTRONIC,
        tariff=cast.tariff,
        starts_on=date(2024, 1, 1),
        actor=None,
    )
    hire(cast.bakery, 2)
    rows = [eco_row(0, 40_00, product="gift"), eco_row(1, 80_00, product="gift", child_count=1)]
    upload = taken(cast.bakery, [*rows, eco_row(1, 100_00, product="gift", occasion="honour")])
    assert [(order.occasion, order.lines.count()) for order in drafts_of(upload)] == [("end_of_year", 2), ("honour", 1)]
    assert OrderLine.objects.filter(order__upload=upload).values_list("child_count", flat=True)[1] == 1


def test_new_people_are_added_once_with_a_number_that_can_be_read_back(cast) -> None:
    rows = [
        meal_row(0, **newcomer(0, email="lies@bakkerij.example", cost_centre="A1")),
        eco_row(0),
        meal_row(
            1,
            **newcomer(
                1, card_delivery="home", site=None, home_street="Dorp 1", home_postcode="9000", home_town="Gent"
            ),
        ),
    ]
    upload = taken(cast.bakery, rows, actor=cast.alice)
    assert upload.summary["added_count"] == 2
    at_work, at_home = Beneficiary.objects.filter(client=cast.bakery).order_by("id")
    assert (at_work.email, at_work.cost_centre, at_work.site.name, at_work.is_active) == (
        "lies@bakkerij.example",
        "A1",
        "Winkel",
        True,
    )
    assert (at_home.card_delivery, at_home.site, at_home.home_town) == (CardDelivery.HOME, None, "Gent")
    identifier = PersonIdentifier.objects.get(person=at_work.person)
    number = identifier_vault.decrypt(identifier.key_id, bytes(identifier.ciphertext), person_id=at_work.person_id)
    assert number == niss(0)
    event = Event.objects.get(action="beneficiaries:import")
    assert (event.actor_id, event.facts) == (cast.alice.pk, {"added_count": 2})


def test_somebody_known_through_another_employer_stays_one_person(cast) -> None:
    (at_garage,) = hire(cast.garage, 1)
    taken(cast.bakery, [meal_row(0, **newcomer(0))])
    at_bakery = Beneficiary.objects.get(client=cast.bakery)
    assert (at_bakery.person_id, at_bakery.last_name) == (at_garage.person_id, "Vermeulen 0")
    assert PersonIdentifier.objects.count() == 1


def test_somebody_registered_between_reading_and_taking_is_not_made_twice(cast) -> None:
    upload = staged_form(cast.bakery, [meal_row(0, **newcomer(0))])
    (person,) = hire(cast.bakery, 1)
    summary = take_order_form(upload=upload)
    assert summary["added_count"] == 0
    assert OrderLine.objects.get(order__upload=upload).beneficiary == person


def test_people_of_rows_that_ask_for_nothing_are_not_added(cast) -> None:
    taken(cast.bakery, [meal_row(0, **newcomer(0)), meal_row(1, voucher_count=0, **newcomer(1))])
    assert Person.objects.count() == 1


def test_discarding_cancels_the_drafts_and_keeps_the_people(cast) -> None:
    upload = taken(cast.bakery, [meal_row(0, **newcomer(0)), eco_row(0)])
    assert discard_orders_of(upload=upload, actor=cast.alice) == 2
    assert {order.state for order in drafts_of(upload)} == {OrderState.CANCELLED}
    assert Beneficiary.objects.filter(client=cast.bakery, is_active=True).count() == 1
    assert Event.objects.filter(action="order:discard", actor_id=cast.alice.pk).count() == 2


def test_a_form_that_waits_for_approval_is_not_discarded(cast) -> None:
    cast.bakery.needs_approval = True
    cast.bakery.save()
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [meal_row(0)])
    orders = drafts_of(upload)
    total_cents = sum(preview.pricing.total_cents for preview in previews_of(orders))
    confirm_orders(
        client=cast.bakery,
        order_ids=[order.pk for order in orders],
        actor=cast.alice,
        confirmed_total_cents=total_cents,
    )
    with pytest.raises(FormAwaitsApproval):
        discard_orders_of(upload=upload, actor=cast.alice)
    assert [order.state for order in drafts_of(upload)] == ["awaiting_approval"]


rows_of_people = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["meal", "eco"]), st.integers(0, 3), st.integers(0, 2)),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row[:2] + row[3:],
)


@settings(max_examples=20)
@given(rows=rows_of_people)
def test_every_row_that_asks_becomes_one_line_of_its_amount(cast, rows) -> None:
    """Whatever the mix of products, people and days: lines and cents of the drafts are those of the form."""
    from django.db import transaction

    with time_machine.travel("2026-03-02T10:00:00Z"), transaction.atomic():
        hire(cast.bakery, 3)
        asked = []
        for number, product, count, days in rows:
            loading_on = brussels_today() + timedelta(days=days)
            who = newcomer(number) if number >= 3 else {}
            if product == "meal":
                asked.append(meal_row(number, voucher_count=count, loading_on=loading_on, **who))
            else:
                asked.append(eco_row(number, count * 10_00, loading_on=loading_on, **who))
        upload = taken(cast.bakery, asked)
        wanted = sorted(
            (
                read_identifier(row["identifier"]).value,
                row["product"],
                row["loading_on"],
                row.get("amount", row.get("voucher_count", 0) * 800),
            )
            for row in asked
            if row.get("amount") or row.get("voucher_count")
        )
        numbers = {
            identifier.person_id: identifier_vault.decrypt(
                identifier.key_id, bytes(identifier.ciphertext), person_id=identifier.person_id
            )
            for identifier in PersonIdentifier.objects.all()
        }
        stored = sorted(
            (numbers[line.beneficiary.person_id], line.order.product, line.order.loading_on, line.amount_cents)
            for line in OrderLine.objects.filter(order__upload=upload).select_related("beneficiary", "order")
        )
        assert stored == wanted
        assert (upload.state == UploadState.READY) == bool(wanted)
        transaction.set_rollback(True)
