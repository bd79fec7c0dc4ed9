"""What a night of the link costs: 1,000 products at one place with 112 days of sales and forecasts of 14, in memory."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from time import process_time
from typing import Any

import numpy as np

from linkloop.commerce.catalog import Product, Supplier
from linkloop.commerce.demand import Forecast
from linkloop.commerce.stock import DemandDay, OrderTuning, StockFrontier, StockLevel
from linkloop.commerce.time import DayClosed
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.links.demand.model import PathsModel
from linkloop.links.stock import link
from tests.links.context import MemoryShop, decisions, of_kind

COUNT, DAYS = 1000, 112
TODAY = date(2026, 3, 29)
LEVELS = {"q05": 0.05, "q10": 0.1, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9, "q95": 0.95}


class Timed(PathsModel):
    """Counts the CPU-seconds of its answers; finds forecasts by their product at once, as the store's index does."""

    def __init__(self, rows: list[Table]) -> None:
        self.spent = 0.0
        self.forecasts: dict[str, list[Table]] = {}
        for row in rows:
            if isinstance(row, Forecast):
                self.forecasts.setdefault(row.product_id, []).append(row)

    def answer_at(self, question: Any, horizon: int, read: Any) -> Any:
        def found(table: type[Table], key: str | None = None, /, **where: str) -> Any:
            return self.forecasts.get(where["product_id"], []) if table is Forecast else read(table, key, **where)

        begun = process_time()
        try:
            return super().answer_at(question, horizon, found)
        finally:
            self.spent += process_time() - begun


def rows() -> Iterator[Table]:
    """The shop: Poisson sales of 0.2 to 20 a day, a week of stock on average."""
    rng = np.random.default_rng(8)
    yield from (
        Supplier(
            supplier_id=f"s{n}", lead_time_days=3 + n, lead_time_sd_days=1 + n / 10, case_pack_units=1 + 5 * (n % 2)
        )
        for n in range(8)
    )
    for n, pace in enumerate(np.exp(rng.uniform(np.log(0.2), np.log(20), COUNT)).tolist()):
        product, cost = f"p{n:04}", int(np.exp(rng.normal(8, 0.8)))
        yield Product(
            product_id=product, price=Money(cost * 3 // 2, "CNY"), cost=Money(cost, "CNY"), supplier_id=f"s{n % 8}"
        )
        yield StockLevel(product_id=product, place="hz", on_hand=int(rng.integers(0, 15) * pace))
        for back, units in enumerate(rng.poisson(pace, DAYS).tolist()):
            day = (TODAY - timedelta(days=back)).isoformat()
            yield DemandDay(product_id=product, place="hz", day=day, units=units, orders=units)
        drawn = rng.poisson(pace, 2000)
        marks = {name: float(np.quantile(drawn, level)) for name, level in LEVELS.items()}
        for ahead in range(1, 15):
            day = (TODAY + timedelta(days=ahead)).isoformat()
            yield Forecast(product_id=product, place="hz", day=day, made_on=TODAY.isoformat(), mean=pace,
                           q05=marks["q05"], q10=marks["q10"], q25=marks["q25"], q50=marks["q50"], q75=marks["q75"],
                           q90=marks["q90"], q95=marks["q95"])  # fmt: skip


def show(asked: Namespace) -> None:
    """Print the CPU-seconds of a night, and what of them is the forecaster's."""
    given = list(rows())
    shop, model = MemoryShop(link, given), Timed(given)
    shop.matrix.register(model)
    closed = DayClosed(at=datetime(2026, 3, 29, 16, tzinfo=UTC), shop="s", day=TODAY.isoformat(), id="e1")
    shop.sql("SELECT 1")  # the tables are there before the night begins
    begun = process_time()
    said = shop.hear(closed)
    spent = process_time() - begun
    rows_of = [row for row in of_kind(said, StockFrontier) if row.scope == "shop"]
    now = next((row for row in rows_of if row.today), None)
    print(
        f"a night of {COUNT:,} products at one place: {spent:.1f} CPU-s, {model.spent:.1f} of them links/demand's for "
        f"joint futures; {len(decisions(said))} orders, {len(of_kind(said, OrderTuning))} segments tuned"
    )
    if now is not None:
        print(f"today's point: turnover {now.turnover:.1f} a year, stock-out {now.stockout:.2%} of units")
