"""Lanes: the places of a network, what it costs to have them, the ways between them, and whom they serve today."""

from typing import ClassVar, Literal

from linkloop.core.money import Money
from linkloop.core.table import Table

LaneMode = Literal["courier", "road", "rail", "air", "sea"]
LaneKind = Literal["delivery", "transfer"]


class Destination(Table, frozen=True, kw_only=True, gc=False):
    """A city or region that parcels go to, as `parcels.destination` names it; degrees are WGS 84."""

    __table__: ClassVar[str] = "destinations"
    __key__: ClassVar[tuple[str, ...]] = ("destination",)
    __index__: ClassVar[tuple[str, ...]] = ("region",)

    destination: str
    english: str = ""
    region: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None


class Centre(Table, frozen=True, kw_only=True, gc=False):
    """A place as a centre of the network: what it costs to be open, to open and to close, and what it can do a day.

    Where it is stands in `places`. `parcels_per_day` and `storage_units` are the most it can do (0: no limit known).
    """

    __table__: ClassVar[str] = "centres"
    __key__: ClassVar[tuple[str, ...]] = ("place",)
    __index__: ClassVar[tuple[str, ...]] = ("state",)

    place: str
    state: Literal["open", "closed", "candidate"] = "open"
    fixed_per_day: Money | None = None
    opening_cost: Money | None = None
    closing_cost: Money | None = None
    parcels_per_day: int = 0
    storage_units: int = 0


class Lane(Table, frozen=True, kw_only=True, gc=False):
    """A way that goods can go from a place: to a destination of customers, or (`transfer`) to another place.

    Costs are per parcel and per kilogram on top. `transit_days` is the usual time on the way, `reliability` the share
    that is there within the time promised (0 to 1), `weather_risk` the share of days on which weather holds parcels up,
    `weather_days` by how much then. `capacity_per_day` is in parcels (0: no limit known).
    """

    __table__: ClassVar[str] = "lanes"
    __key__: ClassVar[tuple[str, ...]] = ("origin", "destination", "mode")
    __index__: ClassVar[tuple[str, ...]] = ("origin", "destination")

    origin: str
    destination: str
    mode: LaneMode = "courier"
    kind: LaneKind = "delivery"
    distance_km: float
    per_parcel: Money | None = None
    per_kg: Money | None = None
    transit_days: float
    promise_days: float = 0.0
    reliability: float = 1.0
    weather_risk: float = 0.0
    weather_days: float = 0.0
    capacity_per_day: int = 0


class Routing(Table, frozen=True, kw_only=True, gc=False):
    """Which place is asked first for the orders of a destination, as the shop works today."""

    __table__: ClassVar[str] = "routings"
    __key__: ClassVar[tuple[str, ...]] = ("destination",)
    __index__: ClassVar[tuple[str, ...]] = ("place",)

    destination: str
    place: str
