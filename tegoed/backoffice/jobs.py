"""What the worker does for staff that takes words for a reader: sentences are known to the entrances only (see `flows.jobs`)."""

from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="take_statement_folder", queueing_lock="take_statement_folder")
def take_statement_folder_job(timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes the minute
    if not settings.STATEMENT_FOLDER:
        return
    from tegoed.backoffice.statement_folder import take_statement_folder  # noqa: PLC0415 - needs all apps

    take_statement_folder(Path(settings.STATEMENT_FOLDER))
