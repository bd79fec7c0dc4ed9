"""Dates: which formats a column of dates is written in, and the instants that they mean in a time zone."""

from __future__ import annotations

import polars as pl

_AWARE = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z")
_TIMES = ("", " %H:%M:%S%.f", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
_DAYS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%d/%m/%y",
    "%m/%d/%y",
)
_SPECIAL = (
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y年%m月%d日",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H时%M分%S秒",
    "%Y年%m月%d日 %H时%M分%S秒",
    "%Y年%m月%d日%H时%M分",
    "%Y年%m月%d日 %H时%M分",
    "%Y%m%d",
    "%Y%m%d%H%M%S",
    "%d %b %Y",
    "%b %d, %Y",
    "%d %b %Y %H:%M:%S",
)
SECONDS, MILLISECONDS, SERIAL = "seconds since 1970", "milliseconds since 1970", "days since 1899-12-30"
FORMATS = (*_AWARE, *(day + time for day in _DAYS for time in _TIMES), *_SPECIAL, SECONDS, MILLISECONDS, SERIAL)
"""All that are tried, in strptime's letters, and three kinds of number."""
ISO = (*_AWARE, "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d")
"""What is read where a rule names no format, as for a column that was typed in its file."""
NONE = frozenset({"", "null", "none", "nan", "nat", "n/a", "#n/a", "\\n", "-", "--", "—", "/", "无", "nil"})
"""What stands for nothing in a cell that is not text, in lower case."""
_NUMBERS = {SECONDS: (86_400, 4e9), MILLISECONDS: (1e11, 4e12), SERIAL: (20_000, 80_000)}
_US = 1_000_000


def formats_of(values: pl.Series, month_first: bool) -> tuple[tuple[str, ...], float, bool]:
    """At most three formats that together read most of `values` (text, distinct), the share read, and whether day and
    month could not be told apart (then `month_first` decides)."""
    left = values
    chosen: list[str] = []
    ambiguous = False
    while left.len() and len(chosen) < 3:
        read = {fmt: int(_parse(pl.Series("v", left), fmt).is_not_null().sum()) for fmt in FORMATS if fmt not in chosen}
        best = max(read.values())
        if not best:
            break
        tied = [fmt for fmt, count in read.items() if count == best]
        months = [fmt for fmt in tied if fmt.startswith("%m")]
        ambiguous |= bool(months) and any(fmt.startswith("%d") for fmt in tied)
        chosen.append(months[0] if months and (month_first or len(months) == len(tied)) else tied[0])
        left = left.filter(_parse(left, chosen[-1]).is_null())
    share = 1 - left.len() / values.len() if values.len() else 0.0
    return tuple(chosen), share, ambiguous


def instant(text: pl.Expr, formats: tuple[str, ...], timezone: str) -> pl.Expr:
    """Text as an instant in UTC (microseconds), null where no format reads it.

    A local time that the clock skipped (the start of summer time) is the instant one hour later by the clock, as
    Python's zoneinfo has it; one that came twice is the first.
    """
    tried: list[pl.Expr] = []
    for fmt in formats:
        if fmt in _AWARE:
            tried.append(text.str.strptime(pl.Datetime("us", "UTC"), fmt, strict=False))
        elif fmt in (SECONDS, MILLISECONDS):
            tried.append(_number(text, fmt).dt.replace_time_zone("UTC"))
        elif fmt == SERIAL:
            tried.append(local(_number(text, fmt), timezone))
        else:
            tried.append(local(text.str.strptime(pl.Datetime("us"), fmt, strict=False), timezone))
    return pl.coalesce(tried) if tried else pl.lit(None, pl.Datetime("us", "UTC"))


def local(naive: pl.Expr, timezone: str) -> pl.Expr:
    """A local time as an instant in UTC."""
    there = naive.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    skipped = (naive + pl.duration(hours=1)).dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    return pl.coalesce(there, skipped).dt.convert_time_zone("UTC")


def _number(text: pl.Expr, fmt: str) -> pl.Expr:
    number = text.cast(pl.Float64, strict=False)
    lowest, highest = _NUMBERS[fmt]
    micros = {SECONDS: number * _US, MILLISECONDS: number * 1000, SERIAL: ((number - 25_569) * 86_400).round() * _US}
    inside = pl.when(number.is_between(lowest, highest)).then(micros[fmt])
    return inside.cast(pl.Int64, strict=False).cast(pl.Datetime("us"))


def _parse(values: pl.Series, fmt: str) -> pl.Series:
    if fmt in _NUMBERS:
        return pl.DataFrame({"v": values}).select(_number(pl.col("v"), fmt)).to_series()
    aware = pl.Datetime("us", "UTC") if fmt in _AWARE else pl.Datetime("us")
    parsed = values.str.strptime(aware, fmt, strict=False)
    return parsed.set(~parsed.dt.year().is_between(1900, 2999), None)
