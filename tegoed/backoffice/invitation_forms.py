"""Whom staff invite for a client. A form only reads."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Language, Role
from tegoed.public.accept_forms import EMAIL_LENGTH_MAX
from tegoed.public.text_fields import NameField


class InvitationForm(forms.Form):
    """What `flows.invitations.invite_by_mail` takes of somebody."""

    email = forms.EmailField(label=_("E-mail"), max_length=EMAIL_LENGTH_MAX)
    full_name = NameField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
