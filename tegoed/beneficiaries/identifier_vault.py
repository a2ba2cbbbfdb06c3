"""The one place where identifiers (NISS, BIS, temporary numbers) are encrypted, hashed and read back.

Its one law: an identifier is stored as ciphertext bound to its person (`tegoed.encryption`), and found by HMAC-SHA-256
under a second key that nothing outside this module sees (SPEC X2, DESIGN "Data rules").
Keys come from settings; a new one is put in front of the list, and `tegoed rotate-identifier-keys` re-encrypts.
It decides nothing about who may see a number: callers do, and write it in the trail.
"""

import hmac
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings

from tegoed import encryption
from tegoed.rules.identifiers import Identifier, IdentifierKind

_TEMPORARY = IdentifierKind.TEMPORARY.value


@lru_cache(maxsize=4)
def _lookup_key(setting: str) -> bytes:
    return encryption.read_key(setting, "TEGOED_IDENTIFIER_LOOKUP_KEY")


def check_keys() -> None:
    """Read all keys, so that a faulty one stops the start and not the first registration. Raises `ImproperlyConfigured`."""
    encryption.check_encryption_keys()
    _lookup_key(settings.IDENTIFIER_LOOKUP_KEY)


def newest_key_id() -> str:
    """The id of the key that encrypts today."""
    return encryption.newest_key_id()


def lookup_hash(identifier: Identifier, *, client_id: int) -> bytes:
    """32 bytes by which the identifier is found. A temporary number means something within one client only."""
    (found_by,) = lookup_hashes([(identifier.kind, identifier.value)], client_id=client_id)
    return found_by


def lookup_hashes(kind_and_value: Iterable[tuple[str, str]], *, client_id: int) -> list[bytes]:
    """The same for each (kind, value in canonical form), as forms with many rows bring them."""
    key = _lookup_key(settings.IDENTIFIER_LOOKUP_KEY)
    own_scope = f"client-{client_id}"
    return [
        hmac.digest(key, f"{own_scope if kind == _TEMPORARY else 'belgium'}:{value}".encode(), "sha256")
        for kind, value in kind_and_value
    ]


def encrypt(identifier_value: str, *, person_id: int) -> tuple[str, bytes]:
    """(key id, nonce + ciphertext) of the value, readable only as this person's."""
    return encryption.encrypt(identifier_value.encode(), owner=_owner(person_id))


def encrypt_many(value_and_person_id: Iterable[tuple[str, int]]) -> tuple[str, list[bytes]]:
    """The same for each (value, person id), under one key."""
    return encryption.encrypt_many([(value.encode(), _owner(person_id)) for value, person_id in value_and_person_id])


def decrypt(key_id: str, ciphertext: bytes, *, person_id: int) -> str:
    """The value again. Raises `cryptography.exceptions.InvalidTag` when it was tampered with or is someone else's."""
    return encryption.decrypt(key_id, ciphertext, owner=_owner(person_id)).decode()


def _owner(person_id: int) -> str:
    return f"person:{person_id}"
