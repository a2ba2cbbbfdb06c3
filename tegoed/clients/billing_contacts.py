"""Billing contacts: which addresses get a client's mails about money, and in which language.

Its one law: somebody always gets the invoices and somebody the reminders; the last one can't be taken away. It writes no
mails, and the address that stands on documents is the company's own (`Client.billing_email`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import BillingContact, Client, User
from tegoed.errors import Refusal

CONTACTS_MAX = 20


class MailPurpose(StrEnum):
    """What a contact may receive; the field is `receives_` and this."""

    INVOICES = "invoices"
    REMINDERS = "reminders"
    PAYMENT_NOTICES = "payment_notices"
    STATEMENTS = "statements"


PURPOSE_FIELDS = tuple(f"receives_{purpose}" for purpose in MailPurpose)
CONTACT_FIELDS = ("email", "name", "language", *PURPOSE_FIELDS)
NEVER_WITHOUT_READER = (MailPurpose.INVOICES, MailPurpose.REMINDERS)


class BillingContactKnown(Refusal):
    """The client has a contact with that address already. Param: `email`."""

    code = "billing-contact-known"


class BillingContactNeeded(Refusal):
    """Nobody would receive these mails any more. Param: `reason`, a `MailPurpose`."""

    code = "billing-contact-needed"


class TooManyBillingContacts(Refusal):
    """There are as many as a client may have. Param: `contacts_max`."""

    code = "too-many-billing-contacts"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a mail goes and in which language."""

    email: str
    language: str


def billing_contacts_of(client: Client) -> QuerySet[BillingContact]:
    """All contacts of the client, the oldest first."""
    return client.billing_contacts.order_by("id")


def recipients_for(client: Client, purpose: MailPurpose) -> list[Recipient]:
    """Who gets such a mail; nobody when the client wants it so. A client without any contact has its billing address."""
    return recipients_by_client([client], purpose)[client.pk]


def recipients_by_client(clients: Iterable[Client], purpose: MailPurpose) -> dict[int, list[Recipient]]:
    """The same for several clients, by id, in one query."""
    asked = list(clients)
    contacts: dict[int, list[BillingContact]] = {}
    for contact in BillingContact.objects.filter(client__in=asked).order_by("id"):
        contacts.setdefault(contact.client_id, []).append(contact)
    return {
        client.pk: [
            Recipient(contact.email, contact.language)
            for contact in contacts[client.pk]
            if getattr(contact, f"receives_{purpose}")
        ]
        if client.pk in contacts
        else [Recipient(client.billing_email, client.language)]
        for client in asked
    }


@transaction.atomic
def add_billing_contact(*, client: Client, particulars: Mapping[str, Any], actor: User | None) -> BillingContact:
    """One more contact; `particulars` are `CONTACT_FIELDS`. Raises `BillingContactKnown`, `TooManyBillingContacts`."""
    contacts = _locked(client)
    if len(contacts) >= CONTACTS_MAX:
        raise TooManyBillingContacts(contacts_max=CONTACTS_MAX)
    _check_address(contacts, particulars["email"])
    contact = BillingContact.objects.create(
        client=client, **{name: particulars[name] for name in CONTACT_FIELDS if name in particulars}
    )
    told = {name: getattr(contact, name) for name in CONTACT_FIELDS}
    record_event(
        actor=actor, action=Action.BILLING_CONTACT_ADDED, client_id=client.pk, subject_id=contact.pk, contact=told
    )
    return contact


@transaction.atomic
def change_billing_contact(
    *, client: Client, contact_id: int, particulars: Mapping[str, Any], actor: User | None
) -> BillingContact:
    """Correct a contact, or what it receives; nothing changed, nothing written. The trail keeps old and new.

    Raises `BillingContact.DoesNotExist`, `BillingContactKnown`, `BillingContactNeeded`.
    """
    contacts = _locked(client)
    contact = _one_of(contacts, contact_id)
    others = [other for other in contacts if other.pk != contact.pk]
    changes = {
        name: [getattr(contact, name), particulars[name]]
        for name in CONTACT_FIELDS
        if name in particulars and getattr(contact, name) != particulars[name]
    }
    if "email" in changes:
        _check_address(others, particulars["email"])
    for name, (_old, new) in changes.items():
        setattr(contact, name, new)
    _check_readers([*others, contact])
    if changes:
        contact.save(update_fields=list(changes))
        record_event(
            actor=actor,
            action=Action.BILLING_CONTACT_CHANGED,
            client_id=client.pk,
            subject_id=contact.pk,
            email=contact.email,
            changed=changes,
        )
    return contact


@transaction.atomic
def remove_billing_contact(*, client: Client, contact_id: int, actor: User | None) -> None:
    """This address gets no more mails. Raises `BillingContact.DoesNotExist`, `BillingContactNeeded`."""
    contacts = _locked(client)
    contact = _one_of(contacts, contact_id)
    _check_readers([other for other in contacts if other.pk != contact.pk])
    contact.delete()
    record_event(
        actor=actor,
        action=Action.BILLING_CONTACT_REMOVED,
        client_id=client.pk,
        subject_id=contact_id,
        email=contact.email,
    )


def _locked(client: Client) -> list[BillingContact]:
    """The contacts as they are; the client's row makes two writers wait for each other."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    return list(billing_contacts_of(client))


def _one_of(contacts: list[BillingContact], contact_id: int) -> BillingContact:
    for contact in contacts:
        if contact.pk == contact_id:
            return contact
    raise BillingContact.DoesNotExist


def _check_address(others: list[BillingContact], email: str) -> None:
    if any(other.email.lower() == email.lower() for other in others):
        raise BillingContactKnown(email=email)


def _check_readers(contacts: list[BillingContact]) -> None:
    for purpose in NEVER_WITHOUT_READER:
        if not any(getattr(contact, f"receives_{purpose}") for contact in contacts):
            raise BillingContactNeeded(reason=str(purpose))
