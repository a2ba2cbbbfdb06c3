"""The keys under which Tegoed keeps what may hold national numbers: single numbers, and whole files of clients.

Its one law: what is encrypted is bound to its owner (`person:7`, `upload:12`) as associated data, so that a row copied to
another one can't be read; nothing outside this module sees a key (SPEC X2, DESIGN "Data rules").
AES-256-GCM; keys come from settings, the newest first, each with an id that is stored beside what it encrypted.
It knows no number and no file: `beneficiaries.identifier_vault` and `uploads.content_vault` do.
"""

import base64
import binascii
import secrets
from collections.abc import Sequence
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_ID_LENGTH_MAX = 40
_KEY_BYTES = 32
_NONCE_BYTES = 12


def read_key(encoded: str, name: str) -> bytes:
    """The 32 bytes of a key in base64; `name` is the setting it stands in. Raises `ImproperlyConfigured`."""
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ImproperlyConfigured(f"{name}: a key is not base64") from error
    if len(key) != _KEY_BYTES:
        raise ImproperlyConfigured(f"{name}: a key must be {_KEY_BYTES} bytes, not {len(key)}")
    return key


@lru_cache(maxsize=4)
def _ciphers(setting: str) -> dict[str, AESGCM]:
    """Ciphers by key id; the first is the one that encrypts."""
    ciphers = {}
    for entry in setting.split():
        key_id, _, encoded = entry.partition(":")
        key = read_key(encoded, "TEGOED_IDENTIFIER_ENCRYPTION_KEYS")
        if not 0 < len(key_id) <= KEY_ID_LENGTH_MAX or key_id in ciphers:
            raise ImproperlyConfigured(
                f"TEGOED_IDENTIFIER_ENCRYPTION_KEYS: each key needs an id of its own of 1 to {KEY_ID_LENGTH_MAX} characters"
            )
        ciphers[key_id] = AESGCM(key)
    if not ciphers:
        raise ImproperlyConfigured("TEGOED_IDENTIFIER_ENCRYPTION_KEYS is empty")
    return ciphers


def check_encryption_keys() -> None:
    """Read all keys, so that a faulty one stops the start. Raises `ImproperlyConfigured`."""
    _ciphers(settings.IDENTIFIER_ENCRYPTION_KEYS)


def newest_key_id() -> str:
    """The id of the key that encrypts today."""
    return next(iter(_ciphers(settings.IDENTIFIER_ENCRYPTION_KEYS)))


def encrypt(plain: bytes, *, owner: str) -> tuple[str, bytes]:
    """(key id, nonce + ciphertext), readable only as this owner's."""
    key_id, (ciphertext,) = encrypt_many([(plain, owner)])
    return key_id, ciphertext


def encrypt_many(plain_and_owner: Sequence[tuple[bytes, str]]) -> tuple[str, list[bytes]]:
    """The same for each (plain, owner), under one key; every nonce is random and used once."""
    key_id, cipher = next(iter(_ciphers(settings.IDENTIFIER_ENCRYPTION_KEYS).items()))
    random_bytes = secrets.token_bytes(_NONCE_BYTES * len(plain_and_owner))
    ciphertexts = []
    for at, (plain, owner) in zip(range(0, len(random_bytes), _NONCE_BYTES), plain_and_owner, strict=True):
        nonce = random_bytes[at : at + _NONCE_BYTES]
        ciphertexts.append(nonce + cipher.encrypt(nonce, plain, owner.encode()))
    return key_id, ciphertexts


def decrypt(key_id: str, ciphertext: bytes, *, owner: str) -> bytes:
    """What was encrypted. Raises `cryptography.exceptions.InvalidTag` when it was tampered with or is someone else's."""
    cipher = _ciphers(settings.IDENTIFIER_ENCRYPTION_KEYS).get(key_id)
    if cipher is None:
        raise ImproperlyConfigured(f"no encryption key {key_id!r} in TEGOED_IDENTIFIER_ENCRYPTION_KEYS")
    return cipher.decrypt(ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:], owner.encode())
