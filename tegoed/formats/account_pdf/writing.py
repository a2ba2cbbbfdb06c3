"""From a statement of account to a paper as bytes, set by typst."""

from pathlib import Path

from tegoed.formats.account_pdf.content import AccountDocument, page_content
from tegoed.formats.typesetting import start_of_day, write_pdf

TEMPLATE = Path(__file__).with_name("template.typ")


def write_account_pdf(document: AccountDocument, *, language: str) -> bytes:
    """The statement as PDF/A-2a (plain PDF where a text holds a character that no font of ours draws)."""
    texts = page_content(document, language=language)
    return write_pdf(TEMPLATE, texts, name="account", stamped_at=start_of_day(document.to_on))
