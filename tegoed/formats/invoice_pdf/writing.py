"""From a checked invoice to a paper as bytes: the texts of `content`, set by typst."""

from pathlib import Path

from tegoed.formats.invoice import InvoiceDocument
from tegoed.formats.invoice_pdf.content import LANGUAGES, page_content
from tegoed.formats.typesetting import PREVIEW_PPI, start_of_day, write_pdf, write_pictures

__all__ = ["LANGUAGES", "write_invoice_pdf", "write_invoice_png"]

TEMPLATE = Path(__file__).with_name("template.typ")


def write_invoice_pdf(document: InvoiceDocument, *, language: str) -> bytes:
    """The invoice as PDF/A-2a, labels in `language` (nl, fr, en, de); the texts of the rows are the document's own.

    Raises the refusals of `check_invoice`, and `ValueError` for another language. Where the page shows a box in place of a
    character (see `typesetting`), the UBL always carries the real text.
    """
    texts = page_content(document, language=language)
    return write_pdf(TEMPLATE, texts, name="invoice", stamped_at=start_of_day(document.issued_on))


def write_invoice_png(document: InvoiceDocument, *, language: str, ppi: float = PREVIEW_PPI) -> list[bytes]:
    """The same pages as pictures, one per page, for a preview on screen."""
    return write_pictures(TEMPLATE, page_content(document, language=language), name="invoice", ppi=ppi)
