"""Figures of the law inside articles: `{{statutory PRODUCT NAME}}` and `{{since PRODUCT NAME}}`.

Its one law: an article holds no legal figure of its own; each comes from the dated rows of `rules/statutory`, and is shown
with the day from which it holds and its sources. A row that no longer holds is shown with its last day.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import ngettext, override

from tegoed.rules.money import format_euro
from tegoed.rules.statutory import StatutoryParameter, all_parameters, source_reference, statutory_value

PLACEHOLDER = re.compile(r"\{\{(statutory|since) (\w+) (\w+)\}\}")
MARK_OPEN, MARK_CLOSE = "\ue000", "\ue001"
"""Around the number of a figure in a text, until the page makes a link of it: characters that no article can hold."""


class UnknownFigureError(LookupError):
    """An article asks for a figure that no row has."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as a text shows it. `number`: its place in the list below the text."""

    number: int
    text: str
    from_on: date | None
    to_on: date | None
    sources: tuple[str, ...]


def with_figures(text: str, *, language: str, on: date) -> tuple[str, tuple[Figure, ...]]:
    """The text with its figures of that day, each followed by its marked number, and the figures in order.

    Raises `UnknownFigureError`.
    """
    figures: dict[tuple[str, str, str], Figure] = {}

    def filled(match: re.Match[str]) -> str:
        key = (match[1], match[2], match[3])
        if key not in figures:
            row = _row(match[2], match[3], on=on)
            words = _day(row.from_on, language) if match[1] == "since" else _in_words(row, language)
            sources = tuple(source_reference(source) for source in row.sources)
            figures[key] = Figure(len(figures) + 1, words, row.from_on, row.to_on, sources)
        figure = figures[key]
        return f"{figure.text}{MARK_OPEN}{figure.number}{MARK_CLOSE}"

    return PLACEHOLDER.sub(filled, text), tuple(figures.values())


def _row(product: str, name: str, *, on: date) -> StatutoryParameter:
    row = statutory_value(product, name, on)
    if row is None:
        rows = [row for row in all_parameters() if (row.product, row.name) == (product, name)]
        row = max(rows, key=lambda row: row.from_on or date.min, default=None)
    if row is None:
        raise UnknownFigureError(f"{product} {name}")
    return row


def _in_words(row: StatutoryParameter, language: str) -> str:
    kind = re.split(r"[/ ]", row.unit)[0]
    if kind == "EUR":
        return format_euro(row.cents, language)
    if kind == "date":
        return _day(date.fromisoformat(row.value), language)
    if kind == "months":
        months = int(row.value)
        with override(language):
            return ngettext("%(months)s month", "%(months)s months", months) % {"months": months}
    return row.value


def _day(on: date | None, language: str) -> str:
    with override(language):
        return formats.date_format(on, "j. F Y" if language == "de" else "j F Y") if on else "–"
