"""The names a reader sees for what the rules know: products and forms."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.rules.products import Form, Product


class ProductChoice(models.TextChoices):
    """The names a reader sees for `tegoed.rules.products.Product`."""

    MEAL = Product.MEAL.value, _("Meal vouchers")
    ECO = Product.ECO.value, _("Eco vouchers")
    GIFT = Product.GIFT.value, _("Gift vouchers")
    SPORT_CULTURE = Product.SPORT_CULTURE.value, _("Sport and culture vouchers")
    CONSUMPTION = Product.CONSUMPTION.value, _("Consumption vouchers")


class FormChoice(models.TextChoices):
    """The names a reader sees for `tegoed.rules.products.Form`."""

    ELECTRONIC = Form.ELECTRONIC.value, _("Electronic")
    PAPER = Form.PAPER.value, _("On paper")
