"""The learner does what its papers and scikit-learn say, on texts that it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.svm import LinearSVC

from linkloop.commerce.knowledge import Embedding
from linkloop.core.errors import LinkloopError
from linkloop.links.service import calibrate, dual
from linkloop.links.service.directions import beside
from linkloop.links.service.features import features
from linkloop.links.service.grammar import Grammar
from linkloop.links.service.learner import Recipe, train
from linkloop.links.service.ratios import ratios
from linkloop.links.service.views import HALF, Rows, learn, rows_of
from linkloop.links.service.weights import save
from linkloop.models.embedding import quantised

TEXTS = Grammar().write(1_260, seed=9, felt=False)
KNOWN, FRESH = TEXTS[:1_000], TEXTS[1_000:]
VIEWS = [features(w.text) for w in KNOWN]


def dense(rows: Rows, size: int) -> np.ndarray:
    out = np.zeros((len(rows), size))
    for n, (a, b) in enumerate(zip(rows.ends, rows.ends[1:], strict=False)):
        out[n, rows.at[a:b]] = rows.values[a:b]
    return out


def test_rows_are_what_scikit_learn_calls_tf_idf_of_each_view() -> None:
    some = VIEWS[:120]
    vocabulary = learn(some, 1)
    rows = dense(rows_of(some, vocabulary), len(vocabulary.rarity))
    for part in (0, 1):
        peer = TfidfVectorizer(analyzer=lambda view, part=part: view[part])
        wanted = peer.fit_transform(some).toarray() * HALF
        mine = rows[:, [vocabulary.number[gram] for gram in peer.get_feature_names_out()]]
        assert mine == pytest.approx(wanted, abs=1e-5)


def test_what_is_unknown_makes_a_row_shorter() -> None:
    vocabulary = learn(VIEWS, 1)
    known = vocabulary.row(KNOWN[0].text)[1]
    beside = vocabulary.row(KNOWN[0].text + " qqqxxxjjj")[1]
    assert known @ known == pytest.approx(1, abs=1e-5)
    assert beside @ beside < 0.9
    assert vocabulary.row("Ωж")[0] == []


def test_the_machines_are_liblinears() -> None:
    vocabulary = learn(VIEWS, 2)
    rows = rows_of(VIEWS, vocabulary)
    names = sorted({w.intent for w in KNOWN})
    wanted = np.array([names.index(w.intent) for w in KNOWN])
    aims = np.where(np.eye(len(names))[wanted] > 0, 1, -1).astype(np.float32)
    table = dual.fit(rows, aims, len(vocabulary.rarity), 1.0, 200)
    peer = LinearSVC(C=1.0, max_iter=10_000, tol=1e-6).fit(dense(rows, len(vocabulary.rarity)), wanted)
    assert dual.scores(rows, table) == pytest.approx(
        peer.decision_function(dense(rows, len(vocabulary.rarity))), abs=0.01
    )


def test_a_classifier_is_calibrated_and_repeatable_and_finds_what_is_outside() -> None:
    texts, labels = [w.text for w in KNOWN if w.intent != "other"], [w.intent for w in KNOWN if w.intent != "other"]
    strange = [
        f"{a} {b}" for a in ("zeta", "quark", "lava", "moon") for b in ("prime", "orbit", "fossil", "waltz", "xi")
    ]
    one, two = (train(texts, labels, outside=strange) for _ in range(2))
    assert np.array_equal(one.table, two.table)
    assert (one.scale, one.outside, one.refuse) == (two.scale, two.outside, two.refuse)
    rows = [w for w in FRESH if w.intent != "other"]
    chances = np.array([one.probabilities(w.text)[0] for w in rows])
    right = [one.labels[n] == w.intent for n, w in zip(chances.argmax(axis=1), rows, strict=True)]
    assert np.mean(right) > 0.75
    assert chances.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert calibrate.error(right, chances.max(axis=1)) < 0.1
    inside, out = (
        np.mean([one.probabilities(t)[1] for t in ts]) for ts in ([w.text for w in rows], ["lava orbit zeta"])
    )
    assert inside < 0.3 < 0.7 < out
    assert one.predict("lava orbit zeta")[0] == ""


def test_perceptrons_learn_too() -> None:
    texts, labels = [w.text for w in KNOWN], [w.mood for w in KNOWN]
    model = train(texts, labels, recipe=Recipe(members=2, units=32, passes=6))
    right = [model.predict(w.text)[0] == w.mood for w in FRESH]
    assert np.mean(right) > 0.7
    assert len(model.members) == 2
    assert model.mix > 0


def test_the_balanced_and_the_plain_logistic_are_scikit_learns() -> None:
    rng = np.random.default_rng(3)
    marks = np.hstack([np.ones((400, 1)), rng.normal(size=(400, 3))]).astype(np.float32)
    yes = rng.random(400) < 1 / (1 + np.exp(-(marks @ [-1.5, 1, -2, 0.5])))
    for balanced in (True, False):
        mine = calibrate.logistic(marks, yes, balanced)
        peer = LogisticRegression(C=1e4, fit_intercept=False, class_weight="balanced" if balanced else None, tol=1e-9)
        assert mine == pytest.approx(peer.fit(marks, yes).coef_[0], abs=0.05)


def test_scale_shift_and_temperature_lower_the_loss() -> None:
    rng = np.random.default_rng(5)
    truth = rng.integers(4, size=600)
    raw = (np.eye(4)[truth] + rng.normal(0, 0.8, (600, 4))).astype(np.float32)
    scale, shift = calibrate.vector(raw, truth)
    before, after = (log_loss(truth, calibrate.softmax(x)) for x in (4 * raw, scale * raw + shift))
    assert after < before
    assert calibrate.temperature(4 * raw, truth)[0] == pytest.approx(scale / 4, rel=0.05)
    assert calibrate.error([True, False], [0.5, 0.5]) == 0
    assert calibrate.error([True, True], [0.8, 0.8]) == pytest.approx(0.2)


def test_refusing_costs_what_it_may() -> None:
    out = np.linspace(0, 1, 200)
    right = np.ones(200, bool)
    cut = calibrate.refusing(out, right, cost=0.05)
    assert (out > cut).sum() == 10


def test_too_little_to_learn_from_is_refused() -> None:
    with pytest.raises(LinkloopError, match="too few"):
        train(["a", "b"], ["x", "x"])


def test_ratios_are_the_log_of_shares_and_are_in_the_table() -> None:
    rows = Rows(np.array([0, 2, 3, 5]), np.array([0, 1, 0, 1, 2]), np.ones(5, np.float32))
    aims = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    mine, others = np.array([3, 2, 1]) / 6, np.array([1, 2, 2]) / 5
    assert ratios(rows, aims, 3, 1.0) == pytest.approx(np.abs(np.log(mine / others)), abs=1e-6)
    assert ratios(rows, aims, 3, 0.0) == pytest.approx(1)
    model = train([w.text for w in KNOWN], [w.mood for w in KNOWN], recipe=Recipe(ratio=0.5))
    assert np.mean([model.predict(w.text)[0] == w.mood for w in FRESH]) > 0.7


class Telling:
    """An encoder that knows one thing: whether a text begins with a, in the first of 8 dimensions."""

    def embed_many(self, texts: Sequence[str]) -> list[Embedding]:
        return [Embedding("telling", quantised([1.0 if t[0] == "a" else -1.0, *[0.5] * 7])) for t in texts]


def test_a_direction_beside_the_words_is_learned_from_and_asked_for() -> None:
    texts = [f"{first}{n}{n * 7 % 13}" for n in range(30) for first in "ab"]
    labels = ["x" if text[0] == "a" else "y" for text in texts]
    encoder: Any = Telling()
    model = train(texts, labels, encoder=encoder)
    assert model.table.shape == (len(model.vocabulary.rarity) + 8 + 1, 2)
    assert [model.predict(text)[0] for text in ("a unheard", "b unheard")] == ["x", "y"]
    with pytest.raises(ValueError, match="encoder"):
        save(Path("never.safetensors"), {"one": model}, {})
    assert not Path("never.safetensors").exists()


def test_dense_features_stand_after_the_sparse_ones() -> None:
    rows = Rows(np.array([0, 2, 2]), np.array([0, 1]), np.array([3, 4], np.float32))
    both = beside(rows, np.array([[5, 6], [7, 8]], np.float32), 2)
    assert dense(both, 4).tolist() == [[3, 4, 5, 6], [0, 0, 7, 8]]


def test_strange_words_speak_less_where_only_what_is_known_counts() -> None:
    texts, labels, moved = [w.text for w in KNOWN], [w.mood for w in KNOWN], []
    for known in (False, True):
        model = train(texts, labels, recipe=Recipe(known=known))
        plain, beside_signs, beside_words = (
            model.probabilities(f"this is ridiculous{more}")[0] for more in ("", " ωμωμ" * 9, " qzxq vwkj jjqx zzvb")
        )
        assert plain == pytest.approx(beside_signs, abs=1e-5)  # no word at all
        moved.append(float(np.abs(plain - beside_words).max()))
    assert moved[1] < moved[0]
