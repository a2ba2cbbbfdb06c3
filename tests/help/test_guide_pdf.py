"""The guides to the Excel forms: made from the forms, so nothing of a form is missing in its guide."""

import json

import pytest
from django.utils.translation import gettext, override

from tegoed.formats.guide_pdf import write_guide_pdf
from tegoed.formats.guide_pdf.writing import guide_of, guide_words
from tegoed.formats.workbook.layout import ColumnKind
from tegoed.formats.workbook.words import WORDS
from tegoed.help.articles import LANGUAGES
from tegoed.help.guides import FORMS, guide_pdf
from tegoed.rules.dates import brussels_today
from tegoed.rules.identifiers import IdentifierKind, read_identifier


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_column_of_the_form_is_explained_in_that_language(form, language):
    layout, rows = FORMS[form], guide_of(FORMS[form], language=language)["columns"]["rows"]
    assert [row["heading"] for row in rows] == [column.headings[language] for column in layout.columns]
    for column, row in zip(layout.columns, rows, strict=True):
        assert row["help"] == column.help[language]
        assert bool(row["is_required"]) == column.is_required
        assert row["needed"]
        assert row["example"], column.key
        for choice in column.choices.values():
            assert choice[language] in row["format"]
        if column.kind == ColumnKind.YES_NO:
            assert WORDS[language].yes in row["format"]
        if column.kind == ColumnKind.TEXT:
            assert str(column.length_max) in row["format"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_steps_name_the_buttons_of_the_portal(language):
    steps = {form: " ".join(guide_words()[language]["steps"][form]) for form in FORMS}
    with override(language):
        assert all(gettext("Send the file") in words for words in steps.values())
        assert gettext("By Excel") in steps["beneficiaries"]
        assert gettext("Order by Excel") in steps["orders"]
        assert gettext("Confirm all orders") in steps["orders"]


def test_guides_of_all_languages_have_the_same_parts():
    def shape(facts):
        return (
            {key: shape(value) for key, value in facts.items()}
            if isinstance(facts, dict)
            else (len(facts) if isinstance(facts, list) else type(facts).__name__)
        )

    shapes = {json.dumps(shape(guide_words()[language]), sort_keys=True) for language in LANGUAGES}
    assert len(shapes) == 1


def test_the_examples_are_what_the_form_takes():
    for language in LANGUAGES:
        number = read_identifier(guide_words()[language]["examples"]["identifier"], today=brussels_today())
        assert number.kind == IdentifierKind.NISS


def test_a_guide_is_a_tagged_pdf_in_its_language_and_made_once():
    pdf = guide_pdf("orders", "fr")
    assert pdf.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pdf or b"/MarkInfo" in pdf or len(pdf) > 20_000
    assert guide_pdf("orders", "fr") is pdf
    assert write_guide_pdf(FORMS["orders"], language="fr", author="Tegoed", on=brussels_today()) == pdf
