"""Where the fields of every CODA record stand: annex I of the Febelfin standard 2.6, as a table.

Its one law: positions are those of the standard, from 1, both ends included, and reader and writer use the same table.
From a table row comes one compiled pattern per record type, which takes a line apart and checks digits and flags in
one go. Positions that no row names are blank by the standard, or of no use here; they are neither checked nor kept.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

RECORD_LENGTH = 128

NUMBER = "[0-9]"
FLAG = "[01]"
TEXT = "."
TRANSACTION_TYPE = "[0-35-9]"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: positions `first` to `last`, each character one of `characters` (a pattern)."""

    name: str
    first: int
    last: int
    characters: str

    @property
    def width(self) -> int:
        return self.last - self.first + 1

    @property
    def pattern(self) -> str:
        return f"{self.characters}{{{self.width}}}"

    def of(self, line: str) -> str:
        return line[self.first - 1 : self.last]


class Record:
    """One record type. `split(line)` matches a line of 128 characters; its groups are the fields, in table order."""

    __slots__ = ("fields", "prefix", "record_type", "split")

    record_type: str
    prefix: str
    fields: tuple[Field, ...]
    split: Callable[[str], re.Match[str] | None]

    def __init__(self, record_type: str, prefix: str, *rows: tuple[str, int, int, str]) -> None:
        self.record_type = record_type
        self.prefix = prefix
        self.fields = tuple(Field(*row) for row in rows)
        pattern = [re.escape(prefix)]
        written_to = len(prefix)
        for field in self.fields:
            pattern.append(f".{{{field.first - 1 - written_to}}}({field.pattern})")
            written_to = field.last
        pattern.append(f".{{{RECORD_LENGTH - written_to}}}")
        self.split = re.compile("".join(pattern), re.DOTALL).fullmatch

    def first_wrong_field(self, line: str) -> Field:
        """The field because of which `split` gave nothing; only for a line that begins with the prefix."""
        return next(field for field in self.fields if not re.fullmatch(field.pattern, field.of(line), re.DOTALL))


HEADER = Record(
    "0",
    "0",
    ("zeros", 2, 5, "0"),
    ("created_on", 6, 11, NUMBER),
    ("bank_code", 12, 14, TEXT),
    ("application_code", 15, 16, TEXT),
    ("duplicate", 17, 17, "[D ]"),
    ("file_reference", 25, 34, TEXT),
    ("addressee", 35, 60, TEXT),
    ("bic", 61, 71, TEXT),
    ("company_number", 72, 82, TEXT),
    ("separate_application", 84, 88, TEXT),
    ("version", 128, 128, TEXT),
)
OLD_BALANCE = Record(
    "1",
    "1",
    ("account_structure", 2, 2, "[0-3]"),
    ("paper_sequence", 3, 5, TEXT),
    ("account", 6, 42, TEXT),
    ("old_balance_sign", 43, 43, FLAG),
    ("old_balance", 44, 58, NUMBER),
    ("old_balance_on", 59, 64, NUMBER),
    ("holder", 65, 90, TEXT),
    ("description", 91, 125, TEXT),
    ("sequence", 126, 128, NUMBER),
)
MOVEMENT_1 = Record(
    "2.1",
    "21",
    ("number", 3, 10, NUMBER),  # 4 digits of sequence, 4 of detail
    ("bank_reference", 11, 31, TEXT),
    ("sign", 32, 32, FLAG),
    ("amount", 33, 47, NUMBER),
    ("value_on", 48, 53, NUMBER),
    ("transaction_type", 54, 54, TRANSACTION_TYPE),
    ("family", 55, 56, NUMBER),
    ("transaction", 57, 58, NUMBER),
    ("category", 59, 61, NUMBER),
    ("communication_type", 62, 62, FLAG),
    ("communication", 63, 115, TEXT),
    ("entry_on", 116, 121, NUMBER),
    ("paper_sequence", 122, 124, TEXT),
    ("globalisation", 125, 125, NUMBER),
    ("next_code", 126, 126, FLAG),
    ("link_code", 128, 128, FLAG),
)
MOVEMENT_2 = Record(
    "2.2",
    "22",
    ("number", 3, 10, NUMBER),
    ("communication", 11, 63, TEXT),
    ("customer_reference", 64, 98, TEXT),
    ("counterparty_bic", 99, 109, TEXT),
    ("codes", 110, 125, TEXT),  # 3 blanks, R-type, 4 reason, 4 category purpose, 4 purpose
    ("next_code", 126, 126, FLAG),
    ("link_code", 128, 128, FLAG),
)
MOVEMENT_3 = Record(
    "2.3",
    "23",
    ("number", 3, 10, NUMBER),
    ("counterparty_account", 11, 44, TEXT),
    ("counterparty_currency", 45, 47, TEXT),
    ("counterparty_name", 48, 82, TEXT),
    ("communication", 83, 125, TEXT),
    ("next_code", 126, 126, "0"),
    ("link_code", 128, 128, FLAG),
)
INFORMATION_1 = Record(
    "3.1",
    "31",
    ("number", 3, 10, NUMBER),
    ("bank_reference", 11, 31, TEXT),
    ("transaction_code", 32, 39, NUMBER),
    ("communication_type", 40, 40, FLAG),
    ("communication", 41, 113, TEXT),
    ("next_code", 126, 126, FLAG),
    ("link_code", 128, 128, FLAG),
)
INFORMATION_2 = Record(
    "3.2",
    "32",
    ("number", 3, 10, NUMBER),
    ("communication", 11, 115, TEXT),
    ("next_code", 126, 126, FLAG),
    ("link_code", 128, 128, FLAG),
)
INFORMATION_3 = Record(
    "3.3",
    "33",
    ("number", 3, 10, NUMBER),
    ("communication", 11, 100, TEXT),
    ("next_code", 126, 126, "0"),
    ("link_code", 128, 128, FLAG),
)
NEW_BALANCE = Record(
    "8",
    "8",
    ("paper_sequence", 2, 4, TEXT),
    ("account", 5, 41, TEXT),
    ("new_balance_sign", 42, 42, FLAG),
    ("new_balance", 43, 57, NUMBER),
    ("new_balance_on", 58, 63, NUMBER),
    ("link_code", 128, 128, FLAG),
)
MESSAGE = Record(
    "4",
    "4",
    ("message_number", 3, 6, TEXT),
    ("detail_number", 7, 10, TEXT),
    ("text", 33, 112, TEXT),
    ("link_code", 128, 128, FLAG),
)
TRAILER = Record(
    "9",
    "9",
    ("record_count", 17, 22, NUMBER),
    ("debit", 23, 37, NUMBER),
    ("credit", 38, 52, NUMBER),
    ("multiple_file_code", 128, 128, "[12]"),
)
RECORD_TYPES = frozenset(
    record.record_type
    for record in (
        *(HEADER, OLD_BALANCE, MOVEMENT_1, MOVEMENT_2, MOVEMENT_3, INFORMATION_1, INFORMATION_2, INFORMATION_3),
        *(NEW_BALANCE, MESSAGE, TRAILER),
    )
)

UNKNOWN_DATE = "000000"
NUMBER_LIMIT = 10_000  # sequence and detail numbers go from 9999 to 0000

# Chapter 3.1 of the standard: which type may stand under which.
TOP_LEVEL_TYPES = "0123"
DETAIL_TYPES = {"1": "5", "2": "67", "3": "8", "7": "9"}
# Types whose details are payments of their own; under 3 and 7 they only explain one payment (charges, gross amount).
GLOBALISED_TYPES = "12"


def record_type_of(line: str) -> str:
    """The record type a line claims, as the standard writes it ("2.1"); for messages, and not checked."""
    return f"{line[0]}.{line[1]}" if line[:1] in {"2", "3"} else line[:1]
