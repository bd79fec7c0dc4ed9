"""Outlook: what the forecasts say will sell a day, for decisions that would otherwise go by the past alone."""

from __future__ import annotations

from datetime import date, timedelta

from linkloop.commerce.demand import Forecast, ForecastOverride
from linkloop.core.link import Context
from linkloop.core.table import table_name
from linkloop.links.stock.model import Demand

AHEAD_DAYS = 28
STALE_DAYS = 3  # forecasts that were made earlier are not believed
_SPREAD = 3.29  # standard deviations between the 5 % and the 95 % quantile of a normal distribution

_FORECASTS = f"""
SELECT f.product_id, f.place, count(*)::BIGINT AS days, avg(coalesce(o.units, f.mean)) AS mean,
  avg(((f.q95 - f.q05) / $spread) ** 2) AS variance
FROM {table_name(Forecast)} f LEFT JOIN {table_name(ForecastOverride)} o USING (product_id, place, day)
WHERE f.day > $day AND f.day <= $until AND f.made_on >= $since AND ($product = '' OR f.product_id = $product)
GROUP BY f.product_id, f.place ORDER BY f.product_id, f.place
"""


def told(ctx: Context, day: str, product_id: str = "") -> dict[tuple[str, str], Demand]:
    """(product, place) → units a day over the coming four weeks, by forecasts and a person's overrides of them.

    The variance is that of a day by its 90 % interval, at least Poisson's.
    """
    last = date.fromisoformat(day)
    found: dict[tuple[str, str], Demand] = {}
    for row in ctx.sql(
        _FORECASTS,
        day=day,
        until=(last + timedelta(days=AHEAD_DAYS)).isoformat(),
        since=(last - timedelta(days=STALE_DAYS)).isoformat(),
        spread=_SPREAD,
        product=product_id,
    ):
        mean = max(float(row["mean"]), 0.0)
        found[row["product_id"], row["place"]] = Demand(mean, max(float(row["variance"]), mean), row["days"])
    return found
