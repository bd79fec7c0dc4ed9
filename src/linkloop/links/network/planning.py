"""Planning: which places are open and which share of each destination goes over which arc, day by day of demand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from linkloop.links.network.layout import COVER_DAYS, DAY_SHARE, LATE_SHARE, Network
from linkloop.links.network.milp import Program, Solution
from linkloop.links.network.site import Vector

GAP = 1e-5
STAY = 1e6  # minor units a parcel that an arc away from the routed place is thought to cost more, when routing stays


class Plan(NamedTuple):
    """`open[i]`, `flow[a]` mean parcels a day over each arc, `lost[j]` mean parcels a day that nobody can send.

    `cost` (minor units a day) is the mean over the days of demand, `costs` its parts; `bound` ≤ the least cost there
    is, `gap` what lies between as a share of the cost.
    """

    open: Vector
    flow: Vector
    lost: Vector
    cost: float
    costs: dict[str, float]
    bound: float

    @property
    def gap(self) -> float:
        """The proven distance to the cheapest plan."""
        return max(0.0, self.cost - self.bound) / max(abs(self.cost), 1e-9)


def best(net: Network, *, start: Plan | None = None, must: Vector | None = None) -> Plan:
    """The cheapest plan: places are opened once, parcels are sent as each day needs.

    A two-stage program in its extensive form: min Σ fᵢyᵢ + holding(Σ yᵢ) + mean over days of Σ unitₐ xₐ, with
    xₐ ≤ dⱼ yᵢ (strong), Σ into j = dⱼ, Σ from i ≤ capacity. Safety stock by the square-root law is exact: one binary
    for each count of open places. `must` fixes which are open; `start` warms HiGHS.
    """
    return _plan(net, np.zeros(len(net.unit)), start, must)


def as_routed(net: Network) -> Plan:
    """What the routing of today costs: other arcs are taken only where the routed place cannot send."""
    away = net.source != net.routed[net.target]
    plan = _plan(net, np.where(away, STAY, 0.0), None, net.was_open)
    return plan._replace(bound=-np.inf)


def _plan(net: Network, extra: Vector, start: Plan | None, must: Vector | None) -> Plan:
    days, m = len(net.demand), len(net.places)
    program = Program()
    opened = program.columns(
        net.fixed, low=0.0 if must is None else must.astype(float), high=1.0 if must is None else must.astype(float),
        whole=True,
    )  # fmt: skip
    counted = program.columns(np.array([net.holding(net.pooled(k)) for k in range(m + 1)]), whole=True)
    program.rows(1, [(np.zeros(m + 1, int), counted, 1.0)], low=1.0, high=1.0)
    program.rows(1, [(np.zeros(m, int), opened, 1.0), (np.zeros(m + 1, int), counted, -np.arange(m + 1.0))],
                 low=0.0, high=0.0)  # fmt: skip
    flows, lost = [], []
    unit, worst = (net.unit + extra) / days, (net.lost + extra.max(initial=0.0)) / days
    for demand in net.demand:
        ceiling = np.minimum(demand[net.target], net.limit)
        flow = program.columns(unit, high=ceiling)
        left = program.columns(np.full(len(demand), worst), high=demand)
        program.rows(
            len(demand), [(net.target, flow, 1.0), (np.arange(len(demand)), left, 1.0)], low=demand, high=demand
        )
        arcs = np.arange(len(flow))
        program.rows(len(flow), [(arcs, flow, 1.0), (arcs, opened[net.source], -ceiling)], high=0.0)
        tight = np.flatnonzero(np.isfinite(net.capacity))
        if len(tight):
            row = np.full(m, -1)
            row[tight] = np.arange(len(tight))
            mine = row[net.source] >= 0
            program.rows(
                len(tight),
                [
                    (row[net.source[mine]], flow[mine], 1.0),
                    (np.arange(len(tight)), opened[tight], -net.capacity[tight]),
                ],
                high=0.0,
            )
        flows.append(flow)
        lost.append(left)
    solved = program.solve(gap=GAP, start=_warm(start, program.width, opened, counted))
    return _read(net, solved, opened, flows, lost)


def _warm(start: Plan | None, width: int, opened: Vector, counted: Vector) -> Vector | None:
    """Which places a like plan opens; HiGHS completes the flows."""
    if start is None or len(start.open) != len(opened):
        return None
    found = np.full(width, np.inf)  # an infinite value is one that is not given
    found[opened] = start.open
    found[counted] = np.arange(len(counted)) == int(start.open.sum())
    return found


def _read(net: Network, solved: Solution, opened: Vector, flows: list[Vector], lost: list[Vector]) -> Plan:
    columns = solved.columns
    is_open = columns[opened] > 0.5
    flow = np.mean([np.maximum(columns[one], 0.0) for one in flows], axis=0)
    left = np.mean([np.maximum(columns[one], 0.0) for one in lost], axis=0)
    costs = costs_of(net, is_open, flow, left)
    return Plan(is_open, flow, left, sum(costs.values()), costs, min(solved.bound, sum(costs.values())))


def costs_of(net: Network, is_open: Vector, flow: Vector, left: Vector) -> dict[str, float]:
    """The parts of what a plan costs a day, in minor units."""
    value = net.economy.order_value
    return {
        "freight": float(net.freight @ flow),
        "fixed": float(net.fixed[is_open].sum()),
        "inventory": net.holding(net.pooled(int(is_open.sum()))),
        "lateness": float(value * LATE_SHARE * (net.late @ flow)),
        "weather": float(value * DAY_SHARE * (net.held @ flow)),
        "lost": float(net.lost * left.sum()),
    }


def routing(net: Network, plan: Plan) -> Vector:
    """The place that sends most to each destination (−1: none does)."""
    sent = np.zeros((len(net.places), len(net.targets)))
    np.add.at(sent, (net.source, net.target), plan.flow)
    return np.where(sent.max(axis=0) > 1e-9, sent.argmax(axis=0), -1)


def change_cost(net: Network, plan: Plan, transfer: Vector) -> float:
    """What going from today's network to a plan costs once, in minor units: places to open and to close, and the stock
    of destinations that move, over lanes between places where a parcel costs `transfer[from, to]`."""
    after, demand = routing(net, plan), net.demand.mean(axis=0)
    moved = (after != net.routed) & (after >= 0) & (net.routed >= 0)
    stock = float((demand[moved] * COVER_DAYS * transfer[net.routed[moved], after[moved]]).sum())
    newly, gone = plan.open & ~net.was_open, ~plan.open & net.was_open
    return float(net.opening[newly].sum() + net.closing[gone].sum()) + stock
