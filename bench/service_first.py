"""The message models of the service link: accuracy, calibration and cost, beside scikit-learn on the same texts.

python -m bench.service_first
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from linkloop.commerce.understanding import Understand
from linkloop.links.service.grammar import Written
from linkloop.links.service.model import UnderstandModel, reader
from linkloop.links.service.planning import SURE
from linkloop.links.service.train import written
from linkloop.worlds.sim.writing import sample

HELD_OUT = Path(__file__).parents[1] / "tests/links/service/heldout.json"
SEVERAL = HELD_OUT.with_name("heldout_several.json")
TOWN_TEXTS, TOWN_SEED = 2_000, 20_261_124
# The town's writers know fewer names: what they call so, we tell apart further.
FINER = {
    "other": {"other", "greeting", "human", "payment_problem"},
    "product_question": {"product_question", "size_advice", "compatibility"},
    "coupon_question": {"coupon_question", "price_protection"},
}


class Said(NamedTuple):
    """A text with what it means."""

    text: str
    intent: str
    mood: str


def held_out() -> list[Said]:
    """The hand-written set, with which nothing was tuned."""
    return [Said(**row) for row in json.loads(HELD_OUT.read_text(encoding="utf-8"))]


def fits(found: str, meant: str, finer: bool) -> bool:
    return found == meant or (finer and found in FINER.get(meant, ()))


def town() -> list[Said]:
    """Texts of the simulated town: other authors, who know nothing of our grammar."""
    found = {w.text: Said(w.text, w.intent, w.mood) for w in sample(TOWN_TEXTS, TOWN_SEED)}
    return list(found.values())


def ours(texts: Sequence[str]) -> list[tuple[str, float, str, float]]:
    """Intent and mood of each text, with the confidence in each."""
    model = UnderstandModel()
    found = []
    for text in texts:
        read = model.answer(Understand(text=text)).value
        found.append((read.intents[0].intent, read.intents[0].confidence, read.mood, read.mood_confidence))
    return found


def peer(texts: Mapping[str, Sequence[Written]]) -> dict[str, Callable[[list[str]], np.ndarray]]:
    """scikit-learn's usual linear model, fitted on the texts that ours is fitted on."""
    made = {}
    for name in ("intent", "mood"):
        known = texts[name]
        grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=4, sublinear_tf=True)
        line = make_pipeline(grams, LogisticRegression(max_iter=150, C=10))
        made[name] = line.fit([w.text for w in known], [getattr(w, name) for w in known]).predict
    return made


def share(right: Sequence[bool]) -> str:
    """A share with its standard error."""
    p, n = sum(right) / len(right), len(right)
    return f"{p:.3f} ± {(p * (1 - p) / n) ** 0.5:.3f}"


def calibration_error(right: Sequence[bool], sure: Sequence[float]) -> float:
    """Expected calibration error over ten bins (Guo et al. 2017)."""
    bins = np.minimum((np.array(sure) * 10).astype(int), 9)
    truth, said = np.array(right, float), np.array(sure)
    gaps = [abs(truth[bins == b].mean() - said[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())]
    return float(sum(gaps))


def report(name: str, rows: list[Said], rivals: dict[str, Callable[[list[str]], np.ndarray]], finer: bool) -> None:
    """Print one set; `finer`: our names are finer than the set's."""
    texts = [row.text for row in rows]
    found = ours(texts)
    right = [fits(f[0], row.intent, finer) for f, row in zip(found, rows, strict=True)]
    moods = [f[2] == row.mood for f, row in zip(found, rows, strict=True)]
    chinese = [any("㐀" <= sign <= "鿿" for sign in text) for text in texts]
    print(f"{name}: {len(rows)} texts")
    intent_sure, mood_sure = [f[1] for f in found], [f[3] for f in found]
    for label, mine, sure in (("intent", right, intent_sure), ("mood", moods, mood_sure)):
        said = zip(rivals[label](texts), rows, strict=True)
        other = [fits(a, getattr(row, label), finer) for a, row in said]
        zh = [ok for ok, han in zip(mine, chinese, strict=True) if han]
        en = [ok for ok, han in zip(mine, chinese, strict=True) if not han]
        error = calibration_error(mine, sure)
        print(
            f"  {label:6} {share(mine)}  (zh {share(zh)}, en {share(en)})  calibration error {error:.3f}"
            f"  | scikit-learn {share(other)}"
        )
    late = [row.intent in ("where_is_parcel", "complaint") for row in rows]
    wrongly = [
        f[0] in ("where_is_parcel", "complaint") and f[1] >= SURE and not is_late
        for f, is_late in zip(found, late, strict=True)
    ]
    print(f"  other intents that would be answered with parcel facts: {sum(wrongly)} of {late.count(False)}")


def several() -> None:
    """Print how well all wishes of a message are heard."""
    model, hit, said, meant = UnderstandModel(), 0, 0, 0
    rows = json.loads(SEVERAL.read_text(encoding="utf-8"))
    for row in rows:
        guesses = model.answer(Understand(text=row["text"])).value.intents
        named = {guess.intent for guess in guesses if guess.confidence >= SURE}
        hit += len(named & set(row["intents"]))
        said, meant = said + len(named), meant + len(row["intents"])
    print(f"several wishes in one message: {len(rows)} texts, precision {hit / said:.3f}, recall {hit / meant:.3f}")
    single = held_out()
    extra = sum(
        sum(g.confidence >= SURE for g in model.answer(Understand(text=row.text)).value.intents) > 1 for row in single
    )
    print(f"  a second wish named in {extra} of {len(single)} held-out texts with one label (some do have two)")


def cost(texts: list[str], rivals: dict[str, Callable[[list[str]], np.ndarray]]) -> None:
    """Print CPU per ask, with nothing remembered from the ask before, beside the peer's intent and mood alone."""
    model, read = UnderstandModel(), reader()
    questions = [Understand(text=text) for text in texts]
    took = []
    for _ in range(5):
        for question in questions:
            read.read.cache_clear()
            started = time.process_time_ns()
            model.answer(question)
            took.append((time.process_time_ns() - started) / 1000)
    cuts = statistics.quantiles(took, n=100)
    started = time.process_time_ns()
    for text in texts:
        for rival in rivals.values():
            rival([text])
    theirs = (time.process_time_ns() - started) / 1000 / len(texts)
    mean = statistics.mean(took)
    print(
        f"CPU per ask (intents, slots, mood, urgency): mean {mean:.0f} µs, p50 {cuts[49]:.0f}, p99 {cuts[98]:.0f} "
        f"(goal: mean 250); scikit-learn's intent and mood: {theirs:.0f} µs, {theirs / mean:.1f} times ours"
    )


def main() -> None:
    texts = written(reader().card["texts"])
    learned = {w.text.strip().lower() for some in texts.values() for w in some}
    rows = held_out()
    seen = sum(row.text.strip().lower() in learned for row in rows)
    card = reader().card
    print(
        f"trained on {len(learned)} different texts of the grammar, {seen} of the {len(rows)} held-out texts among them"
    )
    unseen = f"intent {card['intent_unseen_patterns']:.3f}, mood {card['mood_unseen_patterns']:.3f}"
    print(f"patterns of the grammar that were not learned from (5 folds): {unseen}")
    rivals = peer(texts)
    report("hand-written, held out", rows, rivals, finer=False)
    report("the town's texts, other authors", town(), rivals, finer=True)
    several()
    cost([row.text for row in rows], rivals)


if __name__ == "__main__":
    main()
