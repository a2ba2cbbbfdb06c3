"""What the search takes as a word: small letters without accents, its stem, and the words that say nothing.

Its one law: a word of an article and the same word of a question, with or without accents, give the same stem.
"""

import re
import threading
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import snowballstemmer

_WORD = re.compile(r"[a-z0-9]+")
_UNFOLDED = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o"})
_STEMMERS = {"nl": "dutch_porter", "fr": "french", "en": "english", "de": "german"}
_STEMS_KEPT_MAX = 40_000
_stemming = threading.Lock()  # a stemmer keeps the word it works on in itself

STOP_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in tomllib.loads(
        Path(__file__).with_name("stop_words.toml").read_text(encoding="utf-8")
    ).items()
}


def fold(text: str) -> str:
    """The text in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_UNFOLDED))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return _WORD.findall(fold(text))


def is_telling(word: str, language: str) -> bool:
    """Whether a folded word says something about what is looked for."""
    return len(word) > 1 and word not in STOP_WORDS[language]


@lru_cache(maxsize=_STEMS_KEPT_MAX)
def stem(word: str, language: str) -> str:
    """The stem of a folded word. `cheques` is to the Dutch stemmer another word than `cheque`, so its s goes first."""
    if language == "nl" and word.endswith("ques"):
        word = word[:-1]
    with _stemming:
        return str(_stemmer(language).stemWord(word))


@cache
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(_STEMMERS[language])
