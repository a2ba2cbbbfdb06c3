"""The forms beside an order form: what to download, and what goes with the file that is sent."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.portal.forms.fields import DayField, LineField, as_form_error
from tegoed.portal.forms.upload import WorkbookUploadForm
from tegoed.rules.dates import add_months, brussels_today
from tegoed.rules.order_lines import LOADING_MONTHS_AHEAD_MAX, LoadingDateImpossible, check_loading_date


class LoadingDayField(DayField):
    """A loading date that orders can have, or nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)
        today = brussels_today()
        self.widget.attrs |= {
            "min": today.isoformat(),
            "max": add_months(today, LOADING_MONTHS_AHEAD_MAX).isoformat(),
        }

    def clean(self, value: Any) -> date | None:
        loading_on: date | None = super().clean(value)
        if loading_on is not None:
            try:
                check_loading_date(loading_on, today=brussels_today())
            except LoadingDateImpossible as refusal:
                raise as_form_error(refusal) from refusal
        return loading_on


class FilledFormWish(forms.Form):
    """What the pre-filled form is to hold."""

    loading_on = LoadingDayField(
        label=_("Loading date in each row"),
        help_text=_("Leave it empty to fill it in yourself, or when you send the file."),
    )

    prefix = "filled"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["loading_on"].initial = add_months(brussels_today().replace(day=1), 1)


class OrderFormUpload(WorkbookUploadForm):
    """The file, and what counts for the rows that leave it empty."""

    loading_on = LoadingDayField(
        label=_("Loading date"),
        help_text=_("For rows without a loading date. The file itself may have another one in each row."),
    )
    reference = LineField(
        label=_("Your reference"),
        help_text=_("Stands on the invoices, for example the month or a purchase order number."),
        max_length=60,
        required=False,
    )
