"""A shop teaches its own words, and what was known before stays known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.knowledge import Embed, Embedding
from linkloop.commerce.understanding import IntentLabel, Understand
from linkloop.core.errors import LinkloopError
from linkloop.core.question import Given, ModelCard, Question
from linkloop.core.text import Text
from linkloop.links.service.labels import own
from linkloop.links.service.model import UnderstandModel
from linkloop.links.service.opening import open_own
from linkloop.links.service.weights import load, save
from linkloop.models.embedding import quantised

WORD = "glimfarb"
FORMS = ("please", "where is the", "I need a", "send", "my", "about")
LABELS = [
    IntentLabel(message_id=str(n), text=f"{form} {WORD}", intent="invoice", by="wei") for n, form in enumerate(FORMS)
]


class Signs:
    """An encoder of sixteen dimensions: how often signs of each remainder stand in a text."""

    def __init__(self, name: str = "signs-1") -> None:
        self.name, self.asked = name, 0
        self.card = ModelCard(name="encoder", version=name, question=Embed.__name__, driver="test", latency_ms_p50=3)

    def answer(self, question: Question[Any]) -> Given[Any]:
        assert isinstance(question, Embed)
        return Given(value=self.embed_many([question.text])[0])

    def embed_many(self, texts: Sequence[str]) -> list[Embedding]:
        self.asked += len(texts)
        counts = [np.bincount([ord(sign) % 16 for sign in text] or [0], minlength=16) for text in texts]
        return [Embedding(self.name, quantised(one)) for one in counts]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that were learned beside the encoder, in a file."""
    file = tmp_path_factory.mktemp("own") / "own.safetensors"
    learned = own(LABELS, 420, Signs(), "signs:")
    save(file, learned.classifiers, learned.card)
    return file


def test_a_word_of_the_shop_is_understood_once_it_was_labelled() -> None:
    shipped = UnderstandModel()
    assert shipped.answer(Understand(text=f"my {WORD}?")).value.intents[0].intent != "invoice"
    forms = (
        f"{WORD} please",
        f"where is the {WORD}",
        f"I need a {WORD}",
        f"{WORD}",
        f"send {WORD} to me",
        f"my {WORD}",
    )
    labels = [IntentLabel(message_id=str(n), text=form, intent="invoice", by="wei") for n, form in enumerate(forms)]
    taught = UnderstandModel(own(labels, count=1_680))
    assert taught.card.version == "2+6"
    assert taught.card.name == shipped.card.name  # it takes over in the matrix
    assert taught.answer(Understand(text=f"my {WORD}?")).value.intents[0].intent == "invoice"
    assert taught.answer(Understand(text="where is my parcel")).value.intents[0].intent == "where_is_parcel"


def test_a_model_with_an_encoder_says_the_same_from_its_file(kept: Path) -> None:
    learned = UnderstandModel(own(LABELS, 420, Signs(), "signs:"))
    encoder = Signs()
    again = open_own("messages", f"labels://{kept}", lambda url: {"signs:": encoder}[url])
    both = UnderstandModel().card.latency_ms_p50 + encoder.card.latency_ms_p50
    assert again.card.latency_ms_p50 == learned.card.latency_ms_p50 == pytest.approx(both)
    assert (again.card.version, load(kept, lambda _: encoder).card["encoder"]) == ("2+6", "signs:")
    asked = encoder.asked
    for text in (f"{WORD} about", "where is my parcel", "我要退货，另外发票呢", ""):
        mine, kept_one = (model.answer(Understand(text=text)) for model in (learned, again))
        assert kept_one.value.intents[0].intent == mine.value.intents[0].intent
        assert kept_one.confidence == pytest.approx(mine.confidence, abs=0.05)
    assert encoder.asked > asked  # the direction of each text is heard, not its words alone
    assert again.answer(Understand(text=f"my {WORD}")).value.intents[0].intent == "invoice"


@pytest.mark.parametrize("here", [None, Signs("signs-2"), UnderstandModel()])
def test_without_its_encoder_a_model_is_not_loaded(kept: Path, here: Any) -> None:
    def opened(url: str) -> Any:
        if here is None:
            raise LinkloopError("settings.model", Text(en="it is not installed", zh="未安装"))
        return here

    with pytest.raises(LinkloopError) as caught:
        open_own("messages", f"labels://{kept}", opened)
    assert (caught.value.code, caught.value.where) == ("model.encoder", "signs:")
    assert "signs-1" in caught.value.text.en
    assert "编码器 signs:" in caught.value.text.zh
    with pytest.raises(LinkloopError, match=r"model\.encoder"):
        load(kept)


def test_weights_with_an_encoder_need_its_url(tmp_path: Path) -> None:
    learned = own(LABELS, 420, Signs())
    with pytest.raises(ValueError, match="encoder"):
        save(tmp_path / "w", learned.classifiers, {"texts": 1})


def test_settings_name_the_shops_own_model(tmp_path: Path) -> None:
    file = tmp_path / "own.safetensors"
    learned = own(LABELS, 420)
    save(file, learned.classifiers, learned.card)
    shop = Shop(Settings(folder=str(tmp_path / "shop"), model={"messages": f"labels://{file}"}), worlds=[])
    (model,) = shop.matrix.candidates(Understand)
    shop.close()
    assert model.card.version == "2+6"
    assert model.answer(Understand(text=f"my {WORD}")).value.intents[0].intent == "invoice"


@pytest.mark.parametrize("url", ["labels:own.safetensors", "labels://own.safetensors", "labels:///none.safetensors"])
def test_a_model_that_is_not_there_is_named(tmp_path: Path, url: str) -> None:
    with pytest.raises(LinkloopError) as caught:
        Shop(Settings(folder=str(tmp_path), model={"messages": url}), worlds=[])
    assert caught.value.code in {"settings.model", "model.file"}
    assert caught.value.where in {"model.messages", "none.safetensors"}
