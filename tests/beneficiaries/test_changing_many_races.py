"""Several people changed at once, by hand and by form: both lock them by id, so neither waits for the other in a circle."""

import threading
import time

import psycopg
import pytest
from cast import hire, play
from django.db import connections

from tegoed.beneficiaries.actions import change_many
from tegoed.beneficiaries.many import ManyKind, ManyWish
from tegoed.beneficiaries.models import Beneficiary

PATIENCE_SECONDS = 20


def wait_until_blocked(watcher: psycopg.Connection) -> None:
    """Until some other session waits for a lock."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if watcher.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()[0]:
            return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_people_are_locked_by_id_whatever_their_names(committed_database) -> None:
    """The first one is held elsewhere: whoever waits for it holds nobody yet who comes later."""
    cast = play()
    first, second = hire(cast.bakery, 2)
    Beneficiary.objects.filter(pk=first.pk).update(last_name="Zeebroek")
    Beneficiary.objects.filter(pk=second.pk).update(last_name="Aerts")

    def change() -> None:
        try:
            wish = ManyWish(kind=ManyKind.COST_CENTRE, cost_centre="Oven")
            change_many(client=cast.bakery, beneficiary_ids=[second.pk, first.pk], wish=wish, actor=None)
        finally:
            connections.close_all()

    lock = "SELECT 1 FROM beneficiaries_beneficiary WHERE id = %s FOR UPDATE"
    other = threading.Thread(target=change)
    with committed_database.connect() as form, committed_database.connect(autocommit=True) as watcher:
        form.execute(lock, [first.pk])
        other.start()
        wait_until_blocked(watcher)
        try:
            form.execute(f"{lock} NOWAIT", [second.pk])
        except psycopg.errors.LockNotAvailable:
            pytest.fail("a form that goes by id would wait for us, and we for it")
        finally:
            form.rollback()
            other.join()
    assert set(Beneficiary.objects.values_list("cost_centre", flat=True)) == {"Oven"}
