"""The sheets of a file as rows of plain Python values, the same for .xlsx, .xls, .ods and .csv.

Its one law: it runs in the child process only (`child`), and only on content that `archive` let through. Values are what
python-calamine makes of cells (text, float, bool, date, datetime, time, timedelta; empty text for an empty cell); a
.csv has only text. It knows nothing of forms.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Protocol

import python_calamine

from tegoed.formats.workbook.archive import SheetNotes, look_through
from tegoed.formats.workbook.cells import cell_text
from tegoed.formats.workbook.limits import ReadLimits
from tegoed.formats.workbook.refusal import WorkbookRefused
from tegoed.formats.workbook.sniffing import FileKind, sniff

_DELIMITERS = ";,\t|"
_FIELD_LENGTH_MAX = 100_000
_SAMPLE_CHARACTERS = 20_000
_SHEET_NAME_LENGTH_MAX = 31


class Sheet(Protocol):
    """One sheet with something in it. `first_column`: the column, from 0, in which the rows begin."""

    name: str
    is_visible: bool
    first_column: int
    row_count: int
    column_count: int
    merged: list[tuple[tuple[int, int], tuple[int, int]]]
    notes: SheetNotes

    def rows(self) -> Iterator[list[Any]]:
        """Every row from the sheet's first on."""


@dataclass(slots=True)
class CalamineSheet:
    """A sheet of .xlsx, .xls or .ods."""

    name: str
    is_visible: bool
    first_column: int
    row_count: int
    column_count: int
    merged: list[tuple[tuple[int, int], tuple[int, int]]]
    notes: SheetNotes
    loaded: Any

    def rows(self) -> Iterator[list[Any]]:
        """Every row from the sheet's first on."""
        return iter(self.loaded.iter_rows())


@dataclass(slots=True)
class CsvSheet:
    """The one sheet of a .csv."""

    name: str
    is_visible: bool
    first_column: int
    row_count: int
    column_count: int
    merged: list[tuple[tuple[int, int], tuple[int, int]]]
    notes: SheetNotes
    text: str
    delimiter: str

    def rows(self) -> Iterator[list[Any]]:
        """Every row from the sheet's first on. Raises `WorkbookRefused` (`damaged`)."""
        csv.field_size_limit(_FIELD_LENGTH_MAX)
        try:
            yield from csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        except csv.Error as error:
            raise WorkbookRefused(reason="damaged") from error


def sheets_of(content: bytes, *, file_name: str, limits: ReadLimits) -> Iterator[Sheet]:
    """The sheets that hold anything, visible ones first, each loaded when it is asked for. A .csv has its file's name.

    Raises `WorkbookRefused`.
    """
    kind = sniff(content, limits=limits)
    if kind == FileKind.CSV:
        yield _csv_sheet(content, name=_shown_name(PurePath(file_name).stem))
        return
    notes = look_through(content, kind=kind, limits=limits) if kind in {FileKind.XLSX, FileKind.ODS} else {}
    yield from _calamine_sheets(content, notes=notes, limits=limits)


def _calamine_sheets(content: bytes, *, notes: dict[str, SheetNotes], limits: ReadLimits) -> Iterator[Sheet]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        tabs = [tab for tab in book.sheets_metadata if tab.typ == python_calamine.SheetTypeEnum.WorkSheet]
    except python_calamine.PasswordError as error:
        raise WorkbookRefused(reason="password") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise WorkbookRefused(reason="damaged") from error
    if len(tabs) > limits.sheet_count_max:
        raise WorkbookRefused(reason="too-many-sheets", count_max=limits.sheet_count_max)
    for tab in sorted(tabs, key=lambda tab: not _is_visible(tab)):
        try:
            loaded = book.get_sheet_by_name(tab.name)
            merged = list(loaded.merged_cell_ranges or ())
        except (python_calamine.CalamineError, OSError, ValueError) as error:
            raise WorkbookRefused(reason="damaged") from error
        if loaded.start is not None and loaded.end is not None:
            yield CalamineSheet(
                name=_shown_name(tab.name),
                is_visible=_is_visible(tab),
                first_column=loaded.start[1],
                row_count=loaded.end[0] + 1,
                column_count=loaded.width,
                merged=merged,
                notes=notes.get(tab.name) or SheetNotes(),
                loaded=loaded,
            )


def _shown_name(name: str) -> str:
    """The name of a sheet as long as spreadsheet programs allow, whatever the file says."""
    return cell_text(name)[:_SHEET_NAME_LENGTH_MAX]


def _is_visible(tab: Any) -> bool:
    return bool(tab.visible == python_calamine.SheetVisibleEnum.Visible)


def _csv_sheet(content: bytes, *, name: str) -> CsvSheet:
    text = _decoded(content)
    lines = text[:_SAMPLE_CHARACTERS].splitlines()
    delimiter = max(_DELIMITERS, key=lambda mark: max((line.count(mark) for line in lines[:20]), default=0))
    row_count = text.count("\n") + text.count("\r") + 1 - text.count("\r\n")
    return CsvSheet(
        name=name,
        is_visible=True,
        first_column=0,
        row_count=row_count,
        column_count=max((line.count(delimiter) for line in io.StringIO(text)), default=0) + 1,
        merged=[],
        notes=SheetNotes(),
        text=text,
        delimiter=delimiter,
    )


def _decoded(content: bytes) -> str:
    """The text as a spreadsheet program writes it: UTF-8, UTF-16 with its mark, or Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WorkbookRefused(reason="type")
