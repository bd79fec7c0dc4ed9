"""Parcels: every paid order gets one, farther takes longer, about 8 % are late, weather makes more of them late."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from scipy import stats

from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel, ParcelDelayed, ParcelDelivered
from linkloop.commerce.payments import PaymentTried
from linkloop.worlds.sim.agenda import DAY, Agenda
from linkloop.worlds.sim.couriers import CARRIERS
from linkloop.worlds.sim.faults import Typhoon
from linkloop.worlds.sim.places import CITIES, DISTANCE, REGIONS, WAREHOUSES
from linkloop.worlds.sim.town import A_MONDAY, Town
from linkloop.worlds.sim.weather import STEP, Weather, rain_share
from tests.worlds.sim.conftest import Lived


def test_every_paid_order_gets_exactly_one_parcel(lived: Lived) -> None:
    paid = [event.order_id for event in lived.said(PaymentTried) if event.succeeded]
    packed = [parcel.order_id for parcel in lived.said(Parcel) if parcel.status == "packed"]
    assert packed == paid
    assert len(set(packed)) == len(packed)


def test_about_eight_percent_come_later_than_promised(lived: Lived) -> None:
    """8.1 % of the 96,470 delivered orders of the public Olist data set came after the estimated time."""
    arrived = lived.said(ParcelDelivered)
    assert sum(parcel.late_days > 0 for parcel in arrived) / len(arrived) == pytest.approx(0.081, abs=0.015)


def test_a_parcel_takes_a_day_and_a_quarter_in_the_mean_and_farther_takes_longer(lived: Lived) -> None:
    """Stated: 1.25 days in transit (three quarters of a day, and 850 km a day, by the speed of the carrier)."""
    city = {c.name: n for n, c in enumerate(CITIES)}
    place = {w.place: n for n, w in enumerate(WAREHOUSES)}
    done = {p.parcel_id: p for p in lived.said(Parcel) if p.status == "delivered"}
    days = {e.parcel_id: e.days for e in lived.said(ParcelDelivered)}
    far = [DISTANCE[place[p.origin]][city[p.destination]] for p in done.values()]
    took = [days[parcel_id] for parcel_id in done]
    assert sum(took) / len(took) == pytest.approx(1.25, abs=0.1)
    assert stats.spearmanr(far, took).statistic > 0.5


def test_carriers_get_their_shares(lived: Lived) -> None:
    counts = Counter(p.carrier for p in lived.said(Parcel) if p.status == "packed")
    expected = [CARRIERS[name][0] * counts.total() for name in CARRIERS]
    assert stats.chisquare([counts[name] for name in CARRIERS], expected).pvalue > 0.001


def test_the_rows_tell_the_same_story_as_the_events(lived: Lived) -> None:
    last = {parcel.parcel_id: parcel for parcel in lived.said(Parcel)}
    orders = {order.order_id: order.status for order in lived.said(Order)}
    for event in lived.said(ParcelDelivered):
        parcel = last[event.parcel_id]
        assert parcel.status == "delivered"
        assert parcel.delivered_at == event.at
        assert parcel.promised_at is not None
        assert (event.late_days > 0) == (event.at > parcel.promised_at)
        assert orders[event.order_id] in ("delivered", "returned")


def test_a_delay_is_announced_before_the_parcel_is_there_and_it_is_then_late(lived: Lived) -> None:
    arrived = {event.parcel_id: event for event in lived.said(ParcelDelivered)}
    delays = lived.said(ParcelDelayed)
    assert delays
    for delay in delays:
        if delay.parcel_id in arrived:
            assert delay.at < arrived[delay.parcel_id].at == delay.expected_at
            assert arrived[delay.parcel_id].late_days > 0


def test_a_typhoon_holds_up_the_parcels_of_its_region() -> None:
    def delays(typhoon: bool) -> Counter[str]:
        town = Town(seed=6, orders_per_day=150)
        list(town.run_until(A_MONDAY + timedelta(days=2)))
        if typhoon:
            town.inject(Typhoon(region="华南", minutes=24 * 60))
            assert town.status().weather["华南"] == "typhoon"
        said = town.run_until(A_MONDAY + timedelta(days=4))
        return Counter(e.cause for d in said for e in d.said if isinstance(e, ParcelDelayed))

    assert delays(False)["typhoon"] == 0
    assert delays(True)["typhoon"] > 20


def test_a_typhoon_of_a_day_is_over_after_some_days() -> None:
    town = Town(seed=6, orders_per_day=10)
    town.inject(Typhoon(region="东北", minutes=24 * 60))
    list(town.run_until(A_MONDAY + timedelta(hours=23)))
    assert town.weather.sky["东北"] == "typhoon"
    list(town.run_until(A_MONDAY + timedelta(days=6)))
    assert town.weather.sky["东北"] != "typhoon"


def test_it_rains_21_percent_of_the_time() -> None:
    """The long-run share of a two-state chain is a/(a+b) = 0.12/0.57; the standard error knows its autocorrelation."""
    winter = int(A_MONDAY.timestamp()) * 1_000_000 - 120 * DAY
    agenda = Agenda(winter)
    weather = Weather(agenda, 9, Town(seed=1).zone)
    rain, steps = 0, 480
    for n in range(1, steps + 1):
        agenda.step(winter + n * STEP)
        rain += sum(sky == "rain" for sky in weather.sky.values())
    count = steps * len(REGIONS)
    error = (rain_share() * (1 - rain_share()) / count * (1 + 0.43) / (1 - 0.43)) ** 0.5
    assert rain_share() == pytest.approx(0.2105, abs=1e-4)
    assert rain / count == pytest.approx(rain_share(), abs=4 * error)
