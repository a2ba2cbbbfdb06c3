"""Writes on the client itself: what its owner corrects (SPEC B5), four eyes (Q5, O3), where it gets e-invoices (I4)."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import Client, Role, User
from tegoed.errors import Refusal
from tegoed.rules.participants import participant_of, read_participant

COMPANY_FIELDS = ("street", "postcode", "town", "billing_email", "language")


class SecondPersonMissing(Refusal):
    """Four eyes take two people who prepare or approve orders, one of them an owner or approver."""

    code = "second-person-missing"


@transaction.atomic
def change_company(*, client: Client, particulars: Mapping[str, str], actor: User | None) -> Client:
    """Correct address, e-mail on invoices or language (`COMPANY_FIELDS`); papers issued from now on carry them.

    Nothing changed: nothing written. The trail keeps old and new.
    """
    locked = Client.objects.select_for_update().get(pk=client.pk)
    changes = {
        name: [getattr(locked, name), particulars[name]]
        for name in COMPANY_FIELDS
        if name in particulars and getattr(locked, name) != particulars[name]
    }
    for name, (_old, new) in changes.items():
        setattr(locked, name, new)
    if changes:
        locked.save(update_fields=list(changes))
        record_event(
            actor=actor, action=Action.CLIENT_CHANGED, client_id=client.pk, subject_id=client.pk, changed=changes
        )
    return locked


@transaction.atomic
def set_peppol(*, client: Client, is_on_peppol: bool, peppol_id: str, actor: User | None) -> Client:
    """Say whether and where the client receives e-invoices over Peppol (SPEC I4). It is so already: nothing happens.

    `peppol_id`: an address, or empty for the company's own enterprise number. Raises `ParticipantInvalid`.
    """
    locked = Client.objects.select_for_update().get(pk=client.pk)
    wanted = read_participant(peppol_id) if peppol_id.strip() else ""
    if wanted == participant_of(locked.enterprise_number):
        wanted = ""
    told = {"is_on_peppol": is_on_peppol, "peppol_id": wanted}
    changes = {name: [getattr(locked, name), new] for name, new in told.items() if getattr(locked, name) != new}
    for name, (_old, new) in changes.items():
        setattr(locked, name, new)
    if changes:
        locked.save(update_fields=list(changes))
        record_event(
            actor=actor, action=Action.CLIENT_CHANGED, client_id=client.pk, subject_id=client.pk, changed=changes
        )
    return locked


@transaction.atomic
def set_pays_from_credit(*, client: Client, is_on: bool, actor: User | None) -> Client:
    """Let credit on account pay the next invoices by itself, or no longer. It is so already: nothing happens."""
    locked = Client.objects.select_for_update().get(pk=client.pk)
    if locked.pays_from_credit == is_on:
        return locked
    locked.pays_from_credit = is_on
    locked.save(update_fields=["pays_from_credit"])
    changed = {"pays_from_credit": [not is_on, is_on]}
    record_event(actor=actor, action=Action.CLIENT_CHANGED, client_id=client.pk, subject_id=client.pk, changed=changed)
    return locked


@transaction.atomic
def set_invoices_by_group(*, client: Client, is_on: bool, actor: User | None) -> Client:
    """Give each billing group invoices of its own, or one invoice for all again. It is so already: nothing happens.

    Orders already confirmed, and their invoices, stay as they are.
    """
    locked = Client.objects.select_for_update().get(pk=client.pk)
    if locked.invoices_by_group == is_on:
        return locked
    locked.invoices_by_group = is_on
    locked.save(update_fields=["invoices_by_group"])
    changed = {"invoices_by_group": [not is_on, is_on]}
    record_event(actor=actor, action=Action.CLIENT_CHANGED, client_id=client.pk, subject_id=client.pk, changed=changed)
    return locked


@transaction.atomic
def set_four_eyes(*, client: Client, is_on: bool, actor: User | None) -> Client:
    """Let a second person approve each order from now on, or no longer. It is so already: nothing happens.

    Orders that wait for approval go on waiting: somebody chose to have them looked at. Raises `SecondPersonMissing`.
    """
    locked = Client.objects.select_for_update().get(pk=client.pk)
    if locked.needs_approval == is_on:
        return locked
    if is_on and not second_person_is_there(locked):
        raise SecondPersonMissing
    locked.needs_approval = is_on
    locked.save(update_fields=["needs_approval"])
    changed = {"needs_approval": [not is_on, is_on]}
    record_event(actor=actor, action=Action.CLIENT_CHANGED, client_id=client.pk, subject_id=client.pk, changed=changed)
    return locked


def second_person_is_there(client: Client) -> bool:
    """Whether what one of the client's members confirms can be approved by another."""
    members = client.memberships.filter(user__is_active=True, role__in=[Role.OWNER, Role.ORDERER, Role.APPROVER])
    return members.count() > 1 and members.exclude(role=Role.ORDERER).exists()


@transaction.atomic
def dismiss_first_steps(*, client: Client, actor: User | None) -> None:
    """Show the list of first steps no more, to nobody of the client. Dismissed before: nothing happens."""
    locked = Client.objects.select_for_update().get(pk=client.pk)
    if locked.first_steps_dismissed_at is None:
        locked.first_steps_dismissed_at = timezone.now()
        locked.save(update_fields=["first_steps_dismissed_at"])
        record_event(actor=actor, action=Action.FIRST_STEPS_DISMISSED, client_id=client.pk, subject_id=client.pk)
