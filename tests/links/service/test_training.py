"""What is learned comes from the grammar alone, the same each time, and damaged weights are refused."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from linkloop.commerce.understanding import IntentName, Mood
from linkloop.core.errors import LinkloopError
from linkloop.links.service import train
from linkloop.links.service.features import features
from linkloop.links.service.grammar import Grammar
from linkloop.links.service.learner import train as learn_from
from linkloop.links.service.views import learn
from linkloop.links.service.weights import FILE, load, save
from linkloop.worlds.sim import phrases_en, phrases_zh

GRAMMAR = Grammar()


def test_the_grammar_speaks_of_every_intent_and_mood_in_both_languages() -> None:
    texts = GRAMMAR.write(4_200, seed=1)
    assert {w.intent for w in texts} == set(train.INTENTS) == set(IntentName.__args__)
    assert {w.mood for w in texts} == set(train.MOODS) == set(Mood.__args__)
    for intent in train.INTENTS:
        mine = [w.text for w in texts if w.intent == intent]
        han = sum(any("㐀" <= sign <= "鿿" for sign in text) for text in mine)
        assert len(mine) == 200
        assert 60 < han < 140


def test_the_same_seed_writes_the_same_texts() -> None:
    assert GRAMMAR.write(50, seed=4) == GRAMMAR.write(50, seed=4) != GRAMMAR.write(50, seed=5)


def test_the_texts_of_the_town_are_not_learned_from() -> None:
    town = {text for _, _, text in (*phrases_en.PHRASES, *phrases_zh.PHRASES) if len(text) > 12}
    lines = Path(train.__file__).with_name("phrases.txt").read_text(encoding="utf-8")
    assert [text for text in town if text in lines] == []


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


def test_weights_come_out_of_the_script_the_same_each_time(tmp_path: Path) -> None:
    one, two = (train.main(tmp_path / name, 420) for name in ("one", "two"))
    assert one == two
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    model = load(tmp_path / "one").classifiers["intent"]
    texts = train.written(420)["intent"][:400]
    right = [model.predict(w.text)[0] == w.intent for w in texts]
    assert np.mean(right) > 0.95


def test_no_intent_is_learned_from_what_tells_a_feeling_alone(tmp_path: Path) -> None:
    path = tmp_path / "phrases.txt"
    path.write_text(
        "refund/neutral: give the money back\ncancel/neutral: stop the order\n~cancel/angry: so it rains again\n"
        "+angry: bah\n+anxious: oh\n+pleased: ha\n+neutral: well\n",
        encoding="utf-8",
    )
    grammar = Grammar(path)
    texts = {"intent": grammar.write(300, seed=1, felt=False), "mood": grammar.write(300, seed=1)}
    alone = [w for w in texts["mood"] if w.line == 3]
    assert {w.mood for w in alone} == {"angry"}
    assert [w for w in texts["intent"] if w.line == 3] == []
    models = {name: train.learned(name, texts) for name in train.LINES}
    assert models["intent"].vocabulary.number == models["mood"].vocabulary.number
    rains = models["intent"].vocabulary.number["^rains$"]
    assert not models["intent"].table[rains].any()
    assert models["mood"].table[rains, models["mood"].labels.index("angry")] > 0


@pytest.mark.slow
def test_the_shipped_weights_are_of_this_grammar() -> None:
    shipped = load()
    intent, mood = shipped.classifiers["intent"], shipped.classifiers["mood"]
    assert (shipped.card["texts"], intent.labels, mood.labels) == (train.TEXTS, train.INTENTS, train.MOODS)
    known = learn([features(w.text) for some in train.written().values() for w in some], train.RECIPE.rare)
    assert list(intent.vocabulary.number) == list(mood.vocabulary.number) == list(known.number)
    assert intent.vocabulary.rarity == pytest.approx(known.rarity, abs=0.01)


def test_what_is_saved_is_what_was_learned_but_for_rounding(tmp_path: Path) -> None:
    texts = GRAMMAR.write(630, seed=3)
    recipe = train.RECIPE._replace(members=1, units=8, passes=2)
    model = learn_from([w.text for w in texts], [w.mood for w in texts], outside=["zzz"] * 6, recipe=recipe)
    save(tmp_path / "w", {"mood": model}, {"a": 1})
    kept = load(tmp_path / "w")
    again = kept.classifiers["mood"]
    assert (kept.card, again.labels, again.outside, again.refuse) == (
        {"a": 1},
        model.labels,
        model.outside,
        model.refuse,
    )
    assert np.abs(again.table - model.table).max() <= np.abs(model.table).max() / 254 + 1e-6
    for written in texts[:50]:
        assert again.probabilities(written.text)[0] == pytest.approx(model.probabilities(written.text)[0], abs=0.05)


@pytest.mark.parametrize("damage", [b"", b"\x00" * 40, FILE.read_bytes()[:-1], FILE.read_bytes()[:5_000]])
def test_damaged_weights_are_refused_by_name(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "messages.safetensors"
    path.write_bytes(damage)
    with pytest.raises(LinkloopError) as caught:
        load(path)
    assert (caught.value.code, caught.value.where) == ("model.file", "messages.safetensors")
