"""VN2: weekly orders under the official timing, on rolling windows of eight weeks inside the history given.

An order at the end of week X arrives at the start of week X+3; a unit left costs 0.2 a week, a lost unit 1. Costs are
those of the weeks 3 to 8, which the orders of the window can change. All begin a window in the same state: what the
organiser's method leaves after 12 weeks from empty shelves. Demand of a week is its recorded sales; a series is left
out of a window in which it had an empty shelf, for its demand is not known there.
"""

from __future__ import annotations

from argparse import Namespace
from time import process_time
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench._stock_vn2_forecast import AHEAD, Forecaster, Reals, Sales, fit, load
from linkloop.links.stock.ordering import ProjectedInventory
from linkloop.links.stock.simulate import Policy, Seen, simulate
from linkloop.links.stock.terms import Floats, Lead, Terms

TERMS, LEAD, WEEKS, COUNTED = Terms(0.2, 1.0), Lead.fixed(2), 8, 2
SHOWN = tuple(range(92, 149, 8))  # the last week known at the start of each printed window
TUNED_ON = (76, 84)  # earlier windows, which every method's numbers are chosen on
COVERS = (2.6, 3.0, 3.4, 3.8, 4.2)
LEVELS = (0.62, 0.66, 0.7, 0.74, 0.78, 0.8333)
FACTORS = (0.9, 1.0, 1.1, 1.2, 1.3, 1.4)


class State(NamedTuple):
    """Units on the shelf at the end of the week, and those that arrive at the start of the next two."""

    on_hand: Reals
    due: Reals


class UpTo(NamedTuple):
    """Order the position up to a level of this week: `levels[step]`, units per series."""

    levels: Floats

    def order(self, seen: Seen, order: Floats) -> None:
        order[...] = np.round(self.levels[seen.step] - seen.position)


def seasonal(sales: Sales, origin: int) -> Reals:
    """(AHEAD + 2, series): the mean of 13 weeks, by the season that all series share; the organiser's kind."""
    units = np.where(sales.there, sales.units, np.nan)[:, : origin + 1]
    total = np.nanmean(units, axis=0)
    index = np.ones(52)
    for week in range(52):
        years = [total[n] / total[max(0, n - 6) : n + 7].mean() for n in range(week, len(total), 52)]
        index[week] = np.mean(years)
    last = np.array([index[n % 52] for n in range(origin - 12, origin + 1)])
    recent = units[:, -13:] / last
    base = np.nansum(recent, axis=1) / np.maximum((~np.isnan(recent)).sum(axis=1), 1)
    return np.array([base * index[(origin + n) % 52] for n in range(1, AHEAD + 3)])


def cover(forecast: Reals, weeks: float) -> Floats:
    """The sum of the first `weeks` of a forecast, the last in part."""
    whole = int(weeks)
    return (forecast[:whole].sum(axis=0) + (weeks - whole) * forecast[whole]).astype(np.float32)


def run(
    policy: Policy, sales: Sales, origin: int, state: State, *, weeks: int = WEEKS, counted: int = COUNTED
) -> Reals:
    """(series) costs of a window."""
    demand = sales.units[:, origin + 1 : origin + 1 + weeks].T[:, None, :]
    due = state.due[:, None, :]
    found = simulate(policy, demand, TERMS, LEAD, on_hand=state.on_hand[None], due=due, since=counted)
    return found.cost(TERMS)[0]


def warmed(sales: Sales, origin: int) -> State:
    """The state at the end of week `origin`, after 12 weeks of the organiser's method."""
    before = origin - 12
    levels = np.array([cover(seasonal(sales, before + n), 4.0) for n in range(12)])
    kept: list[Floats] = []

    class Watching(NamedTuple):
        policy: UpTo

        def order(self, seen: Seen, order: Floats) -> None:
            self.policy.order(seen, order)
            kept[:] = [seen.on_hand[0].copy(), seen.due(1)[0].copy(), np.maximum(order[0], 0).copy()]

    empty = State(np.zeros(len(sales.units)), np.zeros((2, len(sales.units))))
    run(Watching(UpTo(levels)), sales, before, empty, weeks=12)
    left = np.maximum(kept[0] - sales.units[:, origin], 0.0)
    return State(left, np.array([kept[1], kept[2]], float))


def perfect(sales: Sales, origin: int, state: State) -> Reals:
    """(series): the cost of who knows every week: orders just what the week of arrival lacks, so none is ever short."""

    class Knowing:
        def order(self, seen: Seen, order: Floats) -> None:
            week = origin + 1 + seen.step
            shelf = np.maximum(seen.on_hand - sales.units[:, week], 0.0) + seen.due(1)
            after = [
                sales.units[:, n] if n < sales.units.shape[1] else np.zeros(len(sales.units))
                for n in (week + 1, week + 2)
            ]
            order[...] = after[1] - np.maximum(shelf - after[0], 0.0)

    return run(Knowing(), sales, origin, state)


class Forecasts(NamedTuple):
    """What was forecast at the end of each week of a window: means (AHEAD, series) and sampled paths."""

    means: list[Reals]
    paths: list[Floats]


def forecast(model: Forecaster, sales: Sales, origin: int) -> Forecasts:
    """Forecasts of every week of the window, each of what was known then; the model is of before the window."""
    means = [model.mean(sales, origin + n) for n in range(WEEKS)]
    return Forecasts(means, [model.paths(mean, seed=n) for n, mean in enumerate(means)])


def ours(told: Forecasts, level: float) -> ProjectedInventory:
    """The projected inventory on sampled paths."""
    return ProjectedInventory(lambda step: told.paths[step], level, lead=2)


def winners_kind(told: Forecasts, factor: float) -> UpTo:
    """Boosted trees' mean of the weeks until the next arrival, times a tuned factor, as the level to order up to."""
    return UpTo(np.array([mean.sum(axis=0) * factor for mean in told.means], np.float32))


def organisers(sales: Sales, origin: int, weeks: float) -> UpTo:
    """Seasonal average and order-up-to."""
    return UpTo(np.array([cover(seasonal(sales, origin + n), weeks) for n in range(WEEKS)]))


def show(asked: Namespace) -> None:
    """Print a row per window and the means."""
    folder = asked.data / "supply" / "vn2"
    if not folder.exists():
        print(f"vn2: skipped, {folder} is missing (set LINKLOOP_DATA)")
        return
    sales = load(folder)
    begun = process_time()
    tuned = _tune(sales)
    print("tuned on the windows after weeks " + ", ".join(map(str, TUNED_ON)) + ": " + str(tuned))
    rows = []
    for origin in SHOWN:
        found = _window(sales, origin, tuned)
        rows.append(found)
        print(
            f"weeks {origin + 1}-{origin + WEEKS}: " + "; ".join(f"{name} {cost:,.0f}" for name, cost in found.items()),
            flush=True,
        )
    mean = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    print(f"mean of {len(rows)} windows: " + "; ".join(f"{name} {cost:,.0f}" for name, cost in mean.items()))
    least = mean["projected inventory"] / mean["organiser's"] - 1
    print(f"projected inventory against the organiser's {least:+.1%}; {process_time() - begun:.0f} CPU-s")


def _known(sales: Sales, origin: int) -> npt.NDArray[np.bool_]:
    return np.asarray(sales.there[:, origin + 1 : origin + 1 + WEEKS].all(axis=1))


def _tune(sales: Sales) -> dict[str, float]:
    costs: dict[tuple[str, float], float] = {}
    for origin in TUNED_ON:
        state, told, known = warmed(sales, origin), forecast(fit(sales, origin), sales, origin), _known(sales, origin)
        tries = [("cover", n, organisers(sales, origin, n)) for n in COVERS]
        tries += [("level", n, ours(told, n)) for n in LEVELS]
        tries += [("factor", n, winners_kind(told, n)) for n in FACTORS]
        for name, number, policy in tries:
            cost = run(policy, sales, origin, state)[known].sum()
            costs[name, number] = costs.get((name, number), 0.0) + float(cost)
    kinds = ("cover", "level", "factor")
    return {kind: min((n for name, n in costs if name == kind), key=lambda n: costs[kind, n]) for kind in kinds}


def _window(sales: Sales, origin: int, tuned: dict[str, float]) -> dict[str, float]:
    state, known = warmed(sales, origin), _known(sales, origin)
    told = forecast(fit(sales, origin), sales, origin)
    policies = {
        "organiser's": organisers(sales, origin, 4.0),
        "organiser's, cover tuned": organisers(sales, origin, tuned["cover"]),
        "trees and a factor (the winner's kind)": winners_kind(told, tuned["factor"]),
        "projected inventory": ours(told, tuned["level"]),
    }
    found = {name: float(run(policy, sales, origin, state)[known].sum()) for name, policy in policies.items()}
    found["perfect information"] = float(perfect(sales, origin, state)[known].sum())
    return found
