"""Which category lies where: freight of its units against the safety stock that every further place needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from linkloop.commerce.network import NetworkCategory
from linkloop.commerce.time import DayClosed
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.links.network.layout import REVIEW_DAYS, SERVICE, Network
from linkloop.links.network.planning import Plan
from linkloop.links.network.site import Vector

MOST_PLACES = 12  # every set of so many places is tried
_UNITS = """
SELECT coalesce(g.category, '') AS category,
  coalesce(nullif(p.destination, ''), nullif(c.city, ''), nullif(o.region, ''), '') AS destination,
  sum(l.quantity)::DOUBLE AS units
FROM order_lines l JOIN orders o USING (order_id) JOIN products g USING (product_id)
  LEFT JOIN customers c ON c.customer_id = o.customer_id
  LEFT JOIN (SELECT order_id, any_value(destination) AS destination FROM parcels GROUP BY order_id) p
    ON p.order_id = o.order_id
WHERE l.quantity > 0 AND o.placed_at > $since AND o.placed_at <= $until AND o.status NOT IN ('cancelled', 'unavailable')
GROUP BY ALL ORDER BY 1, 2
"""


class Placement(NamedTuple):
    """The places (indexes) that keep a category, units a day from each place, safety units in all, cost a day."""

    kept: tuple[int, ...]
    units: Vector
    safety: float
    cost: float


def placed(ctx: Context, net: Network, plan: Plan, event: DayClosed, since: Any) -> Iterator[Table]:
    """Where a plan keeps each category: of all sets of its open places the cheapest, for sure."""
    places = np.flatnonzero(plan.open)
    if not 1 <= len(places) <= MOST_PLACES:
        return
    at = {name: n for n, name in enumerate(net.targets)}
    days = max((event.at - since) / timedelta(days=1), 1.0)
    units: dict[str, Vector] = {}
    for row in ctx.sql(_UNITS, since=since, until=event.at):
        if row["category"] and row["destination"] in at:
            units.setdefault(row["category"], np.zeros(len(at)))[at[row["destination"]]] = row["units"] / days
    unit = per_unit(net)
    for category, wanted in units.items():
        found = place(wanted, unit, places, net.holding(1.0))
        for n in places.tolist():
            yield NetworkCategory(
                plan="best", category=category, place=net.places[n], made_on=event.day, kept=n in found.kept,
                units_per_day=round(float(found.units[n]), 3),
                safety_units=round(found.safety / len(found.kept), 2) if n in found.kept else 0.0,
            )  # fmt: skip


def per_unit(net: Network) -> Vector:
    """[place, destination] what a unit costs from there by its cheapest arc, in minor units; inf without one."""
    found = np.full((len(net.places), len(net.targets)), np.inf)
    np.minimum.at(found, (net.source, net.target), net.unit / max(net.economy.units, 1e-9))
    return found


def place(wanted: Vector, unit: Vector, places: Vector, holding: float) -> Placement:
    """The cheapest set of `places` for units a day `wanted[j]` at costs `unit[i, j]`, all sets tried.

    A set of k places keeps z·√(mean demand over the lead time)·√k units against uncertainty (Poisson demand, the
    square-root law), each at `holding` a day; a destination is sent to from its cheapest place of the set.
    """
    safety = SERVICE * float(np.sqrt(wanted.sum() * REVIEW_DAYS))
    best: Placement | None = None
    for count in range(1, len(places) + 1):
        for kept in combinations(places.tolist(), count):
            cheapest = unit[list(kept)].min(axis=0)
            needed = wanted > 0
            cost = float((wanted[needed] * cheapest[needed]).sum()) + holding * safety * float(np.sqrt(count))
            if best is None or cost < best.cost - 1e-9:
                sent = np.zeros(len(unit))
                np.add.at(sent, np.array(kept)[unit[list(kept)].argmin(axis=0)], wanted)
                best = Placement(kept, sent, safety * float(np.sqrt(count)), cost)
    assert best is not None
    return best
