"""A bank statement of 100,000 lines, as CODA and as camt.053: taken in, then read, matched and booked by the worker.

90 % of the lines have the communication of an open invoice, 5 % its number in free text, 5 % nothing we know. Memory is that
of the process that books. `TEGOED_BENCH_TRYTON` and `TEGOED_BENCH_PRETIX` name a peer's interpreter and script, separated by
a space: the same work by others, a line each for what they print as a rate.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.banking_data import CLIENTS, Day, camt_of, coda_of, make_clients, make_invoices
from bench.coda_read import measure_reading
from bench.scratch import row, scratch_database, set_up_client

ROWS = int(os.environ.get("TEGOED_BENCH_ROWS", "100000"))
TARGET = 5_000
MEMORY_MB_MOST = 300
READ_MOVEMENTS = min(50_000, ROWS)
READ_TARGET = 50_000
PAGE_MS_MOST = 300
PAGE_ROUNDS = 5
PEER_ROWS = "200"
PEERS = {"Tryton": "TEGOED_BENCH_TRYTON", "pretix": "TEGOED_BENCH_PRETIX"}
NOT_HERE = {"invoice-numbers-have-a-gap", "order-differs-from-its-lines"}
"""Findings that come from how this benchmark makes its orders: without people, not numbered by the counter."""

_RATE = re.compile(r"^(?P<what>.+?)\s+[0-9.]+ s\s+(?P<rate>[0-9.]+) /s", re.MULTILINE)


def run() -> list[dict]:
    reading = measure_reading(READ_MOVEMENTS)["movements_per_second"]
    rows = [row(f"CODA read alone, {READ_MOVEMENTS:,} movements", reading, "movements/s", target=f"≥ {READ_TARGET:,}", is_met=reading >= READ_TARGET)]  # fmt: skip
    with scratch_database("banking"), tempfile.TemporaryDirectory() as folder:
        from tegoed.flows.check_books import check_books

        make_clients(set_up_client())
        balance_cents = 0
        for number, (name, write) in enumerate((("CODA", coda_of), ("camt.053", camt_of)), start=1):
            day = Day(number=number, first=(number - 1) * ROWS + 1, rows=ROWS)
            make_invoices(day)
            path = Path(folder) / name
            path.write_bytes(write(day, balance_cents))
            balance_cents += sum(day.amounts)
            rows += _measure(name, path, day)
        rows += _pages()
        findings = [finding for finding in check_books().findings if finding.code not in NOT_HERE]
        assert findings == [], findings
    return [*rows, *_peers()]


def _child(action: str, subject: str) -> dict:
    command = [sys.executable, "-m", "bench.banking_child", action, subject]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tegoed.settings"}
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def _measure(name: str, path: Path, day: Day) -> Iterator[dict]:
    size = path.stat().st_size
    taken = _child("take", str(path))
    booked = _child("book", str(taken["file_id"]))
    assert (booked["lines"], booked["matched"], booked["orders"]) == (day.rows, len(day.paid), len(day.paid)), booked
    copied = _bare_copy()
    speed = day.rows / booked["seconds"]
    yield row(
        f"{name}: {day.rows:,} lines of {CLIENTS} clients ({size / 1e6:.0f} MB) read, matched, booked, orders paid",
        speed, "lines/s", reference_name="bare COPY of these lines, lines/s", reference_value=round(day.rows / copied),
        ratio=speed * copied / day.rows, target=f"≥ {TARGET:,}", is_met=speed >= TARGET,
    )  # fmt: skip
    yield row(
        f"{name}: of which that process computes", booked["processor_seconds"] / day.rows * 1e6, "µs/line of processor",
    )  # fmt: skip
    yield row(
        f"{name}: of which the database computes for it; the rest is waiting, for the disk or for other work",
        booked["database_seconds"] / day.rows * 1e6, "µs/line of processor",
    )  # fmt: skip
    computed = day.rows / (booked["processor_seconds"] + booked["database_seconds"])
    yield row(f"{name}: lines for each second that both compute, without waiting", computed, "lines/s")
    yield row(
        f"{name}: peak memory of the process that books (before: {booked['base_mb']:.0f} MB)", booked["peak_mb"], "MB",
        target=f"≤ {MEMORY_MB_MOST}", is_met=booked["peak_mb"] <= MEMORY_MB_MOST,
    )  # fmt: skip
    took = day.rows / taken["seconds"]
    if name != "CODA":
        alone = _child("parse", str(path))
        rate = alone["lines"] / alone["seconds"]
        yield row(
            f"{name}: taken in by the page (read, checked, kept)", took, "lines/s",
            reference_name="lxml alone, entries/s", reference_value=round(rate), ratio=took / rate,
        )  # fmt: skip
    else:
        yield row(f"{name}: taken in by the page (read, checked, kept)", took, "lines/s")
    yield row(f"{name}: peak memory of the process that takes in", taken["peak_mb"], "MB")


def _bare_copy() -> float:
    """Seconds for COPY of the lines of the last statement into a table of the same form, with its indexes."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare (LIKE banking_statementline INCLUDING ALL) ON COMMIT DROP")
        pieces = []
        with cursor.copy(
            "COPY (SELECT * FROM banking_statementline WHERE statement_id = (SELECT max(id) FROM banking_statement))"
            " TO STDOUT"
        ) as copy:
            pieces += [bytes(piece) for piece in copy]
        began = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for piece in pieces:
                copy.write(piece)
        return time.perf_counter() - began


def _pages() -> Iterator[dict]:
    """What staff see of such files, through the application without the network."""
    from django.conf import settings
    from django.test import Client

    from tegoed.banking.models import StatementFile
    from tegoed.clients.models import User

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    browser = Client()
    browser.force_login(
        User.objects.filter(is_staff=True).first(), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    file = StatementFile.objects.latest("id")
    for words, path in (
        ("list of files", "/office/statements/"),
        ("file", f"/office/statements/{file.pk}/"),
        ("file, its last page", f"/office/statements/{file.pk}/?page={ROWS // 25}"),
        ("file, lines not placed", f"/office/statements/{file.pk}/?state=suspense"),
    ):
        times = []
        for _ in range(PAGE_ROUNDS):
            began = time.perf_counter()
            answer = browser.get(path)
            times.append((time.perf_counter() - began) * 1_000)
            assert answer.status_code == 200, (path, answer.status_code)
        best = sorted(times)[PAGE_ROUNDS // 2]
        yield row(f"page: {words}", best, "ms", target=f"≤ {PAGE_MS_MOST}", is_met=best <= PAGE_MS_MOST)


def _peers() -> Iterator[dict]:
    """What others take for statements and invoices, as their own scripts tell; each line that has a rate."""
    for peer, variable in PEERS.items():
        words = os.environ.get(variable)
        if not words:
            print(f"{variable} names no interpreter and script: {peer} not compared")
            continue
        environment = os.environ | {"N": PEER_ROWS, "DB_NAME": ":memory:", "TRYTOND_DATABASE_URI": "sqlite://"}
        done = subprocess.run(
            [*words.split(" "), PEER_ROWS], env=environment, check=False, capture_output=True, text=True
        )
        if done.returncode:
            print(f"{peer} failed:\n{done.stderr[-2_000:]}")
        for found in _RATE.finditer(done.stdout):
            yield row(f"{peer}, {PEER_ROWS} lines: {found['what'].strip()}", float(found["rate"]), "/s")
