"""From a quote to a paper as bytes, set by typst."""

from pathlib import Path

from tegoed.formats.quote_pdf.content import QuoteDocument, page_content
from tegoed.formats.typesetting import start_of_day, write_pdf, write_pictures

TEMPLATE = Path(__file__).with_name("template.typ")


def write_quote_pdf(document: QuoteDocument, *, language: str) -> bytes:
    """The quote as PDF/A-2a (plain PDF where a text holds a character that no font of ours draws)."""
    texts = page_content(document, language=language)
    return write_pdf(TEMPLATE, texts, name="quote", stamped_at=start_of_day(document.made_on))


def write_quote_png(document: QuoteDocument, *, language: str) -> list[bytes]:
    """The same pages as pictures, for a look at them."""
    return write_pictures(TEMPLATE, page_content(document, language=language), name="quote")
