"""The knowledge graph: products, parts, compatibility, sizes and policies as fed; orders and parcels as asked for."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, cast

from pyoxigraph import Literal, QuerySolutions, Store

from linkloop.commerce.catalog import CategoryName, Product, ProductAttribute, ProductRelation, Supplier
from linkloop.commerce.customers import Customer
from linkloop.commerce.knowledge import Article, AskGraph, GraphRows
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import Parcel
from linkloop.core.feed import Read
from linkloop.core.question import Given, ModelCard, Question
from linkloop.core.table import Table, key_of, table_name
from linkloop.links.service.knowledge.asking import PREFIXES, broken, checked, filled, of_whom, own
from linkloop.links.service.knowledge.triples import triples

MOST_ROWS = 200
MOST_SECONDS = 1.0  # between two rows of an answer
MOST_ORDERS = 50  # of one customer
OWNERS = {"customer", "customer_id", "order", "order_id"}
Place = tuple[str, str]
SHARING = (CategoryName, ProductRelation)  # tables whose rows may say the same as another row


class Graph:
    """A store of triples that follows the versions of rows, and goes back to any of them."""

    def __init__(self) -> None:
        self.store = Store()
        self.versions: list[tuple[int, Place, Table]] = []  # all, by offset
        self.now: dict[Place, Table] = {}
        self._past: tuple[int, Store] | None = None  # number of versions, and the graph as of them

    def feed(self, versions: Sequence[tuple[int, Table]]) -> None:
        """New versions of rows."""
        first = not self.now
        for offset, row in versions:
            place = (table_name(type(row)), key_of(row))
            before = self.now.get(place)
            self.now[place] = row
            self.versions.append((offset, place, row))
            if not first:
                self._replace(before, row)
        if first:
            self.store = built(self.now.values())
        self.versions.sort(key=lambda version: version[0])
        self._past = None

    def _replace(self, before: Table | None, row: Table) -> None:
        old, new = triples(before) if before is not None else [], triples(row)
        if isinstance(before, SHARING) and old != new:  # another row may say the same
            self.store = built(self.now.values())
            return
        for quad in old:
            self.store.remove(quad)
        self.store.extend(new)

    def unfeed(self, offset: int) -> None:
        """Versions above this offset never were."""
        self.versions = self.versions[: bisect_right(self.versions, offset, key=lambda version: version[0])]
        self.now = {place: row for _, place, row in self.versions}
        self.store, self._past = built(self.now.values()), None

    def at(self, horizon: int) -> Store:
        """The graph as of a log offset; the present one costs nothing, a past one is built once."""
        count = bisect_right(self.versions, horizon, key=lambda version: version[0])
        if count == len(self.versions):
            return self.store
        if self._past is None or self._past[0] != count:
            rows = {place: row for _, place, row in self.versions[:count]}
            self._past = (count, built(rows.values()))
        return self._past[1]


def built(rows: Any) -> Store:
    """A store of what rows say."""
    store = Store()
    store.bulk_extend([quad for row in rows for quad in triples(row)])
    return store


class GraphModel:
    """Answers AskGraph. Orders and parcels of the customer or order that is `given` are looked up and added for it."""

    fed_by: tuple[type[Table], ...] = (Product, CategoryName, Supplier, ProductRelation, ProductAttribute, Article)

    def __init__(self) -> None:
        self.graph = Graph()
        self.card = ModelCard(
            name="knowledge:graph", version="1", question=AskGraph.__name__, driver="pyoxigraph",
            latency_ms_p50=0.2, latency_ms_p99=5.0,
        )  # fmt: skip

    def feed(self, versions: Sequence[tuple[int, Table]]) -> None:
        self.graph.feed(versions)

    def unfeed(self, offset: int) -> None:
        self.graph.unfeed(offset)

    def answer(self, question: Question[Any]) -> Given[Any]:
        """Without a horizon nothing is known."""
        return Given(value=GraphRows(), confidence=0.0)

    def answer_at(self, question: Question[Any], horizon: int, read: Read) -> Given[Any]:
        """Raises Refused `graph.query` for what is not one plain, bounded SELECT."""
        asked = cast(AskGraph, question)
        ordered = checked(asked.sparql)
        if own(asked.sparql) and not OWNERS & asked.given.keys():
            raise of_whom()
        store = self.graph.at(horizon)
        theirs = [quad for row in neighbours(asked.given, read) for quad in triples(row)]
        store.extend(theirs)
        try:
            rows = answers(store, asked, ordered)
        finally:
            for quad in theirs:
                store.remove(quad)
        return Given(value=GraphRows(tuple(rows)), confidence=1.0 if rows else 0.0)


def answers(store: Store, asked: AskGraph, ordered: bool) -> list[dict[str, str]]:
    """The rows of a checked query, by its own order or by their text; at most MOST_ROWS, in time or not at all."""
    until = time.monotonic() + MOST_SECONDS
    try:
        found = store.query(filled(asked.sparql, asked.given), prefixes=PREFIXES)
    except (SyntaxError, ValueError, OSError, RuntimeError) as error:
        raise broken(str(error)) from error
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    rows: list[dict[str, str]] = []
    for solution in found:
        if time.monotonic() > until:
            raise broken(f"it takes longer than {MOST_SECONDS:g} s")
        rows.append({name: _text(value) for name in names if (value := solution[name]) is not None})
        if ordered and len(rows) == MOST_ROWS:
            break
    return rows if ordered else sorted(rows, key=lambda row: sorted(row.items()))[:MOST_ROWS]


def _text(value: Any) -> str:
    return str(value.value) if isinstance(value, Literal) or hasattr(value, "value") else str(value)


def neighbours(given: dict[str, str], read: Read) -> Iterator[Table]:
    """What belongs to the customer, order or parcel that is given: its orders, their lines and parcels."""
    orders: dict[str, Order] = {}
    if customer_id := given.get("customer_id") or given.get("customer"):
        if (customer := read(Customer, customer_id)) is not None:
            yield customer
        mine: list[Order] = read(Order, customer_id=customer_id)
        orders |= {one.order_id: one for one in sorted(mine, key=lambda one: one.placed_at)[-MOST_ORDERS:]}
    if order_id := given.get("order_id") or given.get("order"):
        order: Order | None = read(Order, order_id)
        if order is not None and order.customer_id in ("", customer_id or order.customer_id):
            orders[order_id] = order
    for key, order in orders.items():
        yield order
        yield from read(OrderLine, order_id=key)
        yield from read(Parcel, order_id=key)
