"""Trains the fusion from texts written for this project: `python -m linkloop.links.service.knowledge.train`.

The set is asked.txt against the starter articles of the town; nothing else is learned from. What the card says is
measured on questions that were held out, by article: the weights never saw a question about the same article.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from linkloop.commerce.knowledge import Article, ArticleKind
from linkloop.links.service.knowledge.fusion import FILE, Fusion, fit_answers, fit_order, save
from linkloop.links.service.knowledge.index import EVER, Index
from linkloop.links.service.knowledge.postings import Array
from linkloop.links.service.knowledge.views import look

HERE = Path(__file__).parent
ARTICLES = HERE.parents[2] / "worlds" / "sim"
FOLDS, DECAY, DECAY_ANSWERS = 5, 0.02, 0.03
AT = datetime(2026, 1, 1, tzinfo=UTC)
_HEAD = re.compile(r"^=== (\S+) \| (\w+) \| (\S+) \| (.+)$", re.MULTILINE)


class Asked(NamedTuple):
    """A question, the slug of the article that answers it (`-`: none), and the passages that it was compared with."""

    text: str
    slug: str
    rows: Array
    good: Array
    knows: str = ""  # what the articles know of what is asked: nothing, "others", or the question "itself" too


def articles(folder: Path) -> Iterator[Article]:
    """The starter articles of a folder (`articles.zh.md`, `articles.en.md`)."""
    for path in sorted(folder.glob("articles.*.md")):
        language = path.suffixes[-2][1:]
        parts = _HEAD.split(path.read_text(encoding="utf-8"))
        for slug, kind, topic, title, body in zip(*(parts[n::5] for n in range(1, 6)), strict=True):
            known: ArticleKind = "policy" if kind == "policy" else "product" if kind == "product" else "help"
            yield Article(article_id=f"{language}-{slug}", kind=known, title=title, body=body.strip(), topic=topic)


def questions(path: Path) -> Iterator[tuple[str, str]]:
    """(slug, question) of every line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            slug, *asked = line.split(" | ")
            yield from ((slug.strip(), text.strip()) for text in asked)


def compared(folder: Path) -> list[Asked]:
    """Every question with the views of the passages that may answer it: of articles as they are written; of articles
    that know half of the other questions that are asked of them in their language; every fourth also of articles that
    know all of them, for a customer may ask what others asked before."""
    known = list(articles(folder))
    asked = list(questions(HERE / "asked.txt"))
    found = seen_by(known, asked, known)
    for half in range(2):
        mine = [(slug, text) for n, (slug, text) in enumerate(asked) if n % 2 == half]
        others = [(slug, text) for n, (slug, text) in enumerate(asked) if n % 2 != half]
        found += seen_by([_told(article, others) for article in known], mine, known, "others")
    again = [_told(article, asked) for article in known]
    return found + seen_by(again, asked[::4], known, "itself")


def _told(article: Article, asked: list[tuple[str, str]]) -> Article:
    """An article that knows the questions about it, those in its language."""
    language, _, mine = article.article_id.partition("-")
    return replace(article, asked=tuple(t for slug, t in asked if slug == mine and t.isascii() == (language == "en")))


def seen_by(
    given: list[Article], asked: list[tuple[str, str]], known: list[Article], knows: str = ""
) -> list[Asked]:  # fmt: skip
    """Questions with the views of the passages of these articles."""
    topics = {article.article_id[3:]: article.topic for article in known}
    index = Index()
    index.feed([(n, article) for n, article in enumerate(given, 1)])
    moment = index.at(EVER - 1)
    wanted, found = index.wanted(moment, AT), []
    for slug, text in asked:
        seen = look(index, moment, wanted, text)
        good = [float(index.documents[n].article.topic == topics.get(slug)) for n in seen.chosen.tolist()]
        found.append(Asked(text, slug, seen.rows, np.array(good), knows))
    return found


def fit(asked: list[Asked]) -> Fusion:
    """Weights for these questions."""
    order = fit_order([a.rows for a in asked], [a.good for a in asked], DECAY)
    first = [(a, int(np.argmax(order.scores(a.rows)))) for a in asked if len(a.rows)]
    rows = np.stack([a.rows[n] for a, n in first])  # what is said to a customer is the best passage: it must be right
    return fit_answers(order, rows, np.array([a.good[n] for a, n in first]), DECAY_ANSWERS)


def held_out(asked: list[Asked]) -> dict[str, float]:
    """How weights do on questions about articles that they were not fitted on, and on those that nothing answers."""
    slugs = sorted({a.slug for a in asked})
    fold = {slug: n % FOLDS for n, slug in enumerate(np.random.default_rng(1).permutation(slugs).tolist())}
    held: dict[str, list[Held]] = {"": [], "others": [], "itself": []}
    for k in range(FOLDS):
        mine = [a for a in asked if _fold(a, fold) == k]
        fusion = fit([a for a in asked if _fold(a, fold) != k])
        for one in mine:
            held[one.knows].append(judged(fusion, one))
    sure = np.array([one.sure for one in held[""] if one.sure is not None])
    right = np.array([one.first for one in held[""] if one.sure is not None], float)
    return {
        **_shares(held[""], ""),
        "recall_at_1_bm25": _share([one.alone for one in held[""] if one.answerable]),
        "ece": round(calibration_error(sure, right), 4),
        "auc": round(ranked_right(sure, right), 4),
        **_shares(held["others"], "_told"),
        **_shares(held["itself"], "_again"),
        "questions": float(len(held[""])),
    }


class Held(NamedTuple):
    """What became of a question that was held out: whether it has an answer, whether that came first, among three, and
    first by BM25 alone; how sure the first was (None: nothing was found)."""

    answerable: bool
    first: bool = False
    third: bool = False
    alone: bool = False
    sure: float | None = None


def judged(fusion: Fusion, one: Asked) -> Held:
    """What weights make of a question."""
    if not len(one.rows):
        return Held(one.slug != "-")
    best = np.argsort(-fusion.scores(one.rows), kind="stable")[:3]
    alone = bool(one.good[int(np.argmax(one.rows[:, 0]))])
    sure = float(fusion.chances(one.rows)[best[0]])
    return Held(one.slug != "-", bool(one.good[best[0]]), bool(one.good[best].any()), alone, sure)


def _fold(one: Asked, fold: dict[str, int]) -> int:
    """Of what nothing answers, every fifth text is held out."""
    return zlib.crc32(one.text.encode()) % FOLDS if one.slug == "-" else fold[one.slug]


def _shares(held: list[Held], name: str) -> dict[str, float]:
    mine = [one for one in held if one.answerable]
    return {
        f"recall_at_1{name}": _share([one.first for one in mine]),
        f"recall_at_3{name}": _share([one.third for one in mine]),
    }


def _share(right: list[bool]) -> float:
    return round(sum(right) / len(right), 4)


def calibration_error(sure: Array, right: Array, bins: int = 10) -> float:
    """The expected calibration error over bins of equal width (Naeini et al. 2015)."""
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return sum(
        float(abs(sure[place == b].mean() - right[place == b].mean()) * (place == b).mean())
        for b in range(bins)
        if (place == b).any()
    )


def ranked_right(sure: Array, right: Array) -> float:
    """The chance that a right answer is surer than a wrong one (area under the ROC curve)."""
    yes, no = sure[right > 0], sure[right == 0]
    return float(((yes[:, None] > no) + 0.5 * (yes[:, None] == no)).mean()) if len(yes) and len(no) else 1.0


def main() -> None:
    """Fit and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, default=ARTICLES)
    parser.add_argument("--out", type=Path, default=FILE)
    given = parser.parse_args()
    asked = compared(given.articles)
    card = {**held_out(asked), "trained_by": "python -m linkloop.links.service.knowledge.train"}
    save(given.out, replace(fit(asked), card=card))
    print(card)


if __name__ == "__main__":
    main()
