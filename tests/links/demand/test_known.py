"""What is known of the days: prices, promotions, live shows and weather are read from their tables and act."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from linkloop.commerce.catalog import Product
from linkloop.commerce.customers import Browsed
from linkloop.commerce.demand import Change, Demand, Forecast, ForecastState, KnownDay, TrafficDay
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.plans import LiveShow, Price, Promotion
from linkloop.commerce.stock import DemandDay, DemandSpiked, Place
from linkloop.commerce.time import DayClosed
from linkloop.commerce.watching import Alert
from linkloop.commerce.weather import Weather
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.links.demand import drift, known, link, traffic
from linkloop.links.demand.model import DemandModel
from linkloop.links.demand.panel import Panel
from linkloop.links.demand.policy import HORIZON
from tests.links.context import MemoryShop, of_kind

LAST = date(2026, 3, 29)
CLOSED = datetime(2026, 3, 29, 16, tzinfo=UTC)
KEYS = [("p1", "hz"), ("p2", "hz"), ("p1", "gz")]
DAYS = known.Days(LAST - timedelta(days=9), 14, 10, 480)


def on(n: int) -> str:
    """The day n days after the last one (negative: before)."""
    return (LAST + timedelta(days=n)).isoformat()


def sales(times: dict[str, float] | None = None, product: str = "p1", mean: float = 20.0) -> list[DemandDay]:
    draw = np.random.default_rng(3)
    lifted = times or {}
    return [
        DemandDay(product_id=product, place="hz", day=on(-n), units=int(draw.poisson(mean * lifted.get(on(-n), 1.0))))
        for n in range(84)
    ]


def night(*rows: Table) -> tuple[MemoryShop, list[Table]]:
    shop = MemoryShop(link, rows)
    return shop, shop.hear(DayClosed(at=CLOSED, shop="s", day=on(0), case_id="night"))


def test_the_price_list_tells_prices_that_were_and_that_will_be() -> None:
    prices = [
        Price(product_id="p1", since=since, price=Money(fen, "CNY"))
        for since, fen in ((on(-30), 1000), (on(-2), 800), (on(2), 1000))
    ]
    found = known.values(MemoryShop(link, prices), KEYS, DAYS)
    assert list(found) == ["price"]
    assert found["price"][0].tolist() == [1.0] * 7 + [0.8] * 4 + [1.0] * 3
    assert found["price"][2].tolist() == found["price"][0].tolist()
    assert (found["price"][1] == 1.0).all()


def test_without_a_price_list_what_was_paid_counts_but_not_in_a_promotion() -> None:
    paid = [
        OrderLine(order_id=f"o{n}", line_no=1, product_id="p1", quantity=1, price=Money(fen, "CNY"), place="hz",
                  sold_at=CLOSED - timedelta(days=n, hours=3))
        for n, fen in ((8, 1000), (6, 1000), (5, 1000), (3, 1200), (1, 500))
    ]  # fmt: skip
    shop = MemoryShop(
        link,
        [
            *paid,
            Product(product_id="p1", price=Money(1100, "CNY")),
            Promotion(promotion_id="m", product_id="p1", since=on(-1), until=on(-1), discount=0.5),
        ],
    )
    found = known.values(shop, KEYS, DAYS)
    assert found["price"][0].tolist() == [1.0] * 6 + [1.2] * 4 + [1.1] * 4
    assert found["promotion"][0].nonzero()[0].tolist() == [8]


def test_a_promotion_holds_for_its_category_at_its_place_and_a_cancelled_one_for_nobody() -> None:
    goods = [Product(product_id="p1", category="tea"), Product(product_id="p2", category="cups")]
    plans = [
        Promotion(promotion_id="a", category="tea", place="gz", since=on(1), until=on(2), discount=0.2),
        Promotion(promotion_id="b", since=on(2), until=on(3), discount=0.3, status="cancelled"),
    ]
    found = known.values(MemoryShop(link, [*goods, *plans]), KEYS, DAYS)["promotion"]
    assert found[2].tolist() == [0.0] * 10 + [0.2, 0.2, 0.0, 0.0]
    assert not found[:2].any()


def test_weather_counts_where_the_buyers_live() -> None:
    bought = [("o1", "华东", 3), ("o2", "华南", 1)]
    orders = [Order(order_id=o, customer_id="c", status="paid", placed_at=CLOSED, region=r) for o, r, _ in bought]
    lines = [
        OrderLine(order_id=o, line_no=1, product_id="p1", quantity=q, price=Money(9, "CNY"), place="hz", sold_at=CLOSED)
        for o, _, q in bought
    ]
    weather = [
        Weather(region="华东", day=on(1), told="forecast", temperature_c=33.0, precipitation_mm=8.0, wind_ms=30.0),
        Weather(region="华南", day=on(1), told="forecast", temperature_c=18.0),
        Weather(region="华东", day=on(2), told="forecast", temperature_c=20.0),
        Weather(region="华南", day=on(2), told="forecast", temperature_c=20.0),
    ]
    found = known.values(MemoryShop(link, [*orders, *lines, *weather, Place(place="gz", region="华南")]), KEYS, DAYS)
    tomorrow = {kind: value[0, 10] for kind, value in found.items()}
    assert tomorrow == {"rain": 6.0, "heat": 3.75, "storm": 0.75}
    assert found["rain"][2, 10:12].tolist() == [0.0, 0.0]  # nobody bought from there: the place's own region
    assert found["rain"][0, 12] == pytest.approx(3.0)  # nothing told: as usual


def test_what_the_shop_itself_knows_stands_over_what_tables_tell() -> None:
    rows: list[Table] = [
        LiveShow(show_id="l", product_id="p1", day=on(1), starts_at=CLOSED),
        KnownDay(kind="live_show", product_id="p1", place="hz", day=on(1), value=2.0),
    ]
    found = known.values(MemoryShop(link, rows), KEYS, DAYS)["live_show"]
    assert found[:, 10].tolist() == [2.0, 0.0, 1.0]


def test_a_live_show_ahead_lifts_its_day_by_what_earlier_shows_did_and_the_drivers_say_so() -> None:
    before = [on(-n) for n in range(4, 80, 9)]
    shows = [LiveShow(show_id=day, product_id="p1", day=day, starts_at=CLOSED) for day in (*before, on(3))]
    shop, said = night(*sales(dict.fromkeys(before, 2.5)), *shows)
    rows = of_kind(said, Forecast)
    assert [row.known for row in rows] == [{"live_show": 1.0} if row.day == on(3) else {} for row in rows]
    usual = float(np.median([row.mean for row in rows]))
    assert rows[2].mean == pytest.approx(2.5 * usual, rel=0.25)
    assert rows[2].drivers["live_show"] == pytest.approx(rows[2].mean - usual, rel=0.3)
    for row in rows:
        assert sum(row.drivers.values()) == pytest.approx(row.mean, abs=0.02)
    told = DemandModel().answer_at(Demand(product_id="p1", place="hz", days=7), 0, shop.read).value
    assert sum(part.units for part in told.why) == pytest.approx(sum(told.mean), abs=0.2)
    names = [part.name for part in told.why]
    assert names[0] == "level"
    assert "live_show" in names[:3]
    beyond = DemandModel().answer_at(Demand(product_id="p1", place="hz", days=HORIZON + 7), 0, shop.read).value
    assert max(beyond.mean[HORIZON:]) < 1.4 * usual


def test_a_spike_that_a_plan_explains_lifts_nothing_and_one_beyond_it_lifts_the_rest() -> None:
    before = [on(-n) for n in range(4, 80, 9)]
    plans = [
        Promotion(promotion_id=day, product_id="p1", since=day, until=day, discount=0.3) for day in (*before, on(1))
    ]
    shop, _ = night(*sales(dict.fromkeys(before, 2.5)), *plans)

    def spiked(observed: int) -> list[Table]:
        return shop.hear(
            DemandSpiked(at=CLOSED + timedelta(hours=9), product_id="p1", place="hz", observed=observed, expected=10.0,
                         window_minutes=60, p_value=1e-4)
        )  # fmt: skip

    assert spiked(22) == []
    first = of_kind(spiked(60), Forecast)[0]
    assert 0.2 < first.drivers["spike"] / (first.mean - first.drivers["spike"]) < 1.2  # not (6 − 1) / 2


def test_a_spike_in_a_planned_live_show_is_no_news() -> None:
    show = LiveShow(show_id="l", product_id="p1", day=on(1), starts_at=CLOSED + timedelta(hours=12))
    shop, _ = night(*sales(), show)
    spike = DemandSpiked(at=CLOSED + timedelta(hours=13), product_id="p1", place="hz", observed=80, expected=10.0,
                         window_minutes=60, p_value=1e-9)  # fmt: skip
    assert shop.hear(spike) == []


@pytest.mark.parametrize(
    ("kind", "value", "basis", "times"),
    [
        ("price", 0.9, "assumed", 0.9**-1.76),
        ("promotion", 0.2, "assumed", 0.8**-1.76),
        ("storm", 1.0, "unknown", 1.0),
        ("live_show", 1.0, "unknown", 1.0),
    ],
)
def test_what_never_was_is_assumed_or_said_to_be_unknown(kind: str, value: float, basis: str, times: float) -> None:
    shop, _ = night(*sales())
    asked = Demand(product_id="p1", place="hz", days=7, changes=(Change(kind, value),))  # type: ignore[arg-type]
    told = DemandModel().answer_at(asked, 0, shop.read).value
    plain = DemandModel().answer_at(Demand(product_id="p1", place="hz", days=7), 0, shop.read).value
    assert told.mean[2] == pytest.approx(plain.mean[2] * times, rel=0.001)
    assert (told.why[-1].name, told.why[-1].basis) == (kind, basis)


def test_the_first_promotion_ever_is_forecast_by_published_elasticities() -> None:
    plan = Promotion(promotion_id="m", product_id="p1", since=on(2), until=on(2), discount=0.3)
    _, said = night(*sales(), plan)
    rows = of_kind(said, Forecast)
    usual = float(np.median([row.mean for row in rows]))
    assert rows[1].mean / usual == pytest.approx(0.7**-1.76, rel=0.15)
    assert "promotion" not in of_kind(said, ForecastState)[0].effects


def visit(day: int, *viewed: str, carted: tuple[str, ...] = (), n: int = 0) -> Browsed:
    return Browsed(at=CLOSED + timedelta(days=day, hours=-6), session_id=f"{day}:{n}", viewed=viewed, carted=carted)


def test_visits_are_counted_by_shop_day_once() -> None:
    visits = [visit(0, "p1", "p1", "p2", carted=("p2",)), visit(0, "p1", n=1), visit(-60, "p1"), visit(1, "p1")]
    shop, said = night(*sales(), *visits)
    assert of_kind(said, TrafficDay) == [
        TrafficDay(product_id="p1", day=on(0), views=2), TrafficDay(product_id="p2", day=on(0), views=1, carts=1)
    ]  # fmt: skip
    later = shop.hear(DayClosed(at=CLOSED + timedelta(days=1), shop="s", day=on(1)))
    assert of_kind(later, TrafficDay) == [TrafficDay(product_id="p1", day=on(1), views=1)]


def test_visits_tell_the_level_of_what_sells_rarely() -> None:
    draw = np.random.default_rng(1)
    rate = np.concatenate([np.full(70, 40.0), np.full(14, 120.0)])
    views = draw.poisson(rate, (30, 84)).astype(float)
    units = draw.poisson(views * 0.02).astype(float)
    panel = Panel(units, np.ones(units.shape, bool), 7, views=views)
    said = traffic.by_views(panel, units, np.ones((1, 84)), 7)
    assert said.mean() == pytest.approx(2.4, rel=0.15)
    blind = traffic.by_views(panel._replace(views=None), units, np.ones((1, 84)), 7)
    assert np.abs(said - 2.4).mean() < 0.5 * np.abs(blind - 2.4).mean()


def drifting(value: float, told: str = "") -> ForecastState:
    return ForecastState(product_id="p1", place="hz", trained_to=on(0), segment="smooth", drift=value, told=told)


def test_drift_is_told_once_and_is_over_when_it_is_small() -> None:
    shop = MemoryShop(link)
    event = DayClosed(at=CLOSED, shop="s", day=on(0))
    seen: list[tuple[list[str], str]] = []
    for value in (3.9, -4.1, -3.0, -4.5, -1.9, 3.0):
        alerts, states = drift.told(shop, event, [drifting(value)], np.array([10.0]))
        shop.keep(alerts)
        seen.append(([one.status for one in alerts], states[0].told))
    assert seen == [([], ""), (["open"], on(0)), ([], on(0)), ([], on(0)), (["over"], ""), ([], "")]
    (alert,) = shop.rows[Alert].values()
    assert isinstance(alert, Alert)
    assert "重新" in alert.text.zh


def test_of_what_hardly_sells_no_drift_is_told() -> None:
    event = DayClosed(at=CLOSED, shop="s", day=on(0))
    assert drift.told(MemoryShop(link), event, [drifting(9.0)], np.array([6.9]))[0] == []


def test_only_the_largest_drifts_of_a_night_are_told() -> None:
    event = DayClosed(at=CLOSED, shop="s", day=on(0))
    states = [ForecastState(product_id=f"p{n}", place="hz", trained_to=on(0), segment="smooth", drift=9.0)
              for n in range(9)]  # fmt: skip
    alerts, _ = drift.told(MemoryShop(link), event, states, 7.0 + np.arange(9.0))
    assert [one.alert_id for one in alerts] == [f"forecast:p{n}|hz" for n in (8, 7, 6, 5, 4)]
