"""The weights of the message models: one safetensors file with its vocabulary and its card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

Floats = np.ndarray[Any, np.dtype[np.float32]]
FILE = Path(__file__).with_name("messages.safetensors")


class Weights(NamedTuple):
    """`vocabulary` maps a feature to its row of `table` (features + 1 × labels; the last row is the bias).

    `rarity` is what a feature counts for (its inverse document frequency).
    """

    vocabulary: dict[str, int]
    table: Floats
    rarity: Floats
    card: dict[str, Any]


def save(path: Path, weights: Weights) -> None:
    """Write weights as int8 with one scale per label, in the safetensors layout: length, header, data."""
    scale = np.maximum(np.abs(weights.table).max(axis=0) / 127, 1e-9).astype("<f4")
    small = np.round(weights.table / scale).astype(np.int8)
    parts = {"scale": ("F32", scale), "rarity": ("F16", weights.rarity.astype("<f2")), "table": ("I8", small)}
    header: dict[str, Any] = {
        "__metadata__": {
            "vocabulary": "\n".join(weights.vocabulary),
            "card": json.dumps(weights.card, sort_keys=True),
        }
    }
    at = 0
    for name, (kind, array) in parts.items():
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    head = json.dumps(header, ensure_ascii=False).encode()
    head += b" " * (-len(head) % 8)
    data = b"".join(array.tobytes() for _, array in parts.values())
    path.write_bytes(len(head).to_bytes(8, "little") + head + data)


def load(path: Path = FILE) -> Weights:
    """Read what `save` wrote. Raises LinkloopError `model.file` when the file is missing or damaged."""
    try:
        body = path.read_bytes()
        start = 8 + int.from_bytes(body[:8], "little")
        header = json.loads(body[8:start])
        about = header["__metadata__"]
        words = about["vocabulary"].split("\n")
        parts = {}
        for name, kind in (("scale", "<f4"), ("rarity", "<f2"), ("table", "i1")):
            a, b = header[name]["data_offsets"]
            parts[name] = np.frombuffer(body[start + a : start + b], kind).reshape(header[name]["shape"])
        table = parts["table"].astype(np.float32) * parts["scale"]
        if not len(words) == len(parts["rarity"]) == len(table) - 1:
            raise ValueError("vocabulary and weights differ in length")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LinkloopError(
            "model.file",
            Text(en=f"the weights cannot be read: {error}", zh=f"读不了模型权重：{error}"),
            Text(
                en="Install the package again, or run python -m linkloop.links.service.train.",
                zh="请重新安装软件包，或运行 python -m linkloop.links.service.train。",
            ),
            str(path.name),
        ) from error
    return Weights(
        {word: n for n, word in enumerate(words)}, table, parts["rarity"].astype(np.float32), json.loads(about["card"])
    )
