"""Learns from a shop's own labels: the shipped texts and the messages that people put right, in one new model."""

from __future__ import annotations

from collections.abc import Sequence

from linkloop.commerce.understanding import IntentLabel, Understand
from linkloop.links.service import train
from linkloop.links.service.grammar import Written
from linkloop.links.service.model import VERSION, UnderstandModel
from linkloop.links.service.weights import Weights, load
from linkloop.models.embedding import Encoder

WEIGHT = 4  # a message of the shop counts as much as this many texts of the grammar
APART = 1_000_000  # labels are numbered apart from the grammar's lines when texts are held out
WITH_ENCODER = 8_400  # texts of the grammar beside the labels where each of them is encoded: some minutes


def own(
    labels: Sequence[IntentLabel], count: int | None = None, encoder: Encoder | None = None, url: str = ""
) -> Weights:
    """Weights that know the labelled messages too; `weights.save` keeps them, `labels:///FILE` in the settings uses it.

    With an `encoder` a text's direction is learned from beside its words (`url` opens it again and stands in the
    card): better where it knows the language, slower by its time for each text. Labels say nothing of moods: a message
    keeps the mood that the shipped model hears in it. The same labels give the same weights. Takes some minutes of
    CPU; nothing leaves the process that the encoder does not send.
    """
    shipped = UnderstandModel()
    count = count or (WITH_ENCODER if encoder else train.TEXTS)
    texts = train.written(count)
    for number, label in enumerate(sorted(labels, key=lambda one: one.message_id)):
        mood = shipped.answer(Understand(text=label.text)).value.mood
        for some in texts.values():
            some += [Written(label.text, label.intent, mood, APART + number, APART + number)] * WEIGHT
    heads = {name: train.learned(name, texts, encoder) for name in train.LINES}
    card = {
        **load().card,
        "version": f"{VERSION}+{len(labels)}",
        "texts": count,
        "labels": len(labels),
        "learned_from": "phrases.txt and the shop's own labels",
        "trained_by": "linkloop labels learn",
    }
    return Weights(heads, {**card, "encoder": url} if encoder else card)
