"""Sounds: Chinese as it is spoken, without tones and with the syllables as one that are typed for each other."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from linkloop.links.service.knowledge.grams import Codes, Many, distinct, gathered

SOUND = 1 << 45
_SAME = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_LATIN = re.compile(r"[a-z]{4,36}")
# The syllables of standard Chinese: each beginning with its endings.
_ENDINGS = {
    "": "a ai an ang ao e ei en eng er o ou", "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u", "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei eng i ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v ve",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un", "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un", "r": "an ang ao e en eng i ong ou u uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo", "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "zh": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e en eng i ou u ua uai uan uang ui un uo", "w": "a ai an ang ei en eng o u",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
}  # fmt: skip
SYLLABLES = frozenset(start + end for start, ends in _ENDINGS.items() for end in ends.split())


def sounds(text: str) -> Codes:
    """Codes of each two neighbouring syllables of a folded text; what is not Chinese breaks the row."""
    said = [_syllable(sign) for sign in text]
    return np.array([SOUND | a << 16 | b for a, b in pairwise(said) if a and b], np.int64)


def sounds_of(texts: Sequence[str]) -> Many:
    """As `sounds`, of many folded texts at once."""
    joined = "".join(f"{text}\n" for text in texts)
    known = {sign: _syllable(sign) for sign in set(joined)}
    said = np.fromiter((known[sign] for sign in joined), np.int64, len(joined))
    owners = np.repeat(np.arange(len(texts)), [len(text) + 1 for text in texts])
    pairs = np.flatnonzero((said[:-1] > 0) & (said[1:] > 0))
    return gathered(SOUND | said[pairs] << 16 | said[pairs + 1], owners[pairs], len(texts))


def asked_sounds(text: str) -> Codes:
    """Codes of a folded question by ear: its Chinese, and its words in Latin letters that can be read as pinyin."""
    typed = [SOUND | a << 16 | b for word in _LATIN.findall(text) for a, b in pairwise(_typed(word))]
    return distinct(np.concatenate([sounds(text), np.array(typed, np.int64)]))


@lru_cache(maxsize=8192)
def _typed(word: str) -> tuple[int, ...]:
    """The numbers of the syllables of a word that is pinyin, read as the fewest; nothing for another word."""
    best: list[tuple[str, ...] | None] = [(), *(None for _ in word)]
    for start in range(len(word)):
        before = best[start]
        if before is None:
            continue
        for end in range(start + 1, min(start + 6, len(word)) + 1):
            known = best[end]
            if word[start:end] in SYLLABLES and (known is None or len(before) + 1 < len(known)):
                best[end] = (*before, word[start:end])
    return tuple(_number(syllable) for syllable in best[-1] or ())


@lru_cache(maxsize=50_000)
def _syllable(sign: str) -> int:
    """A number below 65,536 for the commonest reading of a character, 0 for what has none."""
    if not "\u3400" <= sign <= "\u9fff":
        return 0
    from pypinyin import Style, lazy_pinyin  # most of a quarter second, which only Chinese pays

    read = lazy_pinyin(sign, style=Style.NORMAL, errors="ignore")
    return _number(read[0]) if read else 0


def _number(syllable: str) -> int:
    return 1 + zlib.crc32(_plain(syllable).encode()) % 65_535


def _plain(syllable: str) -> str:
    """A syllable as it is typed by ear: zh as z, ang as an, and so on."""
    for long, short in _SAME:
        if syllable.startswith(long):
            syllable = short + syllable[2:]
    return syllable[:-1] if syllable.endswith("ng") else syllable
