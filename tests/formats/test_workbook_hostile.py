"""Files that are no honest form end in a refusal by reason, within seconds, with memory bounded."""

import io
import struct
import time
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from shared_testdata import shared_testdata
from workbook_examples import HEADINGS, PERSON, edited, order, read, read_here, refusal_of, workbook

from tegoed.formats.workbook.limits import DEFAULT
from tegoed.formats.workbook.refusal import WorkbookRefused
from tegoed.formats.workbook.sniffing import FileKind, sniff

SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def reason_of(content: bytes, **wishes) -> str:
    return refusal_of(content, **wishes).params["reason"]


def with_sheet(edit) -> bytes:
    return edited(order(PERSON), lambda name, text: edit(text) if name == SHEET else text)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\r\n  ", "empty"),
        (b"\0" * 100, "empty"),
        (b"%PDF-1.7 ...", "type"),
        (b"\x89PNG\r\n\x1a\n\0\0", "type"),
        (b"{\\rtf1 ...", "type"),
        (b"<html><table><tr><td>Naam", "web-page"),
        (b"<?xml version='1.0'?><Workbook/>", "type"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE + b"\0" * 600 + "_VBA_PROJECT_CUR".encode("utf-16-le"), "macro"),
        (OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "type"),
        (OLE + b"\0" * 600 + "Workbook\0".encode("utf-16-le"), "damaged"),
        (b"PK\x03\x04 and nothing more", "damaged"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_by_reason(content, reason) -> None:
    assert reason_of(content) == reason


def test_a_document_with_an_xlsx_name_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert reason_of(target.getvalue()) == "type"


def test_a_file_over_the_limit_is_refused_with_the_limit() -> None:
    refusal = refusal_of(b"x" * 2_000_001, limits=replace(DEFAULT, file_bytes_max=2_000_000))
    assert refusal.params == {"reason": "file-too-large", "megabytes_max": 2}


def test_macros_are_refused() -> None:
    content = edited(order(PERSON), lambda _name, text: text, {"xl/vbaProject.bin": OLE})
    assert reason_of(content) == "macro"


@pytest.mark.parametrize(
    "definition",
    [b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>', b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>"],
)
@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml", "docProps/core.xml"]
)
def test_entities_in_any_part_are_refused(part, definition) -> None:
    content = edited(
        order(PERSON), lambda name, text: text.replace(b"?>", b"?>" + definition, 1) if name == part else text
    )
    assert reason_of(content) == "entities"


def test_xml_in_two_byte_characters_is_refused() -> None:
    content = with_sheet(lambda text: text.decode().replace("UTF-8", "UTF-16").encode("utf-16"))
    assert reason_of(content) == "damaged"


def test_a_small_file_that_unpacks_over_the_limit_is_refused_quickly() -> None:
    """A tenth of the real thing, under a tenth of the limit; the limit itself lies below 170 MB."""
    row = b"".join(b'<c r="A1"><v>%d</v></c>' % (number * 7919 % 10_007) for number in range(40))
    bomb = with_sheet(lambda text: text.replace(b"</sheetData>", b"<row>" + row * 19_200 + b"</row></sheetData>"))
    assert len(bomb) < 500_000
    assert 100_000_000 < DEFAULT.inflated_bytes_max < 169_000_000
    started = time.process_time()
    assert reason_of(bomb, limits=replace(DEFAULT, inflated_bytes_max=16_000_000)) == "bomb"
    assert time.process_time() - started < 2


def test_spaces_that_pack_a_thousandfold_are_refused_before_they_are_all_unpacked() -> None:
    assert reason_of(with_sheet(lambda text: text + b" " * 50_000_000)) == "bomb"


def test_the_sizes_an_archive_claims_are_not_believed() -> None:
    """The table of contents says 10 bytes; what comes out decides."""
    limits = replace(DEFAULT, inflated_bytes_max=1_000_000)
    content = bytearray(with_sheet(lambda text: text + b" " * 3_000_000))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = content.find(signature)
        while place >= 0:
            content[place + offset : place + offset + 4] = struct.pack("<I", 10)
            place = content.find(signature, place + 4)
    assert reason_of(bytes(content), limits=limits) == "bomb"


def test_thousands_of_members_are_refused() -> None:
    content = edited(order(PERSON), lambda _name, text: text, {f"x/{number}": b"" for number in range(1_100)})
    assert reason_of(content) == "bomb"


def test_cells_out_of_all_bounds_are_refused_without_taking_the_memory() -> None:
    """Two cells at the far corners make a table of 17 thousand million cells in a careless reader."""
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    with pytest.raises(WorkbookRefused) as caught:
        read(with_sheet(lambda text: text.replace(b"</sheetData>", corner)))
    assert caught.value.params["reason"] in {"memory", "too-many-columns"}


def test_all_columns_filled_are_refused_with_the_limit() -> None:
    content = order([*PERSON, *[1] * 300], headings=[*HEADINGS, *[f"x{number}" for number in range(300)]])
    assert refusal_of(content).params == {"reason": "too-many-columns", "count_max": 256, "sheet": "Blad1"}


def test_formatted_but_empty_rows_far_below_the_table_are_left_out() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (number, number) for number in range(800_000, 1_048_577))
    content = with_sheet(lambda text: text.replace(b"</sheetData>", rows + b"</sheetData>"))
    started = time.process_time()
    _, found, remarks = read_here(content)
    assert len(found) == 1
    assert remarks == []
    assert time.process_time() - started < 5


def test_more_rows_than_the_limit_are_refused_with_the_limit() -> None:
    content = order(*[PERSON] * 12)
    refusal = refusal_of(content, limits=replace(DEFAULT, row_count_max=10, batch_row_count=4))
    assert refusal.params == {"reason": "too-many-rows", "count_max": 10}


def test_remarks_are_cut_at_the_limit_and_say_so() -> None:
    content = order(*[("123", "x", "eco", 1, "morgen")] * 6)
    _, _, remarks = read_here(content, limits=replace(DEFAULT, error_count_max=5))
    assert [remark.code for remark in remarks].count("remarks-cut") == 1
    assert len(remarks) == 6


def test_a_formula_that_was_never_computed_is_named() -> None:
    content = with_sheet(
        lambda text: text.replace(b'<c r="D2"><v>250</v></c>', b'<c r="D2"><f>SUM(1,2)</f><v></v></c>')
    )
    assert b"SUM" in zipfile.ZipFile(io.BytesIO(content)).read(SHEET)
    assert refusal_of(content).params == {"reason": "formula", "sheet": "Blad1", "cell": "D2"}


@pytest.mark.parametrize("formula", [b"<f>1+1</f>", b"<f/>", b"<f>A1&amp;B1</f><v/>", b'<f t="shared" si="0"/>'])
def test_every_way_of_leaving_a_formula_uncomputed_is_seen(formula) -> None:
    content = with_sheet(lambda text: text.replace(b'<c r="D2"><v>250</v></c>', b'<c r="D2">' + formula + b"</c>"))
    assert refusal_of(content).params["reason"] == "formula"


def test_a_computed_formula_is_its_value() -> None:
    content = workbook(
        ("Blad1", [HEADINGS, PERSON]),
        touch=lambda _book, pages: pages["Blad1"].write_formula("D2", "=200+50", value=250),
    )
    assert read_here(content)[1][0]["amount"] == 25_000


def test_an_uncomputed_formula_outside_our_columns_does_no_harm() -> None:
    content = with_sheet(
        lambda text: text.replace(b"</row></sheetData>", b'<c r="Z2"><f>1+1</f></c></row></sheetData>')
    )
    assert len(read_here(content)[1]) == 1


def test_an_error_in_a_cell_is_named() -> None:
    content = workbook(
        ("Blad1", [HEADINGS, PERSON]),
        touch=lambda _book, pages: pages["Blad1"].write_formula("D2", "=1/0", value="#DIV/0!"),
    )
    assert refusal_of(content).params == {"reason": "formula-error", "sheet": "Blad1", "cell": "D2"}


def test_merged_cells_among_the_rows_are_named() -> None:
    content = workbook(
        ("Blad1", [HEADINGS, PERSON]), touch=lambda _book, pages: pages["Blad1"].merge_range("B3:B5", "x")
    )
    assert refusal_of(content).params == {"reason": "merged", "sheet": "Blad1", "cells": "B3:B5"}


def test_a_merged_title_above_the_header_does_no_harm() -> None:
    content = workbook(
        ("Blad1", [[], HEADINGS, PERSON]),
        touch=lambda _book, pages: pages["Blad1"].merge_range("A1:D1", "Onze bestelling"),
    )
    head, rows, _ = read_here(content)
    assert (head.header_row, len(rows)) == (2, 1)


def test_dates_counted_from_1904_are_right() -> None:
    content = workbook(("Blad1", [HEADINGS, PERSON]), options={"date_1904": True})
    assert read_here(content)[1][0]["loading_on"] == "2026-12-01"


def test_a_strict_workbook_is_read_or_refused_by_name() -> None:
    pairs = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
            b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        ),
    }

    def strict(_name: str, text: bytes) -> bytes:
        for usual, other in pairs.items():
            text = text.replace(usual, other)
        return text

    content = edited(order(PERSON), strict)
    assert read_here(content)[1][0]["loading_on"] == "2026-12-01"


def test_a_truncated_file_is_damaged() -> None:
    content = order(PERSON)
    assert reason_of(content[: len(content) // 2]) == "damaged"


def test_a_member_with_a_broken_stream_is_damaged() -> None:
    content = bytearray(order(PERSON))
    place = content.find(b"PK\x03\x04", 4)
    content[place + 60 : place + 80] = b"\xff" * 20
    assert reason_of(bytes(content)) == "damaged"


def test_the_child_that_takes_too_much_memory_ends_in_a_refusal() -> None:
    content = order(*[PERSON] * 3_000)
    with pytest.raises(WorkbookRefused) as caught:
        read(content, limits=replace(DEFAULT, memory_bytes_max=1_000_000))
    assert caught.value.params["reason"] in {"memory", "damaged"}


def test_the_child_that_says_nothing_is_ended() -> None:
    started = time.monotonic()
    with pytest.raises(WorkbookRefused) as caught:
        read(order(PERSON), limits=replace(DEFAULT, silence_seconds_max=0))
    assert caught.value.params["reason"] == "time"
    assert time.monotonic() - started < 5


def test_closing_the_reading_ends_the_child() -> None:
    from tegoed.formats.order_form import ORDER_FORM
    from tegoed.formats.workbook.reader import read_form

    reading = read_form(order(*[PERSON] * 100), file_name="a.xlsx", layout=ORDER_FORM)
    next(reading)
    reading.close()
    with pytest.raises(StopIteration):
        next(reading)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("excel/pass_protected.xlsx", "password"), ("excel/vba.xlsm", "macro"), ("excel/errors.xlsx", "header"),
     ("excel/merge_cells.xlsx", "header"), ("excel/date_1904.xlsx", "header"), ("excel/Attendance.csv", "header")],
)  # fmt: skip
def test_files_of_others_are_refused_by_reason(name, reason) -> None:
    assert reason_of(shared_testdata(name).read_bytes()) == reason


def test_sniffing_tells_the_kind_whatever_the_name() -> None:
    assert sniff(order(PERSON)) == FileKind.XLSX
    assert sniff(b"Naam;Voornaam\r\nA;B\r\n") == FileKind.CSV
    assert sniff("Naam;Voornaam\r\n".encode("utf-16")) == FileKind.CSV


def test_stored_members_are_counted_too() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(order(PERSON))) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert len(read_here(target.getvalue())[1]) == 1
    assert reason_of(target.getvalue(), limits=replace(DEFAULT, inflated_bytes_max=5_000)) == "bomb"


def test_other_compressions_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(order(PERSON))) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert reason_of(target.getvalue()) == "damaged"


def test_dates_of_long_ago_and_far_ahead_are_remarked() -> None:
    _, rows, remarks = read_here(order((*PERSON[:4], "01/01/1850"), (*PERSON[:4], date(2150, 1, 1))))
    assert [row["loading_on"] for row in rows] == [None, None]
    assert [(remark.code, remark.params["reason"]) for remark in remarks] == [("cell-day", "far")] * 2
