"""Merchants from a file, thousands of rows at once: what it would change is shown, then taken over.

Its one law: taken over is exactly what was shown, in one transaction, or nothing; the same file twice changes nothing. A
merchant is known by its enterprise number, else by its name; a point by its street and postcode, or its web address. What a
file doesn't name stays as it is.
"""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event, record_events
from tegoed.clients.models import User
from tegoed.formats.merchant_file import MerchantRow, MerchantTable, read_merchant_file
from tegoed.merchants import importing_sql as sql
from tegoed.merchants.models import MerchantFile, MerchantFileState
from tegoed.merchants.refusals import MerchantFileChangedMeanwhile, MerchantFileDecided, MerchantRowsFaulty
from tegoed.rules.names import caseless
from tegoed.rules.places import place_of_postcode
from tegoed.rules.texts import as_line

EXAMPLES_MAX = 50
FILE_NAME_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file changes. `examples`: the first points that are new or change, as (verdict, merchant, point, where).

    `fingerprint`: of all of it; another one, another difference.
    """

    row_count: int
    new_merchant_count: int
    changed_merchant_count: int
    new_point_count: int
    changed_point_count: int
    fingerprint: str
    examples: list[list[str]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (
            self.new_merchant_count or self.changed_merchant_count or self.new_point_count or self.changed_point_count
        )


def difference_shown(file: MerchantFile) -> Difference:
    """The difference as it was shown last."""
    return Difference(**file.preview)


@transaction.atomic
def receive_merchant_file(
    *, file_name: str, content: bytes, actor: User | None
) -> tuple[MerchantFile | None, MerchantTable]:
    """Check the whole file and keep it until somebody decides; an earlier one of the same person that waits is given up.

    With faults in its rows nothing is kept: the first of the pair is None. Raises `MerchantFileRefused`.
    """
    table = read_merchant_file(content)
    if table.fault_count:
        return None, table
    waiting = MerchantFile.objects.filter(received_by=actor, state=MerchantFileState.READY)
    waiting.update(state=MerchantFileState.DISCARDED, content=b"", decided_at=timezone.now())
    _lay_out(table.rows)
    file = MerchantFile.objects.create(
        file_name=as_line(file_name)[:FILE_NAME_LENGTH_MAX],
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        preview=asdict(_difference(len(table.rows))),
        received_by=actor,
    )
    return file, table


@transaction.atomic
def apply_merchant_file(*, file_id: int, actor: User | None) -> Difference:
    """Take over what was shown. Raises `MerchantFile.DoesNotExist`, `MerchantFileDecided`, `MerchantFileChangedMeanwhile`
    (call `renew_preview` then)."""
    file = MerchantFile.objects.select_for_update().get(pk=file_id)
    if file.state != MerchantFileState.READY:
        raise MerchantFileDecided
    shown = difference_shown(file)
    done = _take_over(bytes(file.content), file_name=file.file_name, is_invented=False, actor=actor, shown=shown)
    file.state, file.content, file.decided_at = MerchantFileState.APPLIED, b"", timezone.now()
    file.save(update_fields=["state", "content", "decided_at"])
    return done


@transaction.atomic
def renew_preview(*, file_id: int) -> MerchantFile:
    """Compare the waiting file with the merchants of now. Raises `MerchantFile.DoesNotExist`, `MerchantFileDecided`."""
    file = MerchantFile.objects.select_for_update().get(pk=file_id)
    if file.state != MerchantFileState.READY:
        raise MerchantFileDecided
    rows = read_merchant_file(bytes(file.content)).rows
    _lay_out(rows)
    file.preview = asdict(_difference(len(rows)))
    file.save(update_fields=["preview"])
    return file


@transaction.atomic
def discard_merchant_file(*, file_id: int) -> None:
    """Give a waiting file up. Raises `MerchantFile.DoesNotExist`, `MerchantFileDecided`."""
    file = MerchantFile.objects.select_for_update().get(pk=file_id)
    if file.state != MerchantFileState.READY:
        raise MerchantFileDecided
    file.state, file.content, file.decided_at = MerchantFileState.DISCARDED, b"", timezone.now()
    file.save(update_fields=["state", "content", "decided_at"])


@transaction.atomic
def import_merchants(*, file_name: str, content: bytes, is_invented: bool = False, actor: User | None) -> Difference:
    """Take a file over without showing it first. `is_invented`: its new merchants are made up, for a demo.

    Raises `MerchantFileRefused`, `MerchantRowsFaulty`.
    """
    return _take_over(content, file_name=file_name, is_invented=is_invented, actor=actor, shown=None)


def _take_over(
    content: bytes, *, file_name: str, is_invented: bool, actor: User | None, shown: Difference | None
) -> Difference:
    """Compare and write; nobody else writes merchants meanwhile. Raises as its callers say."""
    table = read_merchant_file(content)
    if table.fault_count:
        first = table.faults[0]
        raise MerchantRowsFaulty(
            fault_count=table.fault_count, row=first.row, heading=first.heading, refusal=first.refusal
        )
    with connection.cursor() as cursor:
        cursor.execute(sql.HOLD_MERCHANTS)
    _lay_out(table.rows)
    difference = _difference(len(table.rows))
    if shown is not None and shown.fingerprint != difference.fingerprint:
        raise MerchantFileChangedMeanwhile
    if not difference.is_empty:
        _write(is_invented=is_invented, file_name=file_name, actor=actor)
    facts = asdict(difference)
    del facts["examples"], facts["fingerprint"]
    record_event(actor=actor, action=Action.MERCHANTS_IMPORTED, file_name=file_name, **facts)
    return difference


def _lay_out(rows: list[MerchantRow]) -> None:
    """The rows into a temporary table, with the merchants and points that they are about."""
    with connection.cursor() as cursor:
        cursor.execute(sql.TEMPORARY_TABLES)
        with cursor.copy(sql.COPY_ROWS) as copy:
            for row in rows:
                copy.write_row(_staged(row))
        for statement in sql.COMPARE:
            cursor.execute(statement)


def _staged(row: MerchantRow) -> tuple[Any, ...]:
    place = place_of_postcode(row.postcode) if row.postcode else None
    return (
        row.row,
        row.enterprise_number or f"={caseless(row.merchant)}",
        row.merchant,
        row.enterprise_number,
        row.website,
        row.point,
        row.street,
        row.postcode,
        row.town,
        row.latitude,
        row.longitude,
        place.latitude if place else None,
        place.longitude if place else None,
        list(row.products),
        row.online_address,
        row.is_active,
    )


def _difference(row_count: int) -> Difference:
    with connection.cursor() as cursor:
        cursor.execute(sql.COUNTS)
        counts = cursor.fetchone()
        cursor.execute(sql.EXAMPLES, [EXAMPLES_MAX])
        examples = [[text or "" for text in row] for row in cursor.fetchall()]
    merchants_new, merchants_changed, points_new, points_changed, fingerprint = counts
    return Difference(row_count, merchants_new, merchants_changed, points_new, points_changed, fingerprint, examples)


def _write(*, is_invented: bool, file_name: str, actor: User | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.ADD_MERCHANTS, [is_invented])
        cursor.execute(sql.NAME_NEW_MERCHANTS)
        cursor.execute(sql.CHANGE_MERCHANTS)
        cursor.execute(sql.CHANGE_POINTS)
        cursor.execute(sql.ADD_POINTS)
        cursor.execute(sql.TOUCHED)
        touched = {
            merchant_id: {"file_name": file_name, "new_point_count": new, "changed_point_count": changed}
            for merchant_id, new, changed in cursor.fetchall()
        }
    record_events(actor=actor, action=Action.MERCHANT_IMPORTED, client_id=None, facts_by_subject=touched)
