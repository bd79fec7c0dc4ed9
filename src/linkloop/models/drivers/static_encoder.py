"""A static encoder: a text's direction is the mean of its tokens', looked up in a table; no network, no GPU, 20 µs.

`static:///folder` takes a folder with `tokenizer.json` and `model.safetensors` (as Model2Vec writes them); `wordllama:`
takes the 256 dimensions of English inside the wheel of that name (MIT). Both need the extra `vectors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b, file_digest
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np

from linkloop.commerce.knowledge import Embed, Embedding
from linkloop.core.question import Given, ModelCard, Question
from linkloop.models.drivers.wrong_url import bad_model
from linkloop.models.embedding import MOST, quantised

LONGEST = 4000  # signs of a text that are encoded
_NAMES = ("embedding.weight", "embeddings")  # of the table, as WordLlama and Model2Vec call it


class StaticEncoder:
    """Answers Embed from a table of directions (tokens × dimensions), read at the first question."""

    def __init__(self, name: str, encoder: str, tokenizer: Path, table: Path, *, licence: str) -> None:
        self.encoder = encoder
        self._files = tokenizer, table
        self._loaded: tuple[Any, Any] | None = None
        self.card = ModelCard(
            name=name,
            version=encoder,
            question=Embed.__name__,
            driver="static",
            latency_ms_p50=0.02,
            latency_ms_p99=0.1,
            languages=("en",) if encoder.startswith("wordllama") else (),
            licence=licence,
        )

    def answer(self, question: Question[Any]) -> Given[Any]:
        assert isinstance(question, Embed)
        return Given(value=self.embed_many([question.text])[0])

    def embed_many(self, texts: Sequence[str]) -> list[Embedding]:
        """The directions of texts; none for one without a known token."""
        return [Embedding(self.encoder, self._values(text)) for text in texts]

    def _values(self, text: str) -> bytes:
        tokenizer, table = self._loaded = self._loaded or self._load()
        numbers = tokenizer.encode(text[:LONGEST], add_special_tokens=False).ids
        numbers = [number for number in numbers if number < len(table)]
        return quantised(table[numbers].astype(np.float64).mean(axis=0)) if numbers else b""

    def _load(self) -> tuple[Any, Any]:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        where = f"model.{self.card.name}"
        tokenizer, table = self._files
        try:
            tables = load_file(table)
            found = next((tables[name] for name in _NAMES if name in tables), None)
            read = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # tokenizers raises Exception itself
            raise bad_model(f"{tokenizer.parent}: {error}", f"{tokenizer.parent}：{error}", where) from error
        if found is None or found.ndim != 2 or not 8 <= found.shape[1] <= MOST:
            raise bad_model(f"{table} holds no table of directions", f"{table} 中没有向量表", where)
        return read, found


def open_static(name: str, url: str) -> StaticEncoder:
    """The encoder of a URL. Raises LinkloopError `settings.model` for what is not there."""
    where = f"model.{name}"
    if find_spec("tokenizers") is None or find_spec("safetensors") is None:
        raise bad_model(
            "an encoder needs the extra: pip install 'linkloop[vectors]'",
            "编码器需要安装扩展：pip install 'linkloop[vectors]'",
            where,
        )
    if url.startswith("wordllama:"):
        spec = find_spec("wordllama")
        if spec is None or spec.origin is None:
            raise bad_model("wordllama is not installed", "未安装 wordllama", where)
        folder = Path(spec.origin).parent
        tokenizer = folder / "tokenizers" / "l2_supercat_tokenizer_config.json"
        table, encoder, licence = folder / "weights" / "l2_supercat_256.safetensors", "wordllama-l2-256", "MIT"
    else:
        folder = Path(unquote(urlsplit(url).path))
        tokenizer, table = folder / "tokenizer.json", folder / "model.safetensors"
        encoder, licence = folder.name, "as its publisher says"
    for file in (tokenizer, table):
        if not file.is_file():
            raise bad_model(f"{file} is not there", f"{file} 不存在", where)
    with table.open("rb") as raw:
        content = file_digest(raw, lambda: blake2b(digest_size=4)).hexdigest()
    return StaticEncoder(name, f"{encoder}-{content}", tokenizer, table, licence=licence)
