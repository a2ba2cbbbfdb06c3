"""What the client says of a card: lost, stolen or damaged.

Its one law: a form only reads; what follows is decided by `tegoed.cards.actions`.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.cards.models import CardReasonChoice
from tegoed.rules.card_need import CardReason


class CardReportForm(forms.Form):
    """Why the card must stop."""

    reason = forms.ChoiceField(
        label=_("What happened to the card?"),
        choices=[
            (reason.value, CardReasonChoice(reason).label)
            for reason in (CardReason.LOST, CardReason.STOLEN, CardReason.DAMAGED)
        ],
        widget=forms.RadioSelect,
    )
