"""Adding to the trail."""

from enum import StrEnum
from typing import Any

from tegoed.audit.models import Event


class Action(StrEnum):
    """What can be done, as `subject:verb`. Pages translate them; the trail keeps the tag."""

    BENEFICIARY_ADDED = "beneficiary:add"
    BENEFICIARY_CHANGED = "beneficiary:change"
    CLIENT_OPENED = "client:open"
    CLIENT_SET_UP = "client:set-up"
    CONTRACT_SIGNED = "contract:sign"
    IDENTIFIER_KEYS_ROTATED = "identifier-keys:rotate"
    MEMBER_ADDED = "member:add"
    MESSAGE_RETRIED = "message:retry"
    ORDER_STARTED = "order:start"
    ORDER_CHANGED = "order:change"
    ORDER_DISCARDED = "order:discard"
    ORDER_CONFIRMED = "order:confirm"
    ORDER_INVOICED = "order:invoice"
    ORDER_HELD = "order:hold"
    ORDER_RELEASED = "order:release"
    ORDER_LOADED = "order:load"
    STATEMENT_RECEIVED = "statement:receive"
    STATEMENT_BOOKED = "statement:book"
    STATEMENT_REFUSED = "statement:refuse"


def record_event(
    *,
    actor: Any,
    action: Action,
    client_id: int | None = None,
    subject_id: int | None = None,
    **facts: Any,
) -> None:
    """Add one event. `actor` is a user or None for the system. Facts are JSON, without national numbers."""
    Event.objects.create(
        actor_id=getattr(actor, "pk", None),
        actor_label=getattr(actor, "email", "") or "system",
        action=action,
        client_id=client_id,
        subject_id=subject_id,
        facts=facts,
    )
