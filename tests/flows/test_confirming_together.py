"""Several drafts confirmed together: one card for each person, the costs that were shown, all or none."""

from datetime import date, timedelta

import pytest
from cast import draft_of, hire
from hypothesis import given, settings
from hypothesis import strategies as st
from order_forms import drafts_of, eco_row, meal_row, taken
from procrastinate.contrib.django.models import ProcrastinateJob

from tegoed.cards.models import Card, CardRequest
from tegoed.clients.models import BlockingRule, Issuer
from tegoed.flows.check_books import check_books
from tegoed.flows.confirm_order import confirm_order, confirm_orders
from tegoed.flows.invoice_order import invoice_order
from tegoed.flows.refusals import CostsChanged, FormConfirmedWhole
from tegoed.orders.actions import LineWish, OrderNotDraft, set_order_lines, start_order
from tegoed.orders.checks import LineRefused
from tegoed.orders.models import Order
from tegoed.orders.queries import previews_of
from tegoed.rules.card_need import CardState
from tegoed.rules.dates import add_months, brussels_today
from tegoed.rules.products import Product
from tegoed.uploads.models import UploadState


def eco_draft(client, people, *, amount_cents: int = 100_00, loading_on: date | None = None) -> Order:
    order = start_order(
        client=client, product=Product.ECO, reference="", loading_on=loading_on or brussels_today(), actor=None
    )
    wishes = [LineWish(beneficiary_id=person.pk, amount_cents=amount_cents) for person in people]
    return set_order_lines(client=client, order_id=order.pk, wishes=wishes, actor=None)


def shown_total(orders) -> int:
    return sum(preview.pricing.total_cents for preview in previews_of(orders))


def confirm(orders, total_cents: int | None = None) -> list[Order]:
    return confirm_orders(
        client=orders[0].client,
        order_ids=[order.pk for order in orders],
        actor=None,
        confirmed_total_cents=shown_total(orders) if total_cents is None else total_cents,
    )


def test_who_stands_in_two_orders_gets_one_card_with_the_first(cast) -> None:
    people = hire(cast.bakery, 3)
    meal, eco = draft_of(cast.bakery, people[:2]), eco_draft(cast.bakery, people[1:])
    counts = [dict(preview.cards.count_by_reason) for preview in previews_of([meal, eco])]
    assert counts == [{"first_order": 2}, {"first_order": 1}]
    confirm([meal, eco])
    assert Card.objects.count() == 3
    linked = {
        (line.order_id, line.beneficiary_id): line.card_request_id is not None
        for order in (meal, eco)
        for line in order.lines.all()
    }
    assert linked == {
        (meal.pk, people[0].pk): True,
        (meal.pk, people[1].pk): True,
        (eco.pk, people[1].pk): False,
        (eco.pk, people[2].pk): True,
    }
    # nobody had cards before, so none of them is a latecomer of the first order
    assert set(CardRequest.objects.values_list("reason", flat=True)) == {"first_order"}


def test_cards_must_last_until_the_last_of_the_orders(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    today = brussels_today()
    Card.objects.create(person_id=person.person_id, state=CardState.ACTIVE, expires_on=add_months(today, 6))
    soon, far = draft_of(cast.bakery, [person]), eco_draft(cast.bakery, [person], loading_on=add_months(today, 10))
    assert previews_of([soon])[0].cards.count == 0
    assert [preview.cards.count for preview in previews_of([soon, far])] == [1, 0]
    confirm([soon, far])
    assert soon.lines.get().card_request is not None


def test_all_or_none(cast) -> None:
    people = hire(cast.bakery, 2)
    orders = [draft_of(cast.bakery, people), eco_draft(cast.bakery, people)]
    with pytest.raises(CostsChanged) as refused:
        confirm(orders, shown_total(orders) - 1)
    assert refused.value.params["total_cents"] == shown_total(orders)
    people[1].is_active = False
    people[1].save()
    with pytest.raises(Exception, match="not-orderable"):
        confirm(orders)
    assert set(Order.objects.values_list("state", flat=True)) == {"draft"}
    assert not Card.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="invoice_order").exists()


def test_the_year_counts_over_the_orders_together(cast) -> None:
    people = hire(cast.bakery, 1)
    orders = [eco_draft(cast.bakery, people, amount_cents=150_00) for _ in range(2)]
    with pytest.raises(LineRefused) as refused:
        confirm(orders)
    assert refused.value.params["refusal"].params["ordered_this_year_cents"] == 150_00
    assert not Card.objects.exists()


def test_a_second_confirmation_and_another_clients_draft_are_refused(cast) -> None:
    people = hire(cast.bakery, 1)
    orders = [draft_of(cast.bakery, people), eco_draft(cast.bakery, people)]
    theirs = draft_of(cast.garage, hire(cast.garage, 1))
    with pytest.raises(Order.DoesNotExist):
        confirm_orders(client=cast.bakery, order_ids=[orders[0].pk, theirs.pk], actor=None, confirmed_total_cents=0)
    confirm(orders)
    with pytest.raises(OrderNotDraft):
        confirm(orders, 0)
    assert Card.objects.count() == 1


def test_the_orders_of_a_form_go_together(cast) -> None:
    hire(cast.bakery, 2)
    upload = taken(cast.bakery, [meal_row(0), eco_row(1)])
    meal, eco = drafts_of(upload)
    with pytest.raises(FormConfirmedWhole):
        confirm_order(client=cast.bakery, order_id=eco.pk, actor=None, confirmed_total_cents=0)
    confirm([meal, eco])
    upload.refresh_from_db()
    assert (upload.state, upload.content, upload.staged_people.count()) == (UploadState.APPLIED, None, 0)


def test_the_invoices_of_one_form_do_not_hold_each_other_back(cast) -> None:
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    hire(cast.bakery, 1)
    orders = confirm(drafts_of(taken(cast.bakery, [meal_row(0), eco_row(0)])))
    for order in orders:
        assert invoice_order(order_id=order.pk)
    later = confirm(drafts_of(taken(cast.bakery, [meal_row(0)])))
    assert invoice_order(order_id=later[0].pk) == []
    assert Order.objects.get(pk=later[0].pk).state == "on_hold"


@settings(max_examples=15)
@given(
    meal=st.sets(st.integers(0, 4), min_size=1),
    eco=st.sets(st.integers(0, 4), min_size=1),
    with_card=st.sets(st.integers(0, 4)),
    days=st.integers(0, 300),
)
def test_what_is_shown_together_is_what_is_confirmed_and_invoiced(cast, meal, eco, with_card, days) -> None:
    from django.db import transaction

    with transaction.atomic():
        people = hire(cast.bakery, 5)
        for number in with_card:
            expires_on = brussels_today() + timedelta(days=100)
            Card.objects.create(person_id=people[number].person_id, state=CardState.ACTIVE, expires_on=expires_on)
        later = brussels_today() + timedelta(days=days)
        orders = [
            draft_of(cast.bakery, [people[number] for number in sorted(meal)]),
            eco_draft(cast.bakery, [people[number] for number in sorted(eco)], loading_on=later),
        ]
        previews = previews_of(orders)
        confirmed = confirm(orders, shown_total(orders))
        for order, preview in zip(confirmed, previews, strict=True):
            invoices = invoice_order(order_id=order.pk)
            assert sum(invoice.total_cents for invoice in invoices) == preview.pricing.total_cents == order.total_cents
            assert order.lines.exclude(card_request=None).count() == preview.cards.count
        assert CardRequest.objects.count() == sum(preview.cards.count for preview in previews)
        assert CardRequest.objects.values("beneficiary").distinct().count() == CardRequest.objects.count()
        assert check_books().findings == []
        transaction.set_rollback(True)
