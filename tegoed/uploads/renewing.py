"""Files and staged numbers under a newer key (see `flows.rotate_keys`)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from tegoed.uploads import content_vault
from tegoed.uploads.models import Upload


@dataclass(frozen=True, slots=True)
class StagedNumber:
    """The encrypted number of somebody still to be made."""

    upload_id: int
    row: int
    person_id: int
    key_id: str
    ciphertext: bytes


def renew_files(*, newest_key_id: str) -> int:
    """Encrypt every file and workbook with remarks that is under an older key anew, one a transaction; how many."""
    files = Upload.objects.filter(content__isnull=False).exclude(key_id=newest_key_id)
    remarked = Upload.objects.filter(remarked__isnull=False).exclude(remarked_key_id=newest_key_id)
    ids = {*files.values_list("pk", flat=True), *remarked.values_list("pk", flat=True)}
    for upload_id in sorted(ids):
        _renew(upload_id)
    return len(ids)


@transaction.atomic
def _renew(upload_id: int) -> None:
    upload = Upload.objects.select_for_update().get(pk=upload_id)
    if upload.content is not None:
        content = content_vault.decrypt(upload.key_id, upload.content, upload_id=upload_id)
        upload.key_id, upload.content = content_vault.encrypt(content, upload_id=upload_id)
    if upload.remarked is not None:
        remarked = content_vault.decrypt(upload.remarked_key_id, upload.remarked, upload_id=upload_id)
        upload.remarked_key_id, upload.remarked = content_vault.encrypt(remarked, upload_id=upload_id)
    upload.save(update_fields=["key_id", "content", "remarked_key_id", "remarked"])


def staged_numbers_under_older_keys(*, newest_key_id: str, row_count: int) -> list[StagedNumber]:
    """The next numbers to renew, locked until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT upload_id, row, person_id, key_id, ciphertext FROM uploads_stagedperson
            WHERE ciphertext IS NOT NULL AND key_id <> %s LIMIT %s FOR UPDATE
            """,
            [newest_key_id, row_count],
        )
        return [
            StagedNumber(upload_id, row, person_id, key_id, bytes(ciphertext))
            for upload_id, row, person_id, key_id, ciphertext in cursor
        ]


def renew_staged_numbers(renewed: Sequence[tuple[int, int, str, bytes]]) -> None:
    """Write (upload id, row, key id, ciphertext) of numbers that were encrypted anew."""
    upload_ids, rows, key_ids, ciphertexts = ([staged[place] for staged in renewed] for place in range(4))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE uploads_stagedperson s SET key_id = new.key_id, ciphertext = new.ciphertext
            FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::bytea[]) new(upload_id, row, key_id, ciphertext)
            WHERE s.upload_id = new.upload_id AND s.row = new.row
            """,
            [upload_ids, rows, key_ids, ciphertexts],
        )
