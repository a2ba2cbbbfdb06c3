"""The columns of the order form."""

from tegoed.formats.beneficiary_form import BENEFICIARY_FORM
from tegoed.formats.order_form import ORDER_FORM, USUAL_KEYS
from tegoed.rules.order_lines import GiftOccasion
from tegoed.rules.products import Product


def test_products_and_occasions_are_those_of_the_rules() -> None:
    assert set(ORDER_FORM.column("product").choices) == {product.value for product in Product}
    assert set(ORDER_FORM.column("occasion").choices) == {occasion.value for occasion in GiftOccasion}


def test_the_form_as_handed_out_comes_first() -> None:
    assert tuple(column.key for column in ORDER_FORM.columns)[: len(USUAL_KEYS)] == USUAL_KEYS


def test_the_person_is_asked_for_in_the_words_of_the_beneficiary_form() -> None:
    person = {column.key: column for column in BENEFICIARY_FORM.columns}
    shared = [column for column in ORDER_FORM.columns if column.key in person]
    assert len(shared) == 15
    assert all(column == person[column.key] for column in shared)
