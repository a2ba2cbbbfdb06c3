"""Form fields for money, shared by portal and back office: amounts and account numbers as people type them, refunds.

Its one law: a form only reads; whether there is so much credit is decided by `tegoed.flows.refunds`.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tegoed.errors import Refusal
from tegoed.refusals import message_of
from tegoed.rules.enterprise import pretty_iban, read_iban
from tegoed.rules.money import parse_euro
from tegoed.treasury.queries import KnownAccount

CENTS_OF_EURO = 100
OTHER = "other"
IBAN_LENGTH_TYPED_MAX = 60


def euro_to_type(cents: int) -> str:
    """An amount as a reader of the active language types it in a field: `8,00`, in English `8.00`."""
    point = "." if (get_language() or settings.LANGUAGE_CODE).startswith("en") else ","
    return f"{cents // CENTS_OF_EURO}{point}{cents % CENTS_OF_EURO:02d}"


def as_form_error(refusal: Refusal) -> ValidationError:
    """The refusal as an error of a form field."""
    return ValidationError(message_of(refusal), code=refusal.code)


class EuroField(forms.CharField):
    """Cents, typed as euro: `8,00` and `8.00` are the same. Empty gives 0."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, max_length=20, **options)

    def prepare_value(self, value: Any) -> Any:
        """Cents become text; what was typed stays as it was typed."""
        return euro_to_type(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        typed = super().clean(value)
        if not typed:
            return 0
        try:
            return parse_euro(typed)
        except Refusal as refusal:
            raise as_form_error(refusal) from refusal


class IbanField(forms.CharField):
    """An IBAN as people type it; canonical when cleaned. Empty stays empty."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(widget=widget, max_length=IBAN_LENGTH_TYPED_MAX, **options)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return read_iban(typed)
        except Refusal as refusal:
            raise as_form_error(refusal) from refusal


class RefundForm(forms.Form):
    """How much goes back, and to which account: one that paid us before, or another one that staff check."""

    amount = EuroField(label=_("How much?"))
    account = forms.ChoiceField(label=_("To which account?"), widget=forms.RadioSelect)
    other_iban = IbanField(
        label=_("Another account (IBAN)"),
        required=False,
        help_text=_("We never received a payment from it, so we check first whose it is: that takes longer."),
    )
    reason = forms.CharField(label=_("Text on your bank statement"), max_length=140, required=False)

    def __init__(self, *args: Any, accounts: Sequence[KnownAccount], **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(account.iban, f"{pretty_iban(account.iban)} · {account.name}".rstrip(" ·")) for account in accounts]
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type
        field.choices = [*known, (OTHER, _("Another account"))]
        if known:
            self.initial.setdefault("account", known[0][0])

    def clean(self) -> dict[str, Any]:
        """`iban`: the account chosen or typed."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("account") == OTHER and not cleaned.get("other_iban") and "other_iban" not in self.errors:
            self.add_error("other_iban", ValidationError(_("Type the account number."), code="iban-missing"))
        cleaned["iban"] = cleaned.get("other_iban") if cleaned.get("account") == OTHER else cleaned.get("account")
        return cleaned
