"""What staff type about offers. A form only reads: what a line may be is judged by `rules.quoting`, prices by the law's
figures in `clients.tariffs`.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import FormChoice, Language, ProductChoice, Tariff
from tegoed.public.money_fields import EuroField
from tegoed.public.text_fields import TextField
from tegoed.quotes.actions import QuoteWish
from tegoed.quotes.models import CardDelivery, Quote, QuoteLine
from tegoed.quotes.offers import MESSAGE_LENGTH_MAX
from tegoed.rules.money import BASIS_POINTS_OF_WHOLE
from tegoed.rules.pricing import Tariff as TariffTerms
from tegoed.rules.products import Form, Product, has_face_value
from tegoed.rules.quoting import BENEFICIARY_COUNT_MAX, SITE_COUNT_MAX, Circumstances, Delivery

STANDARD, NEGOTIATED = "standard", "negotiated"
VOUCHER_COUNT_MAX = 99
PRICE_CENTS_MAX = BASIS_POINTS_OF_WHOLE
"""No single price is above 100 euro, no rate above 100 %."""
FACE_VALUE_CENTS_MAX = 100_000
PRICES: dict[str, Any] = {
    "service_basis_points": _("Service, as a share of the face value (%)"),
    "service_per_voucher_cents": _("Service for each voucher"),
    "loading_per_beneficiary_cents": _("Loading for each beneficiary"),
    "card_production_cents": _("A new card"),
    "card_replacement_cents": _("A replaced card"),
    "card_delivery_per_site_cents": _("Bringing cards to a workplace"),
    "card_delivery_home_cents": _("Sending a card home"),
    "paper_printing_per_voucher_cents": _("Printing a voucher on paper"),
    "paper_delivery_per_site_cents": _("Bringing paper to a workplace"),
}
"""What can be negotiated, by its name in a tariff."""


class DayField(forms.DateField):
    """A date from the browser's date picker; day/month/year typed by hand is read too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
            **options,
        )


class OfferTermsForm(forms.Form):
    """What is the same for the whole offer."""

    has_same_people = forms.TypedChoiceField(
        label=_("Who gets the products?"),
        choices=[("yes", _("The same people: one card for all products")), ("no", _("Different people"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    card_delivery = forms.ChoiceField(
        label=_("Where do cards go?"), choices=CardDelivery.choices, widget=forms.RadioSelect
    )
    site_count = forms.IntegerField(label=_("To how many workplaces?"), min_value=0, max_value=SITE_COUNT_MAX)
    valid_until = DayField(label=_("Good until"))
    language = forms.ChoiceField(label=_("Language of the offer"), choices=Language.choices)
    message = TextField(
        label=_("Message to the prospect"),
        help_text=_("It stands in the mail and on the page of the offer."),
        max_length=MESSAGE_LENGTH_MAX,
        required=False,
    )
    shown = forms.CharField(widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, offer: Quote, *, shown: str) -> dict[str, Any]:
        """What the draft says now."""
        return {
            "has_same_people": "yes" if offer.has_same_people else "no",
            "card_delivery": offer.card_delivery,
            "site_count": offer.site_count,
            "valid_until": offer.valid_until,
            "language": offer.language,
            "message": offer.message,
            "shown": shown,
        }

    @property
    def circumstances(self) -> Circumstances:
        """As the pricing takes it."""
        return Circumstances(
            has_same_people=self.cleaned_data["has_same_people"],
            delivery=Delivery(self.cleaned_data["card_delivery"]),
            site_count=self.cleaned_data["site_count"],
        )


class OfferLineForm(forms.Form):
    """One product in one form: for how many people, how much, at which prices."""

    product = forms.ChoiceField(label=_("Product"), choices=ProductChoice.choices)
    form = forms.ChoiceField(label=_("Form"), choices=FormChoice.choices)
    beneficiary_count = forms.IntegerField(label=_("Number of people"), min_value=1, max_value=BENEFICIARY_COUNT_MAX)
    voucher_count = forms.IntegerField(
        label=_("Days: vouchers for each of them"),
        help_text=_("For meal vouchers."),
        min_value=0,
        max_value=VOUCHER_COUNT_MAX,
        required=False,
    )
    face_value = EuroField(
        label=_("Value of one voucher"), help_text=_("For meal vouchers, and for vouchers on paper."), required=False
    )
    amount = EuroField(
        label=_("Total for all people"), help_text=_("For other products than meal vouchers."), required=False
    )
    prices = forms.ChoiceField(
        label=_("Tariff"),
        choices=[(STANDARD, _("The standard tariff")), (NEGOTIATED, _("Negotiated prices, as below"))],
        widget=forms.RadioSelect,
    )
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, vat_basis_points: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self._vat_basis_points = vat_basis_points
        for name, label in PRICES.items():
            self.fields[name] = EuroField(label=label)

    @classmethod
    def initial_of(cls, line: QuoteLine | None, *, standard: Tariff, shown: str) -> dict[str, Any]:
        """What the line says now; a new one begins with the standard prices."""
        tariff = line.tariff if line else standard
        initial: dict[str, Any] = {name: getattr(tariff, name) for name in PRICES}
        initial |= {"shown": shown, "prices": NEGOTIATED if tariff.is_negotiated else STANDARD}
        if line is None:
            return initial | {"product": Product.MEAL.value, "form": Form.ELECTRONIC.value}
        return initial | {
            "product": line.product,
            "form": line.form,
            "beneficiary_count": line.beneficiary_count,
            "voucher_count": line.voucher_count or None,
            "face_value": line.face_value_cents or None,
            "amount": None if has_face_value(Product(line.product)) else line.amount_cents,
        }

    def price_fields(self) -> list[forms.BoundField]:
        """The prices, in order."""
        return [self[name] for name in PRICES]

    def clean(self) -> dict[str, Any]:
        """No price, rate or voucher that can only be a typing mistake. A rate typed with two decimals is basis points."""
        cleaned = super().clean() or self.cleaned_data
        limits = {**dict.fromkeys(PRICES, PRICE_CENTS_MAX), "face_value": FACE_VALUE_CENTS_MAX}
        for name, most in limits.items():
            if (cleaned.get(name) or 0) > most:
                self.add_error(name, forms.ValidationError(_("This is too much to be right."), code="too-much"))
        return cleaned

    @property
    def terms(self) -> TariffTerms | None:
        """The negotiated prices; None for the standard tariff."""
        if self.cleaned_data["prices"] == STANDARD:
            return None
        asked = {name: self.cleaned_data[name] for name in PRICES}
        return TariffTerms(vat_basis_points=self._vat_basis_points, **asked)

    def wish(self, tariff: Tariff) -> QuoteWish:
        """The line as it is asked for, at that tariff."""
        typed = self.cleaned_data
        product, form = Product(typed["product"]), Form(typed["form"])
        is_by_value = has_face_value(product)
        voucher_count = (typed["voucher_count"] or 0) if is_by_value else 0
        face_value_cents = typed["face_value"] if is_by_value or form == Form.PAPER else 0
        amount_cents = typed["beneficiary_count"] * voucher_count * face_value_cents if is_by_value else typed["amount"]
        return QuoteWish(
            product=product,
            form=form,
            tariff=tariff,
            beneficiary_count=typed["beneficiary_count"],
            amount_cents=amount_cents,
            voucher_count=voucher_count,
            face_value_cents=face_value_cents,
        )
