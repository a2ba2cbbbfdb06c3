"""Whom staff invite for a client. A form only reads."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Language, Role
from tegoed.public.text_fields import AddressField, NameField


class InvitationForm(forms.Form):
    """What `flows.invitations.invite_by_mail` takes of somebody."""

    email = AddressField(label=_("E-mail"))
    full_name = NameField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
