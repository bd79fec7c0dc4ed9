"""The five things that a Link may reach, with a trace of what it looked at."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from math import inf
from typing import Any, TypeVar, overload

import msgspec

from linkloop.core.decision import Asked, Read
from linkloop.core.errors import NotFound, Refused
from linkloop.core.event import Event
from linkloop.core.feed import FedModel, is_fed
from linkloop.core.link import Link
from linkloop.core.live import is_live, silent
from linkloop.core.question import Answer, Given, Model, Question, answer_type
from linkloop.core.table import Table, table_name
from linkloop.core.text import Text
from linkloop.engine.remembered import Remembered
from linkloop.models.matrix import Matrix
from linkloop.models.route import choose
from linkloop.store.facts import Facts

T = TypeVar("T", bound=Table)
A = TypeVar("A", bound=msgspec.Struct)
Sql = Callable[[str, dict[str, Any]], list[dict[str, Any]]]
TRACE_ROOM = 200  # a decision keeps at most this many reads: more would not be read by anybody


class LinkContext:
    """One handler call of one Link: `read`, `sql`, `ask`, `seats`, `now`, as core.link.Context promises."""

    def __init__(
        self,
        link: Link,
        event: Event,
        facts: Facts,
        matrix: Matrix,
        sql: Sql,
        seats: list[str],
        *,
        horizon: int = 0,
        rows: Sequence[tuple[int, Table]] = (),
        answer_by: float = 0.0,
        remembered: Remembered | None = None,
        patience_s: float = inf,
    ) -> None:
        self._link = link
        self._event = event
        self._facts = facts
        self._matrix = matrix
        self._sql = sql
        self._seats = seats
        self._horizon = horizon  # the log offset as of which models that are fed by tables answer
        self._rows = rows  # what this transaction has written so far
        self._answer_by = answer_by  # time.monotonic() seconds; 0: no deadline
        self._remembered = remembered  # in a replay: what live models answered then; they are not asked again
        self._patience_s = patience_s  # the most that a live model may take, whatever the deadline
        self._reads: list[Read] = []
        self._asked: list[Asked] = []

    @overload
    def read(self, table: type[T], key: str, /) -> T | None: ...
    @overload
    def read(self, table: type[T], /, **where: str) -> list[T]: ...

    def read(self, table: type[T], key: str | None = None, /, **where: str) -> T | list[T] | None:
        """The row with this key, or the rows whose index field has this value, sorted by key."""
        if key is not None:
            row, offset = self._facts.get(table, key)
            self._reads.append(Read(table=table_name(table), key=key, offset=offset))
            return row
        if len(where) != 1:
            raise TypeError("read() takes a key, or one index field")
        field, value = next(iter(where.items()))
        found = self._facts.where(table, field, value)
        self._reads.append(
            Read(table=table_name(table), key=f"{field}={value}", offset=max((o for _, o in found), default=0))
        )
        return [row for row, _ in found]

    def sql(self, query: str, /, **params: Any) -> list[dict[str, Any]]:
        """Rows of a read-only query over all tables, as of this event; parameters are `$name`."""
        self._reads.append(Read(table="sql", key=query[:200], offset=0))
        return self._sql(query, params)

    def ask(self, question: Question[A], /) -> Answer[A]:
        """The judgement of the best model that answers in the time left."""
        if self._link.asks and type(question) not in self._link.asks:
            raise undeclared(self._link, f"asks {type(question).__name__}")
        if (then := self._then(question)) is not None:
            return then
        started = time.perf_counter_ns()
        model, given = self._given(question)
        answer = Answer(
            value=given.value,
            model=model.card.name,
            version=model.card.version,
            confidence=given.confidence,
            hits=given.hits,
            near=given.near,
            took_us=(time.perf_counter_ns() - started) // 1000,
        )
        self._matrix.timed(type(question).__name__, answer.model, answer.took_us)
        self._asked.append(
            Asked(
                question=type(question).__name__,
                asked=msgspec.to_builtins(question),
                answered=_kept(question, given.value, is_live(model)),
                model=answer.model,
                version=answer.version,
                confidence=answer.confidence,
                hits=answer.hits,
                near=answer.near,
                live=is_live(model),
            )
        )
        return answer

    def _given(self, question: Question[A]) -> tuple[Model, Given[Any]]:
        """The best model that has an answer, and the answer. In a replay live models are not there."""
        candidates = self._matrix.candidates(type(question))
        if self._remembered is not None and candidates:
            candidates = tuple(model for model in candidates if not is_live(model))
            if not candidates:
                raise silent("replay", Text(en="nothing was answered then", zh="当时没有回答"))
        model = choose(candidates, self._left_s() * 1000)
        if is_live(model):
            try:
                return model, model.answer_within(question, min(self._left_s(), self._patience_s))
            except NotFound:
                others = tuple(other for other in candidates if not is_live(other))
                if not others:
                    raise
                model = choose(others, self._left_s() * 1000)
        return model, self._fed(model, question) if is_fed(model) else model.answer(question)

    def _then(self, question: Question[A]) -> Answer[A] | None:
        """In a replay what a live model answered to this then, unless another model is asked for sure in its place."""
        name = type(question).__name__
        if self._remembered is None or name in self._matrix.forced:
            return None
        asked = self._remembered.find(self._event.id, self._link.name, question)
        if asked is None:
            return None
        self._asked.append(asked)
        value: Any = msgspec.convert(asked.answered, answer_type(type(question)))
        return Answer(
            value=value,
            model=asked.model,
            version=asked.version,
            confidence=asked.confidence,
            hits=asked.hits,
            near=asked.near,
        )

    def _left_s(self) -> float:
        return self._answer_by - time.monotonic() if self._answer_by else float("inf")

    def _fed(self, model: FedModel, question: Question[A]) -> Given[Any]:
        fed = self._matrix.feed.of(model)
        assert self._facts.connection is not None
        fed.bring(self._facts.connection, self._rows, self._horizon)
        return fed.answer(question, self._horizon, self.read)

    def seats(self) -> list[str]:
        """Names of the links that hold a seat in negotiations."""
        return list(self._seats)

    def now(self) -> datetime:
        """The moment of the event that is being heard."""
        return self._event.at

    def take_trace(self) -> tuple[tuple[Read, ...], tuple[Asked, ...]]:
        """What was read and asked since the last decision of this call."""
        trace = tuple(self._reads[-TRACE_ROOM:]), tuple(self._asked[-TRACE_ROOM:])
        self._reads, self._asked = [], []
        return trace


def _kept(question: Question[Any], value: Any, live: bool) -> dict[str, Any]:
    """What the ledger keeps of an answer: all of it, or a long one's digest where it can be had again."""
    if not type(question).__long__ or live:
        kept: dict[str, Any] = msgspec.to_builtins(value)
        return kept
    body = msgspec.json.encode(value)
    return {"sha256": sha256(body).hexdigest(), "bytes": len(body)}


def undeclared(link: Link, what: str) -> Refused:
    """A Link did what it does not declare."""
    return Refused(
        "link.undeclared",
        Text(en=f"link {link.name} {what} without declaring it", zh=f"环节 {link.name} 未声明就 {what}"),
        Text(en="Add it to the Link's declaration.", zh="请加入该环节的声明。"),
    )
