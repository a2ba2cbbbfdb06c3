"""A process that reads the files that wait, as a worker does; it says when it begins to take a form, to be killed then."""

from typing import Any

from tegoed import local

local.fill_environment()

import django

django.setup()

from tegoed.flows import read_upload
from tegoed.flows.take_order_form import take_order_form
from tegoed.uploads.models import Upload, UploadState


def take_aloud(*, upload: Upload) -> dict[str, Any]:
    """Tell the test, then take the form."""
    print("at work", flush=True)
    return take_order_form(upload=upload)


if __name__ == "__main__":
    read_upload.take_order_form = take_aloud
    while waiting := Upload.objects.filter(state=UploadState.RECEIVED).order_by("id").first():
        read_upload.read_upload(upload_id=waiting.pk)
