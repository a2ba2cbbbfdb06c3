"""Records 2 and 3: the movements of one statement with their parts, information records and details.

Its one law: nothing is passed over. Each record must be the one that the codes of the record before announce, with the
next number, and under a total only details of its type, which add up to it where they are payments (types 1 and 2).
This is the part where a large file spends its time; the rest of the statement is in `reader`.
"""

import re

from tegoed.formats.coda.cursor import Cursor
from tegoed.formats.coda.layout import (
    DETAIL_TYPES,
    GLOBALISED_TYPES,
    INFORMATION_1,
    INFORMATION_2,
    INFORMATION_3,
    MOVEMENT_1,
    MOVEMENT_2,
    MOVEMENT_3,
    NUMBER_LIMIT,
    TOP_LEVEL_TYPES,
)
from tegoed.formats.coda.refusals import (
    CodaDetailsWrong,
    CodaFieldWrong,
    CodaLinkWrong,
    CodaNumberingWrong,
    CodaOrderWrong,
)
from tegoed.formats.coda.statement import Information, Movement

_STRUCTURED = _FOLLOWS = _DEBIT = "1"
_R_TYPES = frozenset(" 12345")
_STRUCTURED_TYPE = re.compile("[0-9]{3}")
_NO_CODES = " " * 16
_NO_CODE_VALUES = ("", "", "", "")
_NO_SECOND_PART: tuple[str, ...] = ("", "", "", _NO_CODES)  # communication, customer reference, BIC, codes
_NO_THIRD_PART: tuple[str, ...] = ("", "", "", "")  # account, currency, name, communication


def read_movements(cursor: Cursor) -> tuple[Movement, ...]:
    """All movements from the cursor to the first record that is not of type 2 or 3."""
    reader = _MovementReader(cursor)
    lines = cursor.lines
    movements = []
    while lines[cursor.position][:1] == "2":
        reader.begin_sequence()
        movements.append(reader.read(TOP_LEVEL_TYPES))
    return tuple(movements)


class _MovementReader:
    """The cursor with the numbers that the next record must have."""

    __slots__ = ("cursor", "detail", "sequence")

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.sequence = 0
        self.detail = 0

    def begin_sequence(self) -> None:
        self.sequence = (self.sequence + 1) % NUMBER_LIMIT
        self.detail = 0

    def read(self, types: str) -> Movement:
        """One movement of one of these types, with everything that belongs to it."""
        cursor = self.cursor
        at = cursor.position
        detail = self.detail
        (
            number,
            bank_reference,
            sign,
            amount,
            value_on,
            transaction_type,
            family,
            transaction,
            category,
            communication_type,
            communication,
            entry_on,
            _paper_sequence,
            globalisation,
            next_code,
            link_code,
        ) = cursor.take(MOVEMENT_1).groups()
        self._check_number(number, at)
        if transaction_type not in types:
            raise cursor.refusal(
                CodaOrderWrong, at=at, field="transaction_type", expected=types, found=transaction_type
            )
        second, third = _NO_SECOND_PART, _NO_THIRD_PART
        if next_code == _FOLLOWS:
            second, third, link_code = self._further_parts(number)
        continued, customer_reference, bic, codes = second
        account, currency, name, continued_again = third
        text = (communication + continued + continued_again).rstrip(" ")
        structured_type, content = None, ""
        if communication_type == _STRUCTURED:
            structured_type, text, content = text[:3], "", text[3:]
            if not _STRUCTURED_TYPE.fullmatch(structured_type):
                raise cursor.refusal(CodaFieldWrong, at=at, field="structured_type", found=structured_type)
        r_type, reason_code, category_purpose, purpose = (
            _NO_CODE_VALUES if codes == _NO_CODES else self._codes(codes, at + 1)
        )
        cents = cursor.cents(amount, field="amount", at=at)
        if sign == _DEBIT:
            cents = -cents
        self.detail += 1
        information: tuple[Information, ...] = ()
        if link_code == _FOLLOWS or cursor.lines[cursor.position][:1] == "3":
            information = self._information(link_code)
        details: tuple[Movement, ...] = ()
        if cursor.lines[cursor.position][2:6] == number[:4]:
            details = self._details(number, transaction_type, cents, at)
        return Movement(
            self.sequence,
            detail % NUMBER_LIMIT,
            cents,
            cursor.date_or_none(value_on, field="value_on", at=at),
            cursor.known_date(entry_on, field="entry_on", at=at),
            transaction_type,
            family,
            transaction,
            category,
            bank_reference.rstrip(" "),
            customer_reference.rstrip(" "),
            text,
            structured_type,
            content,
            account.rstrip(" "),
            currency.rstrip(" "),
            bic.rstrip(" "),
            name.rstrip(" "),
            r_type,
            reason_code,
            category_purpose,
            purpose,
            int(globalisation),
            information,
            details,
        )

    def _further_parts(self, number: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
        """Records 2.2 and 2.3 of a movement that announces at least one, and the link code of the last."""
        cursor = self.cursor
        second, third = _NO_SECOND_PART, _NO_THIRD_PART
        expected, next_code, link_code = "2.2 or 2.3", _FOLLOWS, ""
        if cursor.lines[cursor.position][:2] == MOVEMENT_2.prefix:
            number_2, *second_part, next_code, link_code = cursor.take(MOVEMENT_2).groups()
            self._check_same_number(number_2, number)
            second, expected = tuple(second_part), "2.3"
        if next_code == _FOLLOWS:
            if cursor.lines[cursor.position][:2] != MOVEMENT_3.prefix:
                raise cursor.unexpected(expected, CodaLinkWrong)
            number_3, *third_part, _, link_code = cursor.take(MOVEMENT_3).groups()
            self._check_same_number(number_3, number)
            third = tuple(third_part)
        return second, third, link_code

    def _codes(self, codes: str, at: int) -> tuple[str, str, str, str]:
        """R-type, reason, category purpose and purpose of the record 2.2 at index `at`.

        Before version 2.5 banks put a reference of their own here. It begins in the three positions that have been
        blank since, so it is not taken for a reversal.
        """
        if codes[:3] != "   ":
            return _NO_CODE_VALUES
        r_type = codes[3]
        if r_type not in _R_TYPES:
            raise self.cursor.refusal(CodaFieldWrong, at=at, field="r_type", found=r_type)
        return r_type.strip(" "), codes[4:8].rstrip(" "), codes[8:12].rstrip(" "), codes[12:].rstrip(" ")

    def _information(self, link_code: str) -> tuple[Information, ...]:
        """The information records that the link codes announce; none may stand there unannounced."""
        cursor = self.cursor
        found = []
        while link_code == _FOLLOWS:
            information, link_code = self._one_information()
            found.append(information)
        if cursor.line[:1] == "3":
            raise cursor.refusal(CodaLinkWrong, expected="no information record", found=cursor.line[:2])
        return tuple(found)

    def _one_information(self) -> tuple[Information, str]:
        """Records 3.1, 3.2, 3.3 and the link code of the last."""
        cursor = self.cursor
        at = cursor.position
        if cursor.line[:2] != INFORMATION_1.prefix:
            raise cursor.unexpected(INFORMATION_1.record_type, CodaLinkWrong)
        number, bank_reference, code, communication_type, text, next_code, link_code = cursor.take(
            INFORMATION_1
        ).groups()
        self._check_number(number, at)
        self.detail += 1
        expected = INFORMATION_2
        while next_code == _FOLLOWS:
            if cursor.line[:2] != expected.prefix:
                raise cursor.unexpected(expected.record_type, CodaLinkWrong)
            further_number, further_text, next_code, link_code = cursor.take(expected).groups()
            self._check_same_number(further_number, number)
            text += further_text
            expected = INFORMATION_3
        structured_type, content = None, text.rstrip(" ")
        if communication_type == _STRUCTURED:
            structured_type, content = content[:3], content[3:]
            if not _STRUCTURED_TYPE.fullmatch(structured_type):
                raise cursor.refusal(CodaFieldWrong, at=at, field="structured_type", found=structured_type)
        return Information(bank_reference.rstrip(" "), code, structured_type, content), link_code

    def _details(self, number: str, total_type: str, total_cents: int, at: int) -> tuple[Movement, ...]:
        """The details under a total, from the records that go on with the same sequence number."""
        cursor = self.cursor
        same_sequence = MOVEMENT_1.prefix + number[:4]
        types = DETAIL_TYPES.get(total_type, "")
        details = []
        while cursor.line[:6] == same_sequence and _transaction_type(cursor.line) in types:
            details.append(self.read(types))
        if total_type in TOP_LEVEL_TYPES and cursor.line[:6] == same_sequence:
            found = _transaction_type(cursor.line)
            raise cursor.refusal(CodaOrderWrong, field="transaction_type", expected=types, found=found)
        if details and total_type in GLOBALISED_TYPES:
            details_cents = sum(detail.amount_cents for detail in details)
            if details_cents != total_cents:
                raise cursor.refusal(CodaDetailsWrong, at=at, expected=total_cents, found=details_cents)
        return tuple(details)

    def _check_number(self, found: str, at: int) -> None:
        expected = f"{self.sequence:04d}{self.detail % NUMBER_LIMIT:04d}"
        if found != expected:
            raise self.cursor.refusal(CodaNumberingWrong, at=at, expected=expected, found=found)

    def _check_same_number(self, found: str, expected: str) -> None:
        """For a further part, just taken, of a record whose number was right."""
        if found != expected:
            at = self.cursor.position - 1
            raise self.cursor.refusal(CodaNumberingWrong, at=at, expected=expected, found=found)


def _transaction_type(line: str) -> str:
    return line[53]
