"""A contract as it was signed, as PDF.

Its one law: every text comes written for the reader's language, and is never read as markup (typst gets it as JSON
strings); nothing is looked up or reckoned here. The same contract gives the same bytes.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import typst

_FOLDER = Path(__file__).parent
_ROOT = Path(__file__).parents[2]


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
    content = json.dumps(texts)
    options = {"format": "pdf", "timestamp": paper.dated_at.astimezone(UTC).replace(microsecond=0)}
    try:
        return _compile(content, pdf_standards=["a-2a"], **options)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    return _compile(content, **options)


def _compile(content: str, **options: Any) -> bytes:
    compiler = typst.Compiler(str(_FOLDER / "template.typ"), root=str(_ROOT), ignore_system_fonts=True)
    return cast("bytes", compiler.compile(sys_inputs={"contract": content}, **options))
