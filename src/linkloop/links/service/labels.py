"""Learns from a shop's own labels: the shipped texts and the messages that people put right, in one new model."""

from __future__ import annotations

from collections.abc import Sequence

from linkloop.commerce.understanding import IntentLabel, Understand
from linkloop.links.service import train
from linkloop.links.service.grammar import Grammar
from linkloop.links.service.learner import train as learn
from linkloop.links.service.model import VERSION, UnderstandModel
from linkloop.links.service.weights import Weights, load

WEIGHT = 4  # a message of the shop counts as much as this many texts of the grammar
APART = 1_000_000  # labels are numbered apart from the grammar's lines when texts are held out


def own(labels: Sequence[IntentLabel], count: int = train.TEXTS) -> Weights:
    """Weights that know the labelled messages too: `matrix.register(UnderstandModel(own(rows)))` lets them answer.

    Labels say nothing of moods: a message keeps the mood that the shipped model hears in it. The same labels give the
    same weights. Takes about a minute of CPU; nothing leaves the process.
    """
    shipped = UnderstandModel()
    texts = Grammar().write(count, seed=1)
    rows = [(w.text, w.intent, w.mood, w.line, w.felt) for w in texts]
    for number, label in enumerate(sorted(labels, key=lambda one: one.message_id)):
        mood = shipped.answer(Understand(text=label.text)).value.mood
        rows += [(label.text, label.intent, mood, APART + number, APART + number)] * WEIGHT
    words = [row[0] for row in rows]
    heads = {
        "intent": learn(words, [row[1] for row in rows], groups=[row[3] for row in rows], recipe=train.RECIPE),
        "mood": learn(words, [row[2] for row in rows], groups=[row[4] for row in rows], recipe=train.RECIPE),
    }
    card = {
        **load().card,
        "version": f"{VERSION}+{len(labels)}",
        "learned_from": "phrases.txt and the shop's own labels",
    }
    return Weights(heads, card)
