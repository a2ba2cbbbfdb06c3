"""The lines below a found title: the part of an article that says most about the question, with its words marked.

Its one law: pieces of plain text; who shows them escapes them.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from tegoed.help.articles import Article
from tegoed.help.pages import plain_blocks
from tegoed.help.words import fold, stem

LENGTH_MAX = 190
_BEFORE = 60
_TEXTS_KEPT_MAX = 10_000
_WORD = re.compile(r"[^\W_]+")


class Piece(NamedTuple):
    """A piece of text, and whether it is one of the words that were asked for."""

    text: str
    is_marked: bool


def snippet(article: Article, stems: frozenset[str]) -> tuple[Piece, ...]:
    """The summary, or the paragraph that has more of the stems than it, cut to `LENGTH_MAX` characters."""
    language = article.language
    texts = (article.summary, *plain_blocks(article.slug, language))
    best = max(texts, key=lambda text: len(_stems_in(text, language) & stems)) if stems else article.summary
    return marked(_cut(best, stems, language), stems, language)


def marked(text: str, stems: frozenset[str], language: str) -> tuple[Piece, ...]:
    """The text in pieces."""
    pieces: list[Piece] = []
    at = 0
    for match in _WORD.finditer(text):
        if stem(fold(match.group()), language) in stems:
            if match.start() > at:
                pieces.append(Piece(text[at : match.start()], is_marked=False))
            pieces.append(Piece(match.group(), is_marked=True))
            at = match.end()
    if at < len(text):
        pieces.append(Piece(text[at:], is_marked=False))
    return tuple(pieces)


@lru_cache(maxsize=_TEXTS_KEPT_MAX)
def _stems_in(text: str, language: str) -> frozenset[str]:
    return frozenset(stem(fold(word), language) for word in _WORD.findall(text))


def _cut(text: str, stems: frozenset[str], language: str) -> str:
    if len(text) <= LENGTH_MAX:
        return text
    first = next((match.start() for match in _WORD.finditer(text) if stem(fold(match.group()), language) in stems), 0)
    start = max(0, first - _BEFORE)
    if start:
        start = text.find(" ", start) + 1
    end = text.rfind(" ", start, start + LENGTH_MAX)
    return f"{'…' if start else ''}{text[start : end if end > start else start + LENGTH_MAX]}{'…' if end < len(text) else ''}"
