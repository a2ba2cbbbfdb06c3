"""What staff type about questions from the contact form. A form only reads."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.backoffice.forms import WORDS_LENGTH_MAX, FilterForm
from tegoed.contact.models import ANSWER_LENGTH_MAX, QuestionState
from tegoed.contact.queries import WAITING_STATES
from tegoed.public.text_fields import TextField


class QuestionFilter(FilterForm):
    """Which questions; first of all those that wait."""

    words = forms.CharField(label=_("Number, name, e-mail or company"), max_length=WORDS_LENGTH_MAX, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[(WAITING_STATES, _("Waiting for an answer")), ("all", _("All states")), *QuestionState.choices],
        required=False,
    )


class AnswerForm(forms.Form):
    """An answer, as it goes into the mail."""

    text = TextField(label=_("Your answer"), max_length=ANSWER_LENGTH_MAX, rows=9)
    seen_answer_count = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
