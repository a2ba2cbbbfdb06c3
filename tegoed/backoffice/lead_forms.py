"""What staff type about leads. A form only reads."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tegoed.backoffice.forms import ALL, WORDS_LENGTH_MAX, FilterForm
from tegoed.clients.models import Language
from tegoed.errors import Refusal
from tegoed.public.text_fields import AddressField, LineField, TextField
from tegoed.quotes.lead_queries import MINE, NOBODYS, WAITING_STATES
from tegoed.quotes.leads import LEAD_FIELDS, NOTE_LENGTH_MAX
from tegoed.quotes.models import Lead, LeadState
from tegoed.refusals import message_of
from tegoed.rules.enterprise import read_enterprise_number


class LeadFilter(FilterForm):
    """Which leads."""

    words = forms.CharField(
        label=_("Company, name, e-mail or enterprise number"), max_length=WORDS_LENGTH_MAX, required=False
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[ALL, (WAITING_STATES, _("Neither won nor lost")), *LeadState.choices],
        required=False,
    )
    whose = forms.ChoiceField(
        label=_("Whose"), choices=[("", _("Everybody's")), (MINE, _("Mine")), (NOBODYS, _("Nobody's"))], required=False
    )


class LeadForm(forms.Form):
    """The particulars of a lead."""

    company_name = LineField(label=_("Company"), max_length=120)
    enterprise_number = LineField(label=_("Enterprise number"), max_length=30, required=False)
    contact_name = LineField(label=_("Contact"), max_length=120)
    email = AddressField(label=_("E-mail"))
    phone = LineField(label=_("Telephone"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)

    def clean_enterprise_number(self) -> str:
        """The ten digits, or nothing."""
        typed: str = self.cleaned_data["enterprise_number"]
        try:
            return read_enterprise_number(typed) if typed else ""
        except Refusal as refusal:
            raise ValidationError(message_of(refusal), code=refusal.code) from refusal


class LeadChangeForm(LeadForm):
    """The same, with what the page showed before (`shown_…`), so that two who change it at once are told."""

    def __init__(self, data: Any = None, *, lead: Lead) -> None:
        before = {name: getattr(lead, name) for name in LEAD_FIELDS}
        super().__init__(data, initial=before | {f"shown_{name}": value for name, value in before.items()})
        for name in LEAD_FIELDS:
            self.fields[f"shown_{name}"] = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    @property
    def typed(self) -> dict[str, str]:
        """The particulars as typed."""
        return {name: self.cleaned_data[name] for name in LEAD_FIELDS}

    @property
    def shown(self) -> dict[str, str]:
        """The particulars as the page showed them."""
        return {name: self.cleaned_data[f"shown_{name}"] for name in LEAD_FIELDS}


class NoteForm(forms.Form):
    """Something to remember about a lead."""

    text = TextField(label=_("Note"), max_length=NOTE_LENGTH_MAX, rows=3)
