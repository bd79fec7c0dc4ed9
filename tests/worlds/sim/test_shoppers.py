"""Visits are a Poisson process with a season; a stated share of them fills a cart and orders."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from math import sqrt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy import stats

from linkloop.commerce.customers import Browsed, Customer
from linkloop.commerce.orders import OrderLine, OrderPlaced
from linkloop.core.clock import minute_of
from linkloop.worlds.sim.people import ENGLISH_SHARE
from linkloop.worlds.sim.season import hour_shares, season, weekday_factor
from linkloop.worlds.sim.shoppers import CARTS, CONVERSION, FREE_FREIGHT, FREIGHT
from tests.worlds.sim.conftest import DAYS, ORDERS_PER_DAY, Lived

_ZONE = ZoneInfo("Asia/Shanghai")


def test_three_percent_of_visits_order(lived: Lived) -> None:
    """Stated conversion 3 %; binomial test. Orders of those who come back after a delay are no visits."""
    status = lived.town.status()
    ordered = status.orders + status.lost_sales - status.stayed
    assert stats.binomtest(ordered, status.sessions, CONVERSION).pvalue > 0.001


def test_seventy_percent_of_carts_are_left_behind(lived: Lived) -> None:
    """Baymard Institute's mean of about 50 studies is 70.2 %."""
    visits = lived.said(Browsed)
    carts = sum(bool(visit.carted) for visit in visits)
    assert stats.binomtest(carts, len(visits), CARTS).pvalue > 0.001
    assert 1 - CONVERSION * len(visits) / carts == pytest.approx(0.702, abs=0.01)


def test_visits_scatter_as_a_poisson_process_does(lived: Lived) -> None:
    """Pearson's dispersion index around the true rate of each minute is 1, give or take 4 × √(2/n)."""
    seen = Counter(minute_of(visit.at) for visit in lived.said(Browsed))
    minutes = sorted(seen)[:-1]
    rates = np.array([ORDERS_PER_DAY / CONVERSION / 1440 * season(at.astimezone(_ZONE)) for at in minutes])
    counts = np.array([seen[at] for at in minutes])
    dense = rates > 2
    index = float((((counts - rates) ** 2 / rates)[dense]).mean())
    assert index == pytest.approx(1.0, abs=4 * sqrt(2 / dense.sum()))


def test_the_busiest_hour_is_the_evening_and_the_quietest_before_dawn(lived: Lived) -> None:
    hours = Counter(visit.at.astimezone(_ZONE).hour for visit in lived.said(Browsed))
    assert hours.most_common(1)[0][0] == 21
    assert min(hours, key=lambda hour: hours[hour]) == 4


def test_the_season_has_a_mean_of_one_over_a_week() -> None:
    minutes = [season(datetime(2026, 3, day, m // 60, m % 60)) for day in range(2, 9) for m in range(1440)]
    assert sum(minutes) / len(minutes) == pytest.approx(1.0, abs=1e-9)
    assert sum(hour_shares()) == pytest.approx(1.0)
    assert sum(weekday_factor(day) for day in range(7)) == pytest.approx(7.0)


def test_the_orders_of_a_day_are_as_many_as_stated(lived: Lived) -> None:
    orders = lived.town.status().orders - lived.town.status().stayed
    assert orders / DAYS == pytest.approx(ORDERS_PER_DAY, abs=4 * sqrt(ORDERS_PER_DAY / DAYS) + 0.03 * ORDERS_PER_DAY)


def test_fifteen_percent_of_customers_write_english(lived: Lived) -> None:
    """Stated share 15 %; binomial test."""
    languages = Counter(customer.language for customer in lived.said(Customer))
    assert set(languages) == {"zh", "en"}
    assert stats.binomtest(languages["en"], languages.total(), ENGLISH_SHARE).pvalue > 0.001


def test_some_customers_come_back(lived: Lived) -> None:
    orders = Counter(order.customer_id for order in lived.said(OrderPlaced))
    again = sum(count - 1 for count in orders.values())
    assert 0.25 < again / orders.total() < 0.35


def test_a_customer_is_introduced_with_their_first_order_or_before(lived: Lived) -> None:
    known: set[str] = set()
    for delivery in lived.deliveries:
        known |= {row.customer_id for row in delivery.said if isinstance(row, Customer)}
        assert all(event.customer_id in known for event in delivery.said if isinstance(event, OrderPlaced))


def test_the_total_is_what_the_lines_cost_with_freight_below_99_yuan(lived: Lived) -> None:
    freight = Counter[str]()
    for line in lived.said(OrderLine):
        freight[line.order_id] += line.freight.amount if line.freight else 0
    for order in lived.said(OrderPlaced):
        goods = sum(line.price.amount * line.quantity for line in order.lines)
        assert freight[order.order_id] == (0 if goods >= FREE_FREIGHT else FREIGHT)
        assert order.total.amount == goods + freight[order.order_id]


def test_the_goods_of_an_order_were_looked_at(lived: Lived) -> None:
    carts = {(visit.customer_id, frozenset(visit.carted)) for visit in lived.said(Browsed) if visit.carted}
    orders = lived.said(OrderPlaced)
    bought = sum((o.customer_id, frozenset(line.product_id for line in o.lines)) in carts for o in orders)
    assert bought >= len(orders) - lived.town.status().stayed
    assert all(set(visit.carted) <= set(visit.viewed) for visit in lived.said(Browsed))
