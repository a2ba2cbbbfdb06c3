"""Model agreements: the same clauses in four languages, and what the files hold when they are read back."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import product as every

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tegoed.formats.agreement_paper import (
    BINDING_LANGUAGES,
    LANGUAGES,
    AgreementTerms,
    Counting,
    paper_content,
    write_agreement_docx,
    write_agreement_pdf,
)
from tegoed.formats.agreement_paper.content import placeholders_in, texts_of
from tegoed.formats.invoice import Party
from tegoed.rules.products import Product

PRODUCTS = [Product.MEAL, Product.ECO, Product.GIFT, Product.SPORT_CULTURE]
KINDS = ["company", "individual"]
LONG = "Naamlozevennootschapzonderspatiesmetheelveelletters" * 2
HOSTILE = "<b>&amp; {amount} #panic() ]]> $x$ {{x}} \x0b\x00 Söhne \u202eevil"


def terms(**changes) -> AgreementTerms:
    told = {
        "product": Product.MEAL,
        "kind": "company",
        "employer": Party(
            name="Bakkerij Peeters bv",
            enterprise_number="0403170701",
            vat_number=None,
            street="Grote Markt 1",
            postcode="2000",
            town="Antwerpen",
            country_code="BE",
        ),
        "issuer_name": "Voorbeeld Uitgever nv",
        "joint_committee": "140.03",
        "amount_cents": 850,
        "worker_share_cents": 109,
        "starts_on": date(2027, 1, 1),
        "on": date(2026, 11, 26),
    }
    return AgreementTerms(**(told | changes))


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def texts_in(document) -> list[str]:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def shape_of(language: str):
    """Everything of a language's texts that isn't words."""
    texts = texts_of(language)
    clauses = [
        (clause["id"], [(text["for"], placeholders_in(text["words"])) for text in clause["text"]])
        for clause in texts["clause"]
    ]
    words = {name: placeholders_in(text) for name, text in texts["words"].items() if name != "day_pattern"}
    return clauses, words, list(texts["figures"]), list(texts["products"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_same_clauses_conditions_and_placeholders(language):
    assert shape_of(language) == shape_of("nl")
    words = [text["words"] for clause in texts_of(language)["clause"] for text in clause["text"]]
    assert len(set(words)) == len(words)
    assert all(word.strip() == word and len(word) > 20 for word in words)


def test_no_text_of_one_language_stands_in_another():
    said = [
        {text["words"] for clause in texts_of(language)["clause"] for text in clause["text"]} for language in LANGUAGES
    ]
    assert sum(len(words) for words in said) == len(set.union(*said))


@given(
    st.sampled_from(PRODUCTS),
    st.sampled_from(KINDS),
    st.sampled_from(LANGUAGES),
    st.sampled_from(Counting),
    st.integers(200, 1_000_000),
    st.dates(date(2014, 1, 1), date(2040, 1, 1)),
    st.booleans(),
)
@settings(max_examples=150)
def test_no_placeholder_is_left_whatever_is_filled_in(product, kind, language, counting, cents, starts_on, is_fixed):
    paper = paper_content(
        terms(
            product=product,
            kind=kind,
            counting=counting,
            amount_cents=cents,
            starts_on=starts_on,
            ends_on=date(2041, 1, 1) if is_fixed else None,
        ),
        language=language,
    )
    said = str(paper)
    assert "None" not in str([paper["clauses"], paper["figures"]])
    assert not [text for clause in paper["clauses"] for text in clause["paragraphs"] if "{" in text or "}" in text], (
        said
    )
    assert len(paper["clauses"]) == 11
    assert (paper["organisations"] is not None) == (kind == "company")


@pytest.mark.parametrize(("product", "kind"), list(every(PRODUCTS, KINDS)))
def test_the_pdf_names_parties_amounts_figures_and_can_be_archived(product, kind):
    written = write_agreement_pdf(terms(product=product, kind=kind, amount_cents=3_000), language="nl")
    whole = " ".join(pages_of(written))
    for text in ("Bakkerij Peeters bv", "0403.170.701", "Grote Markt 1, 2000 Antwerpen", "140.03", "Handtekeningen"):
        assert text in whole
    assert "€ 30,00" in whole.replace("\xa0", " ")
    assert ("griffie" in whole) == (kind == "company")
    root = PdfReader(BytesIO(written)).trailer["/Root"]
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in root["/Metadata"].get_data()
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("nl")
    assert write_agreement_pdf(terms(product=product, kind=kind, amount_cents=3_000), language="nl") == written


def test_english_and_german_say_on_each_page_that_they_do_not_bind():
    marks = {"en": "not binding", "de": "nicht bindend"}
    for language in LANGUAGES:
        pages = pages_of(write_agreement_pdf(terms(), language=language))
        document = docx.Document(BytesIO(write_agreement_docx(terms(), language=language)))
        above = document.sections[0].header.paragraphs[0].text
        assert len(pages) > 1
        if language in BINDING_LANGUAGES:
            assert not [page for page in pages if any(mark in page for mark in marks.values())]
        else:
            assert all(marks[language] in page for page in pages)
            assert marks[language] in above


def test_legal_figures_are_those_of_the_first_day_with_their_dates_and_sources():
    def figures(**changes):
        return {row[1]: row[2:] for row in paper_content(terms(**changes), language="en")["figures"]["rows"]}

    assert figures()["€8.91"][0] == "since 01/01/2026"
    assert "propay.be" in figures()["€8.91"][1]
    past = figures(starts_on=date(2025, 6, 1), on=date(2025, 5, 1))
    assert past["€6.91"][0] == "from 01/01/2016 to 31/12/2025 inclusive"
    assert "€8.91" not in past


def test_an_amount_above_the_maximum_says_so_in_the_text():
    def said(cents):
        return str(paper_content(terms(amount_cents=cents), language="en")["clauses"])

    assert "above the legal maximum" not in said(1000)
    assert "above the legal maximum" in said(1001)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_reads_back_with_headings_tables_and_page_numbers(language):
    document = docx.Document(BytesIO(write_agreement_docx(terms(), language=language)))
    words = texts_of(language)["words"]
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings[0] == words["employer"]
    assert [text for text in headings if text.startswith(f"{words['article']} 1. ")]
    assert document.paragraphs[0].style.name == "Title"
    assert document.core_properties.language.startswith(language)
    signatures = document.tables[-1]
    assert [cell.text for cell in signatures.rows[0].cells] == [words["for_party"], words["name"], words["signature"]]
    assert len(signatures.rows) == 5
    footer = document.sections[0].footer._element.xml
    assert 'w:instr="PAGE"' in footer
    assert 'w:instr="NUMPAGES"' in footer
    paper = paper_content(terms(), language=language)
    said = texts_in(document)
    for clause in paper["clauses"]:
        assert set(clause["paragraphs"]) <= set(said)


@pytest.mark.parametrize("name", [HOSTILE, LONG, "= Heading", "Uitgever 🎁", "*bold* _it_ <label> @ref \\"])
def test_a_name_is_text_in_both_files_whatever_it_holds(name):
    employer = replace(terms().employer, name=name)
    given = terms(employer=employer, issuer_name=name)
    shown = paper_content(given, language="fr")["author"]
    written = write_agreement_pdf(given, language="fr")
    assert written.startswith(b"%PDF")
    bare = " ".join(pages_of(written)).replace("\u200b", "").replace(" ", "")
    if "🎁" not in name:
        assert shown.replace(" ", "") in bare
    document = docx.Document(BytesIO(write_agreement_docx(given, language="fr")))
    assert shown in texts_in(document)
    assert document.core_properties.author == shown[:255]
