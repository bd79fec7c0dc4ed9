"""Risks: as a day closes, the risk of the coming days is written down, so that asking for it is reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from linkloop.commerce.network import SupplyRisk, SupplyRiskDay
from linkloop.commerce.time import DayClosed
from linkloop.core.errors import Refused
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.links.stock import reliability

DAYS = 8  # the night's forecasts reach two weeks: of these days they cover the whole week that follows
MOST_ROWS = 20_000  # a night writes as many of these days as fit, and always the first

# Rounded, for sums in another order differ in the last bit and a replay must not. One row a day, however many products.
_NIGHT = """
WITH known AS (
  SELECT * FROM supply_chain_risk_live WHERE "date" >= $first AND "date" <= $last
),
size AS (SELECT greatest(1, count(*)) AS pairs FROM known WHERE "date" = $first)
SELECT "date", list(struct_pack(
    product_id := product_id, region := region, predicted_demand := round(predicted_demand, 6),
    current_stock := current_stock, demand_sd := round(demand_sd, 6), coming := coming,
    p_stockout := round(p_stockout, 6), lead_days := round(lead_days, 3), action_by_cost := action_by_cost,
    order_units := order_units, hold_cost := round(hold_cost, 2), order_cost := round(order_cost, 2),
    promote_cost := round(promote_cost, 2), currency := currency, forecast := forecast
  ) ORDER BY product_id, region) AS found
FROM known, size
WHERE date_diff('day', CAST($first AS DATE), CAST("date" AS DATE)) < greatest(1, $most // size.pairs)
GROUP BY "date" ORDER BY "date"
"""


def write_down(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """The risk of every product in every region on the coming days as it is known now, day by day.

    A night that takes too long or too much memory to work out writes nothing: its days are worked out when asked for.
    What past days teach counts from the next night on: this night's rows are corrected by what was known before.
    """
    first = date.fromisoformat(event.day) + timedelta(days=1)
    last = first + timedelta(days=DAYS - 1)
    try:
        days = ctx.sql(_NIGHT, first=first.isoformat(), last=last.isoformat(), most=MOST_ROWS)
        learned = reliability.learn(ctx, event.shop, event.day)
    except Refused:
        return
    for day in days:
        for row in day["found"]:
            yield SupplyRisk(date=day["date"], **row)
        yield SupplyRiskDay(date=day["date"], rows=len(day["found"]))
    if learned is not None:
        yield learned
