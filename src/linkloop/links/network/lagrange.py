"""Lagrangian bounds of facility location: customers are priced, each centre packs its own knapsack."""

from __future__ import annotations

from typing import NamedTuple

import highspy
import numpy as np

from linkloop.links.network.program import program
from linkloop.links.network.site import Sites, Vector

PATIENCE, SHORTEST = 10, 0.005  # steps without a better bound until steps shorten, and when they are too short
SETS = 12  # of the best steps, whose centres are tried as plans
GRID = 4000  # capacities are whole up to this many units; larger ones are packed by shares, which is a bound, too
CELLS = 20_000_000  # and no table of knapsacks (centres × customers × units) is larger than this


class Bounds(NamedTuple):
    """`value` ≤ optimum. `pair[i, j]` is how much the bound rises when centre i serves any of j, `shut[i]` when
    centre i is closed. `upper` is the cost of a known plan, else inf. `sets`: the centres that the best steps open."""

    value: float
    price: Vector
    pair: Vector
    shut: Vector
    upper: float
    sets: tuple[Vector, ...] = ()

    @property
    def most(self) -> float:
        """A span beyond which a core is the whole."""
        every = np.concatenate([self.pair.ravel(), self.shut])
        return float(every[np.isfinite(every)].max(initial=0.0)) + 1.0

    def core(self, span: float) -> tuple[Vector, Vector]:
        """The pairs that a plan within `span` of the bound can use, and the centres that it must open."""
        return self.pair <= span + 1e-7, self.shut > span + 1e-7


def bounds(sites: Sites, *, upper: float = np.inf, steps: int = 200) -> Bounds:
    """The best bound of `steps` subgradient steps from the prices of the linear relaxation, with reduced costs.

    L(λ) = Σ λⱼ + min Σ vᵢ(λ) yᵢ over Σ sᵢyᵢ ≥ Σ dⱼ, vᵢ = fᵢ + min Σⱼ (cᵢⱼ − λⱼ) xᵢⱼ over the knapsack of centre i
    (Holmberg, Rönnqvist & Yuan 1999, EJOR 113; Polyak steps).
    """
    price = relaxed_prices(sites)
    packer = Packer(sites)
    best, best_price = -np.inf, price
    length, since, toward = 0.4, 0, np.zeros_like(price)
    seen: dict[bytes, tuple[float, Vector]] = {}
    for _ in range(max(steps, 1)):
        worth, takes = packer.pack(price)
        value, opened = cheapest_cover(worth, sites)
        value += float(price.sum())
        seen[(opened > 0.5).tobytes()] = (value, opened)
        since = 0 if value > best + 1e-5 * (1 + abs(best)) else since + 1
        if value > best:
            best, best_price = value, price
        if since >= PATIENCE:
            length, since = length * 0.6, 0
            if length < SHORTEST:
                break
        toward = 0.7 * (1.0 - opened @ takes) + 0.3 * toward
        norm = float(toward @ toward)
        if norm < 1e-12:
            break
        aim = upper if np.isfinite(upper) else best + 0.01 * abs(best) + 1.0
        price = price + length * max(aim - value, 1e-4 * (1 + abs(best))) / norm * toward
    sets = tuple(opened for _, opened in sorted(seen.values(), key=lambda one: -one[0])[:SETS])
    return _priced(sites, packer, best_price, upper)._replace(sets=sets)


def _priced(sites: Sites, packer: Packer, price: Vector, upper: float) -> Bounds:
    worth, _ = packer.pack(price)
    value, _ = cheapest_cover(worth, sites)
    base = value + float(price.sum())
    with_one, without = forced(worth, sites)
    detour = packer.detours(price, worth)
    pair = (with_one - value)[:, None] + detour
    pair[~np.isfinite(sites.cost)] = np.inf
    return Bounds(base, price, pair, without - value, upper)


def relaxed_prices(sites: Sites) -> Vector:
    """The duals of the customers' rows in the strong linear relaxation."""
    keep = np.isfinite(sites.cost)
    if not keep.any(axis=0).all():
        return np.zeros(len(sites.demand))
    model, _ = program(sites, keep, np.zeros(len(sites.fixed), bool))
    model.integrality_ = []
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    duals = np.array(solver.getSolution().row_dual[: len(sites.demand)])
    return duals if len(duals) == len(sites.demand) else np.zeros(len(sites.demand))


def cheapest_cover(worth: Vector, sites: Sites) -> tuple[float, Vector]:
    """A lower bound of min Σ vᵢyᵢ with Σ sᵢyᵢ ≥ Σ dⱼ (its linear relaxation), and how far it opens each."""
    opened = (worth < 0).astype(float)
    value, short = float(opened @ worth), float(sites.demand.sum() - opened @ sites.capacity)
    for i in _by_rate(worth, sites):
        if short <= 1e-9:
            break
        if opened[i] or sites.capacity[i] <= 0:
            continue
        opened[i] = min(1.0, short / float(sites.capacity[i]))
        value += float(worth[i] * opened[i])
        short -= float(sites.capacity[i])
    return (float("inf") if short > 1e-6 * (1 + float(sites.demand.sum())) else value), opened


def forced(worth: Vector, sites: Sites) -> tuple[Vector, Vector]:
    """The same bound with each centre forced open, and with each forced shut."""
    total = float(sites.demand.sum())
    order = _by_rate(worth, sites)
    open_, shut = np.empty(len(worth)), np.empty(len(worth))
    for i in range(len(worth)):
        for forced_open, into in ((True, open_), (False, shut)):
            value = float(worth[i]) if forced_open else 0.0
            short = total - (sites.capacity[i] if forced_open else 0.0)
            for k in order:
                if k == i or (worth[k] >= 0 and short <= 1e-9):
                    continue
                if worth[k] < 0:
                    value, short = value + worth[k], short - sites.capacity[k]
                elif sites.capacity[k] > 0:
                    value += worth[k] * min(1.0, short / sites.capacity[k])
                    short -= sites.capacity[k]
            into[i] = np.inf if short > 1e-6 * (1 + total) else value
    return open_, shut


def _by_rate(worth: Vector, sites: Sites) -> Vector:
    # Those that pay for themselves first: only then is it known what is still short.
    rate = np.where(worth < 0, -np.inf, worth / np.maximum(sites.capacity, 1e-12))
    return np.argsort(rate, kind="stable")


class Packer:
    """Knapsacks of all centres at once: exact over whole capacities where sources are single, else by shares."""

    def __init__(self, sites: Sites) -> None:
        self.sites = sites
        whole = np.all(sites.demand == np.rint(sites.demand))
        room = np.floor(sites.capacity + 1e-9)
        cells = sites.cost.size * room.max(initial=0)
        self.exact = bool(sites.single and whole and len(room) and room.max() <= GRID and cells <= CELLS)
        self.room = np.minimum(room, max(sites.demand.sum(), 0)).astype(int)
        self.units = np.rint(sites.demand).astype(int)

    def pack(self, price: Vector) -> tuple[Vector, Vector]:
        """vᵢ per centre, and what its knapsack takes (m × n shares)."""
        gain = np.maximum(price[None, :] - self.sites.cost, 0.0)
        gain[~np.isfinite(self.sites.cost)] = 0.0
        takes = self._whole(gain) if self.exact else self._shares(gain)
        return self.sites.fixed - (gain * takes).sum(axis=1), takes

    def _whole(self, gain: Vector) -> Vector:
        m, n = gain.shape
        most = int(self.room.max())
        best = np.zeros((m, most + 1))
        chosen = np.zeros((n, m, most + 1), bool)
        wanted = np.nonzero(gain.any(axis=0) & (self.units <= most))[0]
        for j in wanted:
            d = self.units[j]
            with_j = best[:, : most + 1 - d] + gain[:, j, None]
            better = with_j > best[:, d:] + 1e-12
            better &= gain[:, j, None] > 0
            chosen[j, :, d:] = better
            best[:, d:] = np.where(better, with_j, best[:, d:])
        takes, left, every = np.zeros((m, n)), self.room.copy(), np.arange(m)
        for j in wanted[::-1]:
            taken = chosen[j, every, left]
            takes[taken, j] = 1.0
            left[taken] -= self.units[j]
        return takes

    def _shares(self, gain: Vector) -> Vector:
        demand = np.maximum(self.sites.demand, 1e-12)
        order = np.argsort(-gain / demand, axis=1, kind="stable")
        need = np.where(np.take_along_axis(gain, order, 1) > 0, demand[order], 0.0)
        before = np.cumsum(need, axis=1) - need
        share = np.clip((self.sites.capacity[:, None] - before) / np.maximum(need, 1e-12), 0.0, 1.0)
        takes = np.zeros_like(gain)
        np.put_along_axis(takes, order, np.where(need > 0, share, 0.0), 1)
        return takes

    def detours(self, price: Vector, worth: Vector) -> Vector:
        """How much vᵢ rises at least when centre i has to take customer j: its knapsack by shares on what is left.

        Exact packing bounds the knapsack without j from below by that with all of them.
        """
        gain = np.maximum(price[None, :] - self.sites.cost, 0.0)
        gain[~np.isfinite(self.sites.cost)] = 0.0
        reduced = self.sites.cost - price[None, :]
        if not self.sites.single:  # any share of j, however small: only what j itself costs beyond its price
            return np.zeros_like(gain)
        rest = self._rest(gain)
        rise = (self.sites.fixed[:, None] + reduced - rest) - worth[:, None]
        return np.where(self.sites.demand[None, :] > self.sites.capacity[:, None] + 1e-9, np.inf, np.maximum(rise, 0.0))

    def _rest(self, gain: Vector) -> Vector:
        """An upper bound of what centre i gains from the others when j takes its room: m × n."""
        m, n = gain.shape
        if self.exact:
            return self._rest_exact(gain)
        rest = np.empty((m, n))
        for j in range(n):
            others = gain.copy()
            others[:, j] = 0.0
            smaller = self.sites._replace(capacity=np.maximum(self.sites.capacity - self.sites.demand[j], 0.0))
            rest[:, j] = (others * Packer(smaller._replace(single=False))._shares(others)).sum(axis=1)
        return rest

    def _rest_exact(self, gain: Vector) -> Vector:
        """By tables of all customers before j and of all after j, joined over every split of the room."""
        m, n = gain.shape
        most = int(self.room.max())
        after = np.zeros((n + 1, m, most + 1))
        for j in range(n - 1, -1, -1):
            after[j] = _with(after[j + 1], gain[:, j], self.units[j], most)
        before, rest = np.zeros((m, most + 1)), np.full((m, n), -np.inf)
        every = np.arange(m)[:, None]
        for j in range(n):
            left = self.room - self.units[j]
            spots = left[:, None] - np.arange(most + 1)[None, :]
            joined = np.where(spots >= 0, before + after[j + 1][every, np.maximum(spots, 0)], -np.inf)
            rest[:, j] = np.where(left >= 0, joined.max(axis=1), -np.inf)
            before = _with(before, gain[:, j], self.units[j], most)
        return np.where(np.isfinite(rest), rest, 0.0)


def _with(table: Vector, gain: Vector, units: int, most: int) -> Vector:
    """The table of best gains by room with one more customer."""
    found = table.copy()
    if units <= most:
        np.maximum(found[:, units:], table[:, : most + 1 - units] + gain[:, None], out=found[:, units:])
    return found
