"""Queueing messages and sending them."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection, transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.outbox.models import Document, Message, MessageState
from tegoed.outbox.secret_part import MessageSecretGone, is_secret_gone, seal, text_to_send

log = structlog.get_logger(__name__)

FIRST_RETRY = timedelta(minutes=1)
"""Doubled at each further attempt, up to `settings.OUTBOX_ATTEMPTS_MAX` of them."""


QUEUED_AT_ONCE_MAX = 5_000


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file we made, to be kept."""

    file_name: str
    media_type: str
    content: bytes


def keep_documents(files: Sequence[NewFile]) -> list[Document]:
    """Store files in the order given, in one statement.

    Its contents go as bytes, not as text in the statement: that halves the work for files of this size.
    """
    now = timezone.now()
    hashes = [hashlib.sha256(file.content).hexdigest() for file in files]
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            """
            INSERT INTO outbox_document (file_name, media_type, content, sha256, created_at)
            SELECT file_name, media_type, content, sha256, %s
            FROM unnest(%s::text[], %s::text[], %b::bytea[], %s::text[]) WITH ORDINALITY
                AS file (file_name, media_type, content, sha256, place)
            ORDER BY place RETURNING id
            """,
            [
                now,
                [file.file_name for file in files],
                [file.media_type for file in files],
                [file.content for file in files],
                hashes,
            ],
        )
        ids = [found for (found,) in cursor.fetchall()]
    return [
        Document(
            pk=pk,
            file_name=file.file_name,
            media_type=file.media_type,
            content=file.content,
            sha256=sha256,
            created_at=now,
        )
        for pk, file, sha256 in zip(ids, files, hashes, strict=True)
    ]


def keep_document(*, file_name: str, media_type: str, content: bytes) -> Document:
    """Store one file."""
    (kept,) = keep_documents([NewFile(file_name, media_type, content)])
    return kept


@transaction.atomic(savepoint=False)
def queue_message(
    *,
    event_key: str,
    kind: str,
    client_id: int | None,
    recipient: str,
    language: str,
    subject: str,
    text: str,
    documents: Sequence[Document] = (),
    secret: str = "",
) -> Message:
    """Queue a mail in the transaction of its cause; the same `event_key` again gives the message that is there.

    `secret`: goes where the text says `SECRET_PLACE`, and is kept as `outbox.secret_part` says.
    """
    now = timezone.now()
    secret_key_id, sealed = seal(secret, event_key=event_key) if secret else ("", None)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH made AS (
                INSERT INTO outbox_message (event_key, kind, client_id, recipient, language, subject, text, html, state,
                    attempt_count, next_attempt_at, last_error, created_at, secret_key_id, secret)
                VALUES (%s, %s, %s, %s, %s, %s, %s, '', %s, 0, %s, '', %s, %s, %s)
                ON CONFLICT (event_key) DO NOTHING RETURNING id
            ), attached AS (
                INSERT INTO outbox_message_documents (message_id, document_id)
                SELECT made.id, unnest(%s::bigint[]) FROM made
            )
            SELECT id FROM made
            """,
            [
                event_key,
                kind,
                client_id,
                recipient,
                language,
                subject,
                text,
                MessageState.QUEUED,
                now,
                now,
                secret_key_id,
                sealed,
                [document.pk for document in documents],
            ],
        )
        made = cursor.fetchone()
    if made is None:
        return Message.objects.get(event_key=event_key)
    return Message(
        pk=made[0],
        event_key=event_key,
        kind=kind,
        client_id=client_id,
        recipient=recipient,
        language=language,
        subject=subject,
        text=text,
        next_attempt_at=now,
        created_at=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageToQueue:
    """A mail without documents, as `queue_message` takes it."""

    event_key: str
    kind: str
    client_id: int | None
    recipient: str
    language: str
    subject: str
    text: str


def queue_messages(mails: Sequence[MessageToQueue]) -> None:
    """Queue many mails in the transaction of their cause, in one statement; those whose `event_key` is there are passed over."""
    Message.objects.bulk_create(
        [Message(**asdict(mail)) for mail in mails], ignore_conflicts=True, batch_size=QUEUED_AT_ONCE_MAX
    )


def send_due_messages() -> int:
    """Send what waits and is due, one transaction each; how many went out.

    A message is claimed with its row locked (workers skip each other's) and marked after the mail server took it: a
    worker killed in between sends it once more. A failure is noted and tried again later, at last given up as `failed`.
    """
    sent_count = 0
    while True:
        with transaction.atomic():
            message = (
                Message.objects.select_for_update(skip_locked=True)
                .filter(state=MessageState.QUEUED, next_attempt_at__lte=timezone.now())
                .order_by("next_attempt_at", "id")
                .first()
            )
            if message is None:
                return sent_count
            sent_count += _send(message)


@transaction.atomic
def retry_message(*, message_id: int, actor: Any) -> bool:
    """Queue a message that failed once more, with all its attempts before it; False when it isn't failed (any more).

    Raises `MessageSecretGone` for one with a one-time link.
    """
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.state != MessageState.FAILED:
        return False
    if is_secret_gone(message):
        raise MessageSecretGone
    message.state = MessageState.QUEUED
    message.attempt_count = 0
    message.next_attempt_at = timezone.now()
    message.save(update_fields=["state", "attempt_count", "next_attempt_at"])
    record_event(actor=actor, action=Action.MESSAGE_RETRIED, client_id=message.client_id, subject_id=message.pk)
    return True


def _send(message: Message) -> bool:
    message.attempt_count += 1
    try:
        _mail(message).send()
    except Exception as error:  # noqa: BLE001 - whatever the mail server did, the message stays
        # what the mail server says is told; another error's words could hold the text
        is_told = isinstance(error, OSError) or not message.secret_key_id
        told = repr(error) if is_told else type(error).__name__
        log.warning("message-not-sent", message_id=message.pk, attempt=message.attempt_count, error=told[:200])
        message.last_error = told[:300]
        message.next_attempt_at = timezone.now() + FIRST_RETRY * 2 ** (message.attempt_count - 1)
        if message.attempt_count >= settings.OUTBOX_ATTEMPTS_MAX:
            message.state = MessageState.FAILED
            message.secret = None
        message.save(update_fields=["attempt_count", "last_error", "next_attempt_at", "state", "secret"])
        return False
    message.state = MessageState.SENT
    message.sent_at = timezone.now()
    message.secret = None
    message.save(update_fields=["attempt_count", "state", "sent_at", "secret"])
    return True


def _mail(message: Message) -> EmailMessage:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=text_to_send(message),
        to=[message.recipient],
        headers={"Message-ID": f"<message-{message.pk}@{settings.ALLOWED_HOSTS[0]}>"},
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for document in message.documents.order_by("id"):
        mail.attach(document.file_name, bytes(document.content), document.media_type)
    return mail
