"""Views: how well passages fit a question, seen in several ways, as one row of numbers a passage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from linkloop.links.service.knowledge.grams import Codes, chars, distinct, folded, terms
from linkloop.links.service.knowledge.index import Index, Moment
from linkloop.links.service.knowledge.postings import Array, Asked, View, looked
from linkloop.links.service.knowledge.sounds import asked_sounds
from linkloop.links.service.knowledge.synonyms import widened

POOL = 28  # passages that are looked at closely
BY_EAR = 6  # more, by sound alone
BY_PAST = 8  # more, by the questions that they are known to answer
BUDGET = 48_000  # postings that the first look reads
LONGEST = 160  # characters of a question that are looked at

ABSOLUTE = (
    "any", "title", "signs", "sounds", "any share", "title share", "sounds share", "run", "wide", "title in question",
    "text run", "asked", "asked share", "asked run", "asked before",
)  # fmt: skip
NAMES = (*ABSOLUTE, *(f"{name} below best" for name in ABSOLUTE), "title length", "question in title", "starts title",
         "question length", "asked often")  # fmt: skip


class Seen(NamedTuple):
    """Numbers of passages (rising) and one row of NAMES for each."""

    chosen: Array
    rows: Array


_NONE = Seen(np.empty(0, np.int64), np.empty((0, len(NAMES))))


def look(index: Index, moment: Moment, wanted: Array, text: str, more: Array | None = None) -> Seen:
    """The passages among `wanted` (a mask) that may answer a text, and `more` that were found in another way."""
    query = folded(text[:LONGEST])
    codes = distinct(terms(query))
    views, rank = moment.views, index.rank.all
    if not len(codes) or not views["any"].count:
        return _NONE
    asked, heard = views["any"].asked(codes), views["sounds"].asked(asked_sounds(query))
    found = [asked.best(wanted, rank, POOL, BUDGET), heard.best(wanted, rank, BY_EAR, BUDGET // 4)]
    known = views["asked"].asked(codes) if views["asked"].total else None
    if known is not None:
        found.append(known.best(wanted, rank, BY_PAST, BUDGET // 4))
    if more is not None:
        found.append(more)
    chosen = distinct(np.concatenate(found))
    if not len(chosen):
        return _NONE
    return Seen(chosen, _rows(index, moment, chosen, query, codes, asked, heard, known))


def _rows(
    index: Index, moment: Moment, chosen: Array, query: str, codes: Codes, asked: Asked, heard: Asked,
    known: Asked | None,
) -> Array:  # fmt: skip
    views = moment.views
    tight = query.replace(" ", "")
    size = max(1, len(tight))
    titled = views["title"].asked(codes)
    signs = views["signs"].asked(distinct(chars(tight)))
    also = distinct(terms(widened(query)))
    wide = views["any"].asked(also[codes[np.minimum(codes.searchsorted(also), len(codes) - 1)] != also])
    full, full_title = _full(views["any"], asked, len(codes)), _full(views["title"], titled, len(codes))
    of_any, of_wide = looked(chosen, asked, wide)
    of_title, of_signs, of_heard = titled.look(chosen), signs.look(chosen), heard.look(chosen)
    numbers = chosen.tolist()
    titles = [index.titles[n] for n in numbers]
    texts = [index.texts[n] for n in numbers]
    # One look for all: runs in titles, texts and known questions.
    count = len(numbers)
    lists = [*titles, *texts] if known is None else [*titles, *texts, *(index.asked[n] for n in numbers)]
    found = longest_runs(tight, lists) / size
    runs = found[:count]
    past = np.zeros((4, len(chosen)))
    if known is not None:
        full_known, of_known = _full(views["asked"], known, len(codes)), known.look(chosen)
        past[0], past[1] = of_known.scores / full_known, of_known.shares / full_known
        past[2] = found[2 * count :]
        past[3] = [f"\n{tight}\n" in f"\n{index.asked[n]}\n" for n in numbers]
    absolute = np.stack(
        [
            of_any.scores / full,
            of_title.scores / full_title,
            of_signs.scores / max(_total(signs), 1e-6),
            of_heard.scores / max(_total(heard), 1e-6),
            of_any.shares / full,
            of_title.shares / full_title,
            of_heard.shares / max(_total(heard), 1e-6),
            runs,
            of_wide.scores / max(_total(wide), 1e-6),
            of_signs.covered,
            found[count : 2 * count] if any(texts) else runs,
            *past,
        ],
        axis=1,
    )
    often = [len(index.documents[n].article.asked) for n in numbers]
    more = np.array(
        [
            [len(t) / 30, float(tight in t), float(t.startswith(tight)), size / 10, np.log1p(many)]
            for t, many in zip(titles, often, strict=True)
        ],
        np.float64,
    )
    return np.hstack([absolute, absolute - absolute.max(axis=0), more])


def _total(asked: Asked) -> float:
    return float(asked.weights.sum()) / (asked.view.field.k1 + 1)


def _full(view: View, asked: Asked, codes: int) -> float:
    """What all codes of a question count for together, those that no document has like the rarest."""
    unseen = codes - len(asked.weights)
    return max(_total(asked) + unseen * float(np.log(1 + (view.count + 0.5) / 0.5)), 1e-6)


def longest_runs(query: str, texts: Sequence[str]) -> Array:
    """How many signs of a query stand together in each text, at most."""
    signs = np.frombuffer("".join(f"{text}\0" for text in texts).encode("utf-32-le"), np.uint32)
    size = np.uint8 if len(query) < 256 else np.uint16
    run, longer = np.zeros((2, len(signs) + 1), size)
    best = np.zeros(len(signs), size)
    places: dict[str, Array] = {}  # 1 where a sign of the query stands
    for sign in query:
        here = places.get(sign)
        if here is None:
            here = places[sign] = (signs == ord(sign)).view(np.uint8).astype(size, copy=False)
        # The run that ends at a place is one longer than the one that ended before it at the sign before.
        np.add(run[:-1], here, out=longer[1:])
        longer[1:] *= here
        np.maximum(best, longer[1:], out=best)
        run, longer = longer, run
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)])[:-1]
    return np.maximum.reduceat(best, starts) if len(texts) else best
