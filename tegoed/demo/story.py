"""`tegoed demo`: sets up an invented issuer, and runs the main job through the pages and the worker a user has.

Its one law: nothing in the tale is done behind the pages' back. Beneficiaries, order and bank file go in through forms
over HTTP, the worker is a process of its own; only the set-up file and the passwords are put in directly, because
whoever starts an installation does that too.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from tegoed import local

SET_UP = Path(__file__).with_name("demo.toml")
MERCHANTS = Path(__file__).with_name("merchants.csv")
DATABASE_NAME = "tegoed_demo"
WAIT_SECONDS_MAX = 120
POLL_SECONDS = 0.2


def prepare_environment(*, port: int) -> None:
    """A database of its own (an earlier demo's is dropped), mail into files, pages on this port.

    With DATABASE_URL set it uses that database, which must be empty.
    """
    if "DATABASE_URL" not in os.environ:
        import psycopg

        maintenance = local.start_embedded_database("postgres")
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{DATABASE_NAME}" WITH (FORCE)')
        os.environ["DATABASE_URL"] = local.start_embedded_database(DATABASE_NAME)
    os.environ["TEGOED_SITE_URL"] = f"http://localhost:{port}"
    os.environ["TEGOED_MAIL"] = "file"
    os.environ.setdefault("TEGOED_LOG_LEVEL", "WARNING")
    local.fill_environment(is_real=False)


def tell(*, port: int, stay: bool) -> int:
    """Run the tale on an empty database, then go on serving when `stay`; 0 when all went well."""
    from django.core.management import call_command
    from rich.console import Console

    from tegoed.clients.models import Issuer
    from tegoed.demo.tale import Tale

    console = Console()
    console.rule("[bold]Tegoed: an order becomes vouchers on cards")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if Issuer.objects.exists():
        console.print("The database that DATABASE_URL names is in use: the demo wants an empty one.", style="red")
        return 1
    password = secrets.token_urlsafe(9)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the processes below end too
    with ExitStack() as processes:
        _set_up(password)
        processes.enter_context(_running(["serve", "--port", str(port), "--with-worker"]))
        _wait_for_site(port)
        tale = Tale(site=f"http://localhost:{port}", password=password, folder=_empty_folder(), console=console)
        if not tale.run():
            return 1
        if stay:
            _print_logins(console, port, password)
            with suppress(KeyboardInterrupt):
                signal.pause()
    return 0


def _set_up(password: str) -> None:
    from tegoed.clients.models import User
    from tegoed.flows.set_up import set_up
    from tegoed.merchants.importing import import_merchants

    set_up(content=SET_UP.read_text(encoding="utf-8"))
    import_merchants(file_name=MERCHANTS.name, content=MERCHANTS.read_bytes(), is_invented=True, actor=None)
    for user in User.objects.all():
        user.set_password(password)
        user.save(update_fields=["password"])


@contextmanager
def _running(words: list[str]) -> Iterator[None]:
    """One of our own commands as a process, ended with the tale; what it says goes to a file in `var/`."""
    log = (local.var_dir() / f"demo-{words[0]}.log").open("w")
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "tegoed", *words], stdout=log, stderr=subprocess.STDOUT
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def _wait_for_site(port: int) -> None:
    from tegoed.demo.browser import Browser

    began = time.monotonic()
    while True:
        try:
            Browser(f"http://localhost:{port}").open("/")
        except OSError:
            if time.monotonic() - began > WAIT_SECONDS_MAX:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return


def _empty_folder() -> Path:
    folder = local.var_dir() / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _print_logins(console: Any, port: int, password: str) -> None:
    from rich.table import Table

    table = Table(title="Sign in", title_justify="left")
    table.add_column("address", no_wrap=True)
    table.add_column("who")
    for address, who in (
        ("alice@bakkerij.example", "owner of the bakery's account"),
        ("bob@bakkerij.example", "her colleague, may look (in French)"),
        ("charlie@garage.example", "of another company, never sees the bakery"),
        ("dora@demo.example", "issuer staff: the back office"),
        ("emiel@demo.example", "issuer staff too, in Dutch: what needs two of them"),
    ):
        table.add_row(address, who)
    console.print(table)
    console.print(f"Password of each: [bold]{password}[/bold]")
    console.print(f"Open [bold]http://localhost:{port}[/bold] (Ctrl-C stops)")
