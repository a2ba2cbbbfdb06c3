"""What somebody types who has a question (SPEC Q7). A form only reads."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tegoed.contact.models import MESSAGE_LENGTH_MAX, Topic
from tegoed.contact.topics import TOPICS
from tegoed.public.text_fields import AddressField, LineField, TextField


class ContactForm(forms.Form):
    """A question of an `asker`, with the topics that fit."""

    topic = forms.ChoiceField(label=_("What is it about?"))
    name = LineField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("Our answer goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    company = LineField(
        label=_("Company"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    message = TextField(
        label=_("Your question"),
        help_text=_("Please leave out national numbers, passwords and card numbers."),
        max_length=MESSAGE_LENGTH_MAX,
        rows=7,
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, asker: str, **options: Any) -> None:
        super().__init__(*args, **options)
        topics = TOPICS[asker]
        field = self.fields["topic"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type
        field.choices = [("", _("Choose")), *((topic.value, Topic(topic).label) for topic in topics)]

    def clean_website(self) -> str:
        """Only a program fills in what nobody sees."""
        if self.cleaned_data["website"]:
            raise ValidationError(
                _("This looks as if a program filled it in. Empty this field and send your question again."),
                code="looks-like-a-program",
            )
        return ""
