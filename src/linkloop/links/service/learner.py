"""Learns to sort texts from examples: the classifier that ships, and what a merchant trains on their own labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.links.service import calibrate, dual, hidden
from linkloop.links.service.directions import apart, beside, directions
from linkloop.links.service.features import features
from linkloop.links.service.hidden import Hidden
from linkloop.links.service.ratios import ratios
from linkloop.links.service.views import Floats, Rows, Vocabulary, learn, rows_of
from linkloop.models.embedding import Encoder

FOLDS = 3
LEANS = (0.25, 0.5, 0.75, 1.0)
Views = Sequence[tuple[list[str], list[str]]]


class Recipe(NamedTuple):
    """How to learn: `slack` and `rounds` of the machines, features of fewer than `rare` texts are left out.

    `members` perceptrons of `units` units are blended in: some better, many times slower to train, larger to keep.
    Refusing what is outside may cost the share `cost` of the texts that are not. `ratio` is the power of log-count
    ratios in the machines (ratios.py; they are in the table once it is learned, so telling costs the same), `near` the
    length of a text's direction beside its words, where an encoder is given. `known`: a text is as long as
    what is known of it, so that strange words do not speak for the commonest label; for feelings, which stand in a few
    words of many.
    """

    slack: float = 1.0
    rounds: int = 10
    rare: int = 1
    members: int = 0
    units: int = 256
    passes: int = 14
    cost: float = 0.01
    seed: int = 1
    ratio: float = 0.0
    near: float = 1.0
    known: bool = False


USUAL = Recipe()


class Classifier(NamedTuple):
    """`labels` with the machines' `table` (features + 1 × labels, then one of what is outside, if examples were given).

    The probability is softmax(scale × machines + shift), fitted on texts that were held out; with perceptrons, its mean
    with theirs, which weigh `lean`, to the power of `mix`. `outside` are the weights of the signs that a text is none
    of the labels, and `refuse` the probability from which on a text is refused (Recipe.cost). With an `encoder` the
    table has a row for each of its dimensions after those of the vocabulary; `centre` is the learned texts' mean.
    `known`: see Recipe.
    """

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    table: Floats
    scale: float = 1.0
    mix: float = 0.0
    lean: float = 0.5
    shift: Floats = np.zeros(0, np.float32)
    members: tuple[Hidden, ...] = ()
    outside: tuple[float, ...] = ()
    refuse: float = 1.0
    encoder: Encoder | None = None
    centre: Floats = np.zeros(0, np.float32)
    near: float = 1.0
    known: bool = False

    def probabilities(self, text: str) -> tuple[Floats, float]:
        """The probability of each label if it is one of them, and that it is none."""
        at, values, counts = self.vocabulary.row(text)
        if self.known:
            values = values * whole(values)
        if self.encoder:
            dense = apart(directions(self.encoder, [text]), self.centre, self.near)[0]
            start = len(self.vocabulary.rarity)
            at, values = [*at, *range(start, start + len(dense))], np.append(values, dense)
        raw = values @ self.table[at] + self.table[-1]
        size = len(self.labels)
        logits = self.scale * raw[:size] + self.shift
        if self.members:
            said = mean_of([m.score(at, values)[None] for m in self.members])
            logits = self.mix * blended(logits[None], said, self.lean)[0]
        out = 0.0
        if self.outside:
            out = float(calibrate.chance(signs(raw[None], size, np.array([counts])), np.array(self.outside))[0])
        return calibrate.softmax(logits), out

    def predict(self, text: str) -> tuple[str, float]:
        """The most probable label with its probability; "" and that of being outside where the text is refused."""
        chances, out = self.probabilities(text)
        if out > self.refuse:
            return "", out
        best = int(chances.argmax())
        return self.labels[best], float(chances[best]) * (1 - out)


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    outside: Sequence[str] = (),
    groups: Sequence[int] | None = None,
    recipe: Recipe = USUAL,
    encoder: Encoder | None = None,
    also: Sequence[str] = (),
) -> Classifier:
    """A calibrated classifier of these texts. `outside` are texts that none of the labels fits; of `also` the words
    are known, and nothing else.

    With an `encoder` (any model that answers Embed) a text's direction is learned from too, and asked for at each text
    that is told: better where it knows the language, and as much slower as the encoder is.

    Raises LinkloopError `labels.few` where there is too little to learn from.

    `groups` keeps texts of one origin on one side of a fold. The same arguments give the same classifier.
    """
    names = sorted(set(labels))
    if len(names) < 2 or len(texts) < 2 * FOLDS or len(texts) != len(labels):
        raise LinkloopError(
            "labels.few",
            Text(
                en=f"{len(texts)} texts of {len(names)} labels are too few to learn from",
                zh=f"{len(texts)} 条文本、{len(names)} 个标签太少，无法学习",
            ),
            Text(en="Give at least two labels and six texts.", zh="请至少给出两个标签和六条文本。"),
        )
    number = {name: n for n, name in enumerate(names)}
    wanted = np.array([number[label] for label in labels])
    views = [features(text) for text in (*texts, *outside)]
    found_at = directions(encoder, [*texts, *outside]) if encoder else np.zeros((len(views), 0), np.float32)
    centre = found_at.mean(axis=0)
    dense = apart(found_at, centre, recipe.near)
    aims = np.zeros((len(views), len(names) + bool(outside)), np.float32)
    aims[np.arange(len(texts)), wanted] = 1
    aims[len(texts) :, -1] = 1
    found = _held_out(views, dense, aims, _folds(wanted, len(outside), groups, recipe.seed), len(names), recipe)
    inside = found.rows < len(texts)
    truth = wanted[found.rows[inside]]
    raw = found.raw[inside][:, : len(names)]
    scale, shift = calibrate.vector(raw, truth)
    logits, mix, lean = scale * raw + shift, 0.0, 0.5
    if recipe.members:
        tried = [(blended(logits, found.blend[inside], share), share) for share in LEANS]
        fitted = [(*calibrate.temperature(mixed, truth), share, mixed) for mixed, share in tried]
        mix, _, lean, logits = min(fitted, key=lambda one: one[1])
    out: tuple[float, ...] = ()
    refuse = 1.0
    if outside:
        marks = signs(found.raw, len(names), found.counts)
        out = calibrate.logistic(marks, ~inside)
        right = logits.argmax(axis=1) == truth
        refuse = calibrate.refusing(calibrate.chance(marks[inside], np.array(out)), right, recipe.cost)
    vocabulary = learn([*views, *(features(text) for text in also)], recipe.rare)
    size = len(vocabulary.rarity) + dense.shape[1]
    rows = beside(_rows(views, vocabulary, recipe), dense, len(vocabulary.rarity))
    table = _machines(rows, aims, size, dense.shape[1], recipe)
    members = _members(rows.pick(range(len(texts))), aims[: len(texts), : len(names)], size, recipe)
    return Classifier(
        tuple(names), vocabulary, table, scale, mix, lean, shift, members, out, refuse, encoder, centre, recipe.near,
        recipe.known,
    )  # fmt: skip


def signs(raw: Floats, size: int, counts: Any) -> Floats:
    """What tells that a text is outside: the machines' best and second, their own machine of it, what is unknown."""
    best = np.sort(raw[:, :size], axis=1)[:, -2:] if size > 1 else np.repeat(raw[:, :1], 2, axis=1)
    counts = np.asarray(counts, np.float32)
    own = raw[:, size] if raw.shape[1] > size else np.zeros(len(raw), np.float32)
    energy = np.log(np.exp(4 * raw[:, :size]).sum(axis=1)) / 4
    unknown = 1 - counts[:, 1] / np.maximum(counts[:, 0], 1)
    return np.stack(
        [np.ones(len(raw)), best[:, 1], best[:, 1] - best[:, 0], energy, own, unknown, np.log1p(counts[:, 0]) / 5],
        axis=1,
    ).astype(np.float32)


def blended(logits: Floats, members: Floats, lean: float) -> Floats:
    """The logarithm of the mean of what machines (logits) and perceptrons (log-probabilities, weight `lean`) find."""
    return np.log((1 - lean) * calibrate.softmax(logits) + lean * np.exp(members) + 1e-9)


def mean_of(outs: Sequence[Floats]) -> Floats:
    """The logarithm of the members' mean probability."""
    return np.log(np.mean([calibrate.softmax(out) for out in outs], axis=0) + 1e-9).astype(np.float32)


class _Found(NamedTuple):
    rows: Any
    raw: Floats
    blend: Floats
    counts: Any


def _folds(wanted: Any, outside: int, groups: Sequence[int] | None, seed: int) -> Any:
    """The fold of each text: by group, or else of each label the same share."""
    if groups is not None:
        return np.append(np.asarray(groups), np.arange(outside)) % FOLDS
    rng = np.random.default_rng(seed)
    fold = np.empty(len(wanted), np.int64)
    for label in np.unique(wanted):
        mine = rng.permutation(np.flatnonzero(wanted == label))
        fold[mine] = (np.arange(len(mine)) + rng.integers(FOLDS)) % FOLDS
    return np.append(fold, rng.permutation(outside) % FOLDS)


def _held_out(views: Views, dense: Floats, aims: Floats, fold: Any, labels: int, recipe: Recipe) -> _Found:
    """Scores of every text by machines that did not learn it; with perceptrons, of one fold only."""
    rows, raw, blend, counts = [], [], [], []
    for n in range(1 if recipe.members else FOLDS):
        known, fresh = np.flatnonzero(fold != n).tolist(), np.flatnonzero(fold == n).tolist()
        if not known or not fresh:
            continue
        vocabulary = learn([views[i] for i in known], recipe.rare)
        start = len(vocabulary.rarity)
        size = start + dense.shape[1]
        words = _rows([views[i] for i in fresh], vocabulary, recipe)
        learned = beside(_rows([views[i] for i in known], vocabulary, recipe), dense[known], start)
        unseen = beside(words, dense[fresh], start)
        table = _machines(learned, aims[known], size, dense.shape[1], recipe)
        rows.append(fresh)
        raw.append(dual.scores(unseen, table))
        counts.append(
            [(len(views[i][0]) + len(views[i][1]), k) for i, k in zip(fresh, np.diff(words.ends), strict=True)]
        )
        if recipe.members:
            inside = np.flatnonzero(aims[known][:, :labels].any(axis=1)).tolist()
            members = _members(learned.pick(inside), aims[known][inside][:, :labels], size, recipe)
            blend.append(mean_of([member.scores(unseen) for member in members]))
    return _Found(
        np.concatenate(rows),
        np.concatenate(raw),
        np.concatenate(blend) if blend else np.zeros((0, labels), np.float32),
        np.concatenate(counts),
    )


def whole(values: Floats) -> float:
    """The factor that brings a row to length 1."""
    return 1 / max(float(values @ values) ** 0.5, 1e-9)


def _rows(views: Views, vocabulary: Vocabulary, recipe: Recipe) -> Rows:
    rows = rows_of(views, vocabulary)
    if recipe.known:
        for a, b in zip(rows.ends, rows.ends[1:], strict=False):
            rows.values[a:b] *= whole(rows.values[a:b])
    return rows


def _machines(rows: Rows, aims: Floats, size: int, wide: int, recipe: Recipe) -> Floats:
    """The table of the machines, log-count ratios in it; the last `wide` features are dimensions and have none."""
    if not recipe.ratio:
        return dual.fit(rows, aims * 2 - 1, size, recipe.slack, recipe.rounds, recipe.seed)
    weights = ratios(rows, aims, size, recipe.ratio)
    weights[size - wide :] = 1
    scaled = Rows(rows.ends, rows.at, rows.values * weights[rows.at])
    table = dual.fit(scaled, aims * 2 - 1, size, recipe.slack, recipe.rounds, recipe.seed)
    table[:-1] *= weights[:, None]
    return table


def _members(rows: Rows, aims: Floats, size: int, recipe: Recipe) -> tuple[Hidden, ...]:
    return tuple(
        hidden.fit(rows, aims, size, recipe.units, recipe.passes, recipe.seed + n) for n in range(recipe.members)
    )
