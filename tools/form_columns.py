"""The columns of both Excel forms as tables for `docs/integrator.md`, made from the forms themselves; `update` writes them.

Between the two marks of the guide stands what `tables()` says, and nothing else; a test holds the two together.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tegoed.formats.beneficiary_form import BENEFICIARY_FORM  # noqa: E402
from tegoed.formats.order_form import ORDER_FORM, USUAL_KEYS  # noqa: E402
from tegoed.formats.workbook.layout import LANGUAGES, Column, ColumnKind  # noqa: E402

GUIDE = ROOT / "docs" / "integrator.md"
BEGIN, END = "<!-- columns: made by tools/form_columns.py -->", "<!-- end of columns -->"
NAMES = {"nl": "Nederlands", "fr": "Français", "en": "English", "de": "Deutsch"}
HOLDS = {
    ColumnKind.IDENTIFIER: "number",
    ColumnKind.DAY: "day",
    ColumnKind.MONTH: "month",
    ColumnKind.EURO: "euro",
    ColumnKind.COUNT: "whole number",
    ColumnKind.YES_NO: "yes or no",
    ColumnKind.CHOICE: "choice",
    ColumnKind.EMAIL: "e-mail",
}
NEEDED, HANDED_OUT, READ, ABSENT = "needed", "yes", "read", ""


def tables() -> str:
    """Both tables in Markdown: every column, then the words of every choice."""
    return "\n".join([*_table(_column_headings(), _column_rows()), "", *_table(_choice_headings(), _choice_rows())])


def columns() -> list[Column]:
    """The columns of both forms, each once: who the person is, then what the person usually gets, then the order."""
    known = {column.key: column for layout in (BENEFICIARY_FORM, ORDER_FORM) for column in layout.columns}
    return list(known.values())


def _column_headings() -> list[str]:
    return ["Key", *(NAMES[language] for language in LANGUAGES), "Holds", "Beneficiaries", "Orders"]


def _column_rows() -> Iterator[list[str]]:
    for column in columns():
        headings = [column.headings[language] for language in LANGUAGES]
        yield [f"`{column.key}`", *headings, _holds(column), _in_beneficiary_form(column), _in_order_form(column)]


def _holds(column: Column) -> str:
    return f"text ≤ {column.length_max}" if column.kind == ColumnKind.TEXT else HOLDS[column.kind]


def _in_beneficiary_form(column: Column) -> str:
    if column not in BENEFICIARY_FORM.columns:
        return ABSENT
    return NEEDED if column.is_required else HANDED_OUT


def _in_order_form(column: Column) -> str:
    if column not in ORDER_FORM.columns:
        return ABSENT
    if column.is_required:
        return NEEDED
    return HANDED_OUT if column.key in USUAL_KEYS else READ


def _choice_headings() -> list[str]:
    return ["Column", "Code", *(NAMES[language] for language in LANGUAGES)]


def _choice_rows() -> Iterator[list[str]]:
    for column in columns():
        for code, words in column.choices.items():
            yield [f"`{column.key}`", f"`{code}`", *(words[language] for language in LANGUAGES)]


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (headings, ["---"] * len(headings), *rows):
        yield f"| {' | '.join(row)} |"


def documented() -> str:
    """What stands between the marks of the guide. Raises `ValueError` when there are no marks."""
    text = GUIDE.read_text(encoding="utf-8")
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)].strip()


def update() -> None:
    """Write the tables of today between the marks."""
    text = GUIDE.read_text(encoding="utf-8")
    before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    GUIDE.write_text(f"{before}\n{tables()}\n{after}", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    else:
        print(tables())
