"""The watch link: counts by the minute, opens an alert once, says so once, and ends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from linkloop.commerce.customers import Browsed
from linkloop.commerce.loop import FileImported
from linkloop.commerce.orders import LineSold, Order, OrderLine, OrderPlaced
from linkloop.commerce.payments import PaymentsFailing, PaymentTried
from linkloop.commerce.stock import DemandSpiked
from linkloop.commerce.time import DayClosed, MinutePassed
from linkloop.commerce.watching import Alert, MinuteCount, Part, Recent, Season
from linkloop.core.event import Event
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.links.watch import link
from linkloop.links.watch.counting import push
from tests.links.context import MemoryShop, of_kind
from tests.links.watch.simulated import SHAPE

START = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def cny(fen: int) -> Money:
    return Money(fen, "CNY")


def order(n: int, at: datetime, product: str = "p1", quantity: int = 1, place: str = "hz") -> OrderPlaced:
    line = LineSold(product, quantity, cny(1000))
    return OrderPlaced(
        id=f"o{n}", at=at, order_id=f"o{n}", customer_id="c", place=place, lines=(line,), total=cny(1000 * quantity)
    )


def paid(n: int, at: datetime, provider: str, succeeded: bool) -> PaymentTried:
    return PaymentTried(id=f"t{n}", at=at, order_id=f"o{n}", provider=provider, amount=cny(500), succeeded=succeeded)


def past(days: int, a_day: float, products: int = 50) -> Iterator[Table]:
    """Rows of ordinary days before START, a line each, spread over products."""
    rng = np.random.default_rng(4)
    begin = START - timedelta(days=days)
    n = 0
    for minute, count in enumerate(rng.poisson(np.tile(SHAPE * a_day, days))):
        for _ in range(count):
            n += 1
            at = begin + minute * MINUTE
            yield Order(order_id=f"h{n}", placed_at=at)
            yield OrderLine(
                order_id=f"h{n}", line_no=1, product_id=f"p{n % products}", quantity=1, price=cny(1000), sold_at=at
            )


def day(minutes: int, a_day: float, begin: datetime, *, lift: tuple[int, int, float] = (0, 0, 1.0)) -> list[Event]:
    """Ordinary orders of some minutes with MinutePassed after each; `lift` multiplies a stretch of product p7."""
    rng = np.random.default_rng(9)
    events: list[Event] = []
    n = 0
    for minute in range(minutes):
        at = begin + minute * MINUTE
        first, last, times = lift
        usual = int(rng.poisson(SHAPE[minute % 1440] * a_day))
        more = int(rng.poisson(SHAPE[minute % 1440] * a_day * (times - 1))) if first <= minute < last else 0
        for k in range(usual + more):
            n += 1
            events.append(order(n, at + timedelta(seconds=5), f"p{n % 50}" if k < usual else "p7", 2))
        events.append(MinutePassed(id=f"m{minute}", at=at + MINUTE, shop="s", case_id=f"case{minute}"))
    return events


def test_events_add_up_in_the_minute_in_which_they_happened() -> None:
    shop = MemoryShop(link)
    at = START + timedelta(seconds=30)
    shop.hear(order(1, at, "p1", 2), order(2, at, "p1", 3), order(3, at, "a|b", 1, "sh"), order(4, at + MINUTE))
    shop.hear(paid(1, at, "alipay", True), paid(2, at, "alipay", False), paid(3, at, "wechat", False))
    shop.hear(Browsed(at=at, session_id="s1", carted=("p1",)), Browsed(at=at, session_id="s2"))
    rows = {(row.metric, row.minute): row for row in shop.rows[MinuteCount].values() if isinstance(row, MinuteCount)}
    assert rows["orders", START] == MinuteCount(
        metric="orders",
        minute=START,
        count=3,
        money=cny(6000),
        parts={"p1|hz": Part(count=2, of=5), "a%7Cb|sh": Part(count=1, of=1)},
    )
    assert rows["orders", START + MINUTE].count == 1
    assert rows["payments", START] == MinuteCount(
        metric="payments",
        minute=START,
        count=1,
        of=3,
        money=cny(1000),
        parts={"alipay": Part(count=1, of=2, money=500), "wechat": Part(count=0, of=1, money=500)},
    )
    assert rows["visits", START] == MinuteCount(metric="visits", minute=START, count=2, of=1)


def test_a_currency_that_is_not_the_shops_counts_without_its_value() -> None:
    shop = MemoryShop(link)
    odd = OrderPlaced(at=START, order_id="x", customer_id="c", place="hz", lines=(), total=Money(9, "USD"))
    (_, row) = shop.hear(order(1, START), odd)
    assert isinstance(row, MinuteCount)
    assert (row.count, row.money) == (2, cny(1000))


def test_a_minute_that_comes_again_replaces_itself_and_old_minutes_fall_out() -> None:
    recent = push(Recent(metric="orders"), 500, Part(count=2))
    assert push(recent, 500, Part(count=2)) is recent
    late = push(push(recent, 502, Part(count=1)), 500, Part(count=3, of=1))
    assert (late.minutes, late.counts, late.of) == ((500, 502), (3, 1), (1, 0))
    early = push(late, 501, Part(count=9))
    assert (early.minutes, early.counts) == ((500, 501, 502), (3, 9, 1))
    assert push(early, 681, Part(count=5)).minutes == (502, 681)


def test_a_quiet_minute_says_only_that_the_shop_was_heard() -> None:
    shop = MemoryShop(link, past(2, 200))
    first = shop.hear(MinutePassed(at=START + MINUTE, shop="s"))
    assert of_kind(first, Season)[0].metric == "orders"
    again = shop.hear(MinutePassed(at=START + 2 * MINUTE, shop="s"))
    minute = int(START.timestamp()) // 60
    assert again == [Recent(metric="orders", since=minute, heard=minute + 1)]


def test_an_ordinary_day_opens_nothing() -> None:
    shop = MemoryShop(link, past(14, 1000))
    said = shop.hear(*day(1440, 1000, START))
    assert of_kind(said, Alert) == []
    assert of_kind(said, DemandSpiked) == []


def test_a_product_that_spikes_and_lifts_the_shop_is_said_once_for_each_and_ends() -> None:
    shop = MemoryShop(link, past(14, 1000))
    shop.hear(*day(15 * 60, 1000, START, lift=(12 * 60, 13 * 60, 4.0)))
    spikes = of_kind(shop.said, DemandSpiked)
    assert sorted(spike.product_id for spike in spikes) == ["", "p7"]
    product = next(spike for spike in spikes if spike.product_id)
    assert product.place == "hz"
    assert START + timedelta(hours=12) < product.at < START + timedelta(hours=12, minutes=10)
    assert product.observed > 3 * product.expected
    assert product.p_value < 1e-7

    alerts = of_kind(shop.said, Alert)
    assert sorted((a.metric, a.status) for a in alerts) == [
        ("orders", "open"),
        ("orders", "over"),
        ("product:p7", "open"),
        ("product:p7", "over"),
    ]
    opened = next(a for a in alerts if a.metric == "orders" and a.status == "open")
    over = next(a for a in alerts if a.metric == "orders" and a.status == "over")
    assert opened.alert_id == over.alert_id
    assert opened.severity == "warning"
    assert opened.case_id.startswith("case")
    assert "单，平时约" in opened.text.zh
    assert over.ended_at is not None
    assert START + timedelta(hours=13) < over.ended_at < START + timedelta(hours=14, minutes=15)
    assert shop.read(Alert, status="open") == []


@pytest.mark.parametrize("back", [True, False])
def test_a_failing_provider_is_said_once_with_the_money_that_waits_and_ends_when_it_is_back(back: bool) -> None:
    shop = MemoryShop(link)
    events: list[Event] = []
    n = 0
    for minute in range(240):
        at = START + minute * MINUTE
        for provider in ("alipay", "wechat"):
            for _ in range(2):
                n += 1
                failing = provider == "alipay" and minute >= 120 and (minute < 150 or not back)
                events.append(paid(n, at, provider, n % 2 == 0 if failing else n % 40 != 0))
        events.append(MinutePassed(at=at + MINUTE, shop="s"))
    shop.hear(*events)
    (failing,) = of_kind(shop.said, PaymentsFailing)
    assert failing.provider == "alipay"
    assert START + 125 * MINUTE <= failing.at <= START + 145 * MINUTE
    assert failing.success_rate < 0.8 < failing.expected_rate
    failures = round(failing.tried * (1 - failing.success_rate))
    assert failing.money_waiting == cny(500 * failures)
    assert failing.since == failing.at - timedelta(minutes=30)
    statuses = [(a.metric, a.status) for a in of_kind(shop.said, Alert)]
    assert statuses == [("provider:alipay", "open"), *([("provider:alipay", "over")] if back else [])]


def test_after_an_alert_its_metric_is_quiet_for_half_an_hour() -> None:
    shop = MemoryShop(link)
    minute = int(START.timestamp()) // 60
    bad = Recent(
        metric="provider:alipay",
        minutes=(minute,),
        counts=(5,),
        of=(30,),
        money=(12500,),
        currency="CNY",
        quiet_until=minute + 2,
    )
    shop.keep([bad])
    for n in (1, 2, 3):
        shop.hear(paid(n, START + n * MINUTE, "alipay", False), MinutePassed(at=START + (n + 1) * MINUTE, shop="s"))
    assert [failing.at for failing in of_kind(shop.said, PaymentsFailing)] == [START + 4 * MINUTE]


def test_the_night_learns_seasons_of_shop_products_and_providers_from_sql() -> None:
    shop = MemoryShop(link, past(7, 1000, products=5))
    for n in range(200):
        shop.keep([paid(n, START - timedelta(hours=5), "alipay", n % 20 != 0)])
    said = shop.hear(DayClosed(at=START, shop="s", day="2026-03-01"))
    learned = {season.metric: season for season in of_kind(said, Season)}
    assert set(learned) == {"orders", "provider:alipay", *(f"product:p{n}" for n in range(5))}
    orders = [row for row in shop.rows[Order].values() if isinstance(row, Order)]
    shop_season = learned["orders"]
    assert shop_season.seen == (6,) * 48  # the first slot is not whole, so its day is not
    assert sum(shop_season.levels) == pytest.approx(len(orders) / 7, rel=0.03)
    assert learned["product:p1"].levels[0] == pytest.approx(len(orders) / 35, rel=0.05)
    assert learned["provider:alipay"].levels == (0.95,)
    assert learned["provider:alipay"].seen == (200,)


def test_a_world_that_says_events_and_no_rows_teaches_the_same_season() -> None:
    rows = MemoryShop(link, [row for row in past(3, 300) if isinstance(row, Order)])
    counts = MemoryShop(link)
    for row in rows.rows[Order].values():
        assert isinstance(row, Order)
        counts.hear(order(int(row.order_id[1:]), row.placed_at))
    closed = DayClosed(at=START, shop="s", day="2026-03-01")
    assert of_kind(rows.hear(closed), Season)[0] == of_kind(counts.hear(closed), Season)[0]


@pytest.mark.parametrize(
    ("tables", "learns"), [({"orders": 9}, True), ({"order_lines": 9}, True), ({"places": 9}, False)]
)
def test_an_imported_past_is_learned_from_at_once(tables: dict[str, int], learns: bool) -> None:
    shop = MemoryShop(link, past(3, 300))
    imported = FileImported(
        at=START, file="f.csv", sha256="", mapping="", rows_in=9, rows_kept=9, rows_quarantined=0, tables=tables
    )
    assert bool(of_kind(shop.hear(imported), Season)) is learns
