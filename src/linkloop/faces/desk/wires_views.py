"""What the map shows: nodes, edges with how often they are used, and one link in full."""

from __future__ import annotations

from typing import Literal

import msgspec

from linkloop.core.text import Text

Noun = Literal["world", "loop", "link"]


class WireNode(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who speaks or hears; worlds have no title of their own."""

    name: str
    noun: Noun
    title: Text | None = None


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """`speaker` says `word` and `hearer` hears it (empty: nobody). `kind` is how the log and the stream name it.

    `per_minute` is over the last minutes of the shop's clock. Of an action, what was decided is counted, and
    `held` of it waits for a person.
    """

    speaker: str
    word: str
    hearer: str
    how: Literal["event", "action"]
    kind: str
    slow: bool
    today: int
    per_minute: float
    held: int = 0


class WireMap(msgspec.Struct, frozen=True, kw_only=True):
    """Who hears what, and how often today; rates are over `window_minutes`."""

    window_minutes: int
    nodes: list[WireNode]
    wires: list[Wire]


class LinkHears(msgspec.Struct, frozen=True, kw_only=True):
    """An event that a link hears; a slow one is heard beside the fast lane. `today` counts the event."""

    kind: str
    about: Text
    slow: bool
    today: int
    deadline_ms: int


class LinkSays(msgspec.Struct, frozen=True, kw_only=True):
    """A row or event that a link says."""

    kind: str
    about: Text
    noun: Literal["event", "row"]
    today: int


class LinkAsks(msgspec.Struct, frozen=True, kw_only=True):
    """A question that a link asks, who answers it, and how often today for a decision."""

    question: str
    about: Text
    models: list[str]
    today: int


class LinkDecides(msgspec.Struct, frozen=True, kw_only=True):
    """An action that a link decides: how many today, and how they stand."""

    action: str
    about: Text
    today: int
    statuses: dict[str, int]


class LinkTable(msgspec.Struct, frozen=True, kw_only=True):
    """A decision table of a link that is live."""

    name: str
    version: str
    question: str


class LinkCard(msgspec.Struct, frozen=True, kw_only=True):
    """One link in full. `dead_letters` wait for a person; `late` decisions of today missed their deadline."""

    name: str
    title: Text
    hears: list[LinkHears]
    says: list[LinkSays]
    asks: list[LinkAsks]
    decides: list[LinkDecides]
    tables: list[LinkTable]
    dead_letters: int
    late: int
