"""The part of a mail that only its reader may see: what makes a one-time link work (docs/adr/0027).

Its one law: it stands in no table in clear. The text has `SECRET_PLACE` where it belongs; the part itself is sealed, bound to
its message, put in at sending, and wiped as soon as the mail is sent or given up. It knows no invitation.
"""

from django.db import transaction

from tegoed import encryption
from tegoed.errors import Refusal
from tegoed.outbox.models import Message

SECRET_PLACE = "*" * 8
"""Stands in an address as it is, so that an address can be made with it in place of its secret part."""


class MessageSecretGone(Refusal):
    """The mail can't be sent again: its one-time link was wiped when it was given up. No params."""

    code = "message-secret-gone"


def seal(secret: str, *, event_key: str) -> tuple[str, bytes]:
    """(key id, ciphertext) of the secret part of one message."""
    return encryption.encrypt(secret.encode(), owner=_owner(event_key))


def text_to_send(message: Message) -> str:
    """The text as its reader gets it. Raises `MessageSecretGone`, `cryptography.exceptions.InvalidTag`."""
    if not message.secret_key_id:
        return message.text
    return message.text.replace(SECRET_PLACE, _secret_of(message))


def is_secret_gone(message: Message) -> bool:
    """Whether the message once had a secret part, which was wiped."""
    return bool(message.secret_key_id) and message.secret is None


def renew_secret_parts(*, newest_key_id: str) -> int:
    """Seal what waits under an older key anew, one message a transaction; how many (see `flows.rotate_keys`)."""
    waiting = Message.objects.filter(secret__isnull=False).exclude(secret_key_id=newest_key_id)
    ids = list(waiting.order_by("id").values_list("pk", flat=True))
    return sum(_renew(message_id) for message_id in ids)


@transaction.atomic
def _renew(message_id: int) -> bool:
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.secret is None:  # sent meanwhile
        return False
    message.secret_key_id, message.secret = seal(_secret_of(message), event_key=message.event_key)
    message.save(update_fields=["secret_key_id", "secret"])
    return True


def _secret_of(message: Message) -> str:
    if message.secret is None:
        raise MessageSecretGone
    sealed = bytes(message.secret)
    return encryption.decrypt(message.secret_key_id, sealed, owner=_owner(message.event_key)).decode()


def _owner(event_key: str) -> str:
    return f"message:{event_key}"
