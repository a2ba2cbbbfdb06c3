"""A refused file is given back with its remarks in place (SPEC B6), in the language of who sent it.

Its one law: the file is kept encrypted, as the file it is made of, which it replaces. Made twice, it is the same.
"""

import tempfile
from collections.abc import Iterator

from django.utils import translation

from tegoed.flows.form_rows import FORMS
from tegoed.formats.workbook.remarked import write_remarked
from tegoed.portal.upload_words import sentence_of
from tegoed.uploads.actions import content_of, keep_remarked
from tegoed.uploads.models import Upload, UploadKind
from tegoed.uploads.queries import remarks_of, uploads_without_remarked


def make_remarked_workbook(*, upload_id: int) -> None:
    """Make and keep it; does nothing when it exists, or when the upload was discarded or sent on."""
    waiting = uploads_without_remarked().select_related("client", "created_by").defer("content", "remarked")
    upload = waiting.filter(pk=upload_id).first()
    if upload is None:
        return
    language = upload.created_by.language if upload.created_by else upload.client.language
    with tempfile.TemporaryFile(prefix="tegoed-remarks-") as file, translation.override(language):
        write_remarked(
            file,
            content=content_of(upload),
            file_name=upload.file_name,
            layout=FORMS[UploadKind(upload.kind)],
            sheet=upload.head["sheet"],
            header_row=upload.head["header_row"],
            remarks=_remarks(upload),
            language=language,
        )
        file.seek(0)
        keep_remarked(upload=upload, content=file.read())


def _remarks(upload: Upload) -> Iterator[tuple[int, int | None, str, bool]]:
    for remark in remarks_of(upload).iterator():
        yield remark.row, remark.column, sentence_of(remark), remark.is_warning
