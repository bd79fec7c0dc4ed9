"""A fresh shop gets the sales of past weeks at once: same rates, oldest first, and the town goes on from there."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from math import sqrt

import pytest
from scipy import stats

from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order, OrderLine, OrderPlaced
from linkloop.core.errors import Refused
from linkloop.worlds.sim.past import History
from linkloop.worlds.sim.town import A_MONDAY, Town


@pytest.fixture(scope="module")
def history() -> History:
    """Four weeks before a Monday in March, without festivals."""
    return Town(seed=5, orders_per_day=500, festivals=False).warm_up(28)


def test_four_weeks_hold_four_weeks_of_orders(history: History) -> None:
    orders = [row for row in history[Order] if isinstance(row, Order)]
    assert len(orders) == pytest.approx(28 * 500, abs=4 * sqrt(28 * 500))
    moments = [order.placed_at for order in orders]
    assert moments == sorted(moments)
    assert A_MONDAY - timedelta(days=28) <= moments[0] < moments[-1] < A_MONDAY
    assert len({order.order_id for order in orders}) == len(orders)


def test_lines_and_customers_belong_to_orders_and_totals_add_up(history: History) -> None:
    people = {row.customer_id for row in history[Customer] if isinstance(row, Customer)}
    totals: Counter[str] = Counter()
    for line in history[OrderLine]:
        assert isinstance(line, OrderLine)
        assert line.freight is not None
        totals[line.order_id] += line.price.amount * line.quantity + line.freight.amount
    for order in history[Order]:
        assert isinstance(order, Order)
        assert order.total is not None
        assert totals.pop(order.order_id) == order.total.amount
        assert order.customer_id in people
    assert not totals


def test_the_past_sells_what_the_present_sells(history: History) -> None:
    """χ² of units per product against the same Zipf popularity, top 60 products."""
    town = Town(seed=5)
    seen: Counter[str] = Counter(line.product_id for line in history[OrderLine] if isinstance(line, OrderLine))
    weights = town.catalog.weights
    top = sorted(range(120), key=lambda n: -weights[n])[10:60]
    counts = [seen[f"SKU-{n + 1:03d}"] for n in top]
    share = sum(counts) / sum(weights[n] for n in top)
    assert stats.chisquare(counts, [weights[n] * share for n in top]).pvalue > 0.001


def test_the_town_counts_on_from_its_past_and_its_regulars_return() -> None:
    town = Town(seed=5, orders_per_day=500)
    past = town.warm_up(14)
    placed = [e for d in town.run_until(A_MONDAY + timedelta(days=1)) for e in d.said if isinstance(e, OrderPlaced)]
    assert placed[0].order_id == f"LL{len(past[Order]) + 1:08d}"
    old = {row.customer_id for row in past[Customer] if isinstance(row, Customer)}
    assert 0.25 < sum(e.customer_id in old for e in placed) / len(placed) < 0.45


def test_a_town_that_lives_gets_no_other_past() -> None:
    town = Town(seed=5, orders_per_day=500)
    list(town.run_until(A_MONDAY + timedelta(hours=1)))
    with pytest.raises(Refused, match=r"sim\.past"):
        town.warm_up(7)
    with pytest.raises(Refused, match=r"sim\.past"):
        Town(seed=5).warm_up(-1)


def test_the_past_is_the_same_for_the_same_seed() -> None:
    assert Town(seed=9, orders_per_day=50).warm_up(3) == Town(seed=9, orders_per_day=50).warm_up(3)
    assert Town(seed=9, orders_per_day=50).warm_up(3) != Town(seed=10, orders_per_day=50).warm_up(3)
