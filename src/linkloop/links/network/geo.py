"""Distances between places and destinations, from the degrees in their rows."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Protocol

EARTH_KM = 6371.0


class Point(Protocol):
    """What has WGS 84 degrees."""

    @property
    def latitude(self) -> float | None: ...

    @property
    def longitude(self) -> float | None: ...


def distance(one: Point | None, other: Point | None) -> float:
    """Kilometres on the great circle (haversine); 0 where a position is not known."""
    if one is None or other is None:
        return 0.0
    return kilometres(one.latitude, one.longitude, other.latitude, other.longitude)


def kilometres(lat1: float | None, lon1: float | None, lat2: float | None, lon2: float | None) -> float:
    """Kilometres on the great circle between two points in degrees; 0 where one is not known."""
    if lat1 is None or lon1 is None or lat2 is None or lon2 is None:
        return 0.0
    half = sin(radians(lat2 - lat1) / 2) ** 2
    half += cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))
