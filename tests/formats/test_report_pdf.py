"""A report on paper: what it was given, as text; the same bytes each time; no text is markup."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from tegoed.formats.report_pdf import Report, ReportFact, ReportTable, write_report_pdf


def report(**changes) -> Report:
    told = {
        "language": "en",
        "title": "Safeguarding report",
        "subject": "At the end of 26 November 2026",
        "author": "Voorbeeld Uitgever nv",
        "on": date(2026, 11, 26),
        "verdict": "The bank covers all that is owed.",
        "good": True,
        "facts": [ReportFact("Margin", "€12.34", strong=True)],
        "tables": [ReportTable("Owed", ["What", "Amount"], [["Vouchers", "€1.00"]], ["Together", "€1.00"])],
    }
    return Report(**(told | changes))


def words_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_all_that_was_given_is_on_the_paper_and_the_bytes_are_the_same() -> None:
    given = report(notes=["A note"], signature=["Date", "Name and signature"])
    words = words_of(write_report_pdf(given))
    for text in ("Safeguarding report", "€12.34", "Vouchers", "Together", "A note", "Name and signature"):
        assert text in words
    assert write_report_pdf(given) == write_report_pdf(given)


@pytest.mark.parametrize("text", ["#panic()", "*bold* _it_ $x$", "<label> @ref", "\\", "= heading", '")'])
def test_text_is_never_markup(text) -> None:
    words = words_of(write_report_pdf(report(author=text, tables=[ReportTable(text, ["a"], [[text]])])))
    assert words.count(text) >= 3


def test_an_emoji_in_a_name_does_not_stop_the_report() -> None:
    assert write_report_pdf(report(author="Uitgever 🎁")).startswith(b"%PDF")


def test_a_long_report_goes_over_pages() -> None:
    rows = [[f"Row {number}", "€1.00"] for number in range(200)]
    pdf = write_report_pdf(report(good=False, tables=[ReportTable("Owed", ["What", "Amount"], rows)]))
    assert len(PdfReader(BytesIO(pdf)).pages) > 3
    assert "Row 199" in words_of(pdf)
