"""Happening now: the last things that the shop heard and decided, each in a sentence, with its case."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.decision import Decision
from linkloop.core.text import Text
from linkloop.faces.desk.plain import proposal
from linkloop.faces.desk.telling import Teller, event_text
from linkloop.faces.desk.things_rows import Rows
from linkloop.store.schema import log
from linkloop.store.store import head_of

# What is not news by itself: clocks, and what happens many times a minute.
QUIET = ("minute_passed", "browsed", "payment_tried", "action_settled", "day_closed")
BACK = 4_000  # log lines that are looked through at most
MOST = 60


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened. `offset` is its line in the log; `status` is a decision's."""

    offset: int
    at: datetime
    kind: str
    what: Literal["heard", "decided", "alert"]
    text: Text
    about: str
    case_id: str
    decision_id: str = ""
    status: str = ""
    severity: str = ""


def happening(shop: Shop, limit: int = 30) -> list[Happening]:
    """The latest things first: events, decisions as they were taken, alerts that opened or ended."""
    with shop.store.read() as connection:
        teller = Teller(shop.zone, Rows(shop, connection).names)
        head = head_of(connection)
        query = (
            sa.select(log.c.offset, log.c.at, log.c.kind, log.c.key, log.c.case_id, log.c.is_event, log.c.body)
            .where(
                log.c.offset > head - BACK,
                sa.or_(sa.and_(log.c.is_event == 1, log.c.kind.not_in(QUIET)), log.c.kind.in_(("decisions", "alerts"))),
            )
            .order_by(log.c.offset.desc())
        )
        found: list[Happening] = []
        seen: set[str] = set()
        for row in connection.execute(query):
            if row.kind == "decisions" and row.key in seen:
                continue  # the latest version of a decision tells of it
            seen.add(row.key)
            found.append(_told(row, teller))
            if len(found) >= min(limit, MOST):
                break
    return found


def _told(row: Any, teller: Teller) -> Happening:
    if row.kind == "decisions":
        one = msgspec.json.decode(row.body, type=Decision)
        return Happening(
            offset=row.offset, at=from_micros(row.at), kind=one.action_kind, what="decided",
            text=proposal(one.action_kind, one.action, teller.names), about=one.about, case_id=one.case_id,
            decision_id=one.id, status=one.status,
        )  # fmt: skip
    body = msgspec.json.decode(row.body)
    if row.kind == "alerts":
        return Happening(
            offset=row.offset, at=from_micros(row.at), kind=body["metric"], what="alert",
            text=Text(en=body["text"]["en"], zh=body["text"]["zh"]), about=row.key, case_id=body.get("case_id", ""),
            status=body["status"], severity=body["severity"],
        )  # fmt: skip
    return Happening(
        offset=row.offset, at=from_micros(row.at), kind=row.kind, what="heard",
        text=event_text(row.kind, body, teller), about=row.key, case_id=row.case_id,
    )  # fmt: skip
