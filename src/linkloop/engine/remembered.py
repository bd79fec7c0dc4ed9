"""Remembered: what live models answered in the past, for a replay to take instead of asking them again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.core.decision import Asked, Decision
from linkloop.core.question import Question
from linkloop.store.schema import log

_Place = tuple[str, str, str, bytes]


class Remembered:
    """The live answers behind some decisions, by the event, the link and the question that they were given to. What is
    not there was not asked then, or was not answered: a replay hears silence."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._given: dict[_Place, Asked] = {}
        for decision in decisions:
            for asked in decision.asked:
                if asked.live:
                    place = _place(decision.cause_id, decision.link, asked.question, asked.asked)
                    self._given.setdefault(place, asked)

    def find(self, event_id: str, link: str, question: Question[Any]) -> Asked | None:
        """What was answered then, or None."""
        return self._given.get(_place(event_id, link, type(question).__name__, msgspec.to_builtins(question)))


def behind(connection: sa.Connection, decision: Decision) -> Remembered:
    """The live answers of the hearing that a decision came from: each stands with the first decision after it."""
    query = sa.select(log.c.body).where(log.c.case_id == decision.case_id, log.c.kind == "decisions")
    found = (msgspec.json.decode(row.body, type=Decision) for row in connection.execute(query))
    return Remembered(one for one in found if one.cause_id == decision.cause_id and one.link == decision.link)


def _place(event_id: str, link: str, question: str, asked: dict[str, Any]) -> _Place:
    return event_id, link, question, msgspec.json.encode(asked, order="deterministic")
