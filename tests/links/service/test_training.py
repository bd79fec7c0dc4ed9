"""What is learned comes from the grammar alone, the same each time, and damaged weights are refused."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from linkloop.commerce.understanding import IntentName, Mood
from linkloop.core.errors import LinkloopError
from linkloop.links.service import train
from linkloop.links.service.features import LONGEST, grams, language
from linkloop.links.service.grammar import Grammar
from linkloop.links.service.weights import FILE, load, save

GRAMMAR = Grammar()


def test_the_grammar_speaks_of_every_intent_and_mood_in_both_languages() -> None:
    texts = GRAMMAR.write(2_400, seed=1)
    assert {w.intent for w in texts} == set(train.INTENTS) == set(IntentName.__args__)
    assert {w.mood for w in texts} == set(train.MOODS) == set(Mood.__args__)
    for intent in train.INTENTS:
        mine = [w.text for w in texts if w.intent == intent]
        han = sum(any("㐀" <= sign <= "鿿" for sign in text) for text in mine)
        assert len(mine) == 200
        assert 60 < han < 140


def test_the_same_seed_writes_the_same_texts() -> None:
    assert GRAMMAR.write(50, seed=4) == GRAMMAR.write(50, seed=4) != GRAMMAR.write(50, seed=5)


def test_a_form_is_expanded_by_choice_option_and_slot() -> None:
    made = {GRAMMAR.expand(r"(a|b) c( d)?\)", random.Random(n)) for n in range(40)}
    assert made == {"a c)", "b c)", "a c d)", "b c d)"}
    assert GRAMMAR.expand("{id}", random.Random(1)) in ("A10293", "88231", "SO-20417", "#5521", "order 40017",
                                                        "7310045512", "no. 2231-9")  # fmt: skip
    with pytest.raises(ValueError, match="unbalanced"):
        GRAMMAR.expand("a) b", random.Random(1))


def test_a_line_that_is_no_grammar_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_text("# fine\nnonsense\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.txt:2"):
        Grammar(path)


def test_features_are_words_pairs_pieces_and_han_ngrams() -> None:
    assert grams("Hi you") == ["^hi$", "^you$", "hi you", "^yo", "you", "ou$", "^you", "you$"]
    assert grams("退款123!") == ["退", "款", "退款", "^0$", "!"]
    assert grams("WHY") == ["<SHOUT>", "^why$", "^wh", "why", "hy$", "^why", "why$"]
    assert grams("soooooo") == grams("soo")
    assert grams("hasn't") == grams("hasnt")
    assert grams("ＡＢ") == grams("ab")
    assert grams("x" * LONGEST + " refund") == grams("x" * LONGEST)


@pytest.mark.parametrize(
    ("text", "known", "spoken"),
    [("到哪了", "en", "zh"), ("hello there my friend", "zh", "en"), ("ok", "zh-CN", "zh"), ("ok", "", "en"),
     ("123", "zh", "zh"), ("ok", "pt-BR", "en"), ("my order 到了吗", "en", "zh")],
)  # fmt: skip
def test_the_language_is_the_message_then_the_account(text: str, known: str, spoken: str) -> None:
    assert language(text, known) == spoken


def test_rarity_is_what_scikit_learn_calls_smooth_idf() -> None:
    texts = [w.text for w in GRAMMAR.write(300, seed=2)]
    peer = TfidfVectorizer(analyzer=grams).fit(texts)  # pyright: ignore[reportArgumentType]
    words = sorted(peer.vocabulary_)
    rows = train.indices(texts, {word: n for n, word in enumerate(words)})
    mine = train.rarity(rows, len(words))[:-1]
    assert mine == pytest.approx([peer.idf_[peer.vocabulary_[word]] for word in words], rel=1e-5)


def test_training_is_repeatable_and_learns_its_texts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(train, "ROUNDS", 3)
    texts = GRAMMAR.write(1_200, seed=3)
    words = train.words_of(texts)
    rows = train.indices([w.text for w in texts], {word: n for n, word in enumerate(words)})
    intents, moods = train.numbers(texts)
    one, two = (train.fit(rows, intents, moods, words) for _ in range(2))
    assert np.array_equal(one.table, two.table)
    scores = train.logits(one, rows)
    assert (scores[:, :12].argmax(axis=1) == intents).mean() > 0.93
    save(tmp_path / "w", one._replace(card={"a": 1}))
    kept = load(tmp_path / "w")
    assert (list(kept.vocabulary), kept.card) == (words, {"a": 1})
    assert np.abs(kept.table - one.table).max() <= np.abs(one.table).max() / 254 + 1e-6
    assert (train.logits(kept, rows)[:, :12].argmax(axis=1) == scores[:, :12].argmax(axis=1)).mean() > 0.995


def test_the_shipped_weights_are_of_this_grammar() -> None:
    shipped = load()
    assert (shipped.card["texts"], shipped.card["intents"]) == (train.TEXTS, list(train.INTENTS))
    assert list(shipped.vocabulary) == train.words_of(GRAMMAR.write(train.TEXTS, seed=1))


@pytest.mark.parametrize("damage", [b"", b"\x00" * 40, FILE.read_bytes()[:-1], FILE.read_bytes()[:5_000]])
def test_damaged_weights_are_refused_by_name(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "messages.safetensors"
    path.write_bytes(damage)
    with pytest.raises(LinkloopError) as caught:
        load(path)
    assert (caught.value.code, caught.value.where) == ("model.file", "messages.safetensors")
