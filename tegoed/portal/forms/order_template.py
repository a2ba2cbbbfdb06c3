"""The form of a monthly order: its name and days (SPEC O6)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.orders.models import Order, OrderTemplate
from tegoed.portal.forms.fields import LineField
from tegoed.rules.monthly_orders import DRAFT_DAYS_BEFORE_MAX, LOADING_DAY_MAX

NAME_LENGTH_MAX = 60
DRAFT_DAYS_BEFORE_USUAL = 7


class OrderTemplateForm(forms.Form):
    """When the order comes back, and how long before its draft is ready to check."""

    name = LineField(
        label=_("Name"),
        help_text=_("To recognise it by, for example “Meal vouchers, workshop”."),
        max_length=NAME_LENGTH_MAX,
    )
    loading_day = forms.IntegerField(
        label=_("Loading day of the month"),
        help_text=_("A day past the end of a month is its last day."),
        min_value=1,
        max_value=LOADING_DAY_MAX,
    )
    draft_days_before = forms.IntegerField(
        label=_("Days before, to check and pay"),
        help_text=_("So long before the loading day we prepare the order and send you a mail."),
        min_value=0,
        max_value=DRAFT_DAYS_BEFORE_MAX,
        initial=DRAFT_DAYS_BEFORE_USUAL,
    )


def of_order(order: Order) -> dict[str, Any]:
    """The initial values to repeat an order."""
    name = order.reference or str(order.get_product_display())
    return {"name": name[:NAME_LENGTH_MAX], "loading_day": order.loading_on.day}


def of_template(template: OrderTemplate) -> dict[str, Any]:
    """The initial values to change a template."""
    return {
        "name": template.name,
        "loading_day": template.loading_day,
        "draft_days_before": template.draft_days_before,
    }
