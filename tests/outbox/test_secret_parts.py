"""The one-time link in a mail: sealed for its own message, put in at sending, wiped, and gone for good."""

import secrets
from base64 import b64encode
from smtplib import SMTPDataError

import pytest
from cryptography.exceptions import InvalidTag
from django.core import mail
from django.utils import timezone

from tegoed.flows.rotate_keys import rotate_keys
from tegoed.outbox.actions import queue_message, retry_message, send_due_messages
from tegoed.outbox.models import Message
from tegoed.outbox.secret_part import SECRET_PLACE, MessageSecretGone, text_to_send

SECRET = "s3cret-part-of-a-link"


def queued(number: int = 1) -> Message:
    return queue_message(
        event_key=f"test:{number}",
        kind="test",
        client_id=None,
        recipient="reader@client.example",
        language="nl",
        subject="Link",
        text=f"https://x.example/{SECRET_PLACE}/",
        secret=SECRET,
    )


def test_the_reader_gets_what_no_table_keeps(db) -> None:
    queued()
    kept = Message.objects.get()
    assert SECRET not in kept.text
    assert SECRET.encode() not in bytes(kept.secret)
    send_due_messages()
    assert mail.outbox[0].body == f"https://x.example/{SECRET}/"
    assert Message.objects.get().secret is None


def test_moved_to_another_message_it_cannot_be_read(db) -> None:
    mine, other = queued(1), queued(2)
    Message.objects.filter(pk=other.pk).update(secret=Message.objects.get(pk=mine.pk).secret)
    with pytest.raises(InvalidTag):
        text_to_send(Message.objects.get(pk=other.pk))
    assert send_due_messages() == 1
    assert Message.objects.get(pk=other.pk).last_error == "InvalidTag"


def test_what_the_mail_server_says_is_kept_and_never_the_text(db, monkeypatch) -> None:
    queued()
    errors = [SMTPDataError(554, b"no"), UnicodeEncodeError("ascii", SECRET, 0, 1, "odd")]
    for error, told in zip(errors, ["554", "UnicodeEncodeError"], strict=True):
        monkeypatch.setattr(
            "django.core.mail.message.EmailMessage.send", lambda _mail, error=error: (_ for _ in ()).throw(error)
        )
        Message.objects.update(next_attempt_at=timezone.now())
        send_due_messages()
        kept = Message.objects.get().last_error
        assert told in kept
        assert SECRET not in kept


def test_given_up_it_is_wiped_and_refused_another_try(db, monkeypatch, settings) -> None:
    message = queued()
    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", lambda _mail: 1 / 0)
    for _try in range(settings.OUTBOX_ATTEMPTS_MAX):
        Message.objects.update(next_attempt_at=timezone.now())
        send_due_messages()
    kept = Message.objects.get()
    assert (kept.state, kept.secret) == ("failed", None)
    with pytest.raises(MessageSecretGone):
        retry_message(message_id=message.pk, actor=None)


def test_rotating_keys_takes_along_what_waits(db, settings) -> None:
    queued()
    before = Message.objects.get().secret_key_id
    new = f"new:{b64encode(secrets.token_bytes(32)).decode()}"
    settings.IDENTIFIER_ENCRYPTION_KEYS = f"{new} {settings.IDENTIFIER_ENCRYPTION_KEYS}"
    rotate_keys(actor=None)
    assert (before != "new", Message.objects.get().secret_key_id) == (True, "new")
    settings.IDENTIFIER_ENCRYPTION_KEYS = new
    send_due_messages()
    assert SECRET in mail.outbox[0].body
