"""Files of clients, encrypted: they hold national numbers (SPEC X2).

Its one law: a file is readable only as that of its own upload. What is in it is not looked at here.
"""

from tegoed import encryption


def encrypt(content: bytes, *, upload_id: int) -> tuple[str, bytes]:
    """(key id, ciphertext) of a file."""
    return encryption.encrypt(content, owner=_owner(upload_id))


def decrypt(key_id: str, ciphertext: bytes | memoryview, *, upload_id: int) -> bytes:
    """The file again. Raises `cryptography.exceptions.InvalidTag` when it was tampered with or is another upload's."""
    return encryption.decrypt(key_id, bytes(ciphertext), owner=_owner(upload_id))


def _owner(upload_id: int) -> str:
    return f"upload:{upload_id}"
