"""Planning: a shop's network as sites, the plan of least cost beside what is done today, and what if it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

import numpy as np

from linkloop.core.errors import NotFound
from linkloop.core.text import Text
from linkloop.links.network.atlas import where
from linkloop.links.network.facility import locate
from linkloop.links.network.site import Plan, Sites, Vector

# What carrying one unit costs (minor units): stated figures of the order of Chinese parcel contracts.
PER_UNIT, PER_KILOMETRE, PER_LATE_DAY = 250.0, 0.2, 120.0
PROMISE_DAYS, KILOMETRES_A_DAY, HANDLING_DAYS = 3.0, 850.0, 0.75
ROOM = 1.6  # a centre whose capacity nobody stated can send this many times what it sends on a mean day


class Centre(NamedTuple):
    """A centre that can serve: where it is, units a day that it can send, its cost a day in minor units."""

    place: str
    latitude: float
    longitude: float
    units_per_day: float
    cost_per_day: float


class Network(NamedTuple):
    """Centres, destinations with units wanted a day, lane costs per unit (minor units) and days, and who serves now.

    `now[i, j]` is the share of destination j that centre i serves today; its columns sum to 1 or 0.
    """

    centres: tuple[Centre, ...]
    destinations: tuple[str, ...]
    wanted: Vector
    cost: Vector
    days: Vector
    now: Vector

    @property
    def sites(self) -> Sites:
        """The network as a facility-location problem; shares may be split."""
        return Sites(
            np.array([centre.units_per_day for centre in self.centres]),
            np.array([centre.cost_per_day for centre in self.centres]),
            self.wanted,
            self.cost * self.wanted[None, :],
            single=False,
        )

    def cost_now(self) -> float:
        """What a day costs as it is done today: every centre that sends is paid for."""
        used = (self.now * self.wanted[None, :]).sum(axis=1) > 1e-9
        fixed = sum(centre.cost_per_day for centre, is_used in zip(self.centres, used, strict=True) if is_used)
        carried = self.now > 1e-12
        return fixed + float(((self.cost * self.wanted[None, :])[carried] * self.now[carried]).sum())


def build(
    centres: Sequence[Centre],
    wanted: Mapping[str, float],
    flows: Mapping[tuple[str, str], float],
    days: Mapping[tuple[str, str], float],
) -> Network:
    """A network from centres, units wanted a day by destination, units that flow today, and days seen by lane.

    A lane that nobody has seen takes its days from the distance; a destination that the atlas does not know is left
    out. Capacities of 0 or less are taken from today's flow.
    """
    names = [name for name in sorted(wanted) if where(name) is not None and wanted[name] > 0]
    units = np.array([wanted[name] for name in names])
    shape = (len(centres), len(names))
    cost, took, now = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for i, centre in enumerate(centres):
        for j, name in enumerate(names):
            spot = where(name)
            assert spot is not None
            away = kilometres(centre.latitude, centre.longitude, *spot)
            took[i, j] = days.get((centre.place, name), HANDLING_DAYS + away / KILOMETRES_A_DAY)
            cost[i, j] = PER_UNIT + PER_KILOMETRE * away + PER_LATE_DAY * max(took[i, j] - PROMISE_DAYS, 0.0)
            now[i, j] = max(flows.get((centre.place, name), 0.0), 0.0)
    total = now.sum(axis=0)
    now = np.divide(now, total, out=np.zeros(shape), where=total > 0)
    load = now @ units if len(names) else np.zeros(len(centres))
    # What all can send must be enough for what is wanted, whoever sent it in the past.
    least = ROOM * max(float(units.sum()) / max(len(centres), 1), 0.0)
    known = tuple(
        centre if centre.units_per_day > 0 else centre._replace(units_per_day=max(ROOM * load[i], least))
        for i, centre in enumerate(centres)
    )
    return Network(known, tuple(names), units, cost, took, now)


def what_if(
    network: Network, *, close: Sequence[str] = (), dearer: Mapping[str, float] | None = None, open_at: str = ""
) -> Network:
    """The network with centres closed, lanes dearer (`place` or `place>destination` → factor), or a new centre.

    Raises NotFound `network.place` or `network.where` for what is not known.
    """
    centres, cost, days, now = list(network.centres), network.cost.copy(), network.days, network.now
    places = [centre.place for centre in centres]
    for name, factor in (dearer or {}).items():
        place, _, destination = name.partition(">")
        i = _index(places, place)
        columns = [_index(network.destinations, destination)] if destination else slice(None)
        cost[i, columns] *= factor
    if open_at:
        spot = where(open_at)
        if spot is None:
            raise _unknown("network.where", open_at)
        fresh = Centre(f"NEW-{open_at}", *spot, max(c.units_per_day for c in centres),
                       float(np.median([c.cost_per_day for c in centres])))  # fmt: skip
        away = np.array([kilometres(*spot, *(where(name) or spot)) for name in network.destinations])
        row = HANDLING_DAYS + away / KILOMETRES_A_DAY
        dear = PER_UNIT + PER_KILOMETRE * away + PER_LATE_DAY * np.maximum(row - PROMISE_DAYS, 0.0)
        centres.append(fresh)
        cost, days = np.vstack([cost, dear]), np.vstack([days, row])
        now = np.vstack([now, np.zeros(len(network.destinations))])
    for place in close:
        centres[_index(places, place)] = centres[_index(places, place)]._replace(units_per_day=0.0)
        cost[_index(places, place)] = np.inf
    return Network(tuple(centres), network.destinations, network.wanted, cost, days, now)


def plan(network: Network, *, start: Plan | None = None, limit_s: float = 60.0) -> Plan | None:
    """The plan of least cost with its proven gap; None when the centres cannot carry what is wanted."""
    if not network.destinations or not network.centres:
        return None
    return locate(network.sites, start=start, limit_s=limit_s)


def moves(network: Network, found: Plan) -> int:
    """Destinations whose main centre changes."""
    served = network.now.sum(axis=0) > 0
    return int((network.now.argmax(axis=0) != found.serves.argmax(axis=0))[served].sum())


def kilometres(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Great-circle distance (haversine, mean Earth radius 6371 km)."""
    first, second = radians(latitude), radians(to_latitude)
    turn = radians(to_longitude - longitude)
    half = sin((second - first) / 2) ** 2 + cos(first) * cos(second) * sin(turn / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(half))


def _index(names: Sequence[str], name: str) -> int:
    if name not in names:
        raise _unknown("network.place", name)
    return names.index(name)


def _unknown(code: str, name: str) -> NotFound:
    return NotFound(
        code,
        Text(en=f"the network does not know {name}", zh=f"仓网中没有 {name}"),
        Text(
            en="`linkloop network plan` lists centres and destinations.",
            zh="`linkloop network plan` 会列出仓与目的地。",
        ),
        where=name,
    )
