"""The message models: Intent and Emotion by a linear model over words and pieces of words, Chinese and English."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, cast

import numpy as np

from linkloop.commerce.understanding import Emotion, Intent, IntentAnswer, IntentName, Mood, MoodAnswer
from linkloop.core.question import Given, ModelCard, Question, RuleHit
from linkloop.links.service.features import LONGEST, grams
from linkloop.links.service.weights import Weights, load

VERSION = "1"
# Words that make what follows an order number; without them only a number that no amount or phone looks like counts.
_CUE = r"(?:orders?|parcel|package|tracking|ref(?:erence)?|订单|单号|运单|包裹|快递单)"
_NAMED = re.compile(
    rf"{_CUE}\s*(?:id|no\.?|nr\.?|number|号码|编号|号)?\s*(?:is|are|was|是|为)?\s*[:：#]?\s*#?([A-Za-z0-9][A-Za-z0-9_-]{{2,39}})",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![A-Za-z0-9_-])#?((?=[A-Za-z_-]*\d)(?=[0-9_-]*[A-Za-z])[A-Za-z0-9_-]{6,40})(?![A-Za-z0-9_-])")


def order_number(text: str) -> str:
    """The first thing in a text that is written as an order or parcel number, or "". It proves nothing."""
    text = text[:LONGEST]
    for pattern in (_NAMED, _BARE):
        for match in pattern.finditer(text):
            if sum(sign.isdigit() for sign in match[1]) >= 3:
                return match[1]
    return ""


class Reader:
    """Reads both answers out of one pass over a text; the last texts are kept, for the second question follows."""

    def __init__(self, weights: Weights) -> None:
        self.vocabulary, self.table, self.rarity, self.card = weights
        self.labels: tuple[str, ...] = (*self.card["intents"], *self.card["moods"])
        self.split = len(self.card["intents"])
        self.scores = lru_cache(maxsize=16)(self._scores)

    def _scores(self, text: str) -> tuple[tuple[float, ...], tuple[str, ...]]:
        known = [(word, self.vocabulary[word]) for word in grams(text) if word in self.vocabulary]
        if not known:
            return tuple(self.table[-1].tolist()), ()
        at = [n for _, n in known]
        values = self.rarity[at]
        rows = self.table[at] * (values / np.sqrt(values @ values))[:, None]
        total = rows.sum(axis=0) + self.table[-1]
        best = [int(total[: self.split].argmax()), self.split + int(total[self.split :].argmax())]
        why = [known[int(rows[:, label].argmax())][0] for label in best]
        return tuple(total.tolist()), tuple(why)

    def choose(self, text: str, first: int, last: int, temperature: float) -> tuple[str, dict[str, float], str]:
        """The most probable of labels[first:last], the probability of each, and the feature that spoke most for it."""
        scores, why = self.scores(text)
        part = np.asarray(scores[first:last]) / temperature
        chances = np.exp(part - part.max())
        chances /= chances.sum()
        names = self.labels[first:last]
        spoke = why[0 if first == 0 else 1] if why else ""
        return names[int(chances.argmax())], dict(zip(names, chances.tolist(), strict=True)), spoke


@lru_cache(maxsize=1)
def reader() -> Reader:
    """The shipped weights, read once."""
    return Reader(load())


class IntentModel:
    """Answers Intent. Confidence is the probability of the intent, calibrated on patterns that were held out."""

    def __init__(self) -> None:
        self._reader = reader()
        self.card = card_of("messages:intent", Intent, self._reader, self._reader.split)

    def answer(self, question: Question[Any]) -> Given[Any]:
        text = cast(Intent, question).text
        read = self._reader
        name, chances, spoke = read.choose(text, 0, read.split, read.card["intent_temperature"])
        answer = IntentAnswer(intent=cast(IntentName, name), order_id=order_number(text))
        return Given(value=answer, confidence=chances[name], hits=_hit(spoke))


class MoodModel:
    """Answers Emotion. Intensity is the probability that the mood is not neutral."""

    def __init__(self) -> None:
        self._reader = reader()
        self.card = card_of("messages:mood", Emotion, self._reader, len(self._reader.labels) - self._reader.split)

    def answer(self, question: Question[Any]) -> Given[Any]:
        read = self._reader
        name, chances, spoke = read.choose(
            cast(Emotion, question).text, read.split, len(read.labels), read.card["mood_temperature"]
        )
        answer = MoodAnswer(mood=cast(Mood, name), intensity=round(1 - chances["neutral"], 4))
        return Given(value=answer, confidence=chances[name], hits=_hit(spoke))


def card_of(name: str, question: type[Question[Any]], read: Reader, labels: int) -> ModelCard:
    """The card. Quality is what training measured on patterns that it did not learn from; bench prints the rest."""
    part = name.split(":")[1]
    return ModelCard(
        name=name,
        version=VERSION,
        question=question.__name__,
        driver="linear",
        parameters=len(read.table) * labels,
        latency_ms_p50=0.1,
        latency_ms_p99=0.5,
        languages=("zh", "en"),
        quality={"accuracy_unseen_patterns": read.card[f"{part}_unseen_patterns"]},
        measured_on=f"{read.card['texts']} texts of phrases.txt, 5 folds by pattern",
        trained_by=read.card["trained_by"],
    )


def _hit(spoke: str) -> tuple[RuleHit, ...]:
    return (RuleHit(rule="feature", text=spoke.strip("^$")),) if spoke else ()
