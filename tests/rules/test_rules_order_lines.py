"""What one order line may be, by product and month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.dates import add_months, days_of_month
from tegoed.rules.order_lines import (
    AboveLegalMaximum,
    AmountAboveOccasionMaximum,
    AmountAboveYearlyMaximum,
    AmountImpossible,
    ChildCountImpossible,
    EmployerShareAboveMaximum,
    FaceValueAboveMaximum,
    FaceValueImpossible,
    GiftOccasion,
    LineToOrder,
    LoadingDateImpossible,
    VoucherCountImpossible,
    WorkerShareBelowMinimum,
    check_loading_date,
    refusals_of_line,
)
from tegoed.rules.products import Product, ProductClosed

DECEMBER_2025 = date(2025, 12, 17)
JANUARY_2026 = date(2026, 1, 17)


def meal(count=20, face_value_cents=800, **more):
    return LineToOrder(Product.MEAL, voucher_count=count, face_value_cents=face_value_cents, **more)


def kinds(line, month=JANUARY_2026, **more):
    return [type(refusal) for refusal in refusals_of_line(line, month=month, **more)]


@pytest.mark.parametrize("face_value_cents", [109, 700, 756, 800])
def test_meal_vouchers_up_to_the_maximum_are_fine(face_value_cents):
    assert kinds(meal(face_value_cents=face_value_cents), DECEMBER_2025) == []


def test_eight_euro_is_the_most_in_2025_and_ten_in_2026():
    assert kinds(meal(face_value_cents=801), DECEMBER_2025) == [FaceValueAboveMaximum]
    assert kinds(meal(face_value_cents=1000), JANUARY_2026) == []
    assert kinds(meal(face_value_cents=1001), JANUARY_2026) == [FaceValueAboveMaximum]


def test_the_refusal_tells_the_figure_its_dates_and_its_sources():
    (refusal,) = refusals_of_line(meal(face_value_cents=900), month=DECEMBER_2025)
    assert isinstance(refusal, AboveLegalMaximum)
    assert refusal.code == "face-value-above-maximum"
    assert refusal.params == {
        "product": "meal",
        "asked_cents": 900,
        "maximum_cents": 800,
        "from_on": date(2016, 1, 1),
        "to_on": date(2025, 12, 31),
        "sources": ("27", "156"),
    }


@given(st.dates(date(2016, 1, 1), date(2030, 12, 31)), st.integers(0, 40))
def test_the_count_goes_up_to_the_days_of_the_month(month, count):
    expected = [] if count <= days_of_month(month.year, month.month) else [VoucherCountImpossible]
    assert kinds(meal(count=count), month) == expected


@pytest.mark.parametrize("count", [-1, 32, 20.0, 20.5, "20", None, True, float("nan")])
def test_a_count_that_is_no_whole_number_in_range_is_impossible(count):
    assert kinds(meal(count=count)) == [VoucherCountImpossible]


@pytest.mark.parametrize("face_value_cents", [0, -800, 8.0, "800", None, True])
def test_a_face_value_that_is_no_whole_number_of_cents_is_impossible(face_value_cents):
    assert kinds(meal(face_value_cents=face_value_cents)) == [FaceValueImpossible]


def test_all_that_is_wrong_is_told_at_once():
    assert kinds(meal(count=99, face_value_cents=5000)) == [VoucherCountImpossible, FaceValueAboveMaximum]
    assert kinds(meal(count=99, face_value_cents=0)) == [VoucherCountImpossible, FaceValueImpossible]


def test_an_amount_beside_meal_vouchers_must_be_number_times_face_value():
    assert kinds(meal(amount_cents=16000)) == []
    assert kinds(meal(amount_cents=16001)) == [AmountImpossible]


def test_the_face_value_leaves_room_for_the_workers_share():
    assert kinds(meal(face_value_cents=108)) == [WorkerShareBelowMinimum]


@pytest.mark.parametrize(
    ("face_value_cents", "worker_share_cents", "month", "expected"),
    [
        (800, 109, DECEMBER_2025, []),
        (800, 108, DECEMBER_2025, [WorkerShareBelowMinimum, EmployerShareAboveMaximum]),
        (800, 400, DECEMBER_2025, []),
        (900, 209, DECEMBER_2025, [FaceValueAboveMaximum]),
        (900, 208, DECEMBER_2025, [FaceValueAboveMaximum, EmployerShareAboveMaximum]),
        (900, 109, JANUARY_2026, []),
        (800, -100, JANUARY_2026, [WorkerShareBelowMinimum, EmployerShareAboveMaximum]),
    ],
)
def test_the_shares_of_worker_and_employer_are_looked_at_where_known(
    face_value_cents, worker_share_cents, month, expected
):
    assert kinds(meal(face_value_cents=face_value_cents, worker_share_cents=worker_share_cents), month) == expected


@pytest.mark.parametrize(("product", "maximum_cents"), [(Product.ECO, 25000), (Product.SPORT_CULTURE, 10000)])
def test_the_yearly_maximum_counts_what_was_ordered_before(product, maximum_cents):
    line = LineToOrder(product, amount_cents=maximum_cents)
    assert kinds(line) == []
    assert kinds(LineToOrder(product, amount_cents=maximum_cents + 1)) == [AmountAboveYearlyMaximum]
    assert kinds(line, ordered_this_year_cents=1) == [AmountAboveYearlyMaximum]
    assert kinds(LineToOrder(product, amount_cents=1000), ordered_this_year_cents=maximum_cents - 1000) == []
    (refusal,) = refusals_of_line(line, month=JANUARY_2026, ordered_this_year_cents=5000)
    assert refusal.params["maximum_cents"] == maximum_cents
    assert refusal.params["ordered_this_year_cents"] == 5000


def test_an_eco_voucher_is_at_most_ten_euro():
    assert kinds(LineToOrder(Product.ECO, face_value_cents=1000, amount_cents=5000)) == []
    assert kinds(LineToOrder(Product.ECO, face_value_cents=1001, amount_cents=5000)) == [FaceValueAboveMaximum]


@pytest.mark.parametrize("product", [Product.ECO, Product.GIFT, Product.SPORT_CULTURE])
@pytest.mark.parametrize("amount_cents", [-1, 10.0, "10", None, True])
def test_an_amount_that_is_no_whole_number_of_cents_is_impossible(product, amount_cents):
    assert kinds(LineToOrder(product, amount_cents=amount_cents)) == [AmountImpossible]


@pytest.mark.parametrize(
    ("occasion", "child_count", "maximum_cents"),
    [
        (None, 0, 4000),
        (GiftOccasion.END_OF_YEAR, 0, 4000),
        (GiftOccasion.END_OF_YEAR, 3, 16000),
        (GiftOccasion.HONOUR, 0, 12000),
        (GiftOccasion.HONOUR, 3, 12000),
        (GiftOccasion.MARRIAGE, 0, 24500),
        (GiftOccasion.RETIREMENT, 0, 100000),
    ],
)
def test_a_gift_has_the_maximum_of_its_occasion(occasion, child_count, maximum_cents):
    at_most = LineToOrder(Product.GIFT, amount_cents=maximum_cents, occasion=occasion, child_count=child_count)
    above = LineToOrder(Product.GIFT, amount_cents=maximum_cents + 1, occasion=occasion, child_count=child_count)
    assert kinds(at_most) == []
    (refusal,) = refusals_of_line(above, month=JANUARY_2026)
    assert type(refusal) is AmountAboveOccasionMaximum
    assert refusal.params["maximum_cents"] == maximum_cents


@pytest.mark.parametrize("child_count", [-1, 31, 1.5, None])
def test_a_number_of_children_out_of_range_is_impossible(child_count):
    line = LineToOrder(Product.GIFT, amount_cents=1000, child_count=child_count)
    assert kinds(line) == [ChildCountImpossible]


def test_consumption_vouchers_are_refused_as_closed():
    assert kinds(LineToOrder(Product.CONSUMPTION, amount_cents=1000)) == [ProductClosed]


def test_an_impossible_figure_is_never_one_that_a_client_may_confirm():
    for kind in (
        AmountImpossible,
        ChildCountImpossible,
        FaceValueImpossible,
        VoucherCountImpossible,
        WorkerShareBelowMinimum,
    ):
        assert not issubclass(kind, AboveLegalMaximum)


@given(st.integers(0, 31), st.integers(109, 1000))
def test_the_total_is_number_times_face_value(count, face_value_cents):
    line = meal(count=count, face_value_cents=face_value_cents)
    assert kinds(line) == []
    assert line.total_cents == count * face_value_cents


def test_the_total_of_the_others_is_their_amount():
    assert LineToOrder(Product.ECO, amount_cents=12500, voucher_count=20, face_value_cents=800).total_cents == 12500


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(-800, 800))
def test_loading_is_possible_from_today_up_to_twelve_months_ahead(today, days):
    loading_on = today + timedelta(days=days)
    if today <= loading_on <= add_months(today, 12):
        check_loading_date(loading_on, today=today)
        return
    with pytest.raises(LoadingDateImpossible) as refusal:
        check_loading_date(loading_on, today=today)
    assert refusal.value.params["reason"] == ("past" if days < 0 else "too-far")
    assert refusal.value.params["latest_on"] == add_months(today, 12)


def test_the_last_day_of_loading_is_the_same_day_next_year():
    check_loading_date(date(2027, 6, 15), today=date(2026, 6, 15))
    check_loading_date(date(2025, 2, 28), today=date(2024, 2, 29))
    with pytest.raises(LoadingDateImpossible):
        check_loading_date(date(2027, 6, 16), today=date(2026, 6, 15))
