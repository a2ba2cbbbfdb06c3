"""Workbooks for the tests, honest and hostile, made by code."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter

from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.child import answers
from tegoed.formats.workbook.layout import FormLayout
from tegoed.formats.workbook.limits import DEFAULT, ReadLimits
from tegoed.formats.workbook.reader import CellRemark, FormHead, FormRows, read_form
from tegoed.formats.workbook.refusal import WorkbookRefused

HEADINGS = ("Rijksregisternummer", "Naam", "Product", "Bedrag", "Laaddatum")
PERSON = ("88022999990", "Peeters", "Ecocheques", 250, date(2026, 12, 1))


def workbook(
    *sheets: tuple[str, Sequence[Sequence[Any]]],
    hidden: Iterable[str] = (),
    touch: Callable[[Any, dict[str, Any]], None] | None = None,
    options: dict[str, Any] | None = None,
) -> bytes:
    """An .xlsx with these sheets (name, rows). `touch(book, sheets by name)` does what else a test needs."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, **(options or {})})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    pages = {}
    for name, rows in sheets:
        page = pages[name] = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, (date, datetime)):
                    page.write_datetime(number, column, cell, day)
                elif isinstance(cell, str):
                    page.write_string(number, column, cell)
                elif cell is not None:
                    page.write(number, column, cell)
        if name in hidden:
            page.hide()
    if touch is not None:
        touch(book, pages)
    book.close()
    return target.getvalue()


def order(*rows: Sequence[Any], headings: Sequence[Any] = HEADINGS) -> bytes:
    """A workbook with one sheet: the headings and the rows."""
    return workbook(("Blad1", [headings, *rows]))


def edited(content: bytes, edit: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> bytes:
    """The archive with every member passed through `edit` (None: left out), and `extra` members."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            text = edit(name, old.read(name))
            if text is not None:
                new.writestr(name, text)
        for name, text in (extra or {}).items():
            new.writestr(name, text)
    return target.getvalue()


def ods(*rows: Sequence[str], below: str = "", manifest: str = "") -> bytes:
    """An .ods with one sheet of texts; `below`: more rows as XML; `manifest`: what the manifest says besides."""
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{name}="{urn}:{name}:1.0"' for name in ("office", "table", "text"))
    told = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0">{manifest}</manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
            f'<table:table table:name="Blad">{told}{below}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return target.getvalue()


def read(
    content: bytes, *, layout: FormLayout = ORDER_FORM, limits: ReadLimits = DEFAULT, file_name: str = "form.xlsx"
) -> tuple[FormHead, list[dict[str, Any]], list[CellRemark]]:
    """What the reader makes of it, in the child process: the head, rows as dicts with `row`, remarks."""
    return _gathered(read_form(content, file_name=file_name, layout=layout, limits=limits))


def read_here(
    content: bytes, *, layout: FormLayout = ORDER_FORM, limits: ReadLimits = DEFAULT, file_name: str = "form.xlsx"
) -> tuple[FormHead, list[dict[str, Any]], list[CellRemark]]:
    """The same without the process around it: a millisecond instead of a fifth of a second."""
    request = {"task": "form", "file_name": file_name, "layout": layout.as_json()}
    parts: list[FormHead | FormRows] = []
    for line in answers(content, request=request, limits=limits):
        if "refused" in line:
            raise WorkbookRefused(**line["refused"])
        if "head" in line:
            facts = line["head"]
            parts.append(FormHead(**{**facts, "keys": tuple(facts["keys"]), "positions": tuple(facts["positions"])}))
        elif "rows" in line:
            rows = [list(row) for row in line["rows"]]
            parts.append(FormRows(rows=rows, remarks=[CellRemark(**remark) for remark in line["remarks"]]))
    return _gathered(parts)


def _gathered(parts: Iterable[FormHead | FormRows]) -> tuple[FormHead, list[dict[str, Any]], list[CellRemark]]:
    head, rows, remarks = None, [], []
    for part in parts:
        if isinstance(part, FormHead):
            head = part
        else:
            assert head is not None
            rows += [{"row": row[0], **dict(zip(head.keys, row[1:], strict=True))} for row in part.rows]
            remarks += part.remarks
    assert head is not None
    return head, rows, remarks


def refusal_of(content: bytes, **wishes: Any) -> WorkbookRefused:
    """The refusal that reading it ends in."""
    with pytest.raises(WorkbookRefused) as caught:
        read_here(content, **wishes)
    return caught.value


def xls(*rows: Sequence[str | float]) -> bytes:
    """An .xls of the old kind (BIFF8 in a compound file) with one sheet, `Blad`."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def cell(row: int, column: int, value: str | float) -> bytes:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            return record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
        return record(0x0203, place + struct.pack("<d", value))

    begin, end = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1996, 0, 6), record(0x000A, b"")
    name = struct.pack("<BB", 4, 0) + b"Blad"
    start = len(record(0x0809, begin)) + 4 + 6 + len(name) + len(end)
    book = record(0x0809, begin) + record(0x0085, struct.pack("<IBB", start, 0, 0) + name) + end
    cells = b"".join(cell(number, column, value) for number, row in enumerate(rows) for column, value in enumerate(row))
    stream = book + record(0x0809, begin[:2] + struct.pack("<H", 0x0010) + begin[4:]) + cells + end
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    count = len(stream) // 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0") + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += b"\0" * 6 + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * 432
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + count), 0xFFFFFFFE]
    table = b"".join(struct.pack("<I", entry) for entry in chain).ljust(512, b"\xff")

    def entry(title: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = title.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return text.ljust(64, b"\0") + links + b"\0" * 36 + struct.pack("<IQ", first, size)

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    return header + table + folder.ljust(512, b"\0") + stream
