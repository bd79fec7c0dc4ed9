"""The queue: conversations by the seconds that are left, then mood, then order value; a page at a time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Conversation, ConversationStatus
from linkloop.commerce.customers import Customer
from linkloop.commerce.understanding import Mood
from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.faces.desk.reading import bounded
from linkloop.faces.desk.service_holding import holds, turn_of
from linkloop.faces.desk.service_views import QueueCounts, QueueItem, QueuePage
from linkloop.faces.desk.things_rows import Rows
from linkloop.store.schema import state

LIVE = ("open", "waiting", "with_person")
_WEIGHT = {"angry": 1.0, "anxious": 0.6, "neutral": 0.0, "pleased": -1.0}
_NEVER = datetime.max.replace(tzinfo=UTC)
Rank = tuple[str, float, int, str]


class QueueAsk(msgspec.Struct, frozen=True, kw_only=True):
    """What to show. No status: whatever waits for somebody (not what the bot has answered in time, nor the solved)."""

    status: ConversationStatus | None = None
    channel: str = ""
    mood: Mood | None = None
    mine: bool = False
    limit: int = 50
    cursor: str = ""


def queue(shop: Shop, asked: QueueAsk, by: str) -> QueuePage:
    """A page of conversations, most pressing first, and counts of all. Raises LinkloopError `cursor.invalid`."""
    now = shop.clock.now()
    after = _rank_of(asked.cursor) if asked.cursor else None
    with shop.store.read() as connection:
        live = live_rows(connection)
        solved = connection.execute(_count("solved")).scalar_one()
        found = _rows(connection, "solved") if asked.status == "solved" else live
        wanted = [row for row in found if _fits(row, asked, by, now)]
        ranked = sorted(((rank(row), row) for row in wanted), key=lambda pair: pair[0])
        page = [pair for pair in ranked if after is None or pair[0] > after][: bounded(asked.limit)]
        names = {c.customer_id: c.name for c in Rows(shop, connection).many(Customer, (r.customer_id for _, r in page))}
    more = bool(page) and page[-1][0] != ranked[-1][0]
    return QueuePage(
        items=[_item(row, names.get(row.customer_id, ""), by, now) for _, row in page],
        counts=_counts(live, solved, by, now),
        now=now,
        next=msgspec.json.encode(page[-1][0]).decode() if more else "",
    )


def rank(row: Conversation) -> Rank:
    """The order of the queue: when the answer is due, how bad the mood is, what the order is worth, the id."""
    due = row.answer_by or _NEVER
    worth = row.order_value.amount if row.order_value else 0
    return due.isoformat(), -_WEIGHT[row.mood] * row.intensity, -worth, row.conversation_id


def seconds_left(row: Conversation, now: datetime) -> int | None:
    """Until the answer is due; negative when it is late, None when nobody waits."""
    return None if row.answer_by is None else int((row.answer_by - now).total_seconds())


def live_rows(connection: sa.Connection) -> list[Conversation]:
    """Every conversation that is not solved."""
    return [row for status in LIVE for row in _rows(connection, status)]


def _rows(connection: sa.Connection, status: str) -> list[Conversation]:
    query = sa.select(state.c.body).where(state.c.kind == "conversations", state.c.ix2 == status)
    return [msgspec.json.decode(body, type=Conversation) for body in connection.execute(query).scalars()]


def _count(status: str) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(state).where(state.c.kind == "conversations", state.c.ix2 == status)


def _fits(row: Conversation, asked: QueueAsk, by: str, now: datetime) -> bool:
    if asked.status is None and not asked.mine and row.status == "open" and not _late(row, now):
        return False
    return (
        (asked.status is None or row.status == asked.status)
        and (not asked.channel or row.channel == asked.channel)
        and (asked.mood is None or row.mood == asked.mood)
        and (not asked.mine or (row.held_by == by and holds(row, now)))
        and not (row.status == "solved" and row.continued_by)
    )


def _late(row: Conversation, now: datetime) -> bool:
    return row.answer_by is not None and row.answer_by < now


def _item(row: Conversation, name: str, by: str, now: datetime) -> QueueItem:
    return QueueItem(
        conversation=row,
        customer_name=name,
        last_text=row.recent[-1] if row.recent else "",
        seconds_left=seconds_left(row, now),
        turn=turn_of(row, by, now),
        trusted=bool(row.customer_id),
    )


def _counts(live: list[Conversation], solved: int, by: str, now: datetime) -> QueueCounts:
    statuses = Counter(row.status for row in live)
    pressing = [row for row in live if row.status != "open" or _late(row, now)]
    return QueueCounts(
        open=statuses["open"],
        waiting=statuses["waiting"],
        with_person=statuses["with_person"],
        solved=solved,
        mine=sum(row.held_by == by and holds(row, now) for row in live),
        late=sum(_late(row, now) for row in live),
        channels=dict(sorted(Counter(row.channel for row in pressing).items())),
        moods=dict(sorted(Counter(row.mood for row in pressing).items())),
    )


def _rank_of(cursor: str) -> Rank:
    try:
        return msgspec.json.decode(cursor, type=Rank)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeError) as error:
        raise LinkloopError(
            "cursor.invalid",
            Text(en="this cursor did not come from a page", zh="游标无效"),
            Text(en="Start without one.", zh="请从第一页开始。"),
            where="cursor",
        ) from error
