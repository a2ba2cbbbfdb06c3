"""The columns of both forms, and that their words are complete and never mean two things."""

import pytest

from tegoed.beneficiaries.models import Beneficiary, CardDelivery, Gender
from tegoed.clients.models import Language, Site
from tegoed.formats.beneficiary_form import BENEFICIARY_FORM
from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.layout import LANGUAGES, ColumnKind, layout_from_json, plain

FORMS = pytest.mark.parametrize("layout", [BENEFICIARY_FORM, ORDER_FORM], ids=lambda layout: layout.key)


@FORMS
def test_every_word_is_there_in_four_languages(layout) -> None:
    for words in (layout.sheet_names, layout.titles, layout.guide):
        assert set(words) == set(LANGUAGES)
    assert len({len(lines) for lines in layout.guide.values()}) == 1
    for column in layout.columns:
        assert set(column.headings) == set(column.help) == set(LANGUAGES)
        assert all(words and set(words) == set(LANGUAGES) for words in column.choices.values())
        assert (column.kind == ColumnKind.CHOICE) == bool(column.choices)
        assert set(column.choice_aliases) <= set(column.choices)


@FORMS
def test_no_heading_means_two_columns_and_no_word_two_choices(layout) -> None:
    meanings: dict[str, str] = {}
    for column in layout.columns:
        for heading in (column.key, *column.headings.values(), *column.aliases):
            assert meanings.setdefault(plain(heading), column.key) == column.key, heading
        codes: dict[str, str] = {}
        for code, words in column.choices.items():
            for word in (code, *words.values(), *column.choice_aliases.get(code, ())):
                assert codes.setdefault(plain(word), code) == code, word


@FORMS
def test_words_fit_where_a_spreadsheet_shows_them(layout) -> None:
    assert all(len(name) <= 31 for name in layout.sheet_names.values())
    assert all(len(text) <= 255 for column in layout.columns for text in column.help.values())


@FORMS
def test_a_layout_survives_the_way_to_the_child(layout) -> None:
    assert layout_from_json(layout.as_json()) == layout


@pytest.mark.parametrize(
    ("key", "choices"), [("language", Language), ("gender", Gender), ("card_delivery", CardDelivery)]
)
def test_the_choices_are_those_of_the_records(key, choices) -> None:
    assert set(BENEFICIARY_FORM.column(key).choices) == set(choices.values)


def test_texts_are_as_long_as_the_records_allow() -> None:
    for column in BENEFICIARY_FORM.columns:
        if column.kind in {ColumnKind.TEXT, ColumnKind.EMAIL}:
            model, name = (Site, "name") if column.key == "site" else (Beneficiary, column.key)
            assert column.length_max == model._meta.get_field(name).max_length, column.key


def test_only_the_identifier_must_be_among_the_columns() -> None:
    assert [column.key for column in BENEFICIARY_FORM.columns if column.is_required] == ["identifier"]
