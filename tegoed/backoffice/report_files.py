"""Reports as files: CSV for spreadsheets, PDF for paper.

Its one law: text that comes from outside never becomes a formula, and a file says in its name what it is and of which day.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

Answer = TypeVar("Answer", bound=HttpResponseBase)
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


def csv_download(file_name: str, headings: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """RFC 4180, UTF-8 with its mark so that spreadsheets read the accents; amounts are plain numbers with a point."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([str(heading) for heading in headings])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return as_file(HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"), file_name)


def as_file(answer: Answer, file_name: str) -> Answer:
    """An answer that is saved, and kept by nobody on the way."""
    answer["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=file_name))
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def amount(cents: int) -> Decimal:
    """Euro with two decimals, as a spreadsheet takes them."""
    return Decimal(cents).scaleb(-2)


def dated(name: str, on: date, suffix: str) -> str:
    """A file name with its day."""
    return f"{name}-{on.isoformat()}.{suffix}"


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_BEGINS) else cell
