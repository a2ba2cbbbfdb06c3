"""CODA, the Belgian coded statement of account (Febelfin standard 2.6): `read_coda` and `write_coda`.

Its one law: a file is right as a whole or refused as a whole, for a named reason (`CodaRefused`). Pure: bytes in,
frozen values out, and back. Whether the account is ours, whether the statement follows the last one and who paid what
is for banking, not for this package.

`layout` the table of fields · `statement` what a file says · `communication` structured communications · `reader`,
`movement_reader`, `cursor` in · `writer` out · `bank_view` what other formats say too · `values` dates and accounts ·
`refusals` the reasons.
"""

from tegoed.formats.coda.bank_view import bank_statement_of
from tegoed.formats.coda.communication import DirectDebit, direct_debit_of, structured_communication_of
from tegoed.formats.coda.reader import FILE_BYTES_MAX, FILE_RECORDS_MAX, read_coda
from tegoed.formats.coda.refusals import (
    CodaAccountChanged,
    CodaBalanceWrong,
    CodaCharacterWrong,
    CodaCountWrong,
    CodaCutShort,
    CodaDetailsWrong,
    CodaFieldWrong,
    CodaFractionOfCent,
    CodaLinkWrong,
    CodaNotCoda,
    CodaNotWritable,
    CodaNumberingWrong,
    CodaOrderWrong,
    CodaRecordLengthWrong,
    CodaRecordUnknown,
    CodaRefused,
    CodaSeparateApplication,
    CodaStatementMissing,
    CodaTooLarge,
    CodaTotalsWrong,
    CodaVersionUnknown,
)
from tegoed.formats.coda.statement import Information, Movement, Statement, bookable_movements, numbered
from tegoed.formats.coda.writer import write_coda

__all__ = [
    "FILE_BYTES_MAX",
    "FILE_RECORDS_MAX",
    "CodaAccountChanged",
    "CodaBalanceWrong",
    "CodaCharacterWrong",
    "CodaCountWrong",
    "CodaCutShort",
    "CodaDetailsWrong",
    "CodaFieldWrong",
    "CodaFractionOfCent",
    "CodaLinkWrong",
    "CodaNotCoda",
    "CodaNotWritable",
    "CodaNumberingWrong",
    "CodaOrderWrong",
    "CodaRecordLengthWrong",
    "CodaRecordUnknown",
    "CodaRefused",
    "CodaSeparateApplication",
    "CodaStatementMissing",
    "CodaTooLarge",
    "CodaTotalsWrong",
    "CodaVersionUnknown",
    "DirectDebit",
    "Information",
    "Movement",
    "Statement",
    "bank_statement_of",
    "bookable_movements",
    "direct_debit_of",
    "numbered",
    "read_coda",
    "structured_communication_of",
    "write_coda",
]
