"""Plain text: one way of writing what people type in many: full width, traditional signs, emoji, slang, same sounds."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

# What a person writes in a chat fits many times; what does not is an attack on our time.
LONGEST = 600
REMEMBERED = 512  # texts: what answers one asks for the same forms of it again and again


def _read(path: Path) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The tables of plain.txt: simplified signs, words of moods by emoji, what is meant by what is typed."""
    simple: dict[str, str] = {}
    moods: dict[str, str] = {}
    meant: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "simple:":
            simple.update(zip(*rest.split(), strict=True))
        elif kind == "mood:":
            word, signs = rest.split()
            moods.update(dict.fromkeys(signs, f" {word} "))
        elif line and not line.startswith("#"):
            typed, means = line.split(" = ")
            meant[typed] = means
    return simple, moods, meant


_SIMPLE, _MOODS, _MEANT = _read(Path(__file__).with_name("plain.txt"))
# Emoji presentation, joiners, direction marks and other signs that nobody sees; line ends stay.
_UNSEEN = {
    **dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xAD, 0xFEFF, 0xFE0E, 0xFE0F], None),
    **dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)], None),
    **dict.fromkeys(range(0x1F3FB, 0x1F400), None),
}
_SIGNS: dict[int, str | None] = {
    **_UNSEEN,
    **{ord(old): new for old, new in _SIMPLE.items()},
    **dict.fromkeys(map(ord, "’‘`´"), "'"),
    **dict.fromkeys(map(ord, "“”„"), '"'),
    **dict.fromkeys(map(ord, "–—−‐‑"), "-"),
}
_EMOJI = {ord(sign): word for sign, word in _MOODS.items()}

_LATIN = re.compile(r"[a-z0-9]+")
_HAN_MEANT = {k: v for k, v in _MEANT.items() if not k[0].isascii()}
_LATIN_MEANT = {k: v for k, v in _MEANT.items() if k.isascii() and k.isalnum()}
_HAN = re.compile("|".join(sorted(map(re.escape, _HAN_MEANT), key=len, reverse=True)))
_SHORT = re.compile(r"\b([a-z]+)'(s|t|re|m|ve|ll|d)\b")
_RUNS = re.compile(r"(.)\1{2,}")


def tidy(text: str) -> str:
    """A text as it is meant to be read: half width, simplified signs, nothing unseen; at most LONGEST signs, case kept.

    What slots name is taken from here.
    """
    text = text[:LONGEST]
    return text if text.isascii() and text.isprintable() else _tidied(text)


@lru_cache(maxsize=REMEMBERED)
def _tidied(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_SIGNS)[:LONGEST]


def meant(text: str) -> str:
    """A text tidied, with Chinese slips, slang and dialect put as what they stand for; Latin letters as they are."""
    text = tidy(text)
    return text if text.isascii() else _meant(text)


@lru_cache(maxsize=REMEMBERED)
def _meant(tidied: str) -> str:
    return _HAN.sub(lambda found: _HAN_MEANT[found[0]], tidied)


def plain(tidied: str) -> str:
    """Small letters, emoji as words of their mood, runs shortened, slang and same sounds put as what they stand for."""
    text = tidied.lower()
    if not text.isascii():
        text = text.translate(_EMOJI)
        text = _HAN.sub(lambda found: _HAN_MEANT[found[0]], text)
    text = _RUNS.sub(r"\1\1", text)
    if "'" in text:
        text = _SHORT.sub(r"\1\2", text)
    return _LATIN.sub(_as_meant, text)


def _as_meant(found: re.Match[str]) -> str:
    return _LATIN_MEANT.get(found[0], found[0])
