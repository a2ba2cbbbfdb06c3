"""Small readers over a document whose structure is known to be right."""

from typing import Any

from lxml import etree

from tegoed.formats.peppol.fault import PeppolFault
from tegoed.formats.peppol.structure import CAC, CBC

NAMES = {"cac": CAC, "cbc": CBC}
FOUND_LENGTH_MAX = 80


def fault(reason: str, where: str, found: str = "") -> PeppolFault:
    """A fault, with what was found cut to what a page can show."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in found)
    return PeppolFault(reason=reason, where=where, found=shown[:FOUND_LENGTH_MAX])


def text_at(element: etree._Element, path: str) -> str:
    """The text of the one element at a path (`.` for itself), without spaces around it; empty when there is none."""
    found: Any = element if path == "." else element.find(path, NAMES)
    return "" if found is None else (found.text or "").strip()
