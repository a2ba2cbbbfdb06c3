"""What a file asks of the bank, as frozen values; amounts in cents.

Its one law: `check_transfers` and `check_collections` prove each value before a byte is written: references a bank can
give back, accounts with right check digits, amounts the scheme can carry, no reference twice. Names and texts are
written in SEPA characters by the writer, and only have to hold something.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from tegoed.errors import Refusal
from tegoed.formats.invoice import is_bic, is_canonical_iban, is_communication
from tegoed.formats.pain.characters import NAME_LENGTH_MAX, is_bank_reference, sepa_text

Scheme = Literal["CORE", "B2B"]
SequenceType = Literal["FRST", "RCUR"]

AMOUNT_CENTS_MAX = 99_999_999_999
"""What the SEPA schemes carry: 999,999,999.99 euro."""
ROWS_MAX = 100_000


class PaymentFileRefused(Refusal):
    """The file can't be written. Params: `field`, `reason`, and for a row its `reference`."""

    code = "payment-file-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """Who orders, from which account; `reference` names the file (message id), `made_at` when it was made."""

    reference: str
    made_at: datetime
    name: str
    enterprise_number: str
    iban: str
    bic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """So many cents to an account; `end_to_end` comes back in the statement."""

    end_to_end: str
    amount_cents: int
    name: str
    iban: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFile:
    """Transfers of one account on one day."""

    ordering: Ordering
    execute_on: date
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """So many cents from a debtor's account under its mandate; `communication`: the 12 digits of the invoice."""

    end_to_end: str
    amount_cents: int
    mandate_reference: str
    signed_on: date
    name: str
    iban: str
    communication: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionGroup:
    """Collections of one scheme, one place in the sequence and one day; `reference` names it in the statement."""

    reference: str
    scheme: Scheme
    sequence_type: SequenceType
    collect_on: date
    collections: tuple[Collection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFile:
    """Direct debits for one account, by group."""

    ordering: Ordering
    creditor_identifier: str
    groups: tuple[CollectionGroup, ...]


def check_transfers(file: TransferFile) -> None:
    """Raises `PaymentFileRefused`."""
    _check_ordering(file.ordering)
    _check_count(len(file.transfers))
    _check_once(row.end_to_end for row in file.transfers)
    for row in file.transfers:
        _check_row(row.end_to_end, row.amount_cents, name=row.name, iban=row.iban)


def check_collections(file: CollectionFile) -> None:
    """Raises `PaymentFileRefused`."""
    _check_ordering(file.ordering)
    rows = [row for group in file.groups for row in group.collections]
    _check_count(len(rows))
    _check_once(row.end_to_end for row in rows)
    _check_once(group.reference for group in file.groups)
    for group in file.groups:
        if not is_bank_reference(group.reference):
            raise PaymentFileRefused(field="group", reason="not-a-reference", reference=group.reference)
        if not group.collections:
            raise PaymentFileRefused(field="group", reason="none-or-too-many", reference=group.reference)
    for row in rows:
        _check_row(row.end_to_end, row.amount_cents, name=row.name, iban=row.iban)
        if not is_bank_reference(row.mandate_reference):
            raise PaymentFileRefused(field="mandate", reason="not-a-reference", reference=row.end_to_end)
        if not is_communication(row.communication):
            raise PaymentFileRefused(field="communication", reason="not-12-digits-mod-97", reference=row.end_to_end)


def _check_ordering(ordering: Ordering) -> None:
    if not is_bank_reference(ordering.reference):
        raise PaymentFileRefused(field="reference", reason="not-a-reference")
    if not is_canonical_iban(ordering.iban):
        raise PaymentFileRefused(field="iban", reason="not-an-iban")
    if not is_bic(ordering.bic):
        raise PaymentFileRefused(field="bic", reason="not-a-bic")
    if not sepa_text(ordering.name, length_max=NAME_LENGTH_MAX):
        raise PaymentFileRefused(field="name", reason="empty")


def _check_count(count: int) -> None:
    if not 1 <= count <= ROWS_MAX:
        raise PaymentFileRefused(field="rows", reason="none-or-too-many")


def _check_once(references: Iterable[str]) -> None:
    seen: set[str] = set()
    for reference in references:
        if reference in seen:
            raise PaymentFileRefused(field="reference", reason="twice", reference=reference)
        seen.add(reference)


def _check_row(reference: str, amount_cents: int, *, name: str, iban: str) -> None:
    if not is_bank_reference(reference):
        raise PaymentFileRefused(field="reference", reason="not-a-reference", reference=reference)
    if not 1 <= amount_cents <= AMOUNT_CENTS_MAX:
        raise PaymentFileRefused(field="amount", reason="out-of-range", reference=reference)
    if not sepa_text(name, length_max=NAME_LENGTH_MAX):
        raise PaymentFileRefused(field="name", reason="empty", reference=reference)
    if not is_canonical_iban(iban):
        raise PaymentFileRefused(field="iban", reason="not-an-iban", reference=reference)
