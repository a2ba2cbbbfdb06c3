"""From a statement of account to typst and back as bytes; one live compiler per thread, as for invoices."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from tegoed.formats.account_pdf.content import AccountDocument, page_content

TEMPLATE = Path(__file__).with_name("template.typ")
ROOT = Path(__file__).parents[2]
PDF_STANDARD = "a-2a"

_of_thread = threading.local()


def write_account_pdf(document: AccountDocument, *, language: str) -> bytes:
    """The statement as PDF/A-2a (plain PDF where a text holds a character that no font of ours draws)."""
    content = json.dumps(page_content(document, language=language))
    stamp = datetime.combine(document.to_on, datetime.min.time(), tzinfo=UTC)
    try:
        return _compile(content, pdf_standards=[PDF_STANDARD], timestamp=stamp)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    return _compile(content, timestamp=stamp)


def _compile(content: str, **options: Any) -> Any:
    compiler = getattr(_of_thread, "compiler", None)
    if compiler is None:
        compiler = _of_thread.compiler = typst.Compiler(str(TEMPLATE), root=str(ROOT), ignore_system_fonts=True)
    return compiler.compile(sys_inputs={"account": content}, format="pdf", **options)
