"""One record from its values: 128 characters, by the same table that the reader uses.

Its one law: a value that its field can't hold is refused by name (`CodaNotWritable`), never cut off or replaced.
"""

from datetime import date

from tegoed.formats.coda.layout import NUMBER, RECORD_LENGTH, Field, Record
from tegoed.formats.coda.refusals import CodaNotWritable
from tegoed.formats.coda.values import digits_of

ENCODING = "windows-1252"
_FIRST_PRINTABLE, _DELETE = 0x20, 0x7F


def record_line(record: Record, **values: str | int | date | None) -> str:
    """The line for a record; `values` names every field of its table. Dates: None is 000000."""
    characters = list(record.prefix.ljust(RECORD_LENGTH))
    for field in record.fields:
        characters[field.first - 1 : field.last] = _spelled(field, values.pop(field.name))
    if values:
        raise TypeError(f"record {record.record_type} has no field {next(iter(values))}")
    line = "".join(characters)
    if record.split(line) is None:
        wrong = record.first_wrong_field(line)
        raise CodaNotWritable(record_type=record.record_type, field=wrong.name, reason="form", found=wrong.of(line))
    return line


def amount_digits(cents: int) -> tuple[str, str]:
    """Sign (0 credit, 1 debit) and 12 + 3 digits; more cents than fit make a longer text, which the field refuses."""
    return ("1" if cents < 0 else "0"), f"{abs(cents) * 10:015d}"


def _spelled(field: Field, value: str | int | date | None) -> str:
    if isinstance(value, str):
        text = value
    elif isinstance(value, int):
        text = f"{value:0{field.width}d}"
    else:
        text = _date_digits(field, value)
    if len(text) > field.width:
        raise CodaNotWritable(field=field.name, reason="too-long", found=len(text), maximum=field.width)
    if field.characters != NUMBER:
        check_text(field.name, text)
    return text.ljust(field.width)


def _date_digits(field: Field, day: date | None) -> str:
    try:
        return digits_of(day)
    except ValueError:
        raise CodaNotWritable(field=field.name, reason="year", found=str(day)) from None


def check_text(name: str, text: str) -> None:
    """Only characters that windows-1252 has, and no control characters; or `CodaNotWritable`."""
    try:
        encoded = text.encode(ENCODING)
    except UnicodeEncodeError as error:
        raise CodaNotWritable(field=name, reason="character", found=text[error.start]) from None
    control = next((byte for byte in encoded if byte < _FIRST_PRINTABLE or byte == _DELETE), None)
    if control is not None:
        raise CodaNotWritable(field=name, reason="character", found=chr(control))
