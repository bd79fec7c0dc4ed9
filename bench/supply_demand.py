"""How well demand is forecast: our blend beside seasonal naive, statsforecast and mlforecast, in the same run.

    python -m bench supply_demand                       # every part
    python -m bench supply_demand walmart|rohlik|online_retail|speed|market
    python -m bench supply_demand rohlik --earlier 1    # an earlier window: there choices were made
    python -m bench supply_demand --quick               # slow peers on a sample, which is said

The last window of each file is told. WAPE: Σ|error| / Σ units. WQL: twice the mean pinball loss over Σ units.
`in 80 %`: the share inside the interval. Of counts with many zeros an interval from 0 on holds more than its level:
beside it `pit 80` is the share of the probability integral transform of counts that lies in the central 80 %.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from bench import _demand_peers as peers
from bench import _demand_town as town
from bench._demand_sets import Set, arguments, online_retail, rohlik, there, walmart, window
from linkloop.links.demand import blend, conformal, levels, reconcile
from linkloop.links.demand.panel import Panel
from linkloop.links.demand.trees import TREES
from linkloop.links.demand.yearly import YearlySettings

PARTS = ("walmart", "rohlik", "online_retail", "speed", "market")
LEVELS = blend.LEVELS
WQL_AT = (0.1, 0.25, 0.5, 0.75, 0.9)
SAMPLE = 300
# Chosen on windows before those that are told: weeks 53–65 of Walmart (its told window had been seen when the blend was
# first made), the five of 60 days before Rohlik's last, the first, third and fifth of 28 days before online_retail's.
WALMART = blend.Plan(experts=("naive", "yearly"), windows=3, year=YearlySettings(0.5, 1, 13, 0.6))
ROHLIK = blend.Plan(("naive", "mean", "theta", "regression", "last_year"), windows=8, judged=30, trees=TREES)
SIMPLE = ("mean", "median", "ets", "theta", "imapa")
RETAIL = blend.Plan(SIMPLE, windows=3, trees=TREES)
FAST = blend.Plan(SIMPLE, windows=3)
SUMS = blend.Plan(windows=3)


def wape(said: np.ndarray, actual: np.ndarray, seen: np.ndarray) -> float:
    """Σ|error| / Σ units over what was seen."""
    return float(np.abs(said - actual)[seen].sum() / np.abs(actual)[seen].sum())


def wql(quantiles: np.ndarray | None, actual: np.ndarray, seen: np.ndarray) -> float:
    """Twice the mean pinball loss at WQL_AT over Σ units; NaN without quantiles."""
    if quantiles is None:
        return float("nan")
    at = [LEVELS.index(q) for q in WQL_AT]
    loss = conformal.pinball(actual, quantiles[..., at], WQL_AT)[seen]
    return float(2 * loss.sum(axis=0).mean() / np.abs(actual)[seen].sum())


def coverage(quantiles: np.ndarray | None, actual: np.ndarray, seen: np.ndarray, share: float) -> float:
    """Share of what was seen that lies in the interval of this coverage."""
    if quantiles is None:
        return float("nan")
    low, high = conformal.interval(quantiles, LEVELS, share)
    return float(((actual >= low) & (actual <= high))[seen].mean())


def transformed(quantiles: np.ndarray | None, actual: np.ndarray, seen: np.ndarray, share: float) -> float:
    """Share of the probability integral transform of counts that lies in the central `share` (Czado, Gneiting and Held
    2009: a count y is spread evenly from F(y − 1) to F(y)). F of a count is read half a unit above it, since quantiles
    are not whole: straight between those that are given, 0 below 0."""
    if quantiles is None:
        return float("nan")
    said, units = quantiles[seen], np.round(actual[seen])
    low, high = _below(said, units - 0.5), _below(said, units + 0.5)
    tail = (1 - share) / 2
    inside = np.clip(np.minimum(high, 1 - tail) - np.maximum(low, tail), 0.0, None)
    exact = ((low >= tail) & (low <= 1 - tail)).astype(float)
    return float(np.where(high > low, inside / np.maximum(high - low, 1e-12), exact).mean())


def _below(quantiles: np.ndarray, units: np.ndarray) -> np.ndarray:
    """[m] F of `units` [m] under quantiles [m, q] at LEVELS; 1 well beyond the last, by its slope."""
    grid = np.concatenate([[0.0], LEVELS, [1.0]])
    last = quantiles[:, -1:]
    edges = np.concatenate([np.full_like(last, -0.5), quantiles, last + np.maximum(last, 1.0)], axis=1)
    found = np.zeros(len(units))
    for k in range(len(grid) - 1):
        left, right = edges[:, k], edges[:, k + 1]
        part = np.clip((units - left) / np.maximum(right - left, 1e-12), 0.0, 1.0)
        found = np.where(units >= left, grid[k] + part * (grid[k + 1] - grid[k]), found)
    return found


def row(name: str, said: np.ndarray, quantiles: np.ndarray | None, actual: np.ndarray, seen: np.ndarray, cpu: float):
    """Print one line and give its WAPE."""
    plain = [coverage(quantiles, actual, seen, share) for share in (0.8, 0.95)]
    pit = [transformed(quantiles, actual, seen, share) for share in (0.8, 0.95)]
    covers = " ".join(f"{share:7.1%}" for share in (*plain, *pit))
    error = wape(said, actual, seen)
    print(f"{name:34} {error:7.4f} {wql(quantiles, actual, seen):8.4f} {covers} {cpu:8.1f}", flush=True)
    return error


def head(title: str) -> None:
    """The head of a table."""
    columns = " ".join(f"{name:>7}" for name in ("in 80 %", "in 95 %", "pit 80", "pit 95"))
    print(f"\n{title}\n{'':34} {'WAPE':>7} {'WQL':>8} {columns} {'CPU s':>8}", flush=True)


def ours(
    panel: Panel, horizon: int, plan: blend.Plan, structure: reconcile.Tree | None = None
) -> tuple[blend.Prediction, float]:
    """The blend's say, made to add up where there is a structure, and its CPU seconds."""
    start = time.process_time()
    said = blend.forecast(panel, horizon, plan)
    if structure is not None:
        said = levels.agreed(panel, said, structure, SUMS)
    return said, time.process_time() - start


def sampled(
    panel: Panel, actual: np.ndarray, seen: np.ndarray, quick: bool
) -> tuple[Panel, np.ndarray, np.ndarray, str]:
    """Every k-th series where a quick run was asked for, with the words that say so."""
    n = len(panel.units)
    if not quick or n <= SAMPLE:
        return panel, actual, seen, ""
    take = np.linspace(0, n - 1, SAMPLE).astype(int)
    known = None if panel.known is None else panel.known[take]
    groups = None if panel.groups is None else panel.groups[take]
    small = panel._replace(units=panel.units[take], seen=panel.seen[take], known=known, groups=groups)
    return small, actual[take], seen[take], f" (sample of {SAMPLE})"


def told(goal: str, ours_: float, theirs: float) -> None:
    """How much less error, beside the goal."""
    print(f"    {ours_ / theirs - 1:+.1%} ({goal})", flush=True)


def measure_walmart(given: Set, quick: bool, earlier: int) -> None:
    """The last 39 weeks at once; with --earlier the seven weeks before them."""
    horizon, end = (39, len(given.days)) if not earlier else (7, len(given.days) - 39)
    past, actual, seen = window(given, end, horizon)
    head(f"walmart: {len(actual)} series, {horizon} weeks from {given.days[end - horizon]}")
    said, cpu = ours(past, horizon, WALMART)
    mine = row("linkloop", said.median, said.quantiles, actual, seen, cpu)
    naive = peers.statsforecast(past, horizon, "SeasonalNaive", LEVELS)
    told("goal −10 %", mine, row("seasonal-52", naive.point, naive.quantiles, actual, seen, naive.cpu_s))
    small, actual_, seen_, words = sampled(past, actual, seen, quick)
    ets = peers.statsforecast(small, horizon, "AutoETS", LEVELS)
    told("goal −22 %", mine, row(f"statsforecast AutoETS{words}", ets.point, ets.quantiles, actual_, seen_, ets.cpu_s))
    tree = peers.lightgbm(past, horizon, given.days, [1, 2, 4, 8, 13, 26])
    told("no goal", mine, row("mlforecast LightGBM, point", tree.point, None, actual, seen, tree.cpu_s))
    long = [1, 2, 4, 8, 13, 26, 51, 52, 53]
    tree = peers.lightgbm(past, horizon, given.days, long)
    told("no goal", mine, row("mlforecast LightGBM, lags to 53", tree.point, None, actual, seen, tree.cpu_s))


def measure_rohlik(given: Set, quick: bool, earlier: int) -> None:
    """The last sixty days at once, as the contest asked."""
    horizon = 60
    end = len(given.days) - earlier * horizon
    past, actual, seen = window(given, end, horizon)
    head(f"rohlik: {len(actual)} warehouses, {horizon} days from {given.days[end - horizon]}")
    said, cpu = ours(past, horizon, ROHLIK)
    mine = row("linkloop", said.median, said.quantiles, actual, seen, cpu)
    naive = peers.statsforecast(past, horizon, "SeasonalNaive", LEVELS)
    told("goal −35 %", mine, row("seasonal naive", naive.point, naive.quantiles, actual, seen, naive.cpu_s))
    tree = peers.lightgbm(past, horizon, given.days, [1, 7, 14, 21, 28])
    told("goal −8 %", mine, row("mlforecast LightGBM, known ahead", tree.point, None, actual, seen, tree.cpu_s))
    ets = peers.statsforecast(past, horizon, "AutoETS", LEVELS)
    told("no goal", mine, row("statsforecast AutoETS", ets.point, ets.quantiles, actual, seen, ets.cpu_s))


def measure_retail(given: Set, quick: bool, earlier: int) -> None:
    """The last 28 days at once; the point is the median, which WAPE rewards, and ours of the mean is told beside it."""
    horizon = 28
    end = len(given.days) - earlier * horizon
    past, actual, seen = window(given, end, horizon)
    head(f"online_retail: {len(actual)} SKUs, {horizon} days from {given.days[end - horizon]}")
    said, cpu = ours(past, horizon, RETAIL, reconcile.tree([name[:3] for name in given.names]))
    mine = row("linkloop, median", said.median, said.quantiles, actual, seen, cpu)
    row("linkloop, mean", said.mean, said.quantiles, actual, seen, cpu)
    fast, cpu = ours(past, horizon, FAST, reconcile.tree([name[:3] for name in given.names]))
    row("linkloop without trees, median", fast.median, fast.quantiles, actual, seen, cpu)
    row("linkloop without trees, mean", fast.mean, fast.quantiles, actual, seen, cpu)
    small, actual_, seen_, words = sampled(past, actual, seen, quick)
    for name in ("AutoETS", "CrostonClassic"):
        peer = peers.statsforecast(small, horizon, name, LEVELS if name == "AutoETS" else ())
        told("ahead", mine, row(f"statsforecast {name}{words}", peer.point, peer.quantiles, actual_, seen_, peer.cpu_s))
    tree = peers.lightgbm(past, horizon, given.days, [1, 7, 14, 28])
    told("ahead", mine, row("mlforecast LightGBM", tree.point, None, actual, seen, tree.cpu_s))


def measure_speed(given: Set, quick: bool, earlier: int) -> None:
    """Series per CPU-second, from the panel to forecasts with quantiles; peers on a sample."""
    past, *_ = window(given, len(given.days), 28)
    small = sampled(past, past.units, past.seen, True)[0]
    import lightgbm  # noqa: F401  (it and the peers are loaded before anything is timed)

    print(f"\nspeed: series of {past.units.shape[1]} days, 28 ahead, one core; peers on {SAMPLE} of them", flush=True)
    for name, plan in (("linkloop without trees", FAST), ("linkloop with trees", RETAIL)):
        cpu = ours(past, 28, plan)[1]
        print(f"{name:34} {len(past.units) / cpu:10,.0f} series per CPU-second (goal ≥ 1,000)", flush=True)
    for name in ("AutoETS", "AutoTheta", "CrostonClassic", "SeasonalNaive"):
        peers.statsforecast(
            small._replace(units=small.units[:3], seen=small.seen[:3], known=None), 28, name
        )  # compiles
        cpu = peers.statsforecast(small, 28, name).cpu_s
        print(f"{'statsforecast ' + name:34} {SAMPLE / cpu:10,.0f}", flush=True)
    cpu = peers.lightgbm(past, 28, given.days, [1, 7, 14, 28]).cpu_s
    print(f"{'mlforecast LightGBM':34} {len(past.units) / cpu:10,.0f}", flush=True)


def main() -> None:
    """Measure the parts asked for."""
    parser = arguments(__doc__ or "")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all where none is named")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.parts) - set(PARTS)):
        parser.error(f"no part is called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    folder: Path = asked.data / "supply"
    for part in asked.parts or PARTS:
        if part == "walmart" and (path := there(folder, "walmart", "train.parquet")):
            measure_walmart(walmart(path), asked.quick, asked.earlier)
        elif part == "rohlik" and (path := there(folder, "rohlik", "orders.csv")):
            measure_rohlik(rohlik(path), asked.quick, asked.earlier)
        elif part in ("online_retail", "speed") and (path := there(folder, "online_retail", "online_retail.parquet")):
            measure = measure_retail if part == "online_retail" else measure_speed
            measure(online_retail(path, 1000), asked.quick, asked.earlier)
        elif part == "market":
            town.measure(seed=21)


if __name__ == "__main__":
    main()
