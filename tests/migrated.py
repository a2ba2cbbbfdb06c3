"""The migrated database that tests start from, made once for each state of the migrations and kept for the next run.

A half made one is never used: it gets its name only when it is whole. Those of other migrations are dropped.
"""

import hashlib
from pathlib import Path

import django
import psycopg
from django.core.management import call_command
from django.db import connections

import tegoed

PREFIX = "tegoed_migrated_"
LOCK = 7_300_442
"""Two workers that start together: one makes it, the other waits."""


def _name() -> str:
    digest = hashlib.sha256(django.__version__.encode())
    root = Path(tegoed.__file__).parent
    for path in sorted(root.glob("*/migrations/*.py")):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


def make_test_database(name: str, maintenance: str) -> None:
    """Database `name`, empty but for what migrations bring; one that is there goes. `maintenance`: where to say so."""
    kept = _name()
    with psycopg.connect(maintenance, autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        known = [found for (found,) in admin.execute("SELECT datname FROM pg_database").fetchall()]
        if kept not in known:
            for old in known:
                if old.startswith(PREFIX):
                    admin.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
            unfinished = f"{PREFIX}unfinished"
            admin.execute(f'CREATE DATABASE "{unfinished}"')
            _migrate(unfinished)
            admin.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{kept}"')
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{kept}"')


def _migrate(name: str) -> None:
    connection = connections["default"]
    connection.close()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    try:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
