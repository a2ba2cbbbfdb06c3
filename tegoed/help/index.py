"""What the search knows of one language: which stem stands in which article, and how much it says there.

Its one law: built once from the articles and never changed. A word of a title or of the phrases people use weighs more than
one in the text; a stem that stands in few articles says more than one in many.
"""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache

from tegoed.help.articles import articles
from tegoed.help.pages import plain_blocks
from tegoed.help.words import is_telling, stem, words_of

TITLE, KEYWORDS, SUMMARY, BODY = 6.0, 5.0, 3.0, 1.0
_COUNTED_MAX = 4
"""How often a word of the text counts: an article isn't about a word because it says it ten times."""


@dataclass(frozen=True, slots=True)
class Index:
    """`weights`: stem -> slug -> how much it says there; `rarity`: stem -> how much it says at all; `stems`: word -> stem.

    `words`: all words, sorted. `phrases`: slug -> the stems of each phrase of several words that people use for it.
    """

    language: str
    weights: dict[str, dict[str, float]]
    rarity: dict[str, float]
    stems: dict[str, str]
    words: tuple[str, ...]
    phrases: dict[str, tuple[frozenset[str], ...]]


@cache
def index_of(language: str) -> Index:
    """The index of all articles in that language."""
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    stems: dict[str, str] = {}
    phrases: dict[str, tuple[frozenset[str], ...]] = {}
    for slug, article in articles(language).items():
        fields = (
            (TITLE, article.title),
            (KEYWORDS, " ".join(article.keywords)),
            (SUMMARY, article.summary),
            (BODY, " ".join(plain_blocks(slug, language))),
        )
        for weight, text in fields:
            counted = Counter(_telling_stems(text, language, stems))
            for found, count in counted.items():
                times = min(count, _COUNTED_MAX) if weight == BODY else 1
                weights[found][slug] = weights[found].get(slug, 0.0) + weight * math.sqrt(times)
        sets = (frozenset(_telling_stems(phrase, language, stems)) for phrase in (article.title, *article.keywords))
        phrases[slug] = tuple(found for found in sets if len(found) > 1)
    count = len(articles(language))
    rarity = {found: math.log(1 + count / len(slugs)) for found, slugs in weights.items()}
    return Index(language, dict(weights), rarity, stems, tuple(sorted(stems)), phrases)


def _telling_stems(text: str, language: str, stems: dict[str, str]) -> list[str]:
    """The stems of the words that say something; each word and its stem are added to `stems`."""
    found = []
    for word in words_of(text):
        if is_telling(word, language):
            stems[word] = stem(word, language)
            found.append(stems[word])
    return found
