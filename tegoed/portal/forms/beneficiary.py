"""The forms with which a client adds one beneficiary by hand, or edits one (SPEC B1, B2, B5).

Its one law: a doubt never refuses. What looks odd (a birth date that differs from the one in the number) is shown once;
sending the form again with "I checked it" adds the person. The number is read from the posted form and nowhere else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.beneficiaries.actions import BeneficiaryParticulars, UsualAmount
from tegoed.beneficiaries.models import Beneficiary, CardDelivery, Gender
from tegoed.beneficiaries.queries import look_alikes
from tegoed.clients.models import Client, Language, ProductChoice, Site
from tegoed.clients.queries import open_sites_of
from tegoed.errors import Refusal
from tegoed.portal.forms.fields import BirthDayField, EuroField, LineField, as_form_error
from tegoed.portal.products import products_to_order
from tegoed.public.text_fields import AddressField
from tegoed.rules import identifiers
from tegoed.rules.dates import brussels_today
from tegoed.rules.order_lines import LineToOrder, refusals_of_line
from tegoed.rules.products import Product

SITE_FIELDS = ("site",)
HOME_FIELDS = ("home_street", "home_postcode", "home_town")
BIRTH_DATE_DIFFERS = "birth-date-differs"
LOOKS_LIKE_KNOWN = "looks-like-known"
DOUBTS: dict[str, str | Promise] = {
    BIRTH_DATE_DIFFERS: _("The birth date isn't the one in the number. Check both against the identity card."),
    LOOKS_LIKE_KNOWN: _(
        "Somebody with this name and birth date is already in your list, with a temporary or BIS number. If it is the same "
        "person, don't add them again: open the profile and enter the national number there."
    ),
    identifiers.DOUBT_DATE_IMPOSSIBLE: _("The date in the number doesn't exist. That is rare, but it can be right."),
    identifiers.DOUBT_DATE_IN_FUTURE: _("The date in the number lies in the future."),
    identifiers.DOUBT_DATE_TOO_LONG_AGO: _("According to the number this person is more than 120 years old."),
    identifiers.DOUBT_LOOKS_LIKE_NATIONAL_NUMBER: _(
        "This looks like a national number. If it is one, remove the tick at “temporary number”."
    ),
}


@dataclass(frozen=True, slots=True)
class ProductFields:
    """The names of the fields for one product in the client's contracts."""

    product: Product
    label: str
    names: tuple[str, ...]


class ParticularsForm(forms.Form):
    """All fields of a beneficiary but the number; those for usual amounts follow the client's contracts."""

    last_name = LineField(label=_("Last name"), max_length=80)
    first_name = LineField(label=_("First name"), max_length=80)
    birth_on = BirthDayField(label=_("Birth date"))
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    gender = forms.ChoiceField(label=_("Gender"), choices=Gender.choices, initial=Gender.OTHER)
    email = AddressField(label=_("E-mail"), required=False)
    staff_number = LineField(label=_("Staff number"), max_length=30, required=False)
    cost_centre = LineField(label=_("Cost centre"), max_length=40, required=False)
    card_delivery = forms.ChoiceField(
        label=_("Where does the card go?"), choices=CardDelivery.choices, widget=forms.RadioSelect
    )
    site: "forms.ModelChoiceField[Site]" = forms.ModelChoiceField(
        label=_("Workplace"),
        queryset=None,
        empty_label=_("Choose a workplace"),
        error_messages={"required": _("Choose the workplace where the card must go, or choose “At home”.")},
    )
    home_street = LineField(label=_("Street and number"), max_length=120)
    home_postcode = LineField(label=_("Postcode"), max_length=10)
    home_town = LineField(label=_("Town"), max_length=80)

    def __init__(self, *args: Any, client: Client, **options: Any) -> None:
        super().__init__(*args, **options)
        self.client = client
        sites = open_sites_of(client)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        self.fields["language"].initial = client.language
        self.fields["card_delivery"].initial = CardDelivery.SITE if sites else CardDelivery.HOME
        if len(sites) == 1:
            self.fields["site"].initial = sites[0].pk
        if self.is_bound:
            self._drop_unused_address()
        self.product_fields = [self._add_product(product) for product in products_to_order(client)]

    def _drop_unused_address(self) -> None:
        """Of workplace and home address only the chosen one must be filled in."""
        goes_home = self.data.get(self.add_prefix("card_delivery")) == CardDelivery.HOME
        for name in SITE_FIELDS if goes_home else HOME_FIELDS:
            self.fields[name].required = False

    def _add_product(self, product: Product) -> ProductFields:
        label = str(ProductChoice(product.value).label)
        if product == Product.MEAL:
            self.fields["meal_count"] = forms.IntegerField(
                label=_("Vouchers a month"), min_value=0, max_value=31, required=False
            )
            self.fields["meal_value"] = EuroField(label=_("Face value in euro"), required=False)
            return ProductFields(product, label, ("meal_count", "meal_value"))
        name = f"{product}_amount"
        self.fields[name] = EuroField(label=_("Amount in euro"), required=False)
        return ProductFields(product, label, (name,))

    def product_rows(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """For the page: each product with its fields."""
        for fields in self.product_fields:
            yield fields.label, [self[name] for name in fields.names]

    def clean(self) -> dict[str, Any]:
        """What needs two fields: the usual amounts."""
        cleaned = super().clean() or self.cleaned_data
        for fields in self.product_fields:
            self._check_usual_amount(fields)
        return cleaned

    def _check_usual_amount(self, fields: ProductFields) -> None:
        """What is usual must be orderable now; the refusal stands at the last field of the product."""
        if any(name in self.errors for name in fields.names):
            return
        usual = self._usual_amount(fields)
        if usual is None:
            return
        refusals = refusals_of_line(_as_line(usual), month=brussels_today())
        if refusals:
            self.add_error(fields.names[-1], as_form_error(refusals[0]))

    def _usual_amount(self, fields: ProductFields) -> UsualAmount | None:
        """None when nothing is filled in for the product."""
        values = [self.cleaned_data.get(name) or 0 for name in fields.names]
        if not any(values):
            return None
        if fields.product == Product.MEAL:
            return UsualAmount(product=fields.product, voucher_count=values[0], face_value_cents=values[1])
        return UsualAmount(product=fields.product, amount_cents=values[0])

    def particulars(self) -> BeneficiaryParticulars:
        """What the form tells of the person. A home address is kept while cards go to work: leavers' cards go there."""
        cleaned = self.cleaned_data
        names: tuple[str, ...] = (
            "last_name", "first_name", "birth_on", "language", "gender", "email", "staff_number", "cost_centre",
            *HOME_FIELDS,
        )  # fmt: skip
        if cleaned["card_delivery"] == CardDelivery.SITE:
            names += SITE_FIELDS
        return BeneficiaryParticulars(card_delivery=cleaned["card_delivery"], **{name: cleaned[name] for name in names})

    def usual_amounts(self) -> Sequence[UsualAmount]:
        """One for each product that was filled in."""
        usual_amounts = [self._usual_amount(fields) for fields in self.product_fields]
        return [usual for usual in usual_amounts if usual is not None]


class BeneficiaryForm(ParticularsForm):
    """For somebody new: the number too, and what looks odd about it."""

    identifier = forms.CharField(
        label=_("National number (NISS) or BIS number"),
        help_text=_("11 digits, on the back of the identity card. Dots and dashes are fine."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the national number: 11 digits, on the back of the identity card.")},
    )
    identifier_is_temporary = forms.BooleanField(
        label=_("This is a temporary number of our social secretariat"),
        help_text=_("For somebody who has no national number yet. You replace it later, on the same profile."),
        required=False,
    )
    checked_doubts = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("identifier", "identifier_is_temporary")

    def clean_identifier(self) -> identifiers.Identifier | None:
        """The number as the rules read it."""
        is_temporary = self.data.get(self.add_prefix("identifier_is_temporary")) in {"on", "true", "True", "1"}
        try:
            return identifiers.read_identifier(self.cleaned_data["identifier"], temporary=is_temporary)
        except Refusal as refusal:
            raise as_form_error(refusal) from refusal

    def known_look_alikes(self) -> list[Beneficiary]:
        """Of a valid form: who could be this person, under a number that is to be replaced (SPEC B3)."""
        told = {name: self.cleaned_data[name] for name in ("last_name", "first_name", "birth_on")}
        return look_alikes(self.client, **told)

    def doubts(self) -> list[str]:
        """Codes of what looks odd in a valid form."""
        identifier = self.cleaned_data["identifier"]
        doubts = list(identifier.doubts)
        if identifier.birth_on is not None and identifier.birth_on != self.cleaned_data["birth_on"]:
            doubts.append(BIRTH_DATE_DIFFERS)
        if self.known_look_alikes():
            doubts.append(LOOKS_LIKE_KNOWN)
        return doubts

    def unchecked_doubts(self) -> list[str]:
        """The doubts that the reader hasn't seen yet and put aside."""
        seen = set(self.cleaned_data["checked_doubts"].split())
        doubts = self.doubts()
        return doubts if set(doubts) - seen else []


def typed_before(beneficiary: Beneficiary) -> dict[str, Any]:
    """The initial values of `ParticularsForm` for somebody who is edited."""
    initial: dict[str, Any] = {
        name: getattr(beneficiary, name) for name in ParticularsForm.base_fields if name != "site"
    }
    initial["site"] = beneficiary.site_id
    for usual in beneficiary.products.all():
        if usual.product == Product.MEAL:
            initial |= {"meal_count": usual.voucher_count, "meal_value": usual.face_value_cents}
        else:
            initial[f"{usual.product}_amount"] = usual.amount_cents
    return initial


def _as_line(usual: UsualAmount) -> LineToOrder:
    if usual.product == Product.MEAL:
        return LineToOrder(
            product=Product.MEAL, voucher_count=usual.voucher_count, face_value_cents=usual.face_value_cents
        )
    return LineToOrder(product=Product(usual.product), amount_cents=usual.amount_cents)
