"""Places opened once for many days of demand: Benders cuts beside the extensive form, on OR-Library's centres."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bench._facilities import cap
from linkloop.links.network.benders import Found, Stages, decompose, extensive

NAMES, DAYS, SPREAD = ("cap71", "cap101"), (10, 40, 160), 0.4


def stages(folder: Path, limit_s: float) -> None:
    """Print both for each number of days: cost, gap, CPU-s. The big program may take `limit_s` on the wall."""
    if not folder.is_dir():
        print(f"benders: skipped, {folder} is missing")
        return
    for instance in cap(folder):
        if instance.name not in NAMES:
            continue
        sites = instance.sites
        for days in DAYS:
            draw = np.random.default_rng(days)
            demand = np.rint(sites.demand * np.exp(SPREAD * draw.standard_normal((days, len(sites.demand)))))
            unit = sites.cost / sites.demand
            these = Stages(sites.fixed, sites.capacity, unit, demand, 3.0 * float(unit.max()))
            apart, whole = decompose(these), extensive(these, limit_s=limit_s)
            print(f"{instance.name}, {days} days: Benders {_told(apart)} in {apart.rounds} rounds; "
                  f"one program {_told(whole)}", flush=True)  # fmt: skip


def _told(found: Found) -> str:
    return f"{found.cost:,.1f}, gap {found.gap:.3%}, {found.seconds:.1f} CPU-s"
