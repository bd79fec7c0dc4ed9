"""Today: every figure of the home page, each with what it is compared with and the SQL that gives it."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.faces.desk import today_counts as counted
from linkloop.faces.desk import today_night as night
from linkloop.faces.desk import today_orders as ordered
from linkloop.faces.desk.today_band import money_band, orders_band
from linkloop.faces.desk.today_counts import Counts, counts
from linkloop.faces.desk.today_frame import SLOT_MINUTES, Frame, frame
from linkloop.faces.desk.today_night import Brief
from linkloop.faces.desk.today_orders import DayOrders, Orders, hourly
from linkloop.faces.desk.today_promises import coming, late_sql, promises
from linkloop.faces.desk.today_service import service, waiting_count_sql
from linkloop.faces.desk.today_stock import ending, ending_sql
from linkloop.faces.desk.today_views import AlertMark, Today, TodayFigure, TodayPulse
from linkloop.store.schema import ledger

# One look costs about a quarter of a second of CPU; a fast town may not ask for it more often than this.
AT_LEAST_S = 2.0


class _Kept:
    """The last look for each length of the night, with what it depends on; one person at a time looks."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.looks: dict[int, tuple[tuple[datetime, int], float, Today]] = {}


_kept: WeakKeyDictionary[Shop, _Kept] = WeakKeyDictionary()
_keeping = threading.Lock()


def today(shop: Shop, hours: int = 0) -> Today:
    """The home page; `hours` is how far the loop's doings go back (0: since the last midnight of the shop).

    The same look is given again within the same minute of the shop's clock as long as no decision has changed.
    """
    with _keeping:
        kept = _kept.setdefault(shop, _Kept())
    with kept.lock:
        now = shop.clock.now()
        depends = (frame(now, shop.zone).at, _last_decision(shop))
        known = kept.looks.get(hours)
        if known is not None and (known[0] == depends or time.monotonic() - known[1] < AT_LEAST_S):
            return known[2]
        found = look(shop, now, hours)
        kept.looks[hours] = (depends, time.monotonic(), found)
        return found


def look(shop: Shop, now: datetime, hours: int = 0) -> Today:
    """The home page as of `now`, counted afresh."""
    day = frame(now, shop.zone)
    currency = shop.settings.currency
    since = day.at - timedelta(hours=hours) if hours else day.start()
    sold = ordered.orders(shop, day)
    talk, waiting = service(shop, day)
    with shop.store.read() as connection:
        minutes = {metric: counts(shop, connection, metric, day) for metric in ("orders", "payments", "visits")}
        held = night.held(connection)
        marks = night.alerts(connection)
        goods = coming(shop, connection)
        due = promises(shop, connection, day, held, goods)
        return Today(
            at=day.at,
            now=now,
            day=day.day.isoformat(),
            day_start=day.start(),
            currency=currency,
            zone=shop.settings.zone,
            empty=not sold.ever and not minutes["visits"].today.at and not talk.messages,
            figures=[
                *_sales(sold, day, currency),
                *_rates(minutes, day),
                _alerts(marks, day),
                _at_risk(held, day, currency),
                TodayFigure(
                    name="late_parcels", unit="count", value=due.late[0], at=day.at, yesterday=due.late[1],
                    last_week=due.late[2], sql=late_sql(day.at),
                ),
                TodayFigure(name="waiting", unit="count", value=waiting, at=day.at, sql=waiting_count_sql(day)),
            ],
            pulse=_pulse(connection, sold, day, marks, currency),
            providers=counted.providers(connection, day),
            providers_sql=counted.providers_sql(day.so_far()),
            stock=ending(shop, connection, day, goods, held),
            stock_sql=ending_sql(day),
            night=night.night(connection, since, day, marks, currency),
            at_risk=night.at_risk(held, currency),
            promises=due.due,
            promised=due.counts,
            service=talk,
        )  # fmt: skip


def _sales(sold: Orders, day: Frame, currency: str) -> list[TodayFigure]:
    hours, before = day.hours(), day.hours(1)
    money, count = hourly(sold.today.money, hours), hourly(sold.today.counts, hours)
    money_before, count_before = hourly(sold.yesterday.money, before), hourly(sold.yesterday.counts, before)
    span = day.so_far()
    return [
        TodayFigure(
            name="gmv", unit="money", value=sold.today.worth, at=day.at, currency=currency,
            yesterday=sold.yesterday.worth, last_week=sold.last_week.worth, series=[*money], before=[*money_before],
            sql=ordered.gmv_sql(span, currency),
        ),
        TodayFigure(
            name="orders", unit="count", value=sold.today.count, at=day.at, yesterday=sold.yesterday.count,
            last_week=sold.last_week.count, series=[*count], before=[*count_before], sql=ordered.count_sql(span),
        ),
        TodayFigure(
            name="order_value", unit="money", value=_mean(sold.today), at=day.at, currency=currency,
            yesterday=_mean(sold.yesterday), last_week=_mean(sold.last_week), series=_ratios(money, count),
            before=_ratios(money_before, count_before), sql=ordered.value_sql(span, currency),
        ),
    ]  # fmt: skip


def _rates(minutes: dict[str, Counts], day: Frame) -> list[TodayFigure]:
    orders, visits, payments = minutes["orders"], minutes["visits"], minutes["payments"]
    hours, before, span = day.hours(), day.hours(1), day.so_far()
    return [
        TodayFigure(
            name="conversion", unit="share", value=counted.rate(orders, visits, day, 0), at=day.at,
            yesterday=counted.rate(orders, visits, day, 1), last_week=counted.rate(orders, visits, day, 7),
            series=counted.hourly_rates(orders.today, visits.today, hours),
            before=counted.hourly_rates(orders.yesterday, visits.yesterday, before), sql=counted.conversion_sql(span),
        ),
        TodayFigure(
            name="payment_success", unit="share", value=counted.rate(payments, payments, day, 0, of=True), at=day.at,
            yesterday=counted.rate(payments, payments, day, 1, of=True),
            last_week=counted.rate(payments, payments, day, 7, of=True),
            series=counted.hourly_rates(payments.today, payments.today, hours, of=True),
            before=counted.hourly_rates(payments.yesterday, payments.yesterday, before, of=True),
            sql=counted.payments_sql(span),
        ),
    ]  # fmt: skip


def _alerts(marks: list[AlertMark], day: Frame) -> TodayFigure:
    return TodayFigure(
        name="alerts", unit="count", value=sum(mark.status == "open" for mark in marks), at=day.at,
        yesterday=night.open_at(marks, day.so_far(1).end), last_week=night.open_at(marks, day.so_far(7).end),
        series=[night.open_at(marks, hour.end) for hour in day.hours()],
        before=[night.open_at(marks, hour.end) for hour in day.hours(1)], sql=night.alerts_sql(),
    )  # fmt: skip


def _at_risk(held: list[Brief], day: Frame, currency: str) -> TodayFigure:
    return TodayFigure(
        name="at_risk", unit="money", currency=currency, at=day.at, sql=night.risk_sql(currency),
        value=sum(one.at_risk.amount for one in held if one.at_risk.currency == currency),
    )  # fmt: skip


def _pulse(connection: sa.Connection, sold: Orders, day: Frame, marks: list[AlertMark], currency: str) -> TodayPulse:
    season = counted.season(connection, "orders")
    band = orders_band(season, day) if season else None
    money = money_band(band, season, sold.value) if band and season and sold.value else None
    begun = -(-round((day.at - day.start()) / timedelta(minutes=1)) // SLOT_MINUTES)
    return TodayPulse(
        start=day.start(),
        slot_minutes=SLOT_MINUTES,
        orders=sold.today.counts[:begun],
        orders_yesterday=sold.yesterday.counts,
        gmv=sold.today.money[:begun],
        gmv_yesterday=sold.yesterday.money,
        expected=band.mean if band else None,
        low=band.low if band else None,
        high=band.high if band else None,
        gmv_expected=money.mean if money else None,
        gmv_low=money.low if money else None,
        gmv_high=money.high if money else None,
        marks=[mark for mark in marks if mark.status == "open" or (mark.ended_at or day.at) >= day.start()],
        sql=ordered.pulse_sql(day.so_far(), currency),
    )


def _mean(orders: DayOrders) -> float | None:
    return orders.worth / orders.count if orders.count else None


def _ratios(top: list[int], below: list[int]) -> list[float | None]:
    return [a / b if b else None for a, b in zip(top, below, strict=True)]


def _last_decision(shop: Shop) -> int:
    with shop.store.read() as connection:
        return connection.execute(sa.select(sa.func.max(ledger.c.seq))).scalar() or 0
