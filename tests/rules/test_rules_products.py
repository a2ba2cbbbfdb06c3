"""What the law makes of each product."""

from datetime import date

import pytest

from tegoed.rules.products import (
    Form,
    Product,
    ProductClosed,
    forms_allowed,
    has_face_value,
    is_open_for_orders,
    validity_months,
)

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("product", "months"), [(Product.MEAL, 12), (Product.ECO, 24), (Product.GIFT, 12), (Product.SPORT_CULTURE, 15)]
)
def test_each_open_product_has_its_validity(product, months):
    assert is_open_for_orders(product, TODAY)
    assert validity_months(product, TODAY) == months


@pytest.mark.parametrize("on", [date(2023, 9, 1), date(2024, 4, 1), TODAY])
def test_consumption_vouchers_are_closed(on):
    assert not is_open_for_orders(Product.CONSUMPTION, on)
    assert forms_allowed(Product.CONSUMPTION, on) == frozenset()
    with pytest.raises(ProductClosed) as refusal:
        validity_months(Product.CONSUMPTION, on)
    assert refusal.value.params == {"product": "consumption", "on": on}


def test_only_meal_vouchers_are_a_number_times_a_face_value():
    assert [product for product in Product if has_face_value(product)] == [Product.MEAL]


def test_paper_is_allowed_until_the_law_made_the_product_electronic():
    both = frozenset({Form.ELECTRONIC, Form.PAPER})
    electronic = frozenset({Form.ELECTRONIC})
    assert forms_allowed(Product.MEAL, date(2015, 12, 31)) == both
    assert forms_allowed(Product.MEAL, date(2016, 1, 1)) == electronic
    assert forms_allowed(Product.ECO, date(2021, 12, 31)) == both
    assert forms_allowed(Product.ECO, date(2022, 1, 1)) == electronic
    assert forms_allowed(Product.GIFT, TODAY) == both
    assert forms_allowed(Product.SPORT_CULTURE, TODAY) == both
