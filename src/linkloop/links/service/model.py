"""Answers Understand: what a message asks for, names and feels, Chinese and English, by linear models and patterns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

import numpy as np

from linkloop.commerce.understanding import IntentGuess, IntentName, Mood, Understand, Understanding
from linkloop.core.question import Given, ModelCard, Question, RuleHit
from linkloop.links.service import calibrate, mood
from linkloop.links.service.clauses import clauses
from linkloop.links.service.directions import apart, directions
from linkloop.links.service.features import SHOUT, languages, view
from linkloop.links.service.learner import whole
from linkloop.links.service.normal import plain, tidy
from linkloop.links.service.slots import slots
from linkloop.links.service.views import Floats
from linkloop.links.service.weights import Weights, load

VERSION = "2"
# What asks for nothing: it gives way to what is asked beside it.
IDLE = ("greeting", "thanks", "yes", "no", "other")
GUESSED = 0.15  # an intent less probable than this is not named
# A clause that is surer than this of another intent asks for a second thing, unless the whole rules it out. Chosen on
# pairs of patterns that were not learned from: of what is named there 82 % is meant, 4 % of single wishes get a second.
ASKED, RULED_OUT = 0.7, 0.01
REMEMBERED = 3  # earlier messages that are looked at


class Read(NamedTuple):
    """One pass over a text: the probability of each intent and mood, by clause too, and what spoke most."""

    intents: Floats
    moods: Floats
    parts: tuple[Floats, ...]
    spoke: str


class Reader:
    """Reads intents and moods out of one pass; the last texts are kept, for they are asked about again."""

    def __init__(self, weights: Weights) -> None:
        intent, feeling = weights.classifiers["intent"], weights.classifiers["mood"]
        self.card = weights.card
        self.intents, self.moods = intent.labels, feeling.labels
        self.split = len(intent.labels)
        self.vocabulary = intent.vocabulary
        self.encoder = intent.encoder
        self.names = list(self.vocabulary.number)
        self.table = np.hstack([intent.table, feeling.table])
        self.scale = np.append(np.full(self.split, intent.scale), np.full(len(feeling.labels), feeling.scale))
        self.scale = self.scale.astype(np.float32)
        self.shift = np.append(intent.shift, feeling.shift) + self.table[-1] * self.scale
        self.heads = ((intent, slice(0, self.split)), (feeling, slice(self.split, None)))
        self.whole = np.array([intent.known] * self.split + [feeling.known] * len(feeling.labels))
        self.idle = np.array([name in IDLE for name in intent.labels])
        # A customer's earlier texts are looked at again with each new one: some thousand conversations at a time.
        self.read = lru_cache(maxsize=8192)(self._read)

    def _read(self, tidied: str) -> Read:
        spoken = clauses(tidied)
        found = [view(plain(part), {}) for part in spoken]
        words, pieces = found[0]
        if len(found) > 1:
            words = list(dict.fromkeys(word for part, _ in found for word in part))
            pieces = list(dict.fromkeys(piece for _, part in found for piece in part))
        if SHOUT.search(tidied):
            words.append("<SHOUT>")
        intents, moods, spoke = self._score(words, pieces, tidied)
        parts = (
            tuple(self._asks(*views, part) for views, part in zip(found, spoken, strict=True)) if len(found) > 1 else ()
        )
        return Read(intents, moods, parts, spoke)

    def _asks(self, words: list[str], pieces: list[str], text: str) -> Floats:
        return calibrate.softmax(self._logits(words, pieces, text)[0][: self.split])

    def _logits(self, words: list[str], pieces: list[str], text: str) -> tuple[Floats, list[int], Floats, Floats]:
        """What is said for each intent and mood, by which features, their weights, and their rows of the table."""
        at, values, _ = self.vocabulary.known(words, pieces)
        rows = self.table[np.array(at, np.intp)]
        raw = values @ rows
        raw[self.whole] *= whole(values)
        if self.encoder:
            direction, start = directions(self.encoder, [text]), len(self.names)
            for head, part in self.heads:
                raw[part] += apart(direction, head.centre, head.near)[0] @ self.table[start:-1, part]
        return raw * self.scale + self.shift, at, values, rows

    def _score(self, words: list[str], pieces: list[str], text: str) -> tuple[Floats, Floats, str]:
        logits, at, values, rows = self._logits(words, pieces, text)
        best = int(logits[: self.split].argmax())
        spoke = self.names[at[int((rows[:, best] * values).argmax())]] if at else ""
        return calibrate.softmax(logits[: self.split]), calibrate.softmax(logits[self.split :]), spoke

    def guesses(self, read: Read) -> tuple[IntentGuess, ...]:
        """The intents of a text: of the whole, and of each clause that is sure to ask for something else."""
        chances = read.intents
        if read.parts:
            chances = chances.copy()
            for part in read.parts:
                best = int(part.argmax())
                if part[best] >= ASKED and not self.idle[best] and read.intents[best] >= RULED_OUT:
                    chances[best] = max(chances[best], part[best] * 0.95)
            asked = chances[~self.idle].max()
            if asked >= ASKED:
                chances[self.idle] = np.minimum(chances[self.idle], 1 - asked)
        order = (-chances).argsort(kind="stable")[:4].tolist()
        kept = [n for n in order if chances[n] >= GUESSED] or order[:1]
        return tuple(IntentGuess(cast(IntentName, self.intents[n]), round(float(chances[n]), 6)) for n in kept)


@lru_cache(maxsize=1)
def reader() -> Reader:
    """The shipped weights, read once."""
    return Reader(load())


class UnderstandModel:
    """Answers Understand. The confidence is that of the first intent, calibrated on patterns that were held out."""

    def __init__(self, weights: Weights | None = None) -> None:
        """With the shipped weights, or a shop's own (labels.py)."""
        self._reader = Reader(weights) if weights else reader()
        self.card = card_of(self._reader)
        self._answered = lru_cache(maxsize=32)(self._answer)

    def answer(self, question: Question[Any]) -> Given[Any]:
        """The same answer for the same question, which several parts of an answering ask."""
        return self._answered(cast(Understand, question))

    def _answer(self, asked: Understand) -> Given[Any]:
        text = tidy(asked.text)
        read = self._reader.read(text)
        guesses = self._reader.guesses(read)
        name, strength, moods = self._feeling(text, read)
        before = asked.before[-REMEMBERED:]
        repeated, trend = self._history(guesses[0].intent, name, strength, before) if before else (0, 0.0)
        answer = Understanding(
            intents=guesses,
            slots=slots(text),
            out_of_scope=round(float(read.intents[self._reader.intents.index("other")]), 6),
            mood=cast(Mood, name),
            mood_confidence=round(moods[name], 6),
            intensity=strength,
            language=languages(text),
            urgency=mood.urgency(text, moods["angry"], moods["anxious"], repeated),
            churn=mood.churn(text, moods["angry"], trend),
        )
        hits = (RuleHit(rule="feature", text=read.spoke.strip("^$")),) if read.spoke else ()
        return Given(value=answer, confidence=guesses[0].confidence, hits=hits)

    def _feeling(self, text: str, read: Read) -> tuple[str, float, dict[str, float]]:
        moods = dict(zip(self._reader.moods, read.moods.tolist(), strict=True))
        name = max(moods, key=lambda one: moods[one])
        return name, mood.intensity(text, 1 - moods["neutral"]), moods

    def _history(self, intent: str, name: str, strength: float, before: Sequence[str]) -> tuple[int, float]:
        repeated, valences = 0, []
        for text in map(tidy, before):
            read = self._reader.read(text)
            felt, how, _ = self._feeling(text, read)
            valences.append(mood.valence(felt, how))
            repeated += intent not in IDLE and self._reader.intents[int(read.intents.argmax())] == intent
        return repeated, mood.trend([*valences, mood.valence(name, strength)])


def card_of(read: Reader) -> ModelCard:
    """The card. Quality is what training measured on patterns that it did not learn from; bench prints the rest."""
    return ModelCard(
        name="messages",
        version=read.card.get("version", VERSION),
        question=Understand.__name__,
        driver="linear",
        parameters=read.table.size,
        latency_ms_p50=0.35 + (read.encoder.card.latency_ms_p50 if read.encoder else 0),
        latency_ms_p99=1.0 + (read.encoder.card.latency_ms_p99 if read.encoder else 0),
        languages=("zh", "en"),
        quality={
            "accuracy_unseen_patterns": read.card["intent_unseen_patterns"],
            "calibration_error": read.card["intent_calibration_error"],
            "mood_accuracy_unseen_patterns": read.card["mood_unseen_patterns"],
            "mood_calibration_error": read.card["mood_calibration_error"],
        },
        measured_on=f"{read.card['texts']} texts of phrases.txt, one part in five by pattern",
        trained_by=read.card["trained_by"],
    )
