"""Mails about money go to the client's billing contacts, each in its own language (docs/adr/0020).

Its one law: the text speaks the contact's language, an invoice or credit note attached is the one original, byte for byte, in
the client's language. Who receives what is decided in `clients.billing_contacts`.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from tegoed.clients.billing_contacts import MailPurpose, Recipient, recipients_for
from tegoed.clients.models import Client
from tegoed.flows.jobs import send_messages_job
from tegoed.outbox.actions import queue_message
from tegoed.outbox.models import Document


def _short(email: str) -> str:
    """What stands for an address in a key: addresses may be longer than a key."""
    return sha256(email.lower().encode()).hexdigest()[:16]


def mail_contacts(
    *,
    client: Client,
    purpose: MailPurpose,
    event_key: str,
    kind: str,
    words: Callable[[str], tuple[str, str]],
    documents: Sequence[Document] | Callable[[str], Sequence[Document]] = (),
) -> int:
    """Queue one mail for each contact that receives such mails; how many.

    `words` gives (subject, text) for a language; `documents` may depend on it too. The first contact's message has the key
    itself, the others' the key and their address: the same event again adds nobody twice.
    """
    recipients = recipients_for(client, purpose)
    for place, recipient in enumerate(recipients):
        subject, text = words(recipient.language)
        queue_message(
            event_key=key_for(event_key, place, recipient),
            kind=kind,
            client_id=client.pk,
            recipient=recipient.email,
            language=recipient.language,
            subject=subject,
            text=text,
            documents=documents(recipient.language) if callable(documents) else documents,
        )
    if recipients:
        send_messages_job.defer()
    return len(recipients)


def key_for(event_key: str, place: int, recipient: Recipient) -> str:
    """The event's own key for the first contact, for the others the key and what stands for their address."""
    return event_key if place == 0 else f"{event_key}:{_short(recipient.email)}"
