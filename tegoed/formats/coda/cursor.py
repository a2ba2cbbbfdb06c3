"""The place in the file where the reader is, and how it refuses there.

Its one law: every refusal names the record by its line in the file. After the last record stands an empty line, so
that looking at the next record never falls off the end.
"""

import re
from datetime import date

from tegoed.formats.coda.layout import RECORD_TYPES, Record, record_type_of
from tegoed.formats.coda.refusals import (
    CodaCutShort,
    CodaFieldWrong,
    CodaFractionOfCent,
    CodaOrderWrong,
    CodaRecordUnknown,
    CodaRefused,
)
from tegoed.formats.coda.values import Dates

END = ""


class Cursor:
    """The records of a file and the index of the next one. The readers move `position` forward themselves."""

    __slots__ = ("dates", "lines", "position")

    def __init__(self, records: list[str]) -> None:
        self.lines = [*records, END]
        self.position = 0
        self.dates = Dates()

    @property
    def line(self) -> str:
        return self.lines[self.position]

    @property
    def is_at_end(self) -> bool:
        return self.line == END

    def refusal(self, reason: type[CodaRefused], *, at: int | None = None, **facts: object) -> CodaRefused:
        """A refusal for the record at index `at`, by default the next one."""
        index = self.position if at is None else at
        return reason(record=index + 1, record_type=record_type_of(self.lines[index]), **facts)

    def unexpected(self, expected: str, reason: type[CodaRefused] = CodaOrderWrong) -> CodaRefused:
        """The refusal for a next record that is not of the expected type: cut short, unknown, or `reason`."""
        if self.is_at_end:
            return CodaCutShort(record=self.position + 1, expected=expected)
        found = record_type_of(self.line)
        if found not in RECORD_TYPES:
            return self.refusal(CodaRecordUnknown, found=found)
        return self.refusal(reason, expected=expected, found=found)

    def take(self, record: Record) -> re.Match[str]:
        """The fields of the next record, which must be of that type; the cursor moves on."""
        match = record.split(self.lines[self.position])
        if match is None:
            raise self._not_taken(record)
        self.position += 1
        return match

    def _not_taken(self, record: Record) -> CodaRefused:
        """The refusal for the next record, which does not fit the table: another record, or a wrong field."""
        if not self.line.startswith(record.prefix):
            return self.unexpected(record.record_type)
        field = record.first_wrong_field(self.line)
        return self.refusal(CodaFieldWrong, field=field.name, found=field.of(self.line))

    def known_date(self, digits: str, *, field: str, at: int) -> date:
        """A date that must be known, of the record at index `at`."""
        known = self.date_or_none(digits, field=field, at=at)
        if known is None:
            raise self.refusal(CodaFieldWrong, at=at, field=field, found=digits)
        return known

    def date_or_none(self, digits: str, *, field: str, at: int) -> date | None:
        """A date, None for 000000, of the record at index `at`."""
        try:
            return self.dates[digits]
        except ValueError:
            raise self.refusal(CodaFieldWrong, at=at, field=field, found=digits) from None

    def cents(self, thousandths: str, *, field: str, at: int) -> int:
        """An amount without its sign: 12 digits and 3 decimals to cents, of the record at index `at`."""
        cents, fraction = divmod(int(thousandths), 10)
        if fraction:
            raise self.refusal(CodaFractionOfCent, at=at, field=field, found=thousandths)
        return cents
