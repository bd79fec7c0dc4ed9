"""What the bot could not answer: how often people were needed, by what was asked, with an example of each."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.text import Text
from linkloop.store.sql.session import repr_sql

MOST = 40
_SQL = f"""
SELECT coalesce(json_extract_string(intents, '$[0]'), '') AS intent, count(*) AS asked,
  count(*) FILTER (handed_over > 0) AS handed_over,
  arg_max(conversation_id, opened_at) FILTER (handed_over > 0) AS conversation_id,
  arg_max(json_extract_string(recent, '$[0]'), opened_at) FILTER (handed_over > 0) AS example,
  arg_max(why_person, opened_at) FILTER (handed_over > 0 AND why_person IS NOT NULL) AS why
FROM conversations
WHERE opened_at >= CAST($since AS TIMESTAMPTZ) AND continued_by = ''
  AND coalesce(json_extract_string(intents, '$[0]'), '') NOT IN ('thanks', 'greeting', 'yes', 'no')
GROUP BY 1 HAVING count(*) FILTER (handed_over > 0) > 0 ORDER BY handed_over DESC, intent LIMIT {MOST}
"""


class Unanswered(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that customers ask for: in how many conversations, and how many of these needed a person. `example` is
    what the customer wrote in the latest of them, `why` why a person was needed where one of them still waits."""

    intent: str
    asked: int
    handed_over: int
    why: Text | None
    conversation_id: str
    example: str


class UnansweredPage(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, most hand-overs first, and the SQL that it comes from."""

    items: list[Unanswered]
    sql: str


def unanswered(shop: Shop, days: int) -> UnansweredPage:
    """What needed people in conversations that were opened in the last `days` days."""
    since = (shop.clock.now() - timedelta(days=days)).isoformat()
    rows = shop.door.query(_SQL, {"since": since}, max_rows=MOST).dicts()
    items = [
        Unanswered(
            intent=row["intent"],
            asked=row["asked"],
            handed_over=row["handed_over"],
            why=msgspec.json.decode(row["why"], type=Text) if row["why"] else None,
            conversation_id=row["conversation_id"],
            example=row["example"] or "",
        )
        for row in rows
    ]
    return UnansweredPage(items=items, sql=_SQL.strip().replace("$since", repr_sql(since)))
