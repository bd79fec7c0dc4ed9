"""Postings: an inverted index in numpy whose BM25 scores are exact as of any log offset, however it grew.

A search engine's statistics count documents that were deleted and depend on how its segments were merged; here the
document frequencies and the mean length are those of the documents that were there at the offset, so that the same
question gives the same bytes for ever. BM25 as in Robertson and Zaragoza (2009), with idf ln(1 + (N-n+.5)/(n+.5)).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from linkloop.links.service.knowledge.grams import Codes, Many, distinct

Array = np.ndarray[Any, np.dtype[Any]]
SEGMENTS = 8  # more are merged into one
MOST_TIMES = 255
ROOM = 17  # bits of a document beside the 46 of a code
SAMPLE = 2048  # postings of the rarest codes, whose documents bound the scores of the best


class Segment(NamedTuple):
    """Postings of the documents from `first`: per code (sorted) the documents, rising, and how often each has it."""

    first: int
    codes: Codes
    starts: Array  # one more than codes
    docs: Array  # int32, whole numbers of the index
    times: Array  # uint8
    lengths: Array  # int32, per document


def segment(first: int, texts: Many) -> Segment:
    """The postings of some documents, at most 2 ** ROOM, given as their codes."""
    # One whole number for a code and its document sorts many times faster than the one by the other.
    both = np.sort(texts.codes << ROOM | np.repeat(np.arange(len(texts.lengths)), texts.lengths))
    codes, docs = both >> ROOM, (both & ((1 << ROOM) - 1)) + first
    new = np.ones(len(codes), bool)
    new[1:] = (codes[1:] != codes[:-1]) | (docs[1:] != docs[:-1])
    at = np.flatnonzero(new)
    times = np.minimum(np.diff(np.append(at, len(codes))), MOST_TIMES).astype(np.uint8)
    return _packed(first, codes[at], docs[at], times, texts.lengths.astype(np.int32))


def _packed(first: int, codes: Array, docs: Array, times: Array, lengths: Array) -> Segment:
    new = np.ones(len(codes), bool)
    new[1:] = codes[1:] != codes[:-1]
    starts = np.append(np.flatnonzero(new), len(codes)).astype(np.int64)
    return Segment(first, codes[starts[:-1]], starts, docs.astype(np.int32), times, lengths)


def merged(parts: Sequence[Segment]) -> Segment:
    """Neighbouring segments as one."""
    codes = np.concatenate([np.repeat(part.codes, np.diff(part.starts)) for part in parts])
    docs = np.concatenate([part.docs for part in parts])
    times = np.concatenate([part.times for part in parts])
    order = np.argsort(codes, kind="stable")
    lengths = np.concatenate([part.lengths for part in parts])
    return _packed(parts[0].first, codes[order], docs[order], times[order], lengths)


def short(codes: Codes) -> Array:
    """Codes in 32 bits, for what is looked at closely: two of a question's few hundred never meet by accident."""
    return ((codes.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)).astype(np.uint32)


class Field:
    """One way of looking at all documents, as segments that only ever grow."""

    def __init__(self, k1: float, b: float) -> None:
        self.k1, self.b = k1, b
        self.segments: list[Segment] = []
        self.lengths = np.empty(0, np.int32)
        self.forward: list[Array] = []  # of each document, its codes by `short`, in order

    def add(self, texts: Many) -> None:
        """Add documents; their numbers follow those that are there."""
        for some in _batches(texts):
            self.segments.append(segment(len(self.lengths), some))
            codes, ends = short(some.codes), np.cumsum(some.lengths).tolist()
            self.forward += [codes[start:end] for start, end in zip([0, *ends], ends, strict=False)]
            self.lengths = np.concatenate([self.lengths, self.segments[-1].lengths])
            while len(self.segments) > 1 and len(self.segments[-2].lengths) < 2 * len(self.segments[-1].lengths):
                self.segments[-2:] = [merged(self.segments[-2:])]

    def places(self, codes: Codes) -> list[list[Place]]:
        """Where the postings of each code stand, over all segments; nothing is copied."""
        found: list[list[Place]] = [[] for _ in codes]
        for part in self.segments:
            if not len(part.codes):
                continue
            at = np.minimum(np.searchsorted(part.codes, codes), len(part.codes) - 1)
            hits = np.flatnonzero(part.codes[at] == codes)
            starts, ends = part.starts[at[hits]].tolist(), part.starts[at[hits] + 1].tolist()
            for n, a, b in zip(hits.tolist(), starts, ends, strict=True):
                found[n].append((part, a, b))
        return found


def _batches(texts: Many) -> Iterator[Many]:
    """Documents in parts that a segment has room for."""
    ends = np.append(0, np.cumsum(texts.lengths))
    for start in range(0, len(texts.lengths), 1 << ROOM):
        some = texts.lengths[start : start + (1 << ROOM)]
        yield Many(texts.codes[ends[start] : ends[start + len(some)]], some)


Place = tuple[Segment, int, int]  # postings a to b of a segment
Found = tuple[int, int, list[Place]]  # how many documents have a code, the code, where


class View:
    """A field as of a moment: `alive` says which documents were there. Scores count them alone."""

    def __init__(self, field: Field, alive: Array) -> None:
        self.field = field
        self.alive = alive
        self.count = int(alive.sum())
        self.all = self.count == len(alive)
        self.total = int(field.lengths[: len(alive)][alive].sum())  # codes of all documents
        mean = self.total / self.count if self.count and self.total else 1.0
        self.norm = (field.k1 * (1 - field.b + field.b * field.lengths[: len(alive)] / mean)).astype(np.float32)

    def asked(self, codes: Codes) -> Asked:
        """The postings of a query, rarest first, with what each code counts for."""
        kept: list[Found] = []
        for code, places in zip(codes.tolist(), self.field.places(codes), strict=True):
            if self.all:
                many = sum(b - a for _, a, b in places)
            else:
                many = sum(int(np.count_nonzero(self.alive[part.docs[a:b]])) for part, a, b in places)
            if many:
                kept.append((many, code, places))
        kept.sort(key=lambda one: one[:2])
        seen = np.array([one[0] for one in kept], np.float64)
        weights = np.log(1 + (self.count - seen + 0.5) / (seen + 0.5)).astype(np.float32)
        known = short(np.array([one[1] for one in kept], np.int64))
        return Asked(self, kept, weights * np.float32(self.field.k1 + 1), known)

    def joined(self, places: list[Place]) -> tuple[Array, Array]:
        """Documents (rising) and times of one code, as of this moment."""
        docs = np.concatenate([part.docs[a:b] for part, a, b in places])
        times = np.concatenate([part.times[a:b] for part, a, b in places])
        if self.all:
            return docs, times
        there = self.alive[docs]
        return docs[there], times[there]


class Asked:
    """A query's postings in a view; they are only read where the best documents are looked for."""

    def __init__(self, view: View, found: list[Found], weights: Array, codes: Array) -> None:
        self.view = view
        self.found = found
        self.weights = weights
        self.codes = codes  # by `short`

    def best(self, wanted: Array, rank: Array, most: int, budget: int) -> Array:
        """The `most` documents among `wanted` (a mask) with the highest scores, by the rarest codes that `budget`
        postings hold; rising numbers. Of documents that tie for the last places those with the lowest `rank` count."""
        some, total = [], 0
        for (many, _, places), weight in zip(self.found, self.weights.tolist(), strict=True):
            total += many
            if some and total > budget:
                break
            some.append((*self.view.joined(places), weight))
        if not some:
            return np.empty(0, np.int64)
        docs = np.concatenate([one[0] for one in some])
        times = np.concatenate([one[1] for one in some]).astype(np.float32)
        weight = np.repeat(np.array([one[2] for one in some], np.float32), [len(one[0]) for one in some])
        part = weight * times / (times + self.view.norm[docs])
        scores = np.bincount(docs, part, minlength=len(wanted))[: len(wanted)]
        if not wanted.all():
            scores[~wanted] = 0
        # A part of the documents has `most` with at least `least`: what has less is not among the best of all.
        some_scores = scores[distinct(docs[:SAMPLE])]
        least = np.partition(some_scores, -most)[-most] if len(some_scores) > most else 0.0
        hits = np.flatnonzero(scores >= least) if least > 0 else np.flatnonzero(scores > 0)
        if len(hits) <= most:
            return hits
        mine = scores[hits]
        edge = np.partition(mine, len(mine) - most)[len(mine) - most]
        above, tied = hits[mine > edge], hits[mine == edge]
        tied = tied[np.argsort(rank[tied], kind="stable")][: most - len(above)]
        return np.sort(np.concatenate([above, tied]))

    def look(self, chosen: Array) -> Looked:
        """How some documents (rising) fit by all codes."""
        return looked(chosen, self)[0]


class Looked(NamedTuple):
    """Of some documents: exact scores by all codes of a question, the weight of those that each has, and what share of
    its own codes they are."""

    scores: Array
    shares: Array
    covered: Array


def looked(chosen: Array, *askeds: Asked) -> list[Looked]:
    """How some documents (rising) fit several questions of one view, which share no code: documents are read once."""
    sizes = [len(one.codes) for one in askeds]
    if not sum(sizes) or not len(chosen):
        return [Looked(*np.zeros((3, len(chosen)))) for _ in askeds]
    view = askeds[0].view
    joined = np.concatenate([one.codes for one in askeds])
    order = np.argsort(joined, kind="stable")
    codes = joined[order]
    parts = [view.field.forward[n] for n in chosen.tolist()]
    said = np.concatenate(parts)
    owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    at = np.minimum(np.searchsorted(codes, said), len(codes) - 1)
    hit = np.flatnonzero(codes[at] == said)
    place = owner[hit] * len(codes) + order[at[hit]]
    often = np.bincount(place, minlength=len(parts) * len(codes)).reshape(len(parts), len(codes))
    norm = view.norm[chosen].astype(np.float64)[:, None]
    lengths = np.maximum(view.field.lengths[chosen], 1)
    found, start = [], 0
    for one, size in zip(askeds, sizes, strict=True):
        mine = often[:, start : start + size]
        times, weights = np.minimum(mine, MOST_TIMES).astype(np.float64), one.weights.astype(np.float64)
        scores = (weights * times / (times + norm)).sum(axis=1)
        shares = ((times > 0) * weights).sum(axis=1) / (view.field.k1 + 1)
        found.append(Looked(scores, shares, mine.sum(axis=1) / lengths))
        start += size
    return found
