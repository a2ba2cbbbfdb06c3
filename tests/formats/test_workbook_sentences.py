"""Every reason and every remark of a spreadsheet has its own sentence, with its facts filled in."""

import re

import pytest
from django.utils import translation

from tegoed.errors import Refusal
from tegoed.formats.workbook import refusal as refusals
from tegoed.formats.workbook.layout import LANGUAGES
from tegoed.refusals import message_of, sentence_of
from tegoed.refusals.workbook import MESSAGES

CLASSES = [
    found
    for found in vars(refusals).values()
    if isinstance(found, type) and issubclass(found, Refusal) and found is not Refusal
]
REASONS = re.findall(r"`([a-z-]+)`(?: \(|\s·|\.)", (refusals.WorkbookRefused.__doc__ or "").split("says why.")[1])


def test_every_reason_of_the_docstring_has_its_own_sentence() -> None:
    assert len(REASONS) > 20
    assert set(REASONS) == set(MESSAGES["workbook-refused"]) - {""}


@pytest.mark.parametrize("refusal_class", CLASSES, ids=lambda found: found.code)
def test_every_code_has_a_sentence(refusal_class) -> None:
    assert sentence_of(refusal_class()) is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_heading_is_told_in_the_language_of_the_reader(language) -> None:
    words = {language: f"heading in {language}" for language in LANGUAGES}
    with translation.override(language):
        message = message_of(refusals.WorkbookRefused(reason="column-missing", heading=words))
    assert f"heading in {language}" in message


def test_no_sentence_names_a_fact_that_is_missing() -> None:
    facts = {
        "megabytes_max": 32, "cell": "B5", "sheet": "Blad1", "cells": "B5:B6", "heading": {"en": "Name"}, "sheets": "a, b",
        "count_max": 50, "digit_count": 10, "length_max": 80, "year_min": "1900", "year_max": "2099", "words": {"en": "Home"},
    }  # fmt: skip
    with translation.override("en"):
        for found in CLASSES:
            message = MESSAGES[found.code]
            for reason in message if isinstance(message, dict) else [""]:
                assert "…" not in message_of(found(**facts, reason=reason)), (found.code, reason)
