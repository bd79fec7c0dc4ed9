"""Trains the message models from the grammar's texts: `python -m linkloop.links.service.train`, in pure numpy.

Nothing but phrases.txt is learned from; how sure to be is fitted on patterns that were held out (learner.py).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np

from linkloop.commerce.understanding import IntentName, Mood
from linkloop.links.service import calibrate
from linkloop.links.service.grammar import Grammar, Written
from linkloop.links.service.learner import Classifier, Recipe, train
from linkloop.links.service.weights import FILE, save
from linkloop.models.embedding import Encoder

INTENTS: tuple[str, ...] = tuple(sorted(get_args(IntentName)))
MOODS: tuple[str, ...] = tuple(sorted(get_args(Mood)))
TEXTS = 32_000
RECIPE = Recipe(slack=0.5, rounds=6, rare=3)
RECIPES = {"intent": RECIPE, "mood": RECIPE._replace(known=True)}
# A text's pattern for each model: a mood is held out with the line that says it.
LINES = {"intent": "line", "mood": "felt"}
PARTS = 5  # of which one is kept back to tell how good the models are on patterns that they never saw


def written(count: int = TEXTS) -> dict[str, list[Written]]:
    """The texts that each model is learned from."""
    return {name: Grammar().write(count, seed=1, felt=name == "mood") for name in LINES}


def learned(name: str, texts: Mapping[str, Sequence[Written]], encoder: Encoder | None = None) -> Classifier:
    """The model of intents or of moods; both know the words of all texts."""
    mine = texts[name]
    return train(
        [w.text for w in mine], [getattr(w, name) for w in mine], groups=[getattr(w, LINES[name]) for w in mine],
        recipe=RECIPES[name], encoder=encoder,
        also=[w.text for other, some in texts.items() if other != name for w in some],
    )  # fmt: skip


def prove(texts: Mapping[str, Sequence[Written]]) -> dict[str, float]:
    """Accuracy and calibration error on the patterns of one part in five, learned from the others."""
    found: dict[str, float] = {}
    for name, line in LINES.items():
        fresh = [w for w in texts[name] if getattr(w, line) % PARTS == 0]
        model = learned(name, {name: [w for w in texts[name] if getattr(w, line) % PARTS]})
        chances = np.array([model.probabilities(w.text)[0] for w in fresh])
        right = [model.labels[n] == getattr(w, name) for n, w in zip(chances.argmax(axis=1), fresh, strict=True)]
        found[f"{name}_unseen_patterns"] = round(float(np.mean(right)), 4)
        found[f"{name}_calibration_error"] = round(calibrate.error(right, chances.max(axis=1)), 4)
    return found


def main(path: Path = FILE, count: int = TEXTS) -> dict[str, Any]:
    """Write the weights file and return its card."""
    texts = written(count)
    card = {
        "texts": count,
        "trained_by": "python -m linkloop.links.service.train",
        "learned_from": "phrases.txt of this package (Apache-2.0)",
        **prove(texts),
    }
    save(path, {name: learned(name, texts) for name in LINES}, card)
    return card


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FILE, help="where to write the weights")
    print(main(parser.parse_args().to))
