"""What is wrong and what is missing in the articles: problems, gaps, and how much of what is asked they cover."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.knowledge import ArticleProblem, KnowledgeGap, Retrieve
from linkloop.core.errors import NotFound
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.engine.asking import ask_now
from linkloop.engine.turn import Turn
from linkloop.faces.desk.knowledge import all_articles, directions
from linkloop.faces.desk.service_saying import say_once
from linkloop.links.service.knowledge.gaps import grouped
from linkloop.store.schema import state

SURE = 0.5  # from this probability on a passage counts as an answer, as the bot does
MOST_QUESTIONS = 400  # of a period, the latest: enough for ± 5 percent
_SQL = """
SELECT text, max("at") AS last FROM message_received WHERE "at" >= CAST($since AS TIMESTAMPTZ) AND length(text) >= 4
GROUP BY text ORDER BY last DESC, text LIMIT $most
"""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem with the titles of the articles that it is between."""

    article_id: str
    title: str
    kind: Literal["stale", "contradicts", "unused"]
    other_id: str
    other_title: str
    says: Text
    found_at: datetime


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Questions that ask for the same and that nothing answered, the most asked as example."""

    example: str
    intent: str
    asked: int
    last_at: datetime
    gap_ids: list[str]
    others: list[str]


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the latest different questions of a period the articles of today answer, and those never found."""

    days: int
    questions: int
    answered: int
    share: float | None
    unanswered: list[str]
    unused: list[str]
    sql: str = _SQL.strip()


def problems(shop: Shop) -> list[Problem]:
    """What is wrong with articles now: what was found when they changed, and whose time has since run out."""
    known = {one.article_id: one for one in all_articles(shop)}
    query = sa.select(state.c.body).where(state.c.kind == "article_problems").order_by(state.c.key)
    with shop.store.read() as connection:
        rows = [msgspec.json.decode(body, type=ArticleProblem) for body in connection.execute(query).scalars()]
    now = shop.clock.now()
    found = {(row.article_id, row.kind, row.other_id): row for row in rows if not row.over}
    for one in known.values():
        place = (one.article_id, "stale", "")
        if one.valid_until and one.valid_until <= now and not one.withdrawn and place not in found:
            day = one.valid_until.date().isoformat()
            says = Text(en=f"“{one.title}” was valid until {day}", zh=f"《{one.title}》的有效期到 {day} 为止")
            found[place] = ArticleProblem(article_id=one.article_id, kind="stale", says=says, found_at=one.valid_until)
    alive = {key for key, one in known.items() if not one.withdrawn}
    return [
        Problem(
            article_id=row.article_id, title=known[row.article_id].title, kind=row.kind, other_id=row.other_id,
            other_title=known[row.other_id].title if row.other_id in known else "", says=row.says,
            found_at=row.found_at,
        )
        for _, row in sorted(found.items())
        if row.article_id in alive and (not row.other_id or row.other_id in alive)
    ]  # fmt: skip


def gaps(shop: Shop, limit: int = 50) -> list[Gap]:
    """Open gaps by likeness, most asked first."""
    query = sa.select(state.c.body).where(state.c.kind == "knowledge_gaps")
    with shop.store.read() as connection:
        rows = [msgspec.json.decode(body, type=KnowledgeGap) for body in connection.execute(query).scalars()]
    waiting = {row.gap_id: row for row in rows if not row.closed}
    return [
        Gap(
            example=group.example, intent=group.intent, asked=group.asked, gap_ids=list(group.gap_ids),
            last_at=max(waiting[gap_id].last_at for gap_id in group.gap_ids), others=list(group.others),
        )
        for group in grouped(list(waiting.values()))[:limit]
    ]  # fmt: skip


def close(shop: Shop, gap_ids: list[str], by: str, key: str = "") -> int:
    """Say that gaps are filled, or nobody's business. Raises NotFound `gap.unknown`."""
    ids = sorted(set(gap_ids))

    def say(turn: Turn) -> tuple[Table, ...]:
        rows = [(gap_id, turn.w.facts.get(KnowledgeGap, gap_id)[0]) for gap_id in ids]
        if missing := [gap_id for gap_id, row in rows if row is None]:
            raise NotFound(
                "gap.unknown",
                Text(en=f"there is no gap {missing[0]}", zh=f"没有编号为 {missing[0]} 的缺口"),
                where=missing[0],
            )
        return tuple(msgspec.structs.replace(row, closed=True) for _, row in rows if row is not None)

    say_once(shop, "knowledge.close", ",".join(ids)[:200], by, key, say, body=",".join(ids))
    return len(ids)


def coverage(shop: Shop, days: int = 30) -> Coverage:
    """Ask every latest different question of the period again, of the articles of today."""
    now = shop.clock.now()
    since = (now - timedelta(days=days)).isoformat()
    rows = shop.door.query(_SQL, {"since": since, "most": MOST_QUESTIONS}).dicts()
    answered, missing, used = 0, [], set[str]()
    for row, near in zip(rows, directions(shop, [row["text"] for row in rows]), strict=True):
        found = ask_now(shop.store, shop.matrix, Retrieve(text=row["text"], at=now, limit=3, near=near)).value.passages
        sure = [passage for passage in found if passage.score >= SURE]
        answered += bool(sure)
        used |= {passage.article_id for passage in sure}
        if not sure and len(missing) < 50:
            missing.append(row["text"])
    unused = [one.article_id for one in all_articles(shop) if not one.withdrawn and one.article_id not in used]
    share = round(answered / len(rows), 4) if rows else None
    unused = unused if rows else []
    return Coverage(days=days, questions=len(rows), answered=answered, share=share, unanswered=missing, unused=unused)
