"""Names of people as they are compared: the same name however it was typed.

Its one law: comparing forgives (accents, capitals, hyphens, spaces), storing never does: what somebody typed stays as typed.
It decides nothing about whether two people are the same; it only says whether two names could be.
"""

import unicodedata

ACCENTED_LETTERS = (
    "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿāăąćĉċčďđēĕėęěĝğġģĥĩīĭįıĵķĺļľłńņňōŏőŕŗřśŝşšţťũūŭůűųŵŷźżžșț"
    "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĨĪĬĮİĴĶĹĻĽŁŃŅŇŌŎŐŔŖŘŚŜŞŠŢŤŨŪŬŮŰŲŴŶŹŻŽȘȚ"
)
PLAIN_LETTERS = 2 * "aaaaaaceeeeiiiinoooooouuuuyyaaaccccddeeeeegggghiiiiijkllllnnnooorrrssssttuuuuuuwyzzzst"
"""Letter by letter the same as `ACCENTED_LETTERS`, without accents and small. The database searches with these two."""

_SEARCHED = str.maketrans(ACCENTED_LETTERS, PLAIN_LETTERS)
_NOT_DECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss", "ð": "d"})


def without_accents(text: str) -> str:
    """The text in small letters, each letter without its accent: `Élodie` and `elodie` give the same."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_NOT_DECOMPOSED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def caseless(text: str) -> str:
    """The same for two texts that the database takes for the same in small letters (`Σ` has two of them, `İ` a dot more)."""
    return text.casefold().replace("i\u0307", "i")


def search_words(text: str, *, count_max: int) -> list[str]:
    """The first words of what somebody looks for, written as the database keeps names to be searched."""
    return text.translate(_SEARCHED).lower().split()[:count_max]


def name_key(last_name: str, first_name: str) -> str:
    """The same for two ways to write one name: without accents, capitals, hyphens, apostrophes, spaces and order.

    `De Smet` + `Élodie`, `DESMET` + `Elodie` and `Elodie` + `De Smet` give the same key.
    """
    parts = ("".join(filter(str.isalnum, without_accents(name))) for name in (last_name, first_name))
    return "|".join(sorted(parts))
