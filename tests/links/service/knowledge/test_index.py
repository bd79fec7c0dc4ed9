"""The index scores as tantivy does, answers the same however it grew, and finds what is typed wrong."""

import zlib
from datetime import UTC, datetime

import numpy as np
import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pypinyin import lazy_pinyin

from linkloop.commerce.knowledge import Article, Retrieve
from linkloop.links.service.knowledge.grams import chars, chars_of, distinct, folded, stem, terms, terms_of
from linkloop.links.service.knowledge.index import EVER, MOST_ASKED, Index
from linkloop.links.service.knowledge.passages import MOST, passages, width
from linkloop.links.service.knowledge.postings import Field, View
from linkloop.links.service.knowledge.retrieve import RetrieveModel
from linkloop.links.service.knowledge.sounds import SYLLABLES, asked_sounds, sounds, sounds_of
from linkloop.links.service.knowledge.synonyms import widened
from linkloop.links.service.knowledge.views import longest_runs
from linkloop.worlds.sim.belongings import starters

AT = datetime(2026, 11, 24, tzinfo=UTC)


def pieces(text):
    return [str(code) for code in chars(folded(text)).tolist()]


# tantivy keeps lengths in a byte: up to 40 they are exact.
TEXTS = [one.title for one in starters() if len(pieces(one.title)) <= 40]


def test_scores_are_those_of_tantivy():
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("n", stored=True)
    builder.add_text_field("text", tokenizer_name="whitespace")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(15_000_000, 1)
    for n, text in enumerate(TEXTS):
        writer.add_document(tantivy.Document.from_dict({"n": n, "text": " ".join(pieces(text))}, schema))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    field = Field(1.2, 0.75)
    for start in range(0, len(TEXTS), 7):  # in many segments
        field.add(chars_of([folded(text) for text in TEXTS[start : start + 7]]))
    view = View(field, np.ones(len(TEXTS), bool))
    for text in ("退货运费由谁承担", "怎样开发票", "return postage"):
        terms = [tantivy.Query.term_query(schema, "text", one) for one in dict.fromkeys(pieces(text))]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in terms])
        theirs = {searcher.doc(at)["n"][0]: score for score, at in searcher.search(query, 100).hits}
        asked = view.asked(np.unique(chars(folded(text))))
        mine = asked.look(np.array(sorted(theirs))).scores
        np.testing.assert_allclose(mine, [theirs[n] for n in sorted(theirs)], rtol=2e-5)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.text("退货运费return ", max_size=12)), max_size=12), st.integers(1, 5))
def test_an_index_answers_the_same_however_it_grew(versions, step):
    rows = [(n + 1, Article(article_id=str(k), title=text, body=text)) for n, (k, text) in enumerate(versions)]
    one, other = RetrieveModel(), RetrieveModel()
    one.feed(rows)
    for start in range(0, len(rows), step):
        other.feed(rows[start : start + step])
        other.feed([(10_000 + start, Article(article_id="x", title="退货", body="退货"))])  # of a turn that then fails
        other.unfeed(9_999)
    for horizon in range(len(rows) + 1):
        asked = Retrieve(text="退货 return", at=AT)
        assert one.answer_at(asked, horizon, None) == other.answer_at(asked, horizon, None)
        fresh = RetrieveModel()
        fresh.feed(rows[:horizon])
        assert fresh.answer_at(asked, horizon, None) == one.answer_at(asked, horizon, None)


def test_the_best_by_the_first_look_are_those_of_a_full_one():
    rng = np.random.default_rng(3)
    field = Field(1.2, 0.75)
    texts = ["".join(rng.choice(list("退货运费怎么开发票尺码换大小"), 12)) for _ in range(3000)]
    field.add(chars_of(texts))
    view = View(field, np.ones(3000, bool))
    asked = view.asked(np.unique(chars("怎么换大小的尺码")))
    rank = np.array([zlib.crc32(str(n).encode()) for n in range(3000)])
    chosen = asked.best(view.alive, rank, 20, 1 << 40)
    scores = asked.look(np.arange(3000)).scores
    full = np.sort(scores)[::-1]
    np.testing.assert_allclose(np.sort(scores[chosen])[::-1], full[:20], rtol=1e-5)


def test_typed_by_ear_is_found():
    model = RetrieveModel()
    model.feed([(n, one) for n, one in enumerate(starters(), 1)])
    for typed, topic in (("七天无里由退货", "returns"), ("优惠卷怎么用", "coupons"), ("家格保护", "price-protection")):
        found = model.answer_at(Retrieve(text=typed, at=AT), EVER - 1, None).value.passages
        assert topic in {next(one.topic for one in starters() if one.article_id == p.article_id) for p in found[:3]}


def test_only_what_is_valid_and_of_the_asked_kind_counts():
    model = RetrieveModel()
    model.feed(
        [
            (1, Article(article_id="a", title="Returns", body="x", valid_until=AT)),
            (2, Article(article_id="b", title="Returns", body="x", kind="policy", valid_from=AT)),
            (3, Article(article_id="c", title="Returns", body="x", language="zh")),
        ]
    )

    def keys(**more):
        passages = model.answer_at(Retrieve(text="returns", at=AT, **more), 9, None).value.passages
        return sorted(p.article_id for p in passages)

    assert keys() == ["b", "c"]
    assert keys(kinds=("policy",)) == ["b"]
    assert keys(language="en") == ["b"]
    assert keys(language="zh-CN") == ["b", "c"]
    assert model.answer_at(Retrieve(text="", at=AT), 9, None).value.passages == ()
    assert model.answer_at(Retrieve(text="？！…", at=AT), 9, None).value.passages == ()


def test_an_empty_index_knows_nothing():
    assert Index().documents == []
    assert RetrieveModel().answer_at(Retrieve(text="x", at=AT), 9, None).confidence == 0


@given(st.text("ab 中文\n#。.", max_size=900))
def test_passages_hold_every_word_and_are_short(text):
    parts = passages(text)
    assert parts
    assert all(width(part) <= 2 * MOST + 900 for part in parts)
    kept = "".join("".join(parts).split())
    assert all(sign in kept for sign in "".join(text.split()) if sign not in "#")


def test_stems_and_synonyms():
    assert [stem(word) for word in ("returns", "returned", "returning", "policies", "size", "sizes", "bus")] == [
        "return", "return", "return", "policy", "siz", "siz", "bus",
    ]  # fmt: skip
    assert "运费" in widened("邮费谁出")
    assert "退货" not in widened("退货")
    assert widened("xyz") == ""


@given(st.text("ab退货", max_size=10), st.text("ab退货", max_size=20))
def test_the_longest_run_is_the_longest_common_part(query, text):
    brute = max((j - i for i in range(len(query)) for j in range(i, len(query) + 1) if query[i:j] in text), default=0)
    assert longest_runs(query, [text, "", f"x{text}", query]).tolist() == [brute, 0, brute, len(query)]


def test_an_article_is_found_by_the_questions_that_it_is_known_to_answer():
    known = ("这个能退么亲", "不想要啦怎么办")
    rows = [(n, one) for n, one in enumerate(starters(), 1)]
    more = Article(article_id="again", title="七天无理由", body="签收之日起七天内可以退。", topic="x", asked=known)
    bare, told = RetrieveModel(), RetrieveModel()
    bare.feed([*rows, (900, replace(more, asked=()))])
    told.feed([*rows, (900, more)])

    def first(model, text):
        return model.answer_at(Retrieve(text=text, at=AT), EVER - 1, None).value.passages[0]

    assert first(bare, known[1]).article_id != "again"
    found = first(told, known[1])
    assert found.article_id == "again"
    assert found.score > 0.5


def test_of_very_many_questions_the_last_are_searched():
    asked = [f"question number {n}" for n in range(MOST_ASKED + 5)]
    index = Index()
    index.feed([(1, Article(article_id="a", title="t", body="b", asked=tuple(asked)))])
    assert index.asked[0].split("\n") == [one.replace(" ", "") for one in asked[5:]]


def test_pinyin_in_latin_letters_sounds_like_its_characters():
    assert set(sounds("高跟鞋").tolist()) <= set(asked_sounds("gaogenxie").tolist())
    assert set(sounds("七天无理由").tolist()) <= set(asked_sounds("qitianwuliyou").tolist())
    assert asked_sounds("return the parcel").tolist() == []


def test_the_syllables_are_those_that_characters_have_but_a_few_odd_ones():
    read = {one[0] for cp in range(0x4E00, 0x9FA6) if (one := lazy_pinyin(chr(cp), errors="ignore"))}
    odd = {"hm", "m", "n", "lo", "fiao", "rua", "den", "nun", "dei"}
    assert {one for one in read if one.isascii()} ^ SYLLABLES <= odd
    assert {"zhuang", "er", "shui", "lv"} <= SYLLABLES


@given(st.lists(st.integers(-5, 5), max_size=30))
def test_distinct_is_that_of_numpy(codes):
    given_codes = np.array(codes, np.int64)
    assert distinct(given_codes).tolist() == np.unique(given_codes).tolist()


@given(st.lists(st.text("退货运费 abcd12é한", max_size=12).map(folded), max_size=8))
def test_many_texts_have_the_codes_of_each(texts):
    for many, one in ((chars_of, chars), (terms_of, terms), (sounds_of, sounds)):
        found = many(texts)
        ends = np.cumsum(found.lengths).tolist()
        parts = [found.codes[a:b] for a, b in zip([0, *ends], ends, strict=False)]
        assert [sorted(part.tolist()) for part in parts] == [sorted(one(text).tolist()) for text in texts]


def test_more_documents_than_a_segment_has_room_for_are_all_found(monkeypatch):
    monkeypatch.setattr("linkloop.links.service.knowledge.postings.ROOM", 3)
    field, texts = Field(1.2, 0.75), [f"退货{n}" for n in range(30)]
    field.add(chars_of(texts))
    asked = View(field, np.ones(30, bool)).asked(np.unique(chars("退货")))
    assert len(asked.best(np.ones(30, bool), np.arange(30), 50, 1 << 40)) == 30


def test_what_was_asked_before_is_found_anew_after_an_article_changed():
    old = Article(article_id="a", title="运费", body="运费由买家承担。", topic="x")
    model, asked = RetrieveModel(), Retrieve(text="运费谁出", at=AT)
    model.feed([(1, old)])

    def said(horizon):
        return model.answer_at(asked, horizon, None).value.passages[0].text

    assert said(1) == said(1) == "运费由买家承担。"
    model.feed([(2, replace(old, body="运费由我们承担。"))])
    assert (said(2), said(1), said(2)) == ("运费由我们承担。", "运费由买家承担。", "运费由我们承担。")
    model.unfeed(1)
    assert said(2) == "运费由买家承担。"
