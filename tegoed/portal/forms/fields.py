"""Form fields for amounts and dates as people type them."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language

from tegoed.errors import Refusal
from tegoed.refusals import message_of
from tegoed.rules.money import parse_euro

CENTS_OF_EURO = 100


def euro_to_type(cents: int) -> str:
    """An amount as a reader of the active language types it in a field: `8,00`, in English `8.00`."""
    point = "." if (get_language() or settings.LANGUAGE_CODE).startswith("en") else ","
    return f"{cents // CENTS_OF_EURO}{point}{cents % CENTS_OF_EURO:02d}"


def as_form_error(refusal: Refusal) -> ValidationError:
    """The refusal as an error of a form field."""
    return ValidationError(message_of(refusal), code=refusal.code)


class EuroField(forms.CharField):
    """Cents, typed as euro: `8,00` and `8.00` are the same. Empty gives 0."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, max_length=20, **options)

    def prepare_value(self, value: Any) -> Any:
        """Cents become text; what was typed stays as it was typed."""
        return euro_to_type(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        typed = super().clean(value)
        if not typed:
            return 0
        try:
            return parse_euro(typed)
        except Refusal as refusal:
            raise as_form_error(refusal) from refusal


class DayField(forms.DateField):
    """A date from the browser's date picker; day/month/year typed by hand is read too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
            **options,
        )
