"""The risk query over 4.9 million rows as the door serves it, beside DuckDB on plain Parquet, in the same run.

`python -m bench supply_risk [rows]`: 7 regions × 2,000 products × 350 days by default. Ours is `SqlDoor.query` with the
text of the mission (guard, freshness of every table, limits, Python rows), over a lake that was landed night by night.
`python -m bench supply_risk calibration [seed …]`: how well chances and costs come true, see _risk_calibration.py.

Peers: bare DuckDB on one plain Parquet file in no order, the same file with everything that the query needs, and the
lake's own files. All give the same rows, which is checked. Wall milliseconds, median (and least) of 21.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import files
from statistics import median

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linkloop.commerce.network import SupplyRisk, SupplyRiskDay
from linkloop.store.columns import arrow_schema, to_arrow
from linkloop.store.drivers.sqlite import connect
from linkloop.store.lake import Lake
from linkloop.store.schema import metadata
from linkloop.store.sql.door import SqlDoor
from linkloop.store.sql.views import shipped_views

REGIONS = ("华东", "华南", "华北", "华中", "西南", "西北", "东北")
PRODUCTS = 2_000
NIGHTS_A_FILE = 7
RUNS = 21
ASKED = (files("linkloop.faces.desk") / "starters" / "supply_chain_risk.sql").read_text(encoding="utf-8")


def nights(first: date, count: int, rng: np.random.Generator, offset: int) -> pa.Table:
    """The rows that would be written down in `count` nights."""
    pairs = len(REGIONS) * PRODUCTS
    rows = pairs * count
    demand = rng.gamma(1.0, 60.0, rows)
    stock = np.rint(demand * rng.uniform(0.4, 1.8, rows)).astype(np.int64)
    days = [(first + timedelta(days=n)).isoformat() for n in range(count)]
    filled: dict[str, object] = {
        "product_id": np.tile([f"SKU-{n:05d}" for n in range(PRODUCTS)], len(REGIONS) * count),
        "region": np.tile(np.repeat(np.array(REGIONS), PRODUCTS), count),
        "date": np.repeat(np.array(days), pairs),
        "predicted_demand": demand, "current_stock": stock, "demand_sd": np.sqrt(demand), "coming": np.zeros(rows, int),
        "p_stockout": rng.random(rows), "lead_days": np.full(rows, 7.0), "order_units": np.zeros(rows, int),
        "action_by_cost": np.full(rows, "维持现状"), "hold_cost": rng.random(rows), "order_cost": rng.random(rows),
        "promote_cost": rng.random(rows), "currency": np.full(rows, "CNY"), "forecast": np.full(rows, "model"),
        "_offset": np.arange(offset, offset + rows),
    }  # fmt: skip
    schema = arrow_schema(SupplyRisk)
    return pa.table([pa.array(filled[name], schema.field(name).type) for name in schema.names], schema=schema)


def clock(run: Callable[[], object]) -> tuple[float, float]:
    """Median and least wall milliseconds."""
    took = []
    for _ in range(RUNS):
        started = time.perf_counter()
        run()
        took.append((time.perf_counter() - started) * 1000)
    return median(took), min(took)


def main() -> None:
    """Print the figures."""
    if sys.argv[1:2] == ["calibration"]:
        from bench._risk_calibration import report  # with scipy and a town

        report([int(seed) for seed in sys.argv[2:]] or [12, 13])
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 4_900_000
    rng = np.random.default_rng(7)
    days = max(1, rows // (len(REGIONS) * PRODUCTS))
    first = date(2023, 11, 11) - timedelta(days=min(days - 1, 300))
    with tempfile.TemporaryDirectory(prefix="linkloop-bench-") as folder:
        engine = connect(f"sqlite:///{folder}/log.db")
        metadata.create_all(engine)
        lake = Lake(f"{folder}/lake")
        whole, offset = [], 1
        for n in range(0, days, NIGHTS_A_FILE):
            batch = nights(first + timedelta(days=n), min(NIGHTS_A_FILE, days - n), rng, offset)
            offset += batch.num_rows
            lake.append(SupplyRisk, batch, "bench", n)
            whole.append(batch)
        lake.compact(SupplyRisk)
        marks = [
            (n + 1, SupplyRiskDay(date=(first + timedelta(days=n)).isoformat(), rows=len(REGIONS) * PRODUCTS))
            for n in range(days)
        ]
        lake.append(SupplyRiskDay, to_arrow(SupplyRiskDay, marks), "bench", 0)
        everything = pa.concat_tables(whole)
        shuffled = everything.take(pa.array(rng.permutation(everything.num_rows)))
        pq.write_table(shuffled.select(["product_id", "region", "date", "predicted_demand", "current_stock"]),
                       f"{folder}/plain.parquet")  # fmt: skip
        pq.write_table(everything, f"{folder}/ordered.parquet")
        cold = lake.cold(SupplyRisk)
        assert cold is not None
        files = [*cold.live.files, *cold.new.files]
        print(f"{everything.num_rows:,} rows of (product, region, day), {len(files)} files in the lake")

        door = SqlDoor(engine, lake, zone="Asia/Shanghai")
        ask = ASKED
        bare = duckdb.connect(config={"threads": 2, "memory_limit": "512MB"})
        bare.execute("SET parquet_metadata_cache = true")
        started = time.perf_counter()
        ours = sorted(door.query(ask).rows)
        print(f"{'first query of the door':44s} {(time.perf_counter() - started) * 1000:8.1f} ms")
        here, least = clock(lambda: door.query(ask))
        print(f"{'the door: hot + cold, view, limits':44s} {here:8.1f} ms  (least {least:.1f})")
        everywhere = "SELECT * FROM supply_chain_risk_model WHERE region = '华东' AND date = '2023-11-11'"
        full, least = clock(lambda: door.query(everywhere))
        print(f"{'… all columns, with costs and reasons':44s} {full:8.1f} ms  (least {least:.1f})")
        for name, source in (
            ("peer: DuckDB, plain Parquet in no order", f"read_parquet('{folder}/plain.parquet')"),
            ("peer: DuckDB, one Parquet file by day", f"read_parquet('{folder}/ordered.parquet')"),
            ("peer: DuckDB, the lake's own files", cold.source(bare, cold.live, cold.new)),
        ):
            query = ASKED.replace("FROM supply_chain_risk_model", f"FROM {source}")
            theirs, least = clock(lambda query=query: bare.execute(query).fetchall())
            assert sorted(bare.execute(query).fetchall()) == ours, name
            print(f"{name:44s} {theirs:8.1f} ms  (least {least:.1f})   ours is {theirs / here:.1f} × as fast")
        actions = {
            action: sum(1 for row in ours if row[3] == action) for action in ("紧急补货", "促销建议", "维持现状")
        }
        print(f"rows of the answer: {len(ours):,}; " + ", ".join(f"{name} {count}" for name, count in actions.items()))
        print(f"views: {', '.join(name for name in shipped_views() if 'risk' in name)}")
        door.close()


if __name__ == "__main__":
    main()
