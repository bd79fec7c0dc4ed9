"""Pinyin: the ways in which a Chinese name may be typed, and which of its characters a typed text is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from unicodedata import normalize

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
MOST_WAYS = 8  # readings of one run of characters that are kept: names have one or two doubtful characters at most
Spans = tuple[tuple[int, int], ...]


def folded(text: str) -> str:
    """How texts are compared: full width as half width, without case, one space where there are several."""
    return " ".join(normalize("NFKC", text).casefold().split())


def ways(text: str) -> tuple[str, ...]:
    """The forms by which a name is found: as written, in pinyin, and by the initials of its syllables.

    Only the Chinese is spelled out: `高跟鞋 · High heels` gives itself, `gaogenxie` and `ggx`. A character with several
    readings is taken as the words around it ask, and in its other readings, too.
    """
    found = [folded(text)]
    for run in HAN.findall(text):
        for syllables in _spelled(run):
            found += ["".join(syllables), "".join(one[0] for one in syllables)]
    return tuple(dict.fromkeys(found))


def spans(text: str, typed: str) -> Spans:
    """Where in `text` the words of `typed` are: as written, else by pinyin or initials; (start, end) in characters."""
    found: set[tuple[int, int]] = set()
    for word in folded(typed).split():
        at = text.casefold().find(word)
        if at >= 0 and len(text.casefold()) == len(text):
            found.add((at, at + len(word)))
        elif (spelled := _spelled_at(text, word)) is not None:
            found.add(spelled)
    return tuple(sorted(found))


@lru_cache(maxsize=50_000)
def readings(character: str) -> tuple[str, ...]:
    """All readings of one character, without tones, ü as v; itself when it has none."""
    from pypinyin import Style, pinyin

    return tuple(dict.fromkeys(pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]))


@lru_cache(maxsize=50_000)
def _spelled(run: str) -> tuple[tuple[str, ...], ...]:
    """Readings of a run of characters, the one that its words ask for first."""
    from pypinyin import Style, lazy_pinyin

    meant = tuple(lazy_pinyin(run, style=Style.NORMAL, v_to_u=False))
    if len(meant) != len(run):
        return ()
    if len(run) > 6:  # a sentence, not a name: one reading is enough
        return (meant,)
    choices = [tuple(dict.fromkeys((syllable, *readings(c)))) for syllable, c in zip(meant, run, strict=True)]
    return tuple(way for way, _ in zip(product(*choices), range(MOST_WAYS), strict=False))


def _spelled_at(text: str, word: str) -> tuple[int, int] | None:
    if not word.isascii():
        return None
    for run in HAN.finditer(text):
        for start in range(run.start(), run.end()):
            end = min(_ends(text, start, run.end(), word), default=0)
            if end:
                return start, end
    return None


def _ends(text: str, at: int, limit: int, word: str) -> Iterator[int]:
    """Where a match of `word` may end that begins at `at`: each syllable in full or by its initial, the last begun."""
    if not word:
        yield at
        return
    if at >= limit:
        return
    for reading in readings(text[at]):
        if reading.startswith(word):
            yield at + 1
        elif word.startswith(reading):
            yield from _ends(text, at + 1, limit, word[len(reading) :])
        if reading and word[0] == reading[0]:
            yield from _ends(text, at + 1, limit, word[1:])
