"""The demand link: what it forecasts at night, what it lifts when a product spikes, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from linkloop.commerce.catalog import Product
from linkloop.commerce.demand import (
    Change,
    Demand,
    DemandPaths,
    EmptyShelf,
    Forecast,
    ForecastChanged,
    ForecastOverride,
    ForecastState,
    ForecastValue,
    KnownDay,
)
from linkloop.commerce.orders import OrderLine  # noqa: F401  (the link's SQL reads its table)
from linkloop.commerce.stock import DemandDay, DemandSpiked, StockLevel
from linkloop.commerce.time import DayClosed
from linkloop.core.errors import Refused
from linkloop.core.table import Table
from linkloop.links.demand import link
from linkloop.links.demand.model import DemandModel, PathsModel
from linkloop.links.demand.policy import HORIZON
from tests.links.context import MemoryShop, of_kind

LAST = date(2026, 3, 29)
CLOSED = datetime(2026, 3, 29, 16, tzinfo=UTC)
WEEK = (4, 5, 6, 5, 7, 12, 10)


def past(
    product: str = "p1", place: str = "hz", days: int = 84, times: float = 1.0, seed: int = 0
) -> Iterator[DemandDay]:
    draw = np.random.default_rng(seed)
    for n in range(days):
        day = LAST - timedelta(days=n)
        units = int(draw.poisson(WEEK[day.weekday()] * times))
        yield DemandDay(product_id=product, place=place, day=day.isoformat(), units=units, orders=1)


def night(*rows: Table) -> tuple[MemoryShop, list[Table]]:
    shop = MemoryShop(link, rows)
    return shop, shop.hear(DayClosed(at=CLOSED, shop="s", day=LAST.isoformat(), case_id="night"))


def spike(product: str = "p1", place: str = "hz", observed: int = 30, expected: float = 10.0) -> DemandSpiked:
    return DemandSpiked(
        at=CLOSED + timedelta(hours=9), product_id=product, place=place, observed=observed, expected=expected,
        window_minutes=60, p_value=1e-9,
    )  # fmt: skip


def test_a_night_forecasts_the_coming_days_with_their_week() -> None:
    _, said = night(*past())
    rows = of_kind(said, Forecast)
    assert [row.day for row in rows] == [(LAST + timedelta(days=n + 1)).isoformat() for n in range(HORIZON)]
    assert {row.made_on for row in rows} == {"2026-03-29"}
    for row in rows:
        assert row.mean == pytest.approx(WEEK[date.fromisoformat(row.day).weekday()], rel=0.35)
        assert row.q05 <= row.q10 <= row.q25 <= row.q50 <= row.q75 <= row.q90 <= row.q95
    (state,) = of_kind(said, ForecastState)
    assert (state.segment, state.trained_to) == ("smooth", "2026-03-29")
    assert sum(state.weights.values()) == pytest.approx(1.0, abs=0.01)


def test_a_shop_that_never_sold_forecasts_nothing() -> None:
    assert night(StockLevel(product_id="p1", place="hz", on_hand=5))[1] == []


def test_an_empty_shelf_is_kept_and_its_days_are_not_learned_as_zero() -> None:
    gone = [(LAST - timedelta(days=n)).isoformat() for n in range(10)]
    sold = [row for row in past() if row.day not in gone]
    level = StockLevel(product_id="p1", place="hz", on_hand=0)
    empty = [EmptyShelf(product_id="p1", place="hz", day=day) for day in gone[1:]]
    other = list(past("p2", seed=1))
    _, censored = night(*sold, *other, level, *empty)
    assert of_kind(censored, EmptyShelf) == [EmptyShelf(product_id="p1", place="hz", day=gone[0])]
    _, zero = night(*sold, *other)

    def units(said: list[Table]) -> float:
        return sum(row.mean for row in of_kind(said, Forecast) if row.product_id == "p1")

    assert units(zero) < 0.7 * units(censored)


def test_a_spike_lifts_its_product_alone_and_tells_so() -> None:
    shop, _ = night(*past(), *past("p2", seed=1))
    before = {row.day: row.mean for row in shop.read(Forecast, product_id="p1")}
    said = shop.hear(spike())
    rows = of_kind(said, Forecast)
    assert {(row.product_id, row.place) for row in rows} == {("p1", "hz")}
    times = [row.mean / before[row.day] for row in rows]
    assert times[0] == pytest.approx(2.0, rel=0.01)
    assert times == sorted(times, reverse=True)
    (event,) = of_kind(said, ForecastChanged)
    assert event.units_after - event.units_before == pytest.approx(
        sum(row.mean - before[row.day] for row in rows), abs=0.02
    )
    assert rows[0].drivers["spike"] == pytest.approx(before[rows[0].day], rel=0.01)


@pytest.mark.parametrize("event", [spike(product=""), spike(expected=0.0), spike("p9"), spike(place="gz")])
def test_a_spike_of_everything_of_nothing_or_of_strangers_moves_no_row(event: DemandSpiked) -> None:
    shop, _ = night(*past())
    assert shop.hear(event) == []


def test_a_night_that_moves_the_week_tells_so() -> None:
    shop, first = night(*past())
    assert of_kind(first, ForecastChanged) == []
    shop.keep(
        DemandDay(product_id="p1", place="hz", day=(LAST + timedelta(days=n)).isoformat(), units=60, orders=9)
        for n in range(1, 8)
    )
    later = DayClosed(at=CLOSED + timedelta(days=7), shop="s", day=(LAST + timedelta(days=7)).isoformat())
    (event,) = of_kind(shop.hear(later), ForecastChanged)
    assert event.units_after > 2 * event.units_before


def test_a_new_product_borrows_from_its_neighbours() -> None:
    titles = {"p1": "Electric kettle 1.7 litres", "p2": "Silk summer dress", "new": "Electric kettle 1.5 litres"}
    goods = [Product(product_id=key, title=title) for key, title in titles.items()]
    _, said = night(*past(), *past("p2", times=10, seed=1), *goods, StockLevel(product_id="new", place="hz", on_hand=9))
    rows = [row for row in of_kind(said, Forecast) if row.product_id == "new"]
    kettle = sum(row.mean for row in of_kind(said, Forecast) if row.product_id == "p1")
    assert len(rows) == HORIZON
    assert rows[0].model == "neighbours:p1"
    assert 0.5 * kettle < sum(row.mean for row in rows) < 2 * kettle


def test_what_an_override_was_worth_is_told_when_its_day_is_over() -> None:
    shop, said = night(*past())
    first = of_kind(said, Forecast)[0]
    shop.keep(
        [
            ForecastOverride(product_id="p1", place="hz", day=first.day, units=30.0, by="li", reason="a live show"),
            DemandDay(product_id="p1", place="hz", day=first.day, units=28, orders=9),
        ]
    )
    later = shop.hear(DayClosed(at=CLOSED + timedelta(days=1), shop="s", day=first.day))
    (worth,) = of_kind(later, ForecastValue)
    assert (worth.sold, worth.override, worth.by) == (28.0, 30.0, "li")
    assert worth.added == pytest.approx(abs(first.mean - 28) - 2, abs=0.001)


def test_demand_is_answered_with_overrides_and_beyond_the_last_day() -> None:
    shop, said = night(*past())
    rows = of_kind(said, Forecast)
    shop.keep([ForecastOverride(product_id="p1", place="hz", day=rows[1].day, units=99.0)])
    told = DemandModel().answer_at(Demand(product_id="p1", place="hz", days=HORIZON + 7), 0, shop.read).value
    assert told.first == rows[0].day
    assert told.mean[0] == rows[0].mean
    assert told.mean[1] == 99.0
    assert told.mean[HORIZON] == rows[HORIZON - 7].mean
    assert told.quantiles[0][3] == rows[0].q50


def test_an_override_that_was_taken_back_counts_no_more() -> None:
    shop, said = night(*past())
    rows = of_kind(said, Forecast)
    gone = [ForecastOverride(product_id="p1", place="hz", day=row.day, units=None, reason="no show") for row in rows]
    shop.keep([*gone, DemandDay(product_id="p1", place="hz", day=rows[0].day, units=3)])
    told = DemandModel().answer_at(Demand(product_id="p1", place="hz", days=HORIZON), 0, shop.read).value
    assert list(told.mean) == [row.mean for row in rows]
    later = shop.hear(DayClosed(at=CLOSED + timedelta(days=1), shop="s", day=rows[0].day))
    assert of_kind(later, ForecastValue) == []


def test_what_if_goes_by_the_learned_effect() -> None:
    promoted = [(LAST - timedelta(days=n)).isoformat() for n in range(3, 80, 9)]
    sold = [
        DemandDay(**{**{f: getattr(row, f) for f in row.__struct_fields__}, "units": row.units * 3})
        if row.day in promoted
        else row
        for row in past()
    ]
    known = [KnownDay(kind="promotion", product_id="p1", day=day, value=0.5) for day in promoted]
    shop, said = night(*sold, *known)
    (state,) = of_kind(said, ForecastState)
    times = np.exp(state.effects["promotion"] * -np.log(0.5))
    assert 1.8 < times < 3.5
    plain = DemandModel().answer_at(Demand(product_id="p1", place="hz", days=3), 0, shop.read).value
    second = (LAST + timedelta(days=2)).isoformat()
    asked = Demand(product_id="p1", place="hz", days=3, changes=(Change("promotion", 0.5, second, second),))
    changed = DemandModel().answer_at(asked, 0, shop.read).value
    assert changed.mean[0] == plain.mean[0]
    assert changed.mean[1] == pytest.approx(plain.mean[1] * times, rel=0.01)
    told = changed.why[-1]
    assert (told.name, told.basis) == ("promotion", "learned")
    assert told.units == pytest.approx(changed.mean[1] - plain.mean[1], abs=0.01)
    assert "促销" in told.text.zh


def test_paths_are_joint_and_follow_the_forecast() -> None:
    shop, said = night(*past(), *past("p2", seed=1))
    keys = (("p1", "hz"), ("p2", "hz"), ("p9", "hz"))
    told = PathsModel().answer_at(DemandPaths(keys=keys, days=7, paths=400, seed=3), 0, shop.read).value
    units = np.array(told.units)
    assert units.shape == (3, 400, 7)
    mine = [row.mean for row in of_kind(said, Forecast) if row.product_id == "p1"][:7]
    np.testing.assert_allclose(units[0].mean(axis=0), mine, rtol=0.2)
    assert (units[2] == 0).all()
    assert PathsModel().answer_at(DemandPaths(keys=keys, days=7, paths=400, seed=3), 0, shop.read).value == told


def test_of_what_is_not_known_nothing_is_said() -> None:
    told = DemandModel().answer(Demand(product_id="p9", place="hz"))
    assert (told.value.made_on, told.value.mean, told.confidence) == ("", (), 0.0)
    assert PathsModel().answer(DemandPaths(keys=(("p9", "hz"),), days=2, paths=1)).value.units == (((0.0, 0.0),),)


@pytest.mark.parametrize("days", [0, 367])
def test_days_that_no_forecast_reaches_are_refused(days: int) -> None:
    with pytest.raises(Refused, match=r"demand\.asked"):
        DemandModel().answer(Demand(product_id="p1", place="hz", days=days))


def test_more_paths_than_memory_holds_are_refused() -> None:
    with pytest.raises(Refused, match=r"demand\.asked"):
        PathsModel().answer(DemandPaths(keys=(("p1", "hz"),), days=28, paths=10_000_000))
