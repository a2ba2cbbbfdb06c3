"""What an owner types about users: whom to invite, which role.

Its one law: a form only reads; `clients.invitations` and `clients.members` judge.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Language
from tegoed.public.roles import role_choices
from tegoed.public.text_fields import AddressField, NameField


class InviteForm(forms.Form):
    """Somebody who gets a link by mail."""

    full_name = NameField(label=_("Name"), max_length=120)
    email = AddressField(label=_("E-mail"), help_text=_("The link works for this address only."))
    language = forms.ChoiceField(label=_("Language of the mail"), choices=Language.choices)

    def clean_email(self) -> str:
        """In lower case, as accounts are kept."""
        email: str = self.cleaned_data["email"]
        return email.lower()


class InviteMemberForm(InviteForm):
    """For a client: with a role, each explained."""

    role = forms.ChoiceField(label=_("Role"), choices=role_choices, widget=forms.RadioSelect)


class InviteColleagueForm(InviteForm):
    """For a social secretariat."""

    is_manager = forms.BooleanField(
        label=_("Manages the secretariat's users: invites and removes colleagues"), required=False
    )


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=role_choices, widget=forms.RadioSelect)
