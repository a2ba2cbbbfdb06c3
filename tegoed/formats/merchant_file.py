"""A list of acceptance points as CSV: one point a row, with its merchant; headings in Dutch, French, English or German.

Its one law: a cell is read or it is a fault that names row, column and reason; nothing is guessed, nothing cut off. The
file is refused whole where its table can't be made out. UTF-8 or Windows-1252; parted by `;`, `,` or tab. What the rows mean
for merchants that are known is not known here.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tegoed.errors import Refusal
from tegoed.formats.merchant_cells import CellFaulty, row_of
from tegoed.rules.names import caseless
from tegoed.rules.places import place_key

FILE_BYTES_MAX = 15_000_000
ROWS_MAX = 50_000
COLUMNS_MAX = 60
FAULTS_KEPT_MAX = 200
LANGUAGES = ("nl", "fr", "en", "de")
PARTED_BY = (";", ",", "\t")

_COLUMNS = Path(__file__).with_name("merchant_columns.json")
_OTHER_KINDS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\xff\xfe", b"\xfe\xff")
_HEADER_ROWS_MAX = 5
_KNOWN_HEADINGS_MIN = 2


class MerchantFileRefused(Refusal):
    """The file can't be read as a list of merchants; nothing of it was used. `reason` says why.

    `empty` · `too-large` (`megabytes_max`) · `kind` (a workbook, a PDF, UTF-16) · `encoding` · `quotes` (`row`) · `header` ·
    `column-missing` (`heading`: word by language) · `heading-twice` (`heading`) · `no-rows` ·
    `too-many-rows`, `too-many-columns` (`count_max`).
    """

    code = "merchant-file-refused"


@dataclass(frozen=True, slots=True)
class MerchantColumn:
    """One column: its headings by language, and what else people call it."""

    key: str
    is_required: bool
    headings: Mapping[str, str]
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantRow:
    """One acceptance point as a file tells it. `row`: of the file, from 1. None: the file has no such column, or says nothing."""

    row: int
    merchant: str
    enterprise_number: str
    website: str | None
    point: str
    street: str
    postcode: str
    town: str
    latitude: float | None
    longitude: float | None
    products: tuple[str, ...]
    online_address: str
    is_active: bool | None


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell: `column` is its key, `heading` as it stands in the file; empty for a whole row."""

    row: int
    heading: str
    refusal: Refusal


@dataclass(slots=True)
class MerchantTable:
    """What a file holds. `faults`: the first of them; `fault_count`: all."""

    rows: list[MerchantRow] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    fault_count: int = 0

    def add_fault(self, row: int, heading: str, refusal: Refusal) -> None:
        self.fault_count += 1
        if len(self.faults) < FAULTS_KEPT_MAX:
            self.faults.append(CellFault(row, heading, refusal))


@cache
def merchant_columns() -> tuple[MerchantColumn, ...]:
    """The columns, in the order in which they are written."""
    told = json.loads(_COLUMNS.read_text(encoding="utf-8"))
    return tuple(MerchantColumn(one["key"], one["is_required"], one["headings"], tuple(one["aliases"])) for one in told)


def read_merchant_file(content: bytes) -> MerchantTable:
    """Every row, and what is wrong with them. Raises `MerchantFileRefused`."""
    records = _records(_text(content))
    places, headings, first_row = _header(records)
    table = MerchantTable()
    known = _Known()
    row_count = 0
    for row, record in _numbered(records, first_row):
        if not any(cell.strip() for cell in record):
            continue
        row_count += 1
        if row_count > ROWS_MAX:
            raise MerchantFileRefused(reason="too-many-rows", count_max=ROWS_MAX)
        cells = {key: record[place] if place < len(record) else "" for key, place in places.items()}
        facts, faults = row_of(cells)
        faults = faults or known.faults_of(row, facts)
        for key, refusal in faults:
            table.add_fault(row, headings.get(key, ""), refusal)
        if not faults:
            table.rows.append(MerchantRow(row=row, **facts))
    if not row_count:
        raise MerchantFileRefused(reason="no-rows")
    return table


class _Known:
    """What the rows so far said: a shop stands once in a file, and a merchant is the same in each of its rows."""

    def __init__(self) -> None:
        self.points: dict[tuple[str, ...], int] = {}
        self.merchants: dict[str, tuple[str, str | None, int]] = {}
        self.has_number: dict[str, tuple[bool, int]] = {}

    def faults_of(self, row: int, facts: Mapping[str, Any]) -> list[tuple[str, Refusal]]:
        number, name = facts["enterprise_number"], facts["merchant"]
        whose = number or caseless(name)
        first_name, first_website, first_row = self.merchants.setdefault(whose, (name, facts["website"], row))
        if first_name != name:
            return [("merchant", CellFaulty(reason="told-otherwise", other_row=first_row))]
        if first_website != facts["website"]:
            return [("website", CellFaulty(reason="told-otherwise", other_row=first_row))]
        has_number, first_row = self.has_number.setdefault(caseless(name), (bool(number), row))
        if has_number != bool(number):
            return [("enterprise_number", CellFaulty(reason="with-and-without-number", other_row=first_row))]
        point = (whose, facts["postcode"], caseless(facts["street"]), caseless(facts["online_address"]))
        first_row = self.points.setdefault(point, row)
        return [("", CellFaulty(reason="twice", other_row=first_row))] if first_row != row else []


def _text(content: bytes) -> str:
    if not content.strip():
        raise MerchantFileRefused(reason="empty")
    if len(content) > FILE_BYTES_MAX:
        raise MerchantFileRefused(reason="too-large", megabytes_max=FILE_BYTES_MAX // 1_000_000)
    if content.startswith(_OTHER_KINDS):
        raise MerchantFileRefused(reason="kind")
    if b"\x00" in content:
        raise MerchantFileRefused(reason="encoding")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise MerchantFileRefused(reason="encoding") from None


def _records(text: str) -> Iterator[list[str]]:
    """The records of the file. `sep=;` on the first line, as Excel writes it, is believed."""
    first_line = text.split("\n", 1)[0].strip()
    if first_line.lower().startswith("sep=") and first_line[4:5] in PARTED_BY:
        parted_by, text = first_line[4], text.split("\n", 1)[1] if "\n" in text else ""
    else:
        parted_by = max(PARTED_BY, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parted_by, strict=True)
    try:
        for record in reader:
            if len(record) > COLUMNS_MAX:
                raise MerchantFileRefused(reason="too-many-columns", count_max=COLUMNS_MAX)
            yield record
    except csv.Error:
        raise MerchantFileRefused(reason="quotes", row=reader.line_num) from None


def _numbered(records: Iterator[list[str]], first_row: int) -> Iterator[tuple[int, list[str]]]:
    yield from enumerate(records, start=first_row)


def _header(records: Iterator[list[str]]) -> tuple[dict[str, int], dict[str, str], int]:
    """Where each column is, its heading as written, and the number of the row after the header."""
    keys = {
        place_key(word): column.key
        for column in merchant_columns()
        for word in (*column.headings.values(), *column.aliases)
    }
    for number, record in _numbered(records, 1):
        found = [(keys[place_key(cell)], place) for place, cell in enumerate(record) if place_key(cell) in keys]
        if len({key for key, _place in found}) >= _KNOWN_HEADINGS_MIN:
            return *_checked_header(found, record), number + 1
        if number >= _HEADER_ROWS_MAX:
            break
    raise MerchantFileRefused(reason="header")


def _checked_header(found: list[tuple[str, int]], record: list[str]) -> tuple[dict[str, int], dict[str, str]]:
    places: dict[str, int] = {}
    for key, place in found:
        if key in places:
            raise MerchantFileRefused(reason="heading-twice", heading=record[place].strip()[:60])
        places[key] = place
    for column in merchant_columns():
        if column.is_required and column.key not in places:
            raise MerchantFileRefused(reason="column-missing", heading=dict(column.headings))
    return places, {key: record[place].strip()[:60] for key, place in places.items()}
