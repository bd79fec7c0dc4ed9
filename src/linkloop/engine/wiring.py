"""Wiring: which link hears which event, drawn from the Link objects alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from linkloop.core.event import Event
from linkloop.core.link import Handler, Link
from linkloop.core.table import Table, table_name
from linkloop.core.world import World


class Edge(msgspec.Struct, frozen=True):
    """`speaker` says `word`, `hearer` hears it; `how` is event, row or action."""

    speaker: str
    word: str
    hearer: str
    how: str


class Wiring:
    """The routes of a set of links, sorted by name so that no order is hidden."""

    def __init__(self, links: Sequence[Link]) -> None:
        self.links = sorted(links, key=lambda link: link.name)
        self.fast: dict[type[Event], list[tuple[Link, Handler]]] = {}
        self.slow: dict[str, dict[str, Handler]] = {}
        for link in self.links:
            heard = [hearing.event for hearing in link.hearings]
            if twice := {event.__name__ for event in heard if heard.count(event) > 1}:
                raise TypeError(f"link {link.name} has two handlers for {', '.join(sorted(twice))}; ids would collide")
            for hearing in link.hearings:
                if hearing.slow:
                    self.slow.setdefault(link.name, {})[table_name(hearing.event)] = hearing.handler
                else:
                    self.fast.setdefault(hearing.event, []).append((link, hearing.handler))
        self.fast_kinds = frozenset(table_name(event) for event in self.fast)

    def link(self, name: str) -> Link:
        """The link with this name; KeyError when there is none."""
        return next(link for link in self.links if link.name == name)

    def seats(self) -> list[str]:
        """Links that hold a seat in negotiations: those that know the worth of an offer."""
        return [link.name for link in self.links if hasattr(link, "worth")]


def edges(links: Sequence[Link], worlds: Sequence[World], loop_says: Sequence[type[Table]] = ()) -> list[Edge]:
    """Who hears whom: every (speaker, word, hearer); a word without a hearer ends at an empty string, and so on."""
    speakers: dict[str, set[str]] = {}
    hearers: dict[str, set[str]] = {}
    kinds: dict[str, str] = {}

    def note(book: dict[str, set[str]], word: Any, who: str, how: str) -> None:
        name = word if isinstance(word, str) else word.__name__
        book.setdefault(name, set()).add(who)
        kinds[name] = how

    for world in worlds:
        for word in world.says:
            note(speakers, word, world.name, _how(word))
        for action in world.performs:
            note(hearers, action, world.name, "action")
    for word in loop_says:
        note(speakers, word, "loop", _how(word))
    for link in links:
        for word in link.says:
            note(speakers, word, link.name, _how(word))
        for action in link.decides:
            note(speakers, action, link.name, "action")
        for hearing in link.hearings:
            note(hearers, hearing.event, link.name, "event")
    return [
        Edge(speaker, word, hearer, kinds[word])
        for word in sorted(kinds)
        for speaker in sorted(speakers.get(word, {""}))
        for hearer in sorted(hearers.get(word, {""}))
        if kinds[word] != "row"
    ]


def _how(word: type[Table]) -> str:
    return "event" if issubclass(word, Event) else "row"
