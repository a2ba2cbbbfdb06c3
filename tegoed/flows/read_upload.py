"""The worker reads a file: staged in batches, checked as a whole, then `refused` with remarks or `ready` (SPEC B6, O2).

Its one law: reading changes nothing but the upload. Killed at any point it starts again from the first row; one worker
reads a file at a time. What the rows mean is for each kind of form: `check_beneficiaries`, `take_order_form`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.db import connection, transaction

from tegoed.errors import Refusal
from tegoed.flows.check_beneficiaries import check_beneficiaries
from tegoed.flows.form_rows import FORMS, RowsOfForm
from tegoed.flows.jobs import ask_for_remarked_workbook
from tegoed.flows.take_order_form import take_order_form
from tegoed.formats.workbook.reader import FormHead, FormRows, read_form
from tegoed.uploads.actions import (
    ATTEMPTS_MAX,
    add_remarks,
    begin_reading,
    conclude_reading,
    content_of,
    locked_upload,
    note_head,
    note_rows_read,
    refuse_upload,
)
from tegoed.uploads.models import Upload, UploadKind, UploadState
from tegoed.uploads.refusals import UploadEmpty, UploadNotInState, UploadTriedTooOften
from tegoed.uploads.staging import commit_without_waiting, refresh_statistics, stage_lines, stage_people, take_room

log = structlog.get_logger(__name__)


def read_upload(*, upload_id: int) -> None:
    """Read and check a received file. Does nothing when another worker has it, or when it was read or discarded."""
    with only_worker_with(upload_id) as is_ours:
        if not is_ours:
            return
        try:
            upload = begin_reading(upload_id=upload_id)
            if upload.attempt_count > ATTEMPTS_MAX:
                raise UploadTriedTooOften(attempt_count=ATTEMPTS_MAX)
            _stage(upload)
            _check(upload)
        except UploadNotInState:
            return
        except Refusal as refusal:
            log.info("upload-refused", upload_id=upload_id, code=refusal.code)
            refuse_upload(upload_id=upload_id, code=refusal.code, params=refusal.params)


@contextmanager
def only_worker_with(upload_id: int) -> Iterator[bool]:
    """Whether this worker may take the upload: a lock over several transactions, which ends with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('upload', %s))", [upload_id])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended('upload', %s))", [upload_id])


def _stage(upload: Upload) -> None:
    """Batch by batch, each committed with how far we are. Raises `WorkbookRefused`, `UploadEmpty`, `UploadNotInState`."""
    rows: RowsOfForm | None = None
    for part in read_form(content_of(upload), file_name=upload.file_name, layout=FORMS[UploadKind(upload.kind)]):
        if isinstance(part, FormHead):
            rows = RowsOfForm(upload=upload, keys=part.keys)
            note_head(
                upload=upload,
                sheet=part.sheet,
                keys=part.keys,
                positions=part.positions,
                header_row=part.header_row,
                row_count=part.row_count,
            )
        elif rows is not None:
            _stage_batch(upload, rows, part)
    if rows is None or not rows.row_count:
        raise UploadEmpty


@transaction.atomic
def _stage_batch(upload: Upload, rows: RowsOfForm, part: FormRows) -> None:
    commit_without_waiting()
    note_rows_read(upload=upload, row_count=len(part.rows))
    batch = rows.staged(part)
    stage_people(batch.people)
    if upload.kind == UploadKind.ORDERS:
        stage_lines(batch.lines)
    add_remarks(upload=upload, remarks=batch.remarks)


@transaction.atomic
def _check(upload: Upload) -> None:
    """Both kinds add their remarks; orders also become drafts, in this transaction."""
    locked = locked_upload(upload.pk, UploadState.RECEIVED)
    take_room()
    refresh_statistics()
    summary: dict[str, Any]
    if locked.kind == UploadKind.ORDERS:
        summary, digest = take_order_form(upload=locked), ""
    else:
        summary, digest = check_beneficiaries(upload=locked)
    conclude_reading(upload=locked, summary=summary, digest=digest)
    if locked.state == UploadState.REFUSED:
        ask_for_remarked_workbook(upload_id=locked.pk)
