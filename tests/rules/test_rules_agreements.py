"""Numbers of joint committees, and which agreement the law asks for which product."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.agreements import (
    JointCommitteeInvalid,
    Need,
    maximum_of_agreement,
    needed_agreement,
    read_joint_committee,
)
from tegoed.rules.products import Product

ON = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("200", "200"),
        (" 200 ", "200"),
        ("PC 200", "200"),
        ("P.C. 140.03", "140.03"),
        ("cp 140,3", "140.03"),
        ("JC 200.00", "200"),
        ("PSC 140.03", "140.03"),
        ("CP n° 118.01", "118.01"),
        ("100", "100"),
        ("399.99", "399.99"),
    ],
)
def test_a_joint_committee_is_read_as_people_write_it(typed, kept):
    assert read_joint_committee(typed) == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("99", "format"),
        ("099", "range"),
        ("400", "range"),
        ("200.100", "format"),
        ("200.", "format"),
        ("2OO", "format"),
        ("٢٠٠", "format"),
        ("200\n", None),
        ("200\x00", "format"),
        ("<b>200</b>", "format"),
        ("9" * 1000, "format"),
    ],
)
def test_what_is_no_joint_committee_is_refused_for_its_reason(typed, reason):
    if reason is None:
        assert read_joint_committee(typed) == "200"
        return
    with pytest.raises(JointCommitteeInvalid) as refused:
        read_joint_committee(typed)
    assert refused.value.params["reason"] == reason


@given(st.integers(100, 399), st.integers(0, 99))
def test_every_number_in_the_range_reads_back_as_itself(number, sub):
    kept = read_joint_committee(f"{number}.{sub:02d}")
    assert read_joint_committee(kept) == kept
    assert (kept == str(number)) == (sub == 0)


@pytest.mark.parametrize(
    ("product", "by_sector", "delegation", "need"),
    [
        (Product.MEAL, True, None, Need.NOTHING),
        (Product.GIFT, True, True, Need.NOTHING),
        (Product.MEAL, False, None, Need.NOT_TOLD),
        (Product.MEAL, False, True, Need.COMPANY),
        (Product.MEAL, False, False, Need.COMPANY_OR_INDIVIDUAL),
        (Product.ECO, False, True, Need.COMPANY),
        (Product.ECO, False, False, Need.COMPANY_OR_INDIVIDUAL),
        (Product.SPORT_CULTURE, False, True, Need.NO_RULE),
        (Product.GIFT, False, False, Need.NO_RULE),
    ],
)
def test_what_is_needed_comes_from_the_sector_first_and_then_from_the_law(product, by_sector, delegation, need):
    found = needed_agreement(product, is_granted_by_sector=by_sector, has_union_delegation=delegation, on=ON)
    assert found.need == need
    assert (found.row is None) == (product in {Product.GIFT, Product.SPORT_CULTURE})


def test_an_agreed_amount_is_held_against_the_figure_of_its_day():
    cents = {product: row.cents for product in Product if (row := maximum_of_agreement(product, ON))}
    assert cents == {Product.MEAL: 1000, Product.ECO: 25_000, Product.GIFT: 4_000, Product.SPORT_CULTURE: 10_000}
    assert maximum_of_agreement(Product.MEAL, date(2025, 12, 31)).cents == 800
