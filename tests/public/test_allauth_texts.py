"""allauth's own texts on our sign-in pages exist in every language; a new version of it may break that."""

import importlib.util
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "allauth_texts.py"


@pytest.fixture(scope="module")
def allauth_texts():
    spec = importlib.util.spec_from_file_location("allauth_texts", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_list_holds_texts_of_templates_of_python_and_of_plurals(allauth_texts):
    shown = allauth_texts.shown_texts()
    assert "Confirm Access" in shown
    assert "Incorrect code." in shown
    assert "You have added %(count)s security key." in shown


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_no_text_of_allauth_on_our_pages_stays_english(allauth_texts, language):
    assert allauth_texts.untranslated(language) == []


def test_a_text_without_translation_is_found(allauth_texts, monkeypatch):
    monkeypatch.setattr(allauth_texts, "shown_texts", lambda: {"Confirm Access", "A text that nobody translated"})
    assert allauth_texts.untranslated("nl") == ["A text that nobody translated"]
