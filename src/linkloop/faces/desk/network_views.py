"""The page of the network: places and destinations on a map, who serves whom now and at best, and what if."""

from __future__ import annotations

from datetime import datetime

import msgspec

from linkloop.commerce.network import NetworkArc, NetworkCategory, NetworkPlan
from linkloop.core.money import Money
from linkloop.core.text import Text


class NetworkPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place of the network. Loads are parcels a day in each plan; `capacity` 0: no limit known."""

    place: str
    name: str
    city: str
    region: str
    latitude: float
    longitude: float
    state: str
    capacity: int
    fixed: Money | None
    present: float
    best: float
    open_at_best: bool | None


class NetworkDestination(msgspec.Struct, frozen=True, kw_only=True):
    """Where parcels go, how many a day, and which place serves most of it in each plan."""

    destination: str
    name: Text
    region: str
    latitude: float
    longitude: float
    parcels: float
    present: str
    best: str


class RouteChange(msgspec.Struct, frozen=True):
    """The orders of a destination are first asked at another place."""

    destination: str
    from_place: str
    to_place: str


class NetworkProposal(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the network that was decided: how many destinations move, which places open and close, what it saves
    a day, and what it costs once (`at_risk`). Held: it waits for a person."""

    id: str
    at: datetime
    status: str
    reason: Text
    moves: list[RouteChange]
    opens: list[str]
    closes: list[str]
    saves: Money | None
    at_risk: Money
    decide_by: datetime | None


class NetworkMap(msgspec.Struct, frozen=True, kw_only=True):
    """The network as the newest plans have it; without plans, the places and destinations that are known.

    `unplaced` counts destinations and places whose degrees nobody gave: they are not on the map. `lanes` is how many
    are known.
    """

    places: list[NetworkPlace]
    destinations: list[NetworkDestination]
    regions: list[tuple[str, Text]]
    lanes: int
    plans: list[NetworkPlan]
    arcs: list[NetworkArc]
    categories: list[NetworkCategory]
    proposals: list[NetworkProposal]
    unplaced: int
    currency: str
    sql: dict[str, str]
