"""What an order costs, cost by cost, and its VAT."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.card_need import REPLACEMENT_REASONS, CardReason
from tegoed.rules.pricing import (
    Cost,
    CostReason,
    OrderQuantities,
    ReplacementFeeAboveMaximum,
    Tariff,
    Totals,
    check_replacement_fee,
    price_order,
    totals_of,
)
from tegoed.rules.products import Product

TARIFF = Tariff(
    service_basis_points=0,
    service_per_voucher_cents=9,
    loading_per_beneficiary_cents=33,
    card_production_cents=250,
    card_replacement_cents=500,
    card_delivery_per_site_cents=1295,
    card_delivery_home_cents=195,
    vat_basis_points=2100,
)
FREE = Tariff(0, 0, 0, 0, 0, 0, 0, 2100)
# The order of the demo: 24 people x 20 x 8.00 and one x 20 x 7.56, first cards for all, two sites.
DEMO = OrderQuantities(
    product=Product.MEAL,
    face_value_cents=24 * 20 * 800 + 20 * 756,
    voucher_count=500,
    loaded_beneficiary_count=25,
    cards_by_reason={CardReason.FIRST_ORDER: 25},
    card_site_count=2,
    card_home_count=0,
)

FEES = st.integers(0, 2_000)
TARIFFS = st.builds(
    Tariff,
    service_basis_points=st.integers(0, 1_000),
    service_per_voucher_cents=FEES,
    loading_per_beneficiary_cents=FEES,
    card_production_cents=FEES,
    card_replacement_cents=FEES,
    card_delivery_per_site_cents=FEES,
    card_delivery_home_cents=FEES,
    vat_basis_points=st.sampled_from([0, 600, 1200, 2100]),
)


@st.composite
def quantities(draw):
    cards = draw(st.dictionaries(st.sampled_from(CardReason), st.integers(0, 500)))
    card_count = sum(cards.values())
    home = draw(st.integers(0, card_count))
    return OrderQuantities(
        product=draw(st.sampled_from(Product)),
        face_value_cents=draw(st.integers(0, 10**9)),
        voucher_count=draw(st.integers(0, 10**6)),
        loaded_beneficiary_count=draw(st.integers(0, 10**5)),
        cards_by_reason=cards,
        card_site_count=draw(st.integers(0, card_count - home)),
        card_home_count=home,
    )


def test_the_order_of_the_demo_costs_what_it_costs_by_hand():
    pricing = price_order(DEMO, TARIFF)
    assert [
        (cost.reason, cost.quantity, cost.unit_cents, cost.net_cents, cost.vat_category)
        for cost in pricing.product_costs
    ] == [
        (CostReason.FACE_VALUE, 500, None, 399_120, "E"),
        (CostReason.SERVICE, 500, 9, 4_500, "S"),
        (CostReason.LOADING, 25, 33, 825, "S"),
    ]
    assert [(cost.reason, cost.quantity, cost.unit_cents, cost.net_cents) for cost in pricing.card_costs] == [
        (CostReason.CARD_PRODUCTION, 25, 250, 6_250),
        (CostReason.CARD_DELIVERY_SITE, 2, 1295, 2_590),
    ]
    # 21 % of 53.25 = 11.1825 and of 88.40 = 18.564.
    assert pricing.product_totals == Totals(404_445, 399_120, 5_325, 1_118, 405_563)
    assert pricing.card_totals == Totals(8_840, 0, 8_840, 1_856, 10_696)
    assert pricing.total_cents == 416_259


def test_vat_is_rounded_on_the_total_and_not_per_line():
    # Two costs of 0.12: 21 % each is 0.0252 -> 0.03, twice 0.06; on the total 0.0504 -> 0.05.
    tariff = replace(FREE, service_per_voucher_cents=12, loading_per_beneficiary_cents=12)
    order = replace(DEMO, voucher_count=1, loaded_beneficiary_count=1)
    assert price_order(order, tariff).product_totals.vat_cents == 5


def test_half_a_cent_of_vat_goes_up():
    # 21 % of 0.50 is 0.105.
    assert (
        price_order(
            replace(DEMO, voucher_count=50), replace(FREE, service_per_voucher_cents=1)
        ).product_totals.vat_cents
        == 11
    )


def test_a_card_lost_stolen_or_damaged_pays_the_replacement_fee_and_the_others_production():
    for reason in CardReason:
        order = replace(DEMO, cards_by_reason={reason: 3}, card_site_count=0)
        (cost,) = price_order(order, TARIFF).card_costs
        is_replaced = reason in {CardReason.LOST, CardReason.STOLEN, CardReason.DAMAGED}
        assert cost.reason == (CostReason.CARD_REPLACEMENT if is_replaced else CostReason.CARD_PRODUCTION)
        assert cost.net_cents == 3 * (500 if is_replaced else 250)


def test_costs_of_nothing_are_left_out_but_the_face_value_always_stands_there():
    nothing = OrderQuantities(Product.ECO, 0, 0, 0, {}, 0, 0)
    pricing = price_order(nothing, TARIFF)
    assert [cost.reason for cost in pricing.product_costs] == [CostReason.FACE_VALUE]
    assert pricing.card_costs == ()
    assert pricing.total_cents == 0
    assert [cost.reason for cost in price_order(DEMO, FREE).product_costs] == [CostReason.FACE_VALUE]


def test_service_may_be_a_share_of_the_face_value_plus_a_fee_per_voucher():
    tariff = replace(FREE, service_basis_points=125, service_per_voucher_cents=2)
    service = price_order(DEMO, tariff).product_costs[1]
    assert service == Cost(CostReason.SERVICE, 500, None, 4_989 + 1_000, "S", 2100)


def test_without_vat_in_the_tariff_everything_is_exempt():
    pricing = price_order(DEMO, replace(TARIFF, vat_basis_points=0))
    assert {cost.vat_category for cost in (*pricing.product_costs, *pricing.card_costs)} == {"E"}
    assert pricing.product_totals.vat_cents == 0
    assert pricing.product_totals.taxable_cents == 0


def test_each_vat_rate_is_rounded_for_itself():
    costs = [Cost(CostReason.SERVICE, 1, 50, 50, "S", 2100), Cost(CostReason.LOADING, 1, 50, 50, "S", 1300)]
    assert totals_of(costs).vat_cents == 11 + 7


@given(quantities(), TARIFFS)
def test_the_sums_agree_with_the_costs(order, tariff):
    pricing = price_order(order, tariff)
    for costs, totals in ((pricing.product_costs, pricing.product_totals), (pricing.card_costs, pricing.card_totals)):
        assert totals.net_cents == sum(cost.net_cents for cost in costs) == totals.exempt_cents + totals.taxable_cents
        assert totals.total_cents == totals.net_cents + totals.vat_cents
        assert len({cost.reason for cost in costs}) == len(costs)
        assert all(cost.unit_cents is None or cost.quantity * cost.unit_cents == cost.net_cents for cost in costs)
        vat = Decimal(totals.taxable_cents) * tariff.vat_basis_points / 10_000
        assert totals.vat_cents == int(vat.quantize(Decimal(1), ROUND_HALF_UP))
    assert pricing.total_cents == pricing.product_totals.total_cents + pricing.card_totals.total_cents


@given(quantities(), TARIFFS)
def test_the_net_is_what_a_plain_sum_gives(order, tariff):
    pricing = price_order(order, tariff)
    replaced = sum(order.cards_by_reason.get(reason, 0) for reason in REPLACEMENT_REASONS)
    produced = sum(order.cards_by_reason.values()) - replaced
    share = Decimal(order.face_value_cents) * tariff.service_basis_points / 10_000
    assert pricing.product_totals.net_cents == (
        order.face_value_cents
        + int(share.quantize(Decimal(1), ROUND_HALF_UP))
        + order.voucher_count * tariff.service_per_voucher_cents
        + order.loaded_beneficiary_count * tariff.loading_per_beneficiary_cents
    )
    assert pricing.card_totals.net_cents == (
        produced * tariff.card_production_cents
        + replaced * tariff.card_replacement_cents
        + order.card_site_count * tariff.card_delivery_per_site_cents
        + order.card_home_count * tariff.card_delivery_home_cents
    )


@given(quantities(), TARIFFS, st.integers(0, 1000), st.integers(0, 31), st.sampled_from(CardReason))
def test_one_more_person_never_costs_less(order, tariff, face_value_cents, voucher_count, reason):
    more = replace(
        order,
        face_value_cents=order.face_value_cents + face_value_cents * voucher_count,
        voucher_count=order.voucher_count + voucher_count,
        loaded_beneficiary_count=order.loaded_beneficiary_count + 1,
        cards_by_reason={**order.cards_by_reason, reason: order.cards_by_reason.get(reason, 0) + 1},
        card_home_count=order.card_home_count + voucher_count % 2,
    )
    before, after = price_order(order, tariff), price_order(more, tariff)
    assert after.product_totals.total_cents >= before.product_totals.total_cents
    assert after.card_totals.total_cents >= before.card_totals.total_cents


@pytest.mark.parametrize("bad", [-1, 1.5, "1", None, True])
def test_a_tariff_is_made_of_whole_numbers(bad):
    with pytest.raises(ValueError, match="card_production_cents"):
        replace(TARIFF, card_production_cents=bad)
    with pytest.raises(ValueError, match="voucher_count"):
        replace(DEMO, voucher_count=bad)


def test_a_rate_above_the_whole_is_a_fault():
    with pytest.raises(ValueError, match="100 %"):
        replace(TARIFF, vat_basis_points=21_000)


def test_more_deliveries_than_cards_is_a_fault():
    with pytest.raises(ValueError, match="more deliveries than cards"):
        replace(DEMO, card_home_count=24)


def test_the_replacement_fee_is_at_most_one_meal_voucher():
    check_replacement_fee(TARIFF, 500, on=date(2026, 1, 1))
    check_replacement_fee(TARIFF, 500)
    with pytest.raises(ReplacementFeeAboveMaximum) as refusal:
        check_replacement_fee(TARIFF, 499, on=date(2026, 1, 1))
    assert refusal.value.params == {"fee_cents": 500, "maximum_cents": 499, "sources": ("43", "44")}
