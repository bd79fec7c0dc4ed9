"""Sounds: Chinese as it is spoken, without tones and with the syllables as one that are typed for each other."""

from __future__ import annotations

import zlib
from functools import lru_cache
from itertools import pairwise

import numpy as np

from linkloop.links.service.knowledge.grams import Codes

SOUND = 1 << 45
_SAME = (("zh", "z"), ("ch", "c"), ("sh", "s"))


def sounds(text: str) -> Codes:
    """Codes of each two neighbouring syllables of a folded text; what is not Chinese breaks the row."""
    said = [_syllable(sign) for sign in text]
    return np.array([SOUND | a << 16 | b for a, b in pairwise(said) if a and b], np.int64)


@lru_cache(maxsize=50_000)
def _syllable(sign: str) -> int:
    """A number below 65,536 for the commonest reading of a character, 0 for what has none."""
    if not "\u3400" <= sign <= "\u9fff":
        return 0
    from pypinyin import Style, lazy_pinyin  # most of a quarter second, which only Chinese pays

    read = lazy_pinyin(sign, style=Style.NORMAL, errors="ignore")
    return 1 + zlib.crc32(_plain(read[0]).encode()) % 65_535 if read else 0


def _plain(syllable: str) -> str:
    """A syllable as it is typed by ear: zh as z, ang as an, and so on."""
    for long, short in _SAME:
        if syllable.startswith(long):
            syllable = short + syllable[2:]
    return syllable[:-1] if syllable.endswith("ng") else syllable
