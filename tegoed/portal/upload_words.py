"""What was remarked on a file, and what it would change, as people read it: place, heading, sentence, old and new.

Its one law: a cell is named as the spreadsheet names it (sheet, row, letter and heading), in the reader's language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tegoed.beneficiaries.models import CardDelivery, Gender
from tegoed.beneficiaries.staged.checks import column_key
from tegoed.beneficiaries.staged.difference import ChangedField, ComparedRow
from tegoed.clients.models import Language
from tegoed.flows.form_rows import FORMS
from tegoed.formats.workbook.layout import FormLayout
from tegoed.refusals import message_of
from tegoed.refusals.uploads import kept
from tegoed.rules.money import format_euro
from tegoed.uploads.models import Upload, UploadKind, UploadRemark

LETTER_COUNT = 26
_CHOICES: Mapping[str, Any] = {"language": Language, "gender": Gender, "card_delivery": CardDelivery}


@dataclass(frozen=True, slots=True)
class RemarkShown:
    """One remark: where (`letter` and `heading` are empty for a whole row) and what to do about it."""

    sheet: str
    row: int
    letter: str
    heading: str
    sentence: str
    is_warning: bool = False


def column_letter(column: int | None) -> str:
    """The letter of a column counted from 0, as spreadsheets write it: A to Z, AA, AB."""
    letters = ""
    while column is not None and column >= 0:
        letters = chr(ord("A") + column % LETTER_COUNT) + letters
        column = column // LETTER_COUNT - 1
    return letters


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def heading_of(layout: FormLayout, key: str) -> str:
    """The heading of a column in the reader's language; nothing for a column that isn't ours."""
    headings = {column.key: column.headings for column in layout.columns}
    return headings.get(key, {}).get(_language(), "")


def remarks_in_words(upload: Upload, remarks: Iterable[UploadRemark]) -> list[RemarkShown]:
    """The remarks as the page lists them."""
    layout = FORMS[UploadKind(upload.kind)]
    return [
        RemarkShown(
            sheet=remark.sheet,
            row=remark.row,
            letter=column_letter(remark.column),
            heading=heading_of(layout, remark.column_key),
            sentence=sentence_of(remark),
            is_warning=remark.is_warning,
        )
        for remark in remarks
    ]


def sentence_of(remark: UploadRemark) -> str:
    """Reason and remedy of one remark, in the language that is active now."""
    return message_of(kept(remark.code, remark.params))


def refusal_in_words(upload: Upload) -> str:
    """Why the whole file was refused; nothing when it wasn't."""
    return message_of(kept(upload.refusal_code, upload.refusal_params)) if upload.refusal_code else ""


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One field of a person before and after."""

    heading: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PersonShown:
    """One row of the preview. `card_goes_to`: the name of the workplace, or "home"."""

    row: int
    beneficiary_id: int | None
    name: str
    masked: str
    birth_on: date
    card_goes_to: str
    is_active: bool
    changes: list[ChangeShown]


def people_in_words(upload: Upload, rows: Iterable[ComparedRow]) -> list[PersonShown]:
    """The rows of a page of the preview. One query, for the names of the workplaces."""
    names = dict(upload.client.sites.values_list("pk", "name"))
    layout = FORMS[UploadKind(upload.kind)]
    return [
        PersonShown(
            row=row.row,
            beneficiary_id=row.beneficiary_id,
            name=f"{row.last_name} {row.first_name}",
            masked=row.masked,
            birth_on=row.birth_on,
            card_goes_to=names.get(row.site_id or 0, "") if row.card_delivery == CardDelivery.SITE else _("Home"),
            is_active=row.is_active,
            changes=[_change(layout, field, names) for field in row.fields if field.name != "is_active"],
        )
        for row in rows
    ]


def _change(layout: FormLayout, field: ChangedField, site_names: Mapping[int, str]) -> ChangeShown:
    return ChangeShown(
        heading=heading_of(layout, column_key(field.name)),
        old=_value(field.name, field.old, site_names),
        new=_value(field.name, field.new, site_names),
    )


def _value(name: str, value: Any, site_names: Mapping[int, str]) -> str:
    if value is None or value == "":
        return "–"
    if name == "site_id":
        return site_names.get(value, "–")
    if name in _CHOICES:
        return str(_CHOICES[name](value).label)
    if name.endswith("_cents"):
        return format_euro(value, _language())
    return date_format(value, "d.m.Y" if _language() == "de" else "d/m/Y") if isinstance(value, date) else str(value)
