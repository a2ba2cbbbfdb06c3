"""camt.053, the bank statement of ISO 20022: `read_camt053` and `write_camt053`.

Its one law: a file is right as a whole or refused as a whole, for a named reason (`CamtRefused`). Pure: bytes in, the
frozen values of `bank_statement` out, and back. Whether the account is ours, whether the statement follows the last one
and who paid what is for banking, not for this package.

`xml_stream` bytes to elements, safely · `shape` which elements are read · `reader`, `entry_reader`, `place` in · `writer`
out · `values` amounts and dates · `refusals` the reasons.
"""

from tegoed.formats.camt053.reader import read_camt053
from tegoed.formats.camt053.refusals import (
    CamtBalanceMissing,
    CamtBalanceTwice,
    CamtBalanceWrong,
    CamtCountWrong,
    CamtCurrencyWrong,
    CamtCutShort,
    CamtDefinitions,
    CamtDetailsWrong,
    CamtElementMissing,
    CamtElementTwice,
    CamtElementWrong,
    CamtFractionOfCent,
    CamtNotWellFormed,
    CamtNotWritable,
    CamtRefused,
    CamtStatementMissing,
    CamtTooDeep,
    CamtTooLarge,
    CamtTotalsWrong,
    CamtWrongMessage,
)
from tegoed.formats.camt053.shape import DEPTH_MAX
from tegoed.formats.camt053.writer import WrittenEntry, entries_of, write_camt053
from tegoed.formats.camt053.xml_stream import ELEMENT_BYTES_MAX, FILE_BYTES_MAX

__all__ = [
    "DEPTH_MAX",
    "ELEMENT_BYTES_MAX",
    "FILE_BYTES_MAX",
    "CamtBalanceMissing",
    "CamtBalanceTwice",
    "CamtBalanceWrong",
    "CamtCountWrong",
    "CamtCurrencyWrong",
    "CamtCutShort",
    "CamtDefinitions",
    "CamtDetailsWrong",
    "CamtElementMissing",
    "CamtElementTwice",
    "CamtElementWrong",
    "CamtFractionOfCent",
    "CamtNotWellFormed",
    "CamtNotWritable",
    "CamtRefused",
    "CamtStatementMissing",
    "CamtTooDeep",
    "CamtTooLarge",
    "CamtTotalsWrong",
    "CamtWrongMessage",
    "WrittenEntry",
    "entries_of",
    "read_camt053",
    "write_camt053",
]
