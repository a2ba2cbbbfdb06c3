"""Paid orders whose day has come are loaded (SPEC L1–L3): onto cards, or as vouchers on paper to be printed (Q4)."""

from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.clients.billing_contacts import MailPurpose
from tegoed.clients.queries import the_issuer
from tegoed.flows.contact_mails import mail_contacts
from tegoed.flows.mails import order_loaded_mail
from tegoed.flows.paper_mails import vouchers_made_mail
from tegoed.orders.actions import advance_order
from tegoed.orders.models import Order, OrderState
from tegoed.paper_vouchers.actions import issue_vouchers
from tegoed.rules.dates import brussels_date
from tegoed.rules.lots import expires_on
from tegoed.rules.products import Product
from tegoed.wallets.actions import load_order_lines

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LoadedOrder:
    """An order that was loaded now: how many lots, their last day, and when payment and load happened."""

    order_id: int
    lot_count: int
    expires_on: date
    paid_at: datetime
    loaded_at: datetime


def load_due_orders() -> list[LoadedOrder]:
    """Load every paid order whose loading date is today or past, one transaction each.

    Several workers may do this at once: an order is claimed with its row locked and others pass it by. An order that
    fails is logged and left for the next run; the others go on.
    """
    loaded: list[LoadedOrder] = []
    failed: list[int] = []
    while True:
        order_id: int | None = None
        try:
            with transaction.atomic():
                order = _claim_due_order(leave_out=failed)
                if order is None:
                    return loaded
                order_id = order.pk
                result = load_order(order)
        except Exception:
            if order_id is None:
                raise
            log.exception("order-not-loaded", order_id=order_id)
            failed.append(order_id)
        else:
            loaded.append(result)


def _claim_due_order(*, leave_out: list[int]) -> Order | None:
    return (
        Order.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("client")
        .filter(state=OrderState.PAID, loading_on__lte=brussels_date(timezone.now()))
        .exclude(pk__in=leave_out)
        .order_by("loading_on", "paid_at", "id")
        .first()
    )


def load_order(order: Order) -> LoadedOrder:
    """Load one paid order that the caller holds locked: its lots, its state, the mail to the client."""
    now = timezone.now()
    last_day = expires_on(Product(order.product), brussels_date(now))
    lot_count = load_order_lines(order=order, credited_at=now, expires_on=last_day)
    if lot_count != order.beneficiary_count:
        raise AssertionError(f"order {order.pk}: {lot_count} lots for {order.beneficiary_count} beneficiaries")
    if order.is_on_paper:
        _issue(order, last_day=last_day, now=now)
    order.loaded_at = now
    order.save(update_fields=["loaded_at"])
    advance_order(order, OrderState.LOADED, reason="vouchers_made" if order.is_on_paper else "loaded", actor=None)
    record_event(
        actor=None, action=Action.ORDER_LOADED, client_id=order.client_id, subject_id=order.pk, lot_count=lot_count
    )
    issuer_name = the_issuer().name
    written = vouchers_made_mail if order.is_on_paper else order_loaded_mail
    mail_contacts(
        client=order.client,
        purpose=MailPurpose.PAYMENT_NOTICES,
        event_key=f"order-loaded:{order.pk}",
        kind="order_loaded",
        words=lambda language: written(order, language=language, issuer_name=issuer_name),
    )
    if order.paid_at is None:
        raise AssertionError(f"order {order.pk} is paid without a time")
    return LoadedOrder(order.pk, lot_count, last_day, order.paid_at, now)


def _issue(order: Order, *, last_day: date, now: datetime) -> None:
    """The vouchers themselves, worth what was paid for."""
    issued = issue_vouchers(order=order, expires_on=last_day, at=now)
    if (issued.voucher_count, issued.face_value_cents) != (order.voucher_count, order.face_value_cents):
        raise AssertionError(f"order {order.pk}: {issued} for {order.voucher_count} of {order.face_value_cents} cents")
