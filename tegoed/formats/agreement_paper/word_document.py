"""The paper as DOCX, which the client goes on with in a word processor: real headings, tables, page numbers.

Its one law: a text is a text: what XML can't hold is left out, and nothing in it becomes a field or a link.
"""

from datetime import UTC, datetime, time
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from tegoed.formats.agreement_paper.content import Paper, paper_content
from tegoed.formats.agreement_paper.content import Table as TableContent
from tegoed.formats.agreement_paper.terms import AgreementTerms

_TEAL = RGBColor(0x0F, 0x76, 0x6E)
_LOCALES = {"nl": "nl-BE", "fr": "fr-BE", "en": "en-GB", "de": "de-BE"}
_NEVER_IN_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
_FONT = "Calibri"
_LABEL_WIDTH = Mm(45)
_ROW_TO_SIGN = Mm(16)
_CORE_TEXT_MAX = 255
_FOOTER_SIZE = Pt(9)


def write_agreement_docx(terms: AgreementTerms, *, language: str) -> bytes:
    """The document. Raises `ValueError` for a language we don't have."""
    paper = paper_content(terms, language=language)
    document = docx.Document()
    _style(document, language=language)
    _describe(document, paper, at=datetime.combine(terms.on, time.min, tzinfo=UTC))
    _frame(document, paper)
    document.add_heading(_clean(paper["title"]), level=0)
    document.add_paragraph(_clean(paper["subject"]), style="Subtitle")
    document.add_paragraph(_clean(paper["check"]), style="Intense Quote")
    for party in paper["parties"]:
        document.add_heading(_clean(party["title"]), level=1)
        _facts(document, party["facts"])
    if paper["organisations"] is not None:
        _table(document, paper["organisations"])
    for clause in paper["clauses"]:
        document.add_heading(_clean(clause["title"]), level=1)
        for paragraph in clause["paragraphs"]:
            document.add_paragraph(_clean(paragraph))
    if paper["figures"]["rows"]:
        _table(document, paper["figures"])
    document.add_heading(_clean(paper["signatures"]["title"]), level=1)
    _facts(document, paper["places"])
    document.add_paragraph()
    signed = _table(document, paper["signatures"], has_heading=False)
    for row in signed.rows[1:]:
        row.height = _ROW_TO_SIGN
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _clean(text: str) -> str:
    return text.translate(_NEVER_IN_XML)


def _style(document: Document, *, language: str) -> None:
    """A4, one plain font, the language for the spelling check and for screen readers."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(24)
    section.top_margin = section.bottom_margin = Mm(24)
    for name, size in (("Normal", 11), ("Title", 22), ("Subtitle", 15), ("Heading 1", 13)):
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)
        if name != "Normal":
            style.font.color.rgb = _TEAL
    quote = document.styles["Intense Quote"]
    quote.font.color.rgb, quote.font.bold, quote.font.italic = _TEAL, False, True
    for properties in document.styles.element.iter(qn("w:rPrDefault")):
        for spoken in properties.iter(qn("w:lang")):
            spoken.set(qn("w:val"), _LOCALES[language])


def _describe(document: Document, paper: Paper, *, at: datetime) -> None:
    properties = document.core_properties
    properties.title = _clean(f"{paper['title']}: {paper['subject']}")
    properties.author = _clean(paper["author"])[:_CORE_TEXT_MAX]
    properties.language = _LOCALES[paper["language"]]
    properties.comments = _clean(paper["mark"])[:_CORE_TEXT_MAX]
    properties.created = properties.modified = at


def _frame(document: Document, paper: Paper) -> None:
    """On each page: what the paper is worth above, its name and the page number below."""
    section = document.sections[0]
    above = section.header.paragraphs[0]
    above.alignment = WD_ALIGN_PARAGRAPH.CENTER
    mark = above.add_run(_clean(paper["mark"]))
    mark.bold, mark.font.size, mark.font.color.rgb = True, Pt(9), _TEAL
    below = section.footer.paragraphs[0]
    below.add_run(_clean(f"{paper['title']}: {paper['subject']}  ·  {paper['page']} "))
    _add_field(below, "PAGE")
    below.add_run(" / ")
    _add_field(below, "NUMPAGES")
    for run in below.runs:
        run.font.size = _FOOTER_SIZE


def _add_field(paragraph: Paragraph, instruction: str) -> None:
    """A number that the word processor reckons; `instruction` is ours, never what somebody typed."""
    shown = paragraph.add_run("1")
    shown.font.size = _FOOTER_SIZE
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    field.append(shown._r)  # noqa: SLF001 - the library has no way of its own to add a field
    paragraph._p.append(field)  # noqa: SLF001


def _facts(document: Document, facts: list[tuple[str, str]]) -> None:
    """Words and what they are, an empty cell to write in."""
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for label, value in facts:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = _clean(label), _clean(value)
        cells[0].width = _LABEL_WIDTH


def _table(document: Document, content: TableContent, *, has_heading: bool = True) -> Table:
    """Rows under headings that are repeated on each page."""
    if has_heading:
        document.add_heading(_clean(content["title"]), level=1)
    table = document.add_table(rows=1, cols=len(content["headings"]))
    table.style = "Table Grid"
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001 - as above
    for cell, heading in zip(table.rows[0].cells, content["headings"], strict=True):
        cell.text = ""
        cell.paragraphs[0].add_run(_clean(heading)).bold = True
    for row in content["rows"]:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)
    return table
