"""Numbering: numbers that a file does not have, and keys that it has twice, remembered from batch to batch."""

from __future__ import annotations

import polars as pl

from linkloop.worlds.files.mapping import Mapping
from linkloop.worlds.files.source import ROW
from linkloop.worlds.files.targets import TARGETS

LATER = 100_000
"""Added to the row number for a row that got no number when its file came in, because its key could not be read."""


class Numbering:
    """Counts rows 1, 2, 3, … within a key, bad rows too, so that a row which is mended later keeps its number.

    `given` is what a quarantined file remembers: row → counted column → (key, number).
    """

    def __init__(self, given: dict[int, dict[str, tuple[str, int]]] | None = None) -> None:
        self._given = given
        self._seen: dict[str, pl.DataFrame] = {}

    def number(self, typed: pl.DataFrame, counts: dict[str, tuple[str, ...]]) -> pl.DataFrame:
        """The frame with each counted column, null where a part of its key is."""
        for column, within in counts.items():
            keyed = pl.all_horizontal(pl.col(name).is_not_null() for name in within)
            if self._given is not None:
                typed = typed.with_columns(pl.Series(column, self._recalled(typed, column, within), pl.Int64))
                typed = typed.with_columns(pl.when(keyed).then(column).alias(column))
                continue
            at = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(within)
            typed = typed.with_columns(pl.when(keyed).then(at).alias(column))
            tally = typed.filter(keyed).group_by(within).agg(pl.len().cast(pl.Int64).alias("_n"))
            if (seen := self._seen.get(column)) is not None:
                typed = typed.join(seen, list(within), how="left", maintain_order="left")
                typed = typed.with_columns(pl.col(column) + pl.col("_n").fill_null(0)).drop("_n")
                tally = pl.concat([seen, tally]).group_by(within).agg(pl.col("_n").sum())
            self._seen[column] = tally
        return typed

    def _recalled(self, typed: pl.DataFrame, column: str, within: tuple[str, ...]) -> list[int]:
        assert self._given is not None
        numbers: list[int] = []
        for row, key in zip(typed[ROW].to_list(), group_of(typed, within), strict=True):
            before, number = self._given.get(row, {}).get(column, ("", 0))
            numbers.append(number if number and before == key else LATER + row)
        return numbers


def group_of(typed: pl.DataFrame, within: tuple[str, ...]) -> list[str | None]:
    """The key that a row is counted within, as one string."""
    return (
        typed.select(pl.concat_str([pl.col(name).cast(pl.String) for name in within], separator="\x1f"))
        .to_series()
        .to_list()
    )


class Repeats:
    """Finds rows whose key came before: the same again is one row, another content is a conflict.

    It keeps 64-bit hashes of keys and contents; two different ones are taken for equal about once in 10^8 files of
    a million rows, and then a row is quarantined that need not be, or said once instead of twice: nothing is lost.
    """

    def __init__(self, table: str) -> None:
        self.table = table
        self.fresh = f"{table}?"
        self._seen = pl.DataFrame(schema={"_key": pl.UInt64, "_before": pl.UInt64})

    def column_of(self, mapping: Mapping) -> str:
        """The source column of the key, for the reason."""
        (target,) = (t for t in mapping.targets if t.table == self.table)
        first = TARGETS[self.table].kind.__key__[0]
        return (target.columns[first].source or ("",))[0]

    def mark(self, typed: pl.DataFrame, fit: pl.Expr) -> pl.DataFrame:
        """Add `<table>?` (the first row of its key) and `!repeat` (a conflict), among the rows that are `fit`."""
        keys = [f"{self.table}.{field}" for field in TARGETS[self.table].kind.__key__]
        content = [name for name in typed.columns if name.startswith(f"{self.table}.")]
        keyed = fit & pl.all_horizontal(pl.col(name).is_not_null() for name in keys)
        typed = typed.with_columns(
            pl.when(keyed).then(pl.struct(keys).hash(1)).alias("_key"),
            pl.struct(content).hash(2).alias("_content"),
        ).join(self._seen, "_key", how="left", maintain_order="left")
        firsts = pl.int_range(pl.len()).over("_key") == 0
        reference = pl.coalesce("_before", pl.col("_content").first().over("_key"))
        known = pl.col("_key").is_not_null()
        typed = typed.with_columns(
            (known & pl.col("_before").is_null() & firsts).alias(self.fresh),
            (known & (pl.col("_content") != reference)).fill_null(False).alias("!repeat"),
        )
        new = typed.filter(pl.col(self.fresh)).select("_key", pl.col("_content").alias("_before"))
        self._seen = pl.concat([self._seen, new])
        return typed.drop("_key", "_content", "_before")
