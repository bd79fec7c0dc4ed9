"""The town's map: its shop's own parcels, orders and stock, laid over the positions that the town has told."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from datetime import datetime

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.parcels import ParcelStatus
from linkloop.commerce.stock import Place, StockLevel
from linkloop.core.clock import micros
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.faces.desk import tail
from linkloop.faces.desk.halves import halves
from linkloop.faces.desk.town import world_of
from linkloop.faces.desk.town_faults import REGION_NAMES
from linkloop.faces.desk.townmap_views import MapCity, MapLane, MapParcel, MapPlace, MapRegion, TownMap
from linkloop.store.schema import log, state
from linkloop.store.store import head_of
from linkloop.worlds.sim.places import CITIES, REGIONS
from linkloop.worlds.sim.weather import Sky

SAMPLE = 12  # parcels of a lane that are shown one by one
HOUR = 3_600_000_000
CHUNK = 20_000


class Underway(msgspec.Struct, frozen=True):
    """What the map needs of a parcel row."""

    parcel_id: str
    order_id: str
    status: ParcelStatus
    origin: str = ""
    destination: str = ""
    carrier: str = ""
    shipped_at: datetime | None = None
    promised_at: datetime | None = None
    expected_at: datetime | None = None


class _Placed(msgspec.Struct, frozen=True):
    at: datetime
    customer_id: str = ""
    total: Money | None = None


class _Lives(msgspec.Struct, frozen=True):
    city: str = ""


class Traffic:
    """Open parcels and the orders of the last hour, kept up to date by reading on in the log. Thread-safe."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._place = -1
        self._parcels: dict[str, Underway] = {}
        self._orders: deque[tuple[int, str, Money | None]] = deque()

    def now(self, shop: Shop, at: datetime) -> tuple[list[Underway], list[tuple[str, Money | None]]]:
        """Parcels that are not delivered, and (city, total) of the orders of the hour before `at`."""
        with self._guard, shop.store.read() as connection:
            head = head_of(connection)
            if self._place < 0:
                self._begin(connection, head, micros(at) - HOUR)
            while self._place < head:
                self._read_on(connection, min(head, self._place + CHUNK))
            while self._orders and self._orders[0][0] <= micros(at) - HOUR:
                self._orders.popleft()
            return list(self._parcels.values()), [(city, total) for _, city, total in self._orders]

    def _begin(self, connection: sa.Connection, head: int, since: int) -> None:
        for body in connection.execute(sa.select(state.c.body).where(state.c.kind == "parcels")).scalars():
            self._take(body)
        self._place = tail.first_offset_at(connection, since, head)
        while self._place < head:
            self._read_on(connection, min(head, self._place + CHUNK))

    def _read_on(self, connection: sa.Connection, until: int) -> None:
        query = (
            sa.select(log.c.kind, log.c.body)
            .where(log.c.offset > self._place, log.c.offset <= until, log.c.kind.in_(("parcels", "order_placed")))
            .order_by(log.c.offset)
        )
        placed: list[_Placed] = []
        for line in connection.execute(query):
            if line.kind == "parcels":
                self._take(line.body)
            else:
                placed.append(msgspec.json.decode(line.body, type=_Placed))
        homes = _homes(connection, {one.customer_id for one in placed})
        self._orders.extend((micros(one.at), homes.get(one.customer_id, ""), one.total) for one in placed)
        self._place = until

    def _take(self, body: bytes) -> None:
        parcel = msgspec.json.decode(body, type=Underway)
        if parcel.status in ("delivered", "returned"):
            self._parcels.pop(parcel.parcel_id, None)
        else:
            self._parcels[parcel.parcel_id] = parcel


def _homes(connection: sa.Connection, customers: set[str]) -> dict[str, str]:
    homes: dict[str, str] = {}
    wanted = sorted(customers)
    for start in range(0, len(wanted), 500):
        query = sa.select(state.c.key, state.c.body).where(
            state.c.kind == "customers", state.c.key.in_(wanted[start : start + 500])
        )
        homes |= {row.key: msgspec.json.decode(row.body, type=_Lives).city for row in connection.execute(query)}
    return homes


def town_map(shop: Shop) -> TownMap:
    """The map as of the shop's clock. Raises NotFound `town.none` for a shop without a town."""
    status = world_of(shop).status()
    parcels, orders = tail.of(shop, Traffic).now(shop, status.at)
    places, levels = _stock(shop)
    lanes, elsewhere = _lanes(parcels, {place.place for place in places}, status.at)
    cities = _cities(lanes, orders, shop.settings.currency)
    return TownMap(
        at=status.at,
        places=[_place(place, levels.get(place.place, []), lanes) for place in places],
        cities=cities,
        lanes=lanes,
        regions=[_region(name, status.weather.get(name, "clear"), cities) for name in REGIONS],
        elsewhere=elsewhere,
    )


def _stock(shop: Shop) -> tuple[list[Place], dict[str, list[StockLevel]]]:
    query = sa.select(state.c.kind, state.c.body).where(state.c.kind.in_(("places", "stock_levels")))
    places: list[Place] = []
    levels: dict[str, list[StockLevel]] = {}
    with shop.store.read() as connection:
        for row in connection.execute(query.order_by(state.c.kind, state.c.key)):
            if row.kind == "places":
                place = msgspec.json.decode(row.body, type=Place)
                if place.latitude is not None and place.longitude is not None:
                    places.append(place)
            else:
                level = msgspec.json.decode(row.body, type=StockLevel)
                levels.setdefault(level.place, []).append(level)
    return places, levels


def _lanes(parcels: Iterable[Underway], places: set[str], at: datetime) -> tuple[list[MapLane], int]:
    known = {city.name for city in CITIES}
    by_way: dict[tuple[str, str], list[Underway]] = {}
    elsewhere = 0
    for parcel in parcels:
        if parcel.origin in places and parcel.destination in known:
            by_way.setdefault((parcel.origin, parcel.destination), []).append(parcel)
        else:
            elsewhere += 1
    return [_lane(origin, city, found, at) for (origin, city), found in sorted(by_way.items())], elsewhere


def _lane(origin: str, city: str, found: list[Underway], at: datetime) -> MapLane:
    travelling = sorted((one for one in found if one.status != "packed"), key=lambda one: one.parcel_id)
    shown = travelling[:: max(1, -(-len(travelling) // SAMPLE))]
    return MapLane(
        origin=origin,
        city=city,
        parcels=len(travelling),
        packed=len(found) - len(travelling),
        late=sum(_late(one, at) for one in found),
        sample=[
            MapParcel(parcel_id=one.parcel_id, order_id=one.order_id, carrier=one.carrier, left_at=one.shipped_at,
                      expected_at=one.expected_at, late=_late(one, at))
            for one in shown if one.shipped_at is not None and one.expected_at is not None
        ],
    )  # fmt: skip


def _late(parcel: Underway, at: datetime) -> bool:
    return parcel.status == "delayed" or (parcel.promised_at is not None and parcel.promised_at < at)


def _cities(lanes: list[MapLane], orders: list[tuple[str, Money | None]], currency: str) -> list[MapCity]:
    counts: dict[str, int] = {}
    sums: dict[str, int] = {}
    for city, total in orders:
        counts[city] = counts.get(city, 0) + 1
        if total is not None and total.currency == currency:
            sums[city] = sums.get(city, 0) + total.amount
    return [
        MapCity(
            city=city.name,
            name=Text(en=city.english, zh=city.name),
            region=city.region,
            latitude=city.latitude,
            longitude=city.longitude,
            orders_hour=counts.get(city.name, 0),
            sales_hour=Money(sums.get(city.name, 0), currency),
            parcels=sum(lane.parcels for lane in lanes if lane.city == city.name),
            late=sum(lane.late for lane in lanes if lane.city == city.name),
        )
        for city in CITIES
    ]


def _place(place: Place, levels: list[StockLevel], lanes: list[MapLane]) -> MapPlace:
    assert place.latitude is not None
    assert place.longitude is not None
    return MapPlace(
        place=place.place,
        name=halves(place.name or place.place),
        region=place.region,
        latitude=place.latitude,
        longitude=place.longitude,
        on_hand=sum(level.on_hand for level in levels),
        on_order=sum(level.on_order for level in levels),
        products=sum(level.on_hand > 0 for level in levels),
        sold_out=sum(level.on_hand <= 0 for level in levels),
        parcels=sum(lane.parcels for lane in lanes if lane.origin == place.place),
        late=sum(lane.late for lane in lanes if lane.origin == place.place),
    )


def _region(name: str, sky: Sky, cities: list[MapCity]) -> MapRegion:
    here = [city for city in cities if city.region == name]
    return MapRegion(
        region=name,
        name=Text(en=REGION_NAMES[name], zh=name),
        sky=sky,
        orders_hour=sum(city.orders_hour for city in here),
        parcels=sum(city.parcels for city in here),
        late=sum(city.late for city in here),
    )
