"""Everything that holds national numbers gets the newest key, so that older keys can be taken away (SPEC X2).

Its one law: forms that wait come first, since what is applied from them becomes identifiers. Each batch is a transaction
of its own, so it may be stopped and started again.
"""

from django.db import transaction

from tegoed import encryption
from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.actions import rotate_identifier_keys
from tegoed.clients.models import User
from tegoed.uploads.renewing import renew_files, renew_staged_numbers, staged_numbers_under_older_keys

BATCH_ROWS = 1_000


def rotate_keys(*, actor: User | None) -> int:
    """Encrypt files of clients, staged numbers and identifiers with the newest key; how many were under an older one."""
    newest = encryption.newest_key_id()
    count = renew_files(newest_key_id=newest)
    while batch_count := _renew_staged(newest):
        count += batch_count
    return count + rotate_identifier_keys(actor=actor)


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
