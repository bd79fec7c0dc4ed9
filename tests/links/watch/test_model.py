"""The detector: how seldom it cries wolf, and how soon it sees a spike, a lull and a failing provider."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from linkloop.commerce.watching import Recent, Season
from linkloop.links.watch import model
from tests.links.watch.simulated import SHAPE, alarms, minutes, season

NOON = 12 * 60


@pytest.mark.parametrize(("a_day", "learned"), [(200, 1), (1000, 0), (1000, 28)])
def test_thirty_ordinary_days_open_no_false_alert(a_day: int, learned: int) -> None:
    known = season(learned, a_day, 1) if learned else None
    assert alarms(minutes(30, a_day, 2), known, model.spike, model.OPEN_SHOP, learned * 1440) == []


def test_ten_ordinary_days_show_no_lull() -> None:
    assert alarms(minutes(10, 500, 3), season(7, 500, 1), model.lull, model.OPEN_SHOP, 7 * 1440) == []


@pytest.mark.parametrize(
    ("a_day", "times", "median", "latest"), [(1000, 3, 12, 30), (1000, 5, 5, 8), (10_000, 3, 3, 5)]
)
def test_a_spike_at_noon_is_seen_within_minutes(a_day: int, times: int, median: int, latest: int) -> None:
    known = season(28, a_day, 1)
    delays: list[int] = []
    for seed in range(9):
        counts = minutes(1, a_day, 100 + seed)[: NOON + 120]
        counts[NOON:] = np.random.default_rng(seed).poisson(SHAPE[NOON : NOON + 120] * a_day * times)
        delays += [n - NOON + 1 for n in alarms(counts, known, model.spike, model.OPEN_SHOP, 28 * 1440)[:1]]
    assert len(delays) == 9
    assert min(delays) > 0
    assert sorted(delays)[4] <= median
    assert max(delays) <= latest


def test_a_shop_that_stops_selling_at_noon_is_seen_within_the_hour() -> None:
    counts = minutes(1, 1000, 5)[: NOON + 90]
    counts[NOON:] = 0
    found = alarms(counts, season(28, 1000, 1), model.lull, model.OPEN_SHOP, 28 * 1440)
    assert len(found) == 1
    assert 25 <= found[0] - NOON <= 55


def test_silence_before_we_listened_is_no_lull_and_without_a_season_there_is_none() -> None:
    quiet = Recent(metric="orders", since=40_320 + NOON, heard=40_320 + NOON + 59)
    known = season(28, 1000, 1)
    assert model.lull(quiet, known, 40_320 + NOON + 58) is None
    verdict = model.lull(quiet, known, 40_320 + NOON + 59)
    assert verdict is not None
    assert (verdict.window, verdict.observed) == (60, 0)
    assert model.lull(quiet, None, 40_320 + NOON + 200) is None


def test_without_a_season_a_window_is_held_against_the_hours_before_it_once_there_is_one_hour() -> None:
    recent = Recent(
        metric="orders", minutes=tuple(range(100, 165)), counts=(1,) * 65, of=(0,) * 65, money=(0,) * 65, since=100
    )
    assert model.usual(recent, None, 163, 5) is None
    assert model.usual(recent, None, 164, 5) == (60.5 / 60 * 5, 0.25 + 1 / 60.5)


def tried(every: list[tuple[int, int]], first: int = 1000) -> Recent:
    """`every` minute's (succeeded, tried)."""
    return Recent(
        metric="provider:alipay",
        minutes=tuple(range(first, first + len(every))),
        counts=tuple(good for good, _ in every),
        of=tuple(n for _, n in every),
        money=(0,) * len(every),
    )


KNOWN = Season(metric="provider:alipay", slot_minutes=1440, levels=(0.97,), seen=(20_000,))


@pytest.mark.parametrize(("per_minute", "latest"), [(0.5, 60), (2.0, 20), (10.0, 6)])
def test_a_provider_that_falls_from_97_to_60_percent_is_seen(per_minute: float, latest: int) -> None:
    delays: list[int] = []
    for seed in range(15):
        rng = np.random.default_rng(seed)
        every: list[tuple[int, int]] = []
        for minute in range(240):
            n = int(rng.poisson(per_minute))
            every.append((int(rng.binomial(n, 0.97 if minute < 120 else 0.60)), n))
            verdict = model.payments_failing(tried(every), KNOWN, 1000 + minute)
            if verdict is not None and verdict.p_value <= model.OPEN_PAYMENTS:
                delays.append(minute - 119)
                break
    assert len(delays) == 15
    assert min(delays) > 0
    assert sorted(delays)[7] <= latest


@pytest.mark.parametrize("known", [KNOWN, None])
def test_thirty_days_of_a_sound_provider_open_no_alert(known: Season | None) -> None:
    rng = np.random.default_rng(8)
    n = rng.poisson(1.0, 30 * 1440)
    good = rng.binomial(n, 0.97)
    opened = 0
    for last in range(60, len(n)):
        if good[last] == n[last]:
            continue  # only a failure can make it look worse
        window = [(int(g), int(m)) for g, m in zip(good[last - 59 : last + 1], n[last - 59 : last + 1], strict=True)]
        verdict = model.payments_failing(tried(window), known, 1059)
        opened += verdict is not None and verdict.p_value <= model.OPEN_PAYMENTS
    assert opened == 0


def test_the_p_value_of_a_provider_is_the_beta_binomial_tail_of_its_window() -> None:
    rate, weight = model.provider_rate(KNOWN)
    assert rate == pytest.approx((0.97 * 20_000 + 0.95 * 20) / 20_020)
    assert weight == 400
    verdict = model.payments_failing(tried([(1, 2)] * 10), KNOWN, 1009)
    assert verdict is not None
    assert (verdict.window, verdict.observed, verdict.of) == (10, 10, 20)
    theirs = stats.betabinom(20, (1 - rate) * weight, rate * weight).sf(9)
    assert verdict.p_value == pytest.approx(theirs, rel=1e-9)
    assert not model.payments_well(tried([(1, 2)] * 10), KNOWN, 1009)
    assert model.payments_well(tried([(1, 2)] * 10 + [(2, 2)] * 10), KNOWN, 1019)
    assert model.payments_well(tried([(1, 2)] * 10), KNOWN, 1100)
    assert model.provider_rate(None) == (0.95, 60.0)


def test_a_product_is_held_against_its_own_pace_and_the_shops_day() -> None:
    shop = season(28, 1000, 1)
    product = Season(metric="product:p1", slot_minutes=1440, levels=(10.0,), seen=(280,))
    last = 28 * 1440 + NOON + 14
    share = float(SHAPE[NOON : NOON + 15].sum())

    def sold(lines: int) -> Recent:
        return Recent(
            metric="product:p1", minutes=tuple(range(last - lines + 1, last + 1)), counts=(1,) * lines, of=(2,) * lines
        )

    assert model.product_spike(sold(4), product, shop, last) is None
    verdict = model.product_spike(sold(7), product, shop, last)
    assert verdict is not None
    assert (verdict.window, verdict.observed, verdict.of) == (15, 14, 7)
    assert verdict.expected == pytest.approx(10 * share * 2, rel=0.1)  # units: two a line
    assert verdict.p_value < model.OPEN_PRODUCT
    doubted = Season(metric="product:p1", slot_minutes=1440, levels=(10.0,), seen=(2,))
    unsure = model.product_spike(sold(7), doubted, shop, last)
    assert unsure is not None
    assert unsure.p_value > 50 * verdict.p_value
    assert (
        model.product_spike(sold(7), product, Season(metric="orders", slot_minutes=30, levels=(), seen=()), last)
        is None
    )


def test_windows_count_their_own_minutes_only() -> None:
    recent = Recent(metric="orders", minutes=(10, 12, 13), counts=(1, 2, 4), of=(0, 1, 1), money=(5, 6, 7))
    assert model.window(recent, 13, 2) == (6, 2, 13)
    assert model.window(recent, 13, 4) == (7, 2, 18)
    assert model.window(recent, 12, 3) == (3, 1, 11)
    assert model.window(recent, 11, 1) == (0, 0, 0)
    assert model.window(Recent(metric="orders"), 11, 60) == (0, 0, 0)
