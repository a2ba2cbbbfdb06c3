"""The one place where identifiers (NISS, BIS, temporary numbers) are encrypted, hashed and read back.

Its one law: an identifier is stored as AES-256-GCM ciphertext bound to its person (associated data), and found by
HMAC-SHA-256 under a second key; nothing outside this module sees a key (SPEC X2, DESIGN "Data rules").
Keys come from settings; a new one is put in front of the list, and `tegoed rotate-identifier-keys` re-encrypts.
It decides nothing about who may see a number: callers do, and write it in the trail.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tegoed.rules.identifiers import Identifier, IdentifierKind

_KEY_BYTES = 32
_NONCE_BYTES = 12
_KEY_ID_LENGTH_MAX = 40


def _key(encoded: str, name: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ImproperlyConfigured(f"{name}: a key is not base64") from error
    if len(key) != _KEY_BYTES:
        raise ImproperlyConfigured(f"{name}: a key must be {_KEY_BYTES} bytes, not {len(key)}")
    return key


@lru_cache(maxsize=4)
def _encryption_keys(setting: str) -> dict[str, AESGCM]:
    """Ciphers by key id; the first is the one that encrypts."""
    keys = {}
    for entry in setting.split():
        key_id, _, encoded = entry.partition(":")
        key = _key(encoded, "TEGOED_IDENTIFIER_ENCRYPTION_KEYS")
        if not 0 < len(key_id) <= _KEY_ID_LENGTH_MAX or key_id in keys:
            raise ImproperlyConfigured(
                f"TEGOED_IDENTIFIER_ENCRYPTION_KEYS: each key needs an id of its own of 1 to {_KEY_ID_LENGTH_MAX} characters"
            )
        keys[key_id] = AESGCM(key)
    if not keys:
        raise ImproperlyConfigured("TEGOED_IDENTIFIER_ENCRYPTION_KEYS is empty")
    return keys


@lru_cache(maxsize=4)
def _lookup_key(setting: str) -> bytes:
    return _key(setting, "TEGOED_IDENTIFIER_LOOKUP_KEY")


def check_keys() -> None:
    """Read all keys, so that a faulty one stops the start and not the first registration. Raises `ImproperlyConfigured`."""
    _encryption_keys(settings.IDENTIFIER_ENCRYPTION_KEYS)
    _lookup_key(settings.IDENTIFIER_LOOKUP_KEY)


def newest_key_id() -> str:
    """The id of the key that encrypts today."""
    return next(iter(_encryption_keys(settings.IDENTIFIER_ENCRYPTION_KEYS)))


def lookup_hash(identifier: Identifier, *, client_id: int) -> bytes:
    """32 bytes by which the identifier is found. A temporary number means something within one client only."""
    scope = f"client-{client_id}" if identifier.kind == IdentifierKind.TEMPORARY else "belgium"
    words = f"{scope}:{identifier.value}".encode()
    return hmac.new(_lookup_key(settings.IDENTIFIER_LOOKUP_KEY), words, hashlib.sha256).digest()


def encrypt(identifier_value: str, *, person_id: int) -> tuple[str, bytes]:
    """(key id, nonce + ciphertext) of the value, readable only as this person's."""
    key_id = newest_key_id()
    nonce = secrets.token_bytes(_NONCE_BYTES)
    cipher = _encryption_keys(settings.IDENTIFIER_ENCRYPTION_KEYS)[key_id]
    return key_id, nonce + cipher.encrypt(nonce, identifier_value.encode(), _owner(person_id))


def decrypt(key_id: str, ciphertext: bytes, *, person_id: int) -> str:
    """The value again. Raises `cryptography.exceptions.InvalidTag` when it was tampered with or is someone else's."""
    cipher = _encryption_keys(settings.IDENTIFIER_ENCRYPTION_KEYS).get(key_id)
    if cipher is None:
        raise ImproperlyConfigured(f"no encryption key {key_id!r} in TEGOED_IDENTIFIER_ENCRYPTION_KEYS")
    nonce, encrypted = ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:]
    return cipher.decrypt(nonce, encrypted, _owner(person_id)).decode()


def _owner(person_id: int) -> bytes:
    return f"person:{person_id}".encode()
