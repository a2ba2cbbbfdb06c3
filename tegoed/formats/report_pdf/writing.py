"""From a report to typst and back as bytes, one live compiler per thread."""

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import typst

TEMPLATE = Path(__file__).with_name("template.typ")
ROOT = Path(__file__).parents[2]
PDF_STANDARD = "a-2a"

# A compiler serves one thread at a time and keeps its fonts and its parsed template.
_of_thread = threading.local()


@dataclass(frozen=True, slots=True)
class ReportFact:
    """A word and what it is; a `strong` one is printed large."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Rows of text under headings; every column but the first is figures. `total` may be empty."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that stands on the paper. `good`: whether the verdict is good news; `signature`: who signs, one line each."""

    language: str
    title: str
    subject: str
    author: str
    on: date
    verdict: str
    good: bool
    facts: Sequence[ReportFact]
    tables: Sequence[ReportTable]
    notes: Sequence[str] = ()
    signature: Sequence[str] = field(default_factory=tuple)
    footer: str = ""


def write_report_pdf(report: Report) -> bytes:
    """The report on A4. A character that none of our fonts draws shows as a box, and the file is then plain PDF."""
    content = json.dumps(asdict(report) | {"on": report.on.isoformat()})
    stamped_at = datetime.combine(report.on, datetime.min.time(), tzinfo=UTC)
    try:
        return _compile(content, stamped_at, [PDF_STANDARD])
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    return _compile(content, stamped_at, [])


def _compile(content: str, stamped_at: datetime, standards: list[Any]) -> bytes:
    compiler = getattr(_of_thread, "compiler", None)
    if compiler is None:
        compiler = _of_thread.compiler = typst.Compiler(str(TEMPLATE), root=str(ROOT), ignore_system_fonts=True)
    pdf = compiler.compile(sys_inputs={"report": content}, format="pdf", pdf_standards=standards, timestamp=stamped_at)
    return cast("bytes", pdf)
