"""Grams: the pieces of a text by which it is found: single characters and pairs of Chinese, word stems of the rest."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from unicodedata import normalize

import numpy as np

Codes = np.ndarray[Any, np.dtype[np.int64]]

_GAPS = re.compile(r"[\W_]+")
_WORDS = re.compile(r"[^\W_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_HAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_HAN_OR_NOT = np.zeros(0x10000, bool)
for _first, _last in ((0x2E80, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF)):
    _HAN_OR_NOT[_first : _last + 1] = True
PAIR = 21  # bits of a code point
WORD = 1 << 43  # codes of words lie above those of pairs of characters
THREE = 1 << 44


def folded(text: str) -> str:
    """How texts are compared: full width as half width, without case, letters and digits only, single gaps."""
    return _GAPS.sub(" ", normalize("NFKC", text).casefold()).strip()


def distinct(codes: Codes) -> Codes:
    """Codes without repeats, rising; quicker than numpy's own for the few of a question."""
    codes = np.sort(codes)
    new = np.ones(len(codes), bool)
    new[1:] = codes[1:] != codes[:-1]
    return codes[new]


def chars(text: str) -> Codes:
    """Codes of all characters and pairs of neighbours of a folded text, in order, with repeats."""
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.int64)
    solid = points != 32
    pairs = solid[:-1] & solid[1:]
    return np.concatenate([points[solid], ((points[:-1] << PAIR) | points[1:])[pairs]])


def terms(text: str) -> Codes:
    """Codes of a folded text: characters and pairs of Chinese; of what is written in words, stems and threes of signs.

    The threes (with the word's ends, so that a word of two has two) forgive a typo and find a part of a long name.
    """
    found: list[int] = []
    for word in _WORDS.findall(text):
        found += word_codes(word)
    return np.concatenate([chars(" ".join(_HAN.findall(text))), np.array(found, np.int64)])


class Many(NamedTuple):
    """The codes of many texts, one text after another, and how many each has."""

    codes: Codes
    lengths: Codes


def gathered(codes: Codes, owners: Codes, count: int) -> Many:
    """Codes in any order as those of `count` texts, each kept with its text; within a text in the order given."""
    order = np.argsort(owners, kind="stable")
    return Many(codes[order], np.bincount(owners, minlength=count))


def chars_of(texts: Sequence[str]) -> Many:
    """As `chars`, of many folded texts at once."""
    points, owners = _points(texts)
    solid = (points != 32) & (points != 10)
    return _singles_and_pairs(points, owners, solid, len(texts))


def terms_of(texts: Sequence[str]) -> Many:
    """As `terms`, of many folded texts at once."""
    points, owners = _points(texts)
    han = _HAN_OR_NOT[np.minimum(points, len(_HAN_OR_NOT) - 1)]
    signs = _singles_and_pairs(points, owners, han, len(texts))
    codes, mine = list[int](), list[int]()
    for n, text in enumerate(texts):
        for word in _WORDS.findall(text):
            found = word_codes(word)
            codes += found
            mine += [n] * len(found)
    owner = np.concatenate([np.repeat(np.arange(len(texts)), signs.lengths), np.array(mine, np.int64)])
    return gathered(np.concatenate([signs.codes, np.array(codes, np.int64)]), owner, len(texts))


def _points(texts: Sequence[str]) -> tuple[Codes, Codes]:
    """The code points of texts with a line end behind each, and which text each belongs to."""
    points = np.frombuffer("".join(f"{text}\n" for text in texts).encode("utf-32-le"), np.uint32).astype(np.int64)
    lengths = np.array([len(text) + 1 for text in texts], np.int64)
    return points, np.repeat(np.arange(len(texts)), lengths)


def _singles_and_pairs(points: Codes, owners: Codes, kept: Any, count: int) -> Many:
    pairs = np.flatnonzero(kept[:-1] & kept[1:])
    codes = np.concatenate([points[kept], (points[pairs] << PAIR) | points[pairs + 1]])
    return gathered(codes, np.concatenate([owners[kept], owners[pairs]]), count)


@lru_cache(maxsize=65_536)
def word_codes(word: str) -> tuple[int, ...]:
    """The codes of a word: its stem, and every three signs of it, above all codes of characters."""
    ends = f"^{word}$"
    threes = [THREE | zlib.crc32(ends[n : n + 3].encode()) for n in range(len(ends) - 2)] if len(word) > 1 else []
    return (WORD | zlib.crc32(stem(word).encode()), *threes)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """An English word without plural, past and continuous endings: the S-stemmer (Harman 1991) and -ed, -ing, -ly."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("us", "ss", "aes", "ees", "oes")):
        word = word[:-1]
    for ending in ("ing", "ed", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and re.search("[aeiouy]", word[: -len(ending)]):
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word
