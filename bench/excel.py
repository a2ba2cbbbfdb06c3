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
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.scratch import row, scratch_database, set_up_client

ROWS = int(os.environ.get("TEGOED_BENCH_ROWS", "100000"))
PORT = 8765
SITE = f"http://localhost:{PORT}"
PASSWORD = "bench bench bench"
RATIO_MOST = 10
MEMORY_MB_MOST = 500
PAGE_MS_MOST = 200
CONFIRM_SECONDS_MOST = 10
DOWNLOAD_SECONDS_MOST = 15
WAIT_SECONDS_MAX = 600
CALAMINE = """
import sys, time
from python_calamine import load_workbook
began = time.perf_counter()
book = load_workbook(sys.argv[1])
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
LANGUAGE = "nl"


def run() -> list[dict]:
    with TemporaryDirectory() as folder, scratch_database("excel"), ExitStack() as processes:
        client = set_up_client()
        _set_passwords()
        os.environ["TEGOED_SITE_URL"] = SITE
        processes.enter_context(_running("serve", "--port", str(PORT)))
        worker = processes.enter_context(_running("worker"))
        _wait_for_site()
        bench = Bench(client=client, worker=worker, folder=Path(folder))
        return [*bench.beneficiaries(), *bench.orders(), *bench.peers()]
