"""Facts: the network as it is today, by SQL: centres, what each region's cities want a day, and how lanes run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from linkloop.links.network.planning import Centre, Network, build

Sql = Callable[..., list[dict[str, Any]]]
WINDOW_DAYS = 28
COST_PER_DAY = 200_000.0  # minor units that an open centre costs a day where nobody stated it
_CENTRES = """
SELECT p.place, p.latitude, p.longitude, coalesce(w.units_per_day, 0) AS units_per_day,
  coalesce(w.cost_per_day, $cost) AS cost_per_day
FROM places AS p LEFT JOIN warehouses AS w USING (place)
WHERE p.latitude IS NOT NULL AND p.longitude IS NOT NULL AND NOT coalesce(w.closed, false)
ORDER BY p.place
"""
# Orders know where they went by their parcel; before there were parcels, by the region of the order.
_FLOWS = """
WITH last AS (
  SELECT max(coalesce(l.sold_at, o.placed_at)) AS at FROM order_lines AS l LEFT JOIN orders AS o USING (order_id)
)
SELECT l.place, coalesce(nullif(any_value(p.destination), ''), nullif(o.region, '')) AS destination,
  sum(l.quantity)::DOUBLE AS units
FROM order_lines AS l
JOIN orders AS o USING (order_id)
LEFT JOIN parcels AS p USING (order_id)
CROSS JOIN last
WHERE l.quantity > 0 AND l.place <> '' AND coalesce(l.sold_at, o.placed_at) > last.at - to_days($window)
GROUP BY l.place, l.order_id, l.line_no, o.region
"""
FLOWS = f"SELECT place, destination, sum(units) / $window AS units FROM ({_FLOWS}) WHERE destination IS NOT NULL GROUP BY ALL ORDER BY ALL"  # noqa: E501
LANES = """
SELECT origin, destination, carrier, count(*) AS parcels,
  avg(epoch(delivered_at) - epoch(shipped_at)) / 86400 AS days,
  avg(CASE WHEN promised_at IS NULL THEN NULL WHEN delivered_at > promised_at THEN 1.0 ELSE 0.0 END) AS late
FROM parcels
WHERE delivered_at IS NOT NULL AND shipped_at IS NOT NULL AND origin <> '' AND destination <> ''
  AND delivered_at > (SELECT max(delivered_at) FROM parcels) - to_days($window)
GROUP BY ALL ORDER BY ALL
"""


def network(sql: Sql) -> Network:
    """The network as the tables tell it."""
    centres = [Centre(**row) for row in sql(_CENTRES, cost=COST_PER_DAY)]
    flows: dict[tuple[str, str], float] = {}
    wanted: dict[str, float] = {}
    for row in sql(FLOWS, window=WINDOW_DAYS):
        flows[row["place"], row["destination"]] = row["units"]
        wanted[row["destination"]] = wanted.get(row["destination"], 0.0) + row["units"]
    days: dict[tuple[str, str], float] = {}
    weight: dict[tuple[str, str], int] = {}
    for row in sql(LANES, window=WINDOW_DAYS):
        key = row["origin"], row["destination"]
        seen = weight.get(key, 0)
        days[key] = (days.get(key, 0.0) * seen + row["days"] * row["parcels"]) / (seen + row["parcels"])
        weight[key] = seen + row["parcels"]
    return build(centres, wanted, flows, days)
