"""What a client signs so that its invoices are collected.

Its one law: a form only reads; it is signed by `tegoed.flows.sign_mandate`, which keeps who, when and from where.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tegoed.public.money_fields import IbanField
from tegoed.treasury.models import MandateScheme


class MandateForm(forms.Form):
    """Account, scheme, who signs, and the tick that is the signature."""

    iban = IbanField(label=_("Account to collect from (IBAN)"))
    scheme = forms.ChoiceField(
        label=_("Kind of mandate"),
        choices=[
            (
                MandateScheme.CORE,
                _("Core: works with every bank at once; you may ask your bank for a refund for 8 weeks"),
            ),
            (MandateScheme.B2B, _("B2B: give your bank a copy first, or it refuses to pay; no refund afterwards")),
        ],
        widget=forms.RadioSelect,
        initial=MandateScheme.CORE,
    )
    signer_name = forms.CharField(label=_("Name of who signs"), max_length=120)
    signer_function = forms.CharField(label=_("Function in the company"), max_length=80)
    agreed = forms.BooleanField(
        label=_("I may act for the company and its account, and I sign this mandate."),
        error_messages={"required": _("Without this tick nothing is signed.")},
    )

    def clean(self) -> dict[str, Any]:
        """What can't be printed can't stand on the mandate."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("signer_name", "signer_function"):
            if not str(cleaned.get(name, "")).isprintable():
                self.add_error(name, ValidationError(_("This holds a character that can't be printed. Type it again.")))
        return cleaned
