"""From a paper to typst and back as bytes: PDF/A-2a, tagged for screen readers."""

import json
import re
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, cast

import typst

from tegoed.formats.agreement_paper.content import paper_content
from tegoed.formats.agreement_paper.terms import AgreementTerms

_TEMPLATE = Path(__file__).with_name("template.typ")
_ROOT = Path(__file__).parents[2]
_LONG_WORD = re.compile(r"\S{34,}")
_PIECE_CHARACTERS = 12
_ZERO_WIDTH_SPACE = "\u200b"


def write_agreement_pdf(terms: AgreementTerms, *, language: str) -> bytes:
    """The paper on A4, the same bytes each time; plain PDF where a name holds a character that none of our fonts draws."""
    content = json.dumps(_wrappable(dict(paper_content(terms, language=language))))
    stamped_at = datetime.combine(terms.on, time.min, tzinfo=UTC)
    try:
        return _compile(content, stamped_at, ["a-2a"])
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    return _compile(content, stamped_at, [])


def _compile(content: str, stamped_at: datetime, standards: list[Any]) -> bytes:
    compiler = typst.Compiler(str(_TEMPLATE), root=str(_ROOT), ignore_system_fonts=True)
    pdf = compiler.compile(sys_inputs={"paper": content}, format="pdf", pdf_standards=standards, timestamp=stamped_at)
    return cast("bytes", pdf)


def _wrappable(value: Any) -> Any:
    """The same with places to break in words that no line would hold."""
    if isinstance(value, str):
        return _LONG_WORD.sub(_with_breaks, value)
    if isinstance(value, dict):
        return {name: _wrappable(inner) for name, inner in value.items()}
    return [_wrappable(inner) for inner in value] if isinstance(value, list | tuple) else value


def _with_breaks(match: re.Match[str]) -> str:
    word = match[0]
    pieces = [word[start : start + _PIECE_CHARACTERS] for start in range(0, len(word), _PIECE_CHARACTERS)]
    return _ZERO_WIDTH_SPACE.join(pieces)
