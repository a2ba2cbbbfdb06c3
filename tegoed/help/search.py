"""Finds the articles that answer a question, however it is typed: without accents, with errors, cut up or run together.

Its one law: a question stays in memory for the answer and nowhere else; it may hold a national number. Words as people type
them are taken for words of the articles in this order: the same stem; two words written as one, or one as two; the beginning
of a word; letters left out, doubled, changed or swapped (at most two in a long word). A question of which this language knows
nothing is tried in the others, and the reader is told.
"""

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tegoed.help.articles import LANGUAGES, Article, articles
from tegoed.help.index import Index, index_of
from tegoed.help.snippets import Piece, marked, snippet
from tegoed.help.words import is_telling, stem, words_of

QUESTION_LENGTH_MAX = 200
"""Characters of a question that are looked at."""
WORDS_MAX = 12
HITS_MAX = 10

_SAME, _JOINED, _INFLECTED, _BEGINNING, _PART, _LONE_PART = 1.0, 0.9, 0.8, 0.7, 0.6, 0.4
_ONE_ERROR, _TWO_ERRORS = 0.75, 0.5
_LETTERS_FOR_ONE_ERROR, _LETTERS_FOR_TWO_ERRORS = 4, 8
_BEGINNING_LENGTH_MIN, _PART_LENGTH_MIN = 3, 4
_ENDING_LENGTH_MAX = 3
_LIKENESSES_MAX = 6
_PHRASE_BONUS = 1.25
_LEAST_OF_COVERAGE = 0.25
_LINKS = ("", "s", "n", "en", "es")
"""What Dutch and German put between the parts of a word."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found. `title` and `snippet` in pieces, those that were asked for marked."""

    article: Article
    score: float
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. `asked_in`: the language whose words the question was taken for, where it isn't the reader's."""

    hits: tuple[Hit, ...]
    asked_in: str | None = None


@dataclass(frozen=True, slots=True)
class _Meaning:
    """A word of the question: the stems it may stand for, each with how surely."""

    stems: dict[str, float]

    @property
    def sureness(self) -> float:
        """Of its likeliest stem; 0 for a word that the language doesn't know."""
        return max(self.stems.values(), default=0.0)


def search(question: str, *, language: str, forgiving: bool = True) -> Found:
    """At most `HITS_MAX` articles in the reader's language, best first. `forgiving`: whether typing errors are."""
    words = [word for word in words_of(question[:QUESTION_LENGTH_MAX]) if len(word) > 1]
    own = _meanings(words, index_of(language), forgiving=forgiving)
    if not _has_known_word(own) and _sureness(own) < _ONE_ERROR:
        for other in LANGUAGES:
            meanings = _meanings(words, index_of(other), forgiving=False) if other != language else []
            if _sureness(meanings) >= _JOINED:
                slugs = _ranked(meanings, index_of(other))
                return Found(tuple(_hit(slug, score, language, frozenset()) for slug, score in slugs), other)
    stems = frozenset(found for meaning in own for found in meaning.stems)
    return Found(tuple(_hit(slug, score, language, stems) for slug, score in _ranked(own, index_of(language))))


def _hit(slug: str, score: float, language: str, stems: frozenset[str]) -> Hit:
    article = articles(language)[slug]
    return Hit(article, score, marked(article.title, stems, language), snippet(article, stems))


def _has_known_word(meanings: list[_Meaning]) -> bool:
    return any(meaning.sureness >= _JOINED for meaning in meanings)


def _sureness(meanings: list[_Meaning]) -> float:
    """Of the words of a question together."""
    return sum(meaning.sureness for meaning in meanings) / len(meanings) if meanings else 0.0


def _meanings(words: list[str], index: Index, *, forgiving: bool) -> list[_Meaning]:
    """What each telling word of the question may stand for in a language."""
    telling = [word for word in words if is_telling(word, index.language)][:WORDS_MAX]
    found = [_stems_of(word, index, forgiving=forgiving) for word in telling]
    for place, (first, second) in enumerate(pairwise(telling)):
        joined = _joined(first + second, index, forgiving=forgiving)
        for stems in found[place : place + 2]:
            for one, sureness in joined.items():
                stems[one] = max(stems.get(one, 0.0), sureness)
    return [_Meaning(stems) for stems in found]


def _joined(word: str, index: Index, *, forgiving: bool) -> dict[str, float]:
    """Two words that should have been one: `maaltijd cheque`."""
    if (one := stem(word, index.language)) in index.weights:
        return {one: _JOINED}
    if not forgiving or len(word) < _LETTERS_FOR_TWO_ERRORS:
        return {}
    return {one: _JOINED * sureness for one, sureness in _alike(word, index, errors_max=1).items()}


def _stems_of(word: str, index: Index, *, forgiving: bool) -> dict[str, float]:
    if (one := stem(word, index.language)) in index.weights:
        return _inflections(one, index) | {one: _SAME}
    stems = _beginnings(word, index)
    if not forgiving:
        return stems
    for one, sureness in _parts(word, index).items():
        stems[one] = max(stems.get(one, 0.0), sureness)
    errors_max = (len(word) >= _LETTERS_FOR_ONE_ERROR) + (len(word) >= _LETTERS_FOR_TWO_ERRORS)
    if errors_max:
        for one, sureness in _alike(word, index, errors_max=errors_max).items():
            stems[one] = max(stems.get(one, 0.0), sureness)
    return stems


def _alike(word: str, index: Index, *, errors_max: int) -> dict[str, float]:
    likenesses = process.extract(word, index.words, scorer=OSA.distance, score_cutoff=errors_max, limit=_LIKENESSES_MAX)
    stems: dict[str, float] = {}
    for known, distance, _place in likenesses:
        sureness = _ONE_ERROR if distance <= 1 else _TWO_ERRORS
        stems[index.stems[known]] = max(stems.get(index.stems[known], 0.0), sureness)
    return stems


def _inflections(one: str, index: Index) -> dict[str, float]:
    """Stems that are the same with an ending the stemmer kept: French `arrivent` beside `arrive`."""
    if len(one) < _PART_LENGTH_MIN:
        return {}
    longest = len(one) + _ENDING_LENGTH_MAX
    return {other: _INFLECTED for other in _beginnings(one, index) if len(other) <= longest}


def _beginnings(word: str, index: Index) -> dict[str, float]:
    """Words that begin so: what is typed may not be finished."""
    stems: dict[str, float] = {}
    if len(word) >= _BEGINNING_LENGTH_MIN:
        for known in index.words[bisect_left(index.words, word) :]:
            if not known.startswith(word) or len(stems) >= _LIKENESSES_MAX:
                break
            stems[index.stems[known]] = _BEGINNING
    return stems


def _parts(word: str, index: Index) -> dict[str, float]:
    """The known words of which a word is made, `kaartkosten`; less surely, the one that is known, `kaartverlies`."""
    stems: dict[str, float] = {}
    for cut in range(_PART_LENGTH_MIN, len(word) - _PART_LENGTH_MIN + 1):
        ends = {stem(word[cut:], index.language)} & index.weights.keys()
        starts = {stem(word[:cut].removesuffix(link), index.language) for link in _LINKS} & index.weights.keys()
        starts = {start for start in starts if len(start) >= _PART_LENGTH_MIN}
        for part in ends | starts:
            stems[part] = max(stems.get(part, 0.0), _PART if ends and starts else _LONE_PART)
    return stems


def _ranked(meanings: list[_Meaning], index: Index) -> list[tuple[str, float]]:
    """Slugs with their scores, best first: how much each word says there, times how much of the question is met."""
    scores: dict[str, float] = {}
    met: dict[str, float] = {}
    whole = 0.0
    for meaning in meanings:
        best: dict[str, float] = {}
        rarity = max((index.rarity[one] for one in meaning.stems), default=1.0)
        whole += rarity
        for one, sureness in meaning.stems.items():
            for slug, weight in index.weights[one].items():
                best[slug] = max(best.get(slug, 0.0), sureness * index.rarity[one] * weight)
        for slug, score in best.items():
            scores[slug] = scores.get(slug, 0.0) + score
            met[slug] = met.get(slug, 0.0) + rarity
    asked = frozenset(one for meaning in meanings for one in meaning.stems)
    for slug in scores:
        scores[slug] *= _LEAST_OF_COVERAGE + (1 - _LEAST_OF_COVERAGE) * met[slug] / whole
        if any(phrase <= asked for phrase in index.phrases[slug]):
            scores[slug] *= _PHRASE_BONUS
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:HITS_MAX]
