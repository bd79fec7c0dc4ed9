"""Products by name: which goods of the catalog a text names, by the words and pairs of signs of their titles."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from math import log
from typing import Any, cast

from linkloop.commerce.catalog import NamedProducts, Product, WhichProduct
from linkloop.core.feed import Read
from linkloop.core.question import Given, ModelCard, Question
from linkloop.core.table import Table

LONGEST = 300  # signs of a text that are looked at
LEAST = 0.25  # of a title's weight that a text must hold, about
_LATIN = re.compile(r"[a-z0-9][a-z0-9+-]+")
_HAN = re.compile(r"[㐀-鿿]+")
# Words of questions that titles hold too.
_COMMON = frozenset((
    "the", "and", "for", "with", "set", "pack", "size", "of", "in", "to", "is", "are", "it", "one", "by", "on", "no",
))  # fmt: skip


def pieces(text: str) -> frozenset[str]:
    """The words (without plural) and pairs of Han signs of a text."""
    low = text.lower()
    words = {word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word
             for word in _LATIN.findall(low)}  # fmt: skip
    pairs = {run[i : i + 2] for run in _HAN.findall(low) for i in range(len(run) - 1)}
    return frozenset((words - _COMMON) | pairs)


class ProductNames:
    """Answers WhichProduct from titles. A title in two languages (`中文 · English`) counts by its better half."""

    fed_by: tuple[type[Table], ...] = (Product,)

    def __init__(self) -> None:
        self.card = ModelCard(
            name="catalog:names", version="1", question=WhichProduct.__name__, driver="python",
            latency_ms_p50=0.05, latency_ms_p99=0.5, languages=("zh", "en"),
        )  # fmt: skip
        self._titles: dict[str, list[tuple[int, str]]] = {}  # versions in the order of the log, only where they differ
        self._halves: dict[str, tuple[frozenset[str], ...]] = {}
        self._holding: dict[str, set[str]] = {}

    def feed(self, versions: Sequence[tuple[int, Table]]) -> None:
        """New versions of products."""
        for offset, row in cast("Sequence[tuple[int, Product]]", versions):
            known = self._titles.setdefault(row.product_id, [])
            at = bisect_right(known, (offset, row.title))
            if at and known[at - 1][1] == row.title:
                continue
            known.insert(at, (offset, row.title))
            for half in self._split(row.title):
                for piece in half:
                    self._holding.setdefault(piece, set()).add(row.product_id)

    def unfeed(self, offset: int) -> None:
        """Versions above this offset never were."""
        for product_id, known in self._titles.items():
            self._titles[product_id] = [version for version in known if version[0] <= offset]

    def answer(self, question: Question[Any]) -> Given[Any]:
        """Without a horizon nothing is known."""
        return Given(value=NamedProducts(), confidence=0.0)

    def answer_at(self, question: Question[Any], horizon: int, read: Read) -> Given[Any]:
        """The products whose titles the text holds the largest part of, as of the horizon; ties by id."""
        asked = cast(WhichProduct, question)
        wanted = pieces(asked.text[:LONGEST])
        count = len(self._titles) or 1
        # A piece that many titles hold says little, and looking at all of them costs time.
        found = Counter(
            product_id
            for piece in wanted
            if len(held := self._holding.get(piece, set())) <= max(20, count // 5)
            for product_id in held
        )
        scored = []
        for product_id, _ in sorted(found.most_common(40), key=lambda pair: (-pair[1], pair[0])):
            title = self._title(product_id, horizon)
            share = max((self._share(half, wanted, count) for half in self._split(title)), default=0.0)
            if share >= LEAST:
                scored.append((-round(share, 4), product_id))
        best = sorted(scored)[: asked.limit]
        value = NamedProducts(tuple(p for _, p in best), tuple(-s for s, _ in best))
        return Given(value=value, confidence=value.shares[0] if best else 0.0)

    def _title(self, product_id: str, horizon: int) -> str:
        known = self._titles[product_id]
        at = bisect_right(known, horizon, key=lambda version: version[0])
        return known[at - 1][1] if at else ""

    def _split(self, title: str) -> tuple[frozenset[str], ...]:
        if title not in self._halves:
            self._halves[title] = tuple(half for part in title.split(" · ") if (half := pieces(part)))
        return self._halves[title]

    def _share(self, half: frozenset[str], wanted: frozenset[str], count: int) -> float:
        """The part of a title's weight that a text holds, less for little: of two whole titles the longer wins."""
        weights = {piece: log(1 + count / (1 + len(self._holding.get(piece, ())))) for piece in half}
        held = sum(weight for piece, weight in weights.items() if piece in wanted)
        return held / sum(weights.values()) * held / (held + 0.5) if held else 0.0
