"""What staff type about a social secretariat. A form only reads; `clients.secretariats` and `clients.invitations` judge."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tegoed.backoffice.forms import WORDS_LENGTH_MAX, FilterForm
from tegoed.clients.models import Language
from tegoed.errors import Refusal
from tegoed.public.text_fields import AddressField, NameField
from tegoed.refusals import message_of
from tegoed.rules.enterprise import read_enterprise_number


class SecretariatFilter(FilterForm):
    """Which secretariats."""

    words = forms.CharField(label=_("Name or enterprise number"), max_length=WORDS_LENGTH_MAX, required=False)


class SecretariatForm(forms.Form):
    """One that is taken in."""

    name = NameField(label=_("Name"), max_length=120)
    enterprise_number = forms.CharField(label=_("Enterprise number"), max_length=60)
    email = AddressField(label=_("E-mail"), help_text=_("Hears when a mandate starts or ends."))
    language = forms.ChoiceField(label=_("Language of the mails"), choices=Language.choices)

    def clean_enterprise_number(self) -> str:
        """The ten digits, checked."""
        try:
            return read_enterprise_number(self.cleaned_data["enterprise_number"])
        except Refusal as refusal:
            raise ValidationError(message_of(refusal), code=refusal.code) from refusal


class InviteToSecretariatForm(forms.Form):
    """Somebody of the secretariat who gets a link by mail."""

    full_name = NameField(label=_("Name"), max_length=120)
    email = AddressField(label=_("E-mail"), help_text=_("The link works for this address only."))
    language = forms.ChoiceField(label=_("Language of the mail"), choices=Language.choices)
    is_manager = forms.BooleanField(
        label=_("Manages the secretariat's users: invites and removes colleagues"), required=False, initial=True
    )
