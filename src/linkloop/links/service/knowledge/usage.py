"""Usage: which articles answers rest on, and those that for a long time none has rested on."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import timedelta
from typing import TypeVar

from linkloop.commerce.conversations import Draft
from linkloop.commerce.knowledge import ArticleProblem, ArticleUse
from linkloop.commerce.time import DayClosed
from linkloop.core.decision import Decision
from linkloop.core.link import Context
from linkloop.core.table import Table, join_key
from linkloop.core.text import Text

R = TypeVar("R")
LONG = timedelta(days=30)
ENOUGH = 100  # messages in that time, below which nothing is said of articles that none needed
MOST = 200  # articles that one day says something of
_MESSAGES = """
SELECT count(*) FILTER ("at" >= $since) AS n, coalesce(min("at") < $since, false) AS long FROM message_received
WHERE "at" < $until
"""
_IDLE = """
SELECT a.article_id, a.title FROM articles a
LEFT JOIN article_uses u USING (article_id)
LEFT JOIN article_problems p ON p.article_id = a.article_id AND p.kind = 'unused' AND p.other_id = '' AND NOT p.over
WHERE NOT a.withdrawn AND p.article_id IS NULL AND (u.last_at IS NULL OR u.last_at < $since)
  AND (a.updated_at IS NULL OR a.updated_at < $since) AND (a.valid_from IS NULL OR a.valid_from < $since)
  AND (a.valid_until IS NULL OR a.valid_until > $until)
ORDER BY 1 LIMIT $most
"""
_AGAIN = """
SELECT p.article_id FROM article_problems p
LEFT JOIN articles a USING (article_id)
LEFT JOIN article_uses u USING (article_id)
WHERE p.kind = 'unused' AND NOT p.over
  AND (a.article_id IS NULL OR a.withdrawn OR u.last_at >= $since OR a.updated_at >= $since OR a.valid_until <= $until)
ORDER BY 1 LIMIT $most
"""


def noted(ctx: Context, said: Generator[Table, None, R]) -> Generator[Table, None, R]:
    """Pass on what is said, and then write once a day which articles it rests on."""
    used: dict[str, None] = {}
    while True:
        try:
            item = next(said)
        except StopIteration as end:
            yield from _uses(ctx, list(used))
            return end.value
        if isinstance(item, Draft):
            used |= dict.fromkeys(one.key for one in item.evidence if one.table == "articles")
        elif isinstance(item, Decision):
            rests = item.outcome.get("evidence", ())
            used |= dict.fromkeys(one["key"] for one in rests if one["table"] == "articles")
        yield item


def _uses(ctx: Context, keys: list[str]) -> Iterator[ArticleUse]:
    now = ctx.now()
    for key in keys:
        known = ctx.read(ArticleUse, key)
        if known is None or known.last_at.date() < now.date():
            yield ArticleUse(article_id=key, first_at=known.first_at if known else now, last_at=now)


def check(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Articles that no answer has rested on for LONG though customers wrote; and those that no longer are such."""
    span = {"since": event.at - LONG, "until": event.at}
    for row in ctx.sql(_AGAIN, **span, most=MOST):
        before = ctx.read(ArticleProblem, join_key((row["article_id"], "unused", "")))
        yield _problem(row["article_id"], event, before.says if before else Text(en="", zh=""), over=True)
    wrote = ctx.sql(_MESSAGES, **span)[0]
    if wrote["n"] < ENOUGH or not wrote["long"]:  # whoever has listened for a day knows nothing of a month
        return
    for row in ctx.sql(_IDLE, **span, most=MOST):
        title, days = row["title"], LONG.days
        says = Text(en=f"no answer has rested on “{title}” for {days} days", zh=f"{days} 天来没有回答引用过《{title}》")
        yield _problem(row["article_id"], event, says)


def _problem(article_id: str, event: DayClosed, says: Text, *, over: bool = False) -> ArticleProblem:
    return ArticleProblem(article_id=article_id, kind="unused", says=says, found_at=event.at, over=over)
