"""Step 1 of an order: product, month, loading date, reference (SPEC O1, O5, O7)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Client, ProductChoice
from tegoed.orders.models import GiftOccasionChoice, Order
from tegoed.orders.queries import usual_worker_share_cents
from tegoed.portal.forms.fields import DayField, EuroField, LineField, MonthField, as_form_error
from tegoed.portal.products import products_to_order
from tegoed.rules.dates import add_months, brussels_today
from tegoed.rules.order_lines import LOADING_MONTHS_AHEAD_MAX, GiftOccasion, WorkerShareBelowMinimum, check_worker_share
from tegoed.rules.products import Product

FIELDS_OF_PRODUCT = {"worker_share": Product.MEAL, "occasion": Product.GIFT}
"""Fields that only one product has: absent from the form of a client without a contract for it."""


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
    month_on = MonthField(
        label=_("For which month?"),
        help_text=_(
            "The month that was worked, or that the vouchers are given for. It decides the legal maximum. Leave it empty "
            "for the month of the loading date."
        ),
        required=False,
    )
    worker_share = EuroField(
        label=_("Employee's share of each meal voucher, in euro"),
        help_text=_("What you keep from the pay for each voucher."),
        required=False,
    )
    occasion = forms.ChoiceField(
        label=_("Occasion of the gift"),
        help_text=_("It decides the legal maximum."),
        choices=GiftOccasionChoice.choices,
        required=False,
    )
    reference = LineField(
        label=_("Your reference"),
        help_text=_("Stands on the invoice, for example the month or a purchase order number."),
        max_length=60,
        required=False,
    )

    def __init__(self, *args: Any, client: Client, order: Order | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.client = client
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
        self.fields["worker_share"].initial = usual_worker_share_cents(client, month_on=today)
        for name, product in FIELDS_OF_PRODUCT.items():
            if product not in products:
                del self.fields[name]
        if order is not None and order.upload_id is not None:
            self.fields.pop("worker_share", None)  # the Excel form may tell another share on each row

    @property
    def has_products(self) -> bool:
        """Whether the client has any contract to order under."""
        return bool(self.fields["product"].choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The month follows from the loading date where it is empty; a share is held against the minimum of its month."""
        cleaned = super().clean() or self.cleaned_data
        if "worker_share" not in self.fields or cleaned.get("product") != Product.MEAL:
            self.errors.pop("worker_share", None)
            return cleaned
        month_on = cleaned.get("month_on") or cleaned.get("loading_on")
        if month_on is None or "worker_share" in self.errors:
            return cleaned
        if not self.data.get(self.add_prefix("worker_share"), "").strip():
            cleaned["worker_share"] = usual_worker_share_cents(self.client, month_on=month_on) or 0
        try:
            check_worker_share(cleaned["worker_share"], month=month_on)
        except WorkerShareBelowMinimum as refusal:
            self.add_error("worker_share", as_form_error(refusal))
        return cleaned

    def wish(self) -> dict[str, Any]:
        """The arguments of `start_order` and `change_order` that this form tells."""
        cleaned = self.cleaned_data
        product = Product(cleaned["product"])
        return {
            "product": product,
            "reference": cleaned["reference"],
            "loading_on": cleaned["loading_on"],
            "month_on": cleaned["month_on"],
            "occasion": (cleaned.get("occasion") or GiftOccasion.END_OF_YEAR) if product == Product.GIFT else "",
            "worker_share_cents": cleaned.get("worker_share") if product == Product.MEAL else None,
        }


def typed_before(order: Order) -> dict[str, Any]:
    """The initial values for a draft that is taken up again."""
    told = {
        "product": order.product,
        "reference": order.reference,
        "loading_on": order.loading_on,
        "month_on": order.month_on,
        "occasion": order.occasion or GiftOccasion.END_OF_YEAR,
    }
    return told if order.worker_share_cents is None else told | {"worker_share": order.worker_share_cents}
