"""Policy: when a day closes, the risk of the new day is written down, lanes are measured, and the plan is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from linkloop.commerce.network import Lane, NetworkFlow, NetworkPlan, SupplyRisk, SupplyRiskDay
from linkloop.commerce.time import DayClosed
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.links.network import facts
from linkloop.links.network.atlas import where
from linkloop.links.network.planning import Network, kilometres, moves, plan

PLAN = "today"
_FIELDS = (
    "product_id", "region", "date", "predicted_demand", "current_stock", "demand_sd", "coming", "p_stockout",
    "lead_days", "action_by_cost", "order_units", "hold_cost", "order_cost", "promote_cost", "currency", "forecast",
)  # fmt: skip
_RISK = 'SELECT * FROM supply_chain_risk_live WHERE "date" = $day ORDER BY product_id, region'


def close_day(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """The risk of the day that begins, as it is known now; how lanes ran; who should serve whom."""
    day = (date.fromisoformat(event.day) + timedelta(days=1)).isoformat()
    rows = ctx.sql(_RISK, day=day)
    for row in rows:
        yield SupplyRisk(**{name: row[name] for name in _FIELDS})
    if rows:
        yield SupplyRiskDay(date=day, rows=len(rows))
    network = facts.network(ctx.sql)
    yield from _lanes(ctx, network)
    yield from _plan(ctx, network)


def _lanes(ctx: Context, network: Network) -> Iterator[Lane]:
    spots = {centre.place: (centre.latitude, centre.longitude) for centre in network.centres}
    costs = {
        (centre.place, name): float(network.cost[i, j])
        for i, centre in enumerate(network.centres)
        for j, name in enumerate(network.destinations)
    }
    for row in ctx.sql(facts.LANES, window=facts.WINDOW_DAYS):
        origin, spot = spots.get(row["origin"]), where(row["destination"])
        yield Lane(
            origin=row["origin"], destination=row["destination"], carrier=row["carrier"],
            kilometres=round(kilometres(*origin, *spot), 1) if origin and spot else 0.0,
            cost_per_unit=round(costs.get((row["origin"], row["destination"]), 0.0), 1),
            days=round(row["days"], 4), late=round(row["late"] or 0.0, 4), units=row["parcels"],
        )  # fmt: skip


def _plan(ctx: Context, network: Network) -> Iterator[Table]:
    found = plan(network)
    if found is None:
        return
    yield NetworkPlan(
        plan_id=PLAN, made_at=ctx.now(), cost=round(found.cost, 2), bound=round(found.bound, 2),
        gap=round(found.gap, 9), before=round(network.cost_now(), 2), moves=moves(network, found),
    )  # fmt: skip
    for i, centre in enumerate(network.centres):
        for j, name in enumerate(network.destinations):
            share = float(found.serves[i, j])
            # A flow of nothing stays a row: it replaces what an older plan said.
            yield NetworkFlow(
                plan_id=PLAN, place=centre.place, destination=name, share=round(share, 6),
                units=round(share * float(network.wanted[j]), 3),
                cost=round(share * float(network.wanted[j] * network.cost[i, j]), 2) if share else 0.0,
                days=round(float(network.days[i, j]), 4),
            )  # fmt: skip
