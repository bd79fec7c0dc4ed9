"""Importing a merchant's file: CPU, memory and rows a second, beside polars + sqlite3 and beside DuckDB.

python -m bench.import_files [FILE] (default: online_retail of the data folder, or any file of that form)

Ours reads, guesses the mapping, checks every cell, quarantines, and writes lake, state and log, durably and
resumably. The first peer is what one would write by hand with the fastest parts: polars reads the file and makes
the same four tables, sqlite3 takes them by executemany with the same durability, nothing is checked. The second
peer only copies the file into one DuckDB table: the floor. Each runs in its own process.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

DATA = Path(os.environ.get("LINKLOOP_DATA", "../shared/data"))
DEFAULT = DATA / "supply" / "online_retail" / "online_retail.parquet"
CHUNK = 50_000


def ours(file: Path, folder: Path) -> dict[str, Any]:
    """Import into a fresh shop."""
    from linkloop.store.lake import Lake
    from linkloop.store.store import open_store
    from linkloop.worlds.files import import_path

    store = open_store(f"sqlite:///{folder}/shop.db")
    report = import_path(file, store.engine, Lake(f"file://{folder}/lake"), folder=folder)
    store.close()
    tables = {name: rows for each in report.files for name, rows in each.tables.items()}
    return {"rows": report.rows_in, "kept": report.rows_kept, "quarantined": report.rows_quarantined, "tables": tables}


def by_hand(file: Path, folder: Path) -> dict[str, Any]:
    """The same four tables by polars and sqlite3, without looking at a cell."""
    import polars as pl

    lines = (pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(file, infer_schema=False)).rename(
        {"InvoiceNo": "order_id", "StockCode": "product_id", "Quantity": "quantity", "UnitPrice": "price",
         "InvoiceDate": "at", "CustomerID": "customer_id", "Country": "country", "Description": "title"}
    ).select(
        pl.all().exclude("price", "quantity").cast(pl.String),
        pl.col("quantity").cast(pl.Int64),
        (pl.col("price").cast(pl.Float64) * 100).round().cast(pl.Int64),
    ).with_columns(line_no=pl.int_range(1, pl.len() + 1).over("order_id"))  # fmt: skip
    orders = lines.group_by("order_id", maintain_order=True).agg(
        pl.col("customer_id", "at", "country").first(), total=(pl.col("price") * pl.col("quantity")).sum()
    )
    products = lines.group_by("product_id", maintain_order=True).agg(pl.col("title", "price").first())
    customers = lines.drop_nulls("customer_id").group_by("customer_id", maintain_order=True).agg(
        pl.col("country").first()
    )  # fmt: skip
    lines = lines.select("order_id", "line_no", "product_id", "quantity", "price", "at")
    with sqlite3.connect(folder / "peer.db", isolation_level=None) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        made = {
            "order_lines": (lines, 2),
            "orders": (orders, 1),
            "products": (products, 1),
            "customers": (customers, 1),
        }
        for name, (frame, keys) in made.items():
            key = ", ".join(frame.columns[:keys])
            db.execute(f"CREATE TABLE {name} ({', '.join(frame.columns)}, PRIMARY KEY ({key})) WITHOUT ROWID")
            insert = f"INSERT OR REPLACE INTO {name} VALUES ({', '.join('?' * frame.width)})"
            for start in range(0, frame.height, CHUNK):
                db.execute("BEGIN")
                db.executemany(insert, frame[start : start + CHUNK].rows())
                db.execute("COMMIT")
    return {"rows": lines.height, "tables": {name: frame.height for name, (frame, _) in made.items()}}


def copied(file: Path, folder: Path) -> dict[str, Any]:
    """The file as it is, in one DuckDB table."""
    import duckdb

    with duckdb.connect(str(folder / "peer.duckdb")) as db:
        read = "read_parquet" if file.suffix == ".parquet" else "read_csv"
        db.execute(f"CREATE TABLE lines AS SELECT * FROM {read}(?)", [str(file)])
        return {"rows": db.execute("SELECT count(*) FROM lines").fetchall()[0][0]}


WORK = {"linkloop": ours, "polars + sqlite3": by_hand, "duckdb copy": copied}


def measured(name: str, file: Path) -> dict[str, Any]:
    """One of the three in a process of its own; CPU (all threads) and peak memory as that process sees them."""
    made = subprocess.run(
        [sys.executable, "-m", "bench.import_files", "--child", name, str(file)], check=True, capture_output=True
    )
    return json.loads(made.stdout.splitlines()[-1])


def child(name: str, file: Path) -> None:
    """Do one piece of work and print its account as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        started, wall = time.process_time(), time.perf_counter()
        told = WORK[name](file, Path(folder))
        told["cpu_s"], told["wall_s"] = time.process_time() - started, time.perf_counter() - wall
    told["rss_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(told))


def main(file: Path = DEFAULT) -> None:
    """Print the three, and how ours stands to the first peer."""
    if not file.is_file():
        print(f"import_files: skipped, {file} is missing (set LINKLOOP_DATA)")
        return
    found = {name: measured(name, file) for name in WORK}
    for name, told in found.items():
        print(
            f"{name:<17} {told['rows']:>9,} rows  {told['cpu_s']:6.2f} CPU-s  {told['wall_s']:6.2f} s"
            f"  {told['rss_mib']:6.0f} MiB  {told['rows'] / told['cpu_s']:>10,.0f} rows/CPU-s"
        )
    mine, peer = found["linkloop"], found["polars + sqlite3"]
    print(f"kept {mine['kept']:,}, quarantined {mine['quarantined']:,}, in {mine['rows']:,}; tables {mine['tables']}")
    ratio = mine["cpu_s"] / peer["cpu_s"]
    print(f"CPU of linkloop ÷ polars + sqlite3: {ratio:.2f} (goal: at most 15 CPU-s and 1,024 MiB)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]))
    else:
        main(*map(Path, sys.argv[1:]))
