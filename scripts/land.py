"""Writes console/src/pages/network/land.json, the outline of the land without any border, from Natural Earth.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scripts/land.py package/land-50m.json

Natural Earth's data is in the public domain; world-atlas (ISC) packs it as TopoJSON. Each ring is a list of integers in
tenths of a degree: the first longitude and latitude, then the differences of the next ones.
"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

OUT = Path(__file__).parents[1] / "console" / "src" / "pages" / "network" / "land.json"
TOLERANCE = 0.12  # degrees by which a line may be simplified (Douglas and Peucker 1973)
LEAST = 0.06  # square degrees of the smallest island
SOUTH = -60.0  # nothing ships to what lies beyond

Point = tuple[float, float]


def arcs(topology: dict) -> list[list[Point]]:
    """The arcs of a TopoJSON topology in degrees."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
        found.append(line)
    return found


def rings(topology: dict) -> list[list[Point]]:
    """Outer rings and lakes of all land."""
    lines = arcs(topology)
    found = []
    for shape in topology["objects"]["land"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for ring in (ring for polygon in polygons for ring in polygon):
            points: list[Point] = []
            for n in ring:
                line = lines[n] if n >= 0 else lines[~n][::-1]
                points += line[1:] if points else line
            found.append(points)
    return found


def simpler(points: list[Point]) -> list[Point]:
    """Douglas and Peucker's simplification."""
    keep = {0, len(points) - 1}
    open_ = [(0, len(points) - 1)]
    while open_:
        a, b = open_.pop()
        (ax, ay), (bx, by) = points[a], points[b]
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        far, at = 0.0, a
        for n in range(a + 1, b):
            px, py = points[n]
            away = (
                abs((bx - ax) * (ay - py) - (ax - px) * (by - ay)) / length
                if length
                else ((px - ax) ** 2 + (py - ay) ** 2) ** 0.5
            )
            if away > far:
                far, at = away, n
        if far > TOLERANCE:
            keep.add(at)
            open_ += [(a, at), (at, b)]
    return [points[n] for n in sorted(keep)]


def area(points: list[Point]) -> float:
    """Square degrees, whichever way round."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True))) / 2


def packed(points: list[Point]) -> list[int]:
    """Tenths of a degree, as differences."""
    whole = [(round(10 * x), round(10 * y)) for x, y in points]
    found = [*whole[0]]
    for (ax, ay), (bx, by) in itertools.pairwise(whole):
        if (ax, ay) != (bx, by):
            found += [bx - ax, by - ay]
    return found


def main(file: Path) -> None:
    kept = [
        ring for ring in rings(json.loads(file.read_text())) if area(ring) > LEAST and max(y for _, y in ring) > SOUTH
    ]
    made = [packed(simpler(ring)) for ring in sorted(kept, key=area, reverse=True)]
    OUT.write_text(json.dumps([ring for ring in made if len(ring) >= 8], separators=(",", ":")) + "\n")
    print(OUT, f"{OUT.stat().st_size / 1000:.0f} kB, {len(made)} rings, {sum(map(len, made)) // 2} points")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
