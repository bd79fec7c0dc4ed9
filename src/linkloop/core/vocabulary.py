"""The vocabulary: every Table, Event, Question and Action class that is imported, by name, with its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from linkloop.core.action import Action
from linkloop.core.decision import Decision
from linkloop.core.errors import NotFound
from linkloop.core.event import Event
from linkloop.core.question import ModelCard, Question
from linkloop.core.table import Table, table_name
from linkloop.core.text import Text

C = TypeVar("C", bound=type)


def _below(kind: C) -> Iterator[C]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def tables() -> dict[str, type[Table]]:
    """SQL name → class, for every Table and Event (and Decision)."""
    return {table_name(t): t for t in _below(Table) if t is not Event}


def events() -> dict[str, type[Event]]:
    """SQL name → class, for every Event."""
    return {table_name(t): t for t in _below(Event)}


def actions() -> dict[str, type[Action]]:
    """Class name → class, for every Action."""
    return {t.__name__: t for t in _below(Action)}


def action_kind(name: str) -> type[Action] | None:
    """The Action class of this name, or None: `actions()` with a memory, for every effect of every message asks."""
    direct = Action.__subclasses__()
    if direct != _direct or name not in _known:
        _direct[:] = direct
        _known.clear()
        _known.update(actions())
    return _known.get(name)


_direct: list[type[Action]] = []
_known: dict[str, type[Action]] = {}


def questions() -> dict[str, type[Question[Any]]]:
    """Class name → class, for every Question."""
    return {t.__name__: t for t in _below(Question) if not t.__name__.startswith("Question[")}


def action_of(decision: Decision) -> Action:
    """The typed Action of a decision. Raises NotFound `action.unknown` when its class is not installed."""
    kind = action_kind(decision.action_kind)
    if kind is None:
        raise NotFound(
            "action.unknown",
            Text(en=f"no action is called {decision.action_kind}", zh=f"没有名为 {decision.action_kind} 的动作"),
            Text(en="Install the package that defines it.", zh="请安装定义它的软件包。"),
        )
    return msgspec.convert(decision.action, kind)


def schema() -> dict[str, Any]:
    """One JSON Schema document (2020-12) with every noun under `$defs`, made from the classes themselves."""
    nouns: list[Any] = [*tables().values(), *actions().values(), *questions().values(), ModelCard]
    _, defs = msgspec.json.schema_components(nouns, ref_template="#/$defs/{name}")
    return _as_json({"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": defs})


def json_schema(kind: type) -> dict[str, Any]:
    """The JSON Schema of one class."""
    return _as_json(msgspec.json.schema(kind))


def _as_json(document: dict[str, Any]) -> dict[str, Any]:
    """Lists for tuples, as a validator of JSON Schema expects them in defaults."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    return plain
