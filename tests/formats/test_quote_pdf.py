"""A quote on paper: the same bytes each time, whatever was typed stays letters, and the sums agree."""

from dataclasses import replace
from datetime import date

import pytest

from tegoed.formats.invoice import Party
from tegoed.formats.quote_pdf import QuoteCost, QuoteDocument, QuoteHint, QuoteInvoice, QuotePart, write_quote_pdf
from tegoed.formats.quote_pdf.content import labels, page_content

INVOICE = QuoteInvoice("Productfactuur", [QuoteCost("Waarde", "200 cheques", 160_000)], 389, 162_239)
QUOTE = QuoteDocument(
    kind="quote",
    number="12",
    issuer=Party(
        name="Voorbeeld Uitgever nv",
        enterprise_number="0123456749",
        vat_number="BE0123456749",
        street="Wetstraat 1",
        postcode="1000",
        town="Brussel",
        country_code="BE",
    ),
    prospect=["Slagerij Maes", "An Maes"],
    message="",
    made_on=date(2026, 11, 26),
    valid_until=date(2026, 12, 26),
    parts=[QuotePart("Maaltijdcheques", "10 personen × 20 × € 8,00", [INVOICE], 162_239)],
    face_value_cents=160_000,
    fees_cents=1_850,
    vat_cents=389,
    total_cents=162_239,
    people_count=10,
    reasons=["Meer betaal je niet."],
    hints=[QuoteHint("Maaltijdcheques", "Tot € 10,00.", "sinds 1 januari 2026")],
    address="https://tegoed.example/quote/abc/",
)


def test_the_same_quote_is_the_same_file() -> None:
    first = write_quote_pdf(QUOTE, language="nl")
    assert first.startswith(b"%PDF")
    assert write_quote_pdf(QUOTE, language="nl") == first
    assert b"pdfaid" in first  # an archive file


def test_each_language_has_each_word() -> None:
    keys = {language: set(labels(language)) for language in ("nl", "fr", "en", "de")}
    assert len(set(map(frozenset, keys.values()))) == 1
    content = page_content(QUOTE, language="fr")
    assert (content["title"], content["each"]) == ("Devis", "162,23\N{NO-BREAK SPACE}€ par bénéficiaire")


@pytest.mark.parametrize(
    "typed", ['#emph[x] $ "\\', "<b>" * 30, "👩‍🍳 Bakker", "x" * 120, "\N{RIGHT-TO-LEFT OVERRIDE}"]
)
def test_whatever_was_typed_is_drawn(typed) -> None:
    hostile = replace(QUOTE, prospect=[typed, typed], message=f"{typed}\n{typed}")
    assert write_quote_pdf(hostile, language="de").startswith(b"%PDF")


def test_sums_that_do_not_agree_are_never_drawn() -> None:
    for wrong in (replace(QUOTE, total_cents=1), replace(QUOTE, fees_cents=1)):
        with pytest.raises(ValueError, match="add up"):
            write_quote_pdf(wrong, language="nl")
