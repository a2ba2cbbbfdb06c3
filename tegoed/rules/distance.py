"""Distances on the map: as the crow flies, on a globe.

Its one law: kilometres, and coordinates in decimal degrees (WGS 84), latitude first. It knows no roads.
"""

from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""The mean radius of the earth (IUGG)."""


@dataclass(frozen=True, slots=True)
class Box:
    """From a latitude to a latitude and from a longitude to a longitude, all four included."""

    south: float
    north: float
    west: float
    east: float


def kilometres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance of two points (haversine formula)."""
    half_turn = (
        sin(radians(other_latitude - latitude) / 2) ** 2
        + cos(radians(latitude)) * cos(radians(other_latitude)) * sin(radians(other_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half_turn)))


def box_around(latitude: float, longitude: float, radius_km: float) -> Box:
    """The smallest box that holds everything within the radius. Not for the poles, nor across the 180th meridian."""
    height = degrees(radius_km / EARTH_RADIUS_KM)
    width = degrees(asin(min(1.0, sin(radians(height)) / cos(radians(latitude)))))
    return Box(latitude - height, latitude + height, longitude - width, longitude + width)
