"""A plan as people see it: figures, arcs with loads and times, and rows of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np

from linkloop.commerce.lanes import LaneMode
from linkloop.commerce.network import NetworkArc, NetworkCentre, NetworkFigures, NetworkPlan, PlanName
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.links.network.layout import Network
from linkloop.links.network.planning import Plan
from linkloop.links.network.site import Vector


def figures(net: Network, plan: Plan, name: PlanName, made_on: str) -> NetworkFigures:
    """Costs, times and loads of a plan."""
    on_time, mean, promise = times(net, plan)
    loads = np.bincount(net.source, plan.flow, len(net.places))
    return NetworkFigures(
        cost=round(plan.cost),
        costs={part: round(cost) for part, cost in plan.costs.items()},
        currency=net.economy.currency,
        on_time=on_time,
        mean_days=mean,
        promise_days=promise,
        centres={place: round(float(loads[n]), 2) for n, place in enumerate(net.places) if plan.open[n]},
        arcs=tuple(arcs(net, plan, name, made_on)),
        unserved=round(float(plan.lost.sum()), 3),
    )


def times(net: Network, plan: Plan) -> tuple[float, float, float]:
    """Share on time, mean of the median days, and the days that 9 of 10 parcels need at most, over all arcs by load."""
    total = float(plan.flow.sum())
    if total <= 0:
        return 0.0, 0.0, 0.0
    days = net.spans + net.held[:, None]
    order = np.argsort(days[:, 2])
    reached = np.cumsum(plan.flow[order]) / total
    last = order[min(int(np.searchsorted(reached, 0.9)), len(order) - 1)]
    return (
        round(float((1 - net.late) @ plan.flow) / total, 4),
        round(float(days[:, 1] @ plan.flow) / total, 3),
        round(float(days[last, 2]), 3),
    )


def arcs(net: Network, plan: Plan, name: PlanName, made_on: str) -> Iterator[NetworkArc]:
    """The arcs that a plan uses."""
    wanted = net.demand.mean(axis=0)
    for a in np.flatnonzero(plan.flow > 1e-6).tolist():
        j, load = int(net.target[a]), float(plan.flow[a])
        yield NetworkArc(
            plan=name, origin=net.places[int(net.source[a])], destination=net.targets[j],
            mode=cast(LaneMode, net.mode[a]), made_on=made_on, share=round(load / max(float(wanted[j]), 1e-9), 4),
            parcels_per_day=round(load, 3), kg_per_day=round(load * net.economy.kg, 2),
            distance_km=round(float(net.kilometres[a]), 1), days=round(float(net.spans[a, 1] + net.held[a]), 3),
            promise_days=round(float(net.spans[a, 2] + net.held[a]), 3), on_time=round(float(1 - net.late[a]), 4),
            cost=Money(round(float(net.unit[a]) * load), net.economy.currency),
            capacity_per_day=_limit(float(net.limit[a])),
        )  # fmt: skip


def rows(net: Network, plan: Plan, name: PlanName, made_on: str, **more: Any) -> Iterator[Table]:
    """The rows of a plan; `more` are fields of NetworkPlan."""
    on_time, mean, promise = times(net, plan)
    loads = np.bincount(net.source, plan.flow, len(net.places))
    used = np.bincount(net.source, plan.flow > 1e-6, len(net.places))
    count = int(plan.open.sum())
    yield NetworkPlan(
        plan=name, made_on=made_on, cost=Money(round(plan.cost), net.economy.currency),
        costs={part: round(cost) for part, cost in plan.costs.items()}, bound=round(plan.bound, 2),
        gap=round(plan.gap, 8), parcels_per_day=round(float(plan.flow.sum()), 3), on_time=on_time, mean_days=mean,
        promise_days=promise, centres=tuple(p for n, p in enumerate(net.places) if plan.open[n]),
        destinations=net.targets, scenarios=len(net.demand), **more,
    )  # fmt: skip
    for n, place in enumerate(net.places):
        yield NetworkCentre(
            plan=name, place=place, made_on=made_on, open=bool(plan.open[n]), parcels_per_day=round(float(loads[n]), 3),
            capacity_per_day=_limit(float(net.capacity[n])), destinations=int(used[n]),
            safety_units=round(net.pooled(count) / count, 1) if plan.open[n] else 0.0,
            fixed=Money(round(float(net.fixed[n])), net.economy.currency),
        )  # fmt: skip
    yield from arcs(net, plan, name, made_on)


def _limit(value: float) -> int:
    return int(value) if np.isfinite(value) else 0


def moved(net: Network, before: Vector, after: Vector) -> tuple[str, ...]:
    """Destinations whose first place is another one."""
    return tuple(name for n, name in enumerate(net.targets) if before[n] != after[n] and after[n] >= 0)
