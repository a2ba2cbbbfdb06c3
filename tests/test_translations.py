"""Nothing a user reads is untranslated, in NL, FR and DE; English is the language of the code."""

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("nl", "fr", "de")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}|%[sd]")

# What is the same in another language on purpose: names, codes, and words the languages share.
TEMPLATE_TEXT_THAT_NEEDS_NO_TRANSLATION = re.compile(
    r"^[\W\d_]*$|^(· )?(Tegoed|PDF|XML|IBAN|BIC|UBL|NL|FR|EN|DE|CODA|CSV)$"
)
ATTRIBUTES_WITH_TEXT = (
    "title",
    "label",
    "placeholder",
    "aria-label",
    "alt",
    "caption",
    "lead",
    "text",
    "hint",
    "back_label",
)


@cache
def messages_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def texts_of_today():
    return messages_tool().texts_of_today()


def catalogue(language: str):
    path = ROOT / "tegoed" / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_today_is_translated(language) -> None:
    known = catalogue(language)
    missing = []
    for text in texts_of_today():
        if text.id:
            found = known.get(text.id if isinstance(text.id, str) else text.id[0], text.context)
            if found is None or found.fuzzy or not messages_tool().is_translated(found):
                missing.append(text.id)
    assert missing == []


def test_the_texts_are_found_at_all() -> None:
    """Negative control: a broken extraction would make the test above pass on nothing."""
    texts = {text.id for text in texts_of_today()}
    assert {"Meal vouchers", "Confirm the order", "Being processed"} <= texts
    assert len(texts) > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_their_placeholders(language) -> None:
    different = []
    for message in catalogue(language):
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        asked = {match.group() for match in PLACEHOLDER.finditer(originals[-1])}
        for translation in translations:
            if {match.group() for match in PLACEHOLDER.finditer(translation)} != asked:
                different.append((message.id, translation))
    assert different == []


def without_markup(source: str) -> list[str]:
    """The literal texts of a template: what stands outside tags, and attributes a reader sees."""
    source = re.sub(r"{% comment.*?endcomment %}|{#.*?#}|<!--.*?-->", "", source, flags=re.DOTALL)
    source = re.sub(r"{% blocktranslate.*?endblocktranslate %}", "", source, flags=re.DOTALL)
    source = re.sub(r"<(script|style).*?</\1>", "", source, flags=re.DOTALL)
    source = re.sub(r"{% block (width|room) %}.*?{% endblock (width|room) %}", "", source)  # names of CSS classes
    source = re.sub(r"{%.*?%}|{{.*?}}", "", source, flags=re.DOTALL)
    attributes = [match.group(2) for match in re.finditer(rf'\s({"|".join(ATTRIBUTES_WITH_TEXT)})="([^"]*)"', source)]
    texts = re.sub(r"<[^>]*>", "\n", source, flags=re.DOTALL).replace("&nbsp;", " ").splitlines()
    texts = [re.sub(r"&\w+;", "", text) for text in texts]
    return [text.strip() for text in [*texts, *attributes] if text.strip()]


def test_templates_hold_no_bare_text() -> None:
    bare = {}
    for path in sorted((ROOT / "tegoed").rglob("templates/**/*.html")):
        found = [
            text
            for text in without_markup(path.read_text(encoding="utf-8"))
            if not TEMPLATE_TEXT_THAT_NEEDS_NO_TRANSLATION.match(text)
        ]
        if found:
            bare[str(path.relative_to(ROOT))] = found
    assert bare == {}


def test_a_bare_text_would_be_found() -> None:
    """Negative control of the test above."""
    assert without_markup('<p title="Look">Hello {{ name }}</p>{% translate "fine" %}') == ["Hello", "Look"]


def test_products_and_states_carry_the_words_of_the_field() -> None:
    """SPEC O3: the Dutch labels of the order states are given."""
    dutch = {message.id: message.string for message in catalogue("nl")}
    assert {
        "Not finished": "Niet afgerond",
        "Waiting for approval": "Wacht op goedkeuring",
        "Being processed": "In behandeling",
        "Waiting for payment of older invoices": "In afwachting van betaling",
        "Invoiced": "Gefactureerd",
        "Paid": "Betaald",
        "Loaded": "Geladen",
        "Cancelled": "Geannuleerd",
    }.items() <= dutch.items()
