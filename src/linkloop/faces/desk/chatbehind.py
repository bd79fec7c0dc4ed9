"""Behind a chat: each message of a web chat with its case and what was decided about it."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Message, MessageReceived
from linkloop.core.clock import from_micros
from linkloop.core.decision import Decision
from linkloop.store.schema import log, state

MOST = 50
_REACH = 4  # log lines after a message's row in which its event stands: both came in one delivery


class ChatTold(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's message, the case that it opened, and its decisions as they stand."""

    message_id: str
    text: str
    at: datetime
    case_id: str
    decisions: list[Decision]


def behind(shop: Shop, session: str) -> list[ChatTold]:
    """The last MOST messages of a conversation, latest first; empty for one that nobody wrote in."""
    query = (
        sa.select(state.c.offset, state.c.body)
        .where(state.c.kind == "messages", state.c.ix1 == session)
        .order_by(state.c.offset.desc())
        .limit(2 * MOST)
    )
    told: list[ChatTold] = []
    with shop.store.read() as connection:
        for row in connection.execute(query).all():
            message = msgspec.json.decode(row.body, type=Message)
            if message.author != "customer" or len(told) == MOST:
                continue
            near = sa.select(log.c.at, log.c.case_id, log.c.body).where(
                log.c.offset > row.offset, log.c.offset <= row.offset + _REACH, log.c.kind == "message_received"
            )
            for line in connection.execute(near):
                if msgspec.json.decode(line.body, type=MessageReceived).message_id == message.message_id:
                    told.append(
                        ChatTold(
                            message_id=message.message_id,
                            text=message.text,
                            at=from_micros(line.at),
                            case_id=line.case_id,
                            decisions=_decided(connection, line.case_id),
                        )
                    )
    return told


def _decided(connection: sa.Connection, case_id: str) -> list[Decision]:
    query = sa.select(state.c.body).where(state.c.kind == "decisions", state.c.ix2 == case_id).order_by(state.c.key)
    return [msgspec.json.decode(body, type=Decision) for body in connection.execute(query).scalars()]
