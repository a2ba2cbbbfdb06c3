"""What card operations type and click: which batches and cards to look at, which to move.

Its one law: a form only reads. What can't be a card, an order or a place is no answer; whether a card may take the
step is decided by `tegoed.cards.actions`.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tegoed.backoffice.card_batches import BATCH_STATES, HOMES, ID_DIGITS_MAX
from tegoed.backoffice.forms import ALL, WORDS_LENGTH_MAX, FilterForm
from tegoed.cards.models import CardReasonChoice, CardStateChoice
from tegoed.cards.states import NEXT_IN_PRODUCTION
from tegoed.rules.card_need import REPLACEMENT_REASONS

ID_MAX = 10**ID_DIGITS_MAX - 1
CARDS_TICKED_MAX = 1_000


class BatchFilter(FilterForm):
    """Which batches; the state stands in the tabs."""

    words = forms.CharField(label=_("Client or order number"), max_length=WORDS_LENGTH_MAX, required=False)
    state = forms.ChoiceField(
        choices=[(state, state) for state in BATCH_STATES], required=False, widget=forms.HiddenInput
    )


class CardFilter(FilterForm):
    """Which cards."""

    words = forms.CharField(label=_("Person, client or card number"), max_length=WORDS_LENGTH_MAX, required=False)
    order = forms.IntegerField(label=_("Order number"), min_value=1, max_value=ID_MAX, required=False)
    state = forms.ChoiceField(label=_("State"), choices=[ALL, *CardStateChoice.choices], required=False)


class MoveBatch(forms.Form):
    """One batch, as its row on the page names it."""

    state = forms.ChoiceField(choices=[(state, state) for state in NEXT_IN_PRODUCTION])
    order = forms.IntegerField(min_value=1, max_value=ID_MAX)
    place = forms.CharField(max_length=ID_DIGITS_MAX)

    def clean_place(self) -> str:
        """A site's id, or `HOMES`."""
        place: str = self.cleaned_data["place"]
        if place != HOMES and not (place.isascii() and place.isdigit()):
            raise ValidationError("neither a site nor home", code="invalid")
        return place


class MoveCards(forms.Form):
    """Ticked cards. `cards` are ids."""

    state = forms.ChoiceField(choices=[(state, state) for state in NEXT_IN_PRODUCTION])

    def clean(self) -> dict[str, Any]:
        """The ids among what was posted; none at all, or too many, is no answer."""
        cleaned: dict[str, Any] = super().clean() or {}
        texts = self.data.getlist("card") if hasattr(self.data, "getlist") else []
        ids = {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= ID_DIGITS_MAX}
        if not 0 < len(ids) <= CARDS_TICKED_MAX:
            raise ValidationError("no card is ticked", code="required")
        return cleaned | {"cards": sorted(ids)}


class CardReport(forms.Form):
    """Why a card must stop."""

    reason = forms.ChoiceField(
        label=_("What happened to the card?"),
        choices=[(reason.value, CardReasonChoice(reason).label) for reason in sorted(REPLACEMENT_REASONS)],
    )
