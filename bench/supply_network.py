"""The network: facility location against published optima and plain HiGHS; arrival times against promises and lanes.

    python -m bench supply_network                              # cap71–cap104, Lib_1 (57), Lib_2 (71)
    python -m bench supply_network arrival                      # scms, olist_sample: rolling in time
    python -m bench supply_network fencang                      # 350 categories into 140 warehouses
    python -m bench supply_network benders                      # cap71, cap101 with many days of demand
    python -m bench supply_network --seconds 20 --only Lib_2/p1 cap
    python -m bench supply_network --data FOLDER                # default LINKLOOP_DATA or ../shared/data

`--seconds` is the wall limit of each solver on each instance; `--only` takes names or their beginnings (`Lib_2/p1` is
also p10 … p19). Both use one thread. Found: the published optimum is reached. Proven: the bound meets the cost. Plain
HiGHS is given the program with strong rows, which is its better form, and no bounds. Nothing is tuned on these.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench._facilities import Instance, cap, lib_1, lib_2
from bench._supply_arrival import arrival
from bench._supply_fencang import fencang
from bench._supply_stages import stages
from linkloop.faces.cli.hushed import hush
from linkloop.links.network.facility import locate
from linkloop.links.network.program import solve_core
from linkloop.links.network.site import integral


class Run(NamedTuple):
    """What a solver gave for an instance: cost and bound (inf: none), CPU seconds."""

    cost: float
    bound: float
    seconds: float

    def found(self, optimum: float) -> bool:
        """Whether the published optimum is reached."""
        return self.cost <= optimum * (1 + 1e-6)

    @property
    def gap(self) -> float:
        """The proven gap as a share of the cost; inf without a plan."""
        return max(0.0, self.cost - self.bound) / self.cost if np.isfinite(self.cost) else np.inf


def ours(instance: Instance, limit_s: float) -> Run:
    """Lagrangian bounds, then HiGHS on the core."""
    began = time.process_time()
    found = locate(instance.sites, limit_s=limit_s)
    took = time.process_time() - began
    return Run(np.inf, -np.inf, took) if found is None else Run(found.cost, found.bound, took)


def plain(instance: Instance, limit_s: float) -> Run:
    """HiGHS on the whole program."""
    sites = instance.sites
    everything = np.isfinite(sites.cost)
    began = time.process_time()
    solved = solve_core(sites, everything, np.zeros(len(sites.fixed), bool), limit_s=limit_s, whole=integral(sites))
    bound = np.ceil(solved.bound - 1e-6) if integral(sites) else solved.bound
    return Run(solved.cost, bound, time.process_time() - began)


def show(name: str, instances: list[Instance], limit_s: float) -> None:
    """Print a line for each instance and one for the set."""
    runs = []
    for instance in instances:
        pair = ours(instance, limit_s), plain(instance, limit_s)
        runs.append((instance, *pair))
        print(
            f"{instance.name:12s} published {instance.optimum:14,.3f}   "
            + "   ".join(
                f"{who} {run.cost:14,.3f} gap {run.gap:8.4%} {run.seconds:7.2f} CPU-s"
                for who, run in zip(("ours", "HiGHS"), pair, strict=True)
            ),
            flush=True,
        )
    if not runs:
        return
    for who, mine in (("ours", [(i, a) for i, a, _ in runs]), ("plain HiGHS", [(i, b) for i, _, b in runs])):
        found = sum(run.found(instance.optimum) for instance, run in mine)
        proven = sum(run.gap <= 1e-8 for _, run in mine)
        gaps = [run.gap for _, run in mine]
        print(
            f"{name}: {who:12s} optimum found {found} of {len(mine)}, proven {proven}, mean gap {np.mean(gaps):.4%}, "
            f"worst {max(gaps):.4%}, {sum(run.seconds for _, run in mine):.1f} CPU-s"
        )


def main() -> None:
    """Run the sets that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("LINKLOOP_DATA", "../shared/data")))
    parser.add_argument("--seconds", type=float, default=60.0, help="wall seconds of each solver on each instance")
    parser.add_argument("--only", nargs="*", default=[], help="names of instances, or how they begin")
    parser.add_argument("what", nargs="*", default=["facilities"], help="facilities, arrival, fencang, benders")
    asked = parser.parse_args()
    hush()
    folder = asked.data / "supply"
    if "arrival" in asked.what:
        arrival(folder)
    if "fencang" in asked.what:
        fencang(folder / "fencang")
    if "benders" in asked.what:
        stages(folder / "cflp", asked.seconds)
    if "facilities" in asked.what:
        facilities(folder, asked)


def facilities(folder: Path, asked: argparse.Namespace) -> None:
    """The sets of facility location that are there."""
    for name, path, read in (
        ("cap", folder / "cflp", cap), ("Lib_1", folder / "sscflp/Lib_1", lib_1),
        ("Lib_2", folder / "sscflp/Lib_2", lib_2),
    ):  # fmt: skip
        if not path.is_dir():
            print(f"{name}: skipped, {path} is missing")
            continue
        wanted = [i for i in read(path) if not asked.only or i.name.startswith(tuple(asked.only))]
        show(name, wanted, asked.seconds)


if __name__ == "__main__":
    main()
