"""What the town's map shows: warehouses, cities, lanes between them with the parcels on them, regions and weather."""

from __future__ import annotations

from datetime import datetime

import msgspec

from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.worlds.sim.weather import Sky


class MapPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A warehouse: units that lie there and that are ordered, how many products are sold out, parcels that left."""

    place: str
    name: Text
    region: str
    latitude: float
    longitude: float
    on_hand: int
    on_order: int
    products: int
    sold_out: int
    parcels: int
    late: int


class MapCity(msgspec.Struct, frozen=True, kw_only=True):
    """A city that customers live in: what they ordered in the last hour, and parcels on their way there."""

    city: str
    name: Text
    region: str
    latitude: float
    longitude: float
    orders_hour: int
    sales_hour: Money
    parcels: int
    late: int


class MapParcel(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel that travels a lane: when it left and when it is expected."""

    parcel_id: str
    order_id: str
    carrier: str
    left_at: datetime
    expected_at: datetime
    late: bool


class MapLane(msgspec.Struct, frozen=True, kw_only=True):
    """The way from a warehouse to a city. `parcels` are on it; `packed` wait for it; `late` are those that the carrier
    says will come late, or that the shop's promise has run out for. `sample` shows at most SAMPLE of them.
    """

    origin: str
    city: str
    parcels: int
    packed: int
    late: int
    sample: list[MapParcel]


class MapRegion(msgspec.Struct, frozen=True, kw_only=True):
    """A region of the town and the weather in it."""

    region: str
    name: Text
    sky: Sky
    orders_hour: int
    parcels: int
    late: int


class TownMap(msgspec.Struct, frozen=True, kw_only=True):
    """The town as its shop sees it at a moment; `elsewhere` are parcels to or from a place that has no position."""

    at: datetime
    places: list[MapPlace]
    cities: list[MapCity]
    lanes: list[MapLane]
    regions: list[MapRegion]
    elsewhere: int
