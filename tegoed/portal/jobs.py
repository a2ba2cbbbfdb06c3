"""What the worker does that takes words for a reader: sentences are known to the entrances only (see `flows.jobs`)."""

from procrastinate.contrib.django import app

from tegoed.flows.jobs import RETRY


@app.task(name="keep_remarked_workbook", retry=RETRY)
def keep_remarked_workbook_job(upload_id: int) -> None:
    from tegoed.portal.remark_workbook import make_remarked_workbook  # noqa: PLC0415 - needs all apps

    make_remarked_workbook(upload_id=upload_id)
