"""Orders on paper: where the law allows them, in whole vouchers, without cards (SPEC Q4)."""

from datetime import date

import pytest
from cast import hire
from django.db import IntegrityError, transaction

from tegoed.beneficiaries.models import Beneficiary
from tegoed.billing.costs import costs_by, sum_of
from tegoed.cards.models import CardRequest
from tegoed.clients.actions import sign_contract
from tegoed.clients.queries import ContractMissing
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import invoice_order
from tegoed.orders.actions import LineRefused, LineWish, change_order, set_order_lines, start_order
from tegoed.orders.as_shown import mark_of
from tegoed.orders.copying import copy_order
from tegoed.orders.models import Order
from tegoed.orders.queries import preview_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.paper_vouchers import PaperAmountImpossible, PaperValueUnknown
from tegoed.rules.products import Form, FormNotAllowed, Product, ProductClosed

STARTED_ON = date(2024, 1, 1)


@pytest.fixture
def tariff(cast):
    """Printing 12 cents a voucher, 6.50 euro for each place."""
    cast.tariff.paper_printing_per_voucher_cents = 12
    cast.tariff.paper_delivery_per_site_cents = 650
    cast.tariff.save()
    return cast.tariff


@pytest.fixture
def bakery(cast, tariff):
    """With contracts for gift vouchers in both forms."""
    for form in Form:
        sign_contract(
            client=cast.bakery, product=Product.GIFT, form=form, tariff=tariff, starts_on=STARTED_ON, actor=None
        )
    return cast.bakery


def gift_order(client, amounts, *, form=Form.PAPER, paper_value_cents=1_000, product=Product.GIFT):
    """A draft with these amounts, in cents by person."""
    order = start_order(
        client=client,
        product=product,
        reference="December",
        loading_on=brussels_today(),
        actor=None,
        form=form,
        paper_value_cents=paper_value_cents if form == Form.PAPER else 0,
    )
    wishes = [LineWish(beneficiary_id=person.pk, amount_cents=cents) for person, cents in amounts]
    return set_order_lines(client=client, order_id=order.pk, wishes=wishes, actor=None)


def confirmed(client, order):
    total_cents = preview_of(order).pricing.total_cents
    return confirm_order(client=client, order_id=order.pk, actor=None, confirmed_total_cents=total_cents)


def test_paper_costs_printing_and_delivery_and_no_card(bakery):
    people = hire(bakery, 4)  # two at each of two workplaces, nobody with a card
    Beneficiary.objects.filter(pk=people[0].pk).update(  # brought to the address of the company: a third place
        site=None, card_delivery="home", home_street="Kaai 1", home_postcode="9000", home_town="Gent"
    )
    order = gift_order(bakery, [(person, 4_000) for person in people])
    preview = preview_of(order)
    costs = {str(cost.reason): (cost.quantity, cost.net_cents) for cost in preview.pricing.product_costs}
    assert costs == {
        "face_value": (16, 16_000),
        "service": (16, 160),
        "paper_printing": (16, 192),
        "paper_delivery": (3, 1_950),
    }
    assert preview.pricing.card_costs == ()
    confirmed(bakery, order)
    assert not CardRequest.objects.exists()
    order.refresh_from_db()
    assert order.contract.form == Form.PAPER
    assert order.total_cents == 16_000 + round((160 + 192 + 1_950) * 1.21)


def test_each_place_is_charged_once_when_an_order_is_divided_by_cost_centre(bakery):
    bakery.invoices_by_group = True
    bakery.save()
    people = hire(bakery, 4)
    for person, centre in zip(people, ("A", "A", "B", "B"), strict=True):
        person.cost_centre = centre
        person.save(update_fields=["cost_centre"])
    order = gift_order(bakery, [(person, 1_000) for person in people])
    confirmed(bakery, order)
    parts = Order.objects.filter(client=bakery).order_by("id")
    assert [(part.form, part.paper_value_cents) for part in parts] == [(Form.PAPER, 1_000)] * 2
    brought = [cost.quantity for part in parts for cost in part.costs.filter(reason="paper_delivery")]
    assert brought == [2]  # both groups work at both places


def test_an_amount_is_a_whole_number_of_vouchers(bakery):
    (person,) = hire(bakery, 1)
    with pytest.raises(LineRefused) as refused:
        gift_order(bakery, [(person, 3_500)], paper_value_cents=2_000)
    refusal = refused.value.params["refusal"]
    assert isinstance(refusal, PaperAmountImpossible)
    assert (refusal.params["lower_cents"], refusal.params["higher_cents"]) == (2_000, 4_000)


def test_another_value_counts_the_lines_anew_and_confirming_refuses_what_does_not_divide(bakery):
    (first, second) = hire(bakery, 2)
    order = gift_order(bakery, [(first, 4_000), (second, 1_500)], paper_value_cents=500)
    assert list(order.lines.order_by("id").values_list("voucher_count", "face_value_cents")) == [(8, 500), (3, 500)]
    facts = {"product": Product.GIFT, "reference": "", "loading_on": brussels_today(), "actor": None}
    order = change_order(client=bakery, order_id=order.pk, form=Form.PAPER, paper_value_cents=2_000, **facts)
    assert list(order.lines.order_by("id").values_list("voucher_count", "face_value_cents")) == [(2, 2_000), (0, 0)]
    with pytest.raises(LineRefused):
        confirmed(bakery, order)
    mark = mark_of([order])
    order = change_order(client=bakery, order_id=order.pk, **facts)
    assert (order.form, order.contract.form) == (Form.ELECTRONIC, Form.ELECTRONIC)
    assert mark_of([order]) != mark
    assert list(order.lines.order_by("id").values_list("voucher_count", "face_value_cents")) == [(0, 0), (0, 0)]


def test_paper_is_refused_where_the_law_leaves_cards_only_with_date_and_source(bakery):
    hire(bakery, 1)
    for product, since in ((Product.MEAL, date(2016, 1, 1)), (Product.ECO, date(2022, 1, 1))):
        with pytest.raises(FormNotAllowed) as refused:
            gift_order(bakery, [], product=product)
        assert refused.value.params["from_on"] == since
        assert refused.value.params["sources"]
    with pytest.raises(ProductClosed):
        gift_order(bakery, [], product=Product.CONSUMPTION)


def test_paper_needs_its_own_contract_and_a_value_we_print(cast, tariff):
    sign_contract(
        client=cast.bakery,
        product=Product.GIFT,
        form=Form.ELECTRONIC,
        tariff=tariff,
        starts_on=STARTED_ON,
        actor=None,
    )
    with pytest.raises(ContractMissing) as refused:
        gift_order(cast.bakery, [])
    assert refused.value.params == {"product": "gift", "form": "paper"}
    with pytest.raises(PaperValueUnknown):
        gift_order(cast.bakery, [], paper_value_cents=700)


def test_the_database_refuses_paper_without_a_value(bakery):
    order = gift_order(bakery, [])
    with pytest.raises(IntegrityError, match="order_on_paper_has_a_value"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(paper_value_cents=0)


def test_a_copy_is_on_paper_again(bakery):
    (person,) = hire(bakery, 1)
    order = gift_order(bakery, [(person, 4_000)], paper_value_cents=2_000)
    copy = copy_order(client=bakery, order_id=order.pk, actor=None)
    assert (copy.form, copy.paper_value_cents, copy.contract.form) == (Form.PAPER, 2_000, Form.PAPER)
    assert list(copy.lines.values_list("voucher_count", "face_value_cents", "amount_cents")) == [(2, 2_000, 4_000)]


def test_an_invoiced_order_on_paper_is_cancelled_by_credit_note_like_any_other(bakery):
    order = confirmed(bakery, gift_order(bakery, [(person, 4_000) for person in hire(bakery, 2)]))
    invoice_order(order_id=order.pk)
    (invoice,) = order.invoices.all()
    today = brussels_today()
    costs = sum_of(costs_by(bakery, "centre", from_on=today, to_on=today))
    assert (costs.paper_cents, costs.total_cents) == (8 * 12 + 2 * 650, invoice.total_cents)
    cancel_order(client=bakery, order_id=order.pk, actor=None, reason_text="", shown_credited_cents=invoice.total_cents)
    invoice.refresh_from_db()
    order.refresh_from_db()
    assert (order.state, invoice.state) == ("cancelled", "credited")
