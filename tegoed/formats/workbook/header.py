"""Which sheet holds the form, and which row names its columns.

Its one law: it never guesses between two: two sheets with the form, or one heading twice, are refused by name. The row
with the most headings we know, among the first twenty of the sheet, is the header; two known headings is the least.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tegoed.formats.workbook.layout import (
    LANGUAGES,
    PLAIN_REMARKS_HEADINGS,
    FormLayout,
    plain,
    plain_heading,
)
from tegoed.formats.workbook.limits import ReadLimits
from tegoed.formats.workbook.refusal import WorkbookRefused
from tegoed.formats.workbook.sheets import Sheet

_KNOWN_HEADINGS_MIN = 2


@dataclass(slots=True)
class Header:
    """Where the columns are. `row`: counted from 1. `places`: (key, position in the row's list) in file order."""

    row: int
    places: list[tuple[str, int]]
    headings: dict[int, str]
    unknown: list[tuple[int, str]] = field(default_factory=list)


def cell_name(row: int, column: int) -> str:
    """`B5` for row 5 (from 1) and column 1 (from 0)."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def find_form(sheets: Iterable[Sheet], *, layout: FormLayout, limits: ReadLimits) -> tuple[Sheet, Header]:
    """The sheet that holds the form, and its header. Hidden sheets are not looked at as long as a visible one has it.

    Raises `WorkbookRefused`: `header`, `header-hidden`, `several-sheets`, `no-rows`, `too-many-…`, `heading-twice`,
    `column-missing`.
    """
    found: list[tuple[Sheet, Header]] = []
    empty: list[tuple[Sheet, Header]] = []
    for sheet in sheets:
        if not sheet.is_visible and (found or empty):
            break
        header = find_header(sheet, layout=layout, limits=limits)
        if header is None:
            continue
        if not sheet.is_visible:
            raise WorkbookRefused(reason="header-hidden", sheet=sheet.name)
        has_rows = _has_content_below(sheet, header)
        (found if has_rows else empty).append((sheet, header))
        if len(found) > 1:
            raise WorkbookRefused(reason="several-sheets", sheets=", ".join(sheet.name for sheet, _ in found))
    if not found and not empty:
        raise WorkbookRefused(reason="header")
    if not found:
        raise WorkbookRefused(reason="no-rows", sheet=empty[0][0].name)
    sheet, header = found[0]
    _check_size(sheet, limits)
    _check_columns(sheet, header, layout)
    return sheet, header


def find_header(sheet: Sheet, *, layout: FormLayout, limits: ReadLimits) -> Header | None:
    """The header of the sheet; None where too few headings are known."""
    keys = layout.keys_by_heading()
    best: Header | None = None
    for number, row in enumerate(islice(sheet.rows(), limits.header_row_max), start=1):
        header = _as_header(number, row, keys)
        if len({key for key, _ in header.places}) > len({key for key, _ in best.places} if best else ()):
            best = header
    enough = min(_KNOWN_HEADINGS_MIN, len(layout.columns))
    return best if best is not None and len({key for key, _ in best.places}) >= enough else None


def _as_header(number: int, row: list[Any], keys: dict[str, str]) -> Header:
    header = Header(row=number, places=[], headings={})
    for position, cell in enumerate(row):
        if not isinstance(cell, str) or not cell.strip():
            continue
        heading = " ".join(cell.split())
        key = keys.get(plain(heading)) or keys.get(plain_heading(heading))
        if key is not None:
            header.places.append((key, position))
            header.headings[position] = heading
        elif plain(heading) not in PLAIN_REMARKS_HEADINGS:
            header.unknown.append((position, heading))
    return header


def _has_content_below(sheet: Sheet, header: Header) -> bool:
    positions = [position for _, position in header.places]
    for row in islice(sheet.rows(), header.row, None):
        length = len(row)
        if any(position < length and row[position] != "" for position in positions):
            return True
    return False


def _check_size(sheet: Sheet, limits: ReadLimits) -> None:
    if sheet.column_count > limits.column_count_max:
        raise WorkbookRefused(reason="too-many-columns", count_max=limits.column_count_max, sheet=sheet.name)


def _check_columns(sheet: Sheet, header: Header, layout: FormLayout) -> None:
    places: dict[str, int] = {}
    for key, position in header.places:
        if key in places:
            cells = [cell_name(header.row, sheet.first_column + place) for place in (places[key], position)]
            raise WorkbookRefused(reason="heading-twice", heading=header.headings[position], cells=", ".join(cells))
        places[key] = position
    for column in layout.columns:
        if column.is_required and column.key not in places:
            words = {language: column.headings[language] for language in LANGUAGES}
            raise WorkbookRefused(reason="column-missing", heading=words)
