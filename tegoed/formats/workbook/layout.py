"""What a form is: its columns, their words in four languages, and what may stand in them.

Its one law: a column is the same column under every heading people give it, in any language, whatever the case, accents
and punctuation (`plain`). It holds no rows and reads no file.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

LANGUAGES = ("nl", "fr", "en", "de")

REMARKS_HEADING = {
    "nl": "Nazicht: opmerkingen",
    "fr": "Contrôle : remarques",
    "en": "Check: remarks",
    "de": "Prüfung: Anmerkungen",
}
"""The column our own workbook with remarks adds; it is skipped when that workbook comes back."""

_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_HEADING_LENGTH_MAX = 200


class ColumnKind(StrEnum):
    """How a cell is read, and as what it comes out of `reader.read_form`.

    IDENTIFIER -> [kind, value, doubts] (kind `niss`, `bis`, `temporary`; value canonical; doubts a list of codes) ·
    TEXT, EMAIL -> str · DAY -> `YYYY-MM-DD` · MONTH -> `YYYY-MM-01` · EURO -> cents (int) · COUNT -> int ·
    CHOICE -> the code of the choice · YES_NO -> bool. An empty cell is None.
    """

    IDENTIFIER = "identifier"
    TEXT = "text"
    EMAIL = "email"
    DAY = "day"
    MONTH = "month"
    EURO = "euro"
    COUNT = "count"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `headings` and `help` by language; `aliases`: other headings that mean the same, in any language.

    `choices`: code -> words by language (all of them are read, in any language; case and accents are free).
    `choice_aliases`: code -> other words that are read but never written.
    `length_max`: characters of a TEXT or EMAIL. `is_required`: the column must be in the file. `can_be_emptied`: a cell
    with nothing but a dash is the empty text (an empty cell is None, which changes nothing).
    """

    key: str
    kind: ColumnKind
    headings: Mapping[str, str]
    help: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    choice_aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    length_max: int = 80
    is_required: bool = False
    can_be_emptied: bool = False
    width: int = 16

    def codes_by_word(self) -> dict[str, str]:
        """The code of a CHOICE by every plain word for it: in four languages, the other words, the code itself."""
        codes = {plain(code): code for code in self.choices}
        for code, words in self.choices.items():
            for word in (*words.values(), *self.choice_aliases.get(code, ())):
                codes[plain(word)] = code
        return codes


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLayout:
    """A form: the name of its sheet, its title and its guide by language, its columns in order.

    One of the columns has the key `identifier`; `identifier_is_temporary`, where there is one, tells how to read it.
    """

    key: str
    sheet_names: Mapping[str, str]
    titles: Mapping[str, str]
    guide: Mapping[str, tuple[str, ...]]
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        """The column with that key. Raises `KeyError`."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def keys_by_heading(self) -> dict[str, str]:
        """The key of a column by every plain heading for it: own words in four languages, aliases, the key itself."""
        keys: dict[str, str] = {}
        for column in self.columns:
            for heading in (column.key, *column.aliases, *column.headings.values()):
                keys[plain(heading)] = column.key
        return keys

    def as_json(self) -> str:
        """The whole layout as one line of JSON; `layout_from_json` reads it back."""
        return json.dumps(asdict(self), ensure_ascii=True)


def plain(words: str) -> str:
    """Only the letters and digits of the words, without accents and in small letters, so that spellings agree."""
    decomposed = unicodedata.normalize("NFKD", words[:_HEADING_LENGTH_MAX].casefold())
    return "".join(character for character in decomposed if character.isalnum())


PLAIN_REMARKS_HEADINGS = frozenset(plain(heading) for heading in REMARKS_HEADING.values())


def plain_heading(heading: str) -> str:
    """The plain words of a heading without what stands in brackets: `Geboortedatum (dd/mm/jjjj) *`."""
    return plain(_IN_BRACKETS.sub(" ", heading[:_HEADING_LENGTH_MAX]))


def columns_of_file(path: Path) -> tuple[Column, ...]:
    """The columns written out in a JSON file next to a form: a list of objects with the fields of `Column`."""
    return tuple(_column(facts) for facts in json.loads(path.read_text(encoding="utf-8")))


def words_of_file(path: Path) -> dict[str, Any]:
    """`sheet_names`, `titles` and `guide` of a form, written out in a JSON file next to it."""
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {**facts, "guide": {language: tuple(lines) for language, lines in facts["guide"].items()}}


def layout_from_json(text: str | bytes) -> FormLayout:
    """The layout that `FormLayout.as_json` wrote."""
    facts: dict[str, Any] = json.loads(text)
    facts["columns"] = tuple(_column(column) for column in facts["columns"])
    facts["guide"] = {language: tuple(lines) for language, lines in facts["guide"].items()}
    return FormLayout(**facts)


def _column(facts: dict[str, Any]) -> Column:
    aliases = tuple(facts.pop("aliases", ()))
    words = {code: tuple(others) for code, others in facts.pop("choice_aliases", {}).items()}
    return Column(aliases=aliases, choice_aliases=words, kind=ColumnKind(facts.pop("kind")), **facts)
