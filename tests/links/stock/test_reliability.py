"""Reliability: chances that came too often or too seldom are corrected by the shop's own past, with oracles."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from linkloop.commerce.network import SupplyRisk
from linkloop.commerce.orders import OrderLine
from linkloop.commerce.risks import RiskCalibration
from linkloop.commerce.stock import DemandDay, Place, ShopDay, StockLevel
from linkloop.commerce.time import DayClosed
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.links.stock import link, reliability
from linkloop.links.stock.reliability import Correction, Past, brier, correction, ece, fit, logit_of
from linkloop.store.codec import encode
from tests.links.context import MemoryShop, of_kind

CLOSED = DayClosed(at=datetime(2023, 11, 10, 16, tzinfo=UTC), shop="s", day="2023-11-10", case_id="night")


def past(pairs: int, seed: int, *, times: float = 1.0, wider: float = 1.0) -> Past:
    """Forecasts that are right, if demand is taken `times` as high and `wider` as spread."""
    rng = np.random.default_rng(seed)
    mean = rng.gamma(2.0, 20.0, pairs) + 5
    sd = np.sqrt(mean) * 2
    stock = np.maximum(1, np.rint(mean * rng.uniform(0.5, 2.5, pairs)))
    sold = np.maximum(0, mean * times + sd * wider * rng.standard_normal(pairs))
    return Past(mean, sd, stock, norm.sf((stock - mean) / sd), sold)


@pytest.mark.parametrize(("times", "wider"), [(1.0, 1.0), (1.4, 1.0), (0.7, 0.5), (1.1, 2.0)])
def test_what_is_learned_corrects_days_that_it_was_not_learned_from(times: float, wider: float) -> None:
    found = fit(past(6_000, 1, times=times, wider=wider), 200.0)
    new = past(6_000, 2, times=times, wider=wider)
    after = found.chance(new.mean, new.sd, new.stock)
    ideal = norm.sf((new.stock - times * new.mean) / (wider * new.sd))
    assert found.demand_factor == pytest.approx(times, abs=0.05)
    assert found.spread_factor == pytest.approx(wider, rel=0.1)
    assert brier(after, new.out) <= brier(new.chance, new.out) + 1e-3
    assert brier(after, new.out) == pytest.approx(brier(ideal, new.out), abs=0.003)
    assert ece(after, new.out) < 0.02


def test_the_logistic_of_the_chances_is_the_one_of_most_likelihood() -> None:
    found = past(3_000, 5, times=1.2, wider=1.5)
    logit = logit_of((found.stock - found.mean) / found.sd)
    pull = reliability._PULL

    def loss(w: np.ndarray) -> float:
        said = w[0] + w[1] * logit
        return float(np.sum(np.logaddexp(0, said) - found.out * said) + pull / 2 * (w[0] ** 2 + (w[1] - 1) ** 2))

    best = minimize(loss, np.array([0.0, 1.0]), method="BFGS").x
    assert reliability._platt(logit, found.out) == pytest.approx(tuple(best), abs=1e-4)


def test_what_was_sold_out_counts_as_wanted_at_least_that_much() -> None:
    """The censored normal of most likelihood, by scipy; without regard to the shelves demand would look too low."""
    whole = past(5_000, 6, times=1.3, wider=1.4)
    seen = whole._replace(sold=np.minimum(whole.sold, whole.stock))
    out = seen.out > 0

    def loss(w: np.ndarray) -> float:
        z = (seen.stock - w[0] * seen.mean) / (w[1] * seen.sd)
        off = (seen.sold - w[0] * seen.mean) / (w[1] * seen.sd)
        return float(-np.where(out, norm.logsf(z), norm.logpdf(off) - np.log(w[1])).sum())

    best = minimize(loss, np.array([1.0, 1.0]), method="Nelder-Mead").x
    demand, spread = reliability._censored(seen)
    assert (demand, spread) == (pytest.approx(best[0], abs=0.03), pytest.approx(best[1], rel=0.05))
    assert demand == pytest.approx(1.3, abs=0.04)
    assert seen.sold.sum() / seen.mean.sum() < 1.2


def test_little_that_is_known_moves_little() -> None:
    assert Correction() == (1.0, 1.0, 0.0, 1.0)
    assert fit(past(4_000, 3, times=1.8), 0.1).demand_factor < 1.05
    assert fit(past(4_000, 3, times=1.8), 100.0).demand_factor > 1.7


def test_the_scores_are_the_published_ones() -> None:
    chance, out = np.array([0.0, 0.05, 0.95, 1.0, 0.5]), np.array([0.0, 0.0, 1.0, 1.0, 1.0])
    assert brier(chance, out) == pytest.approx((0.05**2 * 2 + 0.25) / 5)
    # bins 0–0.1: said 0.05, came 0; 0.5–0.6: 0.5, 1; 0.9–1: 1.95, 2
    assert ece(chance, out) == pytest.approx((0.05 + 0.5 + 0.05) / 5)


def shop_rows(days: int, units: int) -> list[Table]:
    """Written days that all said 7 a week with stock of 20; `units` a day were sold."""
    rows: list[Table] = [Place(place="sh", region="上海市"), ShopDay(shop="shop", day=CLOSED.day)]
    first = date(2023, 11, 10) - timedelta(days=days + 6)
    for n in range(30):
        rows += [
            SupplyRisk(product_id=f"p{n}", region="华东", date=(first + timedelta(days=k)).isoformat(), lead_days=7.0,
                       predicted_demand=7.0, demand_sd=4.0, current_stock=20, p_stockout=0.0006)
            for k in range(days)
        ]  # fmt: skip
        rows += [
            DemandDay(product_id=f"p{n}", place="sh", day=(first + timedelta(days=k)).isoformat(), units=units)
            for k in range(days + 7)
        ]
    return rows


def test_a_night_learns_from_the_days_that_are_over() -> None:
    (found,) = of_kind(MemoryShop(link, shop_rows(34, 3)).hear(CLOSED), RiskCalibration)
    assert (found.shop, found.learned_to, found.days, found.pairs, found.ran_out) == ("s", CLOSED.day, 34, 1020, 1020)
    assert found.brier_before == pytest.approx(0.9994**2, abs=1e-6)
    assert found.brier_after < found.brier_before / 4
    assert found.ece_after < found.ece_before
    assert found.demand_factor > 1.5


def test_what_would_have_made_the_newest_days_worse_corrects_nothing() -> None:
    """Three weeks told half of what was wanted, the weeks after them all of it: what the older ones teach is over."""
    older = [past(100, n, times=2.0) for n in range(30)]
    newer = [past(100, 100 + n) for n in range(20)]
    assert correction(older + newer) == Correction()
    assert correction(older + [past(100, 200 + n, times=2.0) for n in range(20)]) not in (None, Correction())


@pytest.mark.parametrize(("days", "units"), [(27, 3), (34, 1)])
def test_too_few_days_or_nothing_that_ran_out_teach_nothing(days: int, units: int) -> None:
    assert not of_kind(MemoryShop(link, shop_rows(days, units)).hear(CLOSED), RiskCalibration)


def test_a_night_that_is_heard_again_learns_the_same_bytes() -> None:
    rows = shop_rows(34, 3)
    first = of_kind(MemoryShop(link, rows).hear(CLOSED), RiskCalibration)
    again = of_kind(MemoryShop(link, list(reversed(rows))).hear(CLOSED), RiskCalibration)
    assert [encode(row) for row in first] == [encode(row) for row in again]


def test_the_next_nights_chances_are_the_corrected_ones() -> None:
    sold = OrderLine(order_id="o", line_no=1, product_id="p1", quantity=9, price=Money(1, "CNY"), place="sh",
                     sold_at=CLOSED.at - timedelta(days=3))  # fmt: skip
    shop = MemoryShop(link, [*shop_rows(34, 3), StockLevel(product_id="p1", place="sh", on_hand=25), sold])
    before = of_kind(shop.hear(CLOSED), SupplyRisk)
    (found,) = of_kind(shop.said, RiskCalibration)
    correction = Correction(found.demand_factor, found.spread_factor, found.shift, found.slope)
    later = DayClosed(at=CLOSED.at + timedelta(days=1), shop="s", day="2023-11-11", case_id="next")
    after = of_kind(shop.hear(later), SupplyRisk)
    assert after
    for row in (row for row in after if row.current_stock > 0):
        one = correction.chance(*(np.array([v]) for v in (row.predicted_demand, row.demand_sd, row.current_stock)))
        assert row.p_stockout == pytest.approx(float(one[0]), abs=1e-5)
    assert {row.p_stockout for row in before} != {row.p_stockout for row in after}
