"""Turnover against stock-outs on the same hidden paths: a projected inventory on forecasts against a tuned (s, S).

100 products of a year of days: demand with a weekly and a yearly season, promotions announced 14 days ahead (two to six
times the usual for three days), shifts of level that nobody announces, negative binomial; a lead time of 5 days; cases
of 6. (s, S) is per product on the mean and spread of its last 56 days: s covers the lead time and S some days more. The
projected inventory asks a forecast that knows the calendar and the announced promotions, as a planner does, and learns
the level and the seasons from the past. All are tuned on the paths of one seed and printed on another, with the same
numbers for all products and with numbers for each segment (pace × scatter) that a price of a unit short decides.
"""

from __future__ import annotations

import json
from argparse import Namespace
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkloop.links.stock.ordering import quantile
from linkloop.links.stock.simulate import Outcome, Policy, Seen, simulate
from linkloop.links.stock.terms import Floats, Lead, Terms

Reals = npt.NDArray[np.float64]
SKUS, DAYS, BEGIN, LEAD, PACK = 100, 616, 252, 5, 6
TUNE_SEED, SHOWN_SEED = 5, 2027
GOAL, SAFE = 0.008, 0.65  # what is chosen keeps a margin to the goal on the paths tuned on: another shop differs
OURS, PEER, INFORMED = "projected inventory", "(s, S)", "(s, S) on the same forecasts"
SHARES = (0.9, 0.94, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.995)
COVER_DAYS = (1, 2, 3, 5, 7)
SAFETIES = (1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.5, 8.0, 10.0, 13.0)
PRICES = tuple(1.15**n for n in range(70))  # of a unit short, in units held for a day
SAMPLES = 200


class Shop(NamedTuple):
    """(days, SKUs): units asked, and the promotions' multiple, known 14 days ahead."""

    demand: Floats
    lift: Reals


def shop(seed: int) -> Shop:
    """A shop's days."""
    rng = np.random.default_rng(seed)
    level = np.exp(rng.normal(1.6, 1.0, SKUS))
    week = np.exp(rng.normal(0, 0.25, (7, SKUS)))
    week /= week.mean(axis=0)
    day = np.arange(DAYS)[:, None]
    year = np.exp(rng.uniform(0, 0.5, SKUS) * np.sin(2 * np.pi * (day / 365 + rng.uniform(0, 1, SKUS))))
    shift = np.exp(np.cumsum(rng.normal(0, 0.02, (DAYS, SKUS)), axis=0))
    lift = np.ones((DAYS, SKUS))
    for sku in range(SKUS):
        for start in rng.choice(DAYS - 3, rng.poisson(DAYS / 60), replace=False):
            lift[start : start + 3, sku] = rng.uniform(2, 6)
    mean = level * week[np.arange(DAYS) % 7] * year * shift * lift
    size = rng.uniform(2, 12, SKUS)
    return Shop(rng.negative_binomial(size, size / (size + mean)).astype(np.float32), lift)


class Outlook:
    """Forecasts of a shop, day by day, from the days before alone: level (exponential), weekdays, known promotions."""

    def __init__(self, given: Shop) -> None:
        plain = given.demand / given.lift
        level = plain[:56].mean(axis=0) + 0.05
        days = np.array([plain[n:56:7].mean(axis=0) for n in range(7)])
        week = (days + level) / (days + level).mean(axis=0)
        spread = np.ones(SKUS)
        self.mean = np.zeros((DAYS, LEAD + 1 + max(COVER_DAYS), SKUS), np.float32)
        self.spread = np.zeros((DAYS, SKUS), np.float32)
        for now in range(56, DAYS):
            last = now - 1
            seen = plain[last] / week[last % 7]
            weight = 1 / given.lift[last]
            error = (seen - level) ** 2 / (level / (week[last % 7] * given.lift[last]) + 0.05) - 1
            spread += 0.03 * (np.clip(error, 0, 40) - spread) * weight
            level += 0.05 * weight * (seen - level)
            week[last % 7] += 0.03 * weight * (plain[last] / np.maximum(level, 0.05) - week[last % 7]).clip(-2, 2)
            week /= week.mean(axis=0)
            ahead = np.arange(now, now + self.mean.shape[1])
            lift = given.lift[np.minimum(ahead, DAYS - 1)]
            self.mean[now] = np.maximum(level, 0.02) * np.maximum(week[ahead % 7], 0.05) * lift
            # The dispersion of a negative binomial: variance = mean + mean² · spread / level.
            self.spread[now] = np.clip(spread / np.maximum(level, 0.3), 0.03, 1.5)


class Projected:
    """The projected inventory on sampled futures: gamma days by Wilson and Hilferty's cube, the same draws always."""

    def __init__(self, outlook: Outlook, level: float, cover: int) -> None:
        self.outlook, self.level, self.cover = outlook, level, cover
        rng = np.random.default_rng(1)
        self.draws = rng.standard_normal((SAMPLES, LEAD + cover, SKUS)).astype(np.float32)
        # The level itself is not known for sure: all days of a future lean the same way.
        self.lean = np.exp(rng.normal(0, 0.12, (SAMPLES, 1, SKUS))).astype(np.float32)

    def order(self, seen: Seen, order: Floats) -> None:
        now = BEGIN + seen.step
        mean = self.outlook.mean[now, : LEAD + self.cover]
        ninth = (1 / np.maximum(mean, 0.02) + self.outlook.spread[now]) / 9
        futures = np.maximum(1 - ninth + self.draws * np.sqrt(ninth), 0.0) ** 3 * (mean * self.lean)
        shelf = np.broadcast_to(seen.on_hand[0], (SAMPLES, SKUS))
        for ahead in range(LEAD):
            shelf = shelf + seen.due(ahead)[0] if ahead else shelf
            shelf = np.maximum(shelf - futures[:, ahead], 0.0)
        order[...] = quantile(futures[:, LEAD:].sum(axis=1) - shelf, self.level)


class ReorderByPast(NamedTuple):
    """(s, S) of the last 56 days: s = days of the lead time + safety · σ √days, S = s + `cover` days."""

    mean: Reals
    sd: Reals
    safety: float
    cover: int

    def order(self, seen: Seen, order: Floats) -> None:
        now = BEGIN + seen.step
        days = LEAD + 1
        low = self.mean[now] * days + self.safety * self.sd[now] * np.sqrt(days)
        order[...] = low + self.cover * self.mean[now] - seen.position
        order[seen.position > low] = 0.0


class ReorderByOutlook(NamedTuple):
    """(s, S) of the same forecasts: s = mean of the lead time + safety · its σ, S = s + the next `cover` days."""

    outlook: Outlook
    safety: float
    cover: int

    def order(self, seen: Seen, order: Floats) -> None:
        now = BEGIN + seen.step
        mean = self.outlook.mean[now]
        low = mean[: LEAD + 1].sum(axis=0)
        variance = low + (mean[: LEAD + 1] ** 2 * self.outlook.spread[now]).sum(axis=0) + (0.12 * low) ** 2
        low = low + self.safety * np.sqrt(variance)
        order[...] = low + mean[LEAD + 1 : LEAD + 1 + self.cover].sum(axis=0) - seen.position
        order[seen.position > low] = 0.0


def past(given: Shop) -> tuple[Reals, Reals]:
    """(days, SKUs): mean and standard deviation of the 56 days before each."""
    mean, sd = np.zeros((DAYS, SKUS)), np.zeros((DAYS, SKUS))
    for now in range(56, DAYS):
        mean[now], sd[now] = given.demand[now - 56 : now].mean(axis=0), given.demand[now - 56 : now].std(axis=0)
    return mean, sd


def run(policy: Policy, given: Shop) -> Outcome:
    """The year from day BEGIN on; the first four weeks are not counted."""
    asked = given.demand[BEGIN:, None, :]
    start = given.demand[BEGIN - 28 : BEGIN].mean(axis=0) * (LEAD + 2)
    return simulate(policy, asked, Terms(case_pack=PACK), Lead.fixed(LEAD), on_hand=start, since=28)


Point = tuple[float, float]  # stock-out share, turnover a year


class Held(NamedTuple):
    """(SKUs) what a policy with these numbers (`cover` days, `number`) asked, sold, lacked and held in the year."""

    cover: int
    number: float
    asked: Reals
    sold: Reals
    short: Reals
    held: Reals


def sweep(seed: int) -> dict[str, list[Held]]:
    """Every pair of numbers of the policies on the paths of a seed."""
    given = shop(seed)
    outlook, (mean, sd) = Outlook(given), past(given)
    found: dict[str, list[Held]] = {OURS: [], PEER: [], INFORMED: []}
    for cover, share in product(COVER_DAYS[:1], SHARES):
        found[OURS].append(_read(cover, share, run(Projected(outlook, share, cover), given)))
    for cover, safety in product(COVER_DAYS, SAFETIES):
        found[PEER].append(_read(cover, safety, run(ReorderByPast(mean, sd, safety, cover), given)))
        found[INFORMED].append(_read(cover, safety, run(ReorderByOutlook(outlook, safety / 2, cover), given)))
    return found


def segments(seed: int) -> npt.NDArray[np.int64]:
    """(SKUs): a third by pace and a half by scatter, as they were known when the year began."""
    outlook = Outlook(shop(seed))
    pace, spread = outlook.mean[BEGIN].mean(axis=0), outlook.spread[BEGIN]
    thirds = np.searchsorted(np.quantile(pace, (1 / 3, 2 / 3)), pace)
    return np.asarray(2 * thirds + (spread > np.median(spread)), np.int64)


def tuned(tries: list[Held], segment: npt.NDArray[np.int64]) -> dict[int, tuple[int, float]] | None:
    """Segment → numbers that hold least while fewer than SAFE · GOAL of all units are short: a Lagrangian."""
    groups = [int(place) for place in np.unique(segment)]
    for price in PRICES:
        best = {
            place: min(tries, key=lambda one: (one.held + price * one.short)[segment == place].sum())
            for place in groups
        }
        short = sum(best[place].short[segment == place].sum() for place in groups)
        if short < SAFE * GOAL * tries[0].asked.sum():
            return {place: (best[place].cover, best[place].number) for place in groups}
    return None


def point(tries: list[Held], chosen: dict[int, tuple[int, float]], segment: npt.NDArray[np.int64]) -> Point:
    """(stock-out share, turnover a year) of these numbers."""
    by_name = {(one.cover, one.number): one for one in tries}
    parts = [(by_name[numbers], segment == place) for place, numbers in chosen.items()]
    asked, sold, short, held = (
        sum(float(getattr(one, field)[rows].sum()) for one, rows in parts)
        for field in ("asked", "sold", "short", "held")
    )
    return short / asked, sold / held * 365


def show(asked: Namespace) -> None:
    """Tune on one seed, print another, draw its frontier and write it as rows."""
    first, shown = sweep(TUNE_SEED), sweep(SHOWN_SEED)
    whole = np.zeros(SKUS, np.int64)
    turns: dict[str, float] = {}
    rows: list[dict[str, object]] = []
    for way, apart in ((", one level for all", False), (", a level for each segment", True)):
        known = segments(TUNE_SEED) if apart else whole
        here = segments(SHOWN_SEED) if apart else whole
        for name, tries in first.items():
            chosen = tuned(tries, known)
            if chosen is None:
                print(f"{name}{way}: no numbers hold stock-outs below {SAFE * GOAL:.2%} on the paths tuned on")
                continue
            out, turns[name + way] = point(shown[name], chosen, here)
            numbers = "; ".join(f"{cover} days, {number:g}" for cover, number in chosen.values())
            print(f"{name}{way} ({numbers}): turnover {turns[name + way]:.1f} a year, stock-out {out:.2%} of units")
            rows.append({"policy": name + way, "stockout": out, "turnover": turns[name + way], "chosen": True})
    mine = max(way for way in turns if way.startswith(OURS))
    mine = f"{OURS}, a level for each segment" if f"{OURS}, a level for each segment" in turns else mine
    for peer in turns:
        if not peer.startswith(OURS):
            print(f"{mine}: turnover {turns[mine] / turns[peer] - 1:+.1%} against {peer}, goal +35 % below {GOAL:.1%}")
    points = {
        name: [point([one], {0: (one.cover, one.number)}, whole) for one in tries] for name, tries in shown.items()
    }
    rows += [
        {"policy": name, "cover": one.cover, "number": one.number, "stockout": out, "turnover": turn, "chosen": False}
        for name, tries in shown.items()
        for one, (out, turn) in zip(tries, points[name], strict=True)
    ]
    asked.plot.write_text(drawn(points))
    asked.plot.with_suffix(".json").write_text(json.dumps(rows, indent=1))
    print(f"the frontier of the hidden paths is drawn in {asked.plot}, its rows are beside it as .json")


def _read(cover: int, number: float, found: Outcome) -> Held:
    asked, sold, short, held = (
        np.asarray(total.sum(axis=0)) for total in (found.demanded, found.sold, found.short, found.held)
    )
    return Held(cover, number, asked, sold, short, held)


def drawn(points: dict[str, list[tuple[float, float]]]) -> str:
    """An SVG of turnover (up) over the stock-out share (right, up to 4 %); frontier points are joined."""
    most = max(turn for found in points.values() for out, turn in found if out <= 0.04) * 1.1

    def at(out: float, turn: float) -> str:
        return f"{60 + 12500 * out:.1f},{360 - 320 * turn / most:.1f}"

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="620" height="420" font-family="sans-serif" font-size="12">',
        '<rect width="620" height="420" fill="white"/><path d="M60 30V360H570" fill="none" stroke="#555"/>',
        f'<path d="M{at(GOAL, 0)}L{at(GOAL, most)}" stroke="#999" stroke-dasharray="4 3"/>',
        '<text x="230" y="400">stock-out, share of units · 缺货率</text>',
        '<text x="10" y="20">turnover a year · 年周转次数</text>',
    ]
    parts += [f'<text x="{60 + 125 * n}" y="378" text-anchor="middle">{n} %</text>' for n in range(5)]
    parts += [f'<text x="52" y="{364 - 320 * n / 4:.0f}" text-anchor="end">{most * n / 4:.0f}</text>' for n in range(5)]
    for (name, found), colour, y in zip(points.items(), ("#1668dc", "#c4501b", "#3f8600"), (50, 70, 90), strict=True):
        inside = sorted(point for point in found if point[0] <= 0.04)
        best = [point for n, point in enumerate(inside) if all(point[1] > other[1] for other in inside[:n])]
        parts += [
            f'<circle cx="{at(*p).split(",")[0]}" cy="{at(*p).split(",")[1]}" r="2.5" fill="{colour}"/>' for p in inside
        ]
        parts.append(f'<path d="M{"L".join(at(*point) for point in best)}" fill="none" stroke="{colour}"/>')
        parts.append(f'<text x="420" y="{y + 260}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
