"""The watch's policy: what is looked at when a minute has passed, and when an alert opens and is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from linkloop.commerce.payments import PaymentsFailing
from linkloop.commerce.stock import DemandSpiked
from linkloop.commerce.time import MinutePassed
from linkloop.commerce.watching import Alert, MinuteCount, Part, Recent, Season
from linkloop.core.clock import from_micros
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.watch import model, wording
from linkloop.links.watch.counting import (
    METRICS,
    ORDERS,
    PAYMENTS,
    PRODUCT,
    PROVIDER,
    VISITS,
    heard,
    minute_key,
    minute_number,
    push,
)
from linkloop.links.watch.learning import learn_all
from linkloop.links.watch.model import Verdict

LULL = "orders-low"
LATE_MINUTES = 1  # the minute before is looked at again: events of its last seconds arrive late
COOL_DOWN = 30  # minutes after an alert in which the same metric opens no new one
SHORTEST = 10  # minutes that an alert stays open at least
Severity = Literal["notice", "warning", "critical"]
_NEWCOMER = Season(metric=PRODUCT, slot_minutes=1440, levels=(0.5,), seen=(0,))


class Watching:
    """One look at the shop: the metrics that moved, and the alerts that are open."""

    def __init__(self, ctx: Context, event: MinutePassed) -> None:
        self.ctx = ctx
        self.event = event
        self.last = minute_number(event.at - timedelta(microseconds=1))
        self.recent: dict[str, Recent] = {}
        self.moved: dict[str, Recent] = {}
        self.places: dict[str, str] = {}
        self.open = {alert.metric: alert for alert in ctx.read(Alert, status="open")}

    def of(self, metric: str) -> Recent:
        """The last hours of a metric, with what this look has added."""
        if metric not in self.recent:
            self.recent[metric] = self.ctx.read(Recent, metric) or Recent(metric=metric)
        return self.recent[metric]

    def take(self, metric: str, minute: int, part: Part, currency: str) -> None:
        """Add what was counted in a minute."""
        before = self.of(metric)
        after = push(before, minute, part, currency)
        if after is not before:
            self.keep(after)

    def keep(self, recent: Recent) -> None:
        """Remember a metric's last hours, to be said at the end of the look."""
        self.recent[recent.metric] = self.moved[recent.metric] = recent


def look(ctx: Context, event: MinutePassed) -> Iterator[Table]:
    """Hear that a minute has passed: move the windows on, open and end alerts."""
    watching = Watching(ctx, event)
    for minute in range(watching.last - LATE_MINUTES, watching.last + 1):
        _gather(watching, minute)
    watching.keep(heard(watching.of(ORDERS), watching.last))
    shop = ctx.read(Season, ORDERS)
    if shop is None:
        learned = list(learn_all(ctx, event.at))
        shop = learned[0]
        yield from learned
    yield from _shop(watching, shop)
    for metric in sorted({*watching.moved, *watching.open}):
        if metric.startswith(PRODUCT):
            yield from _product(watching, metric, shop)
        elif metric.startswith(PROVIDER):
            yield from _provider(watching, metric)
    yield from watching.moved.values()


def _gather(watching: Watching, minute: int) -> None:
    at = from_micros(minute * 60_000_000)
    for metric in METRICS:
        row = watching.ctx.read(MinuteCount, minute_key(metric, at))
        if row is None:
            continue
        money, currency = (row.money.amount, row.money.currency) if row.money else (0, "")
        if metric != PAYMENTS:
            watching.take(metric, minute, Part(count=row.count, of=row.of, money=money), currency)
        if metric == PAYMENTS:
            for provider, part in row.parts.items():
                watching.take(PROVIDER + provider, minute, part, currency)
        elif metric == ORDERS:
            _gather_products(watching, minute, row.parts)


def _gather_products(watching: Watching, minute: int, parts: dict[str, Part]) -> None:
    products: dict[str, Part] = {}
    most: dict[str, int] = {}
    for name, part in parts.items():
        escaped, _, place = name.partition("|")
        product = PRODUCT + escaped.replace("%7C", "|").replace("%25", "%")
        before = products.get(product, Part())
        products[product] = Part(count=before.count + part.count, of=before.of + part.of)
        if part.of > most.get(product, 0):
            most[product] = part.of
            watching.places[product] = place.replace("%7C", "|").replace("%25", "%")
    for product, part in products.items():
        watching.take(product, minute, part, "")


def _shop(watching: Watching, season: Season) -> Iterator[Table]:
    recent, last = watching.of(ORDERS), watching.last
    found = model.spike(recent, season, last)
    if ORDERS in watching.open:
        if found is None or found.p_value > model.CALM:
            yield from _over(watching, ORDERS)
    elif found is not None and found.p_value <= model.OPEN_SHOP and _awake(watching, ORDERS):
        yield _alert(watching, ORDERS, found, "warning", wording.shop_spike(found, watching.of(VISITS), last))
        yield _spiked(watching, "", "", found)
    low = model.lull(recent, season, last)
    if LULL in watching.open:
        if low is None or low.p_value > model.CALM:
            yield from _over(watching, LULL)
    elif low is not None and low.p_value <= model.OPEN_SHOP and _awake(watching, LULL):
        yield _alert(watching, LULL, low, "critical", wording.lull(low))


def _product(watching: Watching, metric: str, shop: Season) -> Iterator[Table]:
    season = watching.ctx.read(Season, metric) or _NEWCOMER
    found = model.product_spike(watching.of(metric), season, shop, watching.last)
    if metric in watching.open:
        if found is None or found.p_value > model.CALM:
            yield from _over(watching, metric)
    elif found is not None and found.p_value <= model.OPEN_PRODUCT and _awake(watching, metric):
        product = metric.removeprefix(PRODUCT)
        yield _alert(watching, metric, found, "notice", wording.product_spike(found, product))
        yield _spiked(watching, product, watching.places.get(metric, ""), found)


def _provider(watching: Watching, metric: str) -> Iterator[Table]:
    season = watching.ctx.read(Season, metric)
    recent, last = watching.of(metric), watching.last
    if metric in watching.open:
        if model.payments_well(recent, season, last):
            yield from _over(watching, metric)
        return
    found = model.payments_failing(recent, season, last)
    if found is None or found.p_value > model.OPEN_PAYMENTS or not _awake(watching, metric):
        return
    provider = metric.removeprefix(PROVIDER)
    waiting = Money(model.window(recent, last, found.window)[2], recent.currency)
    severity: Severity = "critical" if found.observed * 2 >= found.of else "warning"
    yield _alert(watching, metric, found, severity, wording.payments(found, provider, waiting))
    yield PaymentsFailing(
        at=watching.event.at,
        provider=provider,
        success_rate=round(1 - found.observed / found.of, 4),
        expected_rate=round(1 - found.expected / found.of, 4),
        tried=found.of,
        p_value=found.p_value,
        since=_began(watching, found),
        money_waiting=waiting,
    )


def _awake(watching: Watching, metric: str) -> bool:
    return watching.of(metric).quiet_until < watching.last


def _began(watching: Watching, found: Verdict) -> datetime:
    return watching.event.at - timedelta(minutes=found.window)


def _alert(watching: Watching, metric: str, found: Verdict, severity: Severity, text: Text) -> Alert:
    return Alert(
        alert_id=f"{metric}@{watching.event.at.isoformat()}",
        metric=metric,
        status="open",
        severity=severity,
        text=text,
        opened_at=watching.event.at,
        observed=float(found.observed),
        expected=round(found.expected, 3),
        p_value=found.p_value,
        case_id=watching.event.case_id,
    )


def _spiked(watching: Watching, product: str, place: str, found: Verdict) -> DemandSpiked:
    return DemandSpiked(
        at=watching.event.at,
        product_id=product,
        place=place,
        observed=found.observed,
        expected=round(found.expected, 3),
        window_minutes=found.window,
        p_value=found.p_value,
    )


def _over(watching: Watching, metric: str) -> Iterator[Table]:
    alert, now = watching.open[metric], watching.event.at
    if now - alert.opened_at < timedelta(minutes=SHORTEST):
        return
    yield msgspec.structs.replace(alert, status="over", ended_at=now)
    quiet = watching.last + COOL_DOWN
    watching.keep(msgspec.structs.replace(watching.of(metric), quiet_until=quiet))
