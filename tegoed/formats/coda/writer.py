"""Statements in, bytes of a CODA file out: Febelfin standard 2.6, as a bank would write it.

Its one law: reading back gives the very same statements. Nothing is cut off or replaced: a text that is too long, a
character that windows-1252 lacks, an amount that the field can't hold are refused by name, and the last act is to read
the file, so that totals, balances, numbers and details are checked by the reader's own rules.
It is there for the simulated bank, tests and measurements; numbers for a statement made by hand come from `numbered`.
"""

from collections.abc import Sequence
from dataclasses import fields

from tegoed.formats.coda.layout import (
    HEADER,
    INFORMATION_1,
    INFORMATION_2,
    INFORMATION_3,
    MESSAGE,
    MOVEMENT_1,
    MOVEMENT_2,
    MOVEMENT_3,
    NEW_BALANCE,
    NUMBER_LIMIT,
    OLD_BALANCE,
    TRAILER,
)
from tegoed.formats.coda.reader import read_coda
from tegoed.formats.coda.record_writer import ENCODING, amount_digits, record_line
from tegoed.formats.coda.refusals import CodaNotWritable
from tegoed.formats.coda.statement import Information, Movement, Statement
from tegoed.formats.coda.values import account_zone

_LINE_END = "\r\n"
_MOVEMENT_TEXT_WIDTHS = (53, 53, 43)
_INFORMATION_TEXT_WIDTHS = (73, 105, 90)
_MESSAGE_WIDTH = 80
_COMPANY_NUMBER_LENGTH = 10


def write_coda(statements: Sequence[Statement]) -> bytes:
    """One file with these statements, at least one, in this order.

    Raises `CodaNotWritable` for what the format can't hold, or what `read_coda` raises for statements that are not
    right in themselves (`CodaBalanceWrong`, `CodaDetailsWrong`, `CodaNumberingWrong`, `CodaOrderWrong`, ...).
    """
    if not statements:
        raise CodaNotWritable(field="statements", reason="none")
    lines: list[str] = []
    for index, statement in enumerate(statements, start=1):
        lines += _statement_lines(statement, is_last=index == len(statements))
    data = (_LINE_END.join(lines) + _LINE_END).encode(ENCODING)
    for index, (written, read) in enumerate(zip(statements, read_coda(data), strict=True)):
        if written != read:
            names = (field.name for field in fields(Statement))
            changed = next(name for name in names if getattr(written, name) != getattr(read, name))
            raise CodaNotWritable(field=changed, reason="not-kept", statement=index)
    return data


def _statement_lines(statement: Statement, *, is_last: bool) -> list[str]:
    counted = [_old_balance_line(statement)]
    for movement in statement.movements:
        counted += _movement_lines(movement, paper_sequence=statement.paper_sequence)
    if statement.new_balance_on is not None or statement.movements or statement.messages:
        counted.append(_new_balance_line(statement))
    trailer = _trailer_line(statement.movements, record_count=len(counted), is_last=is_last)
    return [_header_line(statement), *counted, *_message_lines(statement.messages), trailer]


def _header_line(statement: Statement) -> str:
    return record_line(
        HEADER,
        zeros="0000",
        created_on=statement.created_on,
        bank_code=statement.bank_code,
        application_code="05",
        duplicate="D" if statement.is_duplicate else " ",
        file_reference=statement.file_reference,
        addressee=statement.addressee,
        bic=statement.bic,
        company_number=_company_number_digits(statement.company_number),
        separate_application="00000",
        version="2",
    )


def _company_number_digits(number: str) -> str:
    if number == "":
        return "0" * (_COMPANY_NUMBER_LENGTH + 1)
    is_belgian = len(number) == _COMPANY_NUMBER_LENGTH and number.isdecimal()
    return f"0{number}" if is_belgian else number


def _old_balance_line(statement: Statement) -> str:
    sign, amount = amount_digits(statement.old_balance_cents)
    return record_line(
        OLD_BALANCE,
        account_structure=statement.account_structure,
        paper_sequence=statement.paper_sequence,
        account=_account_zone(statement),
        old_balance_sign=sign,
        old_balance=amount,
        old_balance_on=statement.old_balance_on,
        holder=statement.holder,
        description=statement.description,
        sequence=statement.sequence,
    )


def _new_balance_line(statement: Statement) -> str:
    sign, amount = amount_digits(statement.new_balance_cents)
    return record_line(
        NEW_BALANCE,
        paper_sequence=statement.paper_sequence,
        account=_account_zone(statement),
        new_balance_sign=sign,
        new_balance=amount,
        new_balance_on=statement.new_balance_on,
        link_code=int(bool(statement.messages)),
    )


def _account_zone(statement: Statement) -> str:
    try:
        return account_zone(statement.account_structure, statement.account_number, statement.currency)
    except ValueError:
        raise CodaNotWritable(field="account", reason="form", found=statement.account_number) from None


def _movement_lines(movement: Movement, *, paper_sequence: str) -> list[str]:
    """The records of a movement, of its information and of its details."""
    lines = _movement_parts(movement, paper_sequence=paper_sequence)
    last = len(movement.information)
    for index, information in enumerate(movement.information, start=1):
        number = _number(movement.sequence, movement.detail + index)
        lines += _information_parts(information, number=number, is_followed=index < last)
    for detail in movement.details:
        lines += _movement_lines(detail, paper_sequence=paper_sequence)
    return lines


def _number(sequence: int, detail: int) -> str:
    return f"{sequence % NUMBER_LIMIT:04d}{detail % NUMBER_LIMIT:04d}"


def _movement_parts(movement: Movement, *, paper_sequence: str) -> list[str]:
    """Record 2.1 and, where they have something to say, 2.2 and 2.3. The link code stands on the last."""
    number = _number(movement.sequence, movement.detail)
    flag, text = _communication(movement.structured_type, movement.communication or movement.structured_content)
    text_1, text_2, text_3 = _cut("communication", text, _MOVEMENT_TEXT_WIDTHS)
    sign, amount = amount_digits(movement.amount_cents)
    codes = f"   {movement.r_type:1}{movement.reason_code:4}{movement.category_purpose:4}{movement.purpose:4}"
    second = {
        "communication": text_2,
        "customer_reference": movement.customer_reference,
        "counterparty_bic": movement.counterparty_bic,
        "codes": codes.rstrip(" "),
    }
    third = {
        "counterparty_account": movement.counterparty_account,
        "counterparty_currency": movement.counterparty_currency,
        "counterparty_name": movement.counterparty_name,
        "communication": text_3,
    }
    is_linked = int(bool(movement.information))
    has_second, has_third = any(second.values()), any(third.values())
    lines = [
        record_line(
            MOVEMENT_1,
            number=number,
            bank_reference=movement.bank_reference,
            sign=sign,
            amount=amount,
            value_on=movement.value_on,
            transaction_type=movement.transaction_type,
            family=movement.family,
            transaction=movement.transaction,
            category=movement.category,
            communication_type=flag,
            communication=text_1,
            entry_on=movement.entry_on,
            paper_sequence=paper_sequence,
            globalisation=movement.globalisation,
            next_code=int(has_second or has_third),
            link_code=0 if has_second or has_third else is_linked,
        )
    ]
    if has_second:
        link_code = 0 if has_third else is_linked
        lines.append(record_line(MOVEMENT_2, number=number, next_code=int(has_third), link_code=link_code, **second))
    if has_third:
        lines.append(record_line(MOVEMENT_3, number=number, next_code=0, link_code=is_linked, **third))
    return lines


def _information_parts(information: Information, *, number: str, is_followed: bool) -> list[str]:
    """Records 3.1, 3.2 and 3.3, as many as the text needs."""
    flag, text = _communication(information.structured_type, information.content)
    pieces = _cut("content", text, _INFORMATION_TEXT_WIDTHS)
    used = max((index for index, piece in enumerate(pieces) if piece), default=0)
    first = {
        "bank_reference": information.bank_reference,
        "transaction_code": information.transaction_code,
        "communication_type": flag,
    }
    lines = []
    for index, record in enumerate((INFORMATION_1, INFORMATION_2, INFORMATION_3)[: used + 1]):
        lines.append(
            record_line(
                record,
                number=number,
                communication=pieces[index],
                next_code=int(index < used),
                link_code=int(is_followed and index == used),
                **(first if index == 0 else {}),
            )
        )
    return lines


def _communication(structured_type: str | None, text: str) -> tuple[str, str]:
    """Communication type and the text with the structured type in front."""
    return ("0", text) if structured_type is None else ("1", structured_type + text)


def _cut(name: str, text: str, widths: tuple[int, ...]) -> list[str]:
    """The text over fields of these widths, or a refusal when it is longer than all together."""
    if len(text) > sum(widths):
        raise CodaNotWritable(field=name, reason="too-long", found=len(text), maximum=sum(widths))
    pieces = []
    for width in widths:
        pieces.append(text[:width])
        text = text[width:]
    return pieces


def _message_lines(messages: Sequence[str]) -> list[str]:
    """Records 4; a message of more than 80 characters takes several with the same number."""
    records = [
        (number, detail, message[start : start + _MESSAGE_WIDTH])
        for number, message in enumerate(messages, start=1)
        for detail, start in enumerate(range(0, max(len(message), 1), _MESSAGE_WIDTH))
    ]
    return [
        record_line(
            MESSAGE, message_number=number, detail_number=detail, text=text, link_code=int(index < len(records))
        )
        for index, (number, detail, text) in enumerate(records, start=1)
    ]


def _trailer_line(movements: Sequence[Movement], *, record_count: int, is_last: bool) -> str:
    amounts = [movement.amount_cents for movement in movements]
    return record_line(
        TRAILER,
        record_count=record_count,
        debit=amount_digits(sum(cents for cents in amounts if cents < 0))[1],
        credit=amount_digits(sum(cents for cents in amounts if cents > 0))[1],
        multiple_file_code=2 if is_last else 1,
    )
