"""Reads a form out of whatever file people send: .xlsx, .xls, .ods or .csv.

Its one law: this process only looks at the first bytes; the file is opened in a child process (`child`) with limits on
memory, time and output, and comes back as JSON. A file that can't be read ends in `WorkbookRefused`, never in another
exception; a cell that can't be read is None, with a remark. It knows nothing of what the rows mean.
Measured on 100,000 rows of 12 columns: 2.8 times the computing of python-calamine alone (child 2.6 s, here 0.5 s, to
1.1 s), 132 MB in the child, one batch here.
"""

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tegoed.formats.workbook.layout import FormLayout
from tegoed.formats.workbook.limits import DEFAULT, ReadLimits
from tegoed.formats.workbook.refusal import WorkbookRefused
from tegoed.formats.workbook.sniffing import sniff

_ROOT = str(Path(__file__).resolve().parents[3])
_START = "import sys; sys.path.insert(0, sys.argv[1]); from tegoed.formats.workbook.child import main; main()"
_ENVIRONMENT_KEPT = ("LD_LIBRARY_PATH", "TZDIR", "PYTHONHOME")
_PIECE_BYTES = 1 << 18
_PIPE_BYTES = 1 << 20
"""Room for a batch, so that the child makes the next one while the last one is stored; all that Linux gives to anybody."""
_LINE_BYTES_MAX = 256 << 20
_DEATHS: dict[int, str] = {
    signal.SIGABRT: "memory",
    signal.SIGSEGV: "memory",
    signal.SIGXCPU: "time",
    signal.SIGKILL: "memory",
}


@dataclass(frozen=True, slots=True)
class FormHead:
    """What was found: the sheet's name, our column keys in file order and their columns (from 0) in the sheet.

    `header_row` counts from 1. `row_count`: rows below the header, at most.
    """

    sheet: str
    keys: tuple[str, ...]
    positions: tuple[int, ...]
    header_row: int
    row_count: int


@dataclass(frozen=True, slots=True)
class CellRemark:
    """What is wrong (or only doubtful) with a cell: row from 1, column from 0 in the sheet, None for the whole row.

    `code` and `params` become a sentence in `tegoed/refusals/workbook.py`; `params` never hold a national number.
    """

    row: int
    column: int | None
    column_key: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class FormRows:
    """A batch of rows, each [row number, value per key of `FormHead.keys`], and the remarks on them."""

    rows: list[list[Any]]
    remarks: list[CellRemark]


def read_form(
    content: bytes, *, file_name: str, layout: FormLayout, limits: ReadLimits = DEFAULT
) -> Iterator[FormHead | FormRows]:
    """The form in the file: first its head, then batches of rows. Closing the iterator ends the child.

    The kind of file is told by its content; `file_name` only names the sheet of a .csv. Raises `WorkbookRefused`, at once
    or between batches (`too-many-rows`), so nothing is final before the end.
    """
    sniff(content, limits=limits)
    facts = {"file_name": file_name, "layout": layout.as_json(), "limits": limits.as_facts()}
    for line in answers_of_child(content, request={"task": "form", **facts}, limits=limits):
        if "head" in line:
            head = line["head"]
            yield FormHead(
                sheet=head["sheet"],
                keys=tuple(head["keys"]),
                positions=tuple(head["positions"]),
                header_row=head["header_row"],
                row_count=head["row_count"],
            )
        else:
            yield FormRows(rows=line["rows"], remarks=[CellRemark(**remark) for remark in line["remarks"]])


def answers_of_child(content: bytes, *, request: dict[str, Any], limits: ReadLimits) -> Iterator[dict[str, Any]]:
    """What the child says, line by line, without its last word. Raises `WorkbookRefused`."""
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-I", "-c", _START, _ROOT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _ENVIRONMENT_KEPT if name in os.environ},
        bufsize=0,
    )
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child has no pipes")
    with suppress(OSError):
        fcntl.fcntl(child.stdout, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    try:
        _hand_over(child.stdin, json.dumps(request).encode("ascii") + b"\n", content)
        for text in _lines(child.stdout, limits):
            line = json.loads(text)
            if "refused" in line:
                raise WorkbookRefused(**line["refused"])
            if "end" in line:
                return
            yield line
        raise WorkbookRefused(reason=_DEATHS.get(-child.wait(), "damaged"))
    finally:
        _end(child)


def _hand_over(pipe: IO[bytes], *pieces: bytes) -> None:
    """Writes everything and closes; a child that died meanwhile is noticed when its answer is missed."""
    with suppress(BrokenPipeError):
        for piece in pieces:
            view = memoryview(piece)
            while view:
                view = view[pipe.write(view) :]
    with suppress(BrokenPipeError):
        pipe.close()


def _lines(pipe: IO[bytes], limits: ReadLimits) -> Iterator[bytes]:
    """Whole lines as they come. Raises `WorkbookRefused` (`time`) when the child is silent for too long."""
    parts: list[bytes] = []
    size = 0
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    while True:
        if not poll.poll(limits.silence_seconds_max * 1000):
            raise WorkbookRefused(reason="time")
        piece = os.read(pipe.fileno(), _PIECE_BYTES)
        if not piece:
            return
        *ended, rest = piece.split(b"\n")
        for end in ended:
            yield b"".join((*parts, end))
            parts, size = [], 0
        parts.append(rest)
        size += len(rest)
        if size > _LINE_BYTES_MAX:
            raise WorkbookRefused(reason="memory")


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    child.wait()
