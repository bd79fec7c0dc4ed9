"""Measures: centimetres, kilograms and millimetres that a text names, and the sizes of a table that cover them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NAMED = re.compile(
    r"(?:(?P<tall>身高|tall|height)\D{0,4})?(?P<number>\d{2,3}(?:\.\d)?)\s*(?P<unit>cm|厘米|公分|kg|公斤|千克|斤|mm|毫米)?",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d+(?:\.\d+)?)(?:\s*[-–~至到]\s*(\d+(?:\.\d+)?))?\s*(cm|kg|mm)", re.IGNORECASE)
_UNITS = {
    "cm": "cm",
    "厘米": "cm",
    "公分": "cm",
    "kg": "kg",
    "公斤": "kg",
    "千克": "kg",
    "斤": "kg",
    "mm": "mm",
    "毫米": "mm",
}


def measured(text: str) -> dict[str, float]:
    """Unit → number as a text names them, the first of each; a bare number counts only as a height."""
    found: dict[str, float] = {}
    for match in _NAMED.finditer(text):
        unit = (match["unit"] or "").lower()
        if not unit and not match["tall"]:
            continue
        number = float(match["number"]) / (2 if unit == "斤" else 1)
        found.setdefault(_UNITS.get(unit, "cm"), number)
    return found


def fitting(given: dict[str, float], sizes: Sequence[tuple[str, str]]) -> list[str]:
    """The sizes (name, note) whose ranges cover every measure that both the text and the note name, and at least one.

    A range holds its lower end and not its upper one, as neighbours in a table share it; the last of a table holds
    both. A single length in a note covers what is at most that long and longer than the next shorter one.
    """
    chosen: list[str] = []
    singles = sorted(float(m[1]) for _, note in sizes for m in _RANGE.finditer(note) if not m[2])
    ranges = [match for _, note in sizes for match in _RANGE.finditer(note) if match[2]]
    tops = {u: max((float(m[2]) for m in ranges if m[3].lower() == u), default=0.0) for u in given}
    for name, note in sizes:
        checks: list[bool] = []
        for match in _RANGE.finditer(note):
            value = given.get(match[3].lower())
            if value is None:
                continue
            low = float(match[1])
            if match[2]:
                high = float(match[2])
                checks.append(low <= value < high or value == high == tops[match[3].lower()])
            else:
                below = max((other for other in singles if other < low), default=low - 5)
                checks.append(below < value <= low)
        if checks and all(checks):
            chosen.append(name)
    return chosen
