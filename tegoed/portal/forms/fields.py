"""Form fields for amounts and dates as people type them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tegoed.public.money_fields import EuroField, as_form_error, euro_to_type
from tegoed.public.text_fields import LineField
from tegoed.rules.dates import MONTHS_OF_YEAR, brussels_today

__all__ = [
    "DayField",
    "EuroField",
    "LineField",
    "MonthField",
    "as_form_error",
    "cents_shown",
    "euro_to_type",
    "month_typed",
]

_YEAR_MONTH = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})")
_MONTH_YEAR = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{4})")


_CENTS_DIGITS_MAX = 15


def cents_shown(posted: Mapping[str, str], name: str = "confirmed_total_cents") -> int:
    """The total a page showed and sends back in the field `name`; 0, which no order costs, for what is no number."""
    shown = posted.get(name, "")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) <= _CENTS_DIGITS_MAX else 0


class DayField(forms.DateField):
    """A date from the browser's date picker; day/month/year typed by hand is read too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
            **options,
        )


BIRTH_YEAR_MIN = 1900


class BirthDayField(DayField):
    """A day somebody can be born on: as in an Excel form, from 1900 to today."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if isinstance(value, date) and value > brussels_today():
            raise ValidationError(_("The birth date lies in the future. Correct it."), code="birth-date-in-future")
        if isinstance(value, date) and value.year < BIRTH_YEAR_MIN:
            raise ValidationError(_("This birth date is too long ago. Check the year."), code="birth-date-too-long-ago")


class MonthField(forms.CharField):
    """The first day of a month, from the browser's month picker (`2026-11`); `11/2026` typed by hand is read too.

    Empty gives None.
    """

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "month", "autocomplete": "off"})
        super().__init__(widget=widget, max_length=20, **options)

    def prepare_value(self, value: Any) -> Any:
        """A date becomes what the picker takes; what was typed stays as it was typed."""
        return f"{value:%Y-%m}" if isinstance(value, date) else value

    def clean(self, value: Any) -> date | None:
        typed = super().clean(value)
        return month_typed(typed) if typed else None


def month_typed(typed: str) -> date:
    """The first day of the month that was typed. Raises `ValidationError`."""
    year_first, month_first = _YEAR_MONTH.fullmatch(typed), _MONTH_YEAR.fullmatch(typed)
    if year_first:
        year, month = int(year_first[1]), int(year_first[2])
    elif month_first:
        year, month = int(month_first[2]), int(month_first[1])
    else:
        year, month = 0, 0
    if not (1 <= month <= MONTHS_OF_YEAR and year >= 1):
        raise ValidationError(_("This is not a month. Write it like 11/2026."), code="month-invalid")
    return date(year, month, 1)
