"""A CSV file of sector agreements: joint committee, product, first and last day, highest amount, reference, address.

Its one law: a row is read whole or has a fault; nothing in it is guessed. Comma or semicolon, UTF-8; the first row names the
columns, in any order. It stores nothing.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tegoed.errors import Refusal
from tegoed.rules.agreements import read_joint_committee
from tegoed.rules.identifiers import holds_national_number
from tegoed.rules.money import parse_euro
from tegoed.rules.products import Product
from tegoed.rules.texts import as_line

BYTES_MAX = 1_000_000
ROWS_MAX = 5_000
REFERENCE_LENGTH_MAX = 160
ADDRESS_LENGTH_MAX = 300
AMOUNT_CENTS_MAX = 1_000_000
REQUIRED = ("joint_committee", "product", "from", "reference")
OPTIONAL = ("to", "amount", "url")
_YEARS = range(1950, 2200)
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ADDRESS = re.compile(r"https?://[^\s<>\"'\\]+")


class SectorFileUnreadable(Refusal):
    """The file as a whole. Reasons: `empty`, `encoding`, `columns` (with `missing`), `too-large`, `too-many`, `format`."""

    code = "sector-file-unreadable"


class SectorCellInvalid(Refusal):
    """A cell can't be read. Params: `column`. Reasons: `product`, `date`, `amount`,
    `reference`, `national-number`, `url`, `cells` (too many in a row)."""

    code = "sector-cell-invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorRow:
    """One agreement of a joint committee; `amount_cents` None: it leaves the amount open."""

    joint_committee: str
    product: str
    starts_on: date
    ends_on: date | None = None
    amount_cents: int | None = None
    reference: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class SectorRows:
    """What could be read and what couldn't, each with the number of its row; the row of headings is 1."""

    rows: list[tuple[int, SectorRow]] = field(default_factory=list)
    faults: list[tuple[int, Refusal]] = field(default_factory=list)


def read_sector_rows(content: bytes) -> SectorRows:
    """All rows of the file. Raises `SectorFileUnreadable`."""
    if len(content) > BYTES_MAX:
        raise SectorFileUnreadable(reason="too-large", byte_count_max=BYTES_MAX)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SectorFileUnreadable(reason="encoding") from None
    if not text.strip() or "\x00" in text:
        raise SectorFileUnreadable(reason="format" if text.strip() else "empty")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _read(reader)
    except csv.Error:
        raise SectorFileUnreadable(reason="format") from None


def is_address(text: str) -> bool:
    """Whether it is an address of a page that may become a link."""
    return len(text) <= ADDRESS_LENGTH_MAX and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def _read(reader: "csv.DictReader[str]") -> SectorRows:
    reader.fieldnames = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in REQUIRED if name not in reader.fieldnames]
    if missing:
        raise SectorFileUnreadable(reason="columns", missing=", ".join(missing))
    found = SectorRows()
    for number, cells in enumerate(reader, start=2):
        if len(found.rows) + len(found.faults) >= ROWS_MAX:
            raise SectorFileUnreadable(reason="too-many", row_count_max=ROWS_MAX)
        if not any(value for value in cells.values()):
            continue
        try:
            found.rows.append((number, _row(cells)))
        except Refusal as refusal:
            found.faults.append((number, refusal))
    if not found.rows and not found.faults:
        raise SectorFileUnreadable(reason="empty")
    return found


def _row(cells: Mapping[str | None, object]) -> SectorRow:
    if None in cells:
        raise SectorCellInvalid(reason="cells")
    text = {name: str(cells.get(name) or "").strip() for name in (*REQUIRED, *OPTIONAL)}
    if text["product"] not in set(Product):
        raise SectorCellInvalid(reason="product", column="product")
    reference = as_line(text["reference"])
    if not reference or len(reference) > REFERENCE_LENGTH_MAX:
        raise SectorCellInvalid(reason="reference", column="reference")
    if holds_national_number(reference):
        raise SectorCellInvalid(reason="national-number", column="reference")
    url = text["url"]
    if url and not is_address(url):
        raise SectorCellInvalid(reason="url", column="url")
    amount_cents = parse_euro(text["amount"]) if text["amount"] else None
    if amount_cents is not None and not 0 < amount_cents <= AMOUNT_CENTS_MAX:
        raise SectorCellInvalid(reason="amount", column="amount")
    return SectorRow(
        joint_committee=read_joint_committee(text["joint_committee"]),
        product=text["product"],
        starts_on=_day(text["from"], column="from"),
        ends_on=_day(text["to"], column="to") if text["to"] else None,
        amount_cents=amount_cents,
        reference=reference,
        url=url,
    )


def _day(text: str, *, column: str) -> date:
    match = _DAY_FIRST.fullmatch(text) if text.isascii() else None
    try:
        on = date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(text)
    except ValueError:
        raise SectorCellInvalid(reason="date", column=column) from None
    if on.year not in _YEARS:
        raise SectorCellInvalid(reason="date", column=column)
    return on
