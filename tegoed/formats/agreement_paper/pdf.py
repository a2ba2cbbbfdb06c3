"""The paper as PDF/A-2a, tagged for screen readers, with places to break in words that no line would hold."""

import re
from pathlib import Path
from typing import Any

from tegoed.formats.agreement_paper.content import paper_content
from tegoed.formats.agreement_paper.terms import AgreementTerms
from tegoed.formats.typesetting import start_of_day, write_pdf

_TEMPLATE = Path(__file__).with_name("template.typ")
_LONG_WORD = re.compile(r"\S{34,}")
_PIECE_CHARACTERS = 12
_ZERO_WIDTH_SPACE = "\u200b"


def write_agreement_pdf(terms: AgreementTerms, *, language: str) -> bytes:
    """The paper on A4, the same bytes each time; plain PDF where a name holds a character that none of our fonts draws."""
    texts = {name: _wrappable(value) for name, value in paper_content(terms, language=language).items()}
    return write_pdf(_TEMPLATE, texts, name="paper", stamped_at=start_of_day(terms.on))


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
