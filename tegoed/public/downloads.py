"""Downloads about money: what each of them needs around its bytes, and the period they are of."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import get_language

from tegoed.formats.table_file import CSV_MEDIA_TYPE, XLSX_MEDIA_TYPE, TableColumn, write_csv, write_xlsx

UNSAFE_IN_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")
FIRST_YEAR, LAST_YEAR = 2000, 2999

Answer = TypeVar("Answer", bound=HttpResponseBase)


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both included."""

    from_on: date
    to_on: date

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return f"from={self.from_on.isoformat()}&to={self.to_on.isoformat()}"


def period_of(query: Mapping[str, str], *, otherwise: Period) -> Period:
    """`from` and `to` of an address; what makes no sense is `otherwise`."""
    from_on = _day_of(query.get("from", "")) or otherwise.from_on
    to_on = _day_of(query.get("to", "")) or otherwise.to_on
    return Period(from_on, to_on) if from_on <= to_on else otherwise


def _day_of(text: str) -> date | None:
    try:
        on = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return on if FIRST_YEAR <= on.year <= LAST_YEAR else None


def reader_language() -> str:
    """The language that is active now: nl, fr, en or de."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def as_download(answer: Answer, file_name: str) -> Answer:
    """A file to keep, that nobody else keeps."""
    name = UNSAFE_IN_FILE_NAME.sub("_", file_name)
    answer["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=name))
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def csv_answer(columns: Sequence[TableColumn], rows: Iterable[Sequence[Any]], *, name: str) -> HttpResponse:
    """A table as CSV, in the reader's language."""
    content = write_csv(columns, rows, language=reader_language())
    return as_download(HttpResponse(content, content_type=CSV_MEDIA_TYPE), f"{name}.csv")


def xlsx_answer(
    columns: Sequence[TableColumn], rows: Iterable[Sequence[Any]], *, name: str, title: str
) -> HttpResponse:
    """A table as an Excel workbook."""
    content = write_xlsx(columns, rows, title=title)
    return as_download(HttpResponse(content, content_type=XLSX_MEDIA_TYPE), f"{name}.xlsx")
