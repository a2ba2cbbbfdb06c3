"""What follows when invoices are paid: booked, orders paid, cards and held orders released, loading deferred (SPEC P2, L1).

Its one law: whoever pays an invoice (bank, staff, a client's claim) comes through here, so the same follows from each. All
transfers of the cause and of its consequences are posted in one call. The caller holds the invoices locked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeVar

from tegoed.banking.actions.proposing import expire_proposals, renew_proposals
from tegoed.billing.actions import client_account_specs, record_payments
from tegoed.billing.queries import face_values_of
from tegoed.cards.actions import release_cards
from tegoed.flows.jobs import load_due_orders_job
from tegoed.flows.release_held_orders import release_held_orders
from tegoed.ledger.door import BATCH_ROWS_MAX, AccountSpec, Posting, open_accounts, post_and_count
from tegoed.ledger.models import AccountKind, TransferKind
from tegoed.orders.actions import mark_orders_paid
from tegoed.orders.models import OrderLine

T = TypeVar("T")

ACCOUNTS_REMEMBERED_MAX = 20_000

SUSPENSE = AccountSpec(account_key="suspense", kind=AccountKind.SUSPENSE)
WRITTEN_OFF = AccountSpec(account_key="written_off", kind=AccountKind.WRITTEN_OFF)
ISSUER_OWN = AccountSpec(account_key="issuer_own", kind=AccountKind.ISSUER_OWN)
OUTGOING = AccountSpec(account_key="outgoing", kind=AccountKind.OUTGOING_UNPLACED)


@lru_cache(maxsize=ACCOUNTS_REMEMBERED_MAX)
def account_of(client_id: int, kind: AccountKind) -> AccountSpec:
    """One of the accounts that every client has."""
    return client_account_specs(client_id)[kind]


class Move(NamedTuple):
    """A transfer to post, its accounts not opened yet. `reverses_id`: of a reversal, the transfer it takes back."""

    event_key: str
    kind: TransferKind
    debit: AccountSpec
    credit: AccountSpec
    amount_cents: int
    reverses_id: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What payments did: invoices paid in full, orders paid or let go, their clients."""

    invoice_ids: list[int]
    paid_order_ids: list[int]
    released_order_ids: list[int]


def settle_payments(
    *, cents_by_invoice: Mapping[int, int], moves: Sequence[Move], at: datetime, reopened_ids: Sequence[int] = ()
) -> Settled:
    """Record payments (cents by invoice id), post `moves` with what follows from them, and let everything go on.

    Product invoice paid in full: its face value becomes funds (once for each time it was due), the order is paid and loaded
    when its day has come. Card invoice: the cards of a first order go to production. Then held orders of these clients.
    `reopened_ids`: invoices of which a payment was undone just before.
    """
    paid = record_payments(cents_by_invoice=cents_by_invoice, paid_at=at)
    _post([*moves, *_funds(paid.invoice_ids)], at=at)
    paid_order_ids = mark_orders_paid(order_ids=paid.product_order_ids, at=at)
    _release_cards(paid.card_order_ids)
    released = release_held_orders(client_ids=paid.client_ids, at=at)
    renew_proposals(line_ids=expire_proposals(invoice_ids=[*cents_by_invoice, *reopened_ids], at=at), at=at)
    if paid_order_ids:
        load_due_orders_job.defer()
    return Settled(paid.invoice_ids, paid_order_ids, released)


def _funds(invoice_ids: Sequence[int]) -> Iterator[Move]:
    """Face value paid becomes funds to load; of an order loaded already it did so before (its payment was undone since)."""
    for face_value in face_values_of(invoice_ids):
        if face_value.is_loaded:
            continue
        again = f":{face_value.reopened_count}" if face_value.reopened_count else ""
        yield Move(
            event_key=f"funds:invoice:{face_value.invoice_id}{again}",
            kind=TransferKind.FUNDS_PAID,
            debit=account_of(face_value.client_id, AccountKind.FUNDS_DUE),
            credit=account_of(face_value.client_id, AccountKind.CLIENT_FUNDS),
            amount_cents=face_value.cents,
        )


def postings_of(moves: Sequence[Move], *, at: datetime) -> Iterator[Posting]:
    """These moves as the ledger takes them, their accounts opened; one by one, since a bank file makes many."""
    specs = {spec.account_key: spec for move in moves for spec in (move.debit, move.credit)}
    ids: dict[str, int] = {}
    for part in _in_batches([specs[key] for key in sorted(specs)]):
        ids |= open_accounts(part)
    return (
        Posting(
            event_key=move.event_key,
            kind=move.kind,
            debit_id=ids[move.debit.account_key],
            credit_id=ids[move.credit.account_key],
            amount_cents=move.amount_cents,
            event_at=at,
            reverses_id=move.reverses_id,
        )
        for move in moves
    )


def _post(moves: Sequence[Move], *, at: datetime) -> None:
    for batch in _in_batches(moves):
        post_and_count(postings_of(batch, at=at))


def _in_batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many at a time as the ledger's door takes."""
    for start in range(0, len(rows), BATCH_ROWS_MAX):
        yield rows[start : start + BATCH_ROWS_MAX]


def _release_cards(card_order_ids: Sequence[int]) -> None:
    """The cards of a first order go to production once their invoice is paid (SPEC C2)."""
    requests = OrderLine.objects.filter(order__in=card_order_ids, card_request__isnull=False)
    release_cards(request_ids=list(requests.values_list("card_request_id", flat=True)))
