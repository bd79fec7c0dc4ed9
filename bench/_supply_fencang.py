"""品类分仓: 350 categories into 140 warehouses: rent against a proven bound, moves against the placement of before."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import polars as pl

from linkloop.links.network.packing import Goods, Packed, fits, kept, pack, repair
from linkloop.links.network.site import Vector


def fencang(folder: Path) -> None:
    """Print what the placement of each month costs, how near the bound is, and what moves from month to month."""
    if not folder.is_dir():
        print(f"fencang: skipped, {folder} is missing")
        return
    months = goods(folder)
    first = next(iter(months.values()))
    print(f"fencang: {len(first.stock)} categories, {len(first.room)} warehouses, one warehouse a category, "
          f"{len(first.together[0])} pairs; all warehouses rent {first.rent.sum():,.0f} a day")  # fmt: skip
    now: Packed | None = None
    for month, these in months.items():
        began = time.process_time()
        free = pack(these)
        took = time.process_time() - began
        if free is None:
            print(f"  {month}: no packing was found")
            continue
        greedy = first_fit(these)
        told = "none fits" if greedy is None else f"{rent(these, greedy):,.1f}, pairs {kept(these, greedy):.1%}"
        print(f"  {month}: rent {free.rent:,.1f}, bound {free.bound:,.1f}, gap {free.gap:.2%}, pairs kept "
              f"{free.kept:.1%}, {took:.1f} CPU-s; first fit by rent: {told}")  # fmt: skip
        if now is not None:
            stays = "fits" if fits(these, now.at) else "does not fit any more"
            print(f"      current placement (the cheapest of the month before) {stays}; planned anew "
                  f"{int((free.at != now.at).sum())} of {len(now.at)} categories move")  # fmt: skip
            mended = repair(these, now.at)
            if mended is not None:
                print(f"      mended: {int((mended != now.at).sum())} move, rent {rent(these, mended):,.1f}, "
                      f"pairs {kept(these, mended):.1%}")  # fmt: skip
        now = free


def rent(these: Goods, at: Vector) -> float:
    """Rent a day of the places that a placement uses."""
    return float(these.rent[np.unique(at)].sum())


def goods(folder: Path) -> dict[str, Goods]:
    """The last four months: mean stock of the month, and the mean units of its day."""
    stock = pl.read_csv(folder / "附件1.csv").with_columns(pl.col("月份").str.to_date("%Y/%m/%d"))
    sold = pl.read_csv(folder / "附件2.csv").with_columns(pl.col("日期").str.to_date("%Y/%m/%d").dt.truncate("1mo"))
    places, pairs = pl.read_csv(folder / "附件3.csv"), pl.read_csv(folder / "附件4.csv")
    names = sorted(stock["品类"].unique().to_list())
    at = {name: n for n, name in enumerate(names)}
    together = (
        np.array([at[name] for name in pairs["品类1"]]), np.array([at[name] for name in pairs["品类2"]]),
        pairs["关联度"].to_numpy().astype(float),
    )  # fmt: skip
    found = {}
    for month in sorted(stock["月份"].unique().to_list())[-4:]:
        mine = dict(stock.filter(pl.col("月份") == month).select("品类", "库存量").iter_rows())
        daily = dict(sold.filter(pl.col("日期") == month).group_by("品类").agg(pl.col("销量").mean()).iter_rows())
        found[month.strftime("%Y-%m")] = Goods(
            np.array([float(mine.get(name, 0)) for name in names]),
            np.array([float(daily.get(name, 0.0)) for name in names]),
            places["仓容上限"].to_numpy().astype(float), places["产能上限"].to_numpy().astype(float),
            places["仓租日成本"].to_numpy(), together,
        )  # fmt: skip
    return found


def first_fit(these: Goods) -> Vector | None:
    """The peer: the largest category first into the place of least rent per unit of room that still takes it."""
    order = np.argsort(these.rent / these.room, kind="stable")
    room, output = these.room.copy(), these.output.copy()
    at = np.full(len(these.stock), -1)
    for c in np.argsort(-these.stock, kind="stable").tolist():
        able = [p for p in order.tolist() if room[p] >= these.stock[c] and output[p] >= these.sold[c]]
        if not able:
            return None
        at[c] = able[0]
        room[able[0]] -= these.stock[c]
        output[able[0]] -= these.sold[c]
    return at
