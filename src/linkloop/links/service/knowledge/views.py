"""Views: how well passages fit a question, seen in several ways, as one row of numbers a passage."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from linkloop.links.service.knowledge.grams import chars, folded, terms
from linkloop.links.service.knowledge.index import Index, Moment
from linkloop.links.service.knowledge.postings import Array, Asked, View
from linkloop.links.service.knowledge.sounds import sounds
from linkloop.links.service.knowledge.synonyms import widened

POOL = 28  # passages that are looked at closely
BY_EAR = 6  # of those, by sound alone
BUDGET = 48_000  # postings that the first look reads
LONGEST = 160  # characters of a question that are looked at

ABSOLUTE = (
    "any", "title", "signs", "sounds", "any share", "title share", "sounds share", "run", "wide", "title in question",
    "text run",
)  # fmt: skip
NAMES = (*ABSOLUTE, *(f"{name} below best" for name in ABSOLUTE), "title length", "question in title", "starts title",
         "question length")  # fmt: skip


class Seen(NamedTuple):
    """Numbers of passages (rising) and one row of NAMES for each."""

    chosen: Array
    rows: Array


_NONE = Seen(np.empty(0, np.int64), np.empty((0, len(NAMES))))


def look(index: Index, moment: Moment, wanted: Array, text: str) -> Seen:
    """The passages among `wanted` (a mask) that may answer a text."""
    query = folded(text[:LONGEST])
    codes = np.unique(terms(query))
    if not len(codes) or not moment.views["any"].count:
        return _NONE
    asked = moment.views["any"].asked(codes)
    heard = moment.views["sounds"].asked(np.unique(sounds(query)))
    chosen = asked.best(wanted, index.rank.all, POOL, BUDGET)
    chosen = np.union1d(chosen, heard.best(wanted, index.rank.all, BY_EAR, BUDGET // 4))
    if not len(chosen):
        return _NONE
    return Seen(chosen, _rows(index, moment, chosen, query, codes, asked, heard))


def _rows(index: Index, moment: Moment, chosen: Array, query: str, codes: Array, asked: Asked, heard: Asked) -> Array:
    titled = moment.views["title"].asked(codes)
    tight = query.replace(" ", "")
    signs = moment.views["signs"].asked(np.unique(chars(tight)))
    wide = moment.views["any"].asked(np.setdiff1d(terms(widened(query)), codes))
    titles = [index.titles[n] for n in chosen.tolist()]
    texts = [index.texts[n] for n in chosen.tolist()]
    size = max(1, len(tight))
    full = _full(moment.views["any"], asked, len(codes))
    any_score, any_share = asked.look(chosen)
    title_score, title_share = titled.look(chosen)
    ear, ear_share = heard.look(chosen)
    runs = np.array([longest_run(tight, title) / size for title in titles])
    absolute = np.stack(
        [
            any_score / full,
            title_score / _full(moment.views["title"], titled, len(codes)),
            signs.look(chosen)[0] / max(_total(signs), 1e-6),
            ear / max(_total(heard), 1e-6),
            any_share / full,
            title_share / _full(moment.views["title"], titled, len(codes)),
            ear_share / max(_total(heard), 1e-6),
            runs,
            wide.look(chosen)[0] / max(_total(wide), 1e-6),
            np.array([_share(title, tight) for title in titles]),
            np.array([longest_run(tight, text) / size for text in texts]) if any(texts) else runs,
        ],
        axis=1,
    )
    more = np.array(
        [[len(t) / 30, float(tight in t), float(t.startswith(tight)), size / 10] for t in titles], np.float64
    )
    return np.hstack([absolute, absolute - absolute.max(axis=0), more])


def _total(asked: Asked) -> float:
    return float(asked.weights.sum()) / (asked.view.field.k1 + 1)


def _full(view: View, asked: Asked, codes: int) -> float:
    """What all codes of a question count for together, those that no document has like the rarest."""
    unseen = codes - len(asked.weights)
    return max(_total(asked) + unseen * float(np.log(1 + (view.count + 0.5) / 0.5)), 1e-6)


def longest_run(query: str, text: str) -> int:
    """How many signs of a query stand together in a text, at most."""
    best = start = 0
    while start + best < len(query):
        if query[start : start + best + 1] in text:
            best += 1
        else:
            start += 1
    return best


def _share(title: str, query: str) -> float:
    """What share of a title's pairs of signs the question has: 1 when the title is in the question."""
    pairs = set(map("".join, pairwise(title)))
    mine = set(map("".join, pairwise(query)))
    return len(pairs & mine) / len(pairs) if pairs else float(title in query)
