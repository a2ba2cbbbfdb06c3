"""Why the ledger says no. `FundsShort` is an answer to the user's request; the others are faults of the caller.

Its one law: the database decides, by constraint or by a SQLSTATE of class `TG` raised in the ledger's SQL functions;
here that becomes an exception with a name. After any of them the surrounding transaction can only be rolled back.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from django.db import DatabaseError, connection

from tegoed.errors import Refusal


class FundsShort(Refusal):
    """A guarded account (lot, client funds, client credit, suspense) would go below zero; nothing was posted.

    `account_id` names the first such account, or is None when the server hides the detail.
    """

    code: ClassVar[str] = "funds-short"


class LedgerFault(Exception):  # noqa: N818 - the faults under it are named for the reason
    """The caller asked something impossible: a mistake of the program, not of the user. Nothing was changed."""


class EventKeyReused(LedgerFault):
    """The event key is known with another kind, account, amount or reversed transfer."""


class AccountKeyReused(LedgerFault):
    """The account key is known with another kind, owner, product or expiry."""


class AccountUnknown(LedgerFault):
    """A transfer names an account that was never opened."""


class ReversalExceedsOriginal(LedgerFault):
    """A reversal must move money back between the same two accounts, all reversals together at most what was moved."""


class BatchTooLarge(LedgerFault):
    """More rows in one call than `door.BATCH_ROWS_MAX`."""


FAULT_OF_SQLSTATE: dict[str | None, type[LedgerFault]] = {
    "TG001": EventKeyReused,
    "TG002": AccountKeyReused,
    "TG003": AccountUnknown,
    "TG005": ReversalExceedsOriginal,
    "TG006": BatchTooLarge,
}
GUARD_CONSTRAINT = "ledger_account_guarded_not_below_zero"


@contextmanager
def named_refusals() -> Iterator[None]:
    """Turn the database's refusals into `FundsShort` or a `LedgerFault`; other errors pass as Django's."""
    try:
        with connection.wrap_database_errors:
            yield
    except DatabaseError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is None:
            raise
        if diagnosis.constraint_name == GUARD_CONSTRAINT:
            row = re.search(r"\((\d+),", diagnosis.message_detail or "")  # the failing row; its first column is the id
            raise FundsShort(account_id=int(row[1]) if row else None) from error
        if diagnosis.sqlstate in FAULT_OF_SQLSTATE:
            raise FAULT_OF_SQLSTATE[diagnosis.sqlstate](diagnosis.message_primary) from error
        raise
