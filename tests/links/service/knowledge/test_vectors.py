"""Vectors find what words do not, as of any offset, however they came; a gate lets in only what helps."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from linkloop.commerce.knowledge import Article, ArticleVectors, Embedding, FindingGate, Retrieve
from linkloop.links.service.knowledge.fusion import load
from linkloop.links.service.knowledge.gate import LEAST, MOST_OFTEN, learn, middle, width
from linkloop.links.service.knowledge.index import EVER
from linkloop.links.service.knowledge.retrieve import RetrieveModel
from linkloop.links.service.knowledge.vectors import Space, digest_of, parts_of, signs
from linkloop.models.embedding import quantised

AT = datetime(2026, 11, 24, tzinfo=UTC)
WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo", "lima")
NAME = "e"
OPEN = FindingGate(
    encoder=NAME, open=True, questions=50, first_without=0.5, first_with=0.9,
    order=(0.0,) * width("") + (3.0, 0.0), answers=(1.0,) + (0.0,) * 8 + (0.4, 0.0, 0.0), at=AT,
)  # fmt: skip


def towards(place, size=16):
    made = np.full(size, 0.01)
    made[place] = 1.0
    return quantised(made)


def vectors_of(article, places, encoder=NAME):
    assert len(places) == len(parts_of(article))
    values = b"".join(towards(place) for place in places)
    return ArticleVectors(
        article_id=article.article_id, encoder=encoder, digest=digest_of(article), size=16, values=values
    )


A = Article(article_id="a", title="Returns", body="Within seven days.", language="en")
B = Article(article_id="b", title="Postage", body="Ten yuan.", language="en")


def first(model, text, place, horizon=EVER - 1):
    asked = Retrieve(text=text, at=AT, near=Embedding(NAME, towards(place)))
    return [one.article_id for one in model.answer_at(asked, horizon, None).value.passages]


def test_what_no_word_finds_is_found_by_its_direction_once_the_gate_is_open():
    model = RetrieveModel()
    model.feed([(1, A), (2, B), (3, vectors_of(A, [0])), (4, vectors_of(B, [1]))])
    assert first(model, "zzz", 0) == []
    model.feed([(5, OPEN)])
    assert first(model, "zzz", 0)[0] == "a"
    assert first(model, "zzz", 1)[0] == "b"
    assert first(model, "zzz", 0, horizon=4) == []
    model.feed([(6, replace(OPEN, open=False))])
    assert first(model, "zzz", 0) == []
    assert first(model, "zzz", 0, horizon=5)[0] == "a"


def test_a_question_without_a_direction_or_of_another_encoder_is_found_by_words_alone():
    model = RetrieveModel()
    model.feed([(1, A), (2, B), (3, vectors_of(A, [0])), (4, vectors_of(B, [1])), (5, OPEN)])
    for near in (Embedding(), Embedding("other", towards(1)), Embedding(NAME, b""), Embedding(NAME, b"\x01" * 8)):
        asked = Retrieve(text="returns", at=AT, near=near)
        assert [one.article_id for one in model.answer_at(asked, 9, None).value.passages] == ["a"]


def test_vectors_of_what_an_article_no_longer_says_do_not_count():
    model = RetrieveModel()
    changed = replace(A, body="Within ten days.")
    model.feed([(1, A), (2, B), (3, vectors_of(A, [0])), (4, vectors_of(B, [1])), (5, OPEN), (6, changed)])
    assert first(model, "zzz", 0)[0] == "b"
    assert first(model, "zzz", 0, horizon=5)[0] == "a"
    model.feed([(7, vectors_of(changed, [0]))])
    assert first(model, "zzz", 0)[0] == "a"


def test_an_article_is_near_where_one_of_its_questions_is():
    told = replace(A, asked=("send it back", "give it back"))
    model = RetrieveModel()
    model.feed([(1, told), (2, B), (3, vectors_of(told, [5, 6, 7])), (4, vectors_of(B, [1])), (5, OPEN)])
    assert first(model, "zzz", 7)[0] == "a"
    assert first(model, "zzz", 1)[0] == "b"


ROWS = st.lists(
    st.one_of(
        st.tuples(st.just("article"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("vectors"), st.integers(0, 2), st.integers(0, 2)),
    ),
    max_size=14,
)


def rows_of(drawn):
    versions = [(1, OPEN)]
    for offset, (kind, who, what) in enumerate(drawn, 2):
        article = Article(article_id=str(who), title=f"t{what}", body=f"b{what}")
        versions.append((offset, article if kind == "article" else vectors_of(article, [what])))
    return versions


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(1, 4), st.randoms())
def test_vectors_answer_the_same_however_they_came(drawn, step, random):
    rows = rows_of(drawn)
    one, other = RetrieveModel(), RetrieveModel()
    one.feed(rows)
    mixed = list(rows)
    for start in range(0, len(mixed), step):
        other.feed(mixed[start : start + step])
        late = Article(article_id="0", title="late", body="late")
        other.feed([(10_000 + start, late), (10_001 + start, vectors_of(late, [2])), (10_002 + start, OPEN)])
        other.unfeed(9_999)
    for horizon in range(len(rows) + 2):
        fresh = RetrieveModel()
        fresh.feed([row for row in rows if row[0] <= horizon])
        for place in range(3):
            asked = Retrieve(text="t0", at=AT, near=Embedding(NAME, towards(place)))
            expected = fresh.answer_at(asked, horizon, None)
            assert one.answer_at(asked, horizon, None) == expected
            assert other.answer_at(asked, horizon, None) == expected


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.integers(0, 2**32 - 1), st.integers(1, 10), st.booleans())
def test_the_nearest_are_those_of_a_full_comparison(count, seed, most, apart_from):
    rng = np.random.default_rng(seed)
    rows = rng.integers(-127, 128, (count, 20)).astype(np.int8)
    asked, wanted = rng.integers(1, 128, 20).astype(np.int8), rng.random(count) < 0.8
    centre = rng.integers(-60, 61, 20).astype(np.int8) if apart_from else np.zeros(20, np.int8)
    given = centre.tobytes() if apart_from else b""
    space = Space(20)
    for n, row in enumerate(rows):
        space.add(n, 0, EVER, row)
        if n % 50 == 20:
            space.nearest(asked, np.ones(n + 1, bool), np.arange(n + 1), 5, most, given)  # signs are made as rows come
    found = space.nearest(asked, wanted, np.arange(count), 5, most, given)
    whole, mine = rows.astype(float) - centre, asked.astype(float) - centre
    cosines = whole @ mine / np.linalg.norm(whole, axis=1) / np.linalg.norm(mine)
    assert space.look(asked, np.arange(count), 5, given) == pytest.approx(cosines)
    apart = np.bitwise_count(signs(whole) ^ signs(mine[None])).sum(axis=1)
    edge = np.sort(apart[wanted])[:256][-1] if wanted.any() else -1  # what lies farther by signs is not compared
    brute = sorted(np.flatnonzero(wanted & (apart <= edge)), key=lambda n: -cosines[n])[:most]
    assert sorted(found.tolist()) == sorted(brute)


def test_a_direction_that_all_share_does_not_hide_the_nearest():
    rng = np.random.default_rng(3)
    shared = np.where(np.arange(64) % 2, 25, -25)
    rows = np.clip(shared + rng.normal(0, 12, (3000, 64)), -127, 127).astype(np.int8)
    space = Space(64)
    for n, row in enumerate(rows):
        space.add(n, 0, EVER, row)
    centre = np.rint(rows.mean(axis=0)).astype(np.int8)
    hits = {b"": 0, centre.tobytes(): 0}
    for n in range(40):
        asked = np.clip(rows[n] + rng.normal(0, 9, 64), -127, 127).astype(np.int8)
        for seen_from in hits:
            hits[seen_from] += n in space.nearest(asked, np.ones(3000, bool), np.arange(3000), 5, 1, seen_from)
    assert hits[centre.tobytes()] == 40
    assert hits[b""] <= 35


def test_the_mean_is_that_of_vectors_with_a_direction():
    made = [vectors_of(A, [0]), vectors_of(B, [0]), replace(vectors_of(B, [3]), values=bytes(16) + towards(3))]
    plain = np.stack([np.frombuffer(towards(place), np.int8).astype(float) for place in (0, 0, 3)])
    assert middle(made) == np.rint(plain.mean(axis=0)).astype(np.int8).tobytes()
    assert middle([]) == b""


def made_shop(near):
    """Articles that share no word with their questions; the questions' directions are right, or of chance."""
    rng = np.random.default_rng(5)
    articles, vectors = [], {}
    for n in range(12):
        asked = tuple(f"q{int(rng.integers(1_000_000))} w{k}" for k in range(10))
        article = Article(article_id=f"a{n}", title=f"title {n}", body=f"body {n}", asked=asked)
        articles.append(article)
        places = [n if near else int(rng.integers(16)) for _ in parts_of(article)]
        vectors[article.article_id] = vectors_of(article, places)
    return articles, vectors


def test_a_gate_opens_for_vectors_that_help():
    articles, vectors = made_shop(near=True)
    gate = learn(NAME, articles, vectors, load(), AT)
    assert gate.open
    assert gate.questions == 120
    assert gate.first_without < 0.3
    assert gate.first_with > 0.9
    assert gate.centre == middle(list(vectors.values()))
    model = RetrieveModel()
    model.feed([*enumerate(articles, 1), *((50 + n, row) for n, row in enumerate(vectors.values())), (90, gate)])
    asked = Retrieve(text="nothing like it", at=AT, near=Embedding(NAME, towards(7)))
    best = model.answer_at(asked, 99, None).value.passages[0]
    assert best.article_id == "a7"
    assert best.score > 0.5
    none = Retrieve(text="nothing like it", at=AT, near=Embedding(NAME, towards(15)))
    assert all(one.score < 0.5 for one in model.answer_at(none, 99, None).value.passages)


def test_a_gate_stays_shut_for_vectors_of_chance():
    articles, vectors = made_shop(near=False)
    gate = learn(NAME, articles, vectors, load(), AT)
    assert not gate.open
    assert gate.questions == 120


def test_too_few_questions_teach_nothing():
    articles, vectors = made_shop(near=True)
    few = [replace(one, asked=one.asked[:3]) for one in articles]
    gate = learn("", few, {}, load(), AT)
    assert (gate.open, gate.questions, gate.order) == (False, 36, ())
    assert gate.questions < LEAST
    assert learn("", [], {}, load(), AT).questions == 0
    assert learn(NAME, [], vectors, load(), AT).questions == 0


def test_known_questions_are_weighed_where_they_help():
    words = list(WORDS)
    told = [
        Article(
            article_id=f"a{n}", title=f"about {words[n]}", body="see inside",
            asked=tuple(f"{words[(n + 1) % 12]} please {words[(n + 2) % 12]} {k}" for k in range(8)),
        )
        for n in range(12)
    ]  # fmt: skip
    gate = learn("", told, {}, load(), AT)
    assert gate.open
    assert gate.first_with > gate.first_without + 0.2
    model = RetrieveModel()
    model.feed(list(enumerate(told, 1)))
    asked = Retrieve(text="please bravo charlie", at=AT)
    before = model.answer_at(asked, 99, None).value.passages[0].article_id
    model.feed([(50, gate)])
    assert model.answer_at(asked, 99, None).value.passages[0].article_id == "a0"
    assert model.answer_at(asked, 49, None).value.passages[0].article_id == before


def test_an_article_that_is_often_asked_for_is_found_where_no_word_fits_once_the_gate_is_open():
    often = replace(A, article_id="o", asked=tuple(f"zz{n}" for n in range(30)))
    twice = replace(B, asked=("once", "twice"))
    weights = [0.0] * width("")
    weights[-4] = 5.0  # often, where no passage has the question's words
    gate = FindingGate(
        encoder="", open=True, questions=50, first_without=0.5, first_with=0.9, order=tuple(weights),
        answers=(1.0,) + (0.0,) * 9, at=AT,
    )  # fmt: skip
    model = RetrieveModel()
    model.feed([(1, often), (2, twice), (3, A)])
    asked = Retrieve(text="qqq", at=AT)
    assert model.answer_at(asked, 9, None).value.passages == ()
    model.feed([(4, gate)])
    assert [one.article_id for one in model.answer_at(asked, 9, None).value.passages] == ["o"]
    assert model.answer_at(asked, 3, None).value.passages == ()
    model.feed([(5, replace(often, withdrawn=True))])
    assert model.answer_at(asked, 9, None).value.passages == ()
    assert [one.article_id for one in model.answer_at(asked, 4, None).value.passages] == ["o"]


def test_the_most_often_asked_for_are_those_with_most_known_questions():
    counts = [int(n) for n in np.random.default_rng(8).permutation(40)]
    model = RetrieveModel()
    model.feed([(n + 1, replace(A, article_id=f"a{n}", asked=("q",) * many)) for n, many in enumerate(counts)])
    moment = model.index.at(EVER - 1)
    found = moment.often(np.ones(40, bool), MOST_OFTEN).tolist()
    assert sorted(counts[n] for n in found) == list(range(40 - MOST_OFTEN, 40))
    few = moment.often(np.array([many < 5 for many in counts]), MOST_OFTEN).tolist()
    assert sorted(counts[n] for n in few) == [3, 4]
    other = RetrieveModel()
    other.unpack(model.pack())
    assert other.index.at(EVER - 1).often(np.ones(40, bool), MOST_OFTEN).tolist() == found


def test_a_gate_that_was_learned_from_other_numbers_takes_no_part():
    model = RetrieveModel()
    old = replace(OPEN, order=OPEN.order[:-1])
    model.feed([(1, A), (2, B), (3, vectors_of(A, [0])), (4, vectors_of(B, [1])), (5, old)])
    assert len(OPEN.order) == width(NAME)
    assert first(model, "zzz", 0) == []


@pytest.mark.parametrize("values", [b"\x01" * 7, b""])
def test_vectors_that_do_not_fit_their_size_are_left_alone(values):
    model = RetrieveModel()
    odd = replace(vectors_of(A, [0]), values=values)
    model.feed([(1, A), (2, odd), (3, OPEN)])
    assert first(model, "returns", 0) == ["a"]
