"""The characters that every bank in SEPA takes, and how other text is written with them.

Its one law: what comes out holds nothing but these characters, whatever came in; letters keep their sound where one is
known (é becomes e, ß becomes ss), and what has none becomes a full stop, never nothing, so that a gap is seen.
Source: European Payments Council, EPC217-08, best practices for the extended character set.
"""

import re
import unicodedata

NAME_LENGTH_MAX = 70
TEXT_LENGTH_MAX = 140
REFERENCE_LENGTH_MAX = 35

_UNREADABLE = "."
_ALLOWED = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")
_REFERENCE = re.compile(r"[A-Za-z0-9/\-?:().,'+]{1,35}")
_WRITTEN_AS = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d",
    "Ð": "D", "þ": "th", "Þ": "TH", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n", "Ŋ": "N", "ŧ": "t",
    "Ŧ": "T", "€": "EUR", "&": "+", "@": "(at)", "’": "'", "‘": "'", "`": "'", "´": "'", "“": "'", "”": "'", '"': "'",
    "«": "'", "»": "'", "–": "-", "—": "-", "_": "-", "[": "(", "]": ")", "{": "(", "}": ")", "\\": "/", "|": "/",
    ";": ",", "!": ".", "*": ".", "#": ".", "°": "o", "º": "o", "ª": "a", "×": "x", "\u00ad": "", "\u200b": "",
}  # fmt: skip


def is_sepa_text(text: str) -> bool:
    """Whether every bank takes this text as it stands."""
    return _ALLOWED.fullmatch(text) is not None


def is_bank_reference(text: str) -> bool:
    """Whether the text can be a reference: 1 to 35 of the characters, no space, no slash at an end and no two slashes."""
    return _REFERENCE.fullmatch(text) is not None and "//" not in f"/{text}/"


def sepa_text(text: str, *, length_max: int = NAME_LENGTH_MAX) -> str:
    """The text in these characters, spaces made one, at most `length_max` long; empty only when nothing was there."""
    written = "".join(_written(letter) for letter in " ".join(text.split()))
    return " ".join(written.split())[:length_max].rstrip()


def _written(letter: str) -> str:
    if is_sepa_text(letter):
        return letter
    if letter in _WRITTEN_AS:
        return _WRITTEN_AS[letter]
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    plain = "".join(part if is_sepa_text(part) else _WRITTEN_AS.get(part, "") for part in plain)
    return plain or ("" if unicodedata.combining(letter) else _UNREADABLE)
