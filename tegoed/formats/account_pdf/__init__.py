"""Draws a statement of account as PDF: what was charged and paid in a period, and how to pay what is open.

Its one law: one release draws one statement to the same bytes (fonts of the typst wheel, time stamp of its last day), and data
never becomes markup. It reckons nothing but checks that the entries lead from the opening to the closing balance.
"""

from tegoed.formats.account_pdf.content import AccountDocument, AccountEntry, OpenInvoice
from tegoed.formats.account_pdf.writing import write_account_pdf

__all__ = ["AccountDocument", "AccountEntry", "OpenInvoice", "write_account_pdf"]
