"""Workers killed with SIGKILL while they read and store a form: in the end all of it is stored, once; never a part.

The seed is printed with a failure; `TEGOED_KILL_SEED=... make test T=tests/uploads/test_upload_kills.py` tells it again.
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from beneficiary_forms import newcomer, workbook
from cast import hire, play
from django.db import connection

from tegoed.audit.models import Event
from tegoed.beneficiaries.models import Beneficiary, Person, PersonIdentifier
from tegoed.flows.apply_beneficiaries import want_beneficiaries_applied
from tegoed.flows.catch_up import catch_up
from tegoed.flows.receive_upload import receive_upload
from tegoed.uploads.models import StagedPerson, Upload, UploadRemark

pytestmark = [pytest.mark.kill, pytest.mark.usefixtures("committed_database")]

KNOWN_COUNT = 20
ROW_COUNT = 6_000
KILLS_EACH = 3
GONE_SECONDS_MAX = 30
WORKER = [sys.executable, "-m", "tegoed", "worker"]


def kill_worker(environment: dict[str, str], after_seconds: float) -> None:
    """Start a worker, wait until it says it is at work, kill it a little later."""
    process = subprocess.Popen(
        WORKER, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=Path.cwd()
    )
    assert process.stdout is not None
    said = ""
    while "worker-starts" not in said:
        line = process.stdout.readline()
        said += line
        assert line, f"the worker ended before it worked:\n{said}"
    try:
        process.wait(timeout=after_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()


def catch_up_after_kills() -> None:
    """As a fresh worker does, once PostgreSQL has noticed that the killed ones are gone (their locks end with them)."""
    until = time.monotonic() + GONE_SECONDS_MAX
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
                " WHERE datname = current_database() AND locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
            if not cursor.fetchone()[0]:
                break
            assert time.monotonic() < until, "a killed worker still holds its lock"
            time.sleep(0.05)
    catch_up()


def test_killed_while_reading_and_storing_a_form_is_stored_once_and_whole(committed_database) -> None:
    seed = int(os.environ.get("TEGOED_KILL_SEED", random.randrange(10**6)))
    print(f"seed {seed}")
    chance = random.Random(seed)
    environment = dict(os.environ) | {
        "DATABASE_URL": committed_database.url,
        "TEGOED_LOG_LEVEL": "INFO",
        "TEGOED_MAIL": "memory",
        "PYTHONUNBUFFERED": "1",
    }
    cast = play()
    hire(cast.bakery, KNOWN_COUNT)
    content = workbook(*(newcomer(number, cost_centre="Nieuw") for number in range(ROW_COUNT)))
    upload = receive_upload(
        client=cast.bakery, kind="beneficiaries", file_name="x.xlsx", content=content, wishes={}, actor=None
    )
    for _ in range(KILLS_EACH):
        kill_worker(environment, chance.uniform(0, 1.5))
        upload.refresh_from_db()
        assert Beneficiary.objects.count() == KNOWN_COUNT
        assert upload.state == "received" or StagedPerson.objects.count() == ROW_COUNT
    catch_up_after_kills()
    upload.refresh_from_db()
    assert upload.state == "ready"
    assert StagedPerson.objects.count() == upload.rows_read == ROW_COUNT
    assert upload.summary["counts"]["changed"] == KNOWN_COUNT

    want_beneficiaries_applied(client=cast.bakery, upload_id=upload.pk, actor=cast.alice)
    for _ in range(KILLS_EACH):
        kill_worker(environment, chance.uniform(0, 1.0))
        state = Upload.objects.get(pk=upload.pk).state
        told = Event.objects.filter(action="beneficiary:add", actor_id=cast.alice.pk).count()
        stored = (state, Beneficiary.objects.filter(cost_centre="Nieuw").count(), told)
        assert stored in {("applying", 0, 0), ("applied", ROW_COUNT, ROW_COUNT - KNOWN_COUNT)}
    catch_up_after_kills()
    upload.refresh_from_db()
    assert (upload.state, upload.content) == ("applied", None)
    assert Beneficiary.objects.filter(cost_centre="Nieuw").count() == ROW_COUNT
    assert Person.objects.count() == PersonIdentifier.objects.count() == ROW_COUNT
    assert Event.objects.filter(action="beneficiaries:import").count() == 1
    assert StagedPerson.objects.count() == UploadRemark.objects.count() == 0
