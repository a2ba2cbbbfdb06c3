"""Gives a client's own file back with the remarks in place: wrong cells coloured and noted, all remarks of a row beside it.

Its one law: what the client typed comes back as typed, unknown columns included, in the same rows and columns, so the
mended file can be sent as is: `reader` skips the column this module adds. The look of the original is not kept
(docs/adr/0011), and no text of the file can become a formula. Rows stream through; remarks are kept up to a limit.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tegoed.formats.workbook.layout import PLAIN_REMARKS_HEADINGS, REMARKS_HEADING, ColumnKind, FormLayout, plain
from tegoed.formats.workbook.limits import DEFAULT, ReadLimits
from tegoed.formats.workbook.reader import answers_of_child
from tegoed.formats.workbook.sniffing import sniff
from tegoed.formats.workbook.writer import NEVER_FORMULAS, TEXT_CHARACTERS_MAX

REMARKS_MAX = 50_000
NOTES_MAX = 2_000
"""Notes on cells: a spreadsheet program becomes slow with more; the column beside the rows has every remark."""

_NOTE_LENGTH_MAX = 1_000
_REMARKS_WIDTH = 70
_SHEET_NAME_LENGTH_MAX = 31
_NEVER_IN_SHEET_NAMES = str.maketrans("[]:*?/\\", "       ")
_TEXT_KINDS = {ColumnKind.IDENTIFIER, ColumnKind.TEXT, ColumnKind.EMAIL, ColumnKind.CHOICE, ColumnKind.YES_NO}
_ERROR_COLOUR, _WARNING_COLOUR = "#FFC7CE", "#FFEB9C"


@dataclass(slots=True)
class _Remarks:
    """The remarks by row: the cells to colour (column -> is it an error), the sentences."""

    cells: defaultdict[int, dict[int, bool]]
    sentences: defaultdict[int, list[str]]
    notes: dict[tuple[int, int], str]


class _Formats:
    """Cell formats by what the cell holds and whether it is remarked on; made when first used."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, bool | None], Format] = {}

    def of(self, number_format: str, is_error: bool | None) -> Format:  # noqa: FBT001 - part of the key of a cache
        """`is_error`: None where there is no remark, False for a warning."""
        key = (number_format, is_error)
        if key not in self._made:
            properties = {"num_format": number_format} if number_format else {}
            if is_error is not None:
                properties["bg_color"] = _ERROR_COLOUR if is_error else _WARNING_COLOUR
            self._made[key] = self._book.add_format(properties)
        return self._made[key]


def write_remarked(
    target: BinaryIO,
    *,
    content: bytes,
    file_name: str,
    layout: FormLayout,
    sheet: str,
    header_row: int,
    remarks: Iterable[tuple[int, int | None, str, bool]],
    language: str,
    words: str | None = None,
    limits: ReadLimits = DEFAULT,
) -> None:
    """Writes `sheet` of the file as .xlsx into `target`, with a column of remarks after its last one.

    `remarks`: row (from 1), column (from 0, None for the whole row), sentence in that language, whether it only warns;
    `header_row` as in `FormHead`. `words`: the heading of the remarks, if not the usual one (the reader only skips the
    usual ones). The kind of file is told by its content. Raises `WorkbookRefused`.
    """
    sniff(content, limits=limits)
    by_row = _by_row(remarks)
    answers = answers_of_child(
        content, request={"task": "raw", "sheet": sheet, "limits": limits.as_facts()}, limits=limits
    )
    with tempfile.TemporaryDirectory(prefix="tegoed-remarks-") as folder:
        book = xlsxwriter.Workbook(target, {"constant_memory": True, "tmpdir": folder, **NEVER_FORMULAS})
        page = _added_sheet(book, sheet, layout.sheet_names[language])
        page.freeze_panes(header_row, 0)
        start = next(answers)["raw"]
        rows = (row for answer in answers for row in answer["rows"])
        heading = words or REMARKS_HEADING[language]
        _write_rows(book, page, rows, start=start, header_row=header_row, layout=layout, remarks=by_row, title=heading)
        for (row, column), note in by_row.notes.items():
            page.write_comment(row - 1, column, note, {"author": ""})
        book.close()


def _by_row(remarks: Iterable[tuple[int, int | None, str, bool]]) -> _Remarks:
    by_row = _Remarks(cells=defaultdict(dict), sentences=defaultdict(list), notes={})
    for count, (row, column, sentence, is_warning) in enumerate(remarks):
        if count == REMARKS_MAX:
            break
        if sentence not in by_row.sentences[row]:
            by_row.sentences[row].append(sentence)
        if column is None:
            continue
        by_row.cells[row][column] = by_row.cells[row].get(column, False) or not is_warning
        if (row, column) in by_row.notes:
            by_row.notes[row, column] = f"{by_row.notes[row, column]}\n{sentence}"[:_NOTE_LENGTH_MAX]
        elif len(by_row.notes) < NOTES_MAX:
            by_row.notes[row, column] = sentence[:_NOTE_LENGTH_MAX]
    return by_row


def _added_sheet(book: xlsxwriter.Workbook, name: str, name_otherwise: str) -> Worksheet:
    """A sheet with the client's name for it, or ours where a spreadsheet wouldn't take that name."""
    try:
        return book.add_worksheet(name.translate(_NEVER_IN_SHEET_NAMES).strip(" '")[:_SHEET_NAME_LENGTH_MAX])
    except XlsxWriterException:
        return book.add_worksheet(name_otherwise)


def _write_rows(
    book: xlsxwriter.Workbook,
    page: Worksheet,
    rows: Iterator[list[Any]],
    *,
    start: dict[str, int],
    header_row: int,
    layout: FormLayout,
    remarks: _Remarks,
    title: str,
) -> None:
    formats = _Formats(book)
    first_column = start["first_column"]
    remarks_column, text_columns = first_column + start["column_count"], set[int]()
    skipped_column = None
    keys = layout.keys_by_heading()
    for number, row in enumerate(rows, start=1):
        if number == header_row:
            text_columns = _text_columns(row, first_column, layout, keys)
            skipped_column = _earlier_remarks_column(row, first_column)
            remarks_column = remarks_column if skipped_column is None else skipped_column
            _set_widths(page, formats, first_column, start["column_count"], text_columns)
            page.set_column(remarks_column, remarks_column, _REMARKS_WIDTH)
            page.write_string(number - 1, remarks_column, title, book.add_format({"bold": True}))
        marked = remarks.cells.get(number, {})
        for column, cell in enumerate(row, start=first_column):
            if column == skipped_column and number >= header_row:
                continue
            if cell is not None or column in marked:
                _write_cell(page, formats, number - 1, column, cell, column in text_columns, marked.get(column))
        if number != header_row and number in remarks.sentences:
            page.write_string(number - 1, remarks_column, _joined(remarks.sentences[number]))


def _joined(sentences: list[str]) -> str:
    return " ".join(sentences)[:TEXT_CHARACTERS_MAX]


def _text_columns(row: list[Any], first_column: int, layout: FormLayout, keys: dict[str, str]) -> set[int]:
    """The columns that stay text when the client mends them, so that no zero is lost."""
    return {
        column
        for column, cell in enumerate(row, start=first_column)
        if isinstance(cell, str)
        and (key := keys.get(plain(cell))) is not None
        and layout.column(key).kind in _TEXT_KINDS
    }


def _earlier_remarks_column(row: list[Any], first_column: int) -> int | None:
    """The column a former round of remarks stands in; it makes place for the new one."""
    for column, cell in enumerate(row, start=first_column):
        if isinstance(cell, str) and plain(cell) in PLAIN_REMARKS_HEADINGS:
            return column
    return None


def _set_widths(page: Worksheet, formats: _Formats, first_column: int, column_count: int, texts: set[int]) -> None:
    for column in range(first_column, first_column + column_count):
        page.set_column(column, column, 18, formats.of("@", None) if column in texts else None)


def _write_cell(
    page: Worksheet,
    formats: _Formats,
    row: int,
    column: int,
    cell: Any,
    is_text: bool,  # noqa: FBT001 - one of many facts about a cell
    is_error: bool | None,  # noqa: FBT001
) -> None:
    if isinstance(cell, dict):
        day = "day" in cell
        moment = date.fromisoformat(cell["day"]) if day else datetime.fromisoformat(cell["moment"])
        number_format = "dd/mm/yyyy" if day else "dd/mm/yyyy hh:mm"
        page.write_datetime(row, column, moment, formats.of(number_format, is_error))
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell, formats.of("", is_error))
    elif isinstance(cell, (int, float)):
        page.write_number(row, column, cell, formats.of("0" if is_text else "", is_error))
    elif cell is None:
        page.write_blank(row, column, None, formats.of("@" if is_text else "", is_error))
    else:
        page.write_string(row, column, cell[:TEXT_CHARACTERS_MAX], formats.of("@" if is_text else "", is_error))
