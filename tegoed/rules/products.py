"""The voucher products and what the law makes of each: form, validity, whether it may be ordered.

Its one law: a product is open for orders on the days for which the law sets a validity for it. The consumption vouchers
of 2020 and 2023 have none any more, so they are closed; a new measure opens them by new statutory rows, not by code.
It is not what one order may hold: see `order_lines`.
"""

from datetime import date
from enum import StrEnum

from tegoed.errors import Refusal
from tegoed.rules.statutory import all_parameters, statutory_value

_ELECTRONIC_ONLY = "electronic_only"


class Product(StrEnum):
    """What an employer can give. The values are those of the statutory data."""

    MEAL = "meal"
    ECO = "eco"
    GIFT = "gift"
    SPORT_CULTURE = "sport_culture"
    CONSUMPTION = "consumption"


class Form(StrEnum):
    """How the voucher is carried."""

    ELECTRONIC = "electronic"
    PAPER = "paper"


class ProductClosed(Refusal):
    """The product can't be given on that day. Params: `product`, `on`.

    Where the law tells until when it could, `reason` is `ended`, with `last_on` and `sources`.
    """

    code = "product-closed"


class FormNotAllowed(Refusal):
    """The law leaves the product no such form. Params: `product`, `form`, `from_on`, `to_on` and `sources` of that rule."""

    code = "form-not-allowed"


def is_open_for_orders(product: Product, on: date) -> bool:
    """Whether the product may be ordered on that day."""
    return statutory_value(product, "validity", on) is not None


def validity_months(product: Product, on: date) -> int:
    """For how many months a voucher credited on that day can be spent. Raises `ProductClosed`."""
    validity = statutory_value(product, "validity", on)
    if validity is None:
        raise ProductClosed(product=product.value, on=on)
    return int(validity.value)


def has_face_value(product: Product) -> bool:
    """Meal vouchers are a number times a face value; the others one total amount per beneficiary (SPEC Q1)."""
    return product == Product.MEAL


def forms_allowed(product: Product, on: date) -> frozenset[Form]:
    """The forms the law allows on that day; none for a product that is closed."""
    if not is_open_for_orders(product, on):
        return frozenset()
    form = statutory_value(product, "form", on)
    if form is not None and form.value == _ELECTRONIC_ONLY:
        return frozenset({Form.ELECTRONIC})
    return frozenset(Form)


def check_form(product: Product, form: Form, on: date) -> None:
    """Whether the product may be given in that form on that day. Raises `ProductClosed`, `FormNotAllowed`."""
    if form in forms_allowed(product, on):
        return
    rule = statutory_value(product, "form", on)
    if rule is None or not is_open_for_orders(product, on):
        raise _closed(product, on)
    raise FormNotAllowed(
        product=product.value, form=form.value, from_on=rule.from_on, to_on=rule.to_on, sources=rule.sources
    )


def _closed(product: Product, on: date) -> ProductClosed:
    """With the last day of its last measure (`consumption_2023`), where the data have one."""
    ended = [
        row
        for row in all_parameters()
        if row.name == "effective_grant_until" and row.product.startswith(f"{product}_") and row.value < on.isoformat()
    ]
    if not ended:
        return ProductClosed(product=product.value, on=on)
    last = max(ended, key=lambda row: row.value)
    return ProductClosed(
        product=product.value, on=on, reason="ended", last_on=date.fromisoformat(last.value), sources=last.sources
    )
