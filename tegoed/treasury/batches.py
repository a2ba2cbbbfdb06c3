"""Files for the bank: written, judged and kept in the transaction that marks their rows, so each row stands in one file.

Its one law: killed before the commit, nothing happened; after it, the file is there to be downloaded as often as wanted,
byte for byte. The callers (`tegoed.flows`) hold the rows locked.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from tegoed.banking.models import BankAccount
from tegoed.clients.models import Issuer, User
from tegoed.formats import pain
from tegoed.rules.dates import brussels_date
from tegoed.treasury.models import BatchKind, Collection, PaymentBatch, Refund
from tegoed.treasury.references import Mark, next_ids, reference

_NAMELESS = "NOTPROVIDED"


def keep_refund_file(
    *, refunds: Sequence[Refund], account: BankAccount, issuer: Issuer, execute_on: date, actor: User, at: datetime
) -> PaymentBatch:
    """Write the pain.001 file of these refunds. Raises `PaymentFileRefused`."""
    (batch_id,) = next_ids("treasury_paymentbatch")
    name = reference(Mark.REFUND_FILE, batch_id)
    content = pain.write_transfers(
        pain.TransferFile(
            ordering=_ordering(name, account, issuer, at=at),
            execute_on=execute_on,
            transfers=tuple(
                pain.Transfer(
                    end_to_end=refund.end_to_end,
                    amount_cents=refund.amount_cents,
                    name=pain.sepa_text(refund.name) or _NAMELESS,
                    iban=refund.iban,
                    text=refund.reason,
                )
                for refund in refunds
            ),
        ),
        schema=account.transfer_schema,
    )
    return _keep(
        batch_id,
        kind=BatchKind.REFUNDS,
        name=name,
        account=account,
        schema=account.transfer_schema,
        execute_on=execute_on,
        amounts=[refund.amount_cents for refund in refunds],
        content=content,
        actor=actor,
        at=at,
    )


def keep_collection_file(
    *, collections: Sequence[Collection], account: BankAccount, issuer: Issuer, actor: User, at: datetime
) -> PaymentBatch:
    """Write the pain.008 file of these collections, not stored yet, and give each its batch and group.

    Their invoice and mandate are loaded. Raises `PaymentFileRefused`.
    """
    (batch_id,) = next_ids("treasury_paymentbatch")
    name = reference(Mark.COLLECTION_FILE, batch_id)
    groups = []
    for number, ((scheme, sequence_type, day), rows) in enumerate(
        groupby(sorted(collections, key=_group_key), key=lambda row: _group_key(row)[:3]), start=1
    ):
        of_group = list(rows)
        for row in of_group:
            row.batch_id = batch_id
            row.group_reference = f"{name}-{number}"
        groups.append(
            pain.CollectionGroup(
                reference=f"{name}-{number}",
                scheme="B2B" if scheme == "b2b" else "CORE",
                sequence_type="FRST" if sequence_type == "FRST" else "RCUR",
                collect_on=day,
                collections=tuple(_collection(row) for row in of_group),
            )
        )
    file = pain.CollectionFile(
        ordering=_ordering(name, account, issuer, at=at),
        creditor_identifier=issuer.creditor_identifier,
        groups=tuple(groups),
    )
    return _keep(
        batch_id,
        kind=BatchKind.COLLECTIONS,
        name=name,
        account=account,
        schema=account.collection_schema,
        execute_on=min(row.collect_on for row in collections),
        amounts=[row.amount_cents for row in collections],
        content=pain.write_collections(file, schema=account.collection_schema),
        actor=actor,
        at=at,
    )


def _group_key(row: Collection) -> tuple[str, str, date, str]:
    return row.mandate.scheme, row.sequence_type, row.collect_on, row.end_to_end


def _collection(row: Collection) -> pain.Collection:
    return pain.Collection(
        end_to_end=row.end_to_end,
        amount_cents=row.amount_cents,
        mandate_reference=row.mandate.reference,
        signed_on=brussels_date(row.mandate.signed_at),
        name=pain.sepa_text(row.mandate.debtor["name"]) or _NAMELESS,
        iban=row.mandate.iban,
        communication=row.invoice.structured_communication,
    )


def _ordering(name: str, account: BankAccount, issuer: Issuer, *, at: datetime) -> pain.Ordering:
    return pain.Ordering(
        reference=name,
        made_at=at,
        name=issuer.name,
        enterprise_number=issuer.enterprise_number,
        iban=account.iban,
        bic=account.bic,
    )


def _keep(
    batch_id: int,
    *,
    kind: BatchKind,
    name: str,
    account: BankAccount,
    schema: str,
    execute_on: date,
    amounts: Sequence[int],
    content: bytes,
    actor: User,
    at: datetime,
) -> PaymentBatch:
    return PaymentBatch.objects.create(
        id=batch_id,
        kind=kind,
        reference=name,
        bank_account=account,
        schema=schema,
        execute_on=execute_on,
        row_count=len(amounts),
        total_cents=sum(amounts),
        file_name=f"{name}.xml",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made_by=actor,
        made_at=at,
    )
