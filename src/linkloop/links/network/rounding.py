"""Plans from bounds: the centres that a bound opens, filled customer by customer by regret, then improved by shifts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from linkloop.links.network.site import Plan, Sites, Vector, cost_of

PASSES = 6
LARGE = 1500  # pairs of centre and customer
TRIES = 120  # sets of centres that are filled on the way to a better plan


def best_of(sites: Sites, sets: Iterable[Vector]) -> Plan | None:
    """The cheapest plan near these sets of open centres with one source for each customer; None where none packs."""
    found = [plan for opened in sets if (plan := round_up(sites, opened)) is not None]
    best = min(found, key=lambda plan: plan.cost, default=None)
    # A small program is solved sooner than its plans are improved.
    return best if best is None or sites.cost.size < LARGE else _near(sites, best)


def _near(sites: Sites, plan: Plan) -> Plan:
    """Better plans with one centre closed, opened, or exchanged, as long as one is found within `TRIES`."""
    left, tried = TRIES, set[bytes]()
    while left > 0:
        better = None
        for opened in _neighbours(sites, plan):
            key = opened.tobytes()
            if key in tried or left <= 0:
                continue
            tried.add(key)
            left -= 1
            found = round_up(sites, opened)
            if found is not None and found.cost < plan.cost - 1e-9:
                better = found
                break
        if better is None:
            return plan
        plan = better
    return plan


def _neighbours(sites: Sites, plan: Plan) -> Iterable[Vector]:
    """Sets one step away: dear and little used centres close first, cheap and close ones open first."""
    used, load = plan.open, plan.serves @ sites.demand
    closing = sorted(np.flatnonzero(used).tolist(), key=lambda i: load[i] / max(sites.fixed[i], 1e-9))
    cheap = np.where(np.isfinite(sites.cost), sites.cost, 0.0).mean(axis=1) * len(sites.demand) / max(used.sum(), 1)
    opening = sorted(np.flatnonzero(~used).tolist(), key=lambda i: sites.fixed[i] + cheap[i])
    for i in closing:
        yield _flipped(used, i)
    for i in opening:
        yield _flipped(used, i)
    for i in closing[: len(closing) // 2 + 1]:
        for k in opening[:5]:
            yield _flipped(_flipped(used, i), k)


def _flipped(opened: Vector, i: int) -> Vector:
    changed = opened.copy()
    changed[i] = ~changed[i]
    return changed


def round_up(sites: Sites, opened: Vector) -> Plan | None:
    """A plan with these centres, and with more, cheaper ones by capacity first, until one packs."""
    kept = opened > 0.5
    rate = np.where(kept, np.inf, sites.fixed / np.maximum(sites.capacity, 1e-9))
    at = None
    for i in (-1, *np.argsort(rate, kind="stable").tolist()):
        if i >= 0 and kept[i]:
            break
        kept[i] = kept[i] or i >= 0
        if sites.capacity[kept].sum() >= sites.demand.sum():
            at = _fill(sites, kept)
            at = _largest_first(sites, kept) if at is None else at
        if at is not None:
            break
    if at is None:
        return None
    at = _shift(sites, at)
    serves = np.zeros(sites.cost.shape)
    serves[at, np.arange(len(at))] = 1.0
    used = np.bincount(at, minlength=len(serves)) > 0
    return Plan(cost_of(sites, used, serves), -np.inf, used, serves)


def _fill(sites: Sites, kept: Vector) -> Vector | None:
    """Each time the customer whose second choice is dearest against its first (regret), to its cheapest centre with
    room (Martello & Toth 1990, generalised assignment)."""
    room = np.where(kept, sites.capacity, -1.0).astype(float)
    at = np.full(len(sites.demand), -1)
    waits = np.ones(len(at), bool)
    for _ in range(len(at)):
        left = np.flatnonzero(waits)
        able = np.where(room[:, None] >= sites.demand[left] - 1e-9, sites.cost[:, left], np.inf)
        two = np.partition(able, 1, axis=0)[:2] if len(room) > 1 else np.vstack([able, np.full_like(able, np.inf)])
        if not np.isfinite(two[0]).all():
            return None
        regret = np.where(np.isfinite(two[1]), two[1] - two[0], 1e12 + sites.demand[left])
        n = int(regret.argmax())
        j, i = int(left[n]), int(able[:, n].argmin())
        at[j], waits[j] = i, False
        room[i] -= sites.demand[j]
    return at


def _largest_first(sites: Sites, kept: Vector) -> Vector | None:
    """The largest customer first to the cheapest centre with room; where that fails, to the fullest one."""
    for fullest in (False, True):
        room = np.where(kept, sites.capacity, -1.0).astype(float)
        at = np.full(len(sites.demand), -1)
        for j in np.argsort(-sites.demand, kind="stable").tolist():
            able = (room >= sites.demand[j] - 1e-9) & np.isfinite(sites.cost[:, j])
            if not able.any():
                break
            at[j] = int(np.where(able, room if fullest else sites.cost[:, j], np.inf).argmin())
            room[at[j]] -= sites.demand[j]
        else:
            return at
    return None


def _shift(sites: Sites, at: Vector) -> Vector:
    """Single customers to a cheaper centre in use with room, and pairs that are cheaper the other way round."""
    at = at.copy()
    everyone = np.arange(len(at))
    room = sites.capacity - np.bincount(at, sites.demand, len(sites.capacity))
    used = np.bincount(at, minlength=len(room)) > 0
    for _ in range(PASSES):
        before = sites.cost[at, everyone].sum()
        for j in np.argsort(sites.cost.min(axis=0) - sites.cost[at, everyone], kind="stable").tolist():
            able = used & (room >= sites.demand[j] - 1e-9)
            able[at[j]] = True
            best = int(np.where(able, sites.cost[:, j], np.inf).argmin())
            if best == at[j]:
                best = _swap(sites, at, room, j)
                continue
            room[at[j]] += sites.demand[j]
            room[best] -= sites.demand[j]
            at[j] = best
        if sites.cost[at, everyone].sum() >= before - 1e-9:
            break
    return at


def _swap(sites: Sites, at: Vector, room: Vector, j: int) -> int:
    """The best exchange of j with another customer, made where it saves; gives j's centre."""
    here = int(at[j])
    there = at
    fits = (room[there] + sites.demand >= sites.demand[j] - 1e-9) & (
        room[here] + sites.demand[j] >= sites.demand - 1e-9
    )
    gain = sites.cost[here, j] + sites.cost[there, np.arange(len(at))] - sites.cost[there, j] - sites.cost[here]
    gain = np.where(fits & (there != here) & np.isfinite(gain), gain, -np.inf)
    k = int(gain.argmax())
    if gain[k] > 1e-9:
        other = int(at[k])
        room[here] += sites.demand[j] - sites.demand[k]
        room[other] += sites.demand[k] - sites.demand[j]
        at[j], at[k] = other, here
    return int(at[j])
