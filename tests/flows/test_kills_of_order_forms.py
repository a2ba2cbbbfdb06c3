"""A worker killed while it takes an order form: all of the form is there, or nothing of it; read again, it is there once.

The seed is printed with a failure; `TEGOED_KILL_SEED=...` tells the same tale again.
"""

import os
import random
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
from cast import niss, play
from django.db import connection
from order_forms import newcomer
from test_kills import run_and_kill

from tegoed.beneficiaries.models import Beneficiary, Person, PersonIdentifier
from tegoed.flows.receive_upload import receive_upload
from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.writer import write_form
from tegoed.orders.models import Order, OrderLine, OrderTransition
from tegoed.rules.dates import brussels_today
from tegoed.uploads.models import Upload, UploadKind

pytestmark = [pytest.mark.kill, pytest.mark.usefixtures("committed_database")]

PEOPLE_COUNT = 300
KILLS = 4
READER = [sys.executable, str(Path(__file__).with_name("read_waiting_uploads.py"))]
KEYS = (
    "identifier", "last_name", "first_name", "birth_on", "language", "card_delivery", "site", "product", "voucher_count",
    "face_value", "amount", "loading_on",
)  # fmt: skip


def form_of_newcomers() -> bytes:
    """Two rows for each person nobody knows yet: meal and eco vouchers."""
    rows = []
    for number in range(PEOPLE_COUNT):
        who = newcomer(number) | {"identifier": niss(number), "loading_on": brussels_today().isoformat()}
        who["birth_on"] = who["birth_on"].isoformat()
        rows.append(who | {"product": "meal", "voucher_count": 20, "face_value": 800})
        rows.append(who | {"product": "eco", "amount": 100_00})
    target = BytesIO()
    values = [[row.get(key) for key in KEYS] for row in rows]
    write_form(target, layout=ORDER_FORM, language="nl", keys=KEYS, rows=values)
    return target.getvalue()


def wait_for_the_database() -> None:
    """A killed process may have asked for its COMMIT just before: let its session end before looking."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.05)
    raise AssertionError("a session of a killed process goes on")


def what_is_stored() -> tuple[int, ...]:
    models = (Person, PersonIdentifier, Beneficiary, Order, OrderTransition, OrderLine)
    return tuple(model.objects.count() for model in models)


def test_killed_while_taking_a_form_it_is_there_whole_or_not_at_all(committed_database) -> None:
    seed = int(os.environ.get("TEGOED_KILL_SEED", random.randrange(10**6)))
    print(f"seed {seed}")
    chance = random.Random(seed)
    environment = dict(os.environ) | {"DATABASE_URL": committed_database.url, "PYTHONUNBUFFERED": "1"}
    cast = play()
    assert len({niss(number) for number in range(PEOPLE_COUNT)}) == PEOPLE_COUNT
    receive_upload(
        client=cast.bakery,
        kind=UploadKind.ORDERS,
        file_name="bestelling.xlsx",
        content=form_of_newcomers(),
        wishes={},
        actor=cast.alice,
    )
    nothing = (0, 0, 0, 0, 0, 0)
    everything = (PEOPLE_COUNT, PEOPLE_COUNT, PEOPLE_COUNT, 2, 2, 2 * PEOPLE_COUNT)
    kills = 0
    for _ in range(KILLS):
        if Upload.objects.get().state != "received":
            break
        kills += run_and_kill(READER, "at work", chance.uniform(0, 0.2), environment)
        wait_for_the_database()
        assert (Upload.objects.get().state, what_is_stored()) in {("received", nothing), ("ready", everything)}
    assert kills >= 1
    if Upload.objects.get().state == "received":
        run_and_kill(READER, "at work", 60, environment)
    upload = Upload.objects.get()
    assert (upload.state, what_is_stored()) == ("ready", everything)
    assert upload.summary["line_count"] == 2 * PEOPLE_COUNT
