"""Makes the Excel files that clients send, from rows of values by column key."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from cast import niss

from tegoed.flows.apply_beneficiaries import apply_beneficiaries, want_beneficiaries_applied
from tegoed.flows.read_upload import read_upload
from tegoed.flows.receive_upload import receive_upload
from tegoed.formats.beneficiary_form import BENEFICIARY_FORM
from tegoed.formats.workbook.writer import write_form
from tegoed.uploads.models import Upload, UploadKind

NEW_PERSON = {
    "last_name": "Maes",
    "first_name": "Lotte",
    "birth_on": "1990-05-17",
    "language": "nl",
    "card_delivery": "site",
    "site": "Winkel",
}
FIRST_ROW = 2


def workbook(*people: dict[str, Any], keys: Sequence[str] | None = None) -> bytes:
    """A form with one row a person; columns that nobody fills in are left out."""
    used = keys or [column.key for column in BENEFICIARY_FORM.columns if any(column.key in row for row in people)]
    target = BytesIO()
    rows = [[person.get(key) for key in used] for person in people]
    write_form(target, layout=BENEFICIARY_FORM, language="nl", keys=used, rows=rows)
    return target.getvalue()


def newcomer(number: int, **facts: Any) -> dict[str, Any]:
    """The row of somebody nobody knows, complete, with the birth date of the number."""
    value = niss(number)
    century = "20" if int(value[:2]) < 10 else "19"
    birth_on = f"{century}{value[:2]}-{value[2:4]}-{value[4:6]}"
    return {"identifier": value, **NEW_PERSON, "first_name": f"Lotte {number}", "birth_on": birth_on} | facts


def read(client, content: bytes, *, actor=None, file_name: str = "begunstigden.xlsx") -> Upload:
    """Send a file and let the worker read it."""
    upload = receive_upload(
        client=client,
        kind=UploadKind.BENEFICIARIES,
        file_name=file_name,
        content=content,
        wishes={},
        actor=actor,
    )
    read_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    return upload


def apply(upload: Upload, *, actor=None) -> Upload:
    """The client wants it, and the worker does it."""
    want_beneficiaries_applied(client=upload.client, upload_id=upload.pk, actor=actor)
    apply_beneficiaries(upload_id=upload.pk)
    upload.refresh_from_db()
    return upload


def told(upload: Upload) -> set[tuple[int, str, str]]:
    """(row, column, code) of each remark."""
    return set(upload.remarks.values_list("row", "column_key", "code"))
