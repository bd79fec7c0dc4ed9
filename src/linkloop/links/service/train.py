"""Trains the message models from the grammar's texts: `python -m linkloop.links.service.train`, in pure numpy.

Nothing but phrases.txt is learned from; how sure to be is fitted on patterns that were held out (learner.py).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, get_args

import numpy as np

from linkloop.commerce.understanding import IntentName, Mood
from linkloop.links.service import calibrate
from linkloop.links.service.grammar import Grammar, Written
from linkloop.links.service.learner import Recipe, train
from linkloop.links.service.weights import FILE, save

INTENTS: tuple[str, ...] = tuple(sorted(get_args(IntentName)))
MOODS: tuple[str, ...] = tuple(sorted(get_args(Mood)))
TEXTS = 32_000
RECIPE = Recipe(slack=0.5, rounds=6, rare=3)
RECIPES = {"intent": RECIPE, "mood": RECIPE._replace(even=True, known=True)}
# A text's pattern for each model: a mood is held out with the line that says it.
LINES = {"intent": "line", "mood": "felt"}
PARTS = 5  # of which one is kept back to tell how good the models are on patterns that they never saw


def prove(texts: list[Written]) -> dict[str, float]:
    """Accuracy and calibration error on the patterns of one part in five, learned from the others."""
    found: dict[str, float] = {}
    for name, line in LINES.items():
        known = [w for w in texts if getattr(w, line) % PARTS]
        fresh = [w for w in texts if getattr(w, line) % PARTS == 0]
        groups = [getattr(w, line) for w in known]
        model = train([w.text for w in known], [getattr(w, name) for w in known], groups=groups, recipe=RECIPES[name])
        chances = np.array([model.probabilities(w.text)[0] for w in fresh])
        right = [model.labels[n] == getattr(w, name) for n, w in zip(chances.argmax(axis=1), fresh, strict=True)]
        found[f"{name}_unseen_patterns"] = round(float(np.mean(right)), 4)
        found[f"{name}_calibration_error"] = round(calibrate.error(right, chances.max(axis=1)), 4)
    return found


def main(path: Path = FILE, count: int = TEXTS) -> dict[str, Any]:
    """Write the weights file and return its card."""
    texts = Grammar().write(count, seed=1)
    words = [w.text for w in texts]
    card = {
        "texts": count,
        "trained_by": "python -m linkloop.links.service.train",
        "learned_from": "phrases.txt of this package (Apache-2.0)",
        **prove(texts),
    }
    models = {
        name: train(
            words, [getattr(w, name) for w in texts], groups=[getattr(w, line) for w in texts], recipe=RECIPES[name]
        )
        for name, line in LINES.items()
    }
    save(path, models, card)
    return card


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FILE, help="where to write the weights")
    print(main(parser.parse_args().to))
