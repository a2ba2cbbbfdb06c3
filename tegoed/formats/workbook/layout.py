"""What a form is: its columns, their words in four languages, and what may stand in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

LANGUAGES = ("nl", "fr", "en", "de")


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

    `choices`: code -> words by language (all of them are read, in any language; the first letter's case is free).
    `length_max`: characters of a TEXT or EMAIL. `is_required`: the column must be in the file.
    """

    key: str
    kind: ColumnKind
    headings: Mapping[str, str]
    help: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    length_max: int = 80
    is_required: bool = False
    width: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLayout:
    """A form: the name of its sheet, its title and its guide by language, its columns in order."""

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
