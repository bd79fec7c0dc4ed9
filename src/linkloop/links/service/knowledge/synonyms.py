"""Synonyms: the words of a shop that mean the same, by which a question is widened."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from linkloop.links.service.knowledge.grams import folded, stem

FILE = Path(__file__).with_name("synonyms.txt")
MOST = 12  # words that are added to a question


class Known(NamedTuple):
    """Sets of words that mean the same, and by which stem or part of a text each is named."""

    sets: tuple[tuple[str, ...], ...]
    stems: dict[str, tuple[int, ...]]
    parts: tuple[tuple[str, int], ...]


@lru_cache(maxsize=1)
def _known() -> Known:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    sets = tuple(tuple(folded(word) for word in line.split()) for line in lines if line and not line.startswith("#"))
    stems: dict[str, tuple[int, ...]] = {}
    parts: list[tuple[str, int]] = []
    for n, words in enumerate(sets):
        for word in words:
            if word.isascii():
                stems[stem(word)] = (*stems.get(stem(word), ()), n)
            else:
                parts.append((word, n))
    return Known(sets, stems, tuple(parts))


def widened(text: str) -> str:
    """What a folded text may also mean: the other words of every set that it names, at most MOST; not the text."""
    known = _known()
    named = {n for word in text.split() for n in known.stems.get(stem(word), ())}
    if not text.isascii():
        named.update(n for word, n in known.parts if word in text)
    found = [word for n in sorted(named) for word in known.sets[n] if word not in text]
    return " ".join(dict.fromkeys(found[:MOST]))
