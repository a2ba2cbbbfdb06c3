"""What the preview of a form showed is made so: all of it or nothing, in one transaction, by the worker (SPEC B6).

Its one law: only what was shown is applied. When somebody changed a person, a workplace or a number in between, nothing is
stored and the client looks at the new preview. Killed, nothing happened and it is done again.
"""

from contextlib import suppress

import structlog
from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries.staged.applying import (
    add_beneficiaries,
    change_beneficiaries,
    lock_what_changes,
    make_people_of,
    set_usual_amounts,
    tell_trail,
)
from tegoed.beneficiaries.staged.checks import CODES
from tegoed.beneficiaries.staged.difference import Verdict, compare, digest_of_comparison, forget_closed_sites
from tegoed.clients.models import Client, User
from tegoed.flows.check_beneficiaries import check_beneficiaries
from tegoed.flows.jobs import apply_beneficiaries_job, ask_for_remarked_workbook
from tegoed.flows.read_upload import only_worker_with
from tegoed.uploads.actions import (
    ATTEMPTS_MAX,
    begin_applying,
    conclude_reading,
    count_applying,
    forget_remarks,
    locked_upload,
    mark_applied,
)
from tegoed.uploads.models import Upload, UploadState
from tegoed.uploads.refusals import UploadNotInState

log = structlog.get_logger(__name__)

CHANGED_MEANWHILE = "changed-meanwhile"
TRIED_TOO_OFTEN = "tried-too-often"


class _ChangedMeanwhile(Exception):  # noqa: N818 - a turn of the story, not an error
    """What would be stored is no longer what was shown."""


@transaction.atomic
def want_beneficiaries_applied(*, client: Client, upload_id: int, actor: User | None) -> Upload:
    """The client saw the preview and wants it: the worker does it. Raises `UploadNotInState`."""
    upload = begin_applying(client=client, upload_id=upload_id, actor=actor)
    apply_beneficiaries_job.defer(upload_id=upload.pk)
    return upload


def apply_beneficiaries(*, upload_id: int) -> None:
    """Do it; does nothing when another worker has it, or did it."""
    with only_worker_with(upload_id) as is_ours, suppress(UploadNotInState):
        if not is_ours:
            return
        if count_applying(upload_id=upload_id) > ATTEMPTS_MAX:
            _return_to_preview(upload_id, TRIED_TOO_OFTEN)
            return
        try:
            _apply(upload_id)
        except _ChangedMeanwhile:
            log.info("upload-changed-meanwhile", upload_id=upload_id)
            _return_to_preview(upload_id, CHANGED_MEANWHILE)


@transaction.atomic
def _apply(upload_id: int) -> None:
    upload = locked_upload(upload_id, UploadState.APPLYING)
    Client.objects.select_for_update(no_key=True).get(pk=upload.client_id)  # one form of a client after the other
    lock_what_changes(upload)
    closed_count = forget_closed_sites(upload)
    compare(upload)
    if closed_count or digest_of_comparison() != upload.digest:
        raise _ChangedMeanwhile
    counts = upload.summary["counts"]
    made_count = make_people_of(upload=upload)
    if add_beneficiaries(upload) != counts[Verdict.NEW]:
        raise _ChangedMeanwhile
    change_beneficiaries()
    set_usual_amounts()
    actor = upload.applied_by
    tell_trail(upload, actor=actor)
    record_event(
        actor=actor,
        action=Action.BENEFICIARIES_IMPORTED,
        client_id=upload.client_id,
        subject_id=upload.pk,
        person_count=made_count,
        **counts,
    )
    mark_applied(upload=upload, at=timezone.now(), actor=actor, facts={})


@transaction.atomic
def _return_to_preview(upload_id: int, reason: str) -> None:
    """Nothing was stored. The preview is made anew; it may have become a refusal (somebody closed a workplace)."""
    upload = locked_upload(upload_id, UploadState.APPLYING)
    forget_remarks(upload=upload, codes=CODES)
    summary, digest = check_beneficiaries(upload=upload)
    conclude_reading(upload=upload, summary=summary | {"returned": reason}, digest=digest)
    if upload.state == UploadState.REFUSED:
        ask_for_remarked_workbook(upload_id=upload.pk)
