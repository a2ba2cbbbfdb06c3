"""The child process that opens a workbook: limits first, then the file from standard input, then JSON lines out.

Its one law: it can neither outgrow its memory nor outlive its computing time, it writes no file, and whatever happens
inside a parser ends in one line that says so, or in its death, which `reader` understands. It is started by `reader`
without the environment of the web or worker process, so it knows no key and no database.
"""

import json
import math
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from tegoed.formats.workbook.header import Header, cell_name, find_form
from tegoed.formats.workbook.layout import FormLayout, layout_from_json
from tegoed.formats.workbook.limits import ReadLimits
from tegoed.formats.workbook.readings import FormReading
from tegoed.formats.workbook.refusal import WorkbookRefused
from tegoed.formats.workbook.sheets import Sheet, sheets_of
from tegoed.rules.dates import brussels_today

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def main() -> None:
    """Answers one request: a line of JSON (`task`, `limits`, `file_name`, `layout` or `sheet`), then the file's bytes."""
    request = json.loads(sys.stdin.buffer.readline())
    limits = ReadLimits(**request["limits"])
    _limit_this_process(limits)
    content = sys.stdin.buffer.read()
    for line in answers(content, request=request, limits=limits):
        sys.stdout.buffer.write(_encode(line).encode("ascii") + b"\n")
        sys.stdout.buffer.flush()


def answers(content: bytes, *, request: dict[str, Any], limits: ReadLimits) -> Iterator[dict[str, Any]]:
    """The lines of the answer; the last one is `end`, or `refused` with the params of a `WorkbookRefused`."""
    name = request["file_name"]
    try:
        sheets = sheets_of(content, file_name=name, limits=limits)
        if request["task"] == "form":
            yield from form_lines(sheets, layout=layout_from_json(request["layout"]), limits=limits)
        else:
            yield from raw_lines(sheets, sheet_name=request["sheet"], limits=limits)
    except WorkbookRefused as refusal:
        yield {"refused": refusal.params}
    except MemoryError:
        yield {"refused": {"reason": "memory"}}
    except (GeneratorExit, BrokenPipeError, KeyboardInterrupt):
        raise
    except BaseException:  # noqa: BLE001 - a panic of the native parser is no Exception; the file is what caused it
        yield {"refused": {"reason": "damaged"}}


def _limit_this_process(limits: ReadLimits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes_max, limits.memory_bytes_max))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds_max, limits.cpu_seconds_max + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def form_lines(sheets: Iterable[Sheet], *, layout: FormLayout, limits: ReadLimits) -> Iterator[dict[str, Any]]:
    """The head, the batches, the end. Raises `WorkbookRefused`."""
    sheet, header = find_form(sheets, layout=layout, limits=limits)
    _refuse_unknown_values(sheet, header)
    _refuse_merged(sheet, header)
    yield {
        "head": {
            "sheet": sheet.name,
            "keys": [key for key, _ in header.places],
            "positions": [sheet.first_column + position for _, position in header.places],
            "header_row": header.row,
            "row_count": max(0, sheet.row_count - header.row),
        }
    }
    for rows, remarks in FormReading(sheet, header, layout=layout, limits=limits, today=brussels_today()).batches():
        yield {"rows": rows, "remarks": remarks}
    yield {"end": True}


def _refuse_unknown_values(sheet: Sheet, header: Header) -> None:
    _refuse_cells(sheet, header, sheet.notes.formulas_without_value, "formula")
    _refuse_cells(sheet, header, sheet.notes.errors, "formula-error")


def _refuse_cells(sheet: Sheet, header: Header, cells: set[str], reason: str) -> None:
    """Refuses the first of the cells that stands in a column of ours below the header."""
    columns = {sheet.first_column + position for _, position in header.places}
    places = sorted(_place(cell) for cell in cells)
    for row, column in places:
        if row > header.row and column in columns:
            raise WorkbookRefused(reason=reason, sheet=sheet.name, cell=cell_name(row, column))


def _place(cell: str) -> tuple[int, int]:
    """Row from 1 and column from 0 of `B5`."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(cell[len(letters) :]), column - 1


def _refuse_merged(sheet: Sheet, header: Header) -> None:
    columns = {sheet.first_column + position for _, position in header.places}
    for (first_row, first_column), (last_row, last_column) in sheet.merged:
        if last_row >= header.row and any(first_column <= column <= last_column for column in columns):
            cells = f"{cell_name(first_row + 1, first_column)}:{cell_name(last_row + 1, last_column)}"
            raise WorkbookRefused(reason="merged", sheet=sheet.name, cells=cells)


def raw_lines(sheets: Iterable[Sheet], *, sheet_name: str, limits: ReadLimits) -> Iterator[dict[str, Any]]:
    """Every row of one sheet as typed, with dates as `{"day": …}`. Raises `WorkbookRefused`."""
    for sheet in sheets:
        if sheet.name != sheet_name:
            continue
        if sheet.column_count > limits.column_count_max:
            raise WorkbookRefused(reason="too-many-columns", count_max=limits.column_count_max, sheet=sheet.name)
        yield {"raw": {"first_column": sheet.first_column, "column_count": sheet.column_count}}
        batch: list[list[Any]] = []
        for row in sheet.rows():
            batch.append([_raw(cell) for cell in row])
            if len(batch) == limits.batch_row_count:
                yield {"rows": batch}
                batch = []
        yield {"rows": batch}
        yield {"end": True}
        return
    raise WorkbookRefused(reason="header")


def _raw(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, (float, int)):
        return cell if math.isfinite(cell) else str(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return {"day": cell.date().isoformat()}
    if isinstance(cell, date):
        return {"moment" if isinstance(cell, datetime) else "day": cell.isoformat()}
    return str(cell) if isinstance(cell, (time, timedelta)) else None
