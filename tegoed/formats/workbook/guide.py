"""The first sheet of a form: what to do, and what each column means, in the reader's language.

Its one law: it is for reading only; `reader` never mistakes it for the form, as it names one column on each row.
"""

from collections.abc import Mapping, Sequence

import xlsxwriter

from tegoed.formats.workbook.layout import Column, FormLayout
from tegoed.formats.workbook.words import WORDS

_LABEL_WIDTH, _TEXT_WIDTH = 34, 100


def write_guide(
    book: xlsxwriter.Workbook,
    *,
    layout: FormLayout,
    columns: Sequence[Column],
    language: str,
    facts: Mapping[str, str],
) -> None:
    """Adds the guide to the book. `facts`: label and text, such as for whom and when the form was made."""
    words = WORDS[language]
    title = book.add_format({"bold": True, "font_size": 16})
    bold = book.add_format({"bold": True, "valign": "top"})
    heading = book.add_format({"bold": True, "bg_color": "#E8EEF7", "bottom": 1})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(words.guide_sheet)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, _LABEL_WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    sheet.write_string(0, 0, layout.titles[language], title)
    row = 2
    for label, fact in facts.items():
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, fact, text)
        row += 1
    row += 1
    for number, sentence in enumerate(layout.guide[language], start=1):
        sheet.write_string(row, 0, f"{number}.", bold)
        sheet.write_string(row, 1, sentence, text)
        row += 1
    row += 1
    sheet.write_string(row, 0, words.column, heading)
    sheet.write_string(row, 1, words.meaning, heading)
    for column in columns:
        row += 1
        name = column.headings[language]
        sheet.write_string(row, 0, f"{name} ({words.needed})" if column.is_required else name, bold)
        sheet.write_string(row, 1, column.help[language], text)
