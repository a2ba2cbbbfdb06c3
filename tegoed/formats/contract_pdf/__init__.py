"""A contract as it was signed, as PDF.

Its one law: every text comes written for the reader's language, and is never read as markup (typst gets it as JSON
strings); nothing is looked up or reckoned here. The same contract gives the same bytes.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from tegoed.formats.typesetting import write_pdf

_TEMPLATE = Path(__file__).with_name("template.typ")


@dataclass(frozen=True, slots=True)
class ContractFact:
    """A label and what it says."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ContractSection:
    """A part of the page: facts, or sentences, or both."""

    title: str
    facts: tuple[ContractFact, ...] = ()
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPaper:
    """A whole contract in one language. `dated_at`: when it was signed, or began."""

    language: str
    title: str
    lead: str
    author: str
    sections: tuple[ContractSection, ...]
    dated_at: datetime


def write_contract_pdf(paper: ContractPaper) -> bytes:
    """The PDF; the archive standard gives way where a name holds a character that none of our fonts draws."""
    texts = {name: value for name, value in asdict(paper).items() if name != "dated_at"}
    return write_pdf(_TEMPLATE, texts, name="contract", stamped_at=paper.dated_at)
