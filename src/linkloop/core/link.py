"""Link: one ring of the chain, what it hears, what it asks, what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar, overload

import msgspec

from linkloop.core.event import Event
from linkloop.core.question import Answer, Model, Question
from linkloop.core.table import Table

T = TypeVar("T", bound=Table)
E = TypeVar("E", bound=Event)
A = TypeVar("A", bound=msgspec.Struct)


class Context(Protocol):
    """All that a Link may reach: facts, SQL, judgements, other seats, the time."""

    @overload
    def read(self, table: type[T], key: str, /) -> T | None: ...
    @overload
    def read(self, table: type[T], /, **where: str) -> list[T]: ...

    def sql(self, query: str, /, **params: Any) -> list[dict[str, Any]]: ...

    def ask(self, question: Question[A], /) -> Answer[A]: ...

    def seats(self) -> list[str]: ...

    def now(self) -> datetime: ...


Handler = Callable[[Context, Any], Iterator[Table]]
Driver = Callable[[str, str, Callable[[str], Model]], Model]


class Hearing(msgspec.Struct, frozen=True):
    """One handler of a Link: `slow` handlers run beside the fast lane, on a snapshot, with an offset of their own."""

    event: type[Event]
    handler: Handler
    slow: bool = False


class Link:
    """A ring of the chain. It says Table rows, Events and Decisions; it does no I/O and imports no other Link.

    `says` and `asks` are checked at run time: what is not declared is refused. `rules` is the folder of its
    decision tables (JDM files `*.rules.json`, there or in a folder below), `models` those that it registers. `drivers`
    open models that the settings name by a URL of their scheme: from the entry's name, the URL, and what opens the URL
    of another model.
    """

    def __init__(
        self,
        name: str,
        *,
        title: tuple[str, str],
        says: tuple[type[Table], ...] = (),
        decides: tuple[type, ...] = (),
        asks: tuple[type[Question[Any]], ...] = (),
        rules: Path | None = None,
        models: tuple[Callable[[], Model], ...] = (),
        drivers: Mapping[str, Driver] | None = None,
    ) -> None:
        self.name = name
        self.title = title
        self.says = says
        self.decides = decides
        self.asks = asks
        self.rules = rules
        self.models = models
        self.drivers = dict(drivers or {})
        self.hearings: list[Hearing] = []

    def hears(
        self, event: type[E], *, slow: bool = False
    ) -> Callable[[Callable[[Context, E], Iterator[Table]]], Callable[[Context, E], Iterator[Table]]]:
        """Register a handler: a plain generator of what the Link says when it hears `event`."""

        def keep(handler: Callable[[Context, E], Iterator[Table]]) -> Callable[[Context, E], Iterator[Table]]:
            self.hearings.append(Hearing(event, handler, slow))
            return handler

        return keep
