"""Parquet files as a Source, row group by row group, with the types that they have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from linkloop.worlds.files.source import BATCH, ROW, Batch, bomb, headers, unreadable

_LARGEST_GROUP = 2 << 30  # bytes of one row group, unpacked


class ParquetSource:
    """A Parquet file; numbers and instants keep their type, whatever is nested becomes JSON text."""

    sheet = ""
    encoding = "parquet"
    delimiter = ""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            meta = pq.ParquetFile(path).metadata
            schema = meta.schema.to_arrow_schema()
            largest = max((meta.row_group(at).total_byte_size for at in range(meta.num_row_groups)), default=0)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise unreadable(path, error) from error
        if largest > _LARGEST_GROUP:
            raise bomb(path, f"a row group of {largest >> 20} MiB", f"一个行组有 {largest >> 20} MiB")
        self.header = headers([name or f"column {at}" for at, name in enumerate(schema.names, 1)])
        self.rows: int | None = meta.num_rows

    def batches(self) -> Iterator[Batch]:
        """All rows, numbered from 1."""
        done = 0
        try:
            for piece in pq.ParquetFile(self.path).iter_batches(batch_size=BATCH):
                names = [str(at) for at in range(piece.num_columns)]
                table = pa.Table.from_batches([piece]).rename_columns(names)
                raw = pl.DataFrame(pl.from_arrow(table))
                frame = raw.select(_plain(name, dtype) for name, dtype in raw.schema.items())
                numbers = pl.int_range(done + 1, done + 1 + frame.height, dtype=pl.Int64, eager=True)
                done += frame.height
                yield Batch(frame.with_columns(numbers.alias(ROW)), [])
        except (pa.ArrowException, OSError, pl.exceptions.PolarsError) as error:
            raise unreadable(self.path, error) from error


def _plain(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype in (pl.String, pl.Int64, pl.Float64):
        return column
    if dtype in (pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32):
        return column.cast(pl.Int64)
    if isinstance(dtype, pl.Datetime):
        return column.cast(pl.Datetime("us", dtype.time_zone))
    if dtype == pl.Binary:
        return column.bin.encode("hex")
    if isinstance(dtype, pl.Struct):
        return column.struct.json_encode()
    if isinstance(dtype, pl.List | pl.Array):
        return pl.struct(column.alias("list")).struct.json_encode().alias(name)
    return column.cast(pl.String)
