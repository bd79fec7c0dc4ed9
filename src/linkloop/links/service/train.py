"""Trains the message models from the grammar's texts: `python -m linkloop.links.service.train`, in pure numpy.

Two softmax regressions (intents, moods) over the same features, fitted with Adam (Kingma and Ba 2015). Nothing but
phrases.txt is learned from; what is chosen (weight decay, temperature) is chosen on patterns that were held out.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import numpy as np

from linkloop.commerce.understanding import IntentName, Mood
from linkloop.links.service.features import grams
from linkloop.links.service.grammar import Grammar, Written
from linkloop.links.service.weights import FILE, Weights, save

INTENTS: tuple[str, ...] = get_args(IntentName)
MOODS: tuple[str, ...] = get_args(Mood)
TEXTS, ROUNDS, BATCH, RATE, RARE = 24_000, 8, 128, 0.1, 4
SLACK = 10.0  # the inverse of the weight decay, as in scikit-learn's C
DROP = 0.2  # share of features hidden at each step: the model must not hang on one of them
FOLDS = 5

Array = np.ndarray[Any, np.dtype[Any]]


def indices(texts: list[str], vocabulary: dict[str, int]) -> Array:
    """Features of each text as rows of indices, filled up with the index behind the last feature."""
    rows = [[vocabulary[g] for g in grams(text) if g in vocabulary] for text in texts]
    out = np.full((len(rows), max(map(len, rows))), len(vocabulary), np.int32)
    for n, row in enumerate(rows):
        out[n, : len(row)] = row
    return out


def rarity(rows: Array, size: int) -> Array:
    """The inverse document frequency of each feature (Spärck Jones 1972), 0 for the filling."""
    seen = np.bincount(rows.ravel(), minlength=size + 1)
    found = (np.log((1 + len(rows)) / (1 + seen)) + 1).astype(np.float32)
    found[size] = 0
    return found


def softmax(scores: Array) -> Array:
    """Probabilities along the last axis."""
    grown = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


def logits(weights: Weights, rows: Array) -> Array:
    """Scores of texts (texts × labels): features weighted by rarity to length 1, times the table, plus the bias."""
    values = np.append(weights.rarity, np.float32(0))[rows]
    values /= np.maximum(np.sqrt((values**2).sum(axis=1, keepdims=True)), 1e-9)
    return np.einsum("nl,nlc->nc", values, weights.table[rows]) + weights.table[-1]


def fit(rows: Array, intents: Array, moods: Array, words: list[str], seed: int = 1) -> Weights:
    """The weights for these texts and label numbers."""
    rng, size, k = np.random.default_rng(seed), len(words), len(INTENTS)
    idf = rarity(rows, size)
    table = np.zeros((size + 1, k + len(MOODS)), np.float32)  # the row of the filling serves as the bias
    first, second = np.zeros_like(table), np.zeros_like(table)
    steps, step = ROUNDS * -(-len(rows) // BATCH), 0
    for _ in range(ROUNDS):
        order = rng.permutation(len(rows))
        for start in range(0, len(order), BATCH):
            pick = order[start : start + BATCH]
            batch = np.where(rng.random(rows[pick].shape) < DROP, size, rows[pick])
            values = idf[batch]
            values /= np.maximum(np.sqrt((values**2).sum(axis=1, keepdims=True)), 1e-9)
            scores = np.einsum("nl,nlc->nc", values, table[batch]) + table[-1]
            error = np.hstack([softmax(scores[:, :k]), softmax(scores[:, k:])])
            error[np.arange(len(pick)), intents[pick]] -= 1
            error[np.arange(len(pick)), k + moods[pick]] -= 1
            error /= len(pick)
            flat = batch.ravel()
            gradient = np.stack(
                [
                    np.bincount(flat, (values * error[:, c : c + 1]).ravel(), minlength=size + 1)
                    for c in range(table.shape[1])
                ],
                axis=1,
            ).astype(np.float32)
            gradient[-1] = error.sum(axis=0)
            gradient += table * np.float32(1 / (SLACK * len(rows)))
            step += 1
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient**2 - second)
            rate = RATE * (1 - step / (steps + 1)) * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            table -= np.float32(rate) * first / (np.sqrt(second) + np.float32(1e-8))
    return Weights({word: n for n, word in enumerate(words)}, table, idf[:-1], {})


def words_of(texts: list[Written]) -> list[str]:
    """The features that at least RARE texts have, sorted."""
    counts = Counter(gram for written in texts for gram in grams(written.text))
    return sorted(gram for gram, count in counts.items() if count >= RARE)


def numbers(texts: list[Written]) -> tuple[Array, Array]:
    """Label numbers of texts: intents, moods."""
    return (
        np.array([INTENTS.index(w.intent) for w in texts]),
        np.array([MOODS.index(w.mood) for w in texts]),
    )


def prove(texts: list[Written]) -> dict[str, float]:
    """Accuracy on patterns that were not learned from, and the temperature at which the confidence is right there."""
    wanted, got = [], []
    for fold in range(FOLDS):
        known = [w for w in texts if w.line % FOLDS != fold]
        fresh = [w for w in texts if w.line % FOLDS == fold][: len(texts) // 20]
        words = words_of(known)
        vocabulary = {word: n for n, word in enumerate(words)}
        weights = fit(indices([w.text for w in known], vocabulary), *numbers(known), words)
        got.append(logits(weights, indices([w.text for w in fresh], vocabulary)))
        wanted.append(np.stack(numbers(fresh), axis=1))
    scores, labels = np.vstack(got), np.vstack(wanted)
    found: dict[str, float] = {}
    for name, part, column in (("intent", slice(0, len(INTENTS)), 0), ("mood", slice(len(INTENTS), None), 1)):
        mine, truth = scores[:, part], labels[:, column]
        found[f"{name}_unseen_patterns"] = round(float((mine.argmax(axis=1) == truth).mean()), 4)
        losses = {
            t: float(-np.log(softmax(mine / t)[np.arange(len(truth)), truth] + 1e-12).mean())
            for t in np.arange(0.2, 3.01, 0.1).round(1).tolist()
        }
        found[f"{name}_temperature"] = min(losses, key=lambda t: losses[t])
    return found


def main(path: Path = FILE, count: int = TEXTS) -> dict[str, Any]:
    """Write the weights file and return its card."""
    texts = Grammar().write(count, seed=1)
    proof = prove(texts)
    words = words_of(texts)
    vocabulary = {word: n for n, word in enumerate(words)}
    weights = fit(indices([w.text for w in texts], vocabulary), *numbers(texts), words)
    card = {
        "intents": INTENTS,
        "moods": MOODS,
        "texts": count,
        "trained_by": "python -m linkloop.links.service.train",
        "learned_from": "phrases.txt of this package (Apache-2.0)",
        **proof,
    }
    save(path, weights._replace(card=card))
    return card


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FILE, help="where to write the weights")
    print(main(parser.parse_args().to))
