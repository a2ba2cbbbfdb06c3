"""A quote is the most that its lines can cost, whatever happens when they are ordered."""

from dataclasses import replace
from datetime import date
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.card_need import CardReason
from tegoed.rules.money import AMOUNT_CENTS_MAX
from tegoed.rules.pricing import CostReason, OrderQuantities, Tariff, price_order
from tegoed.rules.products import Form, Product
from tegoed.rules.quote_hints import HintKind, hints_of
from tegoed.rules.quoting import (
    BENEFICIARY_COUNT_MAX,
    SITE_COUNT_MAX,
    Circumstances,
    Delivery,
    QuotedLine,
    QuotedSitesImpossible,
    check_circumstances,
    price_quote,
    refusals_of_quoted_line,
    total_of,
)

NOVEMBER = date(2026, 11, 26)
TARIFF = Tariff(
    service_basis_points=100,
    service_per_voucher_cents=0,
    loading_per_beneficiary_cents=25,
    card_production_cents=450,
    card_replacement_cents=400,
    card_delivery_per_site_cents=950,
    card_delivery_home_cents=325,
    vat_basis_points=2100,
    paper_printing_per_voucher_cents=12,
    paper_delivery_per_site_cents=1250,
)
FEES = st.integers(0, 1_500)
TARIFFS = st.builds(
    Tariff,
    service_basis_points=st.integers(0, 500),
    service_per_voucher_cents=st.integers(0, 20),
    loading_per_beneficiary_cents=FEES,
    card_production_cents=FEES,
    card_replacement_cents=FEES,
    card_delivery_per_site_cents=FEES,
    card_delivery_home_cents=FEES,
    vat_basis_points=st.sampled_from([0, 600, 2100]),
)
ON_CARD = [Product.MEAL, Product.ECO, Product.GIFT, Product.SPORT_CULTURE]


def by_total(
    product: Product, people: int, cents: int, *, tariff: Tariff = TARIFF, form: Form = Form.ELECTRONIC, **more
):
    return QuotedLine(product, form, tariff, people, cents, **more)


def meal(people: int, *, tariff: Tariff = TARIFF, count: int = 20, value: int = 800, share: int | None = None):
    return QuotedLine(
        Product.MEAL,
        Form.ELECTRONIC,
        tariff,
        people,
        people * count * value,
        voucher_count=count,
        face_value_cents=value,
        worker_share_cents=share,
    )


def cost(pricings, reason: CostReason) -> tuple[int, int]:
    found = [
        each for pricing in pricings for each in (*pricing.product_costs, *pricing.card_costs) if each.reason == reason
    ]
    return sum(each.quantity for each in found), sum(each.net_cents for each in found)


def test_ten_people_with_meal_vouchers_at_one_workplace() -> None:
    (pricing,) = price_quote([meal(10)], Circumstances())
    assert cost([pricing], CostReason.FACE_VALUE) == (200, 160_000)
    assert cost([pricing], CostReason.SERVICE) == (200, 1_600)
    assert cost([pricing], CostReason.LOADING) == (10, 250)
    assert cost([pricing], CostReason.CARD_PRODUCTION) == (10, 4_500)
    assert cost([pricing], CostReason.CARD_DELIVERY_SITE) == (1, 950)
    assert pricing.total_cents == 160_000 + 1_850 + 389 + 5_450 + 1_145  # VAT 21 % on each invoice: 388.5, 1144.5


def test_the_same_people_get_one_card_for_all_products_with_the_largest_line() -> None:
    eco, meals = by_total(Product.ECO, 10, 250_000), meal(10)
    pricings = price_quote([eco, meals], Circumstances())
    assert cost(pricings, CostReason.CARD_PRODUCTION)[0] == 10
    apart = price_quote([eco, meals], Circumstances(has_same_people=False))
    assert cost(apart, CostReason.CARD_PRODUCTION)[0] == 20


def test_fewer_people_in_one_product_may_bring_their_cards_apart() -> None:
    pricings = price_quote([meal(10), by_total(Product.ECO, 4, 100_000)], Circumstances())
    assert [cost([each], CostReason.CARD_PRODUCTION)[0] for each in pricings] == [6, 4]
    assert cost(pricings, CostReason.CARD_DELIVERY_SITE)[0] == 2


def test_a_card_counts_at_the_higher_of_both_its_prices() -> None:
    dearer = replace(TARIFF, card_replacement_cents=500)
    assert cost(price_quote([meal(3, tariff=dearer)], Circumstances()), CostReason.CARD_REPLACEMENT) == (3, 1_500)


@pytest.mark.parametrize(
    ("circumstances", "expected"),
    [
        (Circumstances(site_count=3), (3, 0)),
        (Circumstances(site_count=30), (10, 0)),
        (Circumstances(delivery=Delivery.HOME, site_count=0), (0, 10)),
        (Circumstances(delivery=Delivery.HOME, site_count=3), (3, 7)),
    ],
)
def test_cards_go_to_as_many_places_as_can_be(circumstances, expected) -> None:
    pricings = price_quote([meal(10)], circumstances)
    reasons = (CostReason.CARD_DELIVERY_SITE, CostReason.CARD_DELIVERY_HOME)
    assert tuple(cost(pricings, reason)[0] for reason in reasons) == expected


def test_vouchers_on_paper_are_printed_and_brought_and_need_no_card() -> None:
    line = by_total(Product.GIFT, 10, 40_000, form=Form.PAPER, face_value_cents=1_000)
    pricings = price_quote([line], Circumstances(site_count=2))
    assert cost(pricings, CostReason.PAPER_PRINTING) == (40, 480)
    assert cost(pricings, CostReason.PAPER_DELIVERY) == (2, 2_500)
    assert not pricings[0].card_costs
    assert cost(pricings, CostReason.LOADING) == (0, 0)
    at_home = price_quote([line], Circumstances(delivery=Delivery.HOME, site_count=2))
    assert cost(at_home, CostReason.PAPER_DELIVERY)[0] == 3  # and the address of the company


@st.composite
def quotes_and_orders(draw):
    """Lines, circumstances, and orders for them: in any order, who needs cards, why, and where they go."""
    products = draw(st.lists(st.sampled_from(ON_CARD), min_size=1, max_size=4, unique=True))
    counts = [draw(st.integers(1, 9)) for _product in products]
    one_tariff = draw(TARIFFS)
    lines = [
        meal(people, tariff=tariff)
        if product == Product.MEAL
        else by_total(product, people, people * 2_001, tariff=tariff)
        for product, people in zip(products, counts, strict=True)
        for tariff in [draw(st.one_of(st.just(one_tariff), TARIFFS))]
    ]
    delivery = draw(st.sampled_from(Delivery))
    site_count = draw(st.integers(1 if delivery == Delivery.SITE else 0, 4))
    circumstances = Circumstances(draw(st.booleans()), delivery, site_count)
    places = st.integers(1, site_count) if site_count else st.nothing()
    if delivery == Delivery.HOME:
        places = st.one_of(st.none(), places)
    cards = st.one_of(st.none(), st.tuples(st.sampled_from(CardReason), places))
    needs = [draw(cards) for _person in range(sum(counts))]
    return lines, circumstances, draw(st.permutations(range(len(lines)))), needs


def cost_of_orders(lines, circumstances: Circumstances, placed, needs) -> int:
    """The orders one after the other; who has got a card needs none with the next."""
    starts = [0, *accumulate(line.beneficiary_count for line in lines)]
    served: set[int] = set()
    total_cents = 0
    for place in placed:
        line = lines[place]
        first = 0 if circumstances.has_same_people else starts[place]
        people = [person for person in range(first, first + line.beneficiary_count) if person not in served]
        served.update(people)
        wanted = [needs[person] for person in people if needs[person] is not None]
        reasons = [reason for reason, _where in wanted]
        quantities = OrderQuantities(
            product=line.product,
            face_value_cents=line.amount_cents,
            voucher_count=line.all_voucher_count,
            loaded_beneficiary_count=line.beneficiary_count,
            cards_by_reason={reason: reasons.count(reason) for reason in reasons},
            card_site_count=len({where for _reason, where in wanted if where is not None}),
            card_home_count=sum(where is None for _reason, where in wanted),
        )
        total_cents += price_order(quantities, line.tariff).total_cents
    return total_cents


@given(quotes_and_orders())
def test_no_way_of_ordering_costs_more_than_the_quote(story) -> None:
    lines, circumstances, placed, needs = story
    assert cost_of_orders(lines, circumstances, placed, needs) <= total_of(price_quote(lines, circumstances))


@given(TARIFFS, st.integers(1, 500), st.integers(1, 500), st.integers(1, 8), st.booleans(), st.sampled_from(Delivery))
def test_more_people_never_cost_less(tariff, few, more, sites, same, delivery) -> None:
    circumstances = Circumstances(same, delivery, sites)

    def total(people: int) -> int:
        lines = [meal(people, tariff=tariff), by_total(Product.ECO, 7, 70_000, tariff=tariff)]
        return total_of(price_quote(lines, circumstances))

    assert total(few) <= total(few + more)


def codes(line: QuotedLine, month: date = NOVEMBER) -> list[str]:
    return [refusal.code for refusal in refusals_of_quoted_line(line, month=month)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (meal(0), "quoted-people-impossible"),
        (meal(-3), "quoted-people-impossible"),
        (meal(10_000_000), "quoted-people-impossible"),
        (by_total(Product.ECO, 0, 100), "quoted-people-impossible"),
        (meal(5, value=1_001), "face-value-above-maximum"),
        (meal(5, value=0), "face-value-impossible"),
        (meal(5, value=-800), "face-value-impossible"),
        (meal(5, count=31), "voucher-count-impossible"),
        (meal(5, count=0), "amount-impossible"),
        (meal(5, share=108), "worker-share-below-minimum"),
        (meal(5, value=1_000, share=900, count=-1), "voucher-count-impossible"),
        (replace(meal(5), form=Form.PAPER), "form-not-allowed"),
        (by_total(Product.ECO, 5, 1_000, form=Form.PAPER, face_value_cents=100), "form-not-allowed"),
        (by_total(Product.CONSUMPTION, 5, 1_000), "product-closed"),
        (by_total(Product.GIFT, 5, 4), "quoted-amount-too-small"),
        (by_total(Product.GIFT, 5, -400), "quoted-amount-too-small"),
        (by_total(Product.GIFT, 5, AMOUNT_CENTS_MAX + 1), "quoted-amount-too-large"),
        (by_total(Product.GIFT, 5, 1_000, form=Form.PAPER), "paper-value-unknown"),
        (by_total(Product.GIFT, 5, 700, form=Form.PAPER, face_value_cents=700), "paper-value-unknown"),
        (by_total(Product.GIFT, 5, 1_000, form=Form.PAPER, face_value_cents=2_000), "amount-not-whole-vouchers"),
    ],
)
def test_what_can_not_be_quoted_is_refused_by_name(line, code) -> None:
    assert codes(line) == [code]


def test_what_can_be_quoted_is_not_refused() -> None:
    largest = BENEFICIARY_COUNT_MAX
    fine = [meal(1), meal(largest, value=1_000, count=30), by_total(Product.ECO, 1, AMOUNT_CENTS_MAX)]
    fine.append(by_total(Product.SPORT_CULTURE, 3, 60_000, form=Form.PAPER, face_value_cents=2_000))
    assert [codes(line) for line in fine] == [[], [], [], []]
    assert codes(meal(1, value=900), date(2025, 12, 31)) == ["face-value-above-maximum"]


@pytest.mark.parametrize("site_count", [0, -1, SITE_COUNT_MAX + 1])
def test_cards_for_workplaces_need_one(site_count) -> None:
    with pytest.raises(QuotedSitesImpossible):
        check_circumstances(Circumstances(site_count=site_count))
    check_circumstances(Circumstances(delivery=Delivery.HOME, site_count=0))


def kinds(*lines: QuotedLine, month: date = NOVEMBER) -> list[HintKind]:
    return [hint.kind for hint in hints_of(lines, month=month)]


def test_hints_say_what_the_law_would_give_more() -> None:
    assert kinds(meal(5)) == [HintKind.MEAL_VALUE_ROOM, HintKind.MEAL_DEDUCTION_STEP]
    assert kinds(meal(5, value=1_000)) == [HintKind.MEAL_DEDUCTION_REACHED]
    assert kinds(meal(5, value=1_000, share=110)) == [HintKind.MEAL_DEDUCTION_STEP]
    assert kinds(by_total(Product.ECO, 4, 99_999)) == [HintKind.YEAR_ROOM]
    assert kinds(by_total(Product.ECO, 4, 100_000)) == []
    assert kinds(meal(5), by_total(Product.SPORT_CULTURE, 4, 40_001))[0] == HintKind.YEAR_PASSED
    assert kinds(by_total(Product.GIFT, 4, 20_000)) == [HintKind.GIFT_PASSED]
    assert kinds(meal(5), month=date(2025, 6, 1)) == []


def test_a_hint_has_its_figures_and_where_they_come_from() -> None:
    step = hints_of([meal(5)], month=NOVEMBER)[1]
    assert (step.maximum_cents, step.asked_cents, step.more_cents, step.less_cents) == (891, 691, 400, 200)
    assert (step.law.from_on, bool(step.law.sources)) == (date(2026, 1, 1), True)
