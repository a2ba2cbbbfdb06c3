"""People find the article, however they type: the questions stand in `questions.toml`."""

import random
import tomllib
from pathlib import Path

import pytest

from tegoed.help.articles import LANGUAGES, articles
from tegoed.help.index import index_of
from tegoed.help.search import HITS_MAX, QUESTION_LENGTH_MAX, search
from tegoed.help.snippets import LENGTH_MAX
from tegoed.help.words import fold, is_telling, words_of

QUESTIONS = tomllib.loads(Path(__file__).with_name("questions.toml").read_text(encoding="utf-8"))
FIRST_ONES = 3


def missed(language: str, *, forgiving: bool = True) -> list[tuple[str, list[str]]]:
    wrong = []
    for question, wanted in QUESTIONS[language].items():
        found = [hit.article.slug for hit in search(question, language=language, forgiving=forgiving).hits[:FIRST_ONES]]
        if not set(wanted.split("|")) & set(found):
            wrong.append((question, found))
    return wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_question_finds_its_article_in_the_first_three(language):
    assert len(QUESTIONS[language]) >= (20 if language in {"nl", "fr"} else 12)
    assert missed(language) == []


def test_without_forgiving_some_questions_find_nothing_of_use():
    """Negative control: the questions do hold errors that a plain search stumbles over."""
    assert sum(len(missed(language, forgiving=False)) for language in LANGUAGES) >= 3


def with_error(word: str, chance: random.Random) -> str:
    """The word with two letters swapped, one left out, or one doubled."""
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_error_in_a_word_finds_what_the_word_finds(language):
    """Every word of six letters or more in the titles, each with an error at random."""
    chance = random.Random(language)
    words = {word for article in articles(language).values() for word in words_of(article.title)}
    long = sorted(word for word in words if len(word) > 5 and is_telling(word, language))
    lost = []
    for word in long:
        right = {hit.article.slug for hit in search(word, language=language).hits}
        wrong = {hit.article.slug for hit in search(with_error(word, chance), language=language).hits}
        if right and not right & wrong:
            lost.append(word)
    assert len(lost) <= len(long) // 50, lost


def test_accents_and_case_do_not_matter():
    with_them = [hit.article.slug for hit in search("Éco-chèques expirés", language="fr").hits]
    assert with_them == [hit.article.slug for hit in search("ECO-CHEQUES expires", language="fr").hits]
    assert fold("Straße, Œuvre, Bénéficiaire") == "strasse, oeuvre, beneficiaire"


def test_words_written_apart_or_together_are_the_same():
    assert search("maaltijd cheque", language="nl").hits[0].article.slug == "meal-vouchers"
    assert "who-gets-a-card" in [hit.article.slug for hit in search("kaartkosten", language="nl").hits[:3]]
    assert search("kaartverlies", language="nl").hits
    assert "gift-vouchers" in [hit.article.slug for hit in search("geschenk cheques", language="nl").hits[:2]]


def test_a_question_in_another_language_is_answered_in_the_reader_s():
    found = search("forgot my password", language="nl")
    assert found.asked_in == "en"
    assert found.hits[0].article.slug == "forgot-password"
    assert found.hits[0].article.language == "nl"
    assert search("wachtwoord vergeten", language="nl").asked_in is None


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "?!",
        "a",
        "de het een",
        "93.05.18-223.61",
        "93051822361",
        "x" * 50_000,
        "kaart " * 20_000,
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "\x00\ud800\u202e",
        "((((((((((a+)+)+)+$",
        "🍟🍟🍟",
        "%s %(x)s {{x}} {% x %}",
    ],
)
def test_empty_long_and_hostile_questions_are_questions(question):
    found = search(question, language="nl")
    assert len(found.hits) <= HITS_MAX
    for hit in found.hits:
        assert len("".join(piece.text for piece in hit.snippet)) <= LENGTH_MAX + 2


def test_only_so_much_of_a_question_is_looked_at():
    beyond = "zzzz " * (QUESTION_LENGTH_MAX // 5) + "domiciliëring"
    assert search(beyond, language="nl").hits == ()


def test_marked_pieces_are_the_words_that_were_asked_for():
    hit = search("domicilieering", language="nl").hits[0]
    text = "".join(piece.text for piece in hit.title)
    assert text == hit.article.title
    assert "domiciliëring" in [piece.text for piece in hit.title if piece.is_marked]


def test_the_index_knows_stems_of_all_articles():
    for language in LANGUAGES:
        index = index_of(language)
        assert len(index.words) > 1_000
        assert {slug for slugs in index.weights.values() for slug in slugs} == set(articles(language))
