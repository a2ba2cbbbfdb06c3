"""What staff type about refunds and collections.

Its one law: a form only reads; who may decide what is judged by `tegoed.flows`.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.backoffice.forms import ALL, FilterForm
from tegoed.treasury.models import CollectionState, RefundState
from tegoed.treasury.reasons import REASONS


class RefundFilter(FilterForm):
    """Which refunds."""

    state = forms.ChoiceField(label=_("State"), choices=[ALL, *RefundState.choices], required=False)


class CollectionFilter(FilterForm):
    """Which collections."""

    state = forms.ChoiceField(label=_("State"), choices=[ALL, *CollectionState.choices], required=False)


class ApprovalForm(forms.Form):
    """The tick that says whose account it is, where money never came from it."""

    is_iban_checked = forms.BooleanField(label=_("I checked that this account is the client's."), required=False)


class ReasonForm(forms.Form):
    """Why a refund is not paid."""

    reason = forms.CharField(label=_("Why not? The client reads this."), max_length=200)


class LineRefundForm(forms.Form):
    """What stands on the statement of who gets the money back."""

    reason = forms.CharField(label=_("Text on the bank statement"), max_length=140, required=False)


class BankReasonForm(forms.Form):
    """The reason of a bank, as it tells it outside of the statement."""

    reason = forms.ChoiceField(
        label=_("What the bank says"), choices=[(code, f"{code}") for code in sorted(REASONS)], required=True
    )
