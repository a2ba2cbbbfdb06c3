"""The rules of a line beside a plain model of the law: the figures written out by hand, month by month."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.dates import add_months, days_of_month
from tegoed.rules.order_lines import (
    AboveLegalMaximum,
    AmountAboveOccasionMaximum,
    GiftOccasion,
    LineToOrder,
    MonthImpossible,
    WorkerShareBelowMinimum,
    WorkerShareImpossible,
    check_month,
    check_worker_share,
    refusals_of_line,
)
from tegoed.rules.products import Product

MONTHS = st.dates(date(2017, 1, 1), date(2030, 12, 31))
SINCE_JULY_2024 = st.dates(date(2024, 7, 1), date(2030, 12, 31))
CENTS = st.integers(0, 30_000)
GIFT_MAXIMUM = {
    GiftOccasion.END_OF_YEAR: 4_000,
    GiftOccasion.HONOUR: 12_000,
    GiftOccasion.MARRIAGE: 24_500,
    GiftOccasion.RETIREMENT: 100_000,
}


def meal_is_fine(month: date, count: int, face_cents: int, share_cents: int | None) -> bool:
    """8 € and 6.91 € for the employer up to December 2025, 10 € and 8.91 € from January 2026; 1.09 € for the worker."""
    of_2026 = month >= date(2026, 1, 1)
    if not 0 <= count <= days_of_month(month.year, month.month):
        return False
    if face_cents <= 0 or face_cents > (1_000 if of_2026 else 800):
        return False
    if share_cents is None:
        return face_cents >= 109
    return 109 <= share_cents <= face_cents and face_cents - share_cents <= (891 if of_2026 else 691)


@given(MONTHS, st.integers(-2, 40), st.integers(0, 1_300), st.one_of(st.none(), st.integers(0, 1_300)))
def test_a_meal_line_is_refused_just_when_the_plain_model_refuses_it(month, count, face_cents, share_cents):
    line = LineToOrder(Product.MEAL, voucher_count=count, face_value_cents=face_cents, worker_share_cents=share_cents)
    assert (refusals_of_line(line, month=month) == []) == meal_is_fine(month, count, face_cents, share_cents)


@given(st.sampled_from([(Product.ECO, 25_000), (Product.SPORT_CULTURE, 10_000)]), SINCE_JULY_2024, CENTS, CENTS)
def test_a_yearly_maximum_counts_what_went_before(product_and_maximum, month, amount_cents, earlier_cents):
    product, maximum_cents = product_and_maximum
    refusals = refusals_of_line(
        LineToOrder(product, amount_cents=amount_cents), month=month, ordered_this_year_cents=earlier_cents
    )
    fits = amount_cents == 0 or earlier_cents + amount_cents <= maximum_cents
    assert (refusals == []) == fits
    assert all(isinstance(refusal, AboveLegalMaximum) for refusal in refusals)


@given(st.sampled_from(GiftOccasion), MONTHS, st.integers(0, 120_000), CENTS, st.integers(0, 30))
def test_gifts_for_one_occasion_add_up_in_the_year(occasion, month, amount_cents, earlier_cents, child_count):
    maximum_cents = GIFT_MAXIMUM[occasion]
    if occasion == GiftOccasion.END_OF_YEAR:
        maximum_cents += 4_000 * child_count
    line = LineToOrder(Product.GIFT, amount_cents=amount_cents, occasion=occasion, child_count=child_count)
    refusals = refusals_of_line(line, month=month, ordered_this_year_cents=earlier_cents)
    assert (refusals == []) == (amount_cents == 0 or amount_cents + earlier_cents <= maximum_cents)
    for refusal in refusals:
        assert isinstance(refusal, AmountAboveOccasionMaximum)
        assert refusal.params["maximum_cents"] == maximum_cents
        assert refusal.params["reason"] == ("with-earlier" if earlier_cents else "")


def test_the_worker_pays_no_more_than_the_voucher_is_worth():
    line = LineToOrder(Product.MEAL, voucher_count=20, face_value_cents=800, worker_share_cents=801)
    (refusal,) = refusals_of_line(line, month=date(2026, 11, 1))
    assert type(refusal) is WorkerShareImpossible
    assert not isinstance(refusal, AboveLegalMaximum)


@pytest.mark.parametrize(("share_cents", "face_cents", "reason"), [(50, 800, "share"), (50, 100, "face-value")])
def test_a_share_too_low_says_what_to_mend(share_cents, face_cents, reason):
    line = LineToOrder(Product.MEAL, voucher_count=1, face_value_cents=face_cents, worker_share_cents=share_cents)
    (refusal,) = refusals_of_line(line, month=date(2026, 11, 1))
    assert (type(refusal), refusal.params["reason"]) == (WorkerShareBelowMinimum, reason)


@given(st.integers(0, 300), MONTHS)
def test_a_share_is_held_against_the_minimum_of_its_month(share_cents, month):
    if share_cents >= 109:
        check_worker_share(share_cents, month=month)
        return
    with pytest.raises(WorkerShareBelowMinimum):
        check_worker_share(share_cents, month=month)


@given(MONTHS, st.integers(-30, 30))
def test_the_month_is_at_most_thirteen_months_ago_and_twelve_ahead(today, months):
    month_on = add_months(today.replace(day=1), months)
    if -13 <= months <= 12:
        check_month(month_on, today=today)
        return
    with pytest.raises(MonthImpossible) as refused:
        check_month(month_on, today=today)
    assert refused.value.params["reason"] == ("too-old" if months < 0 else "too-far")
