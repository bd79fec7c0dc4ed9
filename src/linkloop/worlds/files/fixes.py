"""Fixes: what a person has done to many cells at once: replace, fill, tidy numbers and dates, and nothing else."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import msgspec
import polars as pl

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.worlds.files.dates import FORMATS, instant

How = Literal[
    "set",        # this value in every cell
    "fill",       # this value in every empty cell
    "replace",    # this text in a cell by that
    "trim",       # spaces around it gone, those inside made one
    "narrow",     # full-width letters, digits and punctuation made half-width: １２，３ → 12,3
    "thousands",  # separators between digits gone: 1,234.50 → 1234.50
    "number",     # only the number is left: ¥12.5元 → 12.5
    "positive",   # no minus sign
    "date",       # any date that can be read, as 2026-03-31 or 2026-03-31 08:00:00
    "undo",       # as the file had it
]  # fmt: skip
_YEAR_FIRST = re.compile(r"^(\d{4})[./年-](\d{1,2})[./月-](\d{1,2})日?")
_SEPARATED = r"(\d)[,， '’_](\d{3})"
_YUAN = r"([0-9,，]+)\s*[元块]\s*([0-9])[角毛](?:([0-9])分)?"
_NUMBER = r"[+-]?(?:\d[\d,，]*)?\.?\d+(?:[eE][+-]?\d{1,2})?"


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """One function for the cells of one column; `find` and `value` are for those that need them."""

    how: How
    column: str
    find: str = ""
    value: str = ""
    month_first: bool = False


def fixed(fix: Fix, values: pl.Series) -> pl.Series:
    """Cells (text, empty: "") after the fix; one that it does not fit stays as it is.

    Raises LinkloopError `fix.find` when there is nothing to be replaced.
    """
    text = pl.col("v")
    frame = pl.DataFrame({"v": values})
    match fix.how:
        case "set":
            return pl.Series([fix.value], dtype=pl.String).new_from_index(0, len(values))
        case "fill":
            return frame.select(
                pl.when(text.str.strip_chars() == "").then(pl.lit(fix.value)).otherwise(text)
            ).to_series()
        case "replace":
            if not fix.find:
                raise LinkloopError(
                    "fix.find",
                    Text(en="what is to be replaced is empty", zh="没有填写要替换的内容"),
                    Text(
                        en="Say which text, or fill empty cells instead.",
                        zh="请填写要替换的内容，或改用“填充空单元格”。",
                    ),
                )
            return frame.select(text.str.replace_all(fix.find, fix.value, literal=True)).to_series()
        case "trim":
            return frame.select(
                text.str.replace_all(r"[\s\u{a0}\u{3000}\u{feff}\u{200b}]+", " ").str.strip_chars()
            ).to_series()
        case "narrow":
            return pl.Series([unicodedata.normalize("NFKC", value) for value in values.to_list()], dtype=pl.String)
        case "thousands":
            once = text.str.replace_all(_SEPARATED, "${1}${2}")
            return frame.select(once.str.replace_all(_SEPARATED, "${1}${2}")).to_series()
        case "number":
            told = values.str.replace(_YUAN, "${1}.${2}${3}")
            wide = pl.Series([unicodedata.normalize("NFKC", value) for value in told.to_list()], dtype=pl.String)
            found = wide.str.extract_all(_NUMBER)
            one = found.list.len() == 1
            bare = found.list.first().str.replace_all("[,，]", "")
            return (
                pl.DataFrame({"v": values, "n": bare, "one": one})
                .select(pl.when("one").then("n").otherwise("v"))
                .to_series()
            )
        case "positive":
            return frame.select(text.str.replace(r"^(\s*\D{0,3}?)[-−－]\s*", "${1}")).to_series()
        case "date":
            return _dates(values, fix.month_first)
        case "undo":
            return values


def _dates(values: pl.Series, month_first: bool) -> pl.Series:
    known = {text: _date(text, month_first) for text in values.unique().to_list()}
    return pl.Series([known[text] for text in values.to_list()], dtype=pl.String)


def _date(text: str, month_first: bool) -> str:
    tidy = unicodedata.normalize("NFKC", text).strip()
    tidy = _YEAR_FIRST.sub(r"\1-\2-\3", tidy)
    for fmt in FORMATS:
        if (
            fmt[:2] in ("%d", "%m")
            and fmt[2:5] in ("/%m", "-%m", ".%m", "/%d", "-%d")
            and (fmt[:2] == "%m") != month_first
        ):
            continue
        at = pl.DataFrame({"v": [tidy]}).select(instant(pl.col("v"), (fmt,), "UTC"))["v"][0]
        if at is not None and 1970 <= at.year <= 2100:
            return f"{at:%Y-%m-%d %H:%M:%S}" if (at.hour, at.minute, at.second) != (0, 0, 0) else f"{at:%Y-%m-%d}"
    return text
