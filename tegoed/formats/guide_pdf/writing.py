"""From a form's layout to a paper as bytes, set by typst."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tegoed.formats.typesetting import start_of_day, write_pdf
from tegoed.formats.workbook.layout import Column, ColumnKind, FormLayout
from tegoed.formats.workbook.words import WORDS

TEMPLATE = Path(__file__).with_name("template.typ")


@cache
def guide_words() -> Mapping[str, Any]:
    """What a guide says besides the form's own words, by language."""
    words: Mapping[str, Any] = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
    return words


def write_guide_pdf(layout: FormLayout, *, language: str, author: str, on: date) -> bytes:
    """The guide on A4, tagged for screen readers. `on`: the day the file says it was made."""
    texts = guide_of(layout, language=language) | {"author": author}
    return write_pdf(TEMPLATE, texts, name="guide", stamped_at=start_of_day(on))


def guide_of(layout: FormLayout, *, language: str) -> dict[str, Any]:
    """All that stands in the guide, in the order of the form."""
    words = guide_words()[language]
    return {
        "language": language,
        "title": layout.titles[language],
        "subtitle": words["subtitle"],
        "sheet": layout.sheet_names[language],
        "filling": {"title": words["filling"], "steps": list(layout.guide[language])},
        "sending": {"title": words["sending"], "steps": words["steps"][layout.key]},
        "columns": {
            "title": words["columns"],
            "lead": words["columns_lead"],
            "headings": [WORDS[language].column, WORDS[language].meaning],
            "rows": [_row(column, language) for column in layout.columns],
        },
        "errors": {
            "title": words["errors"],
            "lead": words["errors_lead"],
            "headings": words["errors_headings"],
            "rows": words["errors_rows"],
        },
        "closing": words["closing"],
    }


def _row(column: Column, language: str) -> dict[str, str]:
    words = guide_words()[language]
    example = _example(column, language)
    return {
        "heading": column.headings[language],
        "needed": WORDS[language].needed if column.is_required else words["optional"],
        "is_required": "yes" if column.is_required else "",
        "help": column.help[language],
        "format": f"{words['format']} {_format(column, language)}",
        "example": f"{words['example']} {example}" if example else "",
    }


def _format(column: Column, language: str) -> str:
    words = guide_words()[language]
    if column.kind == ColumnKind.CHOICE:
        return f"{words['one_of']} {', '.join(choice[language] for choice in column.choices.values())}."
    if column.kind == ColumnKind.YES_NO:
        return f"{words['one_of']} {WORDS[language].yes}, {WORDS[language].no}."
    text = words["kinds"][column.kind.value].format(length_max=column.length_max)
    return f"{text} {words['dash_empties']}" if column.can_be_emptied else str(text)


def _example(column: Column, language: str) -> str:
    """What a filled cell looks like: written for the column, else its first choice."""
    examples = guide_words()[language]["examples"]
    if column.key in examples:
        return str(examples[column.key])
    if column.kind == ColumnKind.CHOICE:
        return next(iter(column.choices.values()))[language]
    return WORDS[language].no if column.kind == ColumnKind.YES_NO else ""
