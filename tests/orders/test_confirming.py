"""Between the check and the confirmation the world may change: then the client is asked again and nothing is done."""

from datetime import timedelta

import pytest
import time_machine
from cast import draft_of, hire
from hypothesis import given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob
from story import confirmed

from tegoed.beneficiaries.models import CardDelivery
from tegoed.billing.models import Invoice
from tegoed.cards.models import Card, CardRequest
from tegoed.clients.actions import sign_contract
from tegoed.clients.models import Contract, Tariff
from tegoed.clients.queries import ContractMissing
from tegoed.flows.check_books import check_books
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import invoice_order
from tegoed.flows.refusals import CostsChanged, OrderEmpty
from tegoed.orders.actions import (
    BeneficiaryNotOrderable,
    LineRefused,
    LineWish,
    set_order_lines,
    start_order,
)
from tegoed.orders.models import Order, OrderCost, OrderTransition
from tegoed.orders.queries import order_of, preview_of
from tegoed.rules.card_need import CardState
from tegoed.rules.dates import brussels_today
from tegoed.rules.order_lines import LoadingDateImpossible
from tegoed.rules.products import Form, Product


def shown_total(order: Order) -> int:
    return preview_of(order_of(order.client, order.pk)).pricing.total_cents


def confirm(order: Order, total_cents: int) -> Order:
    return confirm_order(client=order.client, order_id=order.pk, actor=None, confirmed_total_cents=total_cents)


def assert_nothing_was_done(order: Order, *, card_count: int = 0) -> None:
    order.refresh_from_db()
    assert (order.state, order.confirmed_at, order.total_cents) == ("draft", None, 0)
    assert (Card.objects.count(), CardRequest.objects.count()) == (card_count, 0)
    assert not OrderCost.objects.filter(order=order).exists()
    assert not OrderTransition.objects.filter(order=order, to_state="processing").exists()
    assert not ProcrastinateJob.objects.filter(task_name="invoice_order").exists()


def test_a_card_that_is_suddenly_there_or_gone_changes_the_costs(cast) -> None:
    people = hire(cast.bakery, 2)
    order = draft_of(cast.bakery, people)
    shown = shown_total(order)
    card = Card.objects.create(person_id=people[0].person_id, state=CardState.ACTIVE)
    with pytest.raises(CostsChanged) as refused:
        confirm(order, shown)
    assert refused.value.params == {"shown_cents": shown, "total_cents": shown_total(order)}
    assert_nothing_was_done(order, card_count=1)
    card.state = CardState.BLOCKED
    card.blocked_reason = "lost"
    card.save()
    with pytest.raises(CostsChanged):
        confirm(order, shown)
    assert confirm(order, shown_total(order)).state == "processing"


def test_a_new_price_in_the_tariff_changes_the_costs(cast) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 2))
    shown = shown_total(order)
    cast.tariff.service_basis_points += 1
    cast.tariff.save()
    with pytest.raises(CostsChanged):
        confirm(order, shown)
    assert_nothing_was_done(order)


@pytest.mark.parametrize("off_by", [-1, 1])
def test_one_cent_off_is_not_what_was_shown(cast, off_by) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 2))
    with pytest.raises(CostsChanged):
        confirm(order, shown_total(order) + off_by)
    assert_nothing_was_done(order)


def test_a_contract_that_ended_since_the_draft_refuses(cast) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    shown = shown_total(order)
    Contract.objects.filter(pk=order.contract_id).update(ends_on=brussels_today() - timedelta(days=1))
    with pytest.raises(ContractMissing):
        confirm(order, shown)
    assert_nothing_was_done(order)


def test_on_its_last_day_a_contract_still_holds(cast) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    Contract.objects.filter(pk=order.contract_id).update(ends_on=brussels_today())
    assert confirm(order, shown_total(order)).state == "processing"


def test_with_a_new_contract_the_client_sees_and_confirms_the_new_prices(cast) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    old_total = shown_total(order)
    Contract.objects.filter(pk=order.contract_id).update(ends_on=brussels_today() - timedelta(days=1))
    dearer = Tariff.objects.create(name="Dearer", service_basis_points=900)
    contract = sign_contract(
        client=cast.bakery,
        product=Product.MEAL,
        form=Form.ELECTRONIC,
        tariff=dearer,
        starts_on=brussels_today(),
        actor=None,
    )
    with pytest.raises(CostsChanged) as refused:
        confirm(order, old_total)
    # what the page shows now must be what the next confirmation takes, or the client never gets out
    assert shown_total(order) == refused.value.params["total_cents"] != old_total
    assert confirm(order, shown_total(order)).contract == contract


def test_a_loading_date_that_passed_meanwhile_refuses(cast) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 1), loading_on=brussels_today() + timedelta(days=2))
    shown = shown_total(order)
    with (
        time_machine.travel(order.loading_on + timedelta(days=1, hours=12)),
        pytest.raises(LoadingDateImpossible) as refused,
    ):
        confirm(order, shown)
    assert refused.value.params["reason"] == "past"
    assert_nothing_was_done(order)


def test_the_loading_date_passes_at_midnight_in_brussels(cast) -> None:
    with time_machine.travel("2026-07-01T10:00:00Z"):
        order = draft_of(cast.bakery, hire(cast.bakery, 1))
        shown = shown_total(order)
    with time_machine.travel("2026-07-01T22:00:01Z"), pytest.raises(LoadingDateImpossible):
        confirm(order, shown)
    with time_machine.travel("2026-07-01T21:59:59Z"):
        assert confirm(order, shown).state == "processing"


def test_somebody_deactivated_meanwhile_refuses_by_name(cast) -> None:
    people = hire(cast.bakery, 2)
    order = draft_of(cast.bakery, people)
    shown = shown_total(order)
    people[1].is_active = False
    people[1].save()
    with pytest.raises(BeneficiaryNotOrderable) as refused:
        confirm(order, shown)
    assert refused.value.params["beneficiary_id"] == people[1].pk
    assert_nothing_was_done(order)


def test_a_shorter_month_refuses_the_line_at_confirmation(cast) -> None:
    with time_machine.travel("2026-01-20T10:00:00Z"):
        order = draft_of(cast.bakery, hire(cast.bakery, 1), count=31)
        Order.objects.filter(pk=order.pk).update(month_on="2026-02-01")
        order.refresh_from_db()
        with pytest.raises(LineRefused) as refused:
            confirm(order, shown_total(order))
    assert refused.value.params["refusal"].params == {"voucher_count": 31, "maximum_count": 28}
    assert_nothing_was_done(order)


def test_an_empty_draft_is_refused(cast) -> None:
    order = start_order(client=cast.bakery, product=Product.MEAL, reference="", loading_on=brussels_today(), actor=None)
    with pytest.raises(OrderEmpty):
        confirm(order, 0)
    assert_nothing_was_done(order)


def test_what_was_confirmed_does_not_move_with_the_tariff(cast) -> None:
    order = confirmed(draft_of(cast.bakery, hire(cast.bakery, 2)))
    total_cents = order.total_cents
    Tariff.objects.update(service_basis_points=5_000, card_production_cents=99_999, vat_basis_points=600)
    invoices = invoice_order(order_id=order.pk)
    assert sum(invoice.total_cents for invoice in invoices) == total_cents


tariffs = st.fixed_dictionaries(
    {
        "service_basis_points": st.sampled_from([0, 1, 33, 100, 777, 10_000]),
        "service_per_voucher_cents": st.sampled_from([0, 1, 3, 19]),
        "loading_per_beneficiary_cents": st.sampled_from([0, 7, 25]),
        "card_production_cents": st.sampled_from([0, 1, 449]),
        "card_replacement_cents": st.sampled_from([0, 499]),
        "card_delivery_per_site_cents": st.sampled_from([0, 951]),
        "card_delivery_home_cents": st.sampled_from([0, 333]),
        "vat_basis_points": st.sampled_from([0, 1, 600, 2100, 10_000]),
    }
)
# where a card goes, whether there is one already, how many vouchers of how much
person_facts = st.tuples(
    st.sampled_from(["site", "home"]),
    st.sampled_from([None, "active", "lost"]),
    st.integers(1, 28),
    st.sampled_from([109, 756, 800, 999, 1000]),
)


@settings(max_examples=25)
@given(tariff=tariffs, facts=st.lists(person_facts, min_size=1, max_size=5))
def test_what_is_shown_is_what_is_confirmed_is_what_is_invoiced_to_the_cent(cast, tariff, facts) -> None:
    from django.db import transaction

    with transaction.atomic():
        Tariff.objects.update(**tariff)
        people = hire(cast.bakery, len(facts))
        for person, (delivery, card, _count, _value) in zip(people, facts, strict=True):
            if delivery == "home":
                person.card_delivery, person.site = CardDelivery.HOME, None
                person.home_street, person.home_postcode, person.home_town = "Dorp 1", "9000", "Gent"
                person.save()
            if card:
                state = CardState.ACTIVE if card == "active" else CardState.BLOCKED
                reason = "" if card == "active" else card
                Card.objects.create(person_id=person.person_id, state=state, blocked_reason=reason)
        order = draft_of(cast.bakery, people[:1])
        wishes = [
            LineWish(beneficiary_id=person.pk, voucher_count=count, face_value_cents=value)
            for person, (_delivery, _card, count, value) in zip(people, facts, strict=True)
        ]
        set_order_lines(client=cast.bakery, order_id=order.pk, wishes=wishes, actor=None)
        preview = preview_of(order)
        order = confirm(order, preview.pricing.total_cents)
        invoices = invoice_order(order_id=order.pk)
        assert order.total_cents == preview.pricing.total_cents == sum(invoice.total_cents for invoice in invoices)
        assert order.face_value_cents == sum(count * value for _delivery, _card, count, value in facts)
        by_kind = {invoice.kind: invoice.total_cents for invoice in invoices}
        assert by_kind["product"] == preview.pricing.product_totals.total_cents
        assert by_kind.get("card", 0) == preview.pricing.card_totals.total_cents
        for invoice in Invoice.objects.filter(order=order):
            assert sum(row.net_cents for row in invoice.rows.all()) == invoice.exempt_cents + invoice.taxable_cents
        assert check_books().findings == []
        transaction.set_rollback(True)
