"""Runs the jobs. Any number of workers on any number of machines may run; PostgreSQL hands the jobs out."""

from typing import cast

import structlog
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from tegoed.flows.catch_up import catch_up

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 5
STALLED_AFTER_SECONDS = 30


def run_worker(*, concurrency: int) -> None:
    """Catch up with what a killed worker left, then wait for jobs until SIGTERM or Ctrl-C (jobs under way end first)."""
    log.info("worker-starts", concurrency=concurrency)
    catch_up()
    connections.close_all()
    # The worker reads its jobs over connections of its own. The jobs themselves defer others through Django's connection,
    # in their transaction: therefore a second app with the same tasks, and not `replace_connector`.
    worker_app = app.with_connector(cast("DjangoConnector", app.connector).get_worker_connector())
    worker_app.run_worker(
        concurrency=concurrency,
        delete_jobs="successful",
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_AFTER_SECONDS,
    )
    log.info("worker-stops")
