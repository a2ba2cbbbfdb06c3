"""The cells of a list of merchants, one by one.

Its one law: every reason here has a sentence with its remedy in `tegoed/refusals/merchants.py`. A text that our own export
guarded with an apostrophe against formulas is read without it.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from tegoed.errors import Refusal
from tegoed.rules.enterprise import read_enterprise_number
from tegoed.rules.identifiers import holds_national_number
from tegoed.rules.places import place_key, place_of_postcode
from tegoed.rules.products import Product
from tegoed.rules.texts import as_line

NAME_LENGTH_MAX = 120
TOWN_LENGTH_MAX = 80
WEB_ADDRESS_LENGTH_MAX = 200
SOUTH, NORTH, WEST, EAST = 49.4, 51.6, 2.4, 6.5
"""The box around Belgium."""

_GUARDED = re.compile(r"'[=+\-@\t\r\n]")
_POSTCODE = re.compile(r"(?:B\s?-?\s?)?(\d{4})(?:\.0)?", re.IGNORECASE)
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
_PRODUCTS_PARTED_BY = re.compile(r"[,;|/\n]|\s\+\s")
_NUMBER_LENGTH_MAX = 20
_PRODUCT_WORDS = {
    Product.MEAL: ("meal", "meals", "maaltijd", "repas", "mahlzeit", "essen"),
    Product.ECO: ("eco", "oko"),
    Product.GIFT: ("gift", "geschenk", "cadeau", "cadeaux"),
    Product.SPORT_CULTURE: (
        "sport culture", "sport and culture", "sport en cultuur", "sport cultuur", "sport et culture", "sport und kultur",
        "sport kultur",
    ),
    Product.CONSUMPTION: ("consumption", "consumptie", "consommation", "konsum", "verbrauch"),
}  # fmt: skip
_VOUCHER = re.compile(r"\b(?:vouchers?|cheques?|checks?|schecks?)\b|(?<=[a-z])(?:s?cheques?|s?schecks?|s?checks?)\b")
_YES = {"yes", "y", "ja", "j", "oui", "o", "1", "true", "x"}
_NO = {"no", "n", "nee", "neen", "non", "nein", "0", "false"}


class CellFaulty(Refusal):
    """A cell, or a row, of a list of merchants. `reason` says why.

    `missing` · `too-long` (`length_max`) · `national-number` · `postcode-unknown` (`value`) · `coordinate` ·
    `outside-belgium` · `one-coordinate` · `product-unknown` (`value`) · `web-address` · `yes-or-no` · `place-and-online` ·
    `neither-place-nor-online` · `twice`, `told-otherwise`, `with-and-without-number` (`other_row`).
    """

    code = "merchant-cell"


def row_of(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[tuple[str, Refusal]]]:
    """The facts of a row for a `MerchantRow`, and its faults by column."""
    faults: list[tuple[str, Refusal]] = []
    facts: dict[str, Any] = {}
    for key, read in _READERS.items():
        try:
            facts[key] = read(_plain(cells[key])) if key in cells else _ABSENT[key]
        except Refusal as refusal:
            faults.append((key, refusal))
            facts[key] = _ABSENT[key]
    faulty = {key for key, _refusal in faults}
    if not facts["merchant"] and "merchant" not in faulty:
        faults.append(("merchant", CellFaulty(reason="missing")))
    if not facts["products"] and "products" not in faulty:
        faults.append(("products", CellFaulty(reason="missing")))
    facts["point"] = facts["point"] or facts["merchant"]
    if not faulty & {"street", "postcode", "town", "online_address", "latitude", "longitude"}:
        faults += _faults_of_place(facts)
    return facts, faults


def _faults_of_place(facts: Mapping[str, Any]) -> list[tuple[str, Refusal]]:
    """A shop has all three of street, postcode and town, an online shop none; coordinates come in pairs."""
    told = {key for key in ("street", "postcode", "town") if facts[key]}
    coordinates = {key for key in ("latitude", "longitude") if facts[key] is not None}
    if facts["online_address"]:
        return [("online_address", CellFaulty(reason="place-and-online"))] if told or coordinates else []
    if not told:
        return [("", CellFaulty(reason="neither-place-nor-online"))]
    faults: list[tuple[str, Refusal]] = [
        (key, CellFaulty(reason="missing")) for key in ("street", "postcode", "town") if key not in told
    ]
    if len(coordinates) == 1:
        faults.append((coordinates.pop(), CellFaulty(reason="one-coordinate")))
    return faults


def _plain(cell: str) -> str:
    return as_line(cell[1:] if _GUARDED.match(cell) else cell)


def _name(length_max: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > length_max:
            raise CellFaulty(reason="too-long", length_max=length_max)
        if holds_national_number(text):
            raise CellFaulty(reason="national-number")
        return text

    return read


def read_postcode(text: str) -> str:
    """The four digits of a Belgian postcode that exists; empty stays empty. Raises `CellFaulty`."""
    if not text:
        return ""
    match = _POSTCODE.fullmatch(text)
    if match is None or not match[1].isascii() or place_of_postcode(match[1]) is None:
        raise CellFaulty(reason="postcode-unknown", value=text[:20])
    return match[1]


def read_web_address(text: str) -> str:
    """An address on the web, `https://` put before one without; empty stays empty. Raises `CellFaulty`."""
    if not text:
        return ""
    whole = text if re.match(r"[a-z][a-z0-9+.-]*:", text, re.IGNORECASE) else f"https://{text}"
    try:
        parts = urlsplit(whole)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise CellFaulty(reason="web-address") from None
    is_good = (
        parts.scheme.lower() in {"http", "https"}
        and "@" not in parts.netloc
        and whole.isascii()
        and not set(' "<>\\^`{|}') & set(whole)
        and _HOST.fullmatch(host)
    )
    if not is_good:
        raise CellFaulty(reason="web-address")
    if len(whole) > WEB_ADDRESS_LENGTH_MAX:
        raise CellFaulty(reason="too-long", length_max=WEB_ADDRESS_LENGTH_MAX)
    return whole


def read_coordinate(text: str, *, least: float, most: float) -> float | None:
    """Degrees, with a point or a comma; None for nothing. Raises `CellFaulty` for what lies outside Belgium."""
    if not text:
        return None
    try:
        degrees = float(text.replace(",", ".")) if len(text) <= _NUMBER_LENGTH_MAX and text.isascii() else math.nan
    except ValueError:
        degrees = math.nan
    if not math.isfinite(degrees):
        raise CellFaulty(reason="coordinate")
    if not least <= degrees <= most:
        raise CellFaulty(reason="outside-belgium")
    return degrees


def read_products(text: str) -> tuple[str, ...]:
    """Products by their names in our four languages or by their codes, in the order of `Product`. Raises `CellFaulty`."""
    found: set[Product] = set()
    for words in filter(str.strip, _PRODUCTS_PARTED_BY.split(text)):
        product = _product(words)
        if product is None:
            raise CellFaulty(reason="product-unknown", value=words.strip()[:40])
        found.add(product)
    return tuple(product.value for product in Product if product in found)


def _product(words: str) -> Product | None:
    key = place_key(words)
    bare = " ".join(_VOUCHER.sub(" ", key).split())
    for product, names in _PRODUCT_WORDS.items():
        if key.replace(" ", "_") == product.value or bare in names or bare.removesuffix("s") in names:
            return product
    return None


def _yes_or_no(text: str) -> bool | None:
    word = place_key(text)
    if not word:
        return None
    if word not in _YES | _NO:
        raise CellFaulty(reason="yes-or-no")
    return word in _YES


def _enterprise_number(text: str) -> str:
    return read_enterprise_number(text) if text else ""


_READERS: dict[str, Callable[[str], Any]] = {
    "merchant": _name(NAME_LENGTH_MAX),
    "enterprise_number": _enterprise_number,
    "website": read_web_address,
    "point": _name(NAME_LENGTH_MAX),
    "street": _name(NAME_LENGTH_MAX),
    "postcode": read_postcode,
    "town": _name(TOWN_LENGTH_MAX),
    "latitude": lambda text: read_coordinate(text, least=SOUTH, most=NORTH),
    "longitude": lambda text: read_coordinate(text, least=WEST, most=EAST),
    "products": read_products,
    "online_address": read_web_address,
    "is_active": _yes_or_no,
}
_ABSENT: dict[str, Any] = dict.fromkeys(_READERS, "") | {
    "website": None,
    "latitude": None,
    "longitude": None,
    "products": (),
    "is_active": None,
}
