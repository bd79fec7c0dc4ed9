"""Spool: cleaned rows on disk until all are there, and the tables that they make."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from linkloop.core.table import Table
from linkloop.store.bulk import Frames
from linkloop.store.frames import frame_schema
from linkloop.worlds.files.mapping import ColumnRule, Mapping, TableMapping
from linkloop.worlds.files.targets import TARGETS


class Spool:
    """Parts of cleaned rows in a folder, a Parquet file a batch: memory holds one, or one table made of all."""

    def __init__(self, folder: Path, mapping: Mapping) -> None:
        self.folder = folder
        self.mapping = mapping
        self.parts: list[Path] = []
        self._each = next((t for t in mapping.targets if t.rows == "each"), None)
        self._rows = 0

    def add(self, good: pl.DataFrame) -> None:
        """Keep cleaned rows."""
        if not good.height:
            return
        path = self.folder / f"part-{len(self.parts):06}.parquet"
        good.write_parquet(path, compression="lz4", statistics=False)
        self.parts.append(path)
        if self._each:
            self._rows += _of_each(self._each, good).height

    def frames(self, beside: Path | None = None) -> tuple[Frames, dict[str, int]]:
        """Table class → its rows, in the order in which they are to be loaded, and how many rows each has.

        `beside` is a folder of parts that were kept before: they count where a row has a key that is here too.
        """
        made: dict[type[Table], pl.DataFrame | Iterable[pl.DataFrame]] = {}
        counts: dict[str, int] = {}
        if not self.parts:
            return made, counts
        for target in self.mapping.targets:
            kind = TARGETS[target.table].kind
            if target is self._each:
                made[kind], counts[target.table] = self._stream(target), self._rows
            else:
                rows = pl.scan_parquet(self.parts)
                if beside is not None and (before := sorted(beside.glob("*.parquet"))):
                    rows = _with_before(target, rows, pl.scan_parquet(before))
                frame = of_key(target, rows).collect()
                made[kind], counts[target.table] = frame, frame.height
        return made, counts

    def _stream(self, target: TableMapping) -> Iterator[pl.DataFrame]:
        for path in self.parts:
            yield _of_each(target, pl.read_parquet(path))

    def keep(self, folder: Path, name: str = "first") -> None:
        """Keep what tables by key are made of, so that a row which is mended later is counted with the others."""
        if all(target.rows == "each" for target in self.mapping.targets):
            return
        folder.mkdir(parents=True, exist_ok=True)
        for path in self.parts:
            there = folder / f"{name}-{path.name}"
            there.unlink(missing_ok=True)
            os.link(path, there)


def of_key(target: TableMapping, rows: pl.LazyFrame) -> pl.LazyFrame:
    """One row per key, each field by its `pick`; sorted by key, so that the same file always gives the same rows."""
    kind, prefix = TARGETS[target.table].kind, f"{target.table}."
    keys = list(kind.__key__)
    names = [name for name in frame_schema(kind) if name.removesuffix("_currency") in target.columns]
    lazy = rows.select(pl.col(prefix + name).alias(name) for name in names)
    lazy = lazy.filter(pl.all_horizontal(pl.col(key).is_not_null() for key in keys))
    picked: list[pl.Expr] = []
    for field, rule in target.columns.items():
        if field not in keys:
            picked += _picked(field, rule, f"{field}_currency" in names)
    once = lazy.group_by(keys, maintain_order=True).agg(picked)
    for field, rule in target.columns.items():
        if field not in keys and rule.pick == "most":
            once = once.join(_most(lazy, keys, field, f"{field}_currency" in names), keys, how="left")
    return once.select(names).sort(keys)


def _with_before(target: TableMapping, rows: pl.LazyFrame, before: pl.LazyFrame) -> pl.LazyFrame:
    """Rows, after those of the same keys that were kept before."""
    keys = [f"{target.table}.{key}" for key in TARGETS[target.table].kind.__key__]
    names = [name for name in rows.collect_schema() if name.startswith(f"{target.table}.")]
    same = before.select(names).join(rows.select(keys).unique(), on=keys, how="semi")
    return pl.concat([same, rows.select(names)])


def _picked(field: str, rule: ColumnRule, money: bool) -> list[pl.Expr]:
    said = pl.col(field).drop_nulls()
    currency = pl.col(f"{field}_currency").drop_nulls()
    match rule.pick:
        case "most":
            return []
        case "sum":  # of two currencies there is no sum
            if not money:
                return [pl.when(said.len() > 0).then(said.sum()).alias(field)]
            one = currency.n_unique() == 1
            return [pl.when(one).then(said.sum()).alias(field), pl.when(one).then(currency.first())]
        case "min" | "max" if money:
            best = pl.col(field).arg_min() if rule.pick == "min" else pl.col(field).arg_max()
            return [pl.col(field).get(best), pl.col(f"{field}_currency").get(best)]
        case "min":
            return [said.min()]
        case "max":
            return [said.max()]
        case "last":
            return [said.last(), *([currency.last()] if money else [])]
        case _:
            return [said.first(), *([currency.first()] if money else [])]


def _most(rows: pl.LazyFrame, keys: list[str], field: str, money: bool) -> pl.LazyFrame:
    """The commonest value of a field per key, the least where two are equally common."""
    value = [field, f"{field}_currency"] if money else [field]
    counted = rows.drop_nulls(field).group_by([*keys, *value]).agg(pl.len().alias("_n"))
    ranked = counted.sort(["_n", *value], descending=[True, *[False] * len(value)])
    return ranked.unique(keys, keep="first", maintain_order=True).drop("_n")


def _of_each(target: TableMapping, good: pl.DataFrame) -> pl.DataFrame:
    prefix = f"{target.table}."
    keys = [prefix + key for key in TARGETS[target.table].kind.__key__]
    rows = good.filter(pl.all_horizontal(pl.col(key).is_not_null() for key in keys))
    if f"{target.table}?" in rows.columns:
        rows = rows.filter(pl.col(f"{target.table}?"))
    return rows.select(
        pl.col(name).alias(name.removeprefix(prefix)) for name in rows.columns if name.startswith(prefix)
    )
