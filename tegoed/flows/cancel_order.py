"""The client cancels an order that is not paid yet (SPEC O6): before invoicing at once, afterwards by credit notes.

Its one law: nothing that was paid is lost and nothing that was really made is given away. What was paid of a credited
invoice stands on account; a card invoice stays as a whole while one of its cards is being made, or while another order
counts on its cards. The page before shows `cancellation_of`, the same code that cancels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.banking.actions.proposing import expire_proposals, renew_proposals
from tegoed.banking.models import Allocation, AllocationSource
from tegoed.beneficiaries.actions import lock_persons
from tegoed.billing.credit_notes import REASON_LENGTH_MAX, credit_invoices, locked_invoices
from tegoed.billing.models import CreditNote, Invoice
from tegoed.cards.actions import cancel_cards
from tegoed.clients.models import Client, User
from tegoed.flows.jobs import release_held_orders_job, send_credit_notes_job
from tegoed.flows.refusals import CancellationChanged, CardsHoldOrder, OrderNotCancellable
from tegoed.flows.settle_payments import postings_of
from tegoed.flows.undo_payments import undo_allocations
from tegoed.ledger.door import Posting
from tegoed.log_safety import without_identifiers_in
from tegoed.orders.actions import advance_order
from tegoed.orders.models import InvoiceKind, Order, OrderState
from tegoed.rules.dates import brussels_date

CANCELLABLE = (OrderState.AWAITING_APPROVAL, OrderState.ON_HOLD, OrderState.INVOICED)


class CardsStay(StrEnum):
    """Why the cards of an order are not cancelled with it."""

    IN_PRODUCTION = "in-production"
    NEEDED = "needed-by-another-order"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What cancelling an order does now. `card_count`: cards that won't be made; amounts in cents.

    `written_off_cents`: what was let go of the credited invoices, which nobody paid.
    """

    credited: list[Invoice]
    kept: list[Invoice]
    written_off_cents: int
    cards_stay: CardsStay | None
    card_count: int
    needed_by: list[int]

    @property
    def credited_cents(self) -> int:
        """What the credit notes take back."""
        return sum(invoice.total_cents for invoice in self.credited)

    @property
    def freed_cents(self) -> int:
        """What was paid of it, and goes on account."""
        return sum(invoice.paid_cents for invoice in self.credited) - self.written_off_cents


def cancellation_of(order: Order) -> Cancellation:
    """What cancelling would do, for the page before. Raises `OrderNotCancellable`, `CardsHoldOrder`. Nothing is locked."""
    return _planned(order, list(Invoice.objects.filter(order=order).order_by("id")))


@transaction.atomic
def cancel_order(
    *,
    client: Client,
    order_id: int,
    actor: User | None,
    reason_text: str = "",
    shown_credited_cents: int | None = None,
) -> Order:
    """Cancel an order that waits for approval, is on hold or invoiced; invoices are taken back by credit notes.

    `reason_text`: why, in the client's words; what looks like a national number is cut out. `shown_credited_cents`: what
    the page before said, where there was one. A payment that is booked at the same moment comes first or second, never in
    between: both hold the invoices first. Raises `Order.DoesNotExist`, `OrderNotCancellable`, `CardsHoldOrder`,
    `CancellationChanged`; then nothing is changed.
    """
    invoices = locked_invoices(client, order_id)
    order = Order.objects.select_for_update(of=("self",)).select_related("client").get(client=client, pk=order_id)
    if order.state == OrderState.INVOICED and not invoices:
        # Invoiced while we waited for the order; taking its invoices now would be the wrong order of locks.
        raise OrderNotCancellable(reason=OrderState.PROCESSING)
    requests = _lock_people_and_cards(order)
    plan = _planned(order, invoices)
    if shown_credited_cents not in {None, plan.credited_cents}:
        raise CancellationChanged(shown_cents=shown_credited_cents, total_cents=plan.credited_cents)
    now = timezone.now()
    if plan.cards_stay is None:
        cancel_cards(request_ids=requests)
    reason = without_identifiers_in(reason_text.strip())[:REASON_LENGTH_MAX]
    advance_order(order, OrderState.CANCELLED, reason="credited" if plan.credited else "cancelled", actor=actor)
    record_event(actor=actor, action=Action.ORDER_CANCELLED, client_id=client.pk, subject_id=order.pk, reason=reason)
    if plan.credited:
        owed_again = _owe_written_off(plan.credited, actor=actor, at=now)
        notes = credit_invoices(
            client=client,
            invoices=plan.credited,
            reason=reason,
            issued_at=now,
            issued_on=brussels_date(now),
            also=owed_again,
        )
        credited_ids = [invoice.pk for invoice in plan.credited]
        renew_proposals(line_ids=expire_proposals(invoice_ids=credited_ids, at=now), at=now)
        _hand_over(order, notes, actor=actor)
    return order


def _owe_written_off(invoices: Sequence[Invoice], *, actor: User | None, at: datetime) -> list[Posting]:
    """Cents that were let go are no payment: owed again, so that the credit note takes them back and frees none of them."""
    written_off = _written_off(invoices).order_by("id")
    parts = [(allocation, allocation.amount_cents) for allocation in written_off]
    money = undo_allocations(parts=parts, reason="cancelled", actor=actor, at=at)
    for invoice in invoices:
        invoice.refresh_from_db(fields=["paid_cents", "state", "paid_at"])
    return list(postings_of(money.moves, at=at))


def _written_off(invoices: Sequence[Invoice]) -> QuerySet[Allocation]:
    return Allocation.objects.filter(source=AllocationSource.WRITE_OFF, invoice__in=invoices, undone_at=None)


def _lock_people_and_cards(order: Order) -> list[int]:
    """No other order may count on these cards meanwhile, and none may go into production; the card requests."""
    lock_persons(list(order.lines.values_list("beneficiary__person_id", flat=True)))
    requests = list(order.lines.filter(card_request__isnull=False).values_list("card_request_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM cards_card card JOIN cards_cardrequest request ON request.card_id = card.id
                WHERE request.id = ANY(%s) ORDER BY card.id FOR UPDATE OF card
            ) locked
            """,
            [requests],
        )
    return requests


def _planned(order: Order, invoices: list[Invoice]) -> Cancellation:
    if order.state not in CANCELLABLE:
        raise OrderNotCancellable(reason=order.state)
    coming_count, made_count = _cards_of(order)
    needed_by = _orders_counting_on_cards_of(order) if coming_count else []
    stay = CardsStay.IN_PRODUCTION if made_count else CardsStay.NEEDED if needed_by else None
    if stay is not None and order.state != OrderState.INVOICED:
        raise CardsHoldOrder(reason=stay, orders=", ".join(map(str, needed_by)))
    kept = [invoice for invoice in invoices if stay is not None and invoice.kind == InvoiceKind.CARD]
    credited = [invoice for invoice in invoices if invoice not in kept]
    return Cancellation(
        credited=credited,
        kept=kept,
        written_off_cents=_written_off(credited).aggregate(cents=Sum("amount_cents"))["cents"] or 0,
        cards_stay=stay,
        card_count=0 if stay else coming_count,
        needed_by=needed_by,
    )


def _hand_over(order: Order, notes: list[CreditNote], *, actor: User | None) -> None:
    """The worker sends the credit notes, and lets go the orders that the credited invoices held back."""
    record_event(
        actor=actor,
        action=Action.ORDER_CREDITED,
        client_id=order.client_id,
        subject_id=order.pk,
        credit_notes=[note.number for note in notes],
        total_cents=sum(note.total_cents for note in notes),
    )
    send_credit_notes_job.defer(order_id=order.pk)
    release_held_orders_job.defer(client_id=order.client_id)


def _cards_of(order: Order) -> tuple[int, int]:
    """(cards not made yet, cards in production or further) that the order asked for."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FILTER (WHERE card.state IN ('awaiting_payment', 'requested')),
                count(*) FILTER (WHERE card.state NOT IN ('awaiting_payment', 'requested', 'cancelled'))
            FROM orders_orderline line JOIN cards_cardrequest request ON request.id = line.card_request_id
            JOIN cards_card card ON card.id = request.card_id WHERE line.order_id = %s
            """,
            [order.pk],
        )
        coming_count, made_count = cursor.fetchone()
    return coming_count, made_count


_ORDERS_NAMED_MAX = 5


def _orders_counting_on_cards_of(order: Order) -> list[int]:
    """Orders of the client, taken on after this one, for people whose card this one asked for: the first five."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH taken_on AS (
                SELECT order_id, min(at) AS at FROM orders_ordertransition
                WHERE to_state = 'processing' AND order_id IN (SELECT id FROM orders_order WHERE client_id = %(client_id)s)
                GROUP BY order_id
            )
            SELECT other.id FROM orders_order other JOIN taken_on ON taken_on.order_id = other.id
            WHERE other.client_id = %(client_id)s AND other.id <> %(order_id)s
                AND other.state IN ('processing', 'on_hold', 'invoiced', 'paid', 'loaded')
                AND taken_on.at >= (SELECT at FROM taken_on WHERE order_id = %(order_id)s)
                AND EXISTS (
                    SELECT FROM orders_orderline theirs
                    JOIN orders_orderline ours ON ours.order_id = %(order_id)s
                        AND ours.beneficiary_id = theirs.beneficiary_id AND ours.card_request_id IS NOT NULL
                    WHERE theirs.order_id = other.id AND theirs.card_request_id IS NULL
                )
            ORDER BY other.id LIMIT %(named_max)s
            """,
            {"client_id": order.client_id, "order_id": order.pk, "named_max": _ORDERS_NAMED_MAX},
        )
        return [row[0] for row in cursor.fetchall()]
