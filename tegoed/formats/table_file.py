"""A table of figures as a file for a spreadsheet: CSV or XLSX, for downloads that nobody sends back.

Its one law: a text is never a formula, whatever it begins with (in CSV an apostrophe goes before it), and an amount is a number,
to the cent. It knows no words: headings come written in the reader's language. Forms that come back are `workbook`'s.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import xlsxwriter

Kind = Literal["text", "cents", "day", "count"]
CSV_MEDIA_TYPE = "text/csv; charset=utf-8"
XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_MAX = 200_000
"""The most rows of one file; a caller that may have more asks for a shorter period."""

_BEGINS_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_BYTE_ORDER_MARK = "\ufeff"  # Excel takes the file for UTF-8
_SHEET_NAME_MAX = 31
_NEVER_IN_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_NEVER_IN_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
_WIDTHS = {"text": 34, "cents": 16, "day": 13, "count": 10}
_CENTS_OF_EURO = 100


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column: its heading as read, and what stands in it. A cell may be None: empty."""

    heading: str
    kind: Kind = "text"


def write_csv(columns: Sequence[TableColumn], rows: Iterable[Sequence[Any]], *, language: str) -> bytes:
    """Fields parted by `;`; amounts `1234,56` (`1234.56` in English), days `2026-11-30`. UTF-8 with a mark for Excel."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow([_safe(column.heading) for column in columns])
    decimal = "." if language == "en" else ","
    for row in rows:
        writer.writerow([_csv_cell(column.kind, cell, decimal) for column, cell in zip(columns, row, strict=True)])
    return (_BYTE_ORDER_MARK + target.getvalue()).encode()


def _csv_cell(kind: Kind, cell: Any, decimal: str) -> str:
    if cell is None:
        return ""
    if kind == "cents":
        whole, cents = divmod(abs(int(cell)), _CENTS_OF_EURO)
        return f"{'-' if cell < 0 else ''}{whole}{decimal}{cents:02d}"
    if kind == "day":
        return cell.isoformat() if isinstance(cell, date) else _safe(str(cell))
    return str(int(cell)) if kind == "count" else _safe(str(cell))


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_BEGINS_LIKE_A_FORMULA) else text


def write_xlsx(columns: Sequence[TableColumn], rows: Iterable[Sequence[Any]], *, title: str) -> bytes:
    """One sheet named `title`, its first row the headings; amounts are numbers in euro, days are days."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(title.translate(_NEVER_IN_SHEET_NAME).strip()[:_SHEET_NAME_MAX] or "1")
        head = book.add_format({"bold": True, "bottom": 1})
        looks = {
            "text": book.add_format(),
            "cents": book.add_format({"num_format": "#,##0.00"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "count": book.add_format({"num_format": "0"}),
        }
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _WIDTHS[column.kind])
            sheet.write_string(0, place, column.heading.translate(_NEVER_IN_XML), head)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
                if cell is None:
                    continue
                if column.kind == "cents":
                    sheet.write_number(number, place, cell / _CENTS_OF_EURO, looks["cents"])
                elif column.kind == "count":
                    sheet.write_number(number, place, cell, looks["count"])
                elif column.kind == "day" and isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, looks["day"])
                else:
                    sheet.write_string(number, place, str(cell).translate(_NEVER_IN_XML), looks["text"])
    return target.getvalue()
