"""Arrival times: learned from parcels that arrived, calibrated, moved by weather, honest before any data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from linkloop.commerce.catalog import Product  # noqa: F401  (the link's SQL reads its table)
from linkloop.commerce.lanes import Destination, Lane
from linkloop.commerce.orders import OrderLine  # noqa: F401  (the link's SQL reads its table)
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.stock import Place
from linkloop.commerce.time import DayClosed
from linkloop.commerce.transit import Arrival, ArrivalTime, TransitEffect, TransitErrors
from linkloop.commerce.weather import Weather
from linkloop.core.errors import Refused
from linkloop.links.network import errors, link, transit
from linkloop.links.network.arriving import ArrivalModel
from tests.links.context import MemoryShop, of_kind

BEGUN = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday
SITES = (
    Place(place="E", region="华东", latitude=31.4, longitude=121.0),
    Destination(destination="上海", region="华东", latitude=31.23, longitude=121.47),
    Destination(destination="广州", region="华南", latitude=23.13, longitude=113.26),
)
DAY = timedelta(days=1)


def parcels(count: int, destination: str, carrier: str, median: float, *, seed: int = 0, promise: float | None = None,
            sigma: float = 0.25, begun: datetime = BEGUN) -> list[Parcel]:  # fmt: skip
    draw = np.random.default_rng(seed)
    found = []
    for n in range(count):
        left = begun + timedelta(hours=3 * n)
        days = median * float(np.exp(sigma * draw.standard_normal()))
        found.append(
            Parcel(parcel_id=f"{destination}{carrier}{n:04d}", order_id=f"o{n}", carrier=carrier, status="delivered",
                   origin="E", destination=destination, shipped_at=left, delivered_at=left + days * DAY,
                   promised_at=None if promise is None else left + promise * DAY)
        )  # fmt: skip
    return found


def learned(*rows, nights: int = 1) -> MemoryShop:
    shop = MemoryShop(link, (*SITES, *rows))
    for n in range(nights):
        at = BEGUN + timedelta(days=90 + n)
        shop.hear(DayClosed(at=at, shop="s", day=at.date().isoformat()))
    return shop


def asked(shop: MemoryShop, destination: str = "上海", carrier: str = "sf", **more) -> Arrival:
    question = ArrivalTime(origin="E", destination=destination, carrier=carrier,
                           shipped_at=more.pop("shipped_at", BEGUN + timedelta(days=100)), **more)  # fmt: skip
    return ArrivalModel().answer_at(question, 0, shop.read).value


def at(found: Arrival, level: float) -> float:
    return found.quantiles[found.levels.index(level)]


def test_before_any_parcel_has_arrived_the_distance_speaks_and_says_so() -> None:
    shop = MemoryShop(link, SITES)
    near, far = asked(shop), asked(shop, "广州")
    assert near.parcels == 0
    assert "no parcel has been learned from" in near.reasons[0].en
    assert at(near, 0.5) == pytest.approx(transit.PICKUP_DAYS + 48.4 / 700, rel=0.03)
    assert at(far, 0.5) > 2 * at(near, 0.5)
    assert at(near, 0.1) < at(near, 0.5) < at(near, 0.9) < at(near, 0.99)
    nothing = ArrivalModel().answer(ArrivalTime(origin="x", destination="y", shipped_at=BEGUN)).value
    assert nothing.quantiles[3] == pytest.approx(transit.UNKNOWN_DAYS, rel=0.03)


def test_what_arrived_decides_and_a_new_carrier_is_less_sure() -> None:
    shop = learned(*parcels(400, "上海", "sf", 2.0), *parcels(60, "上海", "ems", 4.0, seed=1))
    sf, ems, new = asked(shop), asked(shop, carrier="ems"), asked(shop, carrier="nobody")
    assert at(sf, 0.5) == pytest.approx(2.0, rel=0.1)
    assert at(sf, 0.9) == pytest.approx(2.0 * np.exp(0.25 * 1.2816), rel=0.12)
    assert at(ems, 0.5) == pytest.approx(4.0, rel=0.2)
    assert at(new, 0.9) / at(new, 0.1) > at(sf, 0.9) / at(sf, 0.1)
    assert sf.parcels == 460
    assert any("carrier ems" in reason.en for reason in ems.reasons)


def test_eight_of_ten_arrive_within_the_range_that_was_told_before_they_left() -> None:
    shop, held = (
        learned(*parcels(600, "上海", "sf", 2.0, sigma=0.5)),
        parcels(2000, "上海", "sf", 2.0, sigma=0.5, seed=9),
    )
    found = asked(shop)
    days = np.array([(p.delivered_at - p.shipped_at) / DAY for p in held])
    inside = ((days >= at(found, 0.1)) & (days <= at(found, 0.9))).mean()
    assert inside == pytest.approx(0.8, abs=0.06)
    promised = asked(shop, promised_at=BEGUN + timedelta(days=103))
    assert promised.by_promise == pytest.approx((days <= 3).mean(), abs=0.06)


def test_a_promise_that_is_kept_to_the_day_is_foretold_to_the_day() -> None:
    exact = []
    for n in range(300):
        left = BEGUN + n * timedelta(hours=1)
        then = left + (10 + n % 40) * DAY
        exact.append(Parcel(parcel_id=f"x{n:03d}", order_id="o", carrier="sea", status="delivered", origin="E",
                            destination="广州", shipped_at=left, delivered_at=then, promised_at=then))  # fmt: skip
    shop = learned(*exact)
    found = asked(shop, "广州", "sea", promised_at=BEGUN + timedelta(days=137))
    assert at(found, 0.5) == pytest.approx(37.0, rel=0.01)
    assert at(found, 0.9) == pytest.approx(37.0, rel=0.02)


def test_a_parcel_that_is_not_there_yet_takes_longer_than_one_that_has_just_left() -> None:
    shop = learned(*parcels(400, "上海", "sf", 2.0))
    left = BEGUN + timedelta(days=100)
    waiting = asked(shop, now=left + 3 * DAY, promised_at=left + 2.5 * DAY)
    assert min(waiting.quantiles) >= 3.0
    assert waiting.by_promise == 0.0
    assert at(waiting, 0.5) > at(asked(shop), 0.9)


def test_a_red_warning_lengthens_before_any_was_seen_and_as_much_as_was_seen_then() -> None:
    red = [Weather(region="华东", day="2026-06-10", told="forecast", temperature_c=25.0, warning=4)]
    shop = learned(*parcels(300, "上海", "sf", 2.0), *red)
    warned = asked(shop, shipped_at=datetime(2026, 6, 9, 20, tzinfo=UTC))
    calm = asked(shop, shipped_at=datetime(2026, 6, 2, 20, tzinfo=UTC))
    assert at(warned, 0.5) / at(calm, 0.5) == pytest.approx(np.exp(0.7), rel=0.1)
    assert any("red weather warning" in reason.en for reason in warned.reasons)
    assert any("红色天气预警" in reason.zh for reason in warned.reasons)


def test_a_night_learns_each_parcel_once_and_only_touches_kinds_that_arrived() -> None:
    shop = learned(*parcels(50, "上海", "sf", 2.0))
    assert of_kind(shop.said, TransitErrors)
    before = len(shop.said)
    at_ = BEGUN + timedelta(days=95)
    assert shop.hear(DayClosed(at=at_, shop="s", day=at_.date().isoformat())) == []
    shop.keep(parcels(5, "广州", "ems", 3.0, begun=BEGUN + timedelta(days=96)))
    later = at_ + timedelta(days=20)
    said = shop.hear(DayClosed(at=later, shop="s", day=later.date().isoformat()))
    assert {row.name for row in of_kind(said, TransitEffect) if row.kind == "lane"} == {"E>广州"}
    (lane,) = [row for row in of_kind(said, TransitEffect) if row.kind == "lane"]
    assert lane.parcels == 5
    assert before > 0


def test_a_lane_says_what_was_agreed() -> None:
    shop = MemoryShop(link, (*SITES, Lane(origin="E", destination="上海", distance_km=48, transit_days=5.0)))
    assert at(asked(shop), 0.5) == pytest.approx(5.0, rel=0.03)


def test_times_that_cannot_be_are_refused_by_name() -> None:
    shop = MemoryShop(link, SITES)
    with pytest.raises(Refused) as caught:
        asked(shop, now=BEGUN)
    assert (caught.value.code, caught.value.where) == ("network.asked", "now")


def test_counts_shrink_towards_the_kind_above_and_fade() -> None:
    above = errors.bell(0.0, 1.0)
    assert above.sum() == pytest.approx(1.0)
    counts = None
    for _ in range(5000):
        counts = errors.add(counts, 2.0, 100.0)
    assert counts is not None
    assert counts.sum() == pytest.approx(100.0, rel=1e-6)
    mixed = errors.shrunk(above, [counts], trust=100.0)
    assert mixed[errors.bin_of(2.0)] == pytest.approx(0.5 + above[errors.bin_of(2.0)] / 2)
    assert errors.shrunk(above, [None]) is above
