"""Writes on uploads: from taken in to applied or discarded. Each is one transaction.

Its one law: a step is done from the state it belongs to, or refused (`UploadNotInState`); so each may come twice.
What the rows mean is not known here; whoever applies them does it in the transaction that calls `mark_applied`.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Model
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import Client, User
from tegoed.formats.workbook.limits import REMARKS_MAX
from tegoed.formats.workbook.sniffing import sniff
from tegoed.log_safety import without_identifiers_in
from tegoed.rules.texts import as_line
from tegoed.uploads import content_vault
from tegoed.uploads.models import StagedLine, StagedPerson, Upload, UploadKind, UploadRemark, UploadState
from tegoed.uploads.queries import same_file_before
from tegoed.uploads.refusals import UploadNotInState, UploadsUndecided, UploadsWaiting, UploadTooLarge

WAITING_MAX = 5
"""Files of one client that wait to be read at once."""
UNDECIDED_MAX = 50
"""Files of one client that are kept although nobody applied or discarded them."""
ATTEMPTS_MAX = 12
"""How often workers begin with a file; then it is refused, since something in it kills them."""
REMARKS_KEPT_MAX = REMARKS_MAX
"""Of errors and of warnings of one file each, as the reader; the rest is only counted."""
FILE_NAME_LENGTH_MAX = 120
SHEET_NAME_LENGTH_MAX = 40

_BYTES_OF_MEGABYTE = 1_000_000
_UNDECIDED = (UploadState.ASKING, UploadState.RECEIVED, UploadState.REFUSED, UploadState.READY)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRemark:
    """What is wrong (or doubtful: `is_warning`) with a row, or with its cell in the column of our key `column_key`.

    `row` as the spreadsheet counts; `column` from 0 where known, else found by `column_key`. `params` are JSON facts for
    the sentence of `code`, never a national number in clear.
    """

    row: int
    code: str
    column_key: str = ""
    column: int | None = None
    params: dict[str, Any] = field(default_factory=dict)
    is_warning: bool = False


def check_content(content: bytes) -> None:
    """A quick look from outside. Raises `UploadTooLarge`, `WorkbookRefused`; the reader judges the rest."""
    if len(content) > settings.UPLOAD_BYTES_MAX:
        raise too_large(len(content))
    sniff(content)


def too_large(byte_count: int) -> UploadTooLarge:
    """The refusal of so many bytes; the megabytes it tells are rounded so that it never says 25 of 25."""
    return UploadTooLarge(
        megabytes=-(-byte_count // _BYTES_OF_MEGABYTE), megabytes_max=settings.UPLOAD_BYTES_MAX // _BYTES_OF_MEGABYTE
    )


@transaction.atomic
def keep_upload(
    *, client: Client, kind: UploadKind, file_name: str, content: bytes, wishes: dict[str, Any], actor: User | None
) -> Upload:
    """Take a file in: checked from outside, encrypted, `received`; `asking` when this client sent it before.

    `wishes` is what the form of this kind of upload needs later, as JSON. Raises `UploadTooLarge`,
    `WorkbookRefused` (by its first bytes), `UploadsWaiting`, `UploadsUndecided`.
    """
    check_content(content)
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)  # two files at once are counted one after the other
    if Upload.objects.filter(client=client, state=UploadState.RECEIVED).count() >= WAITING_MAX:
        raise UploadsWaiting(waiting_count_max=WAITING_MAX)
    if Upload.objects.filter(client=client, state__in=_UNDECIDED).count() >= UNDECIDED_MAX:
        raise UploadsUndecided(undecided_count_max=UNDECIDED_MAX)
    sha256 = hashlib.sha256(content).hexdigest()
    earlier = same_file_before(client, kind=kind, sha256=sha256)
    upload_id = _next_upload_id()
    key_id, ciphertext = content_vault.encrypt(content, upload_id=upload_id)
    upload = Upload.objects.create(
        pk=upload_id,
        client=client,
        kind=kind,
        file_name=without_identifiers_in(as_line(file_name))[-FILE_NAME_LENGTH_MAX:],
        sha256=sha256,
        byte_count=len(content),
        key_id=key_id,
        content=ciphertext,
        state=UploadState.RECEIVED if earlier is None else UploadState.ASKING,
        same_as=earlier,
        wishes=wishes,
        created_by=actor,
    )
    record_event(
        actor=actor,
        action=Action.UPLOAD_RECEIVED,
        client_id=client.pk,
        subject_id=upload.pk,
        kind=kind,
        byte_count=len(content),
        same_as_id=earlier.pk if earlier else None,
    )
    return upload


def _next_upload_id() -> int:
    """The content is bound to the id, so the id comes first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('uploads_upload', 'id'))")
        return int(cursor.fetchone()[0])


@transaction.atomic
def go_on_with_same_file(*, client: Client, upload_id: int) -> Upload:
    """The client sent this file before and means it: `asking` becomes `received`. Raises `UploadNotInState`."""
    upload = locked_upload(upload_id, UploadState.ASKING, client=client)
    _advance(upload, UploadState.RECEIVED)
    return upload


def locked_upload(upload_id: int, *states: UploadState, client: Client | None = None) -> Upload:
    """The upload without its files, locked until the end of the transaction, in one of `states`.

    Raises `UploadNotInState`, and `Upload.DoesNotExist` when there is none (of that client).
    """
    uploads = Upload.objects.select_for_update(of=("self",)).select_related("client", "created_by")
    if client is not None:
        uploads = uploads.filter(client=client)
    upload = uploads.defer("content", "remarked").get(pk=upload_id)
    if upload.state not in states:
        raise UploadNotInState(upload_state=upload.state)
    return upload


def _advance(upload: Upload, state: UploadState, **changes: Any) -> None:
    upload.state = state
    for name, value in changes.items():
        setattr(upload, name, value)
    upload.save(update_fields=["state", *changes])


@transaction.atomic
def begin_reading(*, upload_id: int) -> Upload:
    """Start (again) from nothing: what an earlier try staged is wiped, and the try counted. Raises `UploadNotInState`."""
    upload = locked_upload(upload_id, UploadState.RECEIVED)
    _wipe_rows(upload)
    nothing: dict[str, Any] = {"rows_read": 0, "row_count": 0, "remark_count": 0, "warning_count": 0}
    _advance(upload, UploadState.RECEIVED, **nothing, head={}, summary={}, attempt_count=upload.attempt_count + 1)
    return upload


def content_of(upload: Upload) -> bytes:
    """The file as the client sent it. The whole of it comes into memory."""
    key_id, ciphertext = Upload.objects.values_list("key_id", "content").get(pk=upload.pk)
    if ciphertext is None:
        raise UploadNotInState(upload_state=upload.state)
    return content_vault.decrypt(key_id, ciphertext, upload_id=upload.pk)


def note_head(
    *, upload: Upload, sheet: str, keys: Iterable[str], positions: Iterable[int], header_row: int, row_count: int
) -> None:
    """Which sheet and columns were found, and how many rows are to be read."""
    upload.head = {"sheet": sheet, "keys": list(keys), "positions": list(positions), "header_row": header_row}
    upload.row_count = row_count
    upload.save(update_fields=["head", "row_count"])


@transaction.atomic
def note_rows_read(*, upload: Upload, row_count: int) -> None:
    """That many more rows are staged; for the page that follows. Raises `UploadNotInState` when it was discarded."""
    still = Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVED)
    if not still.update(rows_read=F("rows_read") + row_count):
        raise UploadNotInState(upload_state=Upload.objects.values_list("state", flat=True).get(pk=upload.pk))


@transaction.atomic
def add_remarks(*, upload: Upload, remarks: Iterable[NewRemark]) -> None:
    """Keep what was found in the file, at most `REMARKS_KEPT_MAX` errors and as many warnings; all are counted."""
    columns = dict(zip(upload.head.get("keys", ()), upload.head.get("positions", ()), strict=True))
    sheet = str(upload.head.get("sheet", ""))[:SHEET_NAME_LENGTH_MAX]
    counts = {False: upload.remark_count, True: upload.warning_count}
    kept = []
    for remark in remarks:
        counts[remark.is_warning] += 1
        if counts[remark.is_warning] <= REMARKS_KEPT_MAX:
            column = columns.get(remark.column_key) if remark.column is None else remark.column
            kept.append(
                UploadRemark(
                    upload=upload,
                    sheet=sheet,
                    row=remark.row,
                    column=column,
                    column_key=remark.column_key,
                    code=remark.code,
                    params=remark.params,
                    is_warning=remark.is_warning,
                )
            )
    UploadRemark.objects.bulk_create(kept, batch_size=2_000)
    upload.remark_count, upload.warning_count = counts[False], counts[True]
    upload.save(update_fields=["remark_count", "warning_count"])


@transaction.atomic
def conclude_reading(*, upload: Upload, summary: dict[str, Any], digest: str = "") -> None:
    """All rows were read and checked: `refused` when anything is wrong, otherwise `ready`. `summary`: the counts shown."""
    if upload.remark_count:
        _advance(upload, UploadState.REFUSED, summary=summary, read_at=timezone.now())
        _wipe_staged(upload)
        _tell_refused(upload, "remarks")
    else:
        _advance(upload, UploadState.READY, summary=summary, digest=digest, read_at=timezone.now())


@transaction.atomic
def forget_file(*, upload: Upload) -> None:
    """What the file says stands elsewhere now: file and staged rows, with all numbers, are wiped; remarks stay.

    The caller holds the upload locked, in the transaction that puts it elsewhere.
    """
    _wipe_staged(upload)
    upload.content = None
    upload.save(update_fields=["content"])


@transaction.atomic
def refuse_upload(*, upload_id: int, code: str, params: dict[str, Any]) -> None:
    """The whole file can't be read; the reason is kept, file and rows are wiped. Does nothing to one that was discarded."""
    try:
        upload = locked_upload(upload_id, UploadState.RECEIVED)
    except UploadNotInState:
        return
    _wipe_rows(upload)
    _refuse(upload, code, params)


def _refuse(upload: Upload, code: str, params: dict[str, Any]) -> None:
    facts = {"refusal_code": code, "refusal_params": params, "remark_count": 0, "warning_count": 0}
    _advance(upload, UploadState.REFUSED, **facts, content=None, read_at=timezone.now())
    _tell_refused(upload, code)


def _tell_refused(upload: Upload, code: str) -> None:
    record_event(
        actor=upload.created_by,
        action=Action.UPLOAD_REFUSED,
        client_id=upload.client_id,
        subject_id=upload.pk,
        kind=upload.kind,
        code=code,
        remark_count=upload.remark_count,
    )


@transaction.atomic
def keep_remarked(*, upload: Upload, content: bytes) -> None:
    """Keep the client's workbook with the remarks in place, encrypted, instead of the file; a wiped upload stays wiped."""
    key_id, ciphertext = content_vault.encrypt(content, upload_id=upload.pk)
    refused = Upload.objects.filter(pk=upload.pk, state=UploadState.REFUSED)
    refused.update(remarked_key_id=key_id, remarked=ciphertext, content=None)


def remarked_of(upload: Upload) -> bytes | None:
    """The client's workbook with the remarks in place; None while it isn't made, or was wiped."""
    key_id, ciphertext = Upload.objects.values_list("remarked_key_id", "remarked").get(pk=upload.pk)
    return None if ciphertext is None else content_vault.decrypt(key_id, ciphertext, upload_id=upload.pk)


@transaction.atomic
def hand_out_remarked(*, upload: Upload, actor: User | None) -> bytes | None:
    """The same for somebody who downloads it: it holds numbers in clear, so that stands in the trail (SPEC X2)."""
    content = remarked_of(upload)
    if content is not None:
        record_event(
            actor=actor,
            action=Action.UPLOAD_EXPORTED,
            client_id=upload.client_id,
            subject_id=upload.pk,
            kind=upload.kind,
            row_count=upload.row_count,
        )
    return content


@transaction.atomic
def begin_applying(*, client: Client, upload_id: int, actor: User | None) -> Upload:
    """The client wants it: `ready` becomes `applying`, for the worker. Raises `UploadNotInState`."""
    upload = locked_upload(upload_id, UploadState.READY, client=client)
    _advance(upload, UploadState.APPLYING, applied_by=actor, attempt_count=0)
    return upload


@transaction.atomic
def count_applying(*, upload_id: int) -> int:
    """How often workers began to apply it, this time included. Raises `UploadNotInState`."""
    upload = locked_upload(upload_id, UploadState.APPLYING)
    _advance(upload, UploadState.APPLYING, attempt_count=upload.attempt_count + 1)
    return upload.attempt_count


@transaction.atomic
def forget_remarks(*, upload: Upload, codes: Collection[str]) -> None:
    """Drop the remarks of a check that will be made again; counts go down by what was kept of them."""
    remarks = UploadRemark.objects.filter(upload=upload, code__in=codes)
    upload.remark_count -= remarks.filter(is_warning=False).count()
    upload.warning_count -= remarks.filter(is_warning=True).count()
    remarks.delete()
    upload.save(update_fields=["remark_count", "warning_count"])


@transaction.atomic
def mark_applied(*, upload: Upload, at: datetime, actor: User | None, facts: dict[str, Any]) -> None:
    """What the rows say was done in this transaction: file and rows are wiped, counts and who did it stay.

    `facts` go into the trail. The upload must be locked, and `ready` or `applying`; raises `UploadNotInState`.
    """
    if upload.state not in {UploadState.READY, UploadState.APPLYING}:
        raise UploadNotInState(upload_state=upload.state)
    _wipe_rows(upload)
    _advance(upload, UploadState.APPLIED, content=None, remarked=None, applied_at=at, applied_by=actor)
    record_event(
        actor=actor,
        action=Action.UPLOAD_APPLIED,
        client_id=upload.client_id,
        subject_id=upload.pk,
        kind=upload.kind,
        **facts,
    )


@transaction.atomic
def mark_discarded(*, upload: Upload, actor: User | None, reason: str) -> None:
    """Nobody wants it any more: file and rows are wiped. The upload must be locked; raises `UploadNotInState`."""
    if upload.state not in _UNDECIDED:
        raise UploadNotInState(upload_state=upload.state)
    _wipe_rows(upload)
    _advance(upload, UploadState.DISCARDED, content=None, remarked=None)
    record_event(
        actor=actor,
        action=Action.UPLOAD_DISCARDED,
        client_id=upload.client_id,
        subject_id=upload.pk,
        kind=upload.kind,
        reason=reason,
    )


def _wipe_rows(upload: Upload) -> None:
    _wipe_staged(upload)
    _wipe(UploadRemark, upload)


def _wipe_staged(upload: Upload) -> None:
    _wipe(StagedPerson, upload)
    _wipe(StagedLine, upload)


def _wipe(model: type[Model], upload: Upload) -> None:
    rows = model._base_manager.filter(upload=upload)  # noqa: SLF001 - the plain manager: one DELETE, no look at rows
    rows._raw_delete(rows.db)  # noqa: SLF001
