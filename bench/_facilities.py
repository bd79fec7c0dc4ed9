"""Facility-location instances: OR-Library's cap files (CFLP) and the SSCFLP libraries, with their published optima."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from linkloop.links.network.site import Sites

_JUNK = {0: " ", 26: " "}  # some files end in a block of NUL bytes or in Ctrl-Z


class Instance(NamedTuple):
    """An instance by name, with the optimum that is published for it."""

    name: str
    sites: Sites
    optimum: float


def _numbers(path: Path) -> list[float]:
    return [float(word) for word in path.read_text(encoding="latin-1").translate(_JUNK).split()]


def cap(folder: Path) -> list[Instance]:
    """cap71 … cap104: multi-source, costs are of a customer's whole demand (J. E. Beasley's OR-Library)."""
    found = []
    for path in sorted(folder.glob("cap*.txt"), key=lambda path: int(path.stem[3:])):
        numbers = iter(_numbers(path))
        m, n = int(next(numbers)), int(next(numbers))
        pairs = np.array([[next(numbers), next(numbers)] for _ in range(m)])
        demand, cost = np.empty(n), np.empty((m, n))
        for j in range(n):
            demand[j] = next(numbers)
            cost[:, j] = [next(numbers) for _ in range(m)]
        optimum = float(path.with_suffix(".txt.opt").read_text().split()[-1])
        found.append(Instance(path.stem, Sites(pairs[:, 0], pairs[:, 1], demand, cost, single=False), optimum))
    return found


def lib_1(folder: Path) -> list[Instance]:
    """Delmaire's 57: n, m, costs by customer, demands, fixed costs, capacities."""
    return [Instance(f"Lib_1/{p.name}", _lib_1(p), optimum) for p, optimum in _listed(folder)]


def lib_2(folder: Path) -> list[Instance]:
    """Holmberg's 71: m, n, capacity and fixed cost of each centre, demands, costs by centre."""
    return [Instance(f"Lib_2/{p.name}", _lib_2(p), optimum) for p, optimum in _listed(folder)]


def _listed(folder: Path) -> list[tuple[Path, float]]:
    optima = [float(line.split()[-1]) for line in (folder / "os").read_text().splitlines() if line.strip()]
    return [(folder / f"p{k}", optimum) for k, optimum in enumerate(optima, 1) if (folder / f"p{k}").is_file()]


def _lib_1(path: Path) -> Sites:
    numbers = _numbers(path)
    n, m = int(numbers[0]), int(numbers[1])
    rest = np.array(numbers[2:])
    cost, rest = rest[: n * m].reshape(n, m).T, rest[n * m :]
    return Sites(rest[n + m : n + 2 * m], rest[n : n + m], rest[:n], cost)


def _lib_2(path: Path) -> Sites:
    numbers = _numbers(path)
    m, n = int(numbers[0]), int(numbers[1])
    rest = np.array(numbers[2:])
    pairs, rest = rest[: 2 * m].reshape(m, 2), rest[2 * m :]
    return Sites(pairs[:, 0], pairs[:, 1], rest[:n], rest[n : n + n * m].reshape(m, n))
