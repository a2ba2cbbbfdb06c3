"""Draws a quote or an offer as PDF: what vouchers would cost at most, why, until when, and the way back to its page.

Its one law: one release draws one quote to the same bytes (fonts of the typst wheel, time stamp of its day), and data never
becomes markup. It reckons nothing: costs and sentences come as they stand on the page, in the language of the reader.
"""

from tegoed.formats.quote_pdf.content import QuoteCost, QuoteDocument, QuoteHint, QuoteInvoice, QuotePart
from tegoed.formats.quote_pdf.writing import write_quote_pdf, write_quote_png

__all__ = [
    "QuoteCost",
    "QuoteDocument",
    "QuoteHint",
    "QuoteInvoice",
    "QuotePart",
    "write_quote_pdf",
    "write_quote_png",
]
