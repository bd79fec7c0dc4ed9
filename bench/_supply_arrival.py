"""Arrival times, foretold parcel by parcel in the order in which they left, from those that had arrived by then."""

from __future__ import annotations

import heapq
import time
from pathlib import Path

import numpy as np

from bench._transit_sets import Sent, olist, scms
from linkloop.links.network import transit
from linkloop.links.network.errors import Vector

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
MODES = {"Air": "air", "Air Charter": "air", "Ocean": "sea", "Truck": "road"}
BEFORE = 0.2  # the first fifth is learned from and not judged
OWN = 5  # parcels of a lane from which on its own quantiles are taken by the peer


def arrival(folder: Path) -> None:
    """Print what each set gives; what is missing is said."""
    for name, read in (("scms", scms), ("olist_sample", olist)):
        if not (folder / name).is_dir():
            print(f"arrival {name}: skipped, {folder / name} is missing")
            continue
        sent, left = read(folder / name)
        began = time.process_time()
        days, foretold, kept = judge(sent)
        took = time.process_time() - began
        print(
            f"arrival {name}: {len(sent)} parcels ({left} rows left out: a date is missing or out of order), "
            f"{len(days)} judged, {took * 1e6 / len(sent):.0f} µs of CPU a parcel"
        )
        for who, found in foretold.items():
            print(f"  {who:28s} {_figures(days, found)}")
        said, was, brier, usual = kept[:, 0].mean(), kept[:, 1].mean(), _brier(kept), _brier(kept[:, [2, 1]])
        print(f"  P(by the promise): said {said:.3f}, was {was:.3f}, Brier {brier:.4f} (the share so far: {usual:.4f})")


def judge(sent: list[Sent]) -> tuple[Vector, dict[str, Vector], Vector]:
    """Real days [n], quantiles [n, level] by who foretold, and P(by the promise): said, was, share so far [n, 3]."""
    belief, due = transit.Belief(), list[tuple[object, int, transit.Clues, Sent]]()
    lanes: dict[tuple[str, str, str], list[float]] = {}
    every: list[float] = []
    kept_so_far, found, real, kept = [1, 2], {"ours": [], "quantiles of the lane": [], "the promise": []}, [], []
    for n, parcel in enumerate(sent):
        while due and due[0][0] <= parcel.shipped_at:  # type: ignore[operator]
            _, _, clues, there = heapq.heappop(due)
            belief.learn(clues, there.days)
            lanes.setdefault((there.origin, there.destination, there.mode), []).append(there.days)
            every.append(there.days)
            kept_so_far = [kept_so_far[0] + (there.days <= there.promised), kept_so_far[1] + 1]
        clues = clues_of(parcel)
        heapq.heappush(due, (parcel.delivered_at, n, clues, parcel))
        if n < len(sent) * BEFORE:
            continue
        points, cdf = belief.below(clues)
        own = lanes.get((parcel.origin, parcel.destination, parcel.mode), [])
        found["ours"].append(transit.quantiles(points, cdf, LEVELS))
        found["quantiles of the lane"].append(
            np.quantile(own if len(own) >= OWN else every or [parcel.promised], LEVELS)
        )
        found["the promise"].append(np.full(len(LEVELS), parcel.promised))
        real.append(parcel.days)
        kept.append((transit.by(points, cdf, parcel.promised), parcel.days <= parcel.promised,
                     kept_so_far[0] / kept_so_far[1]))  # fmt: skip
    return np.array(real), {who: np.array(rows) for who, rows in found.items()}, np.array(kept, float)


def clues_of(parcel: Sent) -> transit.Clues:
    """What is known of a parcel as it leaves."""
    return transit.clues(
        parcel.origin, parcel.destination, parcel.carrier, MODES.get(parcel.mode, parcel.mode),
        kilometres=parcel.kilometres, weight_g=parcel.weight_g, weekday=parcel.shipped_at.weekday(),
        promised_days=parcel.promised,
    )  # fmt: skip


def _figures(days: Vector, found: Vector) -> str:
    missed = days[:, None] - found
    pinball = np.maximum(np.array(LEVELS) * missed, (np.array(LEVELS) - 1) * missed).mean()
    inside = [((found[:, low] <= days) & (days <= found[:, high])).mean() for low, high in ((1, 5), (0, 6))]
    return (f"pinball {pinball:7.3f}   MAE {np.abs(missed[:, 3]).mean():7.2f} days   "
            f"80 %: {inside[0]:.1%}   95 %: {inside[1]:.1%}")  # fmt: skip


def _brier(kept: Vector) -> float:
    return float(((kept[:, 0] - kept[:, 1]) ** 2).mean())
