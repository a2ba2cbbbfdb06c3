"""A bank's file, whatever its format: `read_bank_file` gives its statements.

Its one law: a file is right as a whole or refused as a whole, by a refusal of its own format. It guesses nothing from the
file's name: the first bytes tell what it is.
"""

import re
from datetime import date
from enum import StrEnum
from typing import BinaryIO, ClassVar

from tegoed.errors import Refusal
from tegoed.formats.bank_statement import BankStatement
from tegoed.formats.camt053 import read_camt053
from tegoed.formats.coda import bank_statement_of, read_coda

HEAD_BYTES = 2_048


class BankFileFormat(StrEnum):
    """The formats that are read."""

    CODA = "coda"
    CAMT053 = "camt053"


class BankFileUnknown(Refusal):
    """Neither CODA nor camt.053. Params: `reason` (`empty`, `pdf`, `archive`, `web-page`, `mt940`, or empty)."""

    code: ClassVar[str] = "bank-file-unknown"


_CODA = re.compile(rb"0{5}[0-9]{6}")
_CODA_DAY = re.compile(rb"0{5}([0-9]{2})([0-9]{2})([0-9]{2})")
_CAMT_DAY = re.compile(rb"CreDtTm>\s*([0-9]{4}-[0-9]{2}-[0-9]{2})")
_OTHERS = (
    ("pdf", re.compile(rb"%PDF")),
    ("archive", re.compile(rb"PK\x03\x04|\x1f\x8b|7z\xbc\xaf|Rar!")),
    ("web-page", re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)),
    ("mt940", re.compile(rb"\{1:F01|(?:[^\n]*\n){0,3}:20:")),
)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def format_of(head: bytes) -> BankFileFormat:
    """The format of a file that begins with these bytes (`HEAD_BYTES` are enough). Raises `BankFileUnknown`."""
    if _CODA.match(head):
        return BankFileFormat.CODA
    for mark in _BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    text = head.replace(b"\0", b"").lstrip()  # UTF-16 has a zero beside each ASCII character
    for reason, pattern in _OTHERS:
        if pattern.match(text):
            raise BankFileUnknown(reason=reason)
    if text.startswith(b"<"):
        return BankFileFormat.CAMT053
    raise BankFileUnknown(reason="" if text else "empty")


def day_made(head: bytes) -> date:
    """The day on which the bank made the file, by its first bytes, or the last day of all where they don't say.

    It puts files into their likely order and decides nothing: the chain of the statements does.
    """
    coda = _CODA_DAY.match(head)
    camt = _CAMT_DAY.search(head.replace(b"\0", b""))
    try:
        if coda:
            day, month, year = (int(part) for part in coda.groups())
            return date(2000 + year, month, day)
        if camt:
            return date.fromisoformat(camt[1].decode())
    except ValueError:
        pass
    return date.max


def read_bank_file(source: BinaryIO, *, is_one_of_several_files: bool) -> tuple[BankFileFormat, list[BankStatement]]:
    """Format and statements of the file, in its order. Raises `BankFileUnknown`, `CodaRefused`, `CamtRefused`.

    The source is at its begin and can go back there. `is_one_of_several_files`: the bank may spread one delivery over files
    that each announce another one (CODA).
    """
    kind = format_of(source.read(HEAD_BYTES))
    source.seek(0)
    if kind == BankFileFormat.CAMT053:
        return kind, read_camt053(source)
    statements = read_coda(source.read(), is_one_of_several_files=is_one_of_several_files)
    return kind, [bank_statement_of(statement) for statement in statements]
