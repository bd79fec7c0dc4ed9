"""World: where Events come from and Actions go."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

import msgspec

from linkloop.core.action import Action, Errand, Receipt
from linkloop.core.clock import Clock
from linkloop.core.event import Event
from linkloop.core.table import Table


class Delivery(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a World says at once: rows of fact and events, all or nothing, once per (source, external_id)."""

    source: str
    external_id: str
    said: tuple[Table, ...]


class Accepted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The log has it, durably. `first` and `last` are log offsets; `repeated` says that it was here before."""

    first: int
    last: int
    repeated: bool = False


class Inlet(Protocol):
    """Where a World says what happened. `accept` returns when it is durable; `post` returns at once, in order."""

    def accept(self, deliveries: list[Delivery]) -> list[Accepted]: ...

    def post(self, deliveries: list[Delivery]) -> None: ...


class World(Protocol):
    """A piece of the outside.

    `says` lists the Event and Table classes that it speaks, `performs` the names of Action classes that it
    carries out, `takes` whether this one is its own (a reply belongs to the channel that it answers). `perform` may
    be called again with the same key only after `settled` answered None: it looks up
    what became of a key (None: never seen here). Both may raise; that counts as an unknown outcome.
    """

    name: str
    performs: frozenset[str]

    @property
    def says(self) -> tuple[type[Table], ...]: ...

    def start(self, inlet: Inlet, clock: Clock) -> None: ...

    def stop(self) -> None: ...

    def takes(self, action: Action) -> bool: ...

    def perform(self, errand: Errand) -> Receipt: ...

    def settled(self, key: str) -> Receipt | None: ...


def latest(said: tuple[Table, ...]) -> datetime | None:
    """When the last event of a delivery happened, or None when it holds rows only."""
    found: datetime | None = None
    for item in said:
        if isinstance(item, Event) and (found is None or item.at > found):
            found = item.at
    return found


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What a World is opened with: its own folder, the shop's name, time zone, currency, and its options."""

    folder: str
    shop: str
    zone: str
    currency: str
    options: dict[str, Any] = {}
