"""Cells: the raw cells of a batch by header, as text and as decimals, each read once however many fields need it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import polars as pl

from linkloop.worlds.files.dates import NONE

T = TypeVar("T")
DECIMAL = pl.Decimal(38, 8)
"""How an amount is read: exactly, to eight places."""
_SPACES = " \t\r\n\u00a0\u3000\ufeff\u200b"
_DIGITS = {
    ".": r"^[+-]?(\d{1,3}(,\d{3})+|\d+|)(\.\d*)?([eE][+-]?\d{1,2})?$",
    ",": r"^[+-]?(\d{1,3}(\.\d{3})+|\d+|)(,\d*)?([eE][+-]?\d{1,2})?$",
}
_AROUND = (
    r"(?i)^\s*(r\$|us\$|hk\$|nt\$|a\$|c\$|[£€¥￥$₹₩₽]|[a-z]{3}\b|人民币)?\s*|\s*([£€¥￥$₹₩₽元]|rmb|\b[a-z]{3})?\s*$"
)
_BARE = r"^[+-]?\d+(\.\d+)?$"


def run(expression: pl.Expr, **columns: pl.Series) -> pl.Series:
    """An expression over named columns, now: a tree of expressions would compute each part once per use."""
    return pl.DataFrame(columns).select(expression.alias("made")).to_series()


class Cells:
    """The source columns of a frame of raw cells, by header."""

    def __init__(self, header: tuple[str, ...], frame: pl.DataFrame) -> None:
        self.height = frame.height
        self._frame = frame
        self._names = {name: str(at) for at, name in enumerate(header)}
        self._made: dict[tuple[str, str], pl.Series] = {}
        self._kept: dict[bytes, Any] = {}

    def memo(self, name: bytes, make: Callable[[], T]) -> T:
        """What `make` gives, made once per name."""
        if name not in self._kept:
            self._kept[name] = make()
        found: T = self._kept[name]
        return found

    def raw(self, column: str) -> pl.Series:
        return self._frame[self._names[column]]

    def cut(self, columns: tuple[str, ...], separator: str, part: int) -> Cells:
        """The same cells, those of some columns split by a separator: of each the part of that number is left."""
        pieces = {self._names[c]: self.text(c).str.split(separator).list.get(part, null_on_oob=True) for c in columns}
        return Cells(tuple(self._names), self._frame.with_columns(**pieces))

    def text(self, column: str) -> pl.Series:
        """The cell as text without the spaces around it, null when nothing is left."""
        if ("text", column) not in self._made:
            raw = self.raw(column)
            if isinstance(raw.dtype, pl.Datetime):
                raw = raw.dt.strftime("%Y-%m-%d %H:%M:%S%.f" + ("%:z" if raw.dtype.time_zone else ""))
            stripped = raw.cast(pl.String).str.strip_chars(_SPACES)
            self._made["text", column] = run(pl.when(pl.col("v") != "").then(pl.col("v")), v=stripped)
        return self._made["text", column]

    def plain(self, column: str) -> pl.Series:
        """As `text`, and null for what stands for nothing ("NULL", "-", …)."""
        if ("plain", column) not in self._made:
            nothing = pl.col("v").str.to_lowercase().is_in(sorted(NONE))
            self._made["plain", column] = run(pl.when(~nothing).then(pl.col("v")), v=self.text(column))
        return self._made["plain", column]

    def decimal(self, column: str, mark: Literal[".", ","]) -> tuple[pl.Series, pl.Series]:
        """The number in a cell as a decimal, null where there is none, and whether what stands there is no number."""
        name = f"decimal{mark}"
        if (name, column) not in self._made:
            value, bad = self._decimal(column, mark)
            self._made[name, column], self._made[f"{name}?", column] = value, bad
        return self._made[name, column], self._made[f"{name}?", column]

    def _decimal(self, column: str, mark: Literal[".", ","]) -> tuple[pl.Series, pl.Series]:
        raw = self.raw(column)
        if raw.dtype.is_numeric():
            said = raw.is_not_null() & raw.cast(pl.Float64).is_not_nan().fill_null(False)
            value = raw.cast(pl.String).cast(DECIMAL, strict=False)
            return value, said & value.is_null()
        text = self.plain(column)
        if mark == "." and bool(text.drop_nulls().str.contains(_BARE).all()):
            value = text.cast(DECIMAL, strict=False)
            return value, text.is_not_null() & value.is_null()
        bare = text.str.replace_all(_AROUND, "").str.replace(r"^\((.*)\)$", "-${1}")
        bare = bare.str.replace(r"^([^-].*)-$", "-${1}")
        good = bare.str.contains(_DIGITS[mark]) & bare.str.contains(r"\d")
        digits = bare.str.replace_all("," if mark == "." else ".", "", literal=True)
        digits = digits if mark == "." else digits.str.replace(",", ".", literal=True)
        value = run(pl.when(pl.col("good")).then(pl.col("v")), v=digits, good=good).cast(DECIMAL, strict=False)
        return value, text.is_not_null() & value.is_null()
