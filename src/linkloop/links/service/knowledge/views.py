"""Views: how well passages fit a question, seen in several ways, as one row of numbers a passage."""

from __future__ import annotations

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
    wide = views["any"].asked(also[~np.isin(also, codes)])
    full, full_title = _full(views["any"], asked, len(codes)), _full(views["title"], titled, len(codes))
    of_any, of_wide = looked(chosen, asked, wide)
    of_title, of_signs, of_heard = titled.look(chosen), signs.look(chosen), heard.look(chosen)
    numbers = chosen.tolist()
    titles = [index.titles[n] for n in numbers]
    texts = [index.texts[n] for n in numbers]
    runs = np.array([longest_run(tight, title) / size for title in titles])
    past = np.zeros((4, len(chosen)))
    if known is not None:
        full_known, of_known = _full(views["asked"], known, len(codes)), known.look(chosen)
        past[0], past[1] = of_known.scores / full_known, of_known.shares / full_known
        past[2] = [longest_run(tight, index.asked[n]) / size for n in numbers]
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
            np.array([longest_run(tight, text) / size for text in texts]) if any(texts) else runs,
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


def longest_run(query: str, text: str) -> int:
    """How many signs of a query stand together in a text, at most."""
    if not text:
        return 0
    best = start = 0
    while start + best < len(query):
        if query[start : start + best + 1] in text:
            best += 1
        else:
            start += 1
    return best
