"""The net that orders: what ships is what its card says, it is free of scale, and it orders only where it wins."""

from __future__ import annotations

import json
from datetime import date, timedelta
from hashlib import sha256

import numpy as np
import pytest

from linkloop.commerce.catalog import Product, Supplier
from linkloop.commerce.stock import DemandDay, OrderTuning, StockLevel
from linkloop.commerce.time import DayClosed
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.links.stock import learner, link, net, net_train
from linkloop.links.stock.net import COLUMNS, NetOrdering
from linkloop.links.stock.rolling import Reals, Shelves, told
from linkloop.links.stock.tuning import SEGMENTS, SURE, tune
from tests.links.context import MemoryShop, decisions, of_kind
from tests.links.stock.test_policy import CLOSED, TODAY

NET = net.shipped()
assert NET is not None


def columns(**changed: float) -> np.ndarray:
    usual = {
        "on_hand": 10, "on_order": 20, "mean": 30, "sd": 8, "week_mean": 60, "week_sd": 11, "lead": 5, "lead_sd": 1,
        "case": 1, "least": 1, "price": 300, "line": 70,
    }  # fmt: skip
    return np.array([[{**usual, **changed}[name] for name in COLUMNS]], np.float32)


def test_the_file_is_the_one_that_its_card_describes() -> None:
    card = json.loads(net.FILE.with_suffix(".card.json").read_text("utf-8"))
    assert card["sha256"] == sha256(net.FILE.read_bytes()).hexdigest()
    assert card["input"] == list(COLUMNS)
    assert card["held_out_log_cost_after"] < card["held_out_log_cost_before"]
    assert net.FILE.stat().st_size < 100_000


def test_what_costs_more_to_lack_is_held_more_of_and_dear_lines_are_larger() -> None:
    low, high = NET.marks(columns())
    assert 20 < low.item() < 80
    assert low.item() < high.item() < 160
    assert NET.marks(columns(price=3000))[0].item() > low.item()
    assert NET.marks(columns(line=400))[1].item() > high.item()
    assert NET.marks(columns(sd=16, week_sd=22))[0].item() > low.item()


def test_a_hundred_products_are_one_call_with_the_same_answers() -> None:
    many = np.concatenate([columns(mean=n, week_mean=2 * n, sd=n**0.5) for n in range(1, 101)])
    low, high = NET.marks(many)
    for n in (0, 49, 99):
        assert (low[n], high[n]) == tuple(part.item() for part in NET.marks(many[n : n + 1]))


def past(seed: int, least: float, most: float, segment: int) -> tuple[Reals, Shelves]:
    """112 days of 120 products of `least` to `most` a day, each with a lead time, a cost and a margin of its own."""
    n, rng = 120, np.random.default_rng(seed)
    pace = np.exp(rng.uniform(np.log(least), np.log(most), n))
    units = rng.poisson(rng.gamma(2.0, pace / 2.0, (112, n))).astype(float)
    lead, cost = rng.uniform(2, 12, n), np.exp(rng.uniform(-2.0, 1.0, n))
    earns = cost * rng.uniform(0.2, 1.2, n)
    return units, Shelves(lead, lead * 0.15, np.ones(n), np.ones(n), cost, earns, np.full(n, segment))


def test_the_net_orders_where_it_wins_on_days_that_nobody_chose_on_and_not_where_it_does_not() -> None:
    (slow,) = tune(*past(5, 0.1, 0.5, 2), np.ones(120), TODAY, NET).rows
    assert (slow.segment, slow.policy) == ("intermittent", "learned")
    assert slow.learned_cost < slow.quantile_cost
    assert slow.won >= SURE
    (fast,) = tune(*past(7, 3.0, 40.0, 0), np.ones(120), TODAY, NET).rows
    assert (fast.segment, fast.policy) == ("fast", "quantile")
    assert fast.learned_cost > fast.quantile_cost
    assert fast.won < SURE


class Wasteful(NetOrdering):
    """Orders ten times what is needed."""

    def __init__(self) -> None:
        super().__init__(net.FILE.read_bytes())

    def marks(self, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        low, high = super().marks(columns)
        return low * 10, high * 10


class Empty(NetOrdering):
    """Orders nothing: cheap to hold, and nobody is served."""

    def __init__(self) -> None:
        super().__init__(net.FILE.read_bytes())

    def marks(self, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        low, high = super().marks(columns)
        return low * 0, high * 0


@pytest.mark.parametrize("ordering", [Wasteful, Empty])
def test_a_net_that_costs_more_or_serves_nobody_never_orders(ordering: type[NetOrdering]) -> None:
    (row,) = tune(*past(5, 0.1, 0.5, 2), np.ones(120), TODAY, ordering()).rows
    assert row.policy == "quantile"
    assert row.learned_cost > row.quantile_cost


def test_the_policy_sees_no_more_than_was_told_before_each_day() -> None:
    units, shelves = past(5, 0.1, 0.5, 2)
    given = told(units, 70, shelves)
    policy = NET.policy(given, shelves, np.full(120, 1.0), np.full(120, 0.01), 0.05)
    found = policy.columns(3, np.arange(120.0), np.zeros(120))
    assert found.shape == (120, len(COLUMNS))
    assert found[:, 0].tolist() == list(range(120))
    assert found[:, 2] == pytest.approx(given.mean[3, 0], rel=1e-6)
    assert found[0, 10:].tolist() == pytest.approx([100.0, 5.0])


def night(least: float, most: float) -> list[Table]:
    """A night of a shop whose products sell so many a day."""
    units, shelves = past(5, least, most, 0)
    rows: list[Table] = []
    for n in range(units.shape[1]):
        cents, margin = int(6000 * shelves.cost[n]), float(shelves.earns[n] / shelves.cost[n])
        lead, spread, least = float(shelves.lead[n]), float(shelves.lead_sd[n]), int(shelves.least[n])
        rows.append(Supplier(supplier_id=f"s{n}", lead_time_days=lead, lead_time_sd_days=spread, min_order_units=least))
        rows.append(
            Product(
                product_id=f"p{n:02}",
                price=Money(int(cents * (1 + margin)), "CNY"),
                cost=Money(cents, "CNY"),
                supplier_id=f"s{n}",
            )
        )
        rows.append(StockLevel(product_id=f"p{n:02}", place="hz", on_hand=0))
        for back in range(len(units)):
            day = (date.fromisoformat(TODAY) - timedelta(days=back)).isoformat()
            count = int(units[-1 - back, n])
            rows.append(DemandDay(product_id=f"p{n:02}", place="hz", day=day, units=count, orders=count))
    return MemoryShop(link, rows).hear(DayClosed(at=CLOSED, shop="s", day=TODAY, id="e1"))


@pytest.mark.parametrize(("least", "most"), [(0.1, 0.49), (4.0, 40.0)])
def test_the_ledger_says_who_ordered_and_what_the_other_would_have(least: float, most: float) -> None:
    said = night(least, most)
    rows = {row.segment: row for row in of_kind(said, OrderTuning)}
    assert set(rows) <= set(SEGMENTS)
    ordered, seen = decisions(said), set[bool]()
    assert len(ordered) > 60
    for decision in ordered:
        names = [one.name.split(" units, ")[-1] for one in decision.alternatives]
        by_net = "The learned net needs" in decision.reason.en
        seen.add(by_net)
        assert decision.alternatives[0].chosen
        assert names.count("the learned net") == 1
        assert (names[0] == "the learned net") == by_net
        assert ("学习到的策略" in decision.reason.zh) == by_net
    assert seen == {row.policy == "learned" for row in rows.values()}
    assert (True in seen) == (most < 1)


@pytest.mark.skipif(learner.torch is None, reason="training needs torch")
def test_a_few_rounds_cost_less_on_products_that_were_held_out() -> None:
    trained = net_train.train(8.0, n=128)
    assert trained.rounds > 5
    assert trained.after < trained.before
