"""Step 1 of an order: product, month, loading date, reference (SPEC O1, O5, O7)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Client, FormChoice, ProductChoice
from tegoed.orders.models import GiftOccasionChoice, Order
from tegoed.orders.queries import usual_worker_share_cents
from tegoed.portal.forms.fields import DayField, EuroField, LineField, MonthField, as_form_error
from tegoed.portal.products import forms_to_order
from tegoed.rules.dates import add_months, brussels_today
from tegoed.rules.money import format_euro
from tegoed.rules.order_lines import LOADING_MONTHS_AHEAD_MAX, GiftOccasion, WorkerShareBelowMinimum, check_worker_share
from tegoed.rules.paper_vouchers import PAPER_VALUES_CENTS, USUAL_PAPER_VALUE_CENTS
from tegoed.rules.products import Form, Product

FIELDS_OF_PRODUCT = {"worker_share": Product.MEAL, "occasion": Product.GIFT}
"""Fields that only one product has: absent from the form of a client without a contract for it."""
ASKED_AGAIN = ("product", "form", "paper_value", "loading_on", "month_on", "occasion", "reference")
ASKED_LENGTH_MAX = 60


class OrderStartForm(forms.Form):
    """What the order is. The products are those of the client's running contracts."""

    product = forms.ChoiceField(label=_("What do you order?"), widget=forms.RadioSelect)
    form = forms.ChoiceField(
        label=_("On a card or on paper?"),
        choices=FormChoice.choices,
        initial=FormChoice.ELECTRONIC,
        required=False,
        widget=forms.RadioSelect,
    )
    paper_value = forms.TypedChoiceField(
        label=_("Value of each voucher on paper"),
        help_text=_("What each person gets must be a whole number of these vouchers."),
        coerce=int,
        initial=USUAL_PAPER_VALUE_CENTS,
        required=False,
    )
    loading_on = DayField(
        label=_("Loading date"),
        help_text=_(
            "The day the vouchers come on the cards, or are printed, today or up to 12 months ahead. It happens as soon as "
            "you have paid, but never before this day."
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
        self.forms = forms_to_order(client)
        products = list(self.forms)
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
        signed_forms = set().union(*self.forms.values()) if self.forms else set()
        self.fields["paper_value"].choices = [  # type: ignore[attr-defined]
            (cents, format_euro(cents, (get_language() or "en")[:2])) for cents in PAPER_VALUES_CENTS
        ]
        if signed_forms == {Form.PAPER}:
            self.fields["form"].initial = Form.PAPER
        if Form.PAPER not in signed_forms:
            del self.fields["form"], self.fields["paper_value"]
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
        form = self._form_wanted(product)
        return {
            "product": product,
            "form": form,
            "paper_value_cents": (cleaned.get("paper_value") or USUAL_PAPER_VALUE_CENTS) if form == Form.PAPER else 0,
            "reference": cleaned["reference"],
            "loading_on": cleaned["loading_on"],
            "month_on": cleaned["month_on"],
            "occasion": (cleaned.get("occasion") or GiftOccasion.END_OF_YEAR) if product == Product.GIFT else "",
            "worker_share_cents": cleaned.get("worker_share") if product == Product.MEAL else None,
        }

    def _form_wanted(self, product: Product) -> Form:
        """As chosen; where nothing was, the only form signed for, else on cards."""
        if chosen := self.cleaned_data.get("form"):
            return Form(chosen)
        signed = self.forms[product]
        return Form.PAPER if signed == {Form.PAPER} else Form.ELECTRONIC

    def to_ask_again(self) -> dict[str, str]:
        """What was typed, for an address that leads back to this form (see `asked_before`)."""
        return {name: value for name in ASKED_AGAIN if (value := self.data.get(name, "").strip())}


def asked_before(query: Mapping[str, str]) -> dict[str, Any]:
    """The initial values that an address tells; what makes no sense shows as it is, and is refused when it is sent."""
    return {name: value for name in ASKED_AGAIN if (value := query.get(name, "").strip()[:ASKED_LENGTH_MAX])}


def typed_before(order: Order) -> dict[str, Any]:
    """The initial values for a draft that is taken up again."""
    told: dict[str, Any] = {
        "product": order.product,
        "reference": order.reference,
        "loading_on": order.loading_on,
        "month_on": order.month_on,
        "occasion": order.occasion or GiftOccasion.END_OF_YEAR,
    }
    if order.is_on_paper:
        told |= {"form": order.form, "paper_value": order.paper_value_cents}
    return told if order.worker_share_cents is None else told | {"worker_share": order.worker_share_cents}
