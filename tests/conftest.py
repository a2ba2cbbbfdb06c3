"""What every test stands on: a local installation, a migrated database, and the fixed cast."""

import os
from collections.abc import Iterator

from tegoed import local

os.environ["TEGOED_STATIC_IS_COLLECTED"] = "no"
os.environ["TEGOED_MAIL"] = "memory"
os.environ["TEGOED_SITE_URL"] = "http://localhost"
os.environ["TEGOED_OTHER_HOSTS"] = "testserver 127.0.0.1"
os.environ["TEGOED_LOG_LEVEL"] = "WARNING"
local.fill_environment(is_real=False)

import django

django.setup()

import threading

import django.test
import psycopg
import pytest
from cast import Cast, play
from django.conf import settings
from django.db import connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from migrated import make_test_database

# One connection a thread. Django's own storage keeps a second one as soon as an event loop runs in the thread, as
# Playwright's does, and a database that a forgotten connection still uses can't be cloned.
connections._connections = threading.local()

hypothesis_settings.register_profile(
    "tegoed",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("tegoed")


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def _peppol_folder(tmp_path_factory) -> None:
    """Where this session's e-invoices go, also those of worker processes."""
    settings.PEPPOL_FOLDER = tmp_path_factory.mktemp("peppol")
    os.environ["TEGOED_PEPPOL_FOLDER"] = str(settings.PEPPOL_FOLDER)


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker) -> Iterator[None]:
    """The migrated test database of this worker, also when only tests on clones of it are run."""
    connection = connections["default"]
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw")
    name = f"test_{connection.settings_dict['NAME']}_{worker}"
    with django_db_blocker.unblock():
        make_test_database(name, _maintenance_url())
        connection.close()
        connection.settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        connection.close()
        with psycopg.connect(_maintenance_url(), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def cast(db) -> Cast:
    """The issuer, two companies and their people, in the test's own transaction."""
    return play()


@pytest.fixture
def alice(cast: Cast):
    """Owner of the bakery."""
    return cast.alice


@pytest.fixture
def bob(cast: Cast):
    """Her colleague, who may only look."""
    return cast.bob


@pytest.fixture
def charlie(cast: Cast):
    """Owner of another company; must never get in."""
    return cast.charlie


@pytest.fixture
def staff_member(cast: Cast):
    """Works for the issuer."""
    return cast.staff_member


@pytest.fixture
def browser_of():
    """Make Django's test client signed in as a user: `browser_of(cast.alice).get(...)`."""

    def signed_in(user) -> django.test.Client:
        browser = django.test.Client()
        if user is not None:
            browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    return signed_in


class CommittedDatabase:
    """A database of one test, cloned from the migrated one: what is written is really committed. Dropped afterwards."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url

    def connect(self, **options) -> psycopg.Connection:
        """A connection of one's own, for races."""
        return psycopg.connect(self.url, **options)


def _maintenance_url() -> str:
    config = dict(connections["default"].settings_dict)
    parts = {"dbname": "postgres", "user": config["USER"], "password": config["PASSWORD"], "host": config["HOST"]}
    parts["port"] = config["PORT"]
    return psycopg.conninfo.make_conninfo(**{name: value for name, value in parts.items() if value})


@pytest.fixture
def committed_database(request, django_db_setup, django_db_blocker) -> Iterator[CommittedDatabase]:
    """Django's default connection points at a fresh clone for the length of the test."""
    connection = connections["default"]
    template = connection.settings_dict["NAME"]
    name = f"{template}_committed"
    maintenance = _maintenance_url()
    with django_db_blocker.unblock():
        connection.close()
        with psycopg.connect(maintenance, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        connection.settings_dict["NAME"] = name
        try:
            yield CommittedDatabase(name, psycopg.conninfo.make_conninfo(maintenance, dbname=name))
        finally:
            connection.close()
            connection.settings_dict["NAME"] = template
            with psycopg.connect(maintenance, autocommit=True) as admin:
                admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
