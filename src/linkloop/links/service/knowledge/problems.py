"""Problems of articles: out of date, replaced by a newer one, or saying something else than another of their topic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from linkloop.commerce.knowledge import Article, ArticleChanged, ArticleProblem
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.service.knowledge.claims import disagreements
from linkloop.links.service.knowledge.grams import folded

MOST = 50  # articles of one topic that one article is compared with


def check(ctx: Context, event: ArticleChanged) -> Iterator[Table]:
    """What is wrong with an article that changed, and what no longer is."""
    article = ctx.read(Article, event.article_id)
    if article is None:
        return
    others = ctx.read(Article, topic=article.topic)[:MOST] if article.topic else []
    now = {(p.article_id, p.kind, p.other_id): p for p in found(article, others, event.at)}
    before = {
        (p.article_id, p.kind, p.other_id): p
        for key in {article.article_id, *(other.article_id for other in others)}
        for p in ctx.read(ArticleProblem, article_id=key)
        if not p.over and article.article_id in (p.article_id, p.other_id)
    }
    for place in sorted(now.keys() | before.keys()):
        if place not in now:
            old = before[place]
            yield ArticleProblem(
                article_id=old.article_id, kind=old.kind, other_id=old.other_id, says=old.says, found_at=old.found_at,
                over=True,
            )  # fmt: skip
        elif place not in before or before[place].says != now[place].says:
            yield now[place]


def found(article: Article, others: list[Article], now: datetime) -> list[ArticleProblem]:
    """The problems of one article beside others of its topic; one between two is written once, on the lower id."""
    if article.withdrawn:
        return []
    problems = [*stale(article, now)]
    for other in others:
        if other.article_id == article.article_id or other.withdrawn or _over(other, now) or _over(article, now):
            continue
        first, second = sorted((article, other), key=lambda one: one.article_id)
        problems += [*replaced(first, second, now), *contradicted(first, second, now)]
    return problems


def stale(article: Article, now: datetime) -> Iterator[ArticleProblem]:
    """An article whose time is over."""
    if _over(article, now):
        day = article.valid_until.date().isoformat() if article.valid_until else ""
        yield ArticleProblem(
            article_id=article.article_id, kind="stale", found_at=now,
            says=Text(en=f"“{article.title}” was valid until {day}", zh=f"《{article.title}》的有效期到 {day} 为止"),
        )  # fmt: skip


def replaced(first: Article, second: Article, now: datetime) -> Iterator[ArticleProblem]:
    """The older of two articles with the same title in the same language."""
    if first.language != second.language or folded(first.title) != folded(second.title):
        return
    if not first.updated_at or not second.updated_at or first.updated_at == second.updated_at:
        return
    old, new = sorted((first, second), key=lambda one: (one.updated_at, one.article_id))
    yield ArticleProblem(
        article_id=old.article_id, kind="stale", other_id=new.article_id, found_at=now,
        says=Text(en=f"“{old.title}” has a newer version: {new.article_id}",
                  zh=f"《{old.title}》已有更新的版本：{new.article_id}"),
    )  # fmt: skip


def contradicted(first: Article, second: Article, now: datetime) -> Iterator[ArticleProblem]:
    """Two articles of a topic that state different numbers of the same thing."""
    pairs = disagreements(f"{first.title}\n{first.body}", f"{second.title}\n{second.body}")
    if pairs:
        mine = "、".join(dict.fromkeys(one.words for one, _ in pairs))
        theirs = "、".join(dict.fromkeys(other.words for _, other in pairs))
        yield ArticleProblem(
            article_id=first.article_id, kind="contradicts", other_id=second.article_id, found_at=now,
            says=Text(en=f"“{first.title}” says {mine}, “{second.title}” says {theirs}",
                      zh=f"《{first.title}》写的是 {mine}，《{second.title}》写的是 {theirs}"),
        )  # fmt: skip


def _over(article: Article, now: datetime) -> bool:
    return article.valid_until is not None and article.valid_until <= now
