"""A shop in memory for tests of links: rows in a dict, real SQL over them in DuckDB, real decision tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar, overload

import duckdb
import msgspec

from linkloop.core.decision import Decision
from linkloop.core.event import Event
from linkloop.core.feed import is_fed
from linkloop.core.link import Link
from linkloop.core.question import Answer, Question
from linkloop.core.table import Table, key_of
from linkloop.core.vocabulary import action_of, tables
from linkloop.engine.rules import RuleModel, load
from linkloop.models.matrix import Matrix
from linkloop.models.route import choose
from linkloop.store.columns import to_arrow
from linkloop.store.sql.guard import check
from linkloop.store.sql.views import shipped_views

T = TypeVar("T", bound=Table)
A = TypeVar("A", bound=msgspec.Struct)


class MemoryShop:
    """State, events and decisions of one link under test; it is the Context of every handler that it runs."""

    def __init__(self, link: Link, rows: Iterable[Table] = ()) -> None:
        self.link = link
        self.rows: dict[type[Table], dict[str, Table]] = {}
        self.said: list[Table] = []
        self.matrix = Matrix([model() for model in link.models])
        for path in sorted(link.rules.rglob("*.rules.json")) if link.rules else ():
            self.matrix.register(RuleModel(load(path)))
        self._told: dict[str, dict[tuple[type[Table], str], Table]] = {}
        self._offset = 0
        self._now = datetime(2026, 1, 1, tzinfo=UTC)
        self._sql: duckdb.DuckDBPyConnection | None = None
        self._views = False
        self.keep(rows)

    @overload
    def read(self, table: type[T], key: str, /) -> T | None: ...
    @overload
    def read(self, table: type[T], /, **where: str) -> list[T]: ...

    def read(self, table: type[T], key: str | None = None, /, **where: str) -> T | list[T] | None:
        """As core.link.Context says."""
        kept: dict[str, Any] = self.rows.get(table, {})
        if key is not None:
            return kept.get(key)
        ((field, value),) = where.items()
        assert field in table.__index__
        return [row for _, row in sorted(kept.items()) if str(getattr(row, field)) == value]

    def sql(self, query: str, /, **params: Any) -> list[dict[str, Any]]:
        """As core.link.Context says, over every table of the vocabulary; what the real door refuses is refused."""
        if self._sql is None:
            self._sql = duckdb.connect()
            self._sql.execute("SET TimeZone = 'UTC'")
            for name, kind in tables().items():
                kept = list(enumerate(self.rows.get(kind, {}).values(), 1))
                self._sql.register(name, to_arrow(kind, kept))
            self._views = False
        names = check(self._sql, query, tables().keys() | shipped_views().keys()).names
        if not self._views and names & shipped_views().keys():
            _show_views(self._sql)
            self._views = True
        found = self._sql.execute(query, params)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def ask(self, question: Question[A], /) -> Answer[A]:
        """As core.link.Context says."""
        assert type(question) in self.link.asks
        model = choose(self.matrix.candidates(type(question)))
        given = self._fed(model, question) if is_fed(model) else model.answer(question)
        return Answer(
            value=given.value,
            model=model.card.name,
            version=model.card.version,
            confidence=given.confidence,
            hits=given.hits,
            near=given.near,
        )

    def _fed(self, model: Any, question: Question[Any]) -> Any:
        """The answer of a model that is fed by tables: it gets every row that is new since it was asked last."""
        told = self._told.setdefault(model.card.name, {})
        for kind in model.fed_by:
            for key, row in self.rows.get(kind, {}).items():
                if told.get((kind, key)) is not row:
                    self._offset += 1
                    told[kind, key] = row
                    model.feed([(self._offset, row)])
        return model.answer_at(question, self._offset, self.read)

    def seats(self) -> list[str]:
        """Nobody sits in council here."""
        return []

    def now(self) -> datetime:
        """The moment of the event that is being heard."""
        return self._now

    def keep(self, rows: Iterable[Table]) -> None:
        """Rows and events become state, as the log makes them."""
        for row in rows:
            key = key_of(row) or str(len(self.rows.get(type(row), {})))
            self.rows.setdefault(type(row), {})[key] = row
        if self._sql is not None:
            self._sql.close()
            self._sql = None

    def hear(self, *events: Event, slow: bool = True) -> list[Table]:
        """Let the link hear events one after another; gives what it said, and checks that it may say it."""
        said: list[Table] = []
        for event in events:
            self.keep([event])
            for hearing in self.link.hearings:
                if hearing.event is not type(event) or (hearing.slow and not slow):
                    continue
                self._now = event.at
                words = list(hearing.handler(self, event))
                for word in words:
                    assert isinstance(word, Decision) or type(word) in self.link.says, word
                self.keep(word for word in words if not isinstance(word, Decision))
                said += words
        self.said += said
        return said


def _show_views(sql: duckdb.DuckDBPyConnection) -> None:
    """The shipped views over the tables, those that others build on first."""
    waiting = dict(shipped_views())
    while waiting:
        before = len(waiting)
        for name, select in list(waiting.items()):
            try:
                sql.execute(f'CREATE VIEW "{name}" AS {select}')
            except duckdb.CatalogException:  # it builds on a view that comes later
                continue
            del waiting[name]
        assert len(waiting) < before, waiting.keys()


def decisions(said: Iterable[Table]) -> list[Decision]:
    """The decisions among what was said."""
    return [word for word in said if isinstance(word, Decision)]


def actions(said: Iterable[Table]) -> list[Any]:
    """The typed actions of the decisions among what was said."""
    return [action_of(decision) for decision in decisions(said)]


def of_kind(said: Iterable[Table], kind: type[T]) -> list[T]:
    """What was said of one kind."""
    return [word for word in said if isinstance(word, kind)]
