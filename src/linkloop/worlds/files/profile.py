"""Profile: what the values of a column look like, from a sample of its rows."""

from __future__ import annotations

from typing import Literal

import msgspec
import polars as pl

from linkloop.worlds.files.cells import Cells
from linkloop.worlds.files.dates import NONE, formats_of

SAMPLE = 2000
"""Distinct values that are looked at."""


class Profile(msgspec.Struct, frozen=True):
    """Shares are of the distinct values that are not empty, 0 to 1; `unique` is distinct values ÷ values."""

    filled: float
    unique: float
    distinct: int
    number: float
    whole: float
    date: float
    formats: tuple[str, ...]
    day_or_month: bool
    decimal: Literal[".", ","]
    tailed: bool
    """Every value is a whole number written with `.0`."""
    prefixed: bool
    """Nearly all are digits alone; the others may be one letter and digits."""


def text_of(header: tuple[str, ...], cells: pl.DataFrame) -> pl.DataFrame:
    """Raw cells as trimmed text under the names of their headers."""
    made = Cells(header, cells)
    return pl.DataFrame({name: made.text(name) for name in header})


def profile(values: pl.Series, dtype: pl.DataType, *, dates: bool, month_first: bool) -> Profile:
    """Profile a column: `values` its cells as trimmed text (null: empty), `dtype` the type that it has in the file.

    `dates`: whether to try date formats, which takes longer than all the rest.
    """
    said = values.filter(values.is_not_null() & ~values.str.to_lowercase().is_in(sorted(NONE)))
    distinct = said.unique(maintain_order=True)
    sample = distinct.head(SAMPLE)
    size = max(1, sample.len())
    point, comma = (_numbers(sample, mark) for mark in (".", ","))
    decimal: Literal[".", ","] = "," if comma.sum() > point.sum() else "."
    number = int(max(point.sum(), comma.sum()))
    whole = int(sample.str.contains(r"^[+-]?\d+(\.0+)?$").sum())
    if isinstance(dtype, pl.Datetime):
        formats, date, ambiguous = (), 1.0, False
    elif not dates or (dtype.is_numeric() and number and not _could_be_day(sample)):
        formats, date, ambiguous = (), 0.0, False
    else:
        formats, date, ambiguous = formats_of(sample, month_first)
    digits = int(sample.str.contains(r"^\d+$").sum())
    lettered = int(sample.str.contains(r"^[A-Za-z]\d+$").sum())
    return Profile(
        filled=said.len() / max(1, values.len()),
        unique=distinct.len() / max(1, said.len()),
        distinct=distinct.len(),
        number=number / size,
        whole=whole / size,
        date=date,
        formats=formats,
        day_or_month=ambiguous,
        decimal=decimal,
        tailed=bool(sample.len() and sample.str.contains(r"^\d+\.0$").all()),
        prefixed=digits > 0.5 * size and digits + lettered > 0.95 * size,
    )


def _numbers(sample: pl.Series, decimal: Literal[".", ","]) -> pl.Series:
    """Which values are read as an amount, with this decimal mark."""
    return Cells(("v",), pl.DataFrame({"0": sample})).decimal("v", decimal)[0].is_not_null()


def _could_be_day(sample: pl.Series) -> bool:
    """Numbers of 8 digits (20240131), of 10 or 13 (Unix time), or of 5 (Excel)."""
    days = sample.str.contains(r"^(\d{8}|\d{10}|\d{13}|\d{14}|[2-7]\d{4}(\.\d+)?)(\.0)?$").sum()
    return bool(days > 0.8 * sample.len())
