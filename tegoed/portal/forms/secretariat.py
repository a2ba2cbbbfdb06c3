"""What an owner signs so that a social secretariat orders for the company.

Its one law: a form only reads; `flows.secretariats` signs, and keeps the sentence as it was ticked.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.clients.secretariats import open_secretariats
from tegoed.public.text_fields import LineField, NameField

STATEMENT = _(
    "I may act for the company, and I let the social secretariat chosen here register beneficiaries, prepare and confirm "
    "orders and see invoices for it, until an owner of the company ends this."
)


class SecretariatMandateForm(forms.Form):
    """Which secretariat, who signs, and the tick that is the signature."""

    secretariat = forms.ModelChoiceField(
        label=_("Social secretariat"),
        queryset=open_secretariats(),
        empty_label=_("Choose"),
        help_text=_("Yours isn't in the list? Ask it to contact us."),
    )
    name = NameField(label=_("Name of who signs"), max_length=120)
    function = LineField(label=_("Function in the company"), max_length=80)
    agreed = forms.BooleanField(label=STATEMENT, error_messages={"required": _("Without this tick nothing is signed.")})
