"""The market around the shop: its plans and its weather act on demand as stated, and what is known of them is said."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import OrderLine, OrderPlaced
from linkloop.commerce.plans import LiveShow, Promotion
from linkloop.commerce.weather import Weather
from linkloop.worlds.sim import climate
from linkloop.worlds.sim.faults import Typhoon
from linkloop.worlds.sim.picture import restore, take
from linkloop.worlds.sim.places import REGIONS
from linkloop.worlds.sim.plans import AHEAD_DAYS, Plans, lift_of
from linkloop.worlds.sim.town import A_MONDAY, Town
from tests.worlds.sim.test_town import wire

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = A_MONDAY.astimezone(ZONE).date()


def rows(town: Town, kind: type, days: float) -> list:
    return [row for told in town.run_until(A_MONDAY + timedelta(days=days)) for row in told.said if type(row) is kind]


def test_without_a_market_the_town_is_as_it_was() -> None:
    until = A_MONDAY + timedelta(hours=4)
    assert wire(list(Town(5, 200).run_until(until))) == wire(list(Town(5, 200, market=False).run_until(until)))
    assert rows(Town(5, 200), Promotion, 1) == []


def test_what_is_planned_is_said_two_weeks_ahead_and_once() -> None:
    said = rows(Town(5, 20, market=True), Promotion, 3.01)
    plans = Plans(5, [product.product_id for product in Town(5).catalog.products])
    wanted = [row for n in range(AHEAD_DAYS + 3) for row in plans.rows(FIRST + timedelta(days=n), ZONE)]
    assert said == [row for row in wanted if isinstance(row, Promotion)]
    assert len(said) > 5


def test_a_deeper_promotion_stands_over_another() -> None:
    plans = Plans(1, [f"p{n}" for n in range(3)])
    for n in range(60):
        day = date(2026, 1, 1) + timedelta(days=n)
        begun = [plans.begins(day - timedelta(days=back)) for back in range(3)]
        wanted: dict[int, float] = defaultdict(float)
        for one in begun:
            if one is not None:
                wanted[one[0]] = max(wanted[one[0]], one[1])
        assert plans.discounts(day) == dict(wanted)


def test_promotions_of_the_past_sold_as_much_more_as_is_stated_at_their_discount() -> None:
    town = Town(3, 1200, festivals=False, market=True)
    past = town.warm_up(60)
    number = town.catalog.number
    units: dict[tuple[str, str], int] = defaultdict(int)
    paid: dict[tuple[str, str], set[int]] = defaultdict(set)
    for line in past[OrderLine]:
        assert isinstance(line, OrderLine)
        day = line.sold_at.astimezone(ZONE).date().isoformat()
        units[line.product_id, day] += line.quantity
        paid[line.product_id, day].add(line.price.amount)
    shown = {(row.product_id, row.day) for row in past[LiveShow] if isinstance(row, LiveShow)}
    days = [FIRST - timedelta(days=n) for n in range(1, 61)]
    on, usual, lifts = 0.0, 0.0, []
    for day in days:
        for product, discount in town.plans.discounts(day).items():
            name = town.catalog.products[product].product_id
            mean = np.mean([units[name, d.isoformat()] for d in days if product not in town.plans.discounts(d)
                            and (name, d.isoformat()) not in shown])  # fmt: skip
            if mean < 9 or (name, day.isoformat()) in shown:
                continue
            on, usual = on + units[name, day.isoformat()], usual + mean * lift_of(discount)
            assert paid[name, day.isoformat()] == {round(town.catalog.fen[number[name]] * (1 - discount))}
            lifts.append(discount)
    assert len(lifts) > 20
    assert on / usual == pytest.approx(1.0, abs=0.08)


def test_a_product_in_a_show_is_wanted_five_times_as_much_while_it_lasts() -> None:
    town = Town(3, 20, market=True)
    tuesday = datetime.combine(FIRST + timedelta(days=1), datetime.min.time(), ZONE)
    shown = town.plans.shown(tuesday.date())
    assert shown
    before = [town.demand.weights[product] for product in shown]
    list(town.run_until(tuesday + timedelta(hours=20, minutes=1)))
    on = [town.demand.weights[product] for product in shown]
    list(town.run_until(tuesday + timedelta(hours=22, minutes=1)))
    after = [town.demand.weights[product] for product in shown]
    plain = [town.catalog.weights[product] for product in shown]
    promoted = town.plans.discounts(tuesday.date())
    base = [w * lift_of(promoted.get(p, 0.0)) for w, p in zip(plain, shown, strict=True)]
    np.testing.assert_allclose(on, 5 * np.array(base))
    np.testing.assert_allclose(after, base)
    assert len(before) == len(base)


def test_a_promoted_product_is_paid_less() -> None:
    town = Town(4, 3000, market=True)
    sold = [line for event in rows(town, OrderPlaced, 0.4) for line in event.lines]
    discounts = town.plans.discounts(FIRST)
    hit = 0
    for line in sold:
        product = town.catalog.number[line.product_id]
        share = discounts.get(product, 0.0)
        hit += share > 0
        assert line.price.amount == round(town.catalog.fen[product] * (1 - share))
    assert hit > 0


def test_weather_is_forecast_for_a_week_and_then_observed() -> None:
    said = rows(Town(5, 20, market=True), Weather, 2.01)
    observed = [row for row in said if row.told == "observed"]
    assert {(row.region, row.day) for row in observed} == {
        (region, (FIRST + timedelta(days=n)).isoformat()) for region in REGIONS for n in (0, 1)
    }
    told = {(row.region, row.day) for row in said if row.told == "forecast"}
    assert len(told) == 7 * 9
    for row in observed:
        assert abs(row.temperature_c - climate.normal(row.region, date.fromisoformat(row.day))) < 15


def test_a_typhoon_empties_its_region_and_is_forecast_while_it_stays() -> None:
    calm, struck = (Town(6, 3000, market=True) for _ in range(2))
    struck.inject(Typhoon(region="华东", minutes=48 * 60))
    found = []
    for town in (calm, struck):
        told = [row for said in town.run_until(A_MONDAY + timedelta(hours=24, seconds=1)) for row in said.said]
        newcomers = sum(row.region == "华东" for row in told if isinstance(row, Customer))
        (day,) = [row for row in told if isinstance(row, Weather) and row.region == "华东" and row.told == "observed"]
        warned = {row.day for row in told if isinstance(row, Weather) and row.region == "华东" and row.warning == 4}
        assert warned == ({FIRST.isoformat(), (FIRST + timedelta(days=1)).isoformat()} if town is struck else set())
        found.append((newcomers, day.precipitation_mm))
    rainy = found[0][1] / climate.RAIN_MM / climate.STEPS_A_DAY
    usual = 1 + (climate.RAIN_LIFT - 1) * rainy
    assert found[1][0] / found[0][0] == pytest.approx(climate.TYPHOON_LIFT / usual, abs=0.06)
    assert found[1][1] == climate.TYPHOON_MM * (climate.STEPS_A_DAY - 1)  # the sky was clear as the day began


def test_a_town_with_a_market_goes_on_from_its_picture() -> None:
    whole, cut = (Town(8, 60, market=True) for _ in range(2))
    list(cut.run_until(A_MONDAY + timedelta(hours=30)))
    again, pending, _ = restore(take(cut, [], 1))
    assert pending == []
    list(whole.run_until(A_MONDAY + timedelta(hours=30)))
    until = A_MONDAY + timedelta(hours=60)
    assert wire(list(again.run_until(until))) == wire(list(whole.run_until(until)))
