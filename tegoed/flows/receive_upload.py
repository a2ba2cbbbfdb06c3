"""An Excel form comes in, is gone on with, or discarded (SPEC B6, O2)."""

from typing import Any

from django.db import transaction

from tegoed.clients.models import Client, User
from tegoed.flows.jobs import read_upload_job
from tegoed.flows.take_order_form import discard_orders_of
from tegoed.uploads.actions import go_on_with_same_file, keep_upload, locked_upload, mark_discarded
from tegoed.uploads.models import Upload, UploadKind, UploadState


@transaction.atomic
def receive_upload(
    *, client: Client, kind: UploadKind, file_name: str, content: bytes, wishes: dict[str, Any], actor: User | None
) -> Upload:
    """Keep a file and have the worker read it; sent before by this client, it is `asking` first and waits for an answer.

    `wishes` is what this kind of form needs later (JSON). Raises `UploadTooLarge`, `WorkbookRefused`,
    `UploadsWaiting`, `UploadsUndecided`.
    """
    upload = keep_upload(client=client, kind=kind, file_name=file_name, content=content, wishes=wishes, actor=actor)
    if upload.state == UploadState.RECEIVED:
        read_upload_job.defer(upload_id=upload.pk)
    return upload


@transaction.atomic
def go_on_with_upload(*, client: Client, upload_id: int) -> Upload:
    """The client sent the same file before and means it. Raises `UploadNotInState`."""
    upload = go_on_with_same_file(client=client, upload_id=upload_id)
    read_upload_job.defer(upload_id=upload.pk)
    return upload


@transaction.atomic
def discard_upload(*, client: Client, upload_id: int, actor: User | None, reason: str = "by-client") -> Upload:
    """Drop a file with all that came of it: nothing of it was applied. Raises `UploadNotInState`."""
    states = (UploadState.ASKING, UploadState.RECEIVED, UploadState.REFUSED, UploadState.READY)
    upload = locked_upload(upload_id, *states, client=client)
    if upload.kind == UploadKind.ORDERS:
        discard_orders_of(upload=upload, actor=actor)
    mark_discarded(upload=upload, actor=actor, reason=reason)
    return upload
