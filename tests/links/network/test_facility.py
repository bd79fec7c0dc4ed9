"""Facility location: the optimum of every small network, whoever computes it, and a bound that never lies."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds as Limits
from scipy.optimize import LinearConstraint, milp

from bench._facilities import Instance, cap, lib_2
from linkloop.core.errors import LinkloopError
from linkloop.links.network import facility
from linkloop.links.network.facility import locate
from linkloop.links.network.lagrange import bounds
from linkloop.links.network.program import Solved, solve_core
from linkloop.links.network.site import Sites, cost_of

DATA = Path(os.environ.get("LINKLOOP_DATA", "../shared/data")) / "supply"


def some(seed: int, m: int, n: int, *, single: bool, whole: bool = True) -> Sites:
    """Random sites whose centres together have a little more room than is wanted."""
    rng = np.random.default_rng(seed)
    demand = rng.integers(1, 9, n).astype(float) + (0 if whole else rng.random(n).round(2))
    capacity = np.ceil(demand.sum() / m * rng.uniform(1.1, 2.0, m))
    cost = rng.integers(1, 40, (m, n)).astype(float) + (0 if whole else rng.random((m, n)).round(3))
    cost[rng.random((m, n)) < 0.1] = np.inf
    return Sites(capacity, rng.integers(5, 60, m).astype(float), demand, cost, single)


def tried(sites: Sites) -> float:
    """The least cost of all assignments, each looked at; inf when none is possible."""
    m, n = sites.cost.shape
    best = np.inf
    for choice in product(range(m), repeat=n):
        load = np.bincount(choice, weights=sites.demand, minlength=m)
        if np.all(load <= sites.capacity):
            best = min(best, sites.cost[choice, range(n)].sum() + sites.fixed[load > 0].sum())
    return float(best)


def oracle(sites: Sites) -> float:
    """The optimum by scipy's program without strong rows, bounds or cores; inf when there is none."""
    m, n = sites.cost.shape
    cost = np.where(np.isfinite(sites.cost), sites.cost, 0.0)
    assign = np.hstack([np.zeros((n, m)), np.tile(np.eye(n), m)])
    room = np.hstack([-np.diag(sites.capacity), np.kron(np.eye(m), sites.demand[None, :])])
    most: Any = np.concatenate([np.ones(m), np.isfinite(sites.cost).ravel()])
    limits = Limits(0, most)
    found = milp(
        np.concatenate([sites.fixed, cost.ravel()]),
        integrality=[1] * m + [int(sites.single)] * (m * n),
        bounds=limits,
        constraints=[LinearConstraint(assign, 1, 1), LinearConstraint(room, -np.inf, 0)],
        options={"mip_rel_gap": 0.0},
    )
    return float(found.fun) if found.success else np.inf


def assert_is_plan(sites: Sites, found: facility.Plan) -> None:
    """Every customer is served, no centre is beyond its room or shut, and the cost is what the plan says."""
    assert found.serves.sum(axis=0) == pytest.approx(np.ones(len(sites.demand)))
    assert np.all(found.serves @ sites.demand <= sites.capacity * found.open + 1e-6)
    assert found.cost == pytest.approx(cost_of(sites, found.open, found.serves))
    assert found.bound <= found.cost
    if sites.single:
        assert set(np.unique(found.serves)) <= {0.0, 1.0}


@pytest.mark.parametrize("seed", range(12))
def test_the_plan_is_the_best_of_all_assignments(seed: int) -> None:
    sites = some(seed, 3, 6, single=True, whole=seed % 2 == 0)
    best, found = tried(sites), locate(sites)
    if found is None:
        assert best == np.inf
        return
    assert_is_plan(sites, found)
    assert found.cost == pytest.approx(best)
    assert found.gap == 0


@pytest.mark.parametrize("single", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_the_plan_is_the_one_of_a_plain_program(seed: int, single: bool) -> None:
    sites = some(100 + seed, 5, 11, single=single, whole=seed % 2 == 0)
    best, found = oracle(sites), locate(sites)
    if found is None:
        assert best == np.inf
        return
    assert_is_plan(sites, found)
    assert found.cost == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("single", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_bounds_are_below_the_optimum_and_prices_of_pairs_below_what_they_cost(seed: int, single: bool) -> None:
    sites = some(200 + seed, 4, 7, single=single)
    best = oracle(sites)
    priced = bounds(sites, steps=60)
    assert priced.value <= best + 1e-6
    for i, j in product(range(4), range(7)):
        if not np.isfinite(sites.cost[i, j]) or not single:
            continue
        cost = np.where(np.arange(4) == i, sites.cost[:, j], np.inf)
        forced = sites._replace(cost=np.column_stack([sites.cost[:, :j], cost, sites.cost[:, j + 1 :]]))
        assert priced.value + priced.pair[i, j] <= oracle(forced) + 1e-6
    for i in range(4):
        without = sites._replace(capacity=np.where(np.arange(4) == i, 0.0, sites.capacity))
        assert priced.value + priced.shut[i] <= oracle(without) + 1e-6


def test_what_cannot_be_carried_has_no_plan() -> None:
    sites = Sites(np.array([3.0, 3.0]), np.ones(2), np.array([2.0, 2.0, 2.0]), np.ones((2, 3)))
    assert locate(sites) is None  # in sum there is room, but two do not fit beside each other
    shared = locate(sites._replace(single=False))
    assert shared is not None
    assert shared.cost == pytest.approx(5.0)
    assert locate(sites._replace(capacity=np.array([3.0, 2.0]), single=False)) is None
    nobody = np.array([[1.0, np.inf, 1.0], [1.0, np.inf, 1.0]])
    assert locate(sites._replace(cost=nobody, single=False)) is None


def test_nonsense_is_refused() -> None:
    sites = some(1, 3, 4, single=True)
    for wrong in (
        sites._replace(cost=sites.cost[:2]), sites._replace(fixed=-sites.fixed),
        sites._replace(demand=sites.demand * np.nan), sites._replace(cost=sites.cost[0]),
    ):  # fmt: skip
        with pytest.raises(LinkloopError) as error:
            locate(wrong)
        assert error.value.code == "network.sites"


def test_a_plan_of_like_sites_starts_the_next_and_changes_no_optimum() -> None:
    sites = some(301, 5, 11, single=True)
    first = locate(sites)
    assert first is not None
    dearer = sites._replace(cost=sites.cost * np.where(first.open, 1.5, 1.0)[:, None])
    after = locate(dearer, start=first)
    assert after is not None
    assert after.cost == pytest.approx(oracle(dearer))


def test_a_core_that_does_not_grow_ends_the_loop_with_the_bound_that_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    sites = some(303, 4, 8, single=True)
    assert bounds(sites).value < oracle(sites) - 10  # the core has to prove it
    calls = 0

    def vague(*args: object, **options: object) -> Solved:
        nonlocal calls
        calls += 1
        assert calls < 20
        solved = solve_core(*args, **options)  # type: ignore[arg-type]
        return solved._replace(bound=solved.bound - 3.0)

    monkeypatch.setattr(facility, "solve_core", vague)
    found = locate(sites)
    assert found is not None
    assert found.bound <= oracle(sites) - 2
    assert found.gap > 0


def published() -> list[Instance]:
    """cap71, cap104 and two of Lib_2, where the data folder is there."""
    caps = cap(DATA / "cflp") if (DATA / "cflp").is_dir() else []
    libs = lib_2(DATA / "sscflp/Lib_2") if (DATA / "sscflp/Lib_2").is_dir() else []
    return [i for i in (*caps, *libs) if i.name in ("cap71", "cap104", "Lib_2/p1", "Lib_2/p10")]


def test_published_optima_are_found_and_proven() -> None:
    instances = published()
    if not instances:
        pytest.skip(f"no facility-location instances under {DATA}")
    for instance in instances:
        found = locate(instance.sites)
        assert found is not None, instance.name
        assert found.cost == pytest.approx(instance.optimum), instance.name
        assert found.gap == 0, instance.name
