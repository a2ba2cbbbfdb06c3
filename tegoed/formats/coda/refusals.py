"""Why a CODA file is refused, one class for each reason.

Its one law: a refused file has had no effect whatever, and the refusal says where to look. Params, where they make
sense: `record` (line of the file, from 1), `record_type` ("0" ... "2.1" ... "9"), `field` (name in `layout`),
`expected` and `found`. Amounts in params are cents.
"""

from typing import ClassVar

from tegoed.errors import Refusal


class CodaRefused(Refusal):
    """The file is not read, or the statements are not written."""

    code: ClassVar[str] = "coda-refused"


class CodaNotCoda(CodaRefused):
    """The file does not begin as a CODA: another format, or nothing at all."""

    code: ClassVar[str] = "coda-not-coda"


class CodaTooLarge(CodaRefused):
    """More than a bank sends in a day; params `limit` (its name), `found`, `maximum`."""

    code: ClassVar[str] = "coda-too-large"


class CodaCutShort(CodaRefused):
    """The file ends in the middle of a record or of a statement."""

    code: ClassVar[str] = "coda-cut-short"


class CodaStatementMissing(CodaCutShort):
    """The last trailer announces another statement, which is not in the file."""

    code: ClassVar[str] = "coda-statement-missing"


class CodaRecordLengthWrong(CodaRefused):
    """A record has not 128 characters."""

    code: ClassVar[str] = "coda-record-length-wrong"


class CodaCharacterWrong(CodaRefused):
    """A byte that is no windows-1252 text (undefined, or a control character); params `position`, `byte`."""

    code: ClassVar[str] = "coda-character-wrong"


class CodaRecordUnknown(CodaRefused):
    """A record of a type that CODA does not have."""

    code: ClassVar[str] = "coda-record-unknown"


class CodaOrderWrong(CodaRefused):
    """A record, or a detail of a globalised amount, where it can't stand."""

    code: ClassVar[str] = "coda-order-wrong"


class CodaLinkWrong(CodaRefused):
    """A next code or link code that does not agree with the record that follows."""

    code: ClassVar[str] = "coda-link-wrong"


class CodaNumberingWrong(CodaRefused):
    """A sequence or detail number that is not the next one."""

    code: ClassVar[str] = "coda-numbering-wrong"


class CodaFieldWrong(CodaRefused):
    """A field with a value that its definition does not allow."""

    code: ClassVar[str] = "coda-field-wrong"


class CodaVersionUnknown(CodaRefused):
    """Not version 2 of the standard."""

    code: ClassVar[str] = "coda-version-unknown"


class CodaSeparateApplication(CodaRefused):
    """A separate application repeats part of the movements without balances: booking it would book twice."""

    code: ClassVar[str] = "coda-separate-application"


class CodaFractionOfCent(CodaRefused):
    """An amount with a third decimal other than 0; it can't be kept in cents."""

    code: ClassVar[str] = "coda-fraction-of-cent"


class CodaAccountChanged(CodaRefused):
    """The new balance is of another account or currency than the old balance."""

    code: ClassVar[str] = "coda-account-changed"


class CodaDetailsWrong(CodaRefused):
    """The details of a globalised amount do not add up to it."""

    code: ClassVar[str] = "coda-details-wrong"


class CodaCountWrong(CodaRefused):
    """The trailer counts another number of records."""

    code: ClassVar[str] = "coda-count-wrong"


class CodaTotalsWrong(CodaRefused):
    """The trailer's debit or credit total is not the sum of the movements."""

    code: ClassVar[str] = "coda-totals-wrong"


class CodaBalanceWrong(CodaRefused):
    """Old balance plus movements is not the new balance."""

    code: ClassVar[str] = "coda-balance-wrong"


class CodaNotWritable(CodaRefused):
    """A value that the format can't hold; params `field`, `reason` and where it makes sense `found`."""

    code: ClassVar[str] = "coda-not-writable"
