"""What staff type into the table of sector agreements, and the file that fills it.

Its one law: a form only reads; a row typed here is read like a row of a file.
"""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tegoed.backoffice.forms import WORDS_LENGTH_MAX, FilterForm
from tegoed.clients.models import ProductChoice
from tegoed.errors import Refusal
from tegoed.formats.sector_rows import (
    ADDRESS_LENGTH_MAX,
    AMOUNT_CENTS_MAX,
    BYTES_MAX,
    REFERENCE_LENGTH_MAX,
    SectorCellInvalid,
    SectorFileUnreadable,
    SectorRow,
    is_address,
)
from tegoed.public.money_fields import EuroField, as_form_error
from tegoed.rules.agreements import read_joint_committee
from tegoed.rules.texts import as_line


def _day_field(**options: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
        **options,
    )


class SectorFilter(FilterForm):
    """Which agreements."""

    words = forms.CharField(label=_("Joint committee or reference"), max_length=WORDS_LENGTH_MAX, required=False)


class SectorAgreementForm(forms.Form):
    """One agreement of a joint committee."""

    joint_committee = forms.CharField(label=_("Number of the joint committee"), max_length=40)
    product = forms.ChoiceField(label=_("Product"), choices=ProductChoice.choices)
    starts_on = _day_field(label=_("First day"))
    ends_on = _day_field(label=_("Last day"), required=False)
    amount = EuroField(
        label=_("Highest amount in it"),
        required=False,
        help_text=_(
            "Of a meal voucher its face value; of the others what one person gets in a year. Empty: it leaves that open."
        ),
    )
    reference = forms.CharField(
        label=_("Reference"),
        max_length=REFERENCE_LENGTH_MAX,
        help_text=_("Where the agreement is found: its date and registration number."),
    )
    url = forms.CharField(label=_("Address of its text (https://…)"), max_length=ADDRESS_LENGTH_MAX, required=False)

    def clean_joint_committee(self) -> str:
        try:
            return read_joint_committee(self.cleaned_data["joint_committee"])
        except Refusal as refusal:
            raise as_form_error(refusal) from refusal

    def clean_amount(self) -> int | None:
        amount_cents: int = self.cleaned_data["amount"]
        if amount_cents > AMOUNT_CENTS_MAX:
            raise as_form_error(SectorCellInvalid(reason="amount", column="amount"))
        return amount_cents or None

    def clean_reference(self) -> str:
        reference = as_line(self.cleaned_data["reference"])
        if not reference:
            raise as_form_error(SectorCellInvalid(reason="reference", column="reference"))
        return reference

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if url and not is_address(url):
            raise as_form_error(SectorCellInvalid(reason="url", column="url"))
        return url

    def row(self) -> SectorRow:
        """As a file has it."""
        given = self.cleaned_data
        return SectorRow(
            joint_committee=given["joint_committee"],
            product=given["product"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            amount_cents=given["amount"],
            reference=given["reference"],
            url=given["url"],
        )


class SectorFileForm(forms.Form):
    """A CSV file of agreements. Its size is looked at before a byte of it is read."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "Columns: joint_committee, product, from, reference; and if you like: to, amount, url. All rows are taken in, "
            "or none."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > BYTES_MAX:
            raise as_form_error(SectorFileUnreadable(reason="too-large", byte_count_max=BYTES_MAX))
        return file


class SectorEndForm(forms.Form):
    """The last day of an agreement."""

    ends_on = _day_field(label=_("Last day"))
