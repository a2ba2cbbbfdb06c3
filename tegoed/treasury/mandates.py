"""Mandates: signed, suspended, revoked. Callers (`tegoed.flows`) own the transaction.

Its one law: one mandate of a client is in force at a time, and what was signed never changes: another account, or the
same one after a suspension, is signed anew.
"""

from collections.abc import Mapping
from datetime import datetime

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import Client, User
from tegoed.outbox.models import Document
from tegoed.treasury.models import Mandate, MandateState
from tegoed.treasury.references import Mark, next_ids, reference
from tegoed.treasury.refusals import MandateInForce, MandateNotInForce


def open_mandate(
    *,
    client: Client,
    scheme: str,
    iban: str,
    signer_name: str,
    signer_function: str,
    signed_from: str,
    creditor_identifier: str,
    creditor: Mapping[str, str],
    debtor: Mapping[str, str],
    actor: User,
    at: datetime,
) -> Mandate:
    """Write down what was signed. A suspended mandate gives way. Raises `MandateInForce`."""
    Client.objects.select_for_update().get(pk=client.pk)
    before = Mandate.objects.select_for_update().filter(client=client).exclude(state=MandateState.REVOKED).first()
    if before is not None:
        if before.state == MandateState.ACTIVE:
            raise MandateInForce(reference=before.reference)
        _end(before, actor=actor, at=at)
    (mandate_id,) = next_ids("treasury_mandate")
    mandate = Mandate.objects.create(
        id=mandate_id,
        client=client,
        reference=reference(Mark.MANDATE, mandate_id),
        scheme=scheme,
        iban=iban,
        creditor_identifier=creditor_identifier,
        creditor=dict(creditor),
        debtor=dict(debtor),
        signer_name=signer_name,
        signer_function=signer_function,
        signed_by=actor,
        signed_at=at,
        signed_from=signed_from,
        language=client.language,
    )
    record_event(
        actor=actor,
        action=Action.MANDATE_SIGNED,
        client_id=client.pk,
        subject_id=mandate.pk,
        reference=mandate.reference,
        scheme=scheme,
        signed_from=signed_from,
    )
    return mandate


def keep_mandate_document(*, mandate: Mandate, document: Document) -> None:
    """The PDF as it was sent belongs to the mandate."""
    mandate.document = document
    mandate.save(update_fields=["document"])


def end_mandate(*, client: Client, mandate_id: int, actor: User, at: datetime) -> Mandate:
    """Revoke a mandate. Raises `Mandate.DoesNotExist`, `MandateNotInForce`."""
    mandate = Mandate.objects.select_for_update().get(client=client, pk=mandate_id)
    if mandate.state == MandateState.REVOKED:
        raise MandateNotInForce(reference=mandate.reference)
    _end(mandate, actor=actor, at=at)
    return mandate


def _end(mandate: Mandate, *, actor: User, at: datetime) -> None:
    mandate.state = MandateState.REVOKED
    mandate.ended_at = at
    mandate.ended_by = actor
    mandate.save(update_fields=["state", "ended_at", "ended_by"])
    record_event(
        actor=actor,
        action=Action.MANDATE_REVOKED,
        client_id=mandate.client_id,
        subject_id=mandate.pk,
        reference=mandate.reference,
    )


def suspend_mandate(*, mandate_id: int, reason: str, at: datetime) -> bool:
    """Collect no more under it, for the bank's reason; False when it wasn't active."""
    mandate = Mandate.objects.select_for_update().get(pk=mandate_id)
    if mandate.state != MandateState.ACTIVE:
        return False
    mandate.state = MandateState.SUSPENDED
    mandate.suspended_reason = reason
    mandate.ended_at = at
    mandate.save(update_fields=["state", "suspended_reason", "ended_at"])
    record_event(
        actor=None,
        action=Action.MANDATE_SUSPENDED,
        client_id=mandate.client_id,
        subject_id=mandate.pk,
        reference=mandate.reference,
        reason=reason,
    )
    return True
