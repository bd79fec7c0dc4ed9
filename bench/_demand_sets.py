"""The sets that bench/supply_demand measures on, as panels: units, what was seen, what is known ahead."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from linkloop.links.demand import festivals
from linkloop.links.demand.panel import Panel

DATA = Path(os.environ.get("LINKLOOP_DATA") or Path(__file__).parents[2] / "shared" / "data")
# What the contest gave of the days to come. Shutdowns, blackouts, changes of the least order, weather and activity it
# gave of the past only: days that were cut short are not learned from, and nothing of these is known ahead.
_KNOWN_ROHLIK = ("holiday", "shops_closed", "winter_school_holidays", "school_holidays")
_CUT_ROHLIK = ("shutdown", "mini_shutdown", "blackout", "frankfurt_shutdown")


class Set(NamedTuple):
    """A panel over all that the file holds, its day or week of each period, the name of each series, and what counts
    when forecasts are judged (where it is more than what was seen whole)."""

    panel: Panel
    days: list[date]
    names: list[str]
    judged: np.ndarray | None = None


def there(folder: Path, *parts: str) -> Path | None:
    """The file, or None, saying so."""
    path = folder.joinpath(*parts)
    if path.exists():
        return path
    print(f"{path} is missing: skipped")
    return None


def walmart(path: Path) -> Set:
    """Weekly sales per store and department; what is negative counts as 0."""
    rows = pl.read_parquet(path)
    wide = rows.pivot(on="Date", index=["Store", "Dept"], values="Weekly_Sales").sort("Store", "Dept")
    names = sorted(c for c in wide.columns if c not in ("Store", "Dept"))
    values = wide.select(names).to_numpy().astype(float)
    days = [date.fromisoformat(name) for name in names]
    year = np.array([(day.timetuple().tm_yday - 1) / 365.25 for day in days])
    panel = Panel(
        np.maximum(np.nan_to_num(values), 0.0), ~np.isnan(values), 52, year=year, groups=wide["Dept"].to_numpy()
    )
    return Set(panel, days, [f"{s}-{d}" for s, d in wide.select("Store", "Dept").iter_rows()])


def rohlik(path: Path) -> Set:
    """Orders per warehouse and day with what is known ahead: holidays and the days around them, closed shops and the
    days around them, school holidays, Easter and Christmas."""
    rows = pl.read_csv(path, infer_schema_length=10_000).with_columns(pl.col("date").str.to_date())
    first, last = rows["date"].min(), rows["date"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    days = _days(first, last)
    houses = sorted(rows["warehouse"].unique())
    units, there = np.zeros((len(houses), len(days))), np.zeros((len(houses), len(days)), dtype=bool)
    cut = np.zeros_like(there)
    known = np.zeros((len(houses), len(days), len(_KNOWN_ROHLIK)))
    count = len(_KNOWN_ROHLIK)
    for house, day, orders, *given in rows.select(
        "warehouse", "date", "orders", *_KNOWN_ROHLIK, *_CUT_ROHLIK
    ).iter_rows():
        n, t = houses.index(house), (day - first).days
        units[n, t], there[n, t] = orders, True
        known[n, t], cut[n, t] = given[:count], any(given[count:])
    near = [_moved(known[:, :, k], by) for k in (0, 1) for by in (-1, -2, 1)]
    feast = festivals.columns(first, len(days))
    western = [festivals.NAMES.index(name) for name in ("christmas_before", "new_year", "easter", "valentine")]
    shared = np.broadcast_to(feast[None, :, western], (len(houses), len(days), len(western)))
    whole = np.concatenate([known, np.stack(near, axis=2), shared], axis=2)
    around = tuple(f"{name}{by:+d}" for name in ("holiday", "closed") for by in (-1, -2, 1))
    names = (*_KNOWN_ROHLIK, *around, *(festivals.NAMES[k] for k in western))
    year = np.array([(day.timetuple().tm_yday - 1) / 365.25 for day in days])
    panel = Panel(units, there & ~cut, 7, whole, names, year, np.arange(len(houses)))
    return Set(panel, days, houses, there)


def _moved(columns: np.ndarray, by: int) -> np.ndarray:
    """[n, T] the columns moved by so many days towards later."""
    found = np.zeros_like(columns)
    if by > 0:
        found[:, by:] = columns[:, :-by]
    else:
        found[:, :by] = columns[:, -by:]
    return found


def online_retail(path: Path, count: int) -> Set:
    """Units per SKU and day of the `count` SKUs that sold most lines, returns and codes that are no goods left out."""
    rows = pl.read_parquet(path).filter(
        (pl.col("Quantity") > 0) & (pl.col("UnitPrice") > 0) & pl.col("StockCode").str.contains(r"^\d{5}")
    )
    rows = rows.with_columns(pl.col("InvoiceDate").str.slice(0, 10).str.to_date().alias("day"))
    first, last = rows["day"].min(), rows["day"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    best = rows.group_by("StockCode").len().sort(["len", "StockCode"], descending=[True, False]).head(count)
    names = sorted(best["StockCode"])
    index = {name: n for n, name in enumerate(names)}
    days = _days(first, last)
    units = np.zeros((len(names), len(days)))
    sums = rows.filter(pl.col("StockCode").is_in(names)).group_by("StockCode", "day").agg(pl.col("Quantity").sum())
    for name, day, quantity in sums.iter_rows():
        units[index[name], (day - first).days] = quantity
    closed = np.array([(day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 3) for day in days])
    known = np.broadcast_to(closed[None, :, None].astype(float), (len(names), len(days), 1))
    seen = np.cumsum(units > 0, axis=1) > 0
    year = np.array([(day.timetuple().tm_yday - 1) / 365.25 for day in days])
    return Set(Panel(units, seen, 7, known, ("closed",), year), days, names)


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]


def window(given: Set, end: int, horizon: int) -> tuple[Panel, np.ndarray, np.ndarray]:
    """The panel before the last `horizon` of its first `end` periods, and their units and what of them is judged."""
    panel, start = given.panel, end - horizon
    past = panel._replace(units=panel.units[:, :start], seen=panel.seen[:, :start])
    if panel.known is not None:
        past = past._replace(known=panel.known[:, :end])
    if panel.year is not None:
        past = past._replace(year=panel.year[:end])
    judged = panel.seen if given.judged is None else given.judged
    return past, panel.units[:, start:end], judged[:, start:end]


def arguments(description: str) -> argparse.ArgumentParser:
    """The options that every part takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--quick", action="store_true", help="peers that take minutes run on a sample, which is said")
    parser.add_argument("--earlier", type=int, default=0, help="so many horizons earlier: where choices are made")
    return parser
