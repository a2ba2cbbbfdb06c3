"""Adding to the trail."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db import connection

from tegoed.audit.models import Event


class Action(StrEnum):
    """What can be done, as `subject:verb`. Pages translate them; the trail keeps the tag."""

    BILLING_CONTACT_ADDED = "billing-contact:add"
    BILLING_CONTACT_CHANGED = "billing-contact:change"
    BILLING_CONTACT_REMOVED = "billing-contact:remove"
    BENEFICIARY_ADDED = "beneficiary:add"
    BENEFICIARY_CHANGED = "beneficiary:change"
    BENEFICIARY_DEACTIVATED = "beneficiary:deactivate"
    BENEFICIARY_REACTIVATED = "beneficiary:reactivate"
    BENEFICIARIES_EXPORTED = "beneficiaries:export"
    BENEFICIARIES_IMPORTED = "beneficiaries:import"
    CARD_BLOCKED = "card:block"
    CARD_MOVED = "card:move"
    CARD_RENEWAL_REFUSED = "card-renewal:refuse"
    CARD_RENEWAL_WANTED = "card-renewal:want"
    CLIENT_CHANGED = "client:change"
    CLIENT_OPENED = "client:open"
    CLIENT_SET_UP = "client:set-up"
    CONTRACT_SIGNED = "contract:sign"
    COST_CENTRE_RENAMED = "cost-centre:rename"
    BILLING_GROUPS_CHANGED = "billing-groups:change"
    DAY_CLOSED = "day:close"
    COLLECTION_CANCELLED = "collection:cancel"
    COLLECTION_REPEATED = "collection:repeat"
    COLLECTION_RETURNED = "collection:return"
    CREDIT_USED = "credit:use"
    IDENTIFIER_CHANGE_ASKED = "identifier-change:ask"
    IDENTIFIER_CHANGE_REFUSED = "identifier-change:refuse"
    IDENTIFIER_CHANGED = "identifier:change"
    IDENTIFIER_SHOWN = "identifier:show"
    IDENTIFIER_KEYS_ROTATED = "identifier-keys:rotate"
    JOURNAL_EXPORTED = "journal:export"
    LEAD_CHANGED = "lead:change"
    LEAD_MOVED = "lead:move"
    LEAD_NOTED = "lead:note"
    LEAD_ENTERED = "lead:enter"
    LEAD_TAKEN = "lead:take"
    LEAD_MADE = "lead:make"
    MANDATE_REVOKED = "mandate:revoke"
    MANDATE_SIGNED = "mandate:sign"
    MANDATE_SUSPENDED = "mandate:suspend"
    MEMBER_ADDED = "member:add"
    MESSAGE_RETRIED = "message:retry"
    OFFER_CHANGED = "offer:change"
    OFFER_DECLINED = "offer:decline"
    OFFER_SENT = "offer:send"
    OFFER_STARTED = "offer:start"
    OFFER_WITHDRAWN = "offer:withdraw"
    ORDER_STARTED = "order:start"
    ORDER_CHANGED = "order:change"
    ORDER_DISCARDED = "order:discard"
    ORDER_CONFIRMED = "order:confirm"
    ORDER_APPROVED = "order:approve"
    ORDER_SENT_BACK = "order:send-back"
    ORDER_CANCELLED = "order:cancel"
    ORDER_COPIED = "order:copy"
    ORDER_CREDITED = "order:credit"
    ORDER_DIVIDED = "order:divide"
    ORDER_EXCEEDED_MAXIMUM = "order:exceed-maximum"
    ORDER_FORM_EXPORTED = "order-form:export"
    ORDER_TEMPLATE_CHANGED = "order-template:change"
    ORDER_TEMPLATE_MADE = "order-template:make"
    ORDER_TEMPLATE_ENDED = "order-template:end"
    ORDER_INVOICED = "order:invoice"
    ORDER_HELD = "order:hold"
    ORDER_RELEASED = "order:release"
    ORDER_LOADED = "order:load"
    ORDER_UNPAID = "order:unpay"
    PAYMENT_CLAIMED = "payment:claim"
    PAYMENT_DENIED = "payment:deny"
    PAYMENT_EXPLAINED = "payment:explain"
    PAYMENT_PLACED = "payment:place"
    PAYMENT_RETURNED = "payment:return"
    PAYMENT_UNDONE = "payment:undo"
    CORRECTION_ASKED = "payment:ask-correction"
    CORRECTION_REFUSED = "payment:refuse-correction"
    DIFFERENCE_WRITTEN_OFF = "payment:write-off"
    REMINDERS_PAUSED = "reminders:pause"
    REMINDERS_RESUMED = "reminders:resume"
    REMINDERS_SENT = "reminders:send"
    PAYMENT_FILE_DOWNLOADED = "payment-file:download"
    PAYMENT_FILE_MADE = "payment-file:make"
    QUESTION_ANSWERED = "question:answer"
    QUESTION_ASKED = "question:ask"
    QUESTION_CLOSED = "question:close"
    QUESTION_REOPENED = "question:reopen"
    QUESTION_TAKEN = "question:take"
    QUOTE_MADE = "quote:make"
    QUOTE_MAILED = "quote:mail"
    PRINT_BATCH_DOWNLOADED = "print-batch:download"
    PRINT_BATCH_MOVED = "print-batch:move"
    REFUND_APPROVED = "refund:approve"
    REFUND_ASKED = "refund:ask"
    REFUND_CANCELLED = "refund:cancel"
    REFUND_PAID = "refund:pay"
    REFUND_REFUSED = "refund:refuse"
    REFUND_RETURNED = "refund:return"
    SITE_ADDED = "site:add"
    SITE_CHANGED = "site:change"
    SITE_CLOSED = "site:close"
    STATEMENT_OF_ACCOUNT_SENT = "statement-of-account:send"
    STATEMENT_RECEIVED = "statement:receive"
    STATEMENT_BOOKED = "statement:book"
    STATEMENT_REFUSED = "statement:refuse"
    TRANSMISSION_CANCELLED = "transmission:cancel"
    TRANSMISSION_RETRIED = "transmission:retry"
    UPLOAD_APPLIED = "upload:apply"
    UPLOAD_DISCARDED = "upload:discard"
    UPLOAD_EXPORTED = "upload:export"
    UPLOAD_RECEIVED = "upload:receive"
    UPLOAD_REFUSED = "upload:refuse"


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


def record_events(
    *, actor: Any, action: Action, client_id: int, facts_by_subject: Mapping[int, Mapping[str, Any]]
) -> None:
    """Add one event for each subject id with its facts, in one statement for one or 100,000 of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO audit_event (at, actor_id, actor_label, action, client_id, subject_id, facts)
            SELECT statement_timestamp(), %s, %s, %s, %s, told.subject_id, told.facts
            FROM unnest(%s::bigint[], %s::jsonb[]) WITH ORDINALITY AS told (subject_id, facts, place)
            ORDER BY told.place
            """,
            [
                getattr(actor, "pk", None),
                getattr(actor, "email", "") or "system",
                action.value,
                client_id,
                list(facts_by_subject),
                [json.dumps(facts) for facts in facts_by_subject.values()],
            ],
        )
