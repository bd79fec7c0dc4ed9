"""Service today: how many customers wrote, how long they waited, and who waits for an answer now."""

from __future__ import annotations

from datetime import timedelta

from linkloop.app.shop import Shop
from linkloop.faces.desk.today_frame import Frame, Span
from linkloop.faces.desk.today_views import TodayService, WaitingConversation

SHOWN = 12
BACK = timedelta(days=2)  # nobody waits longer for a chat

_MESSAGES = """
WITH said AS (
  SELECT conversation_id, customer_id, author, channel, text, sent_at,
    lead(author) OVER talk AS next_author, lead(sent_at) OVER talk AS next_at
  FROM messages WHERE sent_at >= $since AND sent_at < $at WINDOW talk AS (PARTITION BY conversation_id ORDER BY sent_at)
)
SELECT * EXCLUDE (next_author, next_at),
  count(*) FILTER (author = 'customer' AND sent_at >= $today) OVER () AS messages,
  count(*) FILTER (next_author <> 'customer' AND author = 'customer' AND sent_at >= $today) OVER () AS answered,
  median(CASE WHEN next_author <> 'customer' AND author = 'customer' AND sent_at >= $today
    THEN epoch(next_at) - epoch(sent_at) END) OVER () AS wait_s,
  count(*) FILTER (author = 'customer' AND next_author IS NULL) OVER () AS waiting
FROM said QUALIFY author = 'customer' AND next_author IS NULL OR row_number() OVER (ORDER BY sent_at DESC) = 1
ORDER BY sent_at, conversation_id
"""


def service(shop: Shop, day: Frame) -> tuple[TodayService, int]:
    """The messages of today, who waits (at most SHOWN, longest first), and how many wait in all."""
    rows = shop.door.query(
        _MESSAGES, {"since": day.at - BACK, "at": day.at, "today": day.start()}, max_rows=100_000
    ).dicts()
    waiting = [row for row in rows if row["author"] == "customer" and row["waiting"]]
    found = TodayService(
        messages=rows[0]["messages"] if rows else 0,
        answered=rows[0]["answered"] if rows else 0,
        median_wait_s=rows[0]["wait_s"] if rows else None,
        waiting=[
            WaitingConversation(
                conversation_id=row["conversation_id"], customer_id=row["customer_id"], channel=row["channel"],
                text=row["text"], since=row["sent_at"],
            )
            for row in waiting[:SHOWN]
        ],
        sql=waiting_sql(day),
    )  # fmt: skip
    return found, rows[0]["waiting"] if rows else 0


def waiting_sql(day: Frame) -> str:
    """Conversations of the last two days whose last word is the customer's."""
    return (
        "SELECT conversation_id, customer_id, channel, text, sent_at\nFROM messages\n"
        f"WHERE {Span(day.at - BACK, day.at).sql('sent_at')}\n"
        "QUALIFY row_number() OVER (PARTITION BY conversation_id ORDER BY sent_at DESC) = 1 AND author = 'customer'\n"
        "ORDER BY sent_at"
    )


def waiting_count_sql(day: Frame) -> str:
    """How many conversations wait for an answer."""
    return f"SELECT count(*) AS waiting FROM (\n{waiting_sql(day)}\n)"
