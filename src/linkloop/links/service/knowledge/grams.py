"""Grams: the pieces of a text by which it is found: single characters and pairs of Chinese, word stems of the rest."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import Any
from unicodedata import normalize

import numpy as np

Codes = np.ndarray[Any, np.dtype[np.int64]]

_GAPS = re.compile(r"[\W_]+")
_WORDS = re.compile(r"[^\W_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_HAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
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
