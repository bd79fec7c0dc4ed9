"""Learns from a shop's own labels: the shipped texts and the messages that people put right, in one new model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from linkloop.commerce.understanding import IntentLabel, Understand
from linkloop.core.errors import LinkloopError
from linkloop.core.question import Model
from linkloop.core.text import Text
from linkloop.links.service import train
from linkloop.links.service.grammar import Grammar
from linkloop.links.service.learner import train as learn
from linkloop.links.service.model import VERSION, UnderstandModel
from linkloop.links.service.weights import Weights, load
from linkloop.models.embedding import Encoder, is_encoder

WEIGHT = 4  # a message of the shop counts as much as this many texts of the grammar
APART = 1_000_000  # labels are numbered apart from the grammar's lines when texts are held out
WITH_ENCODER = 8_400  # texts of the grammar beside the labels where each of them is encoded: some minutes
SCHEME = "labels"


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
    texts = Grammar().write(count or (WITH_ENCODER if encoder else train.TEXTS), seed=1)
    words, intents, moods = [w.text for w in texts], [w.intent for w in texts], [str(w.mood) for w in texts]
    lines, felt = [w.line for w in texts], [w.felt for w in texts]
    for number, label in enumerate(sorted(labels, key=lambda one: one.message_id)):
        words += [label.text] * WEIGHT
        intents += [label.intent] * WEIGHT
        moods += [shipped.answer(Understand(text=label.text)).value.mood] * WEIGHT
        lines += [APART + number] * WEIGHT
        felt += [APART + number] * WEIGHT
    heads = {
        "intent": learn(words, intents, groups=lines, recipe=train.RECIPES["intent"], encoder=encoder),
        "mood": learn(words, moods, groups=felt, recipe=train.RECIPES["mood"], encoder=encoder),
    }
    card = {
        **load().card,
        "version": f"{VERSION}+{len(labels)}",
        "texts": len(texts),
        "labels": len(labels),
        "learned_from": "phrases.txt and the shop's own labels",
        "trained_by": "linkloop labels learn",
    }
    return Weights(heads, {**card, "encoder": url} if encoder else card)


def open_own(name: str, url: str, open_url: Callable[[str], Model]) -> UnderstandModel:
    """The model of `labels:///FILE`, which takes the place of the shipped one.

    Raises LinkloopError `model.file` where the file cannot be read, `model.encoder` where its encoder is not here, and
    `settings.model` for another URL.
    """
    where = url.removeprefix(f"{SCHEME}://")
    if where == url or not where.startswith("/"):
        raise LinkloopError(
            "settings.model",
            Text(en=f"{url[:60]!r} is no path of a file", zh=f"{url[:60]!r} 不是文件路径"),
            Text(en="Write labels:///PATH/TO/FILE.safetensors.", zh="请写成 labels:///路径/文件.safetensors。"),
            f"model.{name}",
        )

    def opened(encoder_url: str) -> Encoder:
        found = open_url(encoder_url)
        if not is_encoder(found):
            raise ValueError(f"{encoder_url} does not answer Embed")
        return found

    return UnderstandModel(load(Path(where), opened))
