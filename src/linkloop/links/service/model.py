"""Answers Understand: what a message asks for and how its writer feels, Chinese and English, by linear models."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, cast

import numpy as np

from linkloop.commerce.understanding import IntentGuess, IntentName, Mood, Slots, Understand, Understanding
from linkloop.core.question import Given, ModelCard, Question, RuleHit
from linkloop.links.service.features import LONGEST, grams, language
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


class UnderstandModel:
    """Answers Understand. Confidence is the probability of the first intent, calibrated on patterns held out."""

    def __init__(self) -> None:
        self._reader = reader()
        self.card = card_of(self._reader)

    def answer(self, question: Question[Any]) -> Given[Any]:
        asked = cast(Understand, question)
        read = self._reader
        name, chances, spoke = read.choose(asked.text, 0, read.split, read.card["intent_temperature"])
        mood, moods, _ = read.choose(asked.text, read.split, len(read.labels), read.card["mood_temperature"])
        answer = Understanding(
            intents=(IntentGuess(cast(IntentName, name), round(chances[name], 6)),),
            slots=Slots(order_id=order_number(asked.text)),
            out_of_scope=round(chances["other"], 6),
            mood=cast(Mood, mood),
            mood_confidence=round(moods[mood], 6),
            intensity=round(1 - moods["neutral"], 4),
            language=language(asked.text, ""),
        )
        return Given(value=answer, confidence=chances[name], hits=_hit(spoke))


def card_of(read: Reader) -> ModelCard:
    """The card. Quality is what training measured on patterns that it did not learn from; bench prints the rest."""
    return ModelCard(
        name="messages",
        version=VERSION,
        question=Understand.__name__,
        driver="linear",
        parameters=read.table.size,
        latency_ms_p50=0.1,
        latency_ms_p99=0.5,
        languages=("zh", "en"),
        quality={
            "accuracy_unseen_patterns": read.card["intent_unseen_patterns"],
            "mood_accuracy_unseen_patterns": read.card["mood_unseen_patterns"],
        },
        measured_on=f"{read.card['texts']} texts of phrases.txt, 5 folds by pattern",
        trained_by=read.card["trained_by"],
    )


def _hit(spoke: str) -> tuple[RuleHit, ...]:
    return (RuleHit(rule="feature", text=spoke.strip("^$")),) if spoke else ()
