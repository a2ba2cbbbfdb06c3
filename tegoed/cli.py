"""The command `tegoed`: what an operator types.

Each command prints what it did for a person, and ends with 0 when it was done, 1 when it was refused (with the reason
and the remedy on standard error), 2 when the words of the command are off.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from tegoed import local
from tegoed.errors import Refusal

DEFAULT_PORT = 8000
WEB_THREADS = 8
WORKER_RESTART_SECONDS = 1


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    if run is not _demo:
        local.fill_environment()
        _start_django()
    try:
        sys.exit(run(options))
    except Refusal as refusal:
        from tegoed.refusals import message_of
        from tegoed.refusals.banking import told

        print(f"tegoed: {message_of(told(refusal))} [{refusal.code}]", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _start_django() -> None:
    import django

    django.setup()
    from django.utils import translation

    language = os.environ.get("LANG", "en")[:2]
    translation.activate(language if language in {"nl", "fr", "de"} else "en")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tegoed", description="The platform for Belgian employee vouchers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="show the main job on invented data, then serve it")
    demo.add_argument("--no-serve", action="store_true", help="end after the main job")
    demo.add_argument("--port", type=int, default=DEFAULT_PORT)
    demo.set_defaults(run=_demo)

    serve = commands.add_parser("serve", help="serve the pages")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT)
    serve.add_argument("--with-worker", action="store_true", help="run a worker beside it")
    serve.set_defaults(run=_serve)

    worker = commands.add_parser("worker", help="do the work that waits: invoices, bank files, loads, mail")
    worker.add_argument("--concurrency", type=int, default=2)
    worker.set_defaults(run=_worker)

    statement = commands.add_parser("import-statement", help="book a bank file (CODA or camt.053)")
    statement.add_argument("file", type=Path)
    statement.set_defaults(run=_import_statement)

    journal = commands.add_parser("export-journal", help="write the journal of the books, for a bookkeeper's program")
    journal.add_argument("--format", choices=["hledger", "csv"], default="hledger")
    journal.add_argument("--from", dest="from_on", type=date.fromisoformat, metavar="YYYY-MM-DD")
    journal.add_argument("--to", dest="to_on", type=date.fromisoformat, metavar="YYYY-MM-DD")
    journal.set_defaults(run=_export_journal)

    folder = commands.add_parser("import-statement-folder", help="book the bank files that lie in a folder")
    folder.add_argument("folder", type=Path, nargs="?", help="instead of the one that TEGOED_STATEMENT_FOLDER names")
    folder.add_argument("--now", action="store_true", help="don't wait until nothing was written for a minute")
    folder.set_defaults(run=_import_statement_folder)

    merchants = commands.add_parser(
        "import-merchants", help="take over a list of merchants and acceptance points (CSV)"
    )
    merchants.add_argument("file", type=Path)
    merchants.set_defaults(run=_import_merchants)

    for name, run, words in (
        ("load-due", _load_due, "load the paid orders whose day has come"),
        ("check-books", _check_books, "prove that books, bank and documents agree"),
        ("migrate", _migrate, "bring the database to this version"),
        ("rotate-identifier-keys", _rotate, "encrypt all national numbers and waiting files with the newest key"),
    ):
        commands.add_parser(name, help=words).set_defaults(run=run)

    set_up = commands.add_parser("set-up", help="apply a set-up file: issuer, accounts, tariffs, staff, clients")
    set_up.add_argument("file", type=Path)
    set_up.set_defaults(run=_set_up)

    manage = commands.add_parser("manage", help="Django's own commands")
    manage.add_argument("words", nargs=argparse.REMAINDER)
    manage.set_defaults(run=_manage)
    return parser


def _demo(options: argparse.Namespace) -> int:
    from tegoed.demo.story import prepare_environment

    prepare_environment(port=options.port)
    _start_django()
    from tegoed.demo.story import tell

    return tell(port=options.port, stay=not options.no_serve)


def _serve(options: argparse.Namespace) -> int:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _collect_static()
    keeper = WorkerKeeper() if options.with_worker else None
    print(f"Serving on http://{options.host}:{options.port} (Ctrl-C stops)", flush=True)
    try:
        Granian(
            "tegoed.wsgi:application",
            address=options.host,
            port=options.port,
            interface=Interfaces.WSGI,
            blocking_threads=WEB_THREADS,
            log_access=False,
            log_level=LogLevels.warning,
        ).serve()
    finally:
        if keeper is not None:
            keeper.stop()
    return 0


class WorkerKeeper:
    """Keeps one worker process running beside the pages: one that dies is started again."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._start()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the worker; jobs under way end first."""
        self._stopping.set()
        self._process.send_signal(signal.SIGTERM)
        self._thread.join()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-m", "tegoed", "worker"])

    def _keep(self) -> None:
        while True:
            self._process.wait()
            if self._stopping.wait(timeout=WORKER_RESTART_SECONDS):
                return
            self._process = self._start()


def _collect_static() -> None:
    from django.conf import settings
    from django.core.management import call_command

    if settings.STATIC_IS_COLLECTED:
        call_command("collectstatic", interactive=False, verbosity=0)


def _worker(options: argparse.Namespace) -> int:
    from tegoed.flows.worker import run_worker

    run_worker(concurrency=options.concurrency)
    return 0


def _import_statement(options: argparse.Namespace) -> int:
    from tegoed.banking.models import StatementFileState
    from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
    from tegoed.refusals.banking import told_again

    try:
        content = options.file.read_bytes()
    except OSError as error:
        print(f"tegoed: {options.file}: {error.strerror}", file=sys.stderr)
        return 1
    file = receive_statement_file(file_name=options.file.name, content=content, actor=None)
    del content  # up to 150 MB
    report = book_statement_file(file_id=file.pk)
    if report is None:
        file.refresh_from_db()
        if file.state == StatementFileState.REFUSED:
            raise told_again(file.refusal_code, file.refusal_params)
        print(f"{options.file.name}: a worker books it already ({file.get_state_display()})")
        return 0
    print(
        f"{options.file.name}: {report.line_count} lines booked, {report.matched_count} matched,"
        f" {report.suspense_count} not placed, {report.outgoing_count} outgoing;"
        f" {report.invoice_count} invoices and {len(report.paid_order_ids)} orders paid"
    )
    return 0


def _import_statement_folder(options: argparse.Namespace) -> int:
    from django.conf import settings

    from tegoed.backoffice.statement_folder import SETTLED_SECONDS, take_statement_folder

    folder = options.folder or (Path(settings.STATEMENT_FOLDER) if settings.STATEMENT_FOLDER else None)
    if folder is None:
        print("tegoed: name a folder, or set TEGOED_STATEMENT_FOLDER", file=sys.stderr)
        return 2
    report = take_statement_folder(folder, settled_seconds=0 if options.now else SETTLED_SECONDS)
    if report is None:
        print("another process looks into the folder just now")
        return 0
    for words, names in (("booked", report.done), ("refused", report.refused), ("waiting", report.waiting)):
        for name in names:
            print(f"{words:<9}{name}")
    return 1 if report.refused else 0


def _import_merchants(options: argparse.Namespace) -> int:
    from tegoed.merchants.importing import import_merchants

    try:
        content = options.file.read_bytes()
    except OSError as error:
        print(f"tegoed: {options.file}: {error.strerror}", file=sys.stderr)
        return 1
    done = import_merchants(file_name=options.file.name, content=content, actor=None)
    print(
        f"{options.file.name}: {done.row_count} rows; merchants: {done.new_merchant_count} new,"
        f" {done.changed_merchant_count} changed; acceptance points: {done.new_point_count} new,"
        f" {done.changed_point_count} changed"
    )
    return 0


def _load_due(_options: argparse.Namespace) -> int:
    from tegoed.flows.load_due_orders import load_due_orders

    loaded = load_due_orders()
    for order in loaded:
        delay = (order.loaded_at - order.paid_at).total_seconds()
        print(f"order {order.order_id}: {order.lot_count} lots, until {order.expires_on}, {delay:.1f} s after payment")
    print(f"{len(loaded)} orders loaded")
    return 0


def _check_books(_options: argparse.Namespace) -> int:
    from tegoed.flows.check_books import check_books

    report = check_books()
    for code, cents in report.figures.items():
        print(f"{code:<16}{cents / 100:>18,.2f}")
    for finding in report.findings:
        print(f"DOES NOT AGREE  {finding.code}: {finding.facts}", file=sys.stderr)
    print("The books agree." if report.agree else f"{len(report.findings)} findings.")
    return 0 if report.agree else 1


def _export_journal(options: argparse.Namespace) -> int:
    from tegoed.flows.journal_export import JournalFormat, journal_text

    if options.from_on and options.to_on and options.from_on > options.to_on:
        print("tegoed: --from is after --to", file=sys.stderr)
        return 2
    chosen = JournalFormat(options.format)
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # CSV has line ends of its own
    for piece in journal_text(journal_format=chosen, from_on=options.from_on, to_on=options.to_on):
        sys.stdout.write(piece)
    return 0


def _migrate(_options: argparse.Namespace) -> int:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)
    call_command("createcachetable")
    return 0


def _rotate(_options: argparse.Namespace) -> int:
    from tegoed.flows.rotate_keys import rotate_keys

    renewed = rotate_keys(actor=None)
    print(f"{renewed.number_count} national numbers and {renewed.file_count} files encrypted with the newest key")
    return 0


def _set_up(options: argparse.Namespace) -> int:
    from tegoed.flows.set_up import set_up

    try:
        content = options.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        print(f"tegoed: {options.file}: {error}", file=sys.stderr)
        return 1
    set_up(content=content)
    print(f"{options.file.name} applied")
    return 0


def _manage(options: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tegoed manage", *options.words])
    return 0
