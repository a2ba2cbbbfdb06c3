"""A text as it is kept, whoever typed it and wherever: by hand or in a spreadsheet.

Its one law: what is kept can be read as it stands. Nothing unprintable stays that could hide letters or turn them round,
and what would show as nothing is empty. It judges no words.
"""

import unicodedata

_JOINERS = "\u200c\u200d"
"""Kept inside a word: Persian names and many emoji need them."""
_NEVER_PRINTED = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


def as_line(text: str) -> str:
    """The text composed (NFC), with one space between words and without what is never printed; empty if nothing shows."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = " ".join(text.split())
    if not text.isprintable():
        text = " ".join("".join(filter(_is_printed, text)).split())
    return text if text.strip(_JOINERS + " ") else ""


def as_lines(text: str) -> str:
    """Several lines, each as `as_line` keeps it; never more than one empty line in a row, none at either end."""
    kept: list[str] = []
    for line in map(as_line, text.splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).rstrip("\n")


def _is_printed(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in _NEVER_PRINTED
