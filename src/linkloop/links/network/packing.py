"""Each category at one place: the cheapest places that hold all stock and send all units, with a proven bound."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from linkloop.links.network.milp import Program
from linkloop.links.network.site import Vector

STEPS = (
    0.0,
    0.002,
    0.005,
    0.01,
    0.015,
    0.02,
    0.03,
    0.04,
    0.05,
    0.06,
    0.08,
    0.1,
    0.12,
    0.15,
    0.2,
    0.25,
    0.3,
    0.4,
)  # spare room that a set of places is chosen with
PASSES = 4


class Goods(NamedTuple):
    """c categories: units in stock and units a day of each; places: room, units a day, rent a day of each.

    `together` are (category, category, how much they belong together).
    """

    stock: Vector
    sold: Vector
    room: Vector
    output: Vector
    rent: Vector
    together: tuple[Vector, Vector, Vector]


class Packed(NamedTuple):
    """`at[c]` is the place of each category; `rent` of the places used, `bound` ≤ the least rent that is possible.

    `kept` is the share of togetherness that lies at one place.
    """

    at: Vector
    rent: float
    bound: float
    kept: float

    @property
    def gap(self) -> float:
        """The proven distance to the least rent, as a share."""
        return max(0.0, self.rent - self.bound) / max(self.rent, 1e-9)


def pack(goods: Goods, now: Vector | None = None) -> Packed | None:
    """The cheapest packing that was found, None where none was.

    Bound: places are covered by their room and output (a knapsack cover in two dimensions, HiGHS); every category of a
    size must also find as many places that can take it. Packing: the largest first into the tightest place of that
    set, sets with more and more spare room until one packs; then categories that belong together are brought together
    and, where `now` is given, back to where they are, as long as no rent is added.
    """
    bound = 0.0
    for spare in STEPS:
        opened, value = _cover(goods, spare)
        if opened is None:
            return None
        bound = value if spare == 0.0 else bound
        found = [at for order in orders(goods) if (at := _fill(goods, opened, now, order)) is not None]
        if found:
            at = min((_drop(goods, at) for at in found), key=lambda at: float(goods.rent[np.unique(at)].sum()))
            at = _together(goods, at, now)
            return Packed(at, float(goods.rent[np.unique(at)].sum()), bound, kept(goods, at))
    return None


def repair(goods: Goods, now: Vector) -> Vector | None:
    """A placement that keeps all it can: only what does not fit any more goes to places in use with room, else to the
    cheapest further place that takes it; None where nothing takes it."""
    at = now.copy()
    stock, sold = _loads(goods, at)
    out: list[int] = []
    for place in np.unique(at).tolist():
        while (over := stock[place] - goods.room[place]) > 1e-9 or sold[place] - goods.output[place] > 1e-9:
            here = np.flatnonzero(at == place)
            excess = np.array([over, sold[place] - goods.output[place]])
            enough = (goods.stock[here] >= excess[0]) & (goods.sold[here] >= excess[1])
            size = goods.stock[here] / goods.room[place] + goods.sold[here] / goods.output[place]
            c = int(here[np.where(enough, size, np.inf).argmin() if enough.any() else size.argmax()])
            at[c] = -1
            out.append(c)
            stock[place] -= goods.stock[c]
            sold[place] -= goods.sold[c]
    used = np.zeros(len(goods.room), bool)
    used[np.unique(at[at >= 0])] = True
    for c in sorted(out, key=lambda c: -goods.stock[c]):
        able = (stock + goods.stock[c] <= goods.room) & (sold + goods.sold[c] <= goods.output)
        if not able.any():
            return None
        left = np.where(able & used, goods.room - stock, np.inf)
        best = int(left.argmin()) if np.isfinite(left).any() else int(np.where(able, goods.rent, np.inf).argmin())
        at[c], used[best] = best, True
        stock[best] += goods.stock[c]
        sold[best] += goods.sold[c]
    return at


def orders(goods: Goods) -> list[Vector]:
    """Orders in which categories are packed: by their larger share of room or output, by either, by both."""
    room, output = goods.stock / goods.room.sum(), goods.sold / goods.output.sum()
    return [np.argsort(-weight, kind="stable") for weight in (np.maximum(room, output), room, output, room + output)]


def kept(goods: Goods, at: Vector) -> float:
    """The share of togetherness that lies at one place."""
    one, other, much = goods.together
    return float(much[at[one] == at[other]].sum() / max(much.sum(), 1e-9))


def fits(goods: Goods, at: Vector) -> bool:
    """Whether a placement keeps to every place's room and output."""
    stock, sold = _loads(goods, at)
    return bool(np.all(stock <= goods.room * (1 + 1e-9)) and np.all(sold <= goods.output * (1 + 1e-9)))


def _loads(goods: Goods, at: Vector) -> tuple[Vector, Vector]:
    return np.bincount(at, goods.stock, len(goods.room)), np.bincount(at, goods.sold, len(goods.room))


def _cover(goods: Goods, spare: float) -> tuple[Vector | None, float]:
    """The cheapest places with room and output enough, as bound (`spare` 0) or as set to pack into.

    For every size of category the places that can take one that large must hold all that are as large.
    """
    program = Program()
    y = program.columns(goods.rent, whole=True)
    zero = np.zeros(len(y), int)
    for need, most in ((goods.stock, goods.room), (goods.sold, goods.output)):
        sizes = np.unique(np.quantile(need, np.linspace(0, 1, 30), method="lower"))
        for size in sizes:
            able, large = most >= size, need >= size
            both = (goods.room >= goods.stock[large].min()) & (goods.output >= goods.sold[large].min()) & able
            wanted = float(need[large].sum()) * (1 + spare)
            program.rows(1, [(zero, y, np.where(both, most, 0.0))], low=min(wanted, float(most[both].sum())))
    solved = program.solve(gap=1e-6, nodes=50_000)
    return (None, np.inf) if not len(solved.columns) else (solved.columns > 0.5, solved.bound)


def _fill(goods: Goods, opened: Vector, now: Vector | None, order: Vector) -> Vector | None:
    """One after the other into the place that it fills best."""
    room, output = np.where(opened, goods.room, -1.0).astype(float), np.where(opened, goods.output, -1.0).astype(float)
    at = np.full(len(goods.stock), -1)
    for c in order.tolist():
        able = (room >= goods.stock[c]) & (output >= goods.sold[c])
        if not able.any():
            return None
        if now is not None and able[now[c]]:
            best = int(now[c])
        else:
            left = np.maximum(
                (room - goods.stock[c]) / goods.room.mean(), (output - goods.sold[c]) / goods.output.mean()
            )
            best = int(np.where(able, left, np.inf).argmin())
        at[c] = best
        room[best] -= goods.stock[c]
        output[best] -= goods.sold[c]
    return at


def _drop(goods: Goods, at: Vector) -> Vector:
    """Empty dear places whose categories find room in the others."""
    for place in sorted(np.unique(at).tolist(), key=lambda p: -float(goods.rent[p])):
        trial = at.copy()
        stock, sold = _loads(goods, at)
        used = np.zeros(len(goods.room), bool)
        used[np.unique(at)] = True
        used[place] = False
        moved = np.flatnonzero(at == place)
        for c in moved[np.argsort(-goods.stock[moved], kind="stable")].tolist():
            able = used & (stock + goods.stock[c] <= goods.room) & (sold + goods.sold[c] <= goods.output)
            if not able.any():
                break
            best = int(np.where(able, goods.room - stock, np.inf).argmin())
            trial[c] = best
            stock[best] += goods.stock[c]
            sold[best] += goods.sold[c]
        else:
            at = trial
    return at


def _together(goods: Goods, at: Vector, now: Vector | None) -> Vector:
    """Single moves and swaps that bring more together (and, at equal togetherness, back to `now`), rent unchanged."""
    at = at.copy()
    one, other, much = goods.together
    c = len(at)
    belong = np.zeros((c, c))
    np.add.at(belong, (one, other), much)
    belong = belong + belong.T
    loyal = 0.0 if now is None else 1e-3 * float(much.mean())
    used = np.unique(at)
    stock, sold = _loads(goods, at)
    for _ in range(PASSES):
        moved = 0
        for a in np.argsort(-belong.sum(axis=1), kind="stable").tolist():
            pull = np.array([belong[a][at == p].sum() for p in used])
            if now is not None:
                pull += loyal * (used == now[a])
            here = float(pull[used == at[a]][0])
            for n in np.argsort(-pull, kind="stable").tolist():
                place = int(used[n])
                if pull[n] <= here + 1e-12 or place == at[a]:
                    break
                swap = _room(goods, at, stock, sold, a, place, belong, float(pull[n]) - here, now, loyal)
                if swap is None:
                    continue
                for item, to in ((a, place), *(((swap, int(at[a])),) if swap >= 0 else ())):
                    stock[at[item]] -= goods.stock[item]
                    sold[at[item]] -= goods.sold[item]
                    stock[to] += goods.stock[item]
                    sold[to] += goods.sold[item]
                    at[item] = to
                moved += 1
                break
        if not moved:
            break
    return at


def _room(goods: Goods, at: Vector, stock: Vector, sold: Vector, a: int, place: int, belong: Vector, gain: float,
          now: Vector | None, loyal: float) -> int | None:  # fmt: skip
    """−1 when a category fits at a place as it is, the category to swap with, or None."""
    free, out = goods.room[place] - stock[place], goods.output[place] - sold[place]
    if goods.stock[a] <= free and goods.sold[a] <= out:
        return -1
    home = int(at[a])
    back, back_out = goods.room[home] - stock[home] + goods.stock[a], goods.output[home] - sold[home] + goods.sold[a]
    best, worth = None, 1e-9
    for b in np.flatnonzero(at == place).tolist():
        if goods.stock[a] > free + goods.stock[b] or goods.sold[a] > out + goods.sold[b]:
            continue
        if goods.stock[b] > back or goods.sold[b] > back_out:
            continue
        loss = float(belong[b][at == place].sum() - belong[b][at == home].sum() + 2 * belong[a, b])
        if now is not None:
            loss += loyal * (float(now[b] == place) - float(now[b] == home))
        if gain - loss > worth:
            best, worth = b, gain - loss
    return best
