"""Reads on uploads; the client is always an argument. None of them fetches the files themselves."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from tegoed.clients.models import Client
from tegoed.uploads.models import Upload, UploadRemark, UploadState

KEPT_DAYS_MAX = 14
"""So long a file waits after its last step for somebody to apply it; then it is discarded (`flows.catch_up`)."""

REMARKED_AFTER_MINUTES = 3
REMARKED_HOURS_MAX = 2


def uploads_of(client: Client, *, kind: str) -> QuerySet[Upload]:
    """The client's files of one kind, newest first, with who sent them."""
    return _without_files().filter(client=client, kind=kind).order_by("-created_at", "-id")


def upload_of(client: Client, upload_id: int) -> Upload:
    """One file of the client. Raises `Upload.DoesNotExist`."""
    return _without_files().get(client=client, pk=upload_id)


def _without_files() -> QuerySet[Upload]:
    return Upload.objects.defer("content", "remarked").select_related("created_by", "same_as")


def same_file_before(client: Client, *, kind: str, sha256: str) -> Upload | None:
    """The newest upload of the very same file by this client that was applied, or still may be."""
    states = [UploadState.APPLIED, UploadState.APPLYING, UploadState.READY, UploadState.RECEIVED]
    uploads = _without_files().filter(client=client, kind=kind, sha256=sha256, state__in=states)
    return uploads.order_by("-id").first()


def remarks_of(upload: Upload) -> QuerySet[UploadRemark]:
    """What is wrong, then what is only doubtful, each from top to bottom."""
    return UploadRemark.objects.filter(upload=upload).order_by("is_warning", "row", "id")


def uploads_to_discard() -> QuerySet[Upload]:
    """Files of all clients that nobody decided on for `KEPT_DAYS_MAX` days, counted from the reading where they were read."""
    undecided = [UploadState.ASKING, UploadState.REFUSED, UploadState.READY]
    uploads = Upload.objects.alias(last_step_at=Coalesce("read_at", "created_at"))
    return uploads.filter(state__in=undecided, last_step_at__lt=kept_since()).order_by("id")


def kept_since() -> datetime:
    """What took its last step before this moment has waited too long."""
    return timezone.now() - timedelta(days=KEPT_DAYS_MAX)


def uploads_without_remarked() -> QuerySet[Upload]:
    """Refused for their cells, and the workbook with the remarks isn't made yet."""
    waiting = Q(state=UploadState.REFUSED, remark_count__gt=0, remarked=None, content__isnull=False)
    return Upload.objects.filter(waiting).order_by("id")


def uploads_to_remark() -> QuerySet[Upload]:
    """Of those, the ones whose job was lost: refused for some minutes, and not so long that it never will be made."""
    now = timezone.now()
    return uploads_without_remarked().filter(
        read_at__lt=now - timedelta(minutes=REMARKED_AFTER_MINUTES),
        read_at__gt=now - timedelta(hours=REMARKED_HOURS_MAX),
    )
