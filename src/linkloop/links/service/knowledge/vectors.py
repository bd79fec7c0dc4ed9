"""Vectors: where passages and known questions lie in an encoder's space, exact as of any log offset.

The nearest are found by the signs of their dimensions (Hamming distance), then exactly: the same bytes whatever the
order in which they came, which an approximate graph (HNSW) cannot give. Both are seen from a centre, for what all texts
of an encoder share hides what tells them apart (Mu and Viswanath 2018).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from linkloop.commerce.knowledge import Article, ArticleVectors
from linkloop.links.service.knowledge.index import EVER, MOST_ASKED, Index
from linkloop.links.service.knowledge.passages import passages
from linkloop.links.service.knowledge.postings import Array

CLOSER = 256  # of the nearest by signs, that are compared exactly
FAR = np.uint16(65_535)
CENTRES = 3  # for which signs are kept: what was learned last, and what was before
AT_ONCE = 8192  # vectors whose signs are made together


def parts_of(article: Article) -> list[str]:
    """What is encoded of an article: each passage under its title, then the questions that it is known to answer."""
    parts = (f"{article.title}\n{part}".strip() for part in passages(article.body))
    return [*parts, *article.asked[-MOST_ASKED:]]


def digest_of(article: Article) -> str:
    """What vectors of an article hold for: its title, its text and its questions."""
    said = "\x1f".join((article.title, article.body, *article.asked))
    return blake2b(said.encode("utf-8", "replace"), digest_size=12).hexdigest()


class Space:
    """The vectors of one encoder, each with its passage and the offsets between which it holds."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.rows = 0
        self._values = np.empty((64, size), np.int8)
        self._facts = np.empty((64, 3), np.int64)  # passage, since, until
        self._signs: dict[bytes, Array] = {}  # centre: words × rows
        self._of: dict[int, list[int]] = {}  # passage: its rows

    def add(self, document: int, since: int, until: int, values: Array) -> int:
        """Add a vector (int8, `size` of them); its row."""
        if self.rows == len(self._values):
            for name in ("_values", "_facts"):
                held = getattr(self, name)
                setattr(self, name, np.concatenate([held, np.empty_like(held)]))
        row = self.rows
        self._values[row] = values
        self._facts[row] = document, since, until
        self._of.setdefault(document, []).append(row)
        self.rows += 1
        return row

    def end(self, row: int) -> None:
        """As if a row had never been."""
        self._facts[row, 2] = -EVER
        self._of[int(self._facts[row, 0])].remove(row)

    def nearest(self, asked: Array, wanted: Array, rank: Array, horizon: int, most: int, centre: bytes = b"") -> Array:
        """The passages among `wanted` (a mask) that lie nearest to a vector, seen from `centre` (int8, `size` of them;
        without, from the origin), at most `most`; rising numbers."""
        facts = self._facts[: self.rows]
        holds = (facts[:, 1] <= horizon) & (facts[:, 2] > horizon) & wanted[facts[:, 0]]
        if not holds.any():
            return np.empty(0, np.int64)
        apart = np.zeros(self.rows, np.uint16)
        for word, mine in zip(self._bits(centre), signs(self._from(centre, asked[None]))[0], strict=True):
            apart += np.bitwise_count(word ^ mine)
        apart[~holds] = FAR
        closer = min(CLOSER, int(np.count_nonzero(holds)))
        edge = np.partition(apart, closer - 1)[closer - 1]
        rows = np.flatnonzero(apart <= edge)
        near, place = self._cosines(rows, asked, centre), facts[rows, 0]
        order = np.lexsort((place, rank[place], -near))
        return np.sort(np.fromiter(dict.fromkeys(place[order].tolist()), np.int64)[:most])

    def look(self, asked: Array, chosen: Array, horizon: int, centre: bytes = b"") -> Array:
        """How near some passages lie, each by its nearest vector (cosine from `centre`); 0 for those without."""
        pairs = [(at, row) for at, number in enumerate(chosen.tolist()) for row in self._of.get(number, ())]
        if not pairs:
            return np.zeros(len(chosen))
        place, rows = np.array(pairs).T
        holds = (self._facts[rows, 1] <= horizon) & (self._facts[rows, 2] > horizon)
        near = np.full(len(chosen), -np.inf)
        np.maximum.at(near, place[holds], self._cosines(rows[holds], asked, centre))
        return np.where(np.isfinite(near), near, 0.0)

    def _cosines(self, rows: Array, asked: Array, centre: bytes) -> Array:
        # Whole numbers: the sums are exact, in whatever order they are made.
        those, mine = self._from(centre, self._values[rows]), self._from(centre, asked[None])[0]
        lengths = np.sqrt((those * those).sum(axis=1)) * np.sqrt(mine @ mine)
        return (those @ mine) / np.maximum(lengths, 1e-9)

    def _from(self, centre: bytes, values: Array) -> Array:
        """Vectors (rows × size) as seen from a centre; one of another size is the origin."""
        whole = values.astype(np.int64)
        return whole - vector(centre) if len(centre) == self.size else whole

    def _bits(self, centre: bytes) -> Array:
        """The signs of all vectors seen from a centre (words × rows), each made once."""
        held = self._signs.pop(centre, None)
        known = 0 if held is None else held.shape[1]
        if held is None or known < self.rows:
            fresh = [
                signs(self._from(centre, self._values[n : min(n + AT_ONCE, self.rows)])).T
                for n in range(known, self.rows, AT_ONCE)
            ]
            held = np.ascontiguousarray(np.hstack(fresh if held is None else [held, *fresh]))
        self._signs[centre] = held
        while len(self._signs) > CENTRES:
            del self._signs[next(iter(self._signs))]
        return held


class Vectors:
    """The spaces of all encoders, joined with the passages of an index whose text they were made of."""

    def __init__(self, index: Index) -> None:
        self.spaces: dict[str, Space] = {}
        self._index = index
        self._known: dict[tuple[str, str], list[tuple[int, ArticleVectors]]] = {}  # (article, encoder): versions
        self._rows: dict[tuple[str, str], list[int]] = {}
        self._places: dict[str, list[int]] = {}  # article: the first passages of its versions
        self._read = 0  # documents of the index that are in `_places`

    def feed(self, versions: Sequence[tuple[int, ArticleVectors]]) -> None:
        """New versions of vectors; the index has been fed with the articles before."""
        touched: dict[tuple[str, str], None] = {}
        for offset, row in versions:
            if row.size > 0 and len(row.values) % row.size == 0:
                insort(self._known.setdefault((row.article_id, row.encoder), []), (offset, row), key=lambda one: one[0])
                touched[row.article_id, row.encoder] = None
        if self._known:
            fresh = self._new_places()
            touched |= dict.fromkeys(place for place in self._known if place[0] in fresh) if fresh else {}
        for place in touched:
            self._join(place)

    def unfeed(self, offset: int) -> None:
        """Versions above this offset never were."""
        for place, versions in list(self._known.items()):
            keep = bisect_right(versions, offset, key=lambda one: one[0])
            if keep < len(versions):
                del versions[keep:]
                self._join(place)

    def versions(self) -> list[tuple[int, ArticleVectors]]:
        """All versions of all vectors, with their offsets, in the order of the log."""
        return sorted((one for versions in self._known.values() for one in versions), key=lambda one: one[0])

    def space(self, encoder: str, size: int) -> Space | None:
        """The vectors of an encoder, where there are any of this size."""
        found = self.spaces.get(encoder)
        return found if found is not None and found.size == size and found.rows else None

    def _new_places(self) -> set[str]:
        documents = self._index.documents
        fresh: set[str] = set()
        for number in range(self._read, len(documents)):
            if documents[number].number == 0:
                self._places.setdefault(documents[number].article.article_id, []).append(number)
                fresh.add(documents[number].article.article_id)
        self._read = len(documents)
        return fresh

    def _join(self, place: tuple[str, str]) -> None:
        """The rows of one article, made anew from all its versions and all versions of its vectors."""
        article_id, encoder = place
        index, versions = self._index, self._known[place]
        for row in self._rows.pop(place, ()):
            self.spaces[encoder].end(row)
        rows = self._rows.setdefault(place, [])
        for first in self._places.get(article_id, ()):
            article = index.documents[first].article
            digest, count = digest_of(article), len(passages(article.body))
            for n, (offset, made) in enumerate(versions):
                space = self.spaces.setdefault(encoder, Space(made.size))
                if made.digest != digest or made.size != space.size:
                    continue
                since = max(offset, int(index.since.all[first]))
                until = versions[n + 1][0] if n + 1 < len(versions) else EVER
                values = np.frombuffer(made.values, np.int8).reshape(-1, made.size)
                for part, one in enumerate(values):
                    number = first + part if part < count else first  # a question is the article's
                    if one.any():
                        rows.append(space.add(number, since, until, one))


def signs(values: Array) -> Array:
    """Which dimensions of vectors (rows × size) are above 0, as whole words of 64 bits (rows × words)."""
    packed = np.packbits(values > 0, axis=1)
    return np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8))).view(np.uint64)


def vector(values: bytes) -> Array:
    """Signed bytes as an array."""
    return np.frombuffer(values, np.int8)
