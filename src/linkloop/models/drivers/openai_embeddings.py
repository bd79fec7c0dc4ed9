"""An encoder through any OpenAI-compatible URL: `/embeddings`, in the time that is left, or not at all.

What it said of a question stands with the decision (ADR 0010); what it said of articles is kept as rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from linkloop.commerce.knowledge import Embed, Embedding
from linkloop.core.question import Question
from linkloop.models.drivers.openai_compatible import OpenAICompatible
from linkloop.models.drivers.reading import Unusable, Usage
from linkloop.models.embedding import quantised

LONGEST = 6000  # signs of a text that are encoded: below the 8,192 tokens of the usual servers
AT_ONCE = 32  # texts in one request


class _Many(msgspec.Struct, frozen=True):
    """Several texts at once: not a question that a link may ask."""

    texts: tuple[str, ...]


class _Vector(msgspec.Struct, frozen=True):
    embedding: list[float]
    index: int = 0


class _Embeddings(msgspec.Struct, frozen=True):
    data: list[_Vector]
    usage: Usage | None = None


class OpenAIEmbeddings(OpenAICompatible):
    """A LiveModel that answers Embed. The encoder's name is the model's, with its dimensions where they are chosen."""

    PATH = "/embeddings"

    @property
    def encoder(self) -> str:
        """What vectors of this model are kept under."""
        chosen = f"/{self.settings.dimensions}" if self.settings.dimensions else ""
        return f"{self.settings.model}{chosen}"

    def embed_many(self, texts: Sequence[str]) -> list[Embedding]:
        """The directions of texts, AT_ONCE a request, each within `timeout_s`. Raises NotFound `model.silent`."""
        found: list[Embedding] = []
        for start in range(0, len(texts), AT_ONCE):
            many: Any = _Many(tuple(texts[start : start + AT_ONCE]))
            found += self.answer(many).value
        return found

    def _body(self, question: Question[Any], form: str) -> bytes:
        asked: dict[str, Any] = {
            "model": self.settings.model,
            "input": [text[:LONGEST] or " " for text in _texts(question)],
            "encoding_format": "float",
        }
        if self.settings.dimensions:
            asked["dimensions"] = self.settings.dimensions
        return msgspec.json.encode(asked)

    def _read(self, raw: bytes, question: Question[Any]) -> tuple[Any, Usage]:
        try:
            given = msgspec.json.decode(raw, type=_Embeddings)
            known = {one.index: quantised(one.embedding) for one in given.data}
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise Unusable(f"no embeddings: {error}") from error
        many = len(_texts(question))
        if sorted(known) != list(range(many)) or len(given.data) != many:
            raise Unusable(f"{len(given.data)} embeddings for {many} texts")
        if len({len(values) for values in known.values() if values}) > 1:
            raise Unusable("embeddings of different lengths")
        if self.settings.dimensions and any(len(v) not in (0, self.settings.dimensions) for v in known.values()):
            raise Unusable(f"not of {self.settings.dimensions} dimensions")
        found = [Embedding(self.encoder, known[n]) for n in range(many)]
        return (found if isinstance(question, _Many) else found[0]), given.usage or Usage()


def _texts(question: Any) -> tuple[str, ...]:
    if isinstance(question, _Many):
        return question.texts
    assert isinstance(question, Embed)
    return (question.text,)
