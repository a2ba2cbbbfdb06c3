"""Any mutated workbook ends in a refusal by name or in a correct result: never in another exception, never in a hang."""

import io
import time
import zipfile
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbook_examples import HEADINGS, PERSON, edited, ods, order, read, read_here, workbook

from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.layout import ColumnKind
from tegoed.formats.workbook.refusal import WorkbookRefused

HONEST = order(*[PERSON] * 5)
KINDS = {
    ColumnKind.IDENTIFIER: list,
    ColumnKind.TEXT: str,
    ColumnKind.EMAIL: str,
    ColumnKind.DAY: str,
    ColumnKind.MONTH: str,
    ColumnKind.EURO: int,
    ColumnKind.COUNT: int,
    ColumnKind.CHOICE: str,
    ColumnKind.YES_NO: bool,
}
SECONDS_MAX = 5
quick = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


def judge(content: bytes) -> None:
    """Reads it; what is read must be of the kind its column says, and each remark about a row of the sheet."""
    started = time.process_time()
    try:
        head, rows, remarks = read_here(content)
    except WorkbookRefused:
        pass
    else:
        assert len(head.keys) == len(set(head.keys)) == len(head.positions)
        for row in rows:
            assert row["row"] > head.header_row
            for key, value in row.items():
                if key != "row" and value is not None:
                    assert isinstance(value, KINDS[ORDER_FORM.column(key).kind])
        for remark in remarks:
            assert remark.row >= head.header_row
            assert "88022999990" not in str(remark.params)
    assert time.process_time() - started < SECONDS_MAX


@given(st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), min_size=1, max_size=20))
@quick
def test_bytes_flipped(flips) -> None:
    content = bytearray(HONEST)
    for place, value in flips:
        content[place] = value
    judge(bytes(content))


@given(st.integers(0, len(HONEST)), st.binary(max_size=40))
@quick
def test_cut_and_continued_otherwise(length, rest) -> None:
    judge(HONEST[:length] + rest)


@given(st.data())
@quick
def test_parts_swapped_or_left_out(data) -> None:
    names = zipfile.ZipFile(io.BytesIO(HONEST)).namelist()
    source = {name: data.draw(st.sampled_from([name, name, name, *names, None])) for name in names}
    with zipfile.ZipFile(io.BytesIO(HONEST)) as archive:
        texts = {name: archive.read(name) for name in names}
    judge(edited(HONEST, lambda name, _text: None if source[name] is None else texts[source[name]]))


PIECES = st.sampled_from(
    [b"", b"<", b"<row>", b"</row>", b'<row r="0">', b'<c r="A0"/>', b'<c r="ZZZZ9"><v>1</v></c>', b"<v>1e999</v>", b"<v>NaN</v>",
     b'<c r="A2" t="s"><v>99999</v></c>', b'<c r="B2" t="b"><v>7</v></c>', b'<c r="E2" s="99"><v>1</v></c>', b'<mergeCell ref="A1"/>',
     b'<c r="A2" t="d"><v>2026-13-45</v></c>', b"&#0;", b"&amp;", b"&unknown;", b"<![CDATA[x]]>", b"<!-- -->", b"\xff\xfe", b'r="-1"',
     b'<c r="E2" s="1"><v>99999999999</v></c>', b'<c r="E2" s="1"><v>-5</v></c>', b"<f>", b"</sheetData>"]
)  # fmt: skip


@given(st.sampled_from(zipfile.ZipFile(io.BytesIO(HONEST)).namelist()), st.data())
@quick
def test_xml_edited(part, data) -> None:
    def edit(name: str, text: bytes) -> bytes:
        if name != part:
            return text
        for _ in range(data.draw(st.integers(1, 3))):
            start = data.draw(st.integers(0, len(text)))
            text = text[:start] + data.draw(PIECES) + text[start + data.draw(st.integers(0, 12)) :]
        return text

    judge(edited(HONEST, edit))


CELLS = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.dates(date(1900, 1, 1), date(9999, 12, 31)).map(lambda day: datetime(day.year, day.month, day.day)),
    st.sampled_from(["88022999990", "8.8E10", "1.234", "31/02/2026", "ja", "Ecocheques", "=1+1", "\u202e"]),
)


@given(st.lists(st.lists(CELLS, min_size=5, max_size=6), min_size=1, max_size=6))
@settings(deadline=None, max_examples=80)
def test_cells_of_any_type_anywhere(rows) -> None:
    judge(workbook(("Blad1", [HEADINGS, *rows])))


@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
@quick
def test_any_text(text, encoding) -> None:
    judge(text.encode(encoding, "ignore"))
    judge((";".join(HEADINGS) + "\n" + text).encode(encoding, "ignore"))


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
@quick
def test_any_bytes(content, start) -> None:
    judge(start + content)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=10))
@settings(deadline=None, max_examples=60)
def test_bytes_flipped_in_an_ods(flips) -> None:
    content = bytearray(ods(HEADINGS, [str(cell) for cell in PERSON]))
    for place, value in flips:
        content[place % len(content)] = value
    judge(bytes(content))


@pytest.mark.parametrize("seed", range(3))
def test_the_process_around_it_tells_the_same(seed) -> None:
    content = bytearray(HONEST)
    content[len(content) // 2 + seed * 97] ^= 0x5A
    results = []
    for reading in (read, read_here):
        try:
            results.append(reading(bytes(content)))
        except WorkbookRefused as refusal:
            results.append(refusal.params)
    assert results[0] == results[1]


def test_durations_and_times_are_remarked_not_read() -> None:
    def touch(book, pages) -> None:
        pages["Blad1"].write_datetime("E2", timedelta(hours=30), book.add_format({"num_format": "[h]:mm"}))

    _, rows, remarks = read_here(workbook(("Blad1", [HEADINGS, PERSON]), touch=touch))
    assert rows[0]["loading_on"] is None
    assert [(remark.column_key, remark.code) for remark in remarks] == [("loading_on", "cell-day")]
