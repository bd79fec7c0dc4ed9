"""Lineage: which world or link says a table, who hears and reads it, and what they say or decide because of it."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Literal
from weakref import WeakKeyDictionary

import msgspec

from linkloop.app.shop import LOOP_SAYS, Shop
from linkloop.core.decision import Decision
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.event import Event
from linkloop.core.link import Link
from linkloop.core.table import Table, table_name
from linkloop.core.text import Text
from linkloop.core.vocabulary import tables

NodeKind = Literal["world", "loop", "link", "gate", "table", "event", "view", "action"]
EdgeHow = Literal["says", "hears", "reads", "decides", "does", "builds", "records"]


class LineageNode(msgspec.Struct, frozen=True, order=True):
    """A thing on the graph: `id` is `<kind>:<name>`, tables and events and views share `table:<name>`."""

    id: str
    kind: NodeKind
    name: str
    title: Text | None = None


class LineageEdge(msgspec.Struct, frozen=True, order=True):
    """`source` says, hears, reads … `target`, in the direction in which facts flow."""

    source: str
    target: str
    how: EdgeHow


class Lineage(msgspec.Struct, frozen=True):
    """A graph of facts, sorted so that it is the same each time."""

    nodes: list[LineageNode]
    edges: list[LineageEdge]


def lineage(shop: Shop, about: str = "", steps: int = 2) -> Lineage:
    """The whole graph, or what lies at most `steps` before and after the table, link, world or action `about`.

    Edges point the way facts flow. Raises NotFound `lineage.unknown`.
    """
    whole = _whole(shop)
    if not about:
        return whole
    known = {node.id for node in whole.nodes}
    start = about if about in known else f"table:{about}"
    if start not in known:
        raise NotFound(
            "lineage.unknown",
            Text(en=f"nothing is known of {about}", zh=f"血缘图中没有 {about}"),
            Text(en="Name a table, or <kind>:<name>.", zh="请给出表名，或 <类型>:<名称>。"),
            where=about,
        )
    near = _reach(whole.edges, start, steps, forward=True) | _reach(whole.edges, start, steps, forward=False)
    edges = [edge for edge in whole.edges if edge.source in near and edge.target in near]
    return Lineage([node for node in whole.nodes if node.id in near], edges)


def owners(shop: Shop, kind: type[Table]) -> list[str]:
    """Who says rows of a class: `world:<name>`, `link:<name>`, `loop`; empty where only files bring it."""
    found = [f"world:{world.name}" for world in shop.worlds if kind in world.says]
    found += [f"link:{link.name}" for link in shop.links if kind in link.says]
    return sorted(found + (["loop"] if kind in LOOP_SAYS else []))


def readers(shop: Shop, name: str) -> list[str]:
    """Links that hear or read rows of a table or view."""
    found = {e.target for e in _whole(shop).edges if e.source == f"table:{name}" and e.how in ("hears", "reads")}
    return sorted(found)


def _whole(shop: Shop) -> Lineage:
    """Made once a shop: links, worlds and views do not change while it is open."""
    kept = _GRAPHS.get(shop)
    if kept is None or kept[0] is not shop.links:
        kept = _GRAPHS[shop] = (shop.links, _graph(shop))
    return kept[1]


_GRAPHS: WeakKeyDictionary[Shop, tuple[list[Link], Lineage]] = WeakKeyDictionary()


def _graph(shop: Shop) -> Lineage:
    nodes: dict[str, LineageNode] = {}
    edges: set[LineageEdge] = set()

    def node(kind: NodeKind, name: str, title: Text | None = None) -> str:
        key = f"table:{name}" if kind in ("event", "view") else f"{kind}:{name}"
        nodes.setdefault(key, LineageNode(key, kind, name, title))
        return key

    def table(kind: type[Table]) -> str:
        return node("event" if issubclass(kind, Event) else "table", table_name(kind))

    def edge(source: str, target: str, how: EdgeHow) -> None:
        edges.add(LineageEdge(source, target, how))

    for kind in tables().values():
        table(kind)
    gate, decisions = node("gate", "gate"), table(Decision)
    edge(gate, decisions, "records")
    for world in shop.worlds:
        speaker = node("world", world.name)
        for said in world.says:
            edge(speaker, table(said), "says")
        for action in world.performs:
            edge(node("action", action), speaker, "does")
    for said in LOOP_SAYS:
        edge(node("loop", "loop"), table(said), "says")
    for link in shop.links:
        ring = node("link", link.name, Text(en=link.title[0], zh=link.title[1]))
        for said in link.says:
            edge(ring, table(said), "says")
        for hearing in link.hearings:
            edge(table(hearing.event), ring, "hears")
        for read in reads(shop, link):
            edge(node(_noun(shop, read), read), ring, "reads")
        for decided in link.decides:
            edge(ring, node("action", decided.__name__), "decides")
            edge(node("action", decided.__name__), gate, "decides")
    for view, text in shop.door.views.items():
        built = node("view", view)
        for source in shop.door.names(text):
            edge(node(_noun(shop, source), source), built, "builds")
    return Lineage(sorted(nodes.values(), key=lambda one: one.id), sorted(edges))


def _noun(shop: Shop, name: str) -> NodeKind:
    if name in shop.door.views:
        return "view"
    return "event" if issubclass(tables()[name], Event) else "table"


def _reach(edges: list[LineageEdge], start: str, steps: int, *, forward: bool) -> set[str]:
    """What facts of `start` come to, or come from. The gate and worlds end a way: whatever goes in there comes out
    of it as something else."""
    seen, edge_of = {start}, [start]
    for _ in range(steps):
        edge_of = sorted(
            {
                (edge.target if forward else edge.source)
                for edge in edges
                if (edge.source if forward else edge.target) in edge_of
            }
            - seen
        )
        seen |= set(edge_of)
        edge_of = [one for one in edge_of if not one.startswith(("gate:", "world:"))]
    return seen


def reads(shop: Shop, link: Link) -> list[str]:
    """Tables and views that a link's code reads by `ctx.read` or names in its SQL, found in the code itself."""
    known = set(tables()) | set(shop.door.views)
    found: set[str] = set()
    for module in _modules(link):
        for kind in _read_classes(module):
            found.add(table_name(kind))
        for text in _queries(module):
            try:
                found |= shop.door.names(text)
            except LinkloopError:  # a text that only begins like SQL
                continue
    return sorted(found & known)


def _modules(link: Link) -> list[ModuleType]:
    """The modules of a link: those of its package where it has one of its own."""
    roots = {hearing.handler.__module__ for hearing in link.hearings}
    names: set[str] = set(roots)
    for root in roots:
        package = root if hasattr(sys.modules[root], "__path__") else root.rpartition(".")[0]
        if link in vars(sys.modules.get(package, ModuleType(""))).values():
            names |= {name for name in sys.modules if name == package or name.startswith(package + ".")}
    return [sys.modules[name] for name in sorted(names) if name in sys.modules]


@cache
def _tree(module: ModuleType) -> ast.Module:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(module)))
    except (OSError, TypeError, SyntaxError):
        return ast.Module(body=[], type_ignores=[])


def _read_classes(module: ModuleType) -> Iterator[type[Table]]:
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "read":
            named = node.args[0] if node.args else None
            kind = vars(module).get(named.id) if isinstance(named, ast.Name) else None
            if isinstance(kind, type) and issubclass(kind, Table):
                yield kind


def _queries(module: ModuleType) -> Iterator[str]:
    """String constants that are a query, whether written in the call or as a constant of the module."""
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.split(None, 1)
            if len(words) == 2 and words[0].upper() in ("SELECT", "WITH", "FROM") and "FROM" in node.value.upper():
                yield node.value
