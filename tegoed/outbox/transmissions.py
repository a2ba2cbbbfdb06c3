"""Queueing e-invoices, sending them, asking what became of them; a person's retry and cancel.

Its one law: a transmission moves along `states.TRANSITIONS`, its row locked, and each try and move is written down
(`TransmissionStep`). What a document says, and whether the rules let it go, was decided by who queued it (`flows.transmit`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.errors import Refusal
from tegoed.outbox.models import Document, Transmission, TransmissionKind, TransmissionState, TransmissionStep
from tegoed.outbox.providers import provider_named
from tegoed.outbox.providers.interface import EInvoice, NotAccepted, in_one_line
from tegoed.outbox.states import CANCELLED_BY_HAND, RETRIED_BY_HAND, TRANSITIONS

log = structlog.get_logger(__name__)

FIRST_RETRY = timedelta(minutes=1)
"""Doubled at each further attempt, up to `settings.TRANSMISSION_ATTEMPTS_MAX` of them."""
FIRST_POLL = timedelta(minutes=1)
POLL_WAIT_MAX = timedelta(hours=6)
"""Answers are asked for after a minute, then each time after as long as it has been under way, at most this."""
POLLED_FOR = timedelta(days=30)
"""An answer that isn't there by then is asked for no more; the transmission stays `sent`."""
ROUND_MAX = 500
FAILURES_IN_A_ROW_MAX = 3
"""So often without an answer one after the other: the provider is away, and the round ends."""


class TransmissionNotPossible(Refusal):
    """The transmission is in a state that doesn't allow this (any more). Params: `state`."""

    code = "transmission-not-possible"


@dataclass(frozen=True, slots=True)
class Shipment:
    """What goes out: which paper of which client, from whom to whom. `refusals`: why it may not; empty when it may."""

    kind: TransmissionKind
    subject_id: int
    number: str
    client_id: int
    sender: str
    receiver: str
    document: Document | None
    refusals: Sequence[dict[str, Any]] = ()


def queue_transmission(*, shipment: Shipment, provider: str) -> Transmission:
    """Queue it in the transaction of its cause, or keep it as refused by the rules.

    The caller holds the paper locked. The same paper again gives the transmission that is there; one that was refused before
    it had a document takes the document made since, and whether it may go now.
    """
    state = TransmissionState.REFUSED_BY_RULES if shipment.refusals else TransmissionState.QUEUED
    event_key = f"peppol:{shipment.kind.replace('_', '-')}:{shipment.subject_id}"
    now = timezone.now()
    wished = Transmission(
        event_key=event_key,
        provider=provider,
        client_id=shipment.client_id,
        kind=shipment.kind,
        subject_id=shipment.subject_id,
        number=shipment.number,
        document=shipment.document,
        sender=shipment.sender,
        receiver=shipment.receiver,
        state=state,
        state_at=now,
        next_attempt_at=None if shipment.refusals else now,
        refusals=list(shipment.refusals),
        created_at=now,
    )
    wished.pk = _inserted(wished)
    if wished.pk is not None:
        return wished
    known = Transmission.objects.get(event_key=event_key)
    if known.document_id is None and shipment.document is not None:
        return _renew(known.pk, shipment=shipment, provider=provider, actor=None)
    return known


def _inserted(wished: Transmission) -> int | None:
    """Its id; None when its event is known. One statement for both: nearly always it is new."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO outbox_transmission (event_key, type, provider, client_id, kind, subject_id, number, document_id,
                sender, receiver, state, state_at, attempt_count, next_attempt_at, last_error, refusals, key_number,
                reference, created_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, %s, '', %s::jsonb, 1, '', %s)
            ON CONFLICT (event_key) DO NOTHING RETURNING id
            """,
            [
                wished.event_key,
                wished.type,
                wished.provider,
                wished.client_id,
                wished.kind,
                wished.subject_id,
                wished.number,
                wished.document_id,
                wished.sender,
                wished.receiver,
                wished.state,
                wished.state_at,
                wished.next_attempt_at,
                json.dumps(wished.refusals),
                wished.created_at,
            ],
        )
        made = cursor.fetchone()
    return None if made is None else made[0]


@transaction.atomic
def retry_transmission(*, transmission_id: int, shipment: Shipment, provider: str, actor: Any) -> Transmission:
    """Queue it once more, as the paper and the receiver are now, with all its attempts before it.

    Still refused by the rules, it says so. Raises `Transmission.DoesNotExist`, `TransmissionNotPossible`.
    """
    transmission = Transmission.objects.select_for_update().get(pk=transmission_id)
    if transmission.state not in RETRIED_BY_HAND:
        raise TransmissionNotPossible(state=transmission.state)
    renewed = _renew(transmission_id, shipment=shipment, provider=provider, actor=actor)
    record_event(actor=actor, action=Action.TRANSMISSION_RETRIED, client_id=renewed.client_id, subject_id=renewed.pk)
    return renewed


def _renew(transmission_id: int, *, shipment: Shipment, provider: str, actor: Any) -> Transmission:
    transmission = Transmission.objects.select_for_update().get(pk=transmission_id)
    transmission.provider = provider
    transmission.sender, transmission.receiver = shipment.sender, shipment.receiver
    if transmission.document != shipment.document:
        transmission.document = shipment.document
        transmission.key_number += 1
    transmission.refusals = list(shipment.refusals)
    transmission.attempt_count = 0
    transmission.next_attempt_at = None if shipment.refusals else timezone.now()
    transmission.last_error = ""
    state = TransmissionState.REFUSED_BY_RULES if shipment.refusals else TransmissionState.QUEUED
    return move(transmission, state, actor=actor)


@transaction.atomic
def cancel_transmission(*, transmission_id: int, actor: Any) -> Transmission:
    """It is not to be sent (any more): the client got the document another way.

    Raises `Transmission.DoesNotExist`, `TransmissionNotPossible`.
    """
    transmission = Transmission.objects.select_for_update().get(pk=transmission_id)
    if transmission.state not in CANCELLED_BY_HAND:
        raise TransmissionNotPossible(state=transmission.state)
    record_event(
        actor=actor,
        action=Action.TRANSMISSION_CANCELLED,
        client_id=transmission.client_id,
        subject_id=transmission.pk,
    )
    return move(transmission, TransmissionState.CANCELLED, actor=actor)


def move(transmission: Transmission, to_state: str, *, detail: str = "", actor: Any = None) -> Transmission:
    """Take a step and write it down; the caller holds the row. Refused again counts as a step, too."""
    is_same = transmission.state == to_state == TransmissionState.REFUSED_BY_RULES
    if to_state not in TRANSITIONS[transmission.state] and not is_same:
        raise TransmissionNotPossible(state=transmission.state)
    transmission.state = to_state
    transmission.state_at = timezone.now()
    if to_state not in {TransmissionState.QUEUED, TransmissionState.SENT}:
        transmission.next_attempt_at = None
    transmission.save()
    _write_down(transmission, detail=detail, actor=actor)
    return transmission


def _write_down(transmission: Transmission, *, detail: str, actor: Any = None) -> None:
    TransmissionStep.objects.create(
        transmission=transmission,
        state=transmission.state,
        detail=detail,
        actor_label=getattr(actor, "email", ""),
    )


def send_due_transmissions() -> int:
    """Send what waits and is due, one transaction each; how many went out.

    A row is claimed locked (workers skip each other's) and marked after the provider took the document: a worker killed in
    between sends it once more, under the same key. A failure is tried again later, at last given up as `failed`. A provider
    that doesn't answer several times in a row is left alone until the next round.
    """
    sent_count = failures_in_a_row = 0
    for _number in range(ROUND_MAX):
        with transaction.atomic():
            waiting = _due(TransmissionState.QUEUED).select_related("document").first()
            if waiting is None or failures_in_a_row == FAILURES_IN_A_ROW_MAX:
                break
            if _send(waiting):
                sent_count, failures_in_a_row = sent_count + 1, 0
            else:
                failures_in_a_row += waiting.state == TransmissionState.QUEUED
    return sent_count


def _due(state: TransmissionState) -> QuerySet[Transmission]:
    """What is due in a state, claimed one by one."""
    return (
        Transmission.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(state=state, next_attempt_at__lte=timezone.now())
        .order_by("next_attempt_at", "id")
    )


def _send(transmission: Transmission) -> bool:
    transmission.attempt_count += 1
    document = transmission.document
    if document is None:  # the database refuses it as well
        raise ValueError("nothing to send")
    try:
        transmission.reference = provider_named(transmission.provider).send(
            EInvoice(file_name=document.file_name, content=bytes(document.content)),
            sender=transmission.sender,
            receiver=transmission.receiver,
            key=transmission.key,
        )
    except NotAccepted as refused:
        transmission.key_number += 1
        _fail(transmission, in_one_line(str(refused)))
        return False
    except Exception as error:  # noqa: BLE001 - whatever the provider did, the document stays
        _wait_or_give_up(transmission, in_one_line(repr(error)))
        return False
    transmission.last_error = ""
    transmission.sent_at = timezone.now()
    transmission.next_attempt_at = transmission.sent_at + FIRST_POLL
    move(transmission, TransmissionState.SENT, detail=transmission.reference)
    return True


def _wait_or_give_up(transmission: Transmission, error: str) -> None:
    log.warning(
        "transmission-not-sent", transmission_id=transmission.pk, attempt=transmission.attempt_count, error=error
    )
    if transmission.attempt_count >= settings.TRANSMISSION_ATTEMPTS_MAX:
        _fail(transmission, error)
        return
    transmission.last_error = error
    transmission.next_attempt_at = timezone.now() + FIRST_RETRY * 2 ** (transmission.attempt_count - 1)
    transmission.save(update_fields=["attempt_count", "last_error", "next_attempt_at"])
    _write_down(transmission, detail=error)


def _fail(transmission: Transmission, reason: str) -> None:
    log.warning("transmission-failed", transmission_id=transmission.pk, reason=reason)
    transmission.last_error = reason
    move(transmission, TransmissionState.FAILED, detail=reason)


def poll_sent_transmissions() -> int:
    """Ask the providers what became of the documents sent; how many are delivered or failed by now."""
    answered_count = failures_in_a_row = 0
    for _number in range(ROUND_MAX):
        with transaction.atomic():
            sent = _due(TransmissionState.SENT).first()
            if sent is None or failures_in_a_row == FAILURES_IN_A_ROW_MAX:
                break
            try:
                is_answered = _poll(sent)
                failures_in_a_row = 0
            except Exception as error:  # noqa: BLE001 - no answer is no news
                log.warning("transmission-not-polled", transmission_id=sent.pk, error=in_one_line(repr(error)))
                is_answered = False
                failures_in_a_row += 1
            if not is_answered:
                sent.next_attempt_at = _next_poll_at(sent)
                sent.save(update_fields=["next_attempt_at"])
            answered_count += is_answered
    return answered_count


def _next_poll_at(transmission: Transmission) -> datetime | None:
    now = timezone.now()
    under_way = now - (transmission.sent_at or now)
    return None if under_way > POLLED_FOR else now + min(max(FIRST_POLL, under_way), POLL_WAIT_MAX)


def _poll(transmission: Transmission) -> bool:
    answer = provider_named(transmission.provider).poll(transmission.reference)
    if answer is None:
        return False
    detail = in_one_line(answer.detail)
    if answer.state == "failed":
        transmission.key_number += 1
        _fail(transmission, detail or "failed")
    else:
        move(transmission, TransmissionState.DELIVERED, detail=detail)
    return True
