"""Neighbours: a product without a past borrows from those whose words and category are like its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from linkloop.commerce.demand import Forecast
from linkloop.core.link import Context
from linkloop.links.demand.blend import Prediction
from linkloop.links.demand.panel import Array

NEAREST = 8
WIDTH = 4096  # buckets of character n-grams
SHRUNK = 0.8  # a newcomer sells less than its neighbours at first
_WORDS = """
SELECT p.product_id, p.title, p.category, p.brand,
  coalesce(string_agg(a.name || ' ' || a.value, ' ' ORDER BY a.name, a.value), '') AS more
FROM products p LEFT JOIN product_attributes a USING (product_id) GROUP BY ALL ORDER BY 1
"""
_NEW = "SELECT product_id, place FROM stock_levels ORDER BY 1, 2"
_TABLE_LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
_FIELDS = ("q05", "q10", "q25", "q50", "q75", "q90", "q95")


def vectors(texts: list[str]) -> Array:
    """[n, WIDTH] unit vectors of hashed character 2- and 3-grams, rarer ones counting more."""
    found = np.zeros((len(texts), WIDTH), dtype=np.float32)
    for row, text in enumerate(texts):
        padded = f" {text.lower()} "
        for size in (2, 3):
            for k in range(len(padded) - size + 1):
                found[row, _bucket(padded[k : k + size])] += 1.0
    rare = np.log((1 + len(texts)) / (1 + (found > 0).sum(axis=0)))
    found = np.log1p(found) * rare
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def nearest(words: Array, mine: int, others: list[int]) -> list[tuple[int, float]]:
    """The nearest of `others` to row `mine` with their cosine, the best first; none below 0.05."""
    if not others:
        return []
    likeness = words[others] @ words[mine]
    order = np.argsort(-likeness, kind="stable")[:NEAREST]
    return [(others[k], float(likeness[k])) for k in order if likeness[k] > 0.05]


def newcomers(
    ctx: Context, day: str, known: set[tuple[str, str]], said: Prediction, keys: list[tuple[str, str]], horizon: int
) -> Iterator[Forecast]:
    """Forecasts of products that lie on a shelf and never sold at the place: the mean of what their nearest neighbours
    are forecast to sell there, with bands as wide as all of them together."""
    fresh = [(row["product_id"], row["place"]) for row in ctx.sql(_NEW)]
    fresh = [key for key in fresh if key not in known]
    if not fresh:
        return
    rows = ctx.sql(_WORDS)
    number = {row["product_id"]: n for n, row in enumerate(rows)}
    words = vectors(
        [f"{row['title']} {row['category']} {row['category']} {row['brand']} {row['more']}" for row in rows]
    )
    at_place: dict[str, dict[int, int]] = {}
    for n, (product, place) in enumerate(keys):
        if product in number:
            at_place.setdefault(place, {})[number[product]] = n
    picked = [said.levels.index(level) for level in _TABLE_LEVELS]
    last = date.fromisoformat(day)
    for product, place in fresh:
        there = at_place.get(place, {})
        found = nearest(words, number[product], list(there)) if product in number else []
        if not found:
            continue
        weights = np.array([likeness**2 for _, likeness in found])
        mine = [there[n] for n, _ in found]
        mean = SHRUNK * np.einsum("n,nh->h", weights / weights.sum(), said.mean[mine])
        quantile = SHRUNK * np.quantile(said.quantiles[mine][:, :, picked], 0.5, axis=0)
        quantile[:, :2] = np.minimum(quantile[:, :2], 0.0)
        quantile[:, 5:] = np.maximum(
            quantile[:, 5:], SHRUNK * np.quantile(said.quantiles[mine][:, :, picked], 0.75, axis=0)[:, 5:]
        )
        for step in range(horizon):
            yield Forecast(
                product_id=product,
                place=place,
                day=(last + timedelta(days=step + 1)).isoformat(),
                made_on=day,
                mean=round(float(mean[step]), 3),
                **dict(zip(_FIELDS, np.round(quantile[step], 3).tolist(), strict=True)),
                model=f"neighbours:{rows[found[0][0]]['product_id']}",
            )


def _bucket(gram: str) -> int:
    """FNV-1a of the gram: the same in every process."""
    value = 2166136261
    for byte in gram.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value % WIDTH
