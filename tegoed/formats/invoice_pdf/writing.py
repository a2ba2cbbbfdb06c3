"""From a checked invoice to typst and back as bytes: the texts of `content`, one live compiler per thread."""

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from tegoed.formats.invoice import InvoiceDocument
from tegoed.formats.invoice_pdf.content import LANGUAGES, page_content

__all__ = ["LANGUAGES", "write_invoice_pdf", "write_invoice_png"]

TEMPLATE = Path(__file__).with_name("template.typ")
ROOT = Path(__file__).parents[2]
PDF_STANDARD = "a-2a"
_PREVIEW_PPI = 144.0

# Workers draw side by side, each on its own core: helper threads inside typst only cost. Read once, at its first page.
os.environ.setdefault("RAYON_NUM_THREADS", "1")

# A compiler serves one thread at a time ("Already borrowed" otherwise) and keeps its fonts and its parsed template.
_of_thread = threading.local()


def write_invoice_pdf(document: InvoiceDocument, *, language: str) -> bytes:
    """The invoice as PDF/A-2a, labels in `language` (nl, fr, en, de); the texts of the rows are the document's own.

    Raises the refusals of `check_invoice`, and `ValueError` for another language. Where a text holds a character that
    none of our fonts draws (an emoji), the page shows a box in its place and the file is plain PDF: the archive
    standard forbids such a box. The UBL always carries the real text.
    """
    content = json.dumps(page_content(document, language=language))
    issued_at = datetime.combine(document.issued_on, datetime.min.time(), tzinfo=UTC)
    try:
        return _compile(content, format="pdf", pdf_standards=[PDF_STANDARD], timestamp=issued_at)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    return _compile(content, format="pdf", timestamp=issued_at)


def write_invoice_png(document: InvoiceDocument, *, language: str, ppi: float = _PREVIEW_PPI) -> list[bytes]:
    """The same pages as pictures, one per page, for a preview on screen."""
    pages = _compile(json.dumps(page_content(document, language=language)), format="png", ppi=ppi)
    return [pages] if isinstance(pages, bytes) else pages


def _compile(content: str, **options: Any) -> Any:
    compiler = getattr(_of_thread, "compiler", None)
    if compiler is None:
        compiler = _of_thread.compiler = typst.Compiler(str(TEMPLATE), root=str(ROOT), ignore_system_fonts=True)
    return compiler.compile(sys_inputs={"invoice": content}, **options)
