"""Known: what is known of each day, past and ahead: prices, promotions, live shows, weather, days of the shop's own.

Prices and promotions enter as logarithms, so that their effects are elasticities; what nothing is told of is usual.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple, cast

import numpy as np

from linkloop.commerce.catalog import Product
from linkloop.commerce.demand import KnownDay, KnownKind
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.plans import LiveShow, Price, Promotion
from linkloop.commerce.stock import Place
from linkloop.commerce.weather import Weather
from linkloop.core.link import Context
from linkloop.core.table import table_name
from linkloop.links.demand.panel import Array

KINDS: tuple[KnownKind, ...] = ("price", "promotion", "live_show", "holiday", "rain", "heat", "cold", "storm")
WEATHER: tuple[KnownKind, ...] = ("rain", "heat", "cold", "storm")
USUAL = {"price": 1.0}  # the value of a day without anything special, where it is not 0
HOT_C, COLD_C = 28.0, 0.0  # mean temperatures of a day above and below which degrees are counted
GALE_MS, ORANGE = 17.2, 3  # Beaufort 8; the third colour of a warning
SHARES_DAYS = 56
ALIKE = 0.995  # a price is another one from half a percent on

_PRICES = f"SELECT product_id, since, price AS units FROM {table_name(Price)} WHERE since <= $ahead ORDER BY ALL"
_PAID = f"""
SELECT product_id, strftime(timezone('UTC', sold_at) + to_minutes($minutes), '%Y-%m-%d') AS day,
  sum(price * quantity)::DOUBLE / sum(quantity) AS price
FROM {table_name(OrderLine)} WHERE quantity > 0 AND price > 0 GROUP BY ALL HAVING day > $since AND day <= $until
ORDER BY ALL
"""
_NOW = f"SELECT product_id, category, price FROM {table_name(Product)} ORDER BY 1"
_PROMOTIONS = f"""
SELECT product_id, category, place, since, until, discount FROM {table_name(Promotion)}
WHERE status = 'planned' AND since <= $ahead AND until > $since ORDER BY promotion_id
"""
_SHOWS = f"""
SELECT product_id, day, count(*)::DOUBLE AS value FROM {table_name(LiveShow)}
WHERE status = 'planned' AND day > $since AND day <= $ahead GROUP BY ALL ORDER BY ALL
"""
_WEATHER = f"""
SELECT region, day, temperature_c, precipitation_mm, wind_ms, warning FROM {table_name(Weather)}
WHERE day > $since AND day <= $ahead ORDER BY ALL
"""
_REGIONS = f"SELECT place, region FROM {table_name(Place)} ORDER BY 1"
_SHARES = f"""
SELECT l.place, o.region, sum(l.quantity)::DOUBLE AS units
FROM {table_name(OrderLine)} l JOIN {table_name(Order)} o USING (order_id)
WHERE o.region != '' AND strftime(timezone('UTC', l.sold_at), '%Y-%m-%d') > $since GROUP BY ALL ORDER BY ALL
"""
_OWN = f"""
SELECT kind, product_id, place, day, value FROM {table_name(KnownDay)}
WHERE day > $since AND day <= $ahead ORDER BY ALL
"""


class Days(NamedTuple):
    """The days of a panel: the first of them, how many, how many of these are past, and the minutes that the shop's
    midnight is ahead of UTC."""

    first: date
    count: int
    past: int
    minutes: int

    def at(self, day: str) -> int:
        """The number of a day (ISO); below 0 or from `count` on where it lies outside."""
        return (date.fromisoformat(day) - self.first).days

    def name(self, number: int) -> str:
        """ISO date of a number."""
        return (self.first + timedelta(days=number)).isoformat()


def scaled(kind: str, value: Array) -> Array:
    """What enters the regression of a value: price (a multiple of the usual) and promotion (a discount) as logarithms
    of what is paid, rain (mm) as a logarithm, degrees by five; 0 is nothing special."""
    value = np.asarray(value, dtype=float)
    if kind == "price":
        return np.log(np.clip(value, 0.1, 10.0))
    if kind == "promotion":
        return -np.log1p(-np.clip(value, 0.0, 0.9))
    if kind == "rain":
        return np.log1p(np.maximum(value, 0.0)) / np.log(11.0)
    return value / 5.0 if kind in ("heat", "cold") else value


def values(ctx: Context, keys: list[tuple[str, str]], days: Days) -> dict[KnownKind, Array]:
    """Kind → [n, days] values, in the units of `KnownDay`; kinds of which every value is the usual are left out."""
    since, until, ahead = days.name(-1), days.name(days.past - 1), days.name(days.count - 1)
    found: dict[KnownKind, Array] = {kind: np.full((len(keys), days.count), USUAL.get(kind, 0.0)) for kind in KINDS}
    rows = _rows_of(keys)
    goods = {row["product_id"]: row for row in ctx.sql(_NOW)}
    for row in ctx.sql(_PROMOTIONS, since=since, ahead=ahead):
        low, high = max(days.at(row["since"]), 0), min(days.at(row["until"]) + 1, days.count)
        names = [row["product_id"]] if row["product_id"] or not row["category"] else [
            name for name, product in goods.items() if product["category"] == row["category"]
        ]  # fmt: skip
        for name in names:
            hit = rows(name, row["place"])
            found["promotion"][hit, low:high] = np.maximum(found["promotion"][hit, low:high], row["discount"])
    for row in ctx.sql(_SHOWS, since=since, ahead=ahead):
        found["live_show"][rows(row["product_id"], ""), days.at(row["day"])] = row["value"]
    for product, path in _prices(ctx, days, since, until, ahead, found["promotion"], goods, rows).items():
        found["price"][rows(product, "")] = path
    found.update(_weather(ctx, keys, days, since, ahead))
    for row in ctx.sql(_OWN, since=since, ahead=ahead):
        found[cast(KnownKind, row["kind"])][rows(row["product_id"], row["place"]), days.at(row["day"])] = row["value"]
    return {kind: value for kind, value in found.items() if (value != USUAL.get(kind, 0.0)).any()}


def _rows_of(keys: list[tuple[str, str]]) -> Callable[[str, str], list[int]]:
    """Which rows a product (empty: all) at a place (empty: all) has."""
    by_product: dict[str, list[int]] = {}
    for n, (product, _) in enumerate(keys):
        by_product.setdefault(product, []).append(n)
    everything = list(range(len(keys)))

    def rows(product: str, place: str) -> list[int]:
        mine = by_product.get(product, []) if product else everything
        return mine if not place else [n for n in mine if keys[n][1] == place]

    return rows


def _prices(
    ctx: Context, days: Days, since: str, until: str, ahead: str, promoted: Array, goods: dict[str, dict[str, object]],
    rows: Callable[[str, str], list[int]],
) -> dict[str, Array]:  # fmt: skip
    """Product → [days] its price as a multiple of its usual one: by the price list, else by what was paid on days
    without a promotion and, ahead, by the catalog."""
    listed: dict[str, list[tuple[int, float]]] = {}
    for row in ctx.sql(_PRICES, ahead=ahead):
        listed.setdefault(row["product_id"], []).append((days.at(row["since"]), float(row["units"])))
    paid: dict[str, list[tuple[int, float]]] = {}
    for row in ctx.sql(_PAID, since=since, until=until, minutes=days.minutes):
        product, day = row["product_id"], days.at(row["day"])
        mine = rows(product, "")
        if product not in listed and mine and not promoted[mine, day].any():
            paid.setdefault(product, []).append((day, float(row["price"])))
    for product, steps in paid.items():
        now = goods.get(product, {}).get("price")
        listed[product] = [*steps, (days.past, float(now))] if isinstance(now, int | float) and now > 0 else steps
    found: dict[str, Array] = {}
    for product, steps in listed.items():
        path = np.full(days.count, steps[0][1])
        for day, price in steps:
            path[max(day, 0) :] = price
        usual = float(np.median(path[: max(days.past, 1)]))
        if usual > 0:
            relative = path / usual
            relative[(relative > ALIKE) & (relative < 1 / ALIKE)] = 1.0
            if (relative != 1.0).any():
                found[product] = relative
    return found


def _weather(ctx: Context, keys: list[tuple[str, str]], days: Days, since: str, ahead: str) -> dict[KnownKind, Array]:
    """Kind → [n, days] the weather where those who buy from each place live (by their orders, else the place's own
    region): rain in mm, degrees of heat and of frost, the share of them under a storm. Days of which nothing is told
    are as the mean of those that are told."""
    told = ctx.sql(_WEATHER, since=since, ahead=ahead)
    if not told:
        return {}
    regions = sorted({row["region"] for row in told})
    grid = {kind: np.full((len(regions), days.count), np.nan) for kind in WEATHER}
    for row in told:
        r, t = regions.index(row["region"]), days.at(row["day"])
        grid["rain"][r, t] = row["precipitation_mm"]
        grid["heat"][r, t] = max(row["temperature_c"] - HOT_C, 0.0)
        grid["cold"][r, t] = max(COLD_C - row["temperature_c"], 0.0)
        grid["storm"][r, t] = float(row["wind_ms"] >= GALE_MS or row["warning"] >= ORANGE)
    places = sorted({place for _, place in keys})
    share = np.zeros((len(places), len(regions)))
    for row in ctx.sql(_SHARES, since=days.name(days.past - 1 - SHARES_DAYS)):
        if row["place"] in places and row["region"] in regions:
            share[places.index(row["place"]), regions.index(row["region"])] = row["units"]
    for row in ctx.sql(_REGIONS):
        if row["place"] in places and row["region"] in regions and not share[places.index(row["place"])].any():
            share[places.index(row["place"]), regions.index(row["region"])] = 1.0
    share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-9)
    spot = [places.index(place) for _, place in keys]
    found: dict[KnownKind, Array] = {}
    for kind in WEATHER:
        have = ~np.isnan(grid[kind])
        mean = np.where(have, grid[kind], 0.0).sum(axis=1) / np.maximum(have.sum(axis=1), 1)
        found[kind] = (share @ np.where(have, grid[kind], mean[:, None]))[spot]
    return found
