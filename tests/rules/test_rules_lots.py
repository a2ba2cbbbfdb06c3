"""Until when a lot can be spent, and which lots a purchase takes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.lots import BalanceTooLow, OpenLot, expires_on, spend_plan
from tegoed.rules.products import Product, ProductClosed
from tegoed.rules.statutory import statutory_value

TODAY = date(2026, 6, 15)
START = datetime(2026, 1, 1, tzinfo=UTC)


@st.composite
def lots_of_a_wallet(draw):
    ids = draw(st.lists(st.integers(1, 50), unique=True, max_size=12))
    return [
        OpenLot(
            lot_id=lot_id,
            expires_on=TODAY + timedelta(days=draw(st.integers(-3, 6))),
            credited_at=START + timedelta(days=draw(st.integers(0, 2))),
            balance_cents=draw(st.integers(0, 20)),
        )
        for lot_id in ids
    ]


def lot(lot_id, expires_in_days, balance_cents, credited_at=START):
    return OpenLot(lot_id, TODAY + timedelta(days=expires_in_days), credited_at, balance_cents)


@pytest.mark.parametrize(
    ("product", "credited_on", "last_day"),
    [
        (Product.MEAL, date(2026, 1, 15), date(2027, 1, 15)),
        (Product.MEAL, date(2024, 2, 29), date(2025, 2, 28)),
        (Product.ECO, date(2026, 1, 15), date(2028, 1, 15)),
        (Product.GIFT, date(2026, 12, 5), date(2027, 12, 5)),
        (Product.SPORT_CULTURE, date(2026, 11, 30), date(2028, 2, 29)),
        (Product.SPORT_CULTURE, date(2026, 8, 31), date(2027, 11, 30)),
    ],
)
def test_vouchers_can_be_spent_for_the_validity_of_their_product(product, credited_on, last_day):
    assert expires_on(product, credited_on) == last_day


def test_a_closed_product_has_no_expiry():
    with pytest.raises(ProductClosed):
        expires_on(Product.CONSUMPTION, TODAY)


def test_the_law_still_says_shortest_validity_first():
    assert statutory_value("all_e", "debit_order", TODAY).value == "shortest_validity_first"


def test_the_shortest_validity_goes_first_then_the_oldest_then_the_lowest_id():
    later = START + timedelta(days=1)
    lots = [lot(9, 5, 100), lot(8, 2, 100, later), lot(7, 2, 100), lot(6, 2, 100), lot(5, 1, 100, later)]
    assert spend_plan(lots, 450, on=TODAY) == ((5, 100), (6, 100), (7, 100), (8, 100), (9, 50))


def test_a_lot_can_be_spent_on_its_last_day_and_not_after():
    last_day = [lot(1, 0, 500)]
    assert spend_plan(last_day, 500, on=TODAY) == ((1, 500),)
    with pytest.raises(BalanceTooLow) as refusal:
        spend_plan(last_day, 1, on=TODAY + timedelta(days=1))
    assert refusal.value.params == {"asked_cents": 1, "available_cents": 0}


def test_one_cent_too_many_is_refused():
    lots = [lot(1, 1, 300), lot(2, 2, 200), lot(3, -1, 1000)]
    assert spend_plan(lots, 500, on=TODAY) == ((1, 300), (2, 200))
    with pytest.raises(BalanceTooLow) as refusal:
        spend_plan(lots, 501, on=TODAY)
    assert refusal.value.params == {"asked_cents": 501, "available_cents": 500}


@given(lots_of_a_wallet(), st.integers(1, 200), st.randoms(use_true_random=False))
def test_the_plan_is_what_spending_cent_by_cent_does(lots, amount_cents, random):
    rest = {lot.lot_id: lot.balance_cents for lot in lots}
    order = sorted(
        (lot for lot in lots if lot.expires_on >= TODAY), key=lambda lot: (lot.expires_on, lot.credited_at, lot.lot_id)
    )
    spent: dict[int, int] = {}
    for _ in range(amount_cents):
        source = next((lot.lot_id for lot in order if rest[lot.lot_id]), None)
        if source is None:
            with pytest.raises(BalanceTooLow):
                spend_plan(lots, amount_cents, on=TODAY)
            return
        rest[source] -= 1
        spent[source] = spent.get(source, 0) + 1
    shuffled = random.sample(lots, len(lots))
    plan = spend_plan(shuffled, amount_cents, on=TODAY)
    assert plan == tuple(spent.items())
    assert sum(cents for _, cents in plan) == amount_cents


@pytest.mark.parametrize("amount_cents", [0, -1])
def test_spending_nothing_is_a_fault(amount_cents):
    with pytest.raises(ValueError, match="more than zero"):
        spend_plan([lot(1, 1, 100)], amount_cents, on=TODAY)


def test_a_lot_listed_twice_or_below_zero_is_a_fault():
    with pytest.raises(ValueError, match="twice"):
        spend_plan([lot(1, 1, 100), lot(1, 2, 100)], 150, on=TODAY)
    with pytest.raises(ValueError, match="below zero"):
        spend_plan([lot(1, 1, -1), lot(2, 1, 100)], 50, on=TODAY)
