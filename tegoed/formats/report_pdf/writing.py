"""A report as a paper: what stands on it, set by typst."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from tegoed.formats.typesetting import start_of_day, write_pdf

TEMPLATE = Path(__file__).with_name("template.typ")


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
    texts = asdict(report) | {"on": report.on.isoformat()}
    return write_pdf(TEMPLATE, texts, name="report", stamped_at=start_of_day(report.on))
