"""Draws one invoice as a PDF page or pages: what the client reads, pays from and keeps.

Its one law: one release draws one document to the same bytes, on every machine and in every year. Nothing else goes
in: fonts are those inside the typst wheel, the time stamp is the day of issue, every label stands in `labels.json`.
The file is PDF/A-2a (archive, tagged for screen readers). Data never becomes markup: typst gets it as JSON strings.
It reckons nothing: `check_invoice` proves the totals first.
"""

from tegoed.formats.invoice_pdf.writing import LANGUAGES, write_invoice_pdf, write_invoice_png

__all__ = ["LANGUAGES", "write_invoice_pdf", "write_invoice_png"]
