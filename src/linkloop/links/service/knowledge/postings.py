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

    def places(self, codes: Codes) -> Places:
        """Where the postings of some codes (without repeats) stand; nothing is copied."""
        found: list[tuple[Array, Array, Array, Array]] = []
        for n, part in enumerate(self.segments):
            if not len(part.codes):
                continue
            at = np.minimum(np.searchsorted(part.codes, codes), len(part.codes) - 1)
            hits = np.flatnonzero(part.codes[at] == codes)
            found.append((hits, np.full(len(hits), n), part.starts[at[hits]], part.starts[at[hits] + 1]))
        if len(found) == 1:
            return Places(*found[0])
        none = np.empty(0, np.int64)
        return Places(*(np.concatenate(some) for some in zip((none, none, none, none), *found, strict=True)))


def _batches(texts: Many) -> Iterator[Many]:
    """Documents in parts that a segment has room for."""
    ends = np.append(0, np.cumsum(texts.lengths))
    for start in range(0, len(texts.lengths), 1 << ROOM):
        some = texts.lengths[start : start + (1 << ROOM)]
        yield Many(texts.codes[ends[start] : ends[start + len(some)]], some)


class Places(NamedTuple):
    """Stretches of postings: the number of the code among those that were looked for, the segment, from, to."""

    of: Array
    segments: Array
    starts: Array
    ends: Array


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
        if self.all and len(self.field.segments) == 1:
            return self._asked_whole(self.field.segments[0], codes)
        places = self.field.places(codes)
        there = places.ends - places.starts
        if not self.all:
            there = np.array([np.count_nonzero(self.alive[docs]) for docs in _docs(self.field, places)], np.int64)
        many = np.bincount(places.of, there, minlength=len(codes)).astype(np.int64)
        order = np.lexsort((codes, many))[np.count_nonzero(many == 0) :]
        seen = many[order]
        weights = np.log(1 + (self.count - seen + 0.5) / (seen + 0.5)).astype(np.float32)
        rank = np.full(len(codes), -1)
        rank[order] = np.arange(len(order))
        of = rank[places.of]
        rising = np.argsort(of, kind="stable")[np.count_nonzero(of < 0) :]
        placed = Places(of[rising], places.segments[rising], places.starts[rising], places.ends[rising])
        return Asked(self, placed, seen, weights * np.float32(self.field.k1 + 1), short(codes[order]))

    def _asked_whole(self, part: Segment, codes: Codes) -> Asked:
        """`asked` where one segment has all documents, and all of them were there: the same in a third of the steps."""
        if not len(part.codes):
            codes, at = codes[:0], np.empty(0, np.int64)
        else:
            at = np.minimum(part.codes.searchsorted(codes), len(part.codes) - 1)
            hits = part.codes[at] == codes
            codes, at = codes[hits], at[hits]
        starts, ends = part.starts[at], part.starts[at + 1]
        many = ends - starts
        order = np.lexsort((codes, many))
        seen = many[order]
        weights = np.log(1 + (self.count - seen + 0.5) / (seen + 0.5)).astype(np.float32)
        placed = Places(np.arange(len(order)), np.zeros(len(order), np.int64), starts[order], ends[order])
        return Asked(self, placed, seen, weights * np.float32(self.field.k1 + 1), short(codes[order]))


def _docs(field: Field, places: Places) -> list[Array]:
    """The documents of each stretch."""
    stretches = zip(places.segments.tolist(), places.starts.tolist(), places.ends.tolist(), strict=True)
    return [field.segments[n].docs[a:b] for n, a, b in stretches]


class Asked:
    """A query's postings in a view; they are only read where the best documents are looked for."""

    def __init__(self, view: View, places: Places, many: Array, weights: Array, codes: Array) -> None:
        self.view = view
        self.places = places  # rising by code, the rarest first
        self.many = many  # how many documents have each code
        self.weights = weights
        self.codes = codes  # by `short`

    def rarest(self, budget: int) -> tuple[Array, Array, Array]:
        """The postings of the rarest codes that `budget` holds, of the rarest in any case: documents, times, weights;
        code by code, the documents of each rising."""
        count = max(1, int(np.searchsorted(np.cumsum(self.many), budget, side="right")))
        some = Places(*(column[: np.searchsorted(self.places.of, count)] for column in self.places))
        segments = self.view.field.segments
        stretches = zip(some.segments.tolist(), some.starts.tolist(), some.ends.tolist(), strict=True)
        docs = np.concatenate([np.empty(0, np.int32), *_docs(self.view.field, some)])
        times = np.concatenate([np.empty(0, np.uint8), *(segments[n].times[a:b] for n, a, b in stretches)])
        weights = np.repeat(self.weights[some.of], some.ends - some.starts)
        if self.view.all:
            return docs, times, weights
        there = self.view.alive[docs]
        return docs[there], times[there], weights[there]

    def best(self, wanted: Array, rank: Array, most: int, budget: int) -> Array:
        """The `most` documents among `wanted` (a mask) with the highest scores, by the rarest codes that `budget`
        postings hold; rising numbers. Of documents that tie for the last places those with the lowest `rank` count."""
        if not len(self.many):
            return np.empty(0, np.int64)
        docs, often, weight = self.rarest(budget)
        times = often.astype(np.float32)
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
    # Few of what documents say is asked for: the upper half of a code tells most of the rest apart at once.
    upper = np.zeros(1 << 16, bool)
    upper[codes >> 16] = True
    near = upper[said >> 16].nonzero()[0]
    close = said[near]
    at = np.minimum(codes.searchsorted(close), len(codes) - 1)
    same = (codes[at] == close).nonzero()[0]
    owner = np.cumsum([len(part) for part in parts]).searchsorted(near[same], side="right")
    place = owner * len(codes) + order[at[same]]
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
