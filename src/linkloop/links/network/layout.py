"""A shop's network as numbers: places, destinations, arcs with what a parcel costs on them, demand in scenarios."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import exp, log
from statistics import NormalDist
from typing import NamedTuple

import msgspec
import numpy as np

from linkloop.commerce.lanes import Centre, Destination, Lane
from linkloop.commerce.network import LaneChange, NetworkWhatIf, NewCentre
from linkloop.commerce.stock import Place
from linkloop.core.feed import Read
from linkloop.core.money import Money
from linkloop.links.network import transit
from linkloop.links.network.arriving import belief_of, keys_of
from linkloop.links.network.geo import kilometres
from linkloop.links.network.site import Vector

LATE_SHARE, DAY_SHARE = 0.05, 0.01  # what a late parcel and a day of delay cost, as shares of an order's value: stated
LOST_SHARE = 0.3  # and an order that nobody can serve: its margin
HOLDING_A_YEAR, SERVICE, REVIEW_DAYS = 0.25, 1.645, 8.0  # of stock: cost a year, normal quantile (95 %), lead time + 1
AGREED_SPREAD = 0.3  # of the logarithm of days, where a lane promises nothing
COVER_DAYS = 14.0  # stock that moves with a destination to another place


class Economy(NamedTuple):
    """What parcels and units are worth, in minor units of `currency`; a parcel holds `units` and weighs `kg`."""

    currency: str
    order_value: float
    unit_cost: float
    units: float
    kg: float


class Network(NamedTuple):
    """m places, n destinations, k arcs, s equally likely days of demand.

    Arc a goes from `source[a]` to `target[a]`: a parcel costs `freight[a]`, is late with `late[a]` and held up by
    weather for `held[a]` days on average; `spans[a]` are its days at 10, 50 and 90 %. `demand[s, j]` is in parcels.
    `routed[j]` is the place that is asked first today; `was_open[i]` says which are open.
    """

    places: tuple[str, ...]
    targets: tuple[str, ...]
    economy: Economy
    fixed: Vector
    capacity: Vector
    opening: Vector
    closing: Vector
    was_open: Vector
    source: Vector
    target: Vector
    mode: tuple[str, ...]
    kilometres: Vector
    freight: Vector
    late: Vector
    held: Vector
    spans: Vector
    limit: Vector
    demand: Vector
    routed: Vector

    @property
    def unit(self) -> Vector:
        """What a parcel costs on each arc, lateness and weather included, in minor units."""
        value = self.economy.order_value
        return self.freight + value * (LATE_SHARE * self.late + DAY_SHARE * self.held)

    @property
    def lost(self) -> float:
        """What a parcel costs that nobody can send: more than any arc, so that it is the last resort."""
        dearest = float(self.unit[np.isfinite(self.unit)].max(initial=0.0))
        return max(self.economy.order_value * LOST_SHARE, 2.0 * dearest + 1.0)

    def pooled(self, count: int) -> float:
        """Units of safety stock at `count` open places: z·σ·√(lead time)·√count (square-root law, Maister 1976)."""
        spread = float((self.demand.sum(axis=1) * self.economy.units).std())
        floor = float(np.sqrt(self.demand.sum(axis=1).mean() * self.economy.units))
        return SERVICE * max(spread, floor) * float(np.sqrt(REVIEW_DAYS * count))

    def holding(self, units: float) -> float:
        """Minor units a day that keeping units costs."""
        return units * self.economy.unit_cost * HOLDING_A_YEAR / 365


def build(
    read: Read, origins: Iterable[str], demand: dict[str, tuple[float, ...]], economy: Economy, routed: dict[str, str],
    change: NetworkWhatIf | None = None,
) -> Network | None:  # fmt: skip
    """The network of the rows, with a change where one is asked for; None where no lane leads anywhere.

    A place that has no `centres` row is open, costs nothing and knows no limit. A destination that is not routed is
    asked at its nearest open place.
    """
    change = change or NetworkWhatIf()
    lanes = {place: [lane for lane in read(Lane, origin=place) if lane.kind == "delivery"] for place in origins}
    lanes = {place: [lane for lane in found if lane.destination in demand] for place, found in lanes.items()}
    known = [lane for found in lanes.values() for lane in found]
    if not known:
        return None
    ends: dict[str, Destination | None] = {name: read(Destination, name) for name in sorted(demand)}
    for new in change.opened:
        lanes[new.place] = _lanes_of(new, ends, known)
    places = tuple(place for place in lanes if place not in change.closed)
    targets = tuple(sorted({lane.destination for place in places for lane in lanes[place]}))
    arcs = [_changed(lane, change.lanes) for place in places for lane in lanes[place]]
    number, at = {place: n for n, place in enumerate(places)}, {name: n for n, name in enumerate(targets)}
    centres = [_centre(read, place, change.opened) for place in places]
    seats = {place: read(Place, place) for place in places}
    told = [_times(read, lane, seats, ends, change.typhoon) for lane in arcs]
    source, far = np.array([number[arc.origin] for arc in arcs]), np.array([arc.distance_km for arc in arcs])
    target = np.array([at[arc.destination] for arc in arcs])
    is_open = np.array([centre.state == "open" for centre in centres])
    first = [_first(n, routed.get(name), number, is_open, source, target, far) for n, name in enumerate(targets)]
    freight = [_fen(arc.per_parcel) + _fen(arc.per_kg) * economy.kg for arc in arcs]
    return Network(
        places, targets, economy,
        np.array([_fen(centre.fixed_per_day) for centre in centres]),
        np.array([float(centre.parcels_per_day or np.inf) for centre in centres]),
        np.array([_fen(centre.opening_cost) for centre in centres]),
        np.array([_fen(centre.closing_cost) for centre in centres]),
        is_open, source, target, tuple(arc.mode for arc in arcs), far, np.array(freight),
        np.array([late for late, _, _ in told]), np.array([held for _, held, _ in told]),
        np.array([spans for _, _, spans in told]), np.array([float(arc.capacity_per_day or np.inf) for arc in arcs]),
        np.array([demand[name] for name in targets]).T * change.demand_times, np.array(first, int),
    )  # fmt: skip


def _times(read: Read, lane: Lane, seats: dict[str, Place | None], ends: dict[str, Destination | None],
           typhoon: tuple[str, ...]) -> tuple[float, float, tuple[float, float, float]]:  # fmt: skip
    """P(late), mean days held up by weather, and days at 10, 50 and 90 %: as learned, else as the lane says."""
    seat, end = seats.get(lane.origin), ends.get(lane.destination)
    struck = {seat.region if seat else "", end.region if end else lane.destination} & set(typhoon)
    given = transit.clues(
        lane.origin, lane.destination, "", lane.mode, kilometres=lane.distance_km, agreed_days=lane.transit_days,
        weather="red" if struck else "",
    )  # fmt: skip
    belief = belief_of(read, keys_of(given))
    points, cdf = belief.below(given)
    low, middle, high = transit.quantiles(points, cdf, (0.1, 0.5, 0.9)).tolist()
    late = 1.0 - transit.by(points, cdf, lane.promise_days) if lane.promise_days else 0.0
    if not belief.effect(("all", "")).parcels and not struck:
        late, (low, middle, high) = 1.0 - lane.reliability, _agreed(lane)
    held = (lane.weather_days or 1.0) if struck else lane.weather_risk * lane.weather_days
    return late, held, (low, middle, high)


def _agreed(lane: Lane) -> tuple[float, float, float]:
    """Days at 10, 50 and 90 % of a lognormal time with the lane's usual days as median, of which the share that is
    reliable keeps the promise; nothing has arrived yet."""
    sure = NormalDist().inv_cdf(min(max(lane.reliability, 0.55), 0.999))
    sigma = (
        log(lane.promise_days / lane.transit_days) / sure if lane.promise_days > lane.transit_days else AGREED_SPREAD
    )
    far = exp(sigma * NormalDist().inv_cdf(0.9))
    return lane.transit_days / far, lane.transit_days, lane.transit_days * far


def _first(n: int, routed: str | None, number: dict[str, int], is_open: Vector, source: Vector, target: Vector,
           far: Vector) -> int:  # fmt: skip
    """The place that is asked first: as routed where that can serve, else the nearest open one (−1: none)."""
    serves = (target == n) & is_open[source]
    if routed in number and bool((serves & (source == number[routed])).any()):
        return number[routed]
    return int(source[np.where(serves, far, np.inf).argmin()]) if serves.any() else -1


def _changed(lane: Lane, changes: tuple[LaneChange, ...]) -> Lane:
    for change in changes:
        fits = change.origin in ("", lane.origin) and change.destination in ("", lane.destination)
        if fits and change.mode in ("", lane.mode):
            lane = msgspec.structs.replace(
                lane, per_parcel=_times_money(lane.per_parcel, change.cost_times),
                per_kg=_times_money(lane.per_kg, change.cost_times),
                transit_days=max(lane.transit_days + change.days, 0.1),
            )  # fmt: skip
    return lane


def _lanes_of(new: NewCentre, ends: dict[str, Destination | None], known: list[Lane]) -> list[Lane]:
    """Lanes of a place that is not there yet: what lanes cost and take by distance, by least squares over all."""
    currency = next((lane.per_parcel.currency for lane in known if lane.per_parcel), "CNY")
    far = np.array([[1.0, lane.distance_km] for lane in known])

    def fits(of: Callable[[Lane], float]) -> Vector:
        return np.linalg.lstsq(far, np.array([of(lane) for lane in known]), rcond=None)[0]

    parcel, kilo = fits(lambda lane: _fen(lane.per_parcel)), fits(lambda lane: _fen(lane.per_kg))
    days, promise = fits(lambda lane: lane.transit_days), fits(lambda lane: lane.promise_days)
    reliability = float(np.mean([lane.reliability for lane in known]))
    risk = {lane.destination: (lane.weather_risk, lane.weather_days) for lane in known}
    found = []
    for name, end in ends.items():
        if end is None or end.latitude is None:
            continue
        x = np.array([1.0, kilometres(new.latitude, new.longitude, end.latitude, end.longitude)])
        found.append(
            Lane(origin=new.place, destination=name, distance_km=round(float(x[1]), 1),
                 per_parcel=Money(max(round(float(parcel @ x)), 0), currency),
                 per_kg=Money(max(round(float(kilo @ x)), 0), currency), transit_days=max(float(days @ x), 0.1),
                 promise_days=max(float(promise @ x), 0.0), reliability=reliability,
                 weather_risk=risk.get(name, (0.0, 0.0))[0], weather_days=risk.get(name, (0.0, 0.0))[1])
        )  # fmt: skip
    return found


def _centre(read: Read, place: str, opened: tuple[NewCentre, ...]) -> Centre:
    new = next((one for one in opened if one.place == place), None)
    if new is not None:
        return Centre(place=place, fixed_per_day=Money(new.fixed_per_day, "CNY"), parcels_per_day=new.parcels_per_day)
    return read(Centre, place) or Centre(place=place)


def _fen(money: Money | None) -> float:
    return float(money.amount) if money is not None else 0.0


def _times_money(money: Money | None, times: float) -> Money | None:
    return None if money is None else Money(round(money.amount * times), money.currency)
