"""Today: every figure is what the log says, and the SQL that stands beside it gives the same number."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Message
from linkloop.commerce.customers import Browsed
from linkloop.commerce.notices import DelayTold
from linkloop.commerce.orders import Order, OrderLine, OrderPlaced
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.payments import PaymentTried
from linkloop.commerce.stock import StockLevel
from linkloop.core.decision import Decision
from linkloop.faces.desk.today import look, today
from linkloop.faces.desk.today_frame import frame
from linkloop.faces.desk.today_views import Today, TodayFigure
from tests.engine.small_shop import said
from tests.faces.desk.by_hand import events, rows
from tests.faces.desk.day_shop import NOW, open_day, order, trade

MINUTE = NOW.replace(second=0)  # everything before the present minute counts
DAYS = {
    0: (datetime(2026, 11, 23, 16, tzinfo=UTC), MINUTE),
    1: (datetime(2026, 11, 22, 16, tzinfo=UTC), MINUTE - timedelta(days=1)),
    7: (datetime(2026, 11, 16, 16, tzinfo=UTC), MINUTE - timedelta(days=7)),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = open_day(tmp_path_factory.mktemp("day"))
    trade(shop)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def page(shop: Shop) -> Today:
    return look(shop, NOW)


def figure(page: Today, name: str) -> TodayFigure:
    return next(one for one in page.figures if one.name == name)


def by_day(moments: list[datetime]) -> dict[int, int]:
    return {ago: sum(start <= at < end for at in moments) for ago, (start, end) in DAYS.items()}


def three(one: TodayFigure) -> tuple[float | None, float | None, float | None]:
    return one.value, one.yesterday, one.last_week


def test_orders_and_their_value_are_those_that_the_log_holds(shop: Shop, page: Today) -> None:
    orders = rows(shop, Order)
    counted = by_day([one.placed_at for one in orders])
    worth = {
        ago: sum(one.total.amount for one in orders if start <= one.placed_at < end)
        for ago, (start, end) in DAYS.items()
    }
    assert min(counted.values()) > 10
    assert three(figure(page, "orders")) == (counted[0], counted[1], counted[7])
    assert three(figure(page, "gmv")) == (worth[0], worth[1], worth[7])
    assert three(figure(page, "order_value")) == tuple(worth[ago] / counted[ago] for ago in (0, 1, 7))


def test_conversion_and_payment_success_are_those_of_the_events(shop: Shop, page: Today) -> None:
    visits = by_day([one.at for one in events(shop, Browsed)])
    placed = by_day([one.at for one in events(shop, OrderPlaced)])
    tries = events(shop, PaymentTried)
    tried = by_day([one.at for one in tries])
    paid = by_day([one.at for one in tries if one.succeeded])
    assert three(figure(page, "conversion")) == tuple(placed[ago] / visits[ago] for ago in (0, 1, 7))
    assert three(figure(page, "payment_success")) == tuple(paid[ago] / tried[ago] for ago in (0, 1, 7))
    assert 0 < (figure(page, "payment_success").value or 0) < 1


def test_the_sql_of_each_figure_gives_the_figure(shop: Shop, page: Today) -> None:
    for one in page.figures:
        [[found]] = shop.door.query(one.sql).rows
        shown = one.value if one.unit != "money" or one.value is None else one.value / 100
        assert found == pytest.approx(shown, rel=1e-12), one.name
    assert {one.name for one in page.figures} >= {"gmv", "orders", "conversion", "payment_success", "alerts", "at_risk"}


def test_hours_add_up_to_the_day_and_slots_to_the_chart(page: Today) -> None:
    for name in ("gmv", "orders"):
        assert sum(value or 0 for value in figure(page, name).series) == figure(page, name).value
        assert len(figure(page, name).series) == 17
        assert len(figure(page, name).before) == 24
    assert sum(page.pulse.orders) == figure(page, "orders").value
    assert sum(page.pulse.gmv) == figure(page, "gmv").value
    assert (len(page.pulse.orders), len(page.pulse.orders_yesterday)) == (65, 96)
    assert page.pulse.start == DAYS[0][0]


def test_the_chart_and_its_sql_agree_slot_by_slot(shop: Shop, page: Today) -> None:
    found = {row[0]: (row[1], round(row[2] * 100)) for row in shop.door.query(page.pulse.sql).rows}
    drawn = {
        page.pulse.start + timedelta(minutes=15 * n): (count, money)
        for n, (count, money) in enumerate(zip(page.pulse.orders, page.pulse.gmv, strict=True))
        if count
    }
    assert found == drawn


def test_providers_are_counted_by_hand_and_by_their_sql(shop: Shop, page: Today) -> None:
    start, end = DAYS[0]
    tries = [one for one in events(shop, PaymentTried) if start <= one.at < end]
    expected = {
        name: (
            sum(one.provider == name for one in tries),
            sum(one.provider == name and one.succeeded for one in tries),
            sum(one.provider == name and one.at >= MINUTE - timedelta(hours=1) for one in tries),
            sum(one.amount.amount for one in tries if one.provider == name and not one.succeeded),
        )
        for name in ("alipay", "wechat_pay")
    }
    assert {one.provider: (one.tried, one.succeeded, one.tried_hour, one.lost) for one in page.providers} == expected
    assert [row[:3] for row in shop.door.query(page.providers_sql).rows] == [
        (one.provider, one.tried, one.succeeded) for one in page.providers
    ]


def test_what_the_loop_did_is_in_the_decisions_of_the_log(shop: Shop, page: Today) -> None:
    mine = [one for one in rows(shop, Decision) if DAYS[0][0] <= one.at < MINUTE]
    statuses = Counter(one.status for one in mine)
    [kind] = page.night.kinds
    assert (kind.action_kind, kind.decided, kind.held) == ("Compensate", len(mine), statuses["held"])
    assert kind.decided == kind.done + kind.held + kind.refused + kind.lapsed + kind.other
    assert kind.money_held == sum(one.at_risk.amount for one in mine if one.status == "held")
    assert statuses["held"] > 0
    [[name, decided, done, held, refused, out]] = shop.door.query(page.night.sql).rows
    assert (name, decided, done, held, refused) == ("Compensate", len(mine), kind.done, kind.held, kind.refused)
    assert out == kind.money_out / 100


def test_a_longer_night_goes_further_back(shop: Shop) -> None:
    night = look(shop, NOW, hours=48).night
    mine = [one for one in rows(shop, Decision) if MINUTE - timedelta(hours=48) <= one.at < MINUTE]
    assert night.since == MINUTE - timedelta(hours=48)
    assert [kind.decided for kind in night.kinds] == [len(mine)]
    assert [mark.metric for mark in night.noticed] == ["provider:alipay", "orders"]
    assert [mark.metric for mark in look(shop, NOW).night.noticed] == ["orders"]


def test_money_at_risk_is_that_of_the_decisions_that_wait(shop: Shop, page: Today) -> None:
    waiting = [one for one in rows(shop, Decision) if one.status == "held"]
    [risk] = page.at_risk
    assert (risk.action_kind, risk.held) == ("Compensate", len(waiting))
    assert risk.money == figure(page, "at_risk").value == sum(one.at_risk.amount for one in waiting)
    assert risk.first_due == min(one.decide_by for one in waiting)


def test_alerts_are_open_now_and_were_open_yesterday(page: Today) -> None:
    alerts = figure(page, "alerts")
    assert (alerts.value, alerts.yesterday, alerts.last_week) == (1, 0, 0)
    assert alerts.series[-3:] == [1, 1, 1]
    assert sum(alerts.before[14:16]) == 1  # from 14:07 to 15:07 yesterday
    assert [mark.metric for mark in page.pulse.marks] == ["orders"]


def test_promises_come_overdue_first_and_are_counted_by_hand(shop: Shop, page: Today) -> None:
    assert page.promises == sorted(page.promises, key=lambda one: (one.due, one.kind, one.key))
    assert [one.overdue for one in page.promises] == [one.due < MINUTE for one in page.promises]
    way = [one for one in rows(shop, Parcel) if one.delivered_at is None]
    told = {one.parcel_id for one in rows(shop, DelayTold)} & {one.parcel_id for one in way}
    counts = {one.kind: one for one in page.promised}
    parcels = [one for one in way if one.parcel_id not in told]
    assert (counts["parcel"].open, counts["told"].open) == (len(parcels), len(told))
    assert counts["parcel"].overdue == sum(one.promised_at < MINUTE for one in parcels)
    assert counts["parcel"].soon == sum(MINUTE <= one.promised_at < MINUTE + timedelta(days=1) for one in parcels)
    assert (counts["stock"].open, counts["stock"].overdue, counts["stock"].soon) == (2, 1, 0)
    assert counts["decision"].open == figure_held(shop)
    assert {one.key for one in page.promises if one.kind == "stock"} == {"PO-1", "PO-2"}
    for one in page.promised:
        assert len(shop.door.query(one.sql).rows) == one.open, one.kind


def figure_held(shop: Shop) -> int:
    return sum(one.status == "held" for one in rows(shop, Decision))


def test_late_parcels_are_late_at_each_of_the_three_moments(shop: Shop, page: Today) -> None:
    parcels = rows(shop, Parcel)

    def late(at: datetime) -> int:
        return sum(one.promised_at < at and (one.delivered_at is None or one.delivered_at > at) for one in parcels)

    assert three(figure(page, "late_parcels")) == (late(MINUTE), late(DAYS[1][1]), late(DAYS[7][1]))
    assert late(MINUTE) > 0


def test_stock_that_ends_first_is_what_polars_finds(shop: Shop, page: Today) -> None:
    lines = pl.DataFrame(
        [(one.product_id, one.place, one.quantity, one.sold_at) for one in rows(shop, OrderLine)],
        schema=["product_id", "place", "units", "at"],
        orient="row",
    )
    start = DAYS[0][0]
    pace = (
        lines.filter(pl.col("at").is_between(start - timedelta(days=14), start, closed="left"))
        .group_by("product_id", "place")
        .agg(pl.col("units").sum() / 14)
    )
    levels = pl.DataFrame(
        [(one.product_id, one.place, one.on_hand) for one in rows(shop, StockLevel)],
        schema=["product_id", "place", "on_hand"],
        orient="row",
    )
    joined = levels.join(pace, on=["product_id", "place"]).with_columns(cover=pl.col("on_hand") / pl.col("units"))
    expected = joined.sort("cover").rows()
    assert [(one.product_id, one.place, one.on_hand) for one in page.stock] == [row[:3] for row in expected]
    assert [one.days_of_cover for one in page.stock] == pytest.approx([row[4] for row in expected])
    shown = shop.door.query(page.stock_sql).dicts()
    assert [one["days_of_cover"] for one in shown] == pytest.approx([one.days_of_cover for one in page.stock])
    assert {one.arriving for one in page.stock if (one.product_id, one.place) == ("SKU-1", "EAST")} == {9}


def test_who_waits_for_an_answer_is_whose_word_is_the_last(shop: Shop, page: Today) -> None:
    talks: dict[str, list[Message]] = {}
    for one in sorted(rows(shop, Message), key=lambda one: one.sent_at):
        if MINUTE - timedelta(days=2) <= one.sent_at < MINUTE:
            talks.setdefault(one.conversation_id, []).append(one)
    waiting = [talk[-1] for talk in talks.values() if talk[-1].author == "customer"]
    waits = [
        (answer.sent_at - asked.sent_at).total_seconds()
        for talk in talks.values()
        for asked, answer in itertools.pairwise(talk)
        if asked.author == "customer" and asked.sent_at >= DAYS[0][0]
    ]
    assert figure(page, "waiting").value == len(waiting) > 3
    assert [one.conversation_id for one in page.service.waiting] == [
        one.conversation_id for one in sorted(waiting, key=lambda one: one.sent_at)
    ]
    assert page.service.median_wait_s == pytest.approx(median(waits))


def test_the_same_look_is_given_until_a_minute_has_passed_or_something_was_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linkloop.faces.desk.today.AT_LEAST_S", 0.0)
    shop = open_day(tmp_path)
    trade(shop, orders=60)
    first = today(shop)
    assert today(shop) is first
    held = next(one for one in rows(shop, Decision) if one.status == "held")
    shop.loop.do(lambda turn: turn.verdicts.refuse(turn.w, held.id, "me", "no"))
    second = today(shop)
    assert figure(second, "at_risk").value == (figure(first, "at_risk").value or 0) - held.at_risk.amount
    shop.close()


def test_an_empty_shop_says_that_it_is_empty_and_counts_nothing(tmp_path: Path) -> None:
    shop = open_day(tmp_path)
    page = look(shop, NOW)
    assert page.empty
    assert {one.name: one.value for one in page.figures} == {
        "gmv": 0, "orders": 0, "order_value": None, "conversion": None, "payment_success": None, "alerts": 0,
        "at_risk": 0, "late_parcels": 0, "waiting": 0,
    }  # fmt: skip
    assert (page.stock, page.promises, page.night.kinds, page.pulse.expected) == ([], [], [], None)
    for one in page.figures:
        [[found]] = shop.door.query(one.sql).rows
        assert found in (one.value, None)
    import random

    shop.loop.accept([said("one", *order(random.Random(1), 1, NOW - timedelta(hours=1)))])
    assert not look(shop, NOW).empty
    shop.close()


# -- the frame of a day -------------------------------------------------------------------------------------------


def test_a_day_that_loses_an_hour_has_23_hours_and_the_one_that_gains_one_25() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring = frame(datetime(2026, 3, 29, 20, tzinfo=UTC), berlin)
    autumn = frame(datetime(2026, 10, 25, 20, tzinfo=UTC), berlin)
    assert (spring.day, autumn.day) == (date(2026, 3, 29), date(2026, 10, 25))
    assert (len(frame(datetime(2026, 3, 30, 10, tzinfo=UTC), berlin).hours(1)), spring.slots()) == (23, 92)
    assert (len(frame(datetime(2026, 10, 26, 10, tzinfo=UTC), berlin).hours(1)), autumn.slots()) == (25, 100)


def test_the_same_time_of_a_shorter_day_never_reaches_into_the_next() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    day = frame(datetime(2026, 3, 30, 21, 59, tzinfo=UTC), berlin)  # 23:59 local
    span = day.so_far(1)
    assert span.end == day.start() == datetime(2026, 3, 29, 22, tzinfo=UTC)
