"""Excel forms of 100,000 rows from upload to stored, as a client sends them: over HTTP, read by a worker process.

The reference is python-calamine alone, reading the same file to Python rows in a process of its own. Meanwhile another
user opens pages. With `TEGOED_BENCH_PEERS` naming an interpreter that has django-import-export and openpyxl, the same
workbook goes through those too (`bench/peers_import.py`).
"""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.scratch import row, scratch_database, set_up_client
from bench.serving import Visitor, free_port, running, serving, signed_in_owner

ROWS = int(os.environ.get("TEGOED_BENCH_ROWS", "100000"))
RATIO_MOST = 10
MEMORY_MB_MOST = 500
PAGE_MS_MOST = 200
CONFIRM_SECONDS_MOST = 10
DOWNLOAD_SECONDS_MOST = 15
WAIT_SECONDS_MAX = 900
PAGE_PAUSE_SECONDS = 0.25
SAMPLE_SECONDS = 0.05
CALAMINE_ROUNDS = 3
WARM_UP = 8
"""Pages asked beforehand by each, so that every thread of the server has its connection and templates."""
CALAMINE = """
import sys, time
from python_calamine import load_workbook
began = time.perf_counter()
with load_workbook(sys.argv[1]) as book:
    rows = book.get_sheet_by_name(sys.argv[2]).to_python()
print(time.perf_counter() - began)
"""
ORDER_KEYS = (
    "identifier", "last_name", "first_name", "birth_on", "language", "card_delivery", "site", "cost_centre",
    "product", "voucher_count", "face_value", "loading_on",
)  # fmt: skip
BENEFICIARY_KEYS = (
    "identifier", "last_name", "first_name", "birth_on", "language", "gender", "staff_number", "cost_centre",
    "card_delivery", "site", "meal_voucher_count", "meal_face_value",
)  # fmt: skip


def run() -> list[dict]:
    with TemporaryDirectory() as folder, scratch_database("excel") as database_url, ExitStack() as processes:
        client = set_up_client()
        port = free_port()
        processes.enter_context(serving(port))
        worker = processes.enter_context(running("worker"))
        day = Day(client=client, port=port, worker_pid=worker.pid, folder=Path(folder))
        rows = [*day.send_beneficiaries(), *day.download_beneficiaries(), *day.send_orders(known=True)]
        rows += [*day.confirm(), *day.send_orders(known=False)]
        return [*rows, *_peers(Path(folder) / "orders.xlsx", database_url)]


class Day:
    """What one client does, while a colleague opens pages."""

    def __init__(self, *, client, port: int, worker_pid: int, folder: Path) -> None:
        self.client = client
        self.site_name = client.sites.order_by("id").first().name
        self.worker_pid = worker_pid
        self.folder = folder
        cookie = signed_in_owner(client)
        self.client_visitor = Visitor(port, cookie=cookie)
        self.colleague = Visitor(port, cookie=cookie)
        self.portal = f"/c/{client.pk}/"
        for visitor in (self.client_visitor, self.colleague) * WARM_UP:
            visitor.get(f"{self.portal}orders/")

    def send_beneficiaries(self) -> Iterator[dict]:
        """All are new; then they are applied."""
        from tegoed.formats.beneficiary_form import BENEFICIARY_FORM

        content = _written(BENEFICIARY_FORM, BENEFICIARY_KEYS, (self._beneficiary(number) for number in range(ROWS)))
        alone = self._calamine_alone(content, BENEFICIARY_FORM, "beneficiaries.xlsx")
        with self._watched() as watched:
            seconds = self._sent(f"{self.portal}beneficiaries/excel/send/", content)
            upload = _newest_upload()
            self.client_visitor.get(f"{self.portal}beneficiaries/excel/{upload.pk}/")
            began = time.perf_counter()
            self.client_visitor.post(f"{self.portal}beneficiaries/excel/{upload.pk}/apply/")
            _wait_while(upload, {"ready", "applying"})
            applied = time.perf_counter() - began
        _expect(upload, "applied")
        yield _ratio_row("beneficiary form: upload to preview", seconds, alone)
        yield _ratio_row("beneficiary form: upload, preview, applied", seconds + applied, alone)
        yield from watched.rows("beneficiary form")

    def download_beneficiaries(self) -> Iterator[dict]:
        """The workbook filled with everybody."""
        with self._watched() as watched:
            began = time.perf_counter()
            content = self.client_visitor.post(f"{self.portal}beneficiaries/excel/filled/")
            seconds = time.perf_counter() - began
        yield row(
            f"workbook of {ROWS:,} beneficiaries ({len(content) / 1e6:.1f} MB)", seconds, "s",
            target=f"≤ {DOWNLOAD_SECONDS_MOST}", is_met=seconds <= DOWNLOAD_SECONDS_MOST,
        )  # fmt: skip
        yield watched.pages_row("while it is written")

    def send_orders(self, *, known: bool) -> Iterator[dict]:
        """Everybody in the form, known already or all new (two rounds, the orders of the second are not confirmed)."""
        from tegoed.formats.order_form import ORDER_FORM

        first = 0 if known else ROWS
        content = _written(ORDER_FORM, ORDER_KEYS, (self._order_row(first + number) for number in range(ROWS)))
        alone = self._calamine_alone(content, ORDER_FORM, "orders.xlsx")
        words = "order form, known people" if known else "order form, all new people"
        with self._watched() as watched:
            seconds = self._sent(f"{self.portal}orders/excel/", content)
        upload = _newest_upload()
        _expect(upload, "ready")
        began = time.perf_counter()
        self.client_visitor.get(f"{self.portal}orders/excel/{upload.pk}/")
        review_seconds = time.perf_counter() - began
        yield _ratio_row(f"{words}: upload to drafts stored, cards detected", seconds, alone)
        yield row(f"{words}: page with all costs", review_seconds, "s")
        yield from watched.rows(words)

    def confirm(self) -> Iterator[dict]:
        """Of the form sent last: the answer of the page, and until both invoices are issued."""
        from tegoed.orders.models import Order
        from tegoed.portal.form_review import review_of

        upload = _newest_upload()
        total_cents = review_of(upload).total_cents
        began = time.perf_counter()
        self.client_visitor.post(
            f"{self.portal}orders/excel/{upload.pk}/confirm/", {"confirmed_total_cents": str(total_cents)}
        )
        answered = time.perf_counter() - began
        _wait_until(lambda: not Order.objects.filter(upload=upload).exclude(state="invoiced").exists())
        seconds = time.perf_counter() - began
        yield row("confirm: the page answers", answered, "s")
        yield row(
            "confirm: both invoices issued", seconds, "s",
            target=f"≤ {CONFIRM_SECONDS_MOST}", is_met=seconds <= CONFIRM_SECONDS_MOST,
        )  # fmt: skip

    def _sent(self, path: str, content: bytes) -> float:
        """Seconds from sending the file until it is read, checked and stored (or ready to look at)."""
        began = time.perf_counter()
        self.client_visitor.post(path, file=content)
        _wait_while(_newest_upload(), {"received"})
        return time.perf_counter() - began

    def _calamine_alone(self, content: bytes, layout, name: str) -> float:
        file = self.folder / name
        file.write_bytes(content)
        command = [sys.executable, "-c", CALAMINE, str(file), layout.sheet_names["nl"]]
        times = [
            float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
            for _ in range(CALAMINE_ROUNDS)
        ]
        return statistics.median(times)

    def _beneficiary(self, number: int) -> list:
        birth_on, niss = _person(number)
        names = [
            f"Naam {number}",
            f"Voornaam {number % 977}",
            birth_on,
            "nl",
            "x",
            f"S{number:06d}",
            f"KP {number % 40}",
        ]
        return [niss, *names, "site", self.site_name, 20, 800]

    def _order_row(self, number: int) -> list:
        from tegoed.rules.dates import brussels_today

        birth_on, niss = _person(number)
        names = [f"Naam {number}", f"Voornaam {number % 977}", birth_on, "nl", "site", self.site_name]
        return [niss, *names, f"KP {number % 40}", "meal", 20, 800, brussels_today().isoformat()]

    @contextmanager
    def _watched(self) -> Iterator["Watch"]:
        watch = Watch(self.colleague, f"{self.portal}orders/", self.worker_pid)
        watch.start()
        try:
            yield watch
        finally:
            watch.stop()


class Watch:
    """Meanwhile: how long pages of somebody else take, and what worker and reader hold in memory together."""

    def __init__(self, visitor: Visitor, path: str, worker_pid: int) -> None:
        self.visitor, self.path, self.worker_pid = visitor, path, worker_pid
        self.page_ms: list[float] = []
        self.peak_mb = 0.0
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._visit), threading.Thread(target=self._weigh)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def rows(self, words: str) -> Iterator[dict]:
        yield row(
            f"{words}: worker and reader, peak together", self.peak_mb, "MB",
            target=f"≤ {MEMORY_MB_MOST}", is_met=self.peak_mb <= MEMORY_MB_MOST,
        )  # fmt: skip
        yield self.pages_row(f"{words}: meanwhile")

    def pages_row(self, words: str) -> dict:
        p95 = statistics.quantiles(self.page_ms, n=20)[-1]
        return row(
            f"{words}, another user's page, p95 of {len(self.page_ms)} (p50 {statistics.median(self.page_ms):.0f} ms)",
            p95, "ms", target=f"≤ {PAGE_MS_MOST}", is_met=p95 <= PAGE_MS_MOST,
        )  # fmt: skip

    def _visit(self) -> None:
        while not self._ended.wait(PAGE_PAUSE_SECONDS):
            began = time.perf_counter()
            self.visitor.get(self.path)
            self.page_ms.append((time.perf_counter() - began) * 1_000)

    def _weigh(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self.peak_mb = max(self.peak_mb, sum(_memory_mb(pid) for pid in _family(self.worker_pid)))


def _family(pid: int) -> list[int]:
    """The process and all its children."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [one for child in children.read_text().split() for one in _family(int(child))]
        except OSError:
            continue
    return found


def _memory_mb(pid: int) -> float:
    """What the process holds for itself (proportional set size: shared pages are divided)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def _person(number: int) -> tuple[str, str]:
    from tegoed.rules.identifiers import make_niss

    birth_on = date(1950 + number % 55, 1 + number // 55 % 12, 1 + number // 660 % 28)
    return birth_on.isoformat(), make_niss(birth_on=birth_on, serial=number // 18_480)


def _written(layout, keys, rows) -> bytes:
    from tegoed.formats.workbook.writer import write_form

    target = BytesIO()
    write_form(target, layout=layout, language="nl", keys=keys, rows=rows)
    return target.getvalue()


def _newest_upload():
    from tegoed.uploads.models import Upload

    return Upload.objects.defer("content").latest("id")


def _wait_while(upload, states: set[str]) -> None:
    def is_past() -> bool:
        upload.refresh_from_db(fields=["state"])
        return upload.state not in states

    _wait_until(is_past)


def _wait_until(condition) -> None:
    until = time.monotonic() + WAIT_SECONDS_MAX
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"not done after {WAIT_SECONDS_MAX} s")
        time.sleep(0.05)


def _expect(upload, state: str) -> None:
    upload.refresh_from_db()
    if upload.state != state:
        remarks = list(upload.remarks.values_list("row", "column_key", "code", "params")[:5])
        raise AssertionError(f"{upload.state}, not {state}: {upload.refusal_code} {upload.refusal_params} {remarks}")


def _ratio_row(words: str, seconds: float, alone: float) -> dict:
    return row(
        words, seconds, "s", reference_name="calamine alone, s", reference_value=round(alone, 2),
        ratio=seconds / alone, target=f"≤ {RATIO_MOST} ×", is_met=seconds <= RATIO_MOST * alone,
    )  # fmt: skip


def _peers(workbook: Path, database_url: str) -> Iterator[dict]:
    """The order form of new people once more, by others."""
    python = os.environ.get("TEGOED_BENCH_PEERS")
    if python is None:
        print("TEGOED_BENCH_PEERS names no interpreter with django-import-export and openpyxl: not compared")
        return
    script = Path(__file__).with_name("peers_import.py")
    from tegoed.formats.order_form import ORDER_FORM

    command = [python, script, workbook, ORDER_FORM.sheet_names["nl"], database_url]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    told = json.loads(done.stdout)
    yield row("django-import-export + openpyxl: read and stored, nothing checked", told["seconds"], "s")
    yield row("django-import-export + openpyxl: of which openpyxl", told["read_seconds"], "s")
    yield row("django-import-export + openpyxl: peak memory", told["peak_mb"], "MB")
