"""One step of the benchmark `banking` in a process of its own, so that its memory is its own: prints JSON.

`take FILE` receives a bank's file as the page does; `book ID` books it as the worker does; `parse FILE` reads XML with
lxml and nothing more.
"""

import json
import os
import sys
import time
from pathlib import Path


def main(action: str, subject: str) -> dict:
    if action == "parse":
        from lxml import etree

        began = time.perf_counter()
        count = 0
        for _, element in etree.iterparse(subject, tag="{*}Ntry"):
            count += 1
            element.clear()
        return {"seconds": time.perf_counter() - began, "lines": count}
    import django

    django.setup()
    from tegoed.flows.receive_statement import book_statement_file, receive_statement_file

    base_mb = _peak_mb()
    if action == "take":
        content = Path(subject).read_bytes()
        began = time.perf_counter()
        file = receive_statement_file(file_name="bench", content=content, actor=None)
        return {"seconds": time.perf_counter() - began, "file_id": file.pk}
    backend = _backend()
    database_began = _processor_seconds(backend)
    began, computed = time.perf_counter(), time.process_time()
    report = book_statement_file(file_id=int(subject))
    assert report is not None
    return {
        "seconds": time.perf_counter() - began,
        "processor_seconds": time.process_time() - computed,
        "database_seconds": _processor_seconds(backend) - database_began,
        "lines": report.line_count,
        "matched": report.matched_count,
        "orders": len(report.paid_order_ids),
        "base_mb": base_mb,
    }


def _backend() -> int:
    """The process of the database that serves this one. Then the worker's pages are known too: it has mails to write."""
    from django.db import connection
    from django.urls import reverse

    reverse("portal:invoices", kwargs={"client_id": 1})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def _processor_seconds(process: int) -> float:
    """What a process of this machine has computed, user and system."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mb() -> float:
    """Of this program alone: what `getrusage` tells may be that of the process that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    told = main(*sys.argv[1:])
    print(json.dumps(told | {"peak_mb": _peak_mb()}))
