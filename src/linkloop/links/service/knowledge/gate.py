"""Gate: whether what a shop's known questions teach makes finding better, and how: what each view counts for in this
shop, how much it says that an article is often asked for, and an encoder's vectors. What does not help is kept out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from linkloop.commerce.knowledge import Article, ArticleVectors, FindingGate
from linkloop.links.service.knowledge.fusion import Fusion
from linkloop.links.service.knowledge.index import EVER, MOST_ASKED, OFTEN, Index, Moment
from linkloop.links.service.knowledge.passages import passages
from linkloop.links.service.knowledge.postings import Array
from linkloop.links.service.knowledge.vectors import Space, Vectors, digest_of
from linkloop.links.service.knowledge.views import NAMES, look

FOLDS = 5
LEAST = 40  # questions, below which nothing is learned
MOST_ARTICLES, MOST_QUESTIONS = 20_000, 3000
SURE = 1.64  # standard errors that vectors must be better by: 5 percent of useless encoders pass
NEAR = 8  # passages that come in by their vector alone
MOST_OFTEN = 16  # … and because they are often asked for
STEPS, RATE, DECAY = 300, 0.05, 0.003
PAST = tuple(n for n, name in enumerate(NAMES) if name.startswith("asked") and not name.startswith("asked often"))
ANY, SIGNS, ASKED_OFTEN = (NAMES.index(name) for name in ("any", "signs", "asked often"))
WORDS = len(NAMES) + 4  # numbers of a passage without an encoder
TENTHS = 10  # cosines differ by tenths where views differ by their spread


class Known(NamedTuple):
    """A question whose article is known, as the index finds it without it: of each passage the score and the chance by
    the shipped weights, what the gate weighs beside them (`features`), and the mark of those that answer."""

    scores: Array
    chances: Array
    table: Array
    good: Array


def features(fusion: Fusion, rows: Array, near: Array | None) -> Array:
    """What the gate weighs of passages: every view as the shipped weights see it; how often the article was asked for
    where no passage, or not this one, has the question's words (a prior as in Kraaij et al. 2002), and that above
    OFTEN; with an encoder how near they lie, and how much below the nearest."""
    often, words, signs = rows[:, ASKED_OFTEN], rows[:, ANY], rows[:, SIGNS]
    best, most = 1 - words.max(initial=0.0), 1 - signs.max(initial=0.0)
    above = np.maximum(often - np.log(OFTEN), 0)
    parts = [fusion.comparable(rows), often * best, often * most, often * (1 - words), above]
    if near is not None:
        parts += [near * TENTHS, (near - near.max(initial=-1.0)) * TENTHS]
    return np.column_stack(parts)


def width(encoder: str) -> int:
    """How many numbers `features` gives of a passage."""
    return WORDS + 2 if encoder else WORDS


def also(moment: Moment, wanted: Array, nearest: Array | None) -> Array:
    """Passages that are looked at beside those that words find: often asked for, and near."""
    often = moment.often(wanted, MOST_OFTEN)
    return often if nearest is None else np.union1d(often, nearest)


def ordered(scores: Array, table: Array, weights: Sequence[float]) -> Array:
    """The shipped scores with what the gate adds."""
    return scores + table @ np.array(weights)


def sure(chances: Array, table: Array, weights: Sequence[float]) -> Array:
    """The probability that each passage answers, by the shipped one and what the gate weighs."""
    return 1 / (1 + np.exp(-(_plain(chances, table) @ np.array(weights))))


def learn(
    encoder: str, articles: Iterable[Article], vectors: dict[str, ArticleVectors], fusion: Fusion, at: datetime
) -> FindingGate:
    """The gate of an encoder (or of none) from the questions that articles are known to answer: shut where there are
    too few of them, or where their articles do not come first more often: by known questions than by the shipped
    weights, with vectors than by known questions."""
    known = [one for one in articles if not one.withdrawn]
    mine = [one for one in known if one.asked and (not encoder or one.article_id in vectors)]
    names = {one.article_id for one in mine}
    kept = [*mine, *(one for one in known if one.article_id not in names)][:MOST_ARTICLES]
    centre = middle([vectors[one.article_id] for one in kept if one.article_id in vectors]) if encoder else b""
    folds = [held_out(encoder, kept, vectors, fusion, fold, at, centre) for fold in range(FOLDS)]
    total = sum(len(fold) for fold in folds) // 2
    if total < LEAST:
        return FindingGate(encoder=encoder, open=False, questions=total, first_without=0, first_with=0, at=at)
    without = _first_of_folds(folds, WORDS if encoder else 0)
    given = _first_of_folds(folds, width(encoder))
    wins, losses = int((given & ~without).sum()), int((without & ~given).sum())
    every = [one for fold in folds for one in fold]
    order = fit_order([one for one in every if one.good.any()])
    return FindingGate(
        encoder=encoder, open=wins - losses > SURE * (wins + losses) ** 0.5, questions=total,
        first_without=round(float(without.mean()), 4), first_with=round(float(given.mean()), 4), order=order,
        answers=fit_answers(every, order), at=at, centre=centre,
    )  # fmt: skip


def middle(made: Sequence[ArticleVectors]) -> bytes:
    """The mean of all vectors that have a direction, as signed bytes: what they are compared from."""
    size = max((one.size for one in made), default=0)
    total, count = np.zeros(size, np.int64), 0
    for one in made:
        if one.size == size and len(one.values) % size == 0:
            values = np.frombuffer(one.values, np.int8).reshape(-1, size)
            total, count = total + values.sum(axis=0, dtype=np.int64), count + int(values.any(axis=1).sum())
    return np.rint(total / max(count, 1)).astype(np.int8).tobytes()


def held_out(
    encoder: str, articles: Sequence[Article], vectors: dict[str, ArticleVectors], fusion: Fusion, fold: int,
    at: datetime, centre: bytes,
) -> list[Known]:  # fmt: skip
    """Each question of a fold as it is found while no article knows the questions of this fold: once with its article,
    and once as if its article were not there."""
    index, asked, left = Index(), list[tuple[str, str, Array | None]](), list[tuple[int, Article]]()
    rows: list[tuple[int, ArticleVectors]] = []
    for n, article in enumerate(articles, 1):
        told, made = article.asked[-MOST_ASKED:], vectors.get(article.article_id)
        kept = [k for k in range(len(told)) if (n + k) % FOLDS != fold]
        left.append((n, replace(article, asked=tuple(told[k] for k in kept))))
        gone = range((fold - n) % FOLDS, len(told), FOLDS)
        if not encoder:
            asked += [(told[k], article.article_id, None) for k in gone]
        elif made is not None:
            values = np.frombuffer(made.values, np.int8).reshape(-1, made.size)
            count = len(passages(article.body))
            inside = np.concatenate([values[:count], values[count:][kept]])
            rows.append((n, replace(made, digest=digest_of(left[-1][1]), values=inside.tobytes())))
            asked += [(told[k], article.article_id, values[count + k]) for k in gone]
    index.feed(left)
    space = Vectors(index)
    space.feed(rows)
    return _found(index, space.spaces.get(encoder), fusion, asked[: MOST_QUESTIONS // FOLDS], at, centre)


def _found(
    index: Index, space: Space | None, fusion: Fusion, asked: Sequence[tuple[str, str, Array | None]], at: datetime,
    centre: bytes,
) -> list[Known]:  # fmt: skip
    moment, latest, rank = index.at(EVER - 1), EVER - 1, index.rank.all
    there = index.wanted(moment, at)
    owners = np.array([document.article.article_id for document in index.documents])
    found: list[Known] = []
    for text, article_id, values in asked:
        for wanted in (there, there & (owners != article_id)):
            more = near = None
            if space is not None and values is not None:
                more = space.nearest(values, wanted, rank, latest, NEAR, centre)
            seen = look(index, moment, wanted, text, also(moment, wanted, more))
            if space is not None and values is not None:
                near = space.look(values, seen.chosen, latest, centre)
            good = (owners[seen.chosen] == article_id).astype(np.float64)
            table = features(fusion, seen.rows, near)
            found.append(Known(fusion.scores(seen.rows), fusion.chances(seen.rows), table, good))
    return found


def fit_order(known: Sequence[Known], columns: int | None = None) -> tuple[float, ...]:
    """Weights of the first `columns` features beside the shipped scores (ListNet, Cao et al. 2007), by Adam; the fewer
    questions, the closer to the shipped ones."""
    tables = [one.table[:, :columns] for one in known]
    size = tables[0].shape[1] if tables else 0
    weights, first, second = np.zeros(size), np.zeros(size), np.zeros(size)
    if not size:
        return ()
    scores, table = np.concatenate([one.scores for one in known]), np.vstack(tables)
    marks = np.concatenate([one.good / one.good.sum() for one in known])
    number = np.repeat(np.arange(len(known)), [len(one.scores) for one in known])
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    decay = DECAY + 1 / len(known)
    for step in range(1, STEPS + 1):
        raw = scores + table @ weights
        grown = np.exp(raw - np.maximum.reduceat(raw, starts)[number])
        chance = grown / np.add.reduceat(grown, starts)[number]
        slope = table.T @ (chance - marks) / len(known) + decay * weights
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights = weights - RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return tuple(round(float(one), 6) for one in weights)


def fit_answers(known: Sequence[Known], order: Sequence[float]) -> tuple[float, ...]:
    """Weights of the probability that the best passage answers (logistic regression by Newton's method)."""
    best = [(one, int(np.argmax(ordered(one.scores, one.table, order)))) for one in known if len(one.scores)]
    table = np.vstack([_plain(one.chances[[n]], one.table[[n]]) for one, n in best])
    good = np.array([one.good[n] for one, n in best])
    weights, hold = np.zeros(table.shape[1]), np.full(table.shape[1], DECAY * len(table))
    hold[-1] = 1e-6
    for _ in range(25):
        chance = 1 / (1 + np.exp(-table @ weights))
        curve = (table * (chance * (1 - chance))[:, None]).T @ table + np.diag(hold)
        weights = weights - np.linalg.solve(curve, table.T @ (chance - good) + hold * weights)
    return tuple(round(float(one), 6) for one in weights)


def _first_of_folds(folds: Sequence[Sequence[Known]], columns: int) -> Array:
    """Of each question whose article is there: whether it came first by the first `columns` features, whose weights
    come from the other folds."""
    found: list[bool] = []
    for n, fold in enumerate(folds):
        others = [one for m, other in enumerate(folds) if m != n for one in other if one.good.any()]
        weights = fit_order(others, columns)
        for one in fold[::2]:
            scores = ordered(one.scores, one.table[:, :columns], weights)
            found.append(bool(len(scores) and one.good[int(np.argmax(scores))]))
    return np.array(found)


def _plain(chances: Array, table: Array) -> Array:
    """What tells whether a passage answers: the shipped probability, the known questions, what an encoder says."""
    held = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.column_stack([np.log(held / (1 - held)), table[:, PAST], table[:, WORDS:], np.ones(len(held))])
