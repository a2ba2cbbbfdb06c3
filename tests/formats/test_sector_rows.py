"""The CSV file of sector agreements: read whole, or each fault named; nothing hostile passes."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.formats.sector_rows import BYTES_MAX, ROWS_MAX, SectorFileUnreadable, SectorRow, read_sector_rows

HEAD = "joint_committee;product;from;to;amount;reference;url\n"


def faults_of(row: str) -> list[tuple[int, str, str]]:
    found = read_sector_rows((HEAD + row + "\n").encode())
    return [(number, refusal.code, refusal.params.get("column", "")) for number, refusal in found.faults]


def test_both_separators_any_order_and_both_ways_of_writing_a_date_are_read():
    row = SectorRow(
        joint_committee="140.03",
        product="eco",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        amount_cents=25_000,
        reference="CBA 1, no. 123456",
        url="https://example.org/cba",
    )
    one = HEAD + "PC 140.03;eco;2026-01-01;31/12/2026;250,00;CBA 1, no. 123456;https://example.org/cba\n"
    other = (
        "reference,from,product,joint_committee,to,amount,url\r\n"
        '"CBA 1, no. 123456",01/01/2026,eco,140.3,2026-12-31,250.00,https://example.org/cba\r\n'
    )
    for content in (one.encode(), b"\xef\xbb\xbf" + other.encode()):
        found = read_sector_rows(content)
        assert found.rows == [(2, row)]
        assert found.faults == []


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("99;eco;2026-01-01;;;R;", "joint-committee-invalid", ""),
        ("200;lunch;2026-01-01;;;R;", "sector-cell-invalid", "product"),
        ("200;eco;2026-02-30;;;R;", "sector-cell-invalid", "from"),
        ("200;eco;;;;R;", "sector-cell-invalid", "from"),
        ("200;eco;2026-01-01;soon;;R;", "sector-cell-invalid", "to"),
        ("200;eco;2026-01-01;;1.234;R;", "amount-invalid", ""),
        ("200;eco;2026-01-01;;0;R;", "sector-cell-invalid", "amount"),
        ("200;eco;2026-01-01;;;;", "sector-cell-invalid", "reference"),
        ("200;eco;2026-01-01;;;85.07.30-033.28;", "sector-cell-invalid", "reference"),
        ("200;eco;2026-01-01;;;R;javascript:alert(1)", "sector-cell-invalid", "url"),
        ('200;eco;2026-01-01;;;R;"https://x.example/"" onclick=""1"', "sector-cell-invalid", "url"),
        ("200;eco;2026-01-01;;;R;;more", "sector-cell-invalid", ""),
    ],
)
def test_each_fault_is_named_with_its_row_and_column(row, code, column):
    assert faults_of(row) == [(2, code, column)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (HEAD.encode(), "empty"),
        (b"a;b\n1;2\n", "columns"),
        (b"\xff\xfe\x00", "encoding"),
        (b"PK\x03\x04\x00\x00", "format"),
        (HEAD.encode() + b'200;"eco\n', "format"),
        (b"x" * (BYTES_MAX + 1), "too-large"),
        (HEAD.encode() + b"200;eco;2026-01-01;;;R;\n" * (ROWS_MAX + 1), "too-many"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(content, reason):
    with pytest.raises(SectorFileUnreadable) as refused:
        read_sector_rows(content)
    assert refused.value.params["reason"] == reason


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    with suppress(SectorFileUnreadable):
        found = read_sector_rows(HEAD.encode() + content)
        assert found.rows or found.faults
