"""The network policy: the network as it runs and at best after every day, and once a week what is worth changing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from linkloop.commerce.lanes import Lane, Routing
from linkloop.commerce.network import Replan, RouteMove
from linkloop.commerce.time import DayClosed
from linkloop.core.decision import Alternative, decide
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.network import categories, figures, layout, planning
from linkloop.links.network.layout import Economy, Network
from linkloop.links.network.planning import Plan

DAYS = 14  # the days of demand that a plan is worked out for: each of them is as likely
LARGE = 40_000  # arcs × days from which on a plan is made once a week only
PAYS_IN = 90  # days within which a change has to pay
TIMES = 2.0  # … this many times over: what is assumed may be wrong, and a network that moves all the time costs more
WORTH = 0.01  # of the cost of a day: less is not worth a person's look
PARCEL_KG = 1.0  # where products have no weight
TRANSFER_SHARE = 0.03  # of a parcel's goods, where no lane between two places says what it costs
_ORIGINS = "SELECT DISTINCT origin FROM lanes WHERE kind = 'delivery' ORDER BY 1"
_TRANSFERS = "SELECT DISTINCT origin FROM lanes WHERE kind = 'transfer' ORDER BY 1"
_DEMAND = """
SELECT coalesce(nullif(p.destination, ''), nullif(c.city, ''), nullif(o.region, ''), '') AS destination,
  strftime((o.placed_at AT TIME ZONE 'UTC') + to_minutes($ahead), '%Y-%m-%d') AS day, count(*)::BIGINT AS parcels
FROM orders o
  LEFT JOIN customers c ON c.customer_id = o.customer_id
  LEFT JOIN (SELECT order_id, any_value(destination) AS destination FROM parcels GROUP BY order_id) p
    ON p.order_id = o.order_id
WHERE o.placed_at > $since AND o.placed_at <= $until AND o.status NOT IN ('cancelled', 'unavailable')
GROUP BY ALL ORDER BY 1, 2
"""
_ECONOMY = """
SELECT count(DISTINCT l.order_id)::BIGINT AS orders, sum(l.quantity)::DOUBLE AS units,
  sum(l.quantity * l.price)::DOUBLE AS value, sum(l.quantity * g.cost)::DOUBLE AS cost,
  sum(CASE WHEN g.cost IS NULL THEN 0 ELSE l.quantity END)::DOUBLE AS costed,
  sum(l.quantity * g.weight_g)::DOUBLE / 1000 AS kg, any_value(l.price_currency) AS currency
FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products g USING (product_id)
WHERE o.placed_at > $since AND o.placed_at <= $until AND l.quantity > 0
"""


def close_day(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Say the network as it runs and the best one; at the end of a week propose what pays."""
    origins = [row["origin"] for row in ctx.sql(_ORIGINS)]
    since, until = event.at - timedelta(days=DAYS), event.at
    economy = _economy(ctx, since, until) if origins else None
    if economy is None:
        return
    demand = _demand(ctx, event)
    routed = {name: row.place for name in demand if (row := ctx.read(Routing, name)) is not None}
    net = layout.build(ctx.read, origins, demand, economy, routed)
    if net is None:
        return
    sunday = date.fromisoformat(event.day).isoweekday() == 7
    if len(net.source) * len(net.demand) > LARGE and not sunday:
        return
    present = planning.as_routed(net)
    best = planning.best(net, start=present)
    cost = planning.change_cost(net, best, _transfers(ctx, net))
    shared: dict[str, Any] = {
        "demand": {name: tuple(net.demand[:, j].tolist()) for j, name in enumerate(net.targets)},
        "economy": {"order": economy.order_value, "unit": economy.unit_cost, "units": economy.units, "kg": economy.kg},
    }
    saves = max(0, round(present.cost - best.cost))
    yield from figures.rows(net, present._replace(bound=best.bound), "present", event.day, **shared)
    yield from figures.rows(net, best, "best", event.day, **shared, saves=Money(saves, economy.currency),
                            change_cost=Money(round(cost), economy.currency))  # fmt: skip
    yield from categories.placed(ctx, net, best, event, since)
    if sunday:
        yield from propose(net, present, best, saves, cost, event)


def propose(net: Network, present: Plan, best: Plan, saves: int, cost: float, event: DayClosed) -> Iterator[Table]:
    """A change, where it pays `TIMES` over within `PAYS_IN` days and is worth a look."""
    after = planning.routing(net, best)
    names = np.array([*net.places, ""])
    moves = tuple(
        RouteMove(name, str(names[net.routed[j]]), str(names[after[j]]))
        for j, name in enumerate(net.targets)
        if after[j] >= 0 and after[j] != net.routed[j]
    )
    opens = tuple(p for n, p in enumerate(net.places) if best.open[n] and not net.was_open[n])
    closes = tuple(p for n, p in enumerate(net.places) if net.was_open[n] and not best.open[n])
    pays = saves * PAYS_IN > TIMES * cost and saves > WORTH * present.cost
    if not pays or not (moves or opens or closes):
        return
    year, week, _ = date.fromisoformat(event.day).isocalendar()
    currency = net.economy.currency
    money, once = Money(saves, currency), Money(max(round(cost), 1), currency)
    before, then = figures.times(net, present), figures.times(net, best)
    yield decide(
        Replan(wave=f"{year}-W{week:02d}", moves=moves, opens=opens, closes=closes, saves=money, at_risk=once),
        Text(
            en=f"{len(moves)} destinations are better served from another place: {money} less a day, {once} once; "
            f"9 of 10 parcels within {then[2]:.1f} days instead of {before[2]:.1f}; no plan costs "
            f"{best.gap:.2%} less than this one",
            zh=f"{len(moves)} 个目的地改由其他仓库发货更好：每天少 {money}，一次性成本 {once}；"
            f"十件中九件 {then[2]:.1f} 天送达（目前 {before[2]:.1f} 天）；没有方案比它再便宜 {best.gap:.2%}",
        ),
        confidence=0.8 if best.gap < 0.01 else 0.5,
        alternatives=(
            Alternative(
                name="the best plan",
                score=-float(Money(round(best.cost), currency).major()),
                propensity=1.0,
                chosen=True,
            ),
            Alternative(name="leave it as it is", score=-float(Money(round(present.cost), currency).major())),
        ),
        decide_by=event.at + timedelta(days=7),
    )


def _demand(ctx: Context, event: DayClosed) -> dict[str, tuple[float, ...]]:
    """Parcels of each destination on each of the last days; days before the first order do not count."""
    following = date.fromisoformat(event.day) + timedelta(days=1)
    ahead = _ahead(event)
    days = [(following - timedelta(days=n + 1)).isoformat() for n in range(DAYS)]
    found: dict[str, dict[str, int]] = {}
    for row in ctx.sql(_DEMAND, since=event.at - timedelta(days=DAYS), until=event.at, ahead=ahead):
        if row["destination"]:
            found.setdefault(row["destination"], {})[row["day"]] = row["parcels"]
    seen = [day for day in reversed(days) if any(day in by_day for by_day in found.values())]
    return {name: tuple(float(by_day.get(day, 0)) for day in seen) for name, by_day in found.items()}


def _ahead(event: DayClosed) -> int:
    """Minutes by which the shop's midnight is ahead of UTC, in whole quarters of an hour."""
    following = date.fromisoformat(event.day) + timedelta(days=1)
    ahead = (datetime.combine(following, datetime.min.time(), UTC) - event.at) / timedelta(minutes=15)
    return max(-14 * 60, min(14 * 60, round(ahead) * 15))


def _economy(ctx: Context, since: Any, until: Any) -> Economy | None:
    """What an order is worth; None where nothing was sold."""
    (row,) = ctx.sql(_ECONOMY, since=since, until=until)
    if not row["orders"] or not row["value"]:
        return None
    orders, units = row["orders"], row["units"]
    unit = row["cost"] / row["costed"] if row["costed"] else 0.6 * row["value"] / units
    return Economy(
        row["currency"], round(row["value"] / orders, 2), round(unit, 2),
        round(units / orders, 4), round(row["kg"] / orders, 4) if row["kg"] else PARCEL_KG,
    )  # fmt: skip


def _transfers(ctx: Context, net: Network) -> Any:
    """[from, to] what a parcel's goods cost to move, in minor units."""
    goods = net.economy.unit_cost * net.economy.units
    found = np.full((len(net.places), len(net.places)), TRANSFER_SHARE * goods)
    at = {place: n for n, place in enumerate(net.places)}
    for row in ctx.sql(_TRANSFERS):
        for lane in ctx.read(Lane, origin=row["origin"]):
            if lane.kind == "transfer" and lane.origin in at and lane.destination in at:
                cost = (lane.per_parcel.amount if lane.per_parcel else 0) + net.economy.kg * (
                    lane.per_kg.amount if lane.per_kg else 0
                )
                found[at[lane.origin], at[lane.destination]] = cost
    return found
