"""What we ask of a bank, as ISO 20022 files: transfers (pain.001) and direct debits (pain.008).

Its one law: a file is handed over only when it is valid under the schema and its sums are those of its rows, text is
within the characters that every SEPA bank takes, and the same instructions give the same bytes. Pure: frozen values in,
bytes out. Who may be paid, when, and whether it was done already is for `tegoed.treasury`.

`characters` what a bank can read · `instructions` what a file says · `writer` out · `schemas` the judge.
"""

from tegoed.formats.pain.characters import is_bank_reference, is_sepa_text, sepa_text
from tegoed.formats.pain.instructions import (
    AMOUNT_CENTS_MAX,
    Collection,
    CollectionFile,
    CollectionGroup,
    Ordering,
    PaymentFileRefused,
    Scheme,
    SequenceType,
    Transfer,
    TransferFile,
)
from tegoed.formats.pain.schemas import COLLECTION_SCHEMAS, TRANSFER_SCHEMAS
from tegoed.formats.pain.writer import write_collections, write_transfers

__all__ = [
    "AMOUNT_CENTS_MAX",
    "COLLECTION_SCHEMAS",
    "TRANSFER_SCHEMAS",
    "Collection",
    "CollectionFile",
    "CollectionGroup",
    "Ordering",
    "PaymentFileRefused",
    "Scheme",
    "SequenceType",
    "Transfer",
    "TransferFile",
    "is_bank_reference",
    "is_sepa_text",
    "sepa_text",
    "write_collections",
    "write_transfers",
]
