"""Step 1 of an order: product, reference, loading date (SPEC O1, O5)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Client, ProductChoice
from tegoed.orders.models import Order
from tegoed.portal.forms.fields import DayField
from tegoed.portal.products import products_to_order
from tegoed.rules.dates import add_months, brussels_today
from tegoed.rules.order_lines import LOADING_MONTHS_AHEAD_MAX
from tegoed.rules.products import Product


class OrderStartForm(forms.Form):
    """What the order is. The products are those of the client's running contracts."""

    product = forms.ChoiceField(label=_("What do you order?"), widget=forms.RadioSelect)
    loading_on = DayField(
        label=_("Loading date"),
        help_text=_(
            "The day the vouchers come on the cards, today or up to 12 months ahead. They load as soon as you have "
            "paid, but never before this day."
        ),
    )
    reference = forms.CharField(
        label=_("Your reference"),
        help_text=_("Stands on the invoice, for example the month or a purchase order number."),
        max_length=60,
        required=False,
    )

    def __init__(self, *args: Any, client: Client, **options: Any) -> None:
        super().__init__(*args, **options)
        today = brussels_today()
        products = products_to_order(client)
        self.fields["product"].choices = [  # type: ignore[attr-defined]
            (product.value, ProductChoice(product.value).label) for product in products
        ]
        self.fields["product"].initial = products[0].value if products else None
        self.fields["loading_on"].initial = today
        self.fields["loading_on"].widget.attrs |= {
            "min": today.isoformat(),
            "max": add_months(today, LOADING_MONTHS_AHEAD_MAX).isoformat(),
        }

    @property
    def has_products(self) -> bool:
        """Whether the client has any contract to order under."""
        return bool(self.fields["product"].choices)  # type: ignore[attr-defined]

    def wish(self) -> dict[str, Any]:
        """The arguments of `start_order` and `change_order` that this form tells."""
        cleaned = self.cleaned_data
        return {
            "product": Product(cleaned["product"]),
            "reference": cleaned["reference"],
            "loading_on": cleaned["loading_on"],
        }


def typed_before(order: Order) -> dict[str, Any]:
    """The initial values for a draft that is taken up again."""
    return {"product": order.product, "reference": order.reference, "loading_on": order.loading_on}
