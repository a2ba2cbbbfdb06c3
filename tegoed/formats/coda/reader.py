"""Bytes of a CODA file in, statements out: Febelfin standard 2.6.

Its one law: the whole file is checked before anything comes back. Record lengths, order, codes and numbers, the
account, the totals and counts of the trailer, and old balance plus movements against new balance: a file that is wrong
anywhere is refused as a whole, with a reason and a line.
Not checked, because no money hangs on it: blank positions, the globalisation code (banks mark single movements with
it too), the bank's references, the numbers of free messages, and whether the account is one of ours.
"""

import re
from dataclasses import dataclass
from datetime import date

from tegoed.formats.coda.cursor import Cursor
from tegoed.formats.coda.layout import (
    HEADER,
    MESSAGE,
    NEW_BALANCE,
    OLD_BALANCE,
    RECORD_LENGTH,
    TRAILER,
)
from tegoed.formats.coda.movement_reader import read_movements
from tegoed.formats.coda.refusals import (
    CodaAccountChanged,
    CodaBalanceWrong,
    CodaCharacterWrong,
    CodaCountWrong,
    CodaCutShort,
    CodaFieldWrong,
    CodaLinkWrong,
    CodaNotCoda,
    CodaOrderWrong,
    CodaRecordLengthWrong,
    CodaSeparateApplication,
    CodaStatementMissing,
    CodaTooLarge,
    CodaTotalsWrong,
    CodaVersionUnknown,
)
from tegoed.formats.coda.statement import Movement, Statement
from tegoed.formats.coda.values import account_of

FILE_BYTES_MAX = 50_000_000
FILE_RECORDS_MAX = 300_000  # 100,000 payments of three records

_BEGINS_AS_CODA = re.compile(rb"0{5}[0-9]{6}[^\n]{0,500}(?:\n|\Z)")
_LINE_ENDS = b"\r\n"
_PADDING = b" \r\n\x1a"  # 0x1A: end of file on older systems
_ALLOWED_BYTES = bytes(set(range(0x20, 0x100)) - {0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D}) + _LINE_ENDS
_ENCODING = "windows-1252"
_APPLICATION_CODE = "05"
_ALL_TRANSACTIONS = "00000"
_VERSION = "2"
_FOLLOWS = _DEBIT = "1"
_LAST_STATEMENT = "2"
_COMPANY_NUMBER = re.compile("0([0-9]{10})")


def read_coda(data: bytes, *, is_one_of_several_files: bool = False) -> tuple[Statement, ...]:
    """The statements of a CODA file, in its order; at least one. Raises `CodaRefused`, in the form of its reason.

    `is_one_of_several_files`: the bank spreads one CODA over a physical file for each account (standard, chapter 1), so
    the last trailer may announce a statement that is in another file. Otherwise that is `CodaStatementMissing`: cut
    between two statements, a file looks just the same.
    """
    cursor = Cursor(_records_of(data))
    statements = []
    is_last = False
    while not is_last:
        statement, says_last = _read_statement(cursor)
        statements.append(statement)
        is_last = says_last or (is_one_of_several_files and cursor.is_at_end)
        if cursor.is_at_end and not is_last:
            raise cursor.refusal(CodaStatementMissing, at=cursor.position - 1, field="multiple_file_code")
    if not cursor.is_at_end:
        raise cursor.refusal(CodaOrderWrong, expected="end of file", found=cursor.line[:1])
    return tuple(statements)


def _records_of(data: bytes) -> list[str]:
    """The lines of the file, each 128 characters of windows-1252; line ends all CRLF or all LF."""
    if not _BEGINS_AS_CODA.match(data):
        raise CodaNotCoda
    if len(data) > FILE_BYTES_MAX:
        raise CodaTooLarge(limit="FILE_BYTES_MAX", found=len(data), maximum=FILE_BYTES_MAX)
    data = data.rstrip(_PADDING)
    record_count = data.count(b"\n") + 1
    if record_count > FILE_RECORDS_MAX:
        raise CodaTooLarge(limit="FILE_RECORDS_MAX", found=record_count, maximum=FILE_RECORDS_MAX)
    _check_characters(data)
    line_end = "\r\n" if data[: data.find(b"\n")].endswith(b"\r") else "\n"
    records = data.decode(_ENCODING).split(line_end)
    _check_lengths(records)
    return records


def _check_characters(data: bytes) -> None:
    wrong = data.translate(None, _ALLOWED_BYTES)
    if wrong:
        index = data.index(wrong[:1])
        line_start = data.rfind(b"\n", 0, index) + 1
        raise CodaCharacterWrong(
            record=data.count(b"\n", 0, index) + 1, position=index - line_start + 1, byte=f"0x{wrong[0]:02X}"
        )


def _check_lengths(records: list[str]) -> None:
    if set(map(len, records)) == {RECORD_LENGTH}:
        return
    index = next(index for index, record in enumerate(records) if len(record) != RECORD_LENGTH)
    length = len(records[index])
    if index == len(records) - 1 and length < RECORD_LENGTH:
        raise CodaCutShort(record=index + 1, expected=RECORD_LENGTH, found=length)
    raise CodaRecordLengthWrong(record=index + 1, expected=RECORD_LENGTH, found=length)


@dataclass(frozen=True, slots=True)
class _Header:
    created_on: date
    bank_code: str
    is_duplicate: bool
    file_reference: str
    addressee: str
    bic: str
    company_number: str


@dataclass(frozen=True, slots=True)
class _OldBalance:
    account_structure: str
    account_number: str
    currency: str
    paper_sequence: str
    cents: int
    known_on: date | None
    holder: str
    description: str
    sequence: int


@dataclass(frozen=True, slots=True)
class _NewBalance:
    cents: int
    known_on: date | None
    link_code: str


def _read_statement(cursor: Cursor) -> tuple[Statement, bool]:
    """One statement, from record 0 to record 9, and whether it says to be the last."""
    header = _read_header(cursor)
    start = cursor.position
    old = _read_old_balance(cursor)
    movements = read_movements(cursor)
    if cursor.line.startswith(NEW_BALANCE.prefix):
        new = _read_new_balance(cursor, old=old, movements=movements)
        record_count = cursor.position - start
        messages = _read_messages(cursor, new.link_code)
    elif movements or not cursor.line.startswith(TRAILER.prefix):
        raise cursor.unexpected(NEW_BALANCE.record_type if movements else "2.1, 8 or 9")
    else:
        new, messages = _NewBalance(cents=old.cents, known_on=None, link_code=""), ()
        record_count = cursor.position - start
    is_last = _read_trailer(cursor, movements=movements, record_count=record_count)
    statement = Statement(
        account_number=old.account_number,
        account_structure=old.account_structure,
        currency=old.currency,
        created_on=header.created_on,
        sequence=old.sequence,
        old_balance_cents=old.cents,
        old_balance_on=old.known_on,
        new_balance_cents=new.cents,
        new_balance_on=new.known_on,
        movements=movements,
        messages=messages,
        holder=old.holder,
        description=old.description,
        addressee=header.addressee,
        company_number=header.company_number,
        bank_code=header.bank_code,
        bic=header.bic,
        file_reference=header.file_reference,
        paper_sequence=old.paper_sequence,
        is_duplicate=header.is_duplicate,
    )
    return statement, is_last


def _read_header(cursor: Cursor) -> _Header:
    at = cursor.position
    header = cursor.take(HEADER)
    _, created_on, bank_code, application, duplicate, reference, addressee, bic, company, separate, version = (
        header.groups()
    )
    if version != _VERSION:
        raise cursor.refusal(CodaVersionUnknown, at=at, field="version", expected=_VERSION, found=version)
    if application != _APPLICATION_CODE:
        raise cursor.refusal(
            CodaFieldWrong, at=at, field="application_code", expected=_APPLICATION_CODE, found=application
        )
    if separate.strip(" ") not in {"", _ALL_TRANSACTIONS}:
        raise cursor.refusal(CodaSeparateApplication, at=at, field="separate_application", found=separate)
    return _Header(
        created_on=cursor.known_date(created_on, field="created_on", at=at),
        bank_code=bank_code.strip(" "),
        is_duplicate=duplicate == "D",
        file_reference=reference.rstrip(" "),
        addressee=addressee.rstrip(" "),
        bic=bic.rstrip(" "),
        company_number=_company_number(company),
    )


def _company_number(zone: str) -> str:
    """Ten digits; empty for zeros or blanks, as given where it is no Belgian number."""
    belgian = _COMPANY_NUMBER.fullmatch(zone)
    number = belgian[1] if belgian else zone.rstrip(" ")
    return number if number.strip("0") else ""


def _read_old_balance(cursor: Cursor) -> _OldBalance:
    at = cursor.position
    structure, paper_sequence, account, sign, amount, known_on, holder, description, sequence = cursor.take(
        OLD_BALANCE
    ).groups()
    number, currency = _account(cursor, structure, account, at=at)
    cents = cursor.cents(amount, field="old_balance", at=at)
    return _OldBalance(
        account_structure=structure,
        account_number=number,
        currency=currency,
        paper_sequence=paper_sequence.strip(" "),
        cents=-cents if sign == _DEBIT else cents,
        known_on=cursor.date_or_none(known_on, field="old_balance_on", at=at),
        holder=holder.rstrip(" "),
        description=description.rstrip(" "),
        sequence=int(sequence),
    )


def _account(cursor: Cursor, structure: str, zone: str, *, at: int) -> tuple[str, str]:
    try:
        return account_of(structure, zone)
    except ValueError:
        raise cursor.refusal(CodaFieldWrong, at=at, field="account", found=zone.rstrip(" ")) from None


def _read_new_balance(cursor: Cursor, *, old: _OldBalance, movements: tuple[Movement, ...]) -> _NewBalance:
    """Record 8, which must be of the same account and follow from the movements."""
    at = cursor.position
    _paper_sequence, zone, sign, amount, known_on, link_code = cursor.take(NEW_BALANCE).groups()
    account = _account(cursor, old.account_structure, zone, at=at)
    if account != (old.account_number, old.currency):
        expected = f"{old.account_number} {old.currency}"
        raise cursor.refusal(CodaAccountChanged, at=at, field="account", expected=expected, found=" ".join(account))
    cents = cursor.cents(amount, field="new_balance", at=at)
    if sign == _DEBIT:
        cents = -cents
    expected_cents = old.cents + sum(movement.amount_cents for movement in movements)
    if cents != expected_cents:
        raise cursor.refusal(CodaBalanceWrong, at=at, field="new_balance", expected=expected_cents, found=cents)
    return _NewBalance(
        cents=cents,
        known_on=cursor.known_date(known_on, field="new_balance_on", at=at),
        link_code=link_code,
    )


def _read_messages(cursor: Cursor, link_code: str) -> tuple[str, ...]:
    """The free messages of records 4; those with one message number, in a row, are one text.

    An announced message that is not there is refused. One that is not announced is kept: banks are loose with the codes
    and numbers of these records, and no money hangs on them.
    """
    texts: list[str] = []
    last_number = None
    while cursor.line.startswith(MESSAGE.prefix):
        number, _detail_number, text, link_code = cursor.take(MESSAGE).groups()
        if number == last_number:
            texts[-1] += text
        else:
            texts.append(text)
        last_number = number
    if link_code == _FOLLOWS:
        raise cursor.unexpected(MESSAGE.record_type, CodaLinkWrong)
    return tuple(text.rstrip(" ") for text in texts)


def _read_trailer(cursor: Cursor, *, movements: tuple[Movement, ...], record_count: int) -> bool:
    """Record 9, which must agree with what was read; whether the statement is the last of the file."""
    at = cursor.position
    count, debit, credit, multiple_file_code = cursor.take(TRAILER).groups()
    if int(count) != record_count:
        raise cursor.refusal(CodaCountWrong, at=at, field="record_count", expected=record_count, found=int(count))
    amounts = [movement.amount_cents for movement in movements]
    totals = {
        "debit": (debit, -sum(cents for cents in amounts if cents < 0)),
        "credit": (credit, sum(cents for cents in amounts if cents > 0)),
    }
    for field, (digits, expected) in totals.items():
        found = cursor.cents(digits, field=field, at=at)
        if found != expected:
            raise cursor.refusal(CodaTotalsWrong, at=at, field=field, expected=expected, found=found)
    return multiple_file_code == _LAST_STATEMENT
