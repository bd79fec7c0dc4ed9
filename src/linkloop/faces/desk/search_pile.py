"""A pile: many short names in one long text, so that a substring among a million of them is one search in memory."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

FORM, END = "\x1e", "\x1f"  # before each form of a name, and after the last
SEALED = 20_000  # names in a chunk that is not touched again
TRIES = 20_000


class Match(NamedTuple):
    """A key that matches; rank 0: a form is what was typed, 1: one begins with it, 2: a word of one does, 3: inside."""

    rank: int
    key: str


class _Chunk:
    def __init__(self) -> None:
        self.keys: list[str] = []
        self.pieces: list[str] = []
        self.starts = array("Q")
        self.size = 0
        self._text: str | None = ""

    @property
    def text(self) -> str:
        if self._text is None:
            self._text = "".join(self.pieces)
        return self._text

    def add(self, key: str, forms: tuple[str, ...]) -> None:
        piece = FORM + FORM.join(forms) + END
        self.keys.append(key)
        self.pieces.append(piece)
        self.starts.append(self.size)
        self.size += len(piece)
        self._text = None


class Pile:
    """Names by key. A key that is added again with another name is found by both; ask the state which one holds."""

    def __init__(self) -> None:
        self._chunks: list[_Chunk] = [_Chunk()]
        self._known: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, key: str, forms: tuple[str, ...]) -> None:
        """Take a name in, unless it is known by exactly these forms."""
        fingerprint = hash(forms)
        if self._known.get(key) == fingerprint:
            return
        self._known[key] = fingerprint
        if len(self._chunks[-1].keys) >= SEALED:
            self._chunks.append(_Chunk())
        self._chunks[-1].add(key, forms)

    def entries(self) -> Iterator[tuple[str, str]]:
        """Every key with its forms in one text."""
        for chunk in self._chunks:
            for key, piece in zip(chunk.keys, chunk.pieces, strict=True):
                yield key, piece.strip(FORM + END).replace(FORM, " ")

    def find(self, words: tuple[str, ...], most: int) -> list[Match]:
        """At most `most` keys in whose forms all words are, the best rank first, the latest added first in a rank.

        A search that would look at more than TRIES names ends with what it has found.
        """
        first, *others = sorted(set(words), key=lambda word: (-len(word), word))
        found: dict[str, int] = {}
        tries = TRIES
        for needle in (FORM + first + END, FORM + first + FORM, FORM + first, first):
            for chunk in reversed(self._chunks):
                text, end = chunk.text, chunk.size
                while len(found) < most and tries and (at := text.rfind(needle, 0, end)) >= 0:
                    tries -= 1
                    n = bisect_right(chunk.starts, at) - 1
                    end = chunk.starts[n]  # on to the name before this one
                    piece = chunk.pieces[n]
                    if chunk.keys[n] not in found and all(word in piece for word in others):
                        found[chunk.keys[n]] = _rank(piece, first)
        return sorted((Match(rank, key) for key, rank in found.items()), key=lambda match: match.rank)


def _rank(piece: str, word: str) -> int:
    if FORM + word + FORM in piece or FORM + word + END in piece:
        return 0
    if FORM + word in piece:
        return 1
    return 2 if f" {word}" in piece else 3
