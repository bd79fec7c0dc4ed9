"""A picture of a living town as bytes and back: every object of known classes, each once, and nothing that is code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from types import MethodType
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from linkloop.commerce.orders import LineSold
from linkloop.core.action import Action, Receipt
from linkloop.core.clock import from_micros, micros
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.vocabulary import actions, tables
from linkloop.core.world import Delivery
from linkloop.worlds.sim import faults, town
from linkloop.worlds.sim.aftersales import Aftersales, Case, Kept
from linkloop.worlds.sim.agenda import Agenda
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.couriers import Carriage, Couriers
from linkloop.worlds.sim.draws import Draws
from linkloop.worlds.sim.errands import Errands
from linkloop.worlds.sim.festival import Demand
from linkloop.worlds.sim.lanes import Lanes
from linkloop.worlds.sim.lorries import Load, Lorries
from linkloop.worlds.sim.market import Market
from linkloop.worlds.sim.messages import Conversation, Messages
from linkloop.worlds.sim.orderdesk import OrderDesk
from linkloop.worlds.sim.payments import Breakdown, Payments
from linkloop.worlds.sim.people import People, Person
from linkloop.worlds.sim.plans import Plans
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.remedies import Remedies, Remedy
from linkloop.worlds.sim.retention import Retention
from linkloop.worlds.sim.returns import Returns
from linkloop.worlds.sim.shelves import Shelves
from linkloop.worlds.sim.shoppers import Shoppers
from linkloop.worlds.sim.suppliers import Suppliers, Supply
from linkloop.worlds.sim.troubles import Troubles
from linkloop.worlds.sim.weather import Weather
from linkloop.worlds.sim.writing import Written

_ATOMS = frozenset((type(None), bool, int, float, str))
# Things with a life of their own: written once, whoever points to them. Actors keep fields by name, records by order.
_ACTORS = {
    kind.__name__: kind
    for kind in (Lanes,
                 town.Town, Aftersales, Agenda, Catalog, Couriers, Draws, Errands, Demand, Lorries, Market, Messages,
                 OrderDesk, Payments, People, Plans, Remedies, Retention, Returns, Shelves, Shoppers, Suppliers,
                 Troubles, Weather)
}  # fmt: skip
_RECORDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (Breakdown, Carriage, Case, Conversation, Kept, Load, Person, Purchase, Remedy, Supply)
}
_ACTOR_KINDS, _RECORD_KINDS = frozenset(_ACTORS.values()), frozenset(_RECORDS.values())
_VALUES = (Money, LineSold, Receipt, Delivery, Written, faults.DemandSpike, faults.Festival, faults.PaymentFault,
           faults.Typhoon, faults.SupplierStrike, faults.LostReceipts)  # fmt: skip


class NoPicture(ValueError):
    """These bytes are no picture that this version of the town has taken."""


@cache
def version() -> str:
    """A fingerprint of the town's own source: other code would go on differently."""
    digest = blake2b(digest_size=8)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def take(living: town.Town, pending: list[Delivery], entries: int) -> bytes:
    """A picture of a town, of what it has yet to say, and of how many journal entries it knows."""
    writer = _Writer()
    root = [writer.value(living), writer.value(pending), entries]
    return msgspec.msgpack.encode([version(), root, writer.finish()])


def restore(picture: bytes) -> tuple[town.Town, list[Delivery], int]:
    """The inverse of `take`. Raises NoPicture."""
    try:
        found, (living, pending, entries), nodes = msgspec.msgpack.decode(
            picture, type=tuple[str, list[Any], list[Any]]
        )
        if found != version():
            raise NoPicture("taken by another version")
        reader = _Reader(nodes)
        return reader.value(living), reader.value(pending), int(entries)
    except (msgspec.DecodeError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise NoPicture(str(error)) from error


class _Writer:
    """Nodes are written from a list of what is left to do: a town's objects are chained too deep for recursion."""

    def __init__(self) -> None:
        self._number: dict[int, int] = {}
        self._things: list[Any] = []

    def finish(self) -> list[Any]:
        nodes: list[Any] = []
        while len(nodes) < len(self._things):
            nodes.append(self._node(self._things[len(nodes)]))
        return nodes

    def value(self, thing: Any) -> Any:
        kind = type(thing)
        if kind in _ATOMS:
            return thing
        if kind in _RECORD_KINDS or kind is list or kind is dict or kind in _ACTOR_KINDS:
            number = self._number.get(id(thing))
            if number is None:
                number = self._number[id(thing)] = len(self._things)
                self._things.append(thing)
            return ["node", number]
        if kind is tuple:
            return ["tuple", *[self.value(item) for item in thing]]
        if kind is MethodType:
            return ["method", self.value(thing.__self__), thing.__name__]
        if kind is datetime:
            return ["moment", micros(thing)]
        if kind is ZoneInfo:
            return ["zone", thing.key]
        if kind is np.random.Generator:
            state = thing.bit_generator.state
            inner = state["state"]
            return ["random", str(inner["state"]), str(inner["inc"]), state["has_uint32"], state["uinteger"]]
        return ["struct", _known(kind), *[self.value(getattr(thing, field)) for field in kind.__struct_fields__]]

    def _node(self, thing: Any) -> Any:
        value, kind = self.value, type(thing)
        if kind is list:
            return ["list", [value(item) for item in thing]]
        if kind is dict:
            return ["dict", [value(item) for pair in thing.items() for item in pair]]
        if kind in _RECORD_KINDS:
            return ["record", kind.__name__, [value(getattr(thing, field)) for field in kind.__slots__]]
        return ["actor", kind.__name__, {name: value(item) for name, item in vars(thing).items()}]


class _Reader:
    """Makes every object empty first, so that they can point to each other, and fills them then."""

    def __init__(self, nodes: list[Any]) -> None:
        self._made = [_empty(node) for node in nodes]
        for node, thing in zip(nodes, self._made, strict=True):
            self._fill(node, thing)

    def value(self, written: Any) -> Any:
        if type(written) is not list:
            return written
        match written[0]:
            case "node":
                return self._made[written[1]]
            case "tuple":
                return tuple([self.value(item) for item in written[1:]])
            case "struct":
                kind = _values()[written[1]]
                return kind(**dict(zip(kind.__struct_fields__, map(self.value, written[2:]), strict=True)))
            case "method":
                owner = self.value(written[1])
                if type(owner) not in _ACTOR_KINDS:
                    raise NoPicture("only actors do things")
                return getattr(owner, written[2])
            case "moment":
                return from_micros(written[1])
            case "zone":
                return ZoneInfo(written[1])
            case "random":
                return _generator(*written[1:])
        raise NoPicture(f"unknown mark {written[0]!r}")

    def _fill(self, node: Any, thing: Any) -> None:
        value: Callable[[Any], Any] = self.value
        match node[0]:
            case "list":
                thing.extend(map(value, node[1]))
            case "dict":
                items = list(map(value, node[1]))
                thing.update(zip(items[::2], items[1::2], strict=True))
            case "record":
                for field, item in zip(type(thing).__slots__, node[2], strict=True):
                    setattr(thing, field, value(item))
            case _:
                vars(thing).update((name, value(item)) for name, item in node[2].items())


def _empty(node: Any) -> Any:
    match node[0]:
        case "list":
            return []
        case "dict":
            return {}
        case "record":
            kind = _RECORDS[node[1]]
        case "actor":
            kind = _ACTORS[node[1]]
        case _:
            raise NoPicture(f"unknown node {node[0]!r}")
    return kind.__new__(kind)


def _generator(state: str, inc: str, has_uint32: int, uinteger: int) -> np.random.Generator:
    bits = np.random.PCG64()
    bits.state = {
        "bit_generator": "PCG64", "state": {"state": int(state), "inc": int(inc)},
        "has_uint32": has_uint32, "uinteger": uinteger,
    }  # fmt: skip
    return np.random.Generator(bits)


@cache
def _values() -> dict[str, type[msgspec.Struct]]:
    """Frozen structs that a picture may hold: the language of commerce, and the town's own few."""
    kinds: list[type[Table | Action | msgspec.Struct]] = [*tables().values(), *actions().values(), *_VALUES]
    return {kind.__name__: kind for kind in kinds}


@cache
def _known(kind: type[msgspec.Struct]) -> str:
    if _values().get(kind.__name__) is not kind:
        raise TypeError(f"a picture cannot hold a {kind.__name__}")
    return kind.__name__
