"""Articles that contradict each other, are out of date or are missing are found, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.commerce.knowledge import Article, KnowledgeGap, Passage
from linkloop.links.service.knowledge.citing import cite
from linkloop.links.service.knowledge.claims import claims, disagreements
from linkloop.links.service.knowledge.gaps import grouped
from linkloop.links.service.knowledge.problems import found
from linkloop.worlds.sim.belongings import starters

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def one(key, title, body, **more):
    return Article(article_id=key, title=title, body=body, topic="t", **more)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("签收之日起 7 天内可以无理由退货。", "您可以在 15 天内退货。"),
        ("You may return goods within 7 days.", "Goods may be returned within two weeks."),
        ("七天无理由退货", "Returns are possible within 30 days."),
        ("满 99 元包邮", "Free shipping from 59 yuan"),
        ("运费 8 元", "运费为￥10"),
        ("The warranty lasts 1 year.", "保修两年"),
    ],
)
def test_numbers_that_differ_are_a_contradiction_in_and_across_languages(left, right):
    assert disagreements(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("签收之日起 7 天内可以无理由退货。", "You may return goods within 7 days."),
        ("七天无理由退货", "7 天内可退货"),
        ("退货请在一周内寄出", "退货 7 天内"),
        ("You may return goods within 7 days.", "We refund within 2 days."),
        ("满 99 元包邮", "退款 2 天到账"),
        ("", "7 days"),
    ],
)
def test_what_agrees_or_speaks_of_something_else_is_none(left, right):
    assert disagreements(left, right) == []


def test_a_contradiction_is_written_once_with_both_numbers():
    a, b = one("a", "退货", "7 天内退货。"), one("b", "退货期", "15 天内退货。")
    [problem] = found(a, [a, b], NOW)
    assert (problem.article_id, problem.other_id, problem.kind) == ("a", "b", "contradicts")
    assert problem.says.zh == "《退货》写的是 7 天，《退货期》写的是 15 天"
    assert found(b, [a, b], NOW) == [problem]


def test_what_is_over_or_withdrawn_contradicts_nobody():
    a, b = one("a", "退货", "7 天内退货。"), one("b", "退货期", "15 天内退货。", valid_until=NOW - timedelta(days=1))
    assert found(a, [a, b], NOW) == []
    [problem] = found(b, [a, b], NOW)
    assert (problem.kind, problem.says.en) == ("stale", "“退货期” was valid until 2026-11-23")
    assert found(one("a", "退货", "7 天内退货。", withdrawn=True), [b], NOW) == []


def test_the_older_of_two_with_one_title_is_stale():
    a = one("a", "Returns", "x", updated_at=NOW - timedelta(days=9))
    b = one("b", "returns", "y", updated_at=NOW)
    [problem] = found(b, [a, b], NOW)
    assert (problem.article_id, problem.other_id, problem.kind) == ("a", "b", "stale")


def test_the_articles_of_the_town_are_at_one_with_each_other():
    known = starters()
    assert len(known) == 100
    topics = {article.topic for article in known}
    wrong = [
        problem.says.en
        for topic in sorted(topics)
        for article in known
        if article.topic == topic
        for problem in found(article, [other for other in known if other.topic == topic], NOW)
    ]
    assert wrong == []


@given(st.text(max_size=200))
def test_any_text_has_claims_that_are_finite(text):
    assert all(0 <= claim.value < 1e14 for claim in claims(text))


def test_questions_that_are_alike_are_one_gap_and_the_most_asked_leads():
    gaps = [
        KnowledgeGap(gap_id=str(n), intent="other", example=text, asked=asked, last_at=NOW)
        for n, (text, asked) in enumerate(
            [("口红哪个色号适合黄皮", 2), ("黄皮适合哪个口红色号", 3), ("帐篷能睡几个人", 1), ("which lipstick", 1)]
        )
    ]
    first, *others = grouped(gaps)
    assert (first.example, first.asked, first.gap_ids) == ("黄皮适合哪个口红色号", 5, ("1", "0"))
    assert sorted(group.asked for group in others) == [1, 1]


def test_a_passage_is_cited_by_its_article_in_its_own_words():
    evidence = cite(Passage(article_id="a", title="T", text="one\ntwo " * 100, score=0.5))
    assert (evidence.table, evidence.key) == ("articles", "a")
    assert evidence.says.en.startswith("T: one two one")
    assert len(evidence.says.en) <= 165
