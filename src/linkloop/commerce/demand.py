"""Demand: what will sell, how sure that is, what moves it, and the futures that everybody decides on."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.core.event import Event
from linkloop.core.question import Question
from linkloop.core.table import Table
from linkloop.core.text import Text


class Forecast(Table, frozen=True, kw_only=True, gc=False):
    """What will sell of a product at a place on a day: mean and quantiles in units that day, as seen on `made_on`.

    `model` names the expert or blend. `drivers` add up to the mean: the level of the last four weeks, the trend, the
    weekday, and the units by which each thing known of the day moves it; `known` has the values of these, as KnownDay.
    """

    __table__: ClassVar[str] = "forecasts"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "place", "day")
    __index__: ClassVar[tuple[str, ...]] = ("product_id",)

    product_id: str
    place: str
    day: str
    made_on: str
    mean: float
    q05: float
    q10: float
    q25: float
    q50: float
    q75: float
    q90: float
    q95: float
    model: str = ""
    drivers: dict[str, float] = {}
    known: dict[str, float] = {}


class ForecastState(Table, frozen=True, kw_only=True, gc=False):
    """What the forecasts of a product at a place rest on, learned up to and with the day `trained_to`.

    `weights` are the experts' shares in the blend, `effects` the change of the logarithm of demand per unit of each
    thing known ahead: of price and promotion per logarithm of what is paid, of rain per logarithm, of heat and cold
    per five degrees. `scores` are the normal scores of the errors of the last days, oldest first: what moves together
    across products is read from them. `wape` and `bias` are of past forecasts a day ahead, as shares of the demand;
    `drift` is how far the latest errors lie from zero, in standard deviations of their running sum; `told` is the day
    since which an alert tells of it, empty while there is none.
    """

    __table__: ClassVar[str] = "forecast_states"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "place")
    __index__: ClassVar[tuple[str, ...]] = ("product_id",)

    product_id: str
    place: str
    trained_to: str
    segment: Literal["smooth", "intermittent", "new"]
    weights: dict[str, float] = {}
    effects: dict[str, float] = {}
    scores: tuple[float, ...] = ()
    wape: float = 0.0
    bias: float = 0.0
    drift: float = 0.0
    told: str = ""


KnownKind = Literal["price", "promotion", "live_show", "holiday", "rain", "heat", "cold", "storm"]


class KnownDay(Table, frozen=True, kw_only=True, gc=False):
    """Something that the shop itself knows of a day that moves demand, past or ahead, beside what prices, promotions,
    live_shows and weather tell; an empty product or place means all.

    `value`: the price as a multiple of the usual, a promotion's discount (0 to 1), live shows, 1 for a holiday of the
    shop's own, millimetres of rain, degrees of heat above 28 °C and of frost, the share of buyers under a storm.
    """

    __table__: ClassVar[str] = "known_days"
    __key__: ClassVar[tuple[str, ...]] = ("kind", "product_id", "place", "day")
    __index__: ClassVar[tuple[str, ...]] = ("product_id",)

    kind: KnownKind
    product_id: str = ""
    place: str = ""
    day: str
    value: float = 1.0


class TrafficDay(Table, frozen=True, kw_only=True, gc=False):
    """How many visits of a day looked at a product, and how many put it into a cart."""

    __table__: ClassVar[str] = "traffic_days"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "day")

    product_id: str
    day: str
    views: int
    carts: int = 0


class EmptyShelf(Table, frozen=True, kw_only=True, gc=False):
    """Nothing was left of a product at a place when the day closed: what was sold is less than what was wanted."""

    __table__: ClassVar[str] = "empty_shelves"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "place", "day")

    product_id: str
    place: str
    day: str


class ForecastOverride(Table, frozen=True, kw_only=True, gc=False):
    """A person's own number for a day, in units, with the reason; decisions go by it. Without units: taken back."""

    __table__: ClassVar[str] = "forecast_overrides"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "place", "day")
    __index__: ClassVar[tuple[str, ...]] = ("product_id",)

    product_id: str
    place: str
    day: str
    units: float | None
    reason: str = ""
    by: str = ""
    made_at: datetime | None = None


class ForecastValue(Table, frozen=True, kw_only=True, gc=False):
    """What an override was worth once the day was over: units by which it lay nearer to what sold than the forecast."""

    __table__: ClassVar[str] = "forecast_values"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "place", "day")

    product_id: str
    place: str
    day: str
    forecast: float
    override: float
    sold: float
    added: float
    by: str = ""


class ForecastChanged(Event, frozen=True, kw_only=True, gc=False):
    """The forecast of the coming `days` days of a product at a place moved; units are the sum of the means."""

    __about__: ClassVar[str] = "product_id"

    product_id: str
    place: str
    days: int
    units_before: float
    units_after: float
    why: str


class Change(msgspec.Struct, frozen=True):
    """What if: this kind has this value, as KnownDay counts it, from day to day (ISO, both included; empty: always)."""

    kind: KnownKind
    value: float
    since: str = ""
    until: str = ""


class Driver(msgspec.Struct, frozen=True):
    """What makes up a forecast: units of all days asked for that come from `name`, and the sentence for people.

    `basis`: learned from this shop's days; assumed from published studies, as this shop never tried it; unknown.
    """

    name: str
    units: float
    text: Text
    basis: Literal["learned", "assumed", "unknown"] = "learned"


class Outlook(msgspec.Struct, frozen=True):
    """Forecast of consecutive days from `first`: `mean` [day], `quantiles` [day][level] in units, and `why`: what it
    is made of, the largest part first; the units of its drivers add up to the mean of all days.

    `made_on` is empty when nothing is known of the product at the place.
    """

    first: str
    made_on: str
    mean: tuple[float, ...]
    levels: tuple[float, ...]
    quantiles: tuple[tuple[float, ...], ...]
    model: str = ""
    why: tuple[Driver, ...] = ()


class Demand(Question[Outlook], frozen=True, kw_only=True):
    """What will sell of this product at this place on the coming days? `first` empty: from the first day forecast."""

    product_id: str
    place: str
    days: int = 28
    first: str = ""
    changes: tuple[Change, ...] = ()


class Futures(msgspec.Struct, frozen=True):
    """Equally likely futures: `units` [key][path][day], from the day `first`."""

    first: str
    units: tuple[tuple[tuple[float, ...], ...], ...]


class DemandPaths(Question[Futures], frozen=True, kw_only=True):
    """Joint futures of these (product, place) keys: each path is one world in which all of them are decided."""

    __long__: ClassVar[bool] = True

    keys: tuple[tuple[str, str], ...]
    days: int = 28
    paths: int = 100
    seed: int = 0
    first: str = ""
