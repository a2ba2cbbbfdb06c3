"""Everything encrypted gets the newest key, so that older keys can be taken away (SPEC X2).

Its one law: forms that wait come first, since what is applied from them becomes identifiers. Each batch is a transaction
of its own, so it may be stopped and started again.
"""

from dataclasses import dataclass

from django.db import transaction

from tegoed import encryption
from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.actions import rotate_identifier_keys
from tegoed.clients.models import User
from tegoed.outbox.secret_part import renew_secret_parts
from tegoed.uploads.renewing import renew_files, renew_staged_numbers, staged_numbers_under_older_keys

BATCH_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many were under an older key: national numbers (of people, and in rows that wait), files of clients."""

    number_count: int
    file_count: int


def rotate_keys(*, actor: User | None) -> Renewed:
    """Encrypt files of clients, links in mails that wait, staged numbers and identifiers with the newest key."""
    newest = encryption.newest_key_id()
    renew_secret_parts(newest_key_id=newest)
    file_count = renew_files(newest_key_id=newest)
    number_count = 0
    while batch_count := _renew_staged(newest):
        number_count += batch_count
    return Renewed(number_count + rotate_identifier_keys(actor=actor), file_count)


@transaction.atomic
def _renew_staged(newest_key_id: str) -> int:
    """One batch of numbers of people still to be made; each is bound to the id that the person will have."""
    renewed = []
    for staged in staged_numbers_under_older_keys(newest_key_id=newest_key_id, row_count=BATCH_ROWS):
        value = identifier_vault.decrypt(staged.key_id, staged.ciphertext, person_id=staged.person_id)
        key_id, ciphertext = identifier_vault.encrypt(value, person_id=staged.person_id)
        renewed.append((staged.upload_id, staged.row, key_id, ciphertext))
    renew_staged_numbers(renewed)
    return len(renewed)
