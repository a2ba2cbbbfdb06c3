"""What a prospect fills in to become a client (SPEC Q3). A form only reads; what is opened is `flows.accept_quote`'s."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Language
from tegoed.errors import Refusal
from tegoed.flows.accept_quote import NewCompany
from tegoed.public.money_fields import as_form_error
from tegoed.public.text_fields import AddressField, LineField, NameField
from tegoed.rules.enterprise import read_enterprise_number

NUMBER_LENGTH_TYPED_MAX = 60


class EnterpriseNumberField(forms.CharField):
    """The ten digits, however they are written."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(widget=widget, max_length=NUMBER_LENGTH_TYPED_MAX, **options)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return read_enterprise_number(typed)
        except Refusal as refusal:
            raise as_form_error(refusal) from refusal


def _line(label: Any, length_max: int, autocomplete: str, **options: Any) -> LineField:
    return LineField(
        label=label,
        max_length=length_max,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        **options,
    )


class AcceptForm(forms.Form):
    """The company, and who accepts for it."""

    company_name = NameField(
        label=_("Name of the company"),
        max_length=120,
        help_text=_("With its legal form, as it must stand on invoices."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    enterprise_number = EnterpriseNumberField(
        label=_("Enterprise number"), help_text=_("Ten digits, for example 0403.170.701. It is also on your invoices.")
    )
    not_liable = forms.BooleanField(label=_("The company is not liable for VAT"), required=False)
    vat_number = EnterpriseNumberField(
        label=_("VAT number, if it differs"),
        required=False,
        help_text=_("Leave empty if it is BE and the enterprise number. A VAT unit has a number of its own."),
    )
    street = _line(_("Street and number"), 120, "address-line1")
    postcode = _line(_("Postcode"), 10, "postal-code")
    town = _line(_("Town"), 80, "address-level2")
    billing_email = AddressField(
        label=_("E-mail for invoices"),
        help_text=_("Invoices go there, as PDF and e-invoice."),
    )
    name = NameField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    function = NameField(
        label=_("Your function in the company"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("We send the link to create your account there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, help_text=_("Of our mails, your invoices and your account.")
    )
    agrees = forms.BooleanField(error_messages={"required": _("Without this tick we can't go on.")})

    def __init__(self, *args: Any, sentence: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agrees"].label = sentence

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("not_liable") and cleaned.get("vat_number"):
            self.add_error(
                "vat_number",
                ValidationError(_("Leave the VAT number empty, or take the tick above away."), code="vat-contradicts"),
            )
        return cleaned

    def company(self) -> NewCompany:
        """Of a valid form."""
        cleaned = self.cleaned_data
        vat_number = "" if cleaned["not_liable"] else f"BE{cleaned['vat_number'] or cleaned['enterprise_number']}"
        return NewCompany(
            name=cleaned["company_name"],
            enterprise_number=cleaned["enterprise_number"],
            vat_number=vat_number,
            street=cleaned["street"],
            postcode=cleaned["postcode"],
            town=cleaned["town"],
            billing_email=cleaned["billing_email"],
            language=cleaned["language"],
        )
