"""Transit: how long parcels are on their way, learned from those that arrived, and asked before one does."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.core.question import Question
from linkloop.core.table import Table
from linkloop.core.text import Text

EffectKind = Literal[
    "all", "band", "carrier", "lane", "carrier_lane", "mode", "weight", "weekday", "weather", "promise", "noise", "pool"
]


class TransitEffect(Table, frozen=True, kw_only=True, gc=False):
    """How much longer than agreed parcels of one kind take: mean and variance of a change of the logarithm of days.

    `name` is the carrier, the lane (`origin>destination`), the weekday … that it belongs to; `parcels` is how many it
    was learned from. Effects of a parcel add up. Of `promise` it is how far times follow the promise, of `noise` the
    variance that nothing explains, of `pool` the log odds of the effects against the promise alone.
    """

    __table__: ClassVar[str] = "transit_effects"
    __key__: ClassVar[tuple[str, ...]] = ("kind", "name")

    kind: EffectKind
    name: str
    mean: float
    variance: float
    parcels: int = 0
    learned_to: datetime | None = None


class TransitErrors(Table, frozen=True, kw_only=True, gc=False):
    """How far real times lay from what was expected, in standard deviations of the logarithm of days, and from what was
    promised, in the logarithm of real / promised days: parcels by bin, faded by age. `name` is empty for all parcels,
    else a carrier or a lane."""

    __table__: ClassVar[str] = "transit_errors"
    __key__: ClassVar[tuple[str, ...]] = ("kind", "name")

    kind: EffectKind
    name: str
    counts: tuple[float, ...] = ()
    promised: tuple[float, ...] = ()
    learned_to: datetime | None = None


class Arrival(msgspec.Struct, frozen=True):
    """How many days a parcel takes from `since`: `quantiles` at `levels`, in days, and P(by the promise).

    `by_promise` is None where no promise is given; `parcels` is how many on its lane were learned from. `reasons` say
    what it rests on and what lengthens it.
    """

    since: datetime
    levels: tuple[float, ...]
    quantiles: tuple[float, ...]
    mean: float
    parcels: int = 0
    by_promise: float | None = None
    reasons: tuple[Text, ...] = ()


class ArrivalTime(Question[Arrival], frozen=True, kw_only=True):
    """When will this parcel arrive? It left (or leaves) at `shipped_at`; `now` is later: it has not arrived by then.

    `origin` is a place, `destination` a city or region, `weight_g` 0 where it is not known; `promised_at` is what the
    customer was told. Quantiles count from `shipped_at`.
    """

    origin: str
    destination: str
    shipped_at: datetime
    carrier: str = ""
    mode: str = "courier"
    weight_g: int = 0
    promised_at: datetime | None = None
    now: datetime | None = None
