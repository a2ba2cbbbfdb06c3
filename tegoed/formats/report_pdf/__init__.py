"""Draws a report of the back office as a PDF that is printed, signed and filed.

Its one law: the words and amounts come written for the reader's language; nothing is reckoned or translated here, and no
text is ever read as markup (typst gets it as JSON strings). The file is PDF/A-2a, tagged for screen readers; the same
report gives the same bytes. It is not for invoices: see `invoice_pdf`.
"""

from tegoed.formats.report_pdf.writing import Report, ReportFact, ReportTable, write_report_pdf

__all__ = ["Report", "ReportFact", "ReportTable", "write_report_pdf"]
