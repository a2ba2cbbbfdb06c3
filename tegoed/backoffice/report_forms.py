"""What staff choose for a report: a day or a stretch of days, and how.

Its one law: a form only reads; left out or senseless, a report is shown for today. A day in the future is refused: nobody
knows its figures.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tegoed.banking.models import BankAccount
from tegoed.flows.journal_export import JournalFormat
from tegoed.flows.loading_delay import Period
from tegoed.rules.dates import brussels_today

LOADING_DAYS = 30
DIGEST_LENGTH = 64


def _day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Choose a day.")},
        **options,
    )


def _not_later_than_today(on: date | None) -> None:
    if on is not None and on > brussels_today():
        raise ValidationError(_("Choose today or an earlier day."), code="future")


class DayForm(forms.Form):
    """As of which day; today unless told."""

    on = _day_field(_("At the end of"), validators=[_not_later_than_today])

    def __init__(self, asked: Mapping[str, Any]) -> None:
        super().__init__(asked if asked.get("on") else {"on": brussels_today().isoformat()})

    @property
    def day(self) -> date:
        """The day asked for, or today."""
        return (self.cleaned_data.get("on") if self.is_valid() else None) or brussels_today()


class StretchForm(forms.Form):
    """From which day to which; both included."""

    from_on = _day_field(_("From"))
    to_on = _day_field(_("Until"), validators=[_not_later_than_today])

    def clean(self) -> dict[str, Any]:
        """The first day comes first."""
        cleaned: dict[str, Any] = super().clean() or {}
        from_on, to_on = cleaned.get("from_on"), cleaned.get("to_on")
        if from_on and to_on and from_on > to_on:
            self.add_error("from_on", _("Choose a first day that is not after the last."))
        return cleaned


class LoadingForm(StretchForm):
    """The loads of which days, in rows of days or weeks."""

    period = forms.ChoiceField(
        label=_("In rows of"), choices=[(Period.DAY, _("days")), (Period.WEEK, _("weeks"))], required=False
    )

    def __init__(self, asked: Mapping[str, Any]) -> None:
        """With the days of the default filled in where none was chosen."""
        today = brussels_today()
        days = {"from_on": today - timedelta(days=LOADING_DAYS - 1), "to_on": today}
        chosen = {name: asked[name] for name in self.base_fields if asked.get(name)}
        super().__init__(chosen if "from_on" in chosen or "to_on" in chosen else days | chosen)

    @property
    def wishes(self) -> dict[str, Any]:
        """What was asked for, or the last `LOADING_DAYS` days."""
        cleaned = self.cleaned_data if self.is_valid() else {}
        to_on = cleaned.get("to_on") or brussels_today()
        from_on = cleaned.get("from_on") or to_on - timedelta(days=LOADING_DAYS - 1)
        return {
            "from_on": min(from_on, to_on),
            "to_on": to_on,
            "period": Period(cleaned.get("period") or Period.DAY),
        }


class JournalForm(StretchForm):
    """Which part of the journal, and how."""

    journal_format = forms.ChoiceField(
        label=_("As"),
        choices=[(JournalFormat.HLEDGER, _("hledger journal (text)")), (JournalFormat.CSV, "CSV")],
        initial=JournalFormat.HLEDGER,
    )


class DayOfAccountForm(forms.Form):
    """A day of a bank account."""

    account = forms.ModelChoiceField(BankAccount.objects.all())
    on = forms.DateField(input_formats=["%Y-%m-%d"])


class SignDayForm(DayOfAccountForm):
    """The same, with the digest of what the page showed."""

    digest = forms.CharField(min_length=DIGEST_LENGTH, max_length=DIGEST_LENGTH)
