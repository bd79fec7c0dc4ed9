"""The model that answers Retrieve: passages of articles, ordered by several views of how well they fit."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import numpy as np

from linkloop.commerce.knowledge import (
    Article,
    ArticleVectors,
    Embedding,
    FindingGate,
    Passage,
    Passages,
    Retrieve,
)
from linkloop.core.feed import Read
from linkloop.core.question import Given, ModelCard, Question
from linkloop.core.table import Table
from linkloop.links.service.knowledge import gate, packing
from linkloop.links.service.knowledge.fusion import load
from linkloop.links.service.knowledge.index import KINDS, Index, Moment, tongue
from linkloop.links.service.knowledge.postings import Array
from linkloop.links.service.knowledge.vectors import Space, Vectors, vector
from linkloop.links.service.knowledge.views import LONGEST, look

VERSION = "5"
NOWHERE = Embedding()
MASKS = 32  # kinds and languages whose passages are kept for a moment
REMEMBERS = 4096  # questions whose passages are kept for a moment


class RetrieveModel:
    """Answers Retrieve from the articles that it is fed with. Confidence is the score of the best passage."""

    fed_by: tuple[type[Table], ...] = (Article, ArticleVectors, FindingGate)

    def __init__(self) -> None:
        self.index = Index()
        self.vectors = Vectors(self.index)
        self._gates: dict[str, list[tuple[int, FindingGate]]] = {}
        self.fusion = load()
        self.card = ModelCard(
            name="knowledge:articles",
            version=VERSION,
            question=Retrieve.__name__,
            driver="numpy",
            parameters=len(self.fusion.order) + len(self.fusion.answers),
            quality={name: self.fusion.card[name] for name in ("recall_at_1", "recall_at_3", "ece", "auc")},
            measured_on=f"{self.fusion.card['questions']:.0f} questions of asked.txt, 5 folds by article",
            trained_by=self.fusion.card["trained_by"],
            latency_ms_p50=0.6,
            latency_ms_p99=3.0,
            languages=("zh", "en"),
        )

    def feed(self, versions: Sequence[tuple[int, Table]]) -> None:
        articles = [(offset, row) for offset, row in versions if isinstance(row, Article)]
        if articles:
            self.index.feed(articles)
        self.vectors.feed([(offset, row) for offset, row in versions if isinstance(row, ArticleVectors)])
        for offset, row in versions:
            if isinstance(row, FindingGate):
                insort(self._gates.setdefault(row.encoder, []), (offset, row), key=lambda one: one[0])

    def unfeed(self, offset: int) -> None:
        self.index.unfeed(offset)
        self.vectors.unfeed(offset)
        for versions in self._gates.values():
            del versions[bisect_right(versions, offset, key=lambda one: one[0]) :]

    @property
    def size(self) -> int:
        """How many passages there are."""
        return len(self.index.documents)

    def pack(self) -> bytes:
        """All that it was fed with, as bytes."""
        gates = sorted((one for versions in self._gates.values() for one in versions), key=lambda one: one[0])
        return packing.pack(self.index, self.vectors.versions(), gates)

    def unpack(self, packed: bytes) -> None:
        """Be as the model that was packed. Raises ValueError for what is none; then nothing has changed."""
        index = Index()
        vectors, gates = packing.unpack(packed, index)
        self.index, self.vectors, self._gates = index, Vectors(index), {}
        self.feed([*vectors, *gates])

    def answer(self, question: Question[Any]) -> Given[Any]:
        """Without a horizon nothing is known."""
        return Given(value=Passages(), confidence=0.0)

    def answer_at(self, question: Question[Any], horizon: int, read: Read) -> Given[Any]:
        asked = cast(Retrieve, question)
        found = self.find(asked.text, horizon, asked.at, asked.kinds, asked.language, asked.near)
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
        self,
        text: str,
        horizon: int,
        at: datetime,
        kinds: Sequence[str] = (),
        language: str = "",
        near: Embedding = NOWHERE,
    ) -> list[tuple[int, float]]:
        """(number of the passage, probability that it answers), best first, the best passage of each article.

        Articles in another language than `language` only come where there are no others.
        """
        if not self.index.documents:
            return []
        moment = self.index.at(horizon)
        weights = self.gate("", horizon)
        if len(moment.timed) or near.encoder:
            return self._find(moment, text, horizon, at, kinds, language, near)
        # Customers write the same again and again; a new version of any article begins a new moment.
        asked = (text[:LONGEST], tuple(kinds), language, weights and (weights.order, weights.answers))
        if asked not in moment.answered:
            if len(moment.answered) >= REMEMBERS:
                moment.answered.clear()
            moment.answered[asked] = self._find(moment, text, horizon, at, kinds, language, near)
        return moment.answered[asked]

    def _find(
        self, moment: Moment, text: str, horizon: int, at: datetime, kinds: Sequence[str], language: str,
        near: Embedding,
    ) -> list[tuple[int, float]]:  # fmt: skip
        index = self.index
        wanted = self._wanted(moment, at, tuple(kinds), language)
        space, asked = self._space(near, horizon), vector(near.values)
        weights = self.gate("" if space is None else near.encoder, horizon)
        centre = b"" if weights is None else weights.centre
        more = None if space is None else space.nearest(asked, wanted, index.rank.all, horizon, gate.NEAR, centre)
        seen = look(index, moment, wanted, text, None if weights is None else gate.also(moment, wanted, more))
        if not len(seen.chosen):
            return []
        order, chances = self.fusion.scores(seen.rows), self.fusion.chances(seen.rows)
        if weights is not None:
            near_by = None if space is None else space.look(asked, seen.chosen, horizon, centre)
            table = gate.features(self.fusion, seen.rows, near_by)
            order = gate.ordered(order, table, weights.order)
            chances = gate.sure(chances, table, weights.answers)
        best: dict[str, tuple[float, float, int]] = {}
        for n, score, chance in zip(seen.chosen.tolist(), order.tolist(), chances.tolist(), strict=True):
            key = index.documents[n].article.article_id
            if key not in best or best[key][0] < score:
                best[key] = (score, chance, n)
        ranked = sorted(best.items(), key=lambda one: (-round(one[1][0], 9), one[0]))
        found, least = [], 1.0
        for _, (_, chance, n) in ranked:
            least = min(least, chance)  # what stands lower is never surer
            found.append((n, round(least, 4)))
        return found

    def _wanted(self, moment: Moment, at: datetime, kinds: tuple[str, ...], language: str) -> Array:
        """A mask of the passages that may be found; it is kept where a moment has no validities, for few are asked."""
        if not len(moment.timed) and (kept := moment.masks.get((kinds, language))) is not None:
            return kept
        index = self.index
        wanted = index.wanted(moment, at)
        if kinds:
            wanted = wanted & np.array([kind in kinds for kind in KINDS])[index.kinds.all]
        if language:
            spoken = index.languages.all
            same = wanted & ((spoken == 0) | (spoken == tongue(language)))
            wanted = same if same.any() else wanted
        if not len(moment.timed) and len(moment.masks) < MASKS:
            moment.masks[kinds, language] = wanted
        return wanted

    def gate(self, encoder: str, horizon: int) -> FindingGate | None:
        """What was learned for an encoder, or for words alone, where it was let in at a log offset."""
        versions = self._gates.get(encoder, [])
        known = bisect_right(versions, horizon, key=lambda one: one[0])
        found = versions[known - 1][1] if known else None
        if found is None or not found.open or len(found.order) != gate.width(encoder):  # an older one takes no part
            return None
        return found

    def _space(self, near: Embedding, horizon: int) -> Space | None:
        """The vectors that a question's direction is compared with, where they are let in."""
        if not near.encoder or self.gate(near.encoder, horizon) is None or not any(near.values):
            return None
        return self.vectors.space(near.encoder, len(near.values))
