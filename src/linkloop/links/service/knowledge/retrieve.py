"""The model that answers Retrieve: passages of articles by BM25 over Chinese characters and stems of words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import numpy as np

from linkloop.commerce.knowledge import Article, Passage, Passages, Retrieve
from linkloop.core.feed import Read
from linkloop.core.question import Given, ModelCard, Question
from linkloop.core.table import Table
from linkloop.links.service.knowledge.grams import folded, terms
from linkloop.links.service.knowledge.index import Index

VERSION = "1"
LONGEST = 400  # characters of a question that are looked at
POOL = 48  # passages that are looked at closely
BUDGET = 120_000  # postings that the first look reads


class RetrieveModel:
    """Answers Retrieve from the articles that it is fed with. Confidence is the score of the best passage."""

    fed_by: tuple[type[Table], ...] = (Article,)

    def __init__(self) -> None:
        self.index = Index()
        self.card = ModelCard(
            name="knowledge:articles",
            version=VERSION,
            question=Retrieve.__name__,
            driver="numpy",
            latency_ms_p50=0.6,
            latency_ms_p99=3.0,
            languages=("zh", "en"),
        )

    def feed(self, versions: Sequence[tuple[int, Table]]) -> None:
        self.index.feed(cast("Sequence[tuple[int, Article]]", versions))

    def unfeed(self, offset: int) -> None:
        self.index.unfeed(offset)

    def answer(self, question: Question[Any]) -> Given[Any]:
        """Without a horizon nothing is known."""
        return Given(value=Passages(), confidence=0.0)

    def answer_at(self, question: Question[Any], horizon: int, read: Read) -> Given[Any]:
        asked = cast(Retrieve, question)
        found = self.find(asked.text, horizon, asked.at, asked.kinds, asked.language)
        passages = tuple(
            Passage(
                article_id=document.article.article_id,
                title=document.article.title,
                text=document.text,
                score=score,
                kind=document.article.kind,
                url=document.article.url,
            )
            for document, score in ((self.index.documents[n], score) for n, score in found[: asked.limit])
        )
        return Given(value=Passages(passages), confidence=passages[0].score if passages else 0.0)

    def find(
        self, text: str, horizon: int, at: datetime, kinds: Sequence[str] = (), language: str = ""
    ) -> list[tuple[int, float]]:
        """(number of the passage, score), best first, the best passage of each article."""
        index, query = self.index, folded(text[:LONGEST])
        codes = np.unique(terms(query))
        if not len(codes) or not index.documents:
            return []
        moment = index.at(horizon)
        asked = moment.views["any"].asked(codes)
        chosen = asked.best(index.wanted(moment, at), index.rank.all, POOL, BUDGET)
        if not len(chosen):
            return []
        full = float(asked.weights.sum())
        scores = asked.scores(chosen) + moment.views["title"].asked(codes).scores(chosen)
        best: dict[str, tuple[float, int]] = {}
        for n, score in zip(chosen.tolist(), scores.tolist(), strict=True):
            article = index.documents[n].article
            if kinds and article.kind not in kinds:
                continue
            if language and article.language and article.language.split("-")[0] != language.split("-")[0]:
                continue
            if article.article_id not in best or best[article.article_id] < (score, -n):
                best[article.article_id] = (score, -n)
        ranked = sorted(best.items(), key=lambda one: (-one[1][0], one[0]))
        return [(-n, round(1 - float(np.exp(-1.6 * score / full)), 4)) for _, (score, n) in ranked]
