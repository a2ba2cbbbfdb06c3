"""What a prospect fills in on the calculator of quotes, and who it is (SPEC Q1).

Its one law: a form only reads; what may stand in a quote is said by `rules.quoting`, and each refusal stands at its field. What
is typed at a product that is switched off counts for nothing. The state of the page is this form's data, as a query string.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import FormChoice, ProductChoice, Tariff
from tegoed.errors import Refusal
from tegoed.flows.legal_words import period_in_words
from tegoed.flows.quote_words import euro
from tegoed.public.money_fields import EuroField, euro_to_type
from tegoed.public.text_fields import AddressField, LineField
from tegoed.quotes.actions import Prospect, QuoteWish
from tegoed.quotes.models import CardDelivery, Quote
from tegoed.refusals import message_of
from tegoed.rules.paper_vouchers import PAPER_VALUES_CENTS, USUAL_PAPER_VALUE_CENTS
from tegoed.rules.products import Form, Product, forms_allowed, has_face_value
from tegoed.rules.quoting import (
    SITE_COUNT_MAX,
    Circumstances,
    Delivery,
    QuotedLine,
    QuotedSitesImpossible,
    QuoteEmpty,
    check_circumstances,
    refusals_of_quoted_line,
)
from tegoed.rules.statutory import statutory_value

TYPED_LENGTH_MAX = 20
QUERY_LENGTH_MAX = 2_000
"""A longer state was not written by the calculator: it is read as nothing."""
USUAL_PEOPLE = 10
USUAL_MEAL_CENTS = 800
USUAL_DAYS = 20
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:[. \u00a0\u202f][0-9]{3})+")

_FIELD_OF = {
    "quoted-people-impossible": "people",
    "form-not-allowed": "form",
    "voucher-count-impossible": "days",
    "amount-impossible": "days",
    "worker-share-impossible": "share",
    "amount-not-whole-vouchers": "total",
    "quoted-amount-too-small": "total",
    "quoted-amount-too-large": "total",
}
"""Where a refusal stands, by its code; the others are about the value of one voucher."""


class CountField(forms.CharField):
    """A whole number as people type it: `1000`, `1.000`, `1 000`. Empty gives 0; one below zero is for the rules to refuse."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(required=False, widget=widget, max_length=TYPED_LENGTH_MAX, **options)

    def clean(self, value: Any) -> int:
        typed = super().clean(value).replace("\u2212", "-")
        if not typed:
            return 0
        if _GROUPED.fullmatch(typed):
            typed = re.sub(r"[^0-9-]", "", typed)
        if not (typed.isascii() and typed.removeprefix("-").isdigit()):
            raise ValidationError(_("Enter a whole number, for example 25."), code="not-a-number")
        return int(typed)


class CalculatorForm(forms.Form):
    """The products with their numbers, and where the cards go. Valid: `wishes` and `circumstances` are there."""

    same = forms.BooleanField(
        label=_("The same people get all of these"),
        required=False,
        help_text=_("One card carries all products. Untick it when each product is for other people."),
    )
    delivery = forms.ChoiceField(label=_("Where do the cards go?"), choices=CardDelivery, widget=forms.RadioSelect)
    sites = CountField(label=_("At how many workplaces?"))
    home_sites = CountField(
        label=_("And to how many workplaces?"), help_text=_("0 when all cards go to people's homes.")
    )

    def __init__(self, data: Mapping[str, Any], *, tariff: Tariff, on: date) -> None:
        super().__init__(data)
        self.tariff, self.on = tariff, on
        self.wishes: list[QuoteWish] = []
        self.worker_share_cents: int | None = None
        self.circumstances = Circumstances()
        self.products = [product for product in Product if forms_allowed(product, on)]
        for product in self.products:
            self._add_product(product)
        for typed in self.typed_fields:
            typed.field.widget.attrs["aria-describedby"] = f"{typed.auto_id}_help {typed.auto_id}_errors"

    def _add_product(self, product: Product) -> None:
        forms_of_law = [form for form in Form if form in forms_allowed(product, self.on)]
        self.fields[product] = forms.BooleanField(label=ProductChoice(product).label, required=False)
        if len(forms_of_law) > 1:
            self.fields[f"{product}_form"] = forms.ChoiceField(
                label=_("Electronic or on paper?"),
                required=False,
                choices=[(form.value, FormChoice(form).label) for form in forms_of_law],
                widget=forms.RadioSelect,
            )
        self.fields[f"{product}_people"] = CountField(label=_("Number of people"))
        if has_face_value(product):
            self._add_meal(product)
            return
        self.fields[f"{product}_total"] = EuroField(
            label=_("Total for all of them, in euro"), required=False, help_text=self._yearly(product)
        )
        if Form.PAPER in forms_of_law:
            self.fields[f"{product}_value"] = forms.TypedChoiceField(
                label=_("Worth of one voucher"),
                choices=[(cents, euro(cents)) for cents in PAPER_VALUES_CENTS],
                coerce=int,
                empty_value=None,
                required=False,
            )

    def _add_meal(self, product: Product) -> None:
        self.fields[f"{product}_value"] = EuroField(
            label=_("Worth of one voucher, in euro"),
            required=False,
            help_text=self._legal(product, "face_value_max_exempt", gettext("At most %(figure)s (%(period)s).")),
        )
        self.fields[f"{product}_days"] = CountField(
            label=_("Days worked in a month"), help_text=_("One voucher for each day worked.")
        )
        self.fields[f"{product}_share"] = EuroField(
            label=_("Of which the employee pays, in euro"),
            required=False,
            help_text=self._legal(product, "worker_share_min", gettext("At least %(figure)s (%(period)s).")),
        )

    def _yearly(self, product: Product) -> str:
        words = gettext("Up to %(figure)s a year for each person (%(period)s).")
        return self._legal(product, "annual_max", words) or self._legal(
            product,
            "annual_max_end_of_year",
            gettext("Up to %(figure)s for each person at the end of the year (%(period)s)."),
        )

    def _legal(self, product: Product, name: str, words: str) -> str:
        law = statutory_value(product, name, self.on)
        if law is None:
            return ""
        return words % {"figure": euro(law.cents), "period": period_in_words(law.from_on, law.to_on)}

    def fields_of(self, product: Product) -> list[BoundField]:
        """All that is asked about a product, without its switch."""
        return [self[name] for name in self.fields if name.startswith(f"{product}_")]

    def clean(self) -> dict[str, Any]:
        on = [product for product in self.products if self.cleaned_data.get(product)]
        for product in self.products:
            if product not in on:
                for field in self.fields_of(product):
                    self.errors.pop(field.name, None)
        self._read_circumstances(has_cards=any(self._form_of(product) == Form.ELECTRONIC for product in on))
        for product in on:
            if not any(field.errors for field in self.fields_of(product)):
                self._read_product(product)
        if not on:
            self.add_error(None, message_of(QuoteEmpty()))
        return self.cleaned_data

    def _read_circumstances(self, *, has_cards: bool) -> None:
        delivery = Delivery(self.cleaned_data.get("delivery") or Delivery.SITE)
        name, other = ("sites", "home_sites") if delivery == Delivery.SITE else ("home_sites", "sites")
        self.errors.pop(other, None)
        if name in self.errors:
            return
        self.circumstances = Circumstances(bool(self.cleaned_data.get("same")), delivery, self.cleaned_data[name])
        try:
            check_circumstances(self.circumstances)
        except QuotedSitesImpossible as refusal:
            if has_cards or not 0 <= self.circumstances.site_count <= SITE_COUNT_MAX:
                self.add_error(name, message_of(refusal))

    def _form_of(self, product: Product) -> Form:
        return Form(self.cleaned_data.get(f"{product}_form") or Form.ELECTRONIC)

    def _read_product(self, product: Product) -> None:
        told = {
            field.name.removeprefix(f"{product}_"): self.cleaned_data[field.name] for field in self.fields_of(product)
        }
        is_meal, form = has_face_value(product), self._form_of(product)
        count = told.get("days", 0)
        value_cents = (told.get("value") or 0) if is_meal or form == Form.PAPER else 0
        wish = QuoteWish(
            product=product,
            form=form,
            tariff=self.tariff,
            beneficiary_count=told["people"],
            amount_cents=told["people"] * count * value_cents if is_meal else told["total"],
            voucher_count=count,
            face_value_cents=value_cents,
            worker_share_cents=told.get("share") if self.data.get(f"{product}_share", "").strip() else None,
        )
        refusals = refusals_of_quoted_line(wish.as_quoted(), month=self.on)
        for refusal in refusals:
            name = f"{product}_{_place_of(refusal)}"
            if name not in self.errors:  # a value above its maximum is above that of the employer's share as well
                self.add_error(name, message_of(refusal))
        if not refusals:
            self.wishes.append(wish)

    @property
    def typed_fields(self) -> list[BoundField]:
        """All fields but the switches of products: those that can have a fault."""
        return [self[name] for name in self.fields if name not in self.products]

    @property
    def lines(self) -> list[QuotedLine]:
        """The wishes as the pricing takes them."""
        return [wish.as_quoted() for wish in self.wishes]

    @property
    def query(self) -> str:
        """The state of the page, to come back to."""
        query = QueryDict(mutable=True)
        for name in self.fields:
            typed = self.data.get(name)
            if typed:
                query[name] = typed
        return query.urlencode()


def _place_of(refusal: Refusal) -> str:
    if refusal.code == "worker-share-below-minimum":
        return "share" if refusal.params.get("reason") == "in-quote" else "value"
    return _FIELD_OF.get(refusal.code, "value")


def usual_data(on: date) -> dict[str, str]:
    """What the calculator shows to begin with: meal vouchers for a small company, the others at what the law exempts."""
    share = statutory_value(Product.MEAL, "worker_share_min", on)
    data = {
        "same": "on",
        "delivery": Delivery.SITE.value,
        "sites": "1",
        "home_sites": "0",
        Product.MEAL: "on",
        "meal_value": euro_to_type(USUAL_MEAL_CENTS),
        "meal_days": str(USUAL_DAYS),
        "meal_share": euro_to_type(share.cents) if share else "",
    }
    for product in Product:
        yearly = statutory_value(product, "annual_max", on) or statutory_value(product, "annual_max_end_of_year", on)
        data[f"{product}_form"] = Form.ELECTRONIC.value
        data[f"{product}_people"] = str(USUAL_PEOPLE)
        data.setdefault(f"{product}_value", str(USUAL_PAPER_VALUE_CENTS))
        if yearly is not None:
            data[f"{product}_total"] = euro_to_type(USUAL_PEOPLE * yearly.cents)
    return data


def data_of(quote: Quote, on: date) -> dict[str, str]:
    """The calculator as this quote was made; of one product in two forms the first."""
    data = usual_data(on)
    data.pop(Product.MEAL)
    data |= {"delivery": quote.card_delivery, "home_sites": "0", "sites": str(max(quote.site_count, 1))}
    if quote.card_delivery == CardDelivery.HOME:
        data["home_sites"] = str(quote.site_count)
    if not quote.has_same_people:
        data.pop("same")
    for line in reversed(quote.lines.all()):
        product = line.product
        data |= {product: "on", f"{product}_form": line.form, f"{product}_people": str(line.beneficiary_count)}
        data[f"{product}_days"] = str(line.voucher_count)
        data[f"{product}_total"] = euro_to_type(line.amount_cents)
        if line.face_value_cents:
            is_typed = has_face_value(Product(product))
            data[f"{product}_value"] = euro_to_type(line.face_value_cents) if is_typed else str(line.face_value_cents)
        if line.worker_share_cents is not None:
            data[f"{product}_share"] = euro_to_type(line.worker_share_cents)
    return data


class ProspectForm(forms.Form):
    """Who wants to keep the quote under a name; all of it may stay empty."""

    company_name = LineField(
        label=_("Company"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    contact_name = LineField(
        label=_("Your name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressField(
        label=_("Your e-mail address"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = LineField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if any(told.get(name) for name in self.fields):
            if not told.get("contact_name") and "contact_name" not in self.errors:
                self.add_error("contact_name", _("Enter your name too, or leave all of this empty."))
            if not told.get("email") and "email" not in self.errors:
                self.add_error("email", _("Enter your e-mail address too, or leave all of this empty."))
        return told

    @property
    def prospect(self) -> Prospect | None:
        """Who it is; None when nothing was left. Somebody without a company stands in for one."""
        told = self.cleaned_data
        if not told["email"]:
            return None
        return Prospect(
            company_name=told["company_name"] or told["contact_name"],
            contact_name=told["contact_name"],
            email=told["email"],
            phone=told["phone"],
        )
