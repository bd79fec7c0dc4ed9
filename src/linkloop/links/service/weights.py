"""The file of trained classifiers: one safetensors file with their vocabulary and their card."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.links.service.hidden import Hidden
from linkloop.links.service.learner import Classifier
from linkloop.links.service.views import Vocabulary
from linkloop.models.embedding import Encoder

FILE = Path(__file__).with_name("messages.safetensors")
_AGAIN = {
    True: Text(
        en="Install the package again, or run python -m linkloop.links.service.train.",
        zh="请重新安装软件包，或运行 python -m linkloop.links.service.train。",
    ),
    False: Text(
        en="Check the path, or write the file again: linkloop labels learn --to FILE.",
        zh="请检查路径，或重新写出该文件：linkloop labels learn --to 文件。",
    ),
}
_KINDS = {"F32": "<f4", "F16": "<f2", "I8": "i1"}


class Weights(NamedTuple):
    """Classifiers by name, which share one vocabulary (and encoder, if any), and what is known of them."""

    classifiers: dict[str, Classifier]
    card: dict[str, Any]


def save(path: Path, classifiers: Mapping[str, Classifier], card: Mapping[str, Any]) -> None:
    """Write classifiers of one vocabulary: tables as int8 with a scale per label, the rest in half precision.

    Classifiers with an encoder need its URL as `encoder` in the card, by which `load` opens it again.
    """
    vocabulary = next(iter(classifiers.values())).vocabulary
    parts: dict[str, tuple[str, Any]] = {"rarity": ("F16", vocabulary.rarity.astype("<f2"))}
    heads: dict[str, Any] = {}
    for name, one in classifiers.items():
        if one.encoder and not card.get("encoder"):
            raise ValueError(f"{name} needs an encoder: give its URL as `encoder` in the card")
        if one.vocabulary.number.keys() != vocabulary.number.keys():
            raise ValueError(f"{name} has another vocabulary")
        scale = np.maximum(np.abs(one.table).max(axis=0) / 127, 1e-9).astype("<f4")
        parts[f"{name}.scale"] = ("F32", scale)
        parts[f"{name}.table"] = ("I8", np.round(one.table / scale).astype(np.int8))
        if one.encoder:
            parts[f"{name}.centre"] = ("F32", one.centre.astype("<f4"))
        for n, member in enumerate(one.members):
            parts |= {f"{name}.{n}.{f}": ("F16", getattr(member, f).astype("<f2")) for f in Hidden._fields}
        heads[name] = {
            "labels": one.labels, "scale": one.scale, "mix": one.mix, "lean": one.lean,
            "shift": [round(float(x), 6) for x in one.shift],
            "members": len(one.members), "outside": one.outside, "refuse": one.refuse, "known": one.known,
            "near": one.near, "encoder": _name(one.encoder) if one.encoder else "",
        }  # fmt: skip
    header: dict[str, Any] = {
        "__metadata__": {
            "vocabulary": "\n".join(vocabulary.number),
            "strange": repr(vocabulary.strange),
            "heads": json.dumps(heads, sort_keys=True),
            "card": json.dumps(dict(card), sort_keys=True),
        }
    }
    at = 0
    for name, (kind, array) in parts.items():
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    head = json.dumps(header, ensure_ascii=False).encode()
    head += b" " * (-len(head) % 8)
    data = b"".join(np.ascontiguousarray(array).tobytes() for _, array in parts.values())
    path.write_bytes(len(head).to_bytes(8, "little") + head + data)


def load(path: Path = FILE, opened: Callable[[str], Encoder] | None = None) -> Weights:
    """Read what `save` wrote; `opened` gives the encoder of the URL in the card, asked for only where there is one.

    Raises LinkloopError `model.file` when the file is missing or damaged, and `model.encoder` when the encoder that it
    was learned with is not here.
    """
    try:
        body = path.read_bytes()
        start = 8 + int.from_bytes(body[:8], "little")
        header = json.loads(body[8:start])
        about = header.pop("__metadata__")
        parts = {name: _part(body, start, one) for name, one in header.items()}
        words, heads = about["vocabulary"].split("\n"), json.loads(about["heads"])
        vocabulary = Vocabulary(
            {word: n for n, word in enumerate(words)}, parts["rarity"].astype(np.float32), float(about["strange"])
        )
        card = json.loads(about["card"])
        encoder = _encoder(card, {head.get("encoder", "") for head in heads.values()}, opened)
        found = {name: _classifier(name, head, vocabulary, parts, encoder) for name, head in heads.items()}
        if not all(
            len(words) == len(parts["rarity"]) == len(one.table) - 1 - len(one.centre) for one in found.values()
        ):
            raise ValueError("vocabulary and weights differ in length")
        return Weights(found, card)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LinkloopError(
            "model.file",
            Text(en=f"the weights cannot be read: {error}", zh=f"读不了模型权重：{error}"),
            _AGAIN[path == FILE],
            str(path.name),
        ) from error


def _name(encoder: Encoder) -> str:
    """What an encoder calls itself: weights fit no other."""
    return encoder.embed_many(["x"])[0].encoder


def _encoder(card: Mapping[str, Any], names: set[str], opened: Callable[[str], Encoder] | None) -> Encoder | None:
    """The encoder that all classifiers were learned with."""
    if not any(names):
        return None
    url, (wanted,) = str(card["encoder"]), names
    try:
        if opened is None:
            raise ValueError("no encoder was given")
        found = opened(url)
        if (here := _name(found)) != wanted:
            raise ValueError(f"{here} is here")
    except (LinkloopError, ValueError) as error:
        en, zh = (error.text.en, error.text.zh) if isinstance(error, LinkloopError) else (str(error), str(error))
        raise LinkloopError(
            "model.encoder",
            Text(
                en=f"the model was learned with the encoder {url} ({wanted}), which is not here: {en}",
                zh=f"该模型是用编码器 {url}（{wanted}）学习的，此处没有：{zh}",
            ),
            Text(
                en="Install that encoder, or learn again without it: linkloop labels learn.",
                zh="请安装该编码器，或不用编码器重新学习：linkloop labels learn。",
            ),
            url,
        ) from error
    return found


def _part(body: bytes, start: int, one: Mapping[str, Any]) -> Any:
    a, b = one["data_offsets"]
    return np.frombuffer(body[start + a : start + b], _KINDS[one["dtype"]]).reshape(one["shape"])


def _classifier(
    name: str, head: Mapping[str, Any], vocabulary: Vocabulary, parts: Mapping[str, Any], encoder: Encoder | None
) -> Classifier:
    members = tuple(
        Hidden(*(parts[f"{name}.{n}.{f}"].astype(np.float32) for f in Hidden._fields)) for n in range(head["members"])
    )
    return Classifier(
        labels=tuple(head["labels"]),
        vocabulary=vocabulary,
        table=parts[f"{name}.table"].astype(np.float32) * parts[f"{name}.scale"],
        scale=head["scale"],
        mix=head["mix"],
        lean=head["lean"],
        shift=np.array(head["shift"], np.float32),
        members=members,
        outside=tuple(head["outside"]),
        refuse=head["refuse"],
        known=head.get("known", False),
        encoder=encoder,
        centre=parts[f"{name}.centre"].astype(np.float32) if encoder else np.zeros(0, np.float32),
        near=head.get("near", 1.0),
    )
