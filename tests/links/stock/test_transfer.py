"""Transfers: units move where they are worth more, a shortage is not ordered twice, and surplus is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from scipy import stats

from linkloop.commerce.catalog import Product, Supplier
from linkloop.commerce.demand import Forecast, ForecastChanged, ForecastOverride
from linkloop.commerce.stock import Place, PromotionAdvice, Replenish, StockLevel, Transfer
from linkloop.commerce.time import DayClosed
from linkloop.core.decision import Decision, decide
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.stock import link, outlook, transfer
from linkloop.links.stock.case import open_case
from linkloop.links.stock.model import Demand
from tests.links.context import MemoryShop, actions, decisions

CLOSED, TODAY = datetime(2026, 3, 29, 16, tzinfo=UTC), "2026-03-29"


def forecasts(place: str, mean: float, made_on: str = TODAY) -> list[Forecast]:
    half = 1.645 * mean**0.5
    return [
        Forecast(
            product_id="p1", place=place, day=(date.fromisoformat(TODAY) + timedelta(days=n)).isoformat(),
            made_on=made_on, mean=mean, q05=mean - half, q10=mean, q25=mean, q50=mean, q75=mean, q90=mean,
            q95=mean + half,
        )
        for n in range(1, 29)
    ]  # fmt: skip


def shop(on_hand: dict[str, int], *more: Table, lead: float = 9.0, **changed: Any) -> MemoryShop:
    told = [row for place in on_hand for row in forecasts(place, 10.0)]
    rows: list[Table] = [
        Product(product_id="p1", title="Kettle", price=Money(10000, "CNY"), cost=Money(6000, "CNY"), supplier_id="s1"),
        Supplier(supplier_id="s1", lead_time_days=lead, lead_time_sd_days=1),
        Place(place="hz", latitude=30.2, longitude=120.2),
        Place(place="gz", latitude=23.2, longitude=113.2),
        *(StockLevel(product_id="p1", place=place, on_hand=units, **changed) for place, units in on_hand.items()),
        *told,
        *more,
    ]
    return MemoryShop(link, rows)


def close(given: MemoryShop) -> list[Table]:
    return given.hear(DayClosed(at=CLOSED, shop="s", day=TODAY, case_id="night"))


def moves(said: list[Table]) -> list[Transfer]:
    return [action for action in actions(said) if isinstance(action, Transfer)]


def test_a_place_that_would_run_out_is_helped_by_one_with_plenty() -> None:
    said = close(shop({"hz": 20, "gz": 600}))
    (move,) = moves(said)
    assert (move.from_place, move.to_place, move.wave) == ("gz", "hz", TODAY)
    # Ten days at ten a day: the last moved unit is still likely enough to be asked for to pay the freight.
    assert 20 + move.quantity == pytest.approx(stats.poisson.ppf(0.95, 100), abs=12)
    assert move.at_risk == Money(6000 * move.quantity, "CNY")
    (decision,) = [one for one in decisions(said) if one.action_kind == "Transfer"]
    assert "saves about" in decision.reason.en
    assert "可挽回" in decision.reason.zh
    assert [one.chosen for one in decision.alternatives] == [True, False, False]
    assert decision.alternatives[0].score > decision.alternatives[1].score > decision.alternatives[2].score == 0


def test_the_last_unit_that_moves_is_worth_its_freight_and_the_next_is_not() -> None:
    given = shop({"hz": 20, "gz": 600})
    cases = [open_case(given, "p1", place, None, 0, Demand(10, 10, 28)) for place in ("gz", "hz")]
    assert cases[0] is not None
    assert cases[1] is not None
    found = transfer.best(cases[0], cases[1], 3.0)
    assert found is not None
    needs = stats.nbinom(*_moments(10 * 10, 10 * 10 + 100))
    freight = transfer.freight_of(cases[0]) / transfer.unit_margin(cases[0])
    worth = [needs.sf(20 + n - 1) for n in (found.units, found.units + 1)]
    assert worth[0] > freight >= worth[1] - 1e-9


def _moments(mean: float, variance: float) -> tuple[float, float]:
    return mean * mean / (variance - mean), mean / variance


@pytest.mark.parametrize(
    ("on_hand", "lead"),
    [({"hz": 20, "gz": 30}, 9.0), ({"hz": 200, "gz": 600}, 9.0), ({"hz": 20, "gz": 600}, 2.0)],
    ids=["nobody has plenty", "nobody is short", "the supplier is as fast"],
)
def test_nothing_moves_where_nothing_would_be_saved(on_hand: dict[str, int], lead: float) -> None:
    assert moves(close(shop(on_hand, lead=lead))) == []


def test_what_comes_by_a_transfer_is_not_ordered_again() -> None:
    alone = {a.place: a.quantity for a in actions(close(shop({"hz": 20}))) if isinstance(a, Replenish)}
    said = close(shop({"hz": 20, "gz": 600}))
    (move,) = moves(said)
    ordered = {a.place: a.quantity for a in actions(said) if isinstance(a, Replenish)}
    assert ordered["hz"] == alone["hz"] - move.quantity


def test_a_transfer_that_waits_for_its_answer_counts_at_both_ends() -> None:
    (move,) = moves(close(shop({"hz": 20, "gz": 600})))
    held = decide(move, Text(en="", zh=""))
    waiting = Decision(**{f: getattr(held, f) for f in held.__struct_fields__} | {"id": "d1", "status": "held"})
    assert moves(close(shop({"hz": 20, "gz": 600}, waiting))) == []


def test_a_persons_number_goes_before_the_forecast_and_an_old_forecast_is_not_believed() -> None:
    own = [ForecastOverride(product_id="p1", place="hz", day=row.day, units=38.0) for row in forecasts("hz", 10.0)[:14]]
    assert outlook.told(shop({"hz": 1}, *own), TODAY)["p1", "hz"] == Demand(24.0, 24.0, 28)
    old = shop({}, *forecasts("hz", 10.0, made_on="2026-03-20"))
    assert outlook.told(old, TODAY) == {}


def test_what_two_months_will_not_need_is_told_with_a_discount_until_it_is_over() -> None:
    given = shop({"hz": 6000})
    (advice,) = [row for row in close(given) if isinstance(row, PromotionAdvice)]
    assert (advice.product_id, advice.place, advice.day, advice.days) == ("p1", "hz", TODAY, 60)
    assert advice.surplus == 6000 - stats.poisson.ppf(0.95, 600)
    assert 0 < advice.discount <= 0.5
    assert advice.saves > Money(0, "CNY")
    (over,) = [row for row in close(shop({"hz": 500}, advice)) if isinstance(row, PromotionAdvice)]
    assert (over.surplus, over.discount, over.saves) == (0, 0.0, Money(0, "CNY"))
    assert [row for row in close(shop({"hz": 500})) if isinstance(row, PromotionAdvice)] == []


def test_an_advice_is_over_as_soon_as_the_surplus_sells_by_itself() -> None:
    given = shop({"hz": 6000})
    (advice,) = [row for row in close(given) if isinstance(row, PromotionAdvice)]

    def hears(a_day: float) -> list[Table]:
        changed = ForecastChanged(
            at=CLOSED, product_id="p1", place="hz", days=7, units_before=70.0, units_after=7 * a_day, why="spike"
        )
        return shop({"hz": 6000}, advice).hear(changed)

    needed = advice.units_per_day + advice.surplus / advice.days
    assert hears(needed - 0.1) == []
    (over,) = hears(needed + 0.1)
    assert isinstance(over, PromotionAdvice)
    assert (over.discount, over.surplus, over.units_per_day) == (0.0, 0, round(needed + 0.1, 3))
