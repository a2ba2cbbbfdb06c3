"""Accounts and postings for the tests of the ledger, with everything that doesn't matter filled in."""

import datetime as dt

from tegoed.ledger.door import AccountSpec, Posting, open_accounts
from tegoed.ledger.models import AccountKind, TransferKind

EVENT_AT = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)


def open_account(kind: AccountKind, name: str = "1") -> int:
    """The id of the account of this kind and name."""
    key = f"{kind}:{name}"
    spec = AccountSpec(
        account_key=key,
        kind=kind,
        client_id=1,
        wallet_id=1,
        merchant_id=1,
        product="meal",
        expires_on=dt.date(2027, 1, 5),
    )
    return open_accounts([spec])[key]


def posting(
    event_key: str,
    debit_id: int,
    credit_id: int,
    amount_cents: int,
    *,
    kind: TransferKind = TransferKind.PAYMENT,
    event_at: dt.datetime = EVENT_AT,
    reverses_id: int | None = None,
) -> Posting:
    return Posting(
        event_key=event_key,
        kind=kind,
        debit_id=debit_id,
        credit_id=credit_id,
        amount_cents=amount_cents,
        event_at=event_at,
        reverses_id=reverses_id,
    )
