"""Splitting: a long text as parts that a platform takes, cut where a reader would cut, never inside a character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_CUTS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[。！？；…])|(?<=[.!?;])\s"),
    re.compile(r"[\s，、,]"),
)
_JOINER = "\u200d"


def split(text: str, limit: int, measure: Callable[[str], int] = len) -> list[str]:
    """The parts of a text, each at most `limit` long by `measure`: at a paragraph, a line, a sentence, a space, or
    anywhere between two characters as a reader sees them. The same text gives the same parts."""
    parts: list[str] = []
    rest = text.strip()
    while measure(rest) > limit:
        most = _longest(rest, limit, measure)
        at = _cut(rest, most)
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [part for part in [*parts, rest] if part]


def _longest(text: str, limit: int, measure: Callable[[str], int]) -> int:
    """How many characters of the beginning fit, at least one: `measure` grows with the text."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= limit else (low, middle - 1)
    return low


def _cut(text: str, most: int) -> int:
    for pattern in _CUTS:
        # Space at the cut belongs to neither side: it may begin where the part is full.
        found = list(pattern.finditer(text, 0, most + 2))
        ends = [
            one.end() if one.end() <= most else one.start() for one in found if one.end() <= most or not one[0].strip()
        ]
        ends = [end for end in ends if most // 2 <= end <= most and end > 0]
        if ends:
            return ends[-1]
    at = most
    while at > 1 and _inside(text, at):
        at -= 1
    return at if at > 1 else most


def _inside(text: str, at: int) -> bool:
    """Whether a cut before `text[at]` would tear what a reader sees as one character."""
    before, after = text[at - 1], text[at]
    if before == _JOINER or after == _JOINER or unicodedata.category(after) in ("Mn", "Me", "Mc", "Cf"):
        return True
    if 0x1F3FB <= ord(after) <= 0x1F3FF:  # a skin tone belongs to the emoji before it
        return True
    flags = 0
    while flags < at and 0x1F1E6 <= ord(text[at - 1 - flags]) <= 0x1F1FF:
        flags += 1
    return flags % 2 == 1 and 0x1F1E6 <= ord(after) <= 0x1F1FF
