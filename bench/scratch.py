"""A database of its own for a benchmark: migrated, set up, dropped afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tegoed import local

BIC, IBAN = "KREDBEBB", "BE68539007547034"


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """Make database `tegoed_bench_<name>`, point Django at it, migrate; its address."""
    database = f"tegoed_bench_{name}"
    os.environ["TEGOED_LOG_LEVEL"] = "WARNING"
    os.environ["TEGOED_STATIC_IS_COLLECTED"] = "no"
    server = local.start_embedded_database("postgres")
    _drop(server, database)
    os.environ["DATABASE_URL"] = local.start_embedded_database(database)
    local.fill_environment(is_real=False)
    import django
    from django.apps import apps
    from django.db import connections

    if not apps.ready:
        django.setup()
    from django.core.management import call_command

    connection = connections["default"]
    connection.close()
    connection.settings_dict["NAME"] = database
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    try:
        yield os.environ["DATABASE_URL"]
    finally:
        connections.close_all()
        _drop(server, database)


def _drop(server: str, database: str) -> None:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def set_up_client():
    """The issuer and one client with a running meal contract and one site."""
    from tegoed.clients.models import Client
    from tegoed.demo.story import SET_UP
    from tegoed.flows.set_up import set_up

    set_up(content=SET_UP.read_text(encoding="utf-8"))
    return Client.objects.order_by("id").first()


def row(name, value, unit, *, reference_name=None, reference_value=None, ratio=None, target=None, is_met=None) -> dict:
    """One row of a result."""
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "reference_name": reference_name,
        "reference_value": reference_value,
        "ratio": None if ratio is None else round(ratio, 3),
        "target": target,
        "is_met": is_met,
    }
