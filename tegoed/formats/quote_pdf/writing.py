"""From a quote to typst and back as bytes; one live compiler per thread, as for invoices."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from tegoed.formats.quote_pdf.content import QuoteDocument, page_content

TEMPLATE = Path(__file__).with_name("template.typ")
ROOT = Path(__file__).parents[2]
PDF_STANDARD = "a-2a"
_PREVIEW_PPI = 144.0

_of_thread = threading.local()


def write_quote_pdf(document: QuoteDocument, *, language: str) -> bytes:
    """The quote as PDF/A-2a (plain PDF where a text holds a character that no font of ours draws)."""
    content = json.dumps(page_content(document, language=language))
    stamp = datetime.combine(document.made_on, datetime.min.time(), tzinfo=UTC)
    try:
        return _compile(content, format="pdf", pdf_standards=[PDF_STANDARD], timestamp=stamp)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    return _compile(content, format="pdf", timestamp=stamp)


def write_quote_png(document: QuoteDocument, *, language: str) -> list[bytes]:
    """The same pages as pictures, for a look at them."""
    pages = _compile(json.dumps(page_content(document, language=language)), format="png", ppi=_PREVIEW_PPI)
    return [pages] if isinstance(pages, bytes) else pages


def _compile(content: str, **options: Any) -> Any:
    compiler = getattr(_of_thread, "compiler", None)
    if compiler is None:
        compiler = _of_thread.compiler = typst.Compiler(str(TEMPLATE), root=str(ROOT), ignore_system_fonts=True)
    return compiler.compile(sys_inputs={"quote": content}, **options)
