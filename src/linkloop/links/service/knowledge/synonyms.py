"""Synonyms: the words of a shop that mean the same, by which a question is widened."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from linkloop.links.service.knowledge.grams import folded, stem

FILE = Path(__file__).with_name("synonyms.txt")
MOST = 12  # words that are added to a question


@lru_cache(maxsize=1)
def _sets() -> tuple[tuple[str, ...], ...]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return tuple(tuple(folded(word) for word in line.split()) for line in lines if line and not line.startswith("#"))


def widened(text: str) -> str:
    """What a folded text may also mean: the other words of every set that it names, at most MOST; not the text."""
    stems = {stem(word) for word in text.split()}
    found: list[str] = []
    for words in _sets():
        if any(word in text if not word.isascii() else stem(word) in stems for word in words):
            found += [word for word in words if word not in text]
    return " ".join(dict.fromkeys(found[:MOST]))
