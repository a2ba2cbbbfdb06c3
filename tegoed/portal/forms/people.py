"""Small forms on beneficiaries: leaving, a change of several people, workplaces, cost centres, another number.

Its one law: a form reads what was typed; what may happen is decided by the actions behind it.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.beneficiaries.actions import HomeAddress
from tegoed.beneficiaries.many import ManyKind, ManyWish
from tegoed.beneficiaries.models import Beneficiary
from tegoed.clients.models import Client, Site
from tegoed.clients.queries import open_sites_of
from tegoed.errors import Refusal
from tegoed.portal.forms.fields import LineField, as_form_error
from tegoed.rules import identifiers

NO_CARD_NEEDED = "none"


class LeaverForm(forms.Form):
    """Where the cards of somebody who leaves go from now on (SPEC B4)."""

    delivery = forms.ChoiceField(
        label=_("Where do cards of this person go from now on?"),
        choices=[
            ("home", _("To the home address below")),
            (NO_CARD_NEEDED, _("No card needs to reach this person any more")),
        ],
        widget=forms.RadioSelect,
        initial="home",
    )
    street = LineField(label=_("Street and number"), max_length=120)
    postcode = LineField(label=_("Postcode"), max_length=10)
    town = LineField(label=_("Town"), max_length=80)

    def __init__(self, *args: Any, beneficiary: Beneficiary, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("street", "postcode", "town"):
            self.fields[name].initial = getattr(beneficiary, f"home_{name}")
            if self.data.get("delivery") == NO_CARD_NEEDED:
                self.fields[name].required = False

    def home(self) -> HomeAddress | None:
        """The address, or None when no card needs to reach the person."""
        cleaned = self.cleaned_data
        if cleaned["delivery"] == NO_CARD_NEEDED:
            return None
        return HomeAddress(street=cleaned["street"], postcode=cleaned["postcode"], town=cleaned["town"])


class ManyForm(forms.Form):
    """What a change of several people still asks: which workplace, which cost centre, or what of those without address."""

    site: "forms.ModelChoiceField[Site]" = forms.ModelChoiceField(
        label=_("Workplace"), queryset=None, empty_label=_("Choose a workplace")
    )
    cost_centre = LineField(
        label=_("New cost centre"),
        help_text=_("Leave empty to take the cost centre away."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"list": "cost-centres", "autocomplete": "off"}),
    )
    without_address = forms.BooleanField(
        label=_("Deactivate also those without a home address: no card needs to reach them any more"), required=False
    )

    def __init__(self, *args: Any, client: Client, kind: ManyKind, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        self.fields["site"].queryset = open_sites_of(client)  # type: ignore[attr-defined]
        asked = {
            ManyKind.TO_SITE: "site",
            ManyKind.COST_CENTRE: "cost_centre",
            ManyKind.DEACTIVATE: "without_address",
        }.get(kind)
        for name in list(self.fields):
            if name != asked:
                del self.fields[name]

    @staticmethod
    def first_wish(kind: ManyKind) -> ManyWish:
        """What is asked before anything is filled in: enough to see for whom it can't be done."""
        return ManyWish(kind=kind)

    def wish(self) -> ManyWish:
        """Of a valid form."""
        cleaned = self.cleaned_data
        return ManyWish(
            kind=self.kind,
            site=cleaned.get("site"),
            cost_centre=cleaned.get("cost_centre", ""),
            without_address=cleaned.get("without_address", False),
        )


class SiteForm(forms.Form):
    """A workplace."""

    name = LineField(
        label=_("Name"), max_length=80, help_text=_("As your people know it: “Head office”, “Shop Ghent”.")
    )
    street = LineField(label=_("Street and number"), max_length=120)
    postcode = LineField(label=_("Postcode"), max_length=10)
    town = LineField(label=_("Town"), max_length=80)
    contact_name = LineField(
        label=_("For the attention of"), help_text=_("Who takes the cards in."), max_length=80, required=False
    )

    def particulars(self) -> dict[str, str]:
        """Of a valid form: what `add_site` and `change_site` take."""
        return {name: self.cleaned_data[name] for name in self.fields}


class CloseSiteForm(forms.Form):
    """Where the people of a workplace that closes go."""

    move_to: "forms.ModelChoiceField[Site]" = forms.ModelChoiceField(
        label=_("Their cards go to"), queryset=None, empty_label=_("Choose a workplace")
    )

    def __init__(self, *args: Any, client: Client, site: Site, is_used: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["move_to"].queryset = open_sites_of(client).exclude(pk=site.pk)  # type: ignore[attr-defined]
        if not is_used:
            del self.fields["move_to"]


class CostCentreForm(forms.Form):
    """Another name for a cost centre."""

    old = forms.ChoiceField(label=_("Cost centre"))
    name = LineField(
        label=_("New name"),
        help_text=_("A name that exists already joins the two."),
        max_length=40,
        widget=forms.TextInput(attrs={"list": "cost-centres", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, names: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["old"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]


class IdentifierForm(forms.Form):
    """The number that comes in place of a temporary or BIS number."""

    identifier = forms.CharField(
        label=_("National number (NISS) or BIS number"),
        help_text=_("11 digits, on the back of the identity card. Dots and dashes are fine."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the national number: 11 digits, on the back of the identity card.")},
    )

    def clean_identifier(self) -> identifiers.Identifier:
        """The number as the rules read it."""
        try:
            return identifiers.read_identifier(self.cleaned_data["identifier"])
        except Refusal as refusal:
            raise as_form_error(refusal) from refusal
