"""Coerce: a rule as polars expressions, the value and every way in which a cell can fail to be one."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from linkloop.core.money import exponent
from linkloop.worlds.files import dates
from linkloop.worlds.files.mapping import ColumnRule
from linkloop.worlds.files.names import synonyms
from linkloop.worlds.files.region import regions

_DECIMAL = pl.Decimal(38, 8)
_EXACT = 2**53  # beyond this a float no longer holds every whole number
_DIGITS = {
    ".": r"^[+-]?(\d{1,3}(,\d{3})+|\d+|)(\.\d*)?([eE][+-]?\d{1,2})?$",
    ",": r"^[+-]?(\d{1,3}(\.\d{3})+|\d+|)(,\d*)?([eE][+-]?\d{1,2})?$",
}
_AROUND = (
    r"(?i)^\s*(r\$|us\$|hk\$|nt\$|a\$|c\$|[£€¥￥$₹₩₽]|[a-z]{3}\b|人民币)?\s*|\s*([£€¥￥$₹₩₽元]|rmb|\b[a-z]{3})?\s*$"
)
_LARGEST = 9e16  # minor units that surely fit 64 bits
_CUT = r"^[+-]?\d(\.\d+)?[eE]\+?\d+$"  # how a spreadsheet writes a long number after cutting it


class Coerced(NamedTuple):
    """Columns to make (by suffix: "" and, for money, "_currency") and faults: (code, source column, when it holds)."""

    values: dict[str, pl.Expr]
    faults: list[tuple[str, str, pl.Expr]]


class Cells:
    """The source columns of a frame of raw cells, by header."""

    def __init__(self, header: tuple[str, ...], schema: dict[str, pl.DataType]) -> None:
        self._names = {name: str(at) for at, name in enumerate(header)}
        self._schema = schema

    def raw(self, column: str) -> pl.Expr:
        return pl.col(self._names[column])

    def dtype(self, column: str) -> pl.DataType:
        return self._schema[self._names[column]]

    def text(self, column: str) -> pl.Expr:
        """The cell as text without the spaces around it, null when nothing is left."""
        dtype, raw = self.dtype(column), self.raw(column)
        if isinstance(dtype, pl.Datetime):
            raw = raw.dt.strftime("%Y-%m-%d %H:%M:%S%.f")
        elif dtype != pl.String:
            raw = raw.cast(pl.String)
        text = raw.str.strip_chars(" \t\r\n\u00a0\u3000\ufeff\u200b")
        return pl.when(text != "").then(text)

    def plain(self, column: str) -> pl.Expr:
        """As `text`, and null for what stands for nothing ("NULL", "-", …)."""
        text = self.text(column)
        return pl.when(~text.str.to_lowercase().is_in(sorted(dates.NONE))).then(text)


def coerce(rule: ColumnRule, cells: Cells, numbers: tuple[float, float] | None, nonzero: bool) -> Coerced:
    """The expressions of one rule; `numbers` are the lowest and highest value that can be true."""
    made = _MAKE[rule.transform](rule, cells)
    column = rule.source[0] if rule.source else ""
    value = made.values[""]
    if numbers:
        low, high = numbers
        negative = rule.transform in ("money", "per_unit") and low == 0
        bad = (value < 0) if negative else ~value.is_between(low, high)
        made.faults.append(("money.negative" if negative else "number.range", column, bad))
    if nonzero:
        made.faults.append(("quantity.zero", column, value == 0))
    return made


def _text(rule: ColumnRule, cells: Cells) -> Coerced:
    parts = [cells.text(column) for column in rule.source]
    whole = parts[0] if len(parts) == 1 else pl.concat_str(parts, separator=" ", ignore_nulls=True)
    return Coerced({"": pl.when(whole != "").then(whole)}, [])


def _id(rule: ColumnRule, cells: Cells) -> Coerced:
    (column,) = rule.source
    if cells.dtype(column) == pl.Float64:
        number = cells.raw(column)
        whole = number.is_finite() & (number == number.round()) & (number.abs() < _EXACT)
        text = pl.when(whole).then(number.cast(pl.Int64, strict=False).cast(pl.String))
        cut = number.is_finite() & (number.abs() >= _EXACT)
        return Coerced({"": pl.coalesce(text, pl.when(number.is_finite()).then(number.cast(pl.String)))}, [
            ("id.imprecise", column, cut)
        ])  # fmt: skip
    text = cells.text(column)
    if cells.dtype(column) == pl.String:
        unwrapped = text.str.replace(r'^="(.*)"$', "${1}").str.replace(r"^'", "").str.strip_chars()
        text = unwrapped.str.replace(r"^(\d+)\.0$", "${1}") if rule.transform == "digits" else unwrapped
        text = pl.when(~text.str.to_lowercase().is_in(["", "null", "none", "nan", "n/a", "#n/a", "\\n"])).then(text)
    return Coerced({"": text}, [("id.imprecise", column, text.str.contains(_CUT) & text.str.contains(r"\+"))])


def _decimal(rule: ColumnRule, cells: Cells, column: str) -> tuple[pl.Expr, pl.Expr]:
    """The number as a decimal of 8 places, and whether the cell holds something that is none."""
    if cells.dtype(column).is_numeric():
        raw = cells.raw(column)
        said = raw.is_not_null() & raw.cast(pl.Float64).is_not_nan()
        value = raw.cast(pl.String).cast(_DECIMAL, strict=False)
        return value, said & value.is_null()
    text = cells.plain(column)
    bare = text.str.replace_all(_AROUND, "")
    bare = bare.str.replace(r"^\((.*)\)$", "-${1}").str.replace(r"^([^-].*)-$", "-${1}")
    good = bare.str.contains(_DIGITS[rule.decimal]) & bare.str.contains(r"\d")
    digits = bare.str.replace_all("," if rule.decimal == "." else ".", "", literal=True)
    digits = digits if rule.decimal == "." else digits.str.replace(",", ".", literal=True)
    value = pl.when(good).then(digits).cast(_DECIMAL, strict=False)
    return value, text.is_not_null() & value.is_null()


def _int(rule: ColumnRule, cells: Cells) -> Coerced:
    (column,) = rule.source
    value, bad = _decimal(rule, cells, column)
    safe = pl.when(value.cast(pl.Float64).abs() < _EXACT).then(value)
    faults = [("number.invalid", column, bad), ("number.range", column, value.is_not_null() & safe.is_null())]
    if rule.scale != 1.0:  # a measure in another unit is rounded to ours
        safe = (safe.cast(pl.Float64) * rule.scale).round()
    else:
        faults.append(("number.fraction", column, safe != safe.round(0)))
    return Coerced({"": safe.cast(pl.Int64, strict=False)}, faults)


def _number(rule: ColumnRule, cells: Cells) -> Coerced:
    (column,) = rule.source
    if cells.dtype(column) == pl.Float64:
        raw = cells.raw(column)
        value = pl.when(raw.is_finite()).then(raw)
        return Coerced({"": value * rule.scale}, [("number.invalid", column, raw.is_infinite())])
    decimal, bad = _decimal(rule, cells, column)
    exact = cells.plain(column).cast(pl.Float64, strict=False)  # all digits, where the text is a plain number
    value = pl.when(exact.is_finite() & decimal.is_not_null()).then(exact).otherwise(decimal.cast(pl.Float64))
    return Coerced({"": value * rule.scale}, [("number.invalid", column, bad)])


def _money(rule: ColumnRule, cells: Cells) -> Coerced:
    column = rule.source[0]
    value, bad = _decimal(rule, cells, column)
    currency: pl.Expr = pl.lit(rule.currency)
    faults = [("money.invalid", column, bad)]
    if rule.currency_from:
        told = cells.plain(rule.currency_from)
        named = told.replace_strict(regions().signs, default=told.str.to_uppercase(), return_dtype=pl.String)
        fallback = pl.lit(rule.currency) if rule.currency else pl.lit(None, pl.String)
        currency = pl.coalesce(named, fallback)
        strange = ~named.is_in(regions().currencies)
        faults.append(("currency.unknown", rule.currency_from, strange | (value.is_not_null() & currency.is_null())))
        places = pl.lit(2)
        for code in regions().currencies:
            if exponent(code) != 2:
                places = pl.when(currency == code).then(exponent(code)).otherwise(places)
        times = pl.lit(10.0).pow(places).cast(pl.Int64).cast(_DECIMAL)
    else:
        times = pl.lit(10 ** exponent(rule.currency))
    fits = value.cast(pl.Float64).abs() < _LARGEST / 1000
    minor = (pl.when(fits).then(value) * times).round(0, mode="half_to_even").cast(pl.Int64, strict=False)
    faults.append(("money.range", column, value.is_not_null() & ~fits))
    return Coerced({"": minor, "_currency": pl.when(minor.is_not_null()).then(currency)}, faults)


def _combined(rule: ColumnRule, cells: Cells) -> Coerced:
    money, number = rule.source
    amount = _money(rule, cells)
    one = ColumnRule(source=(number,), transform="int", decimal=rule.decimal)
    units = _int(one, cells)
    minor, count = amount.values[""], units.values[""]
    if rule.transform == "product":
        size = minor.cast(pl.Float64).abs() * count.cast(pl.Float64).abs()
        value = pl.when(size < _LARGEST).then(minor * count)
        amount.faults.append(("money.range", money, size >= _LARGEST))
    else:  # half away from zero; a remainder of a minor unit cannot be kept
        value = pl.when(count != 0).then((minor.cast(pl.Float64) / count.cast(pl.Float64)).round()).cast(pl.Int64)
    currency = pl.when(value.is_not_null()).then(amount.values["_currency"])
    return Coerced({"": value, "_currency": currency}, [*amount.faults, *units.faults])


def _date(rule: ColumnRule, cells: Cells) -> Coerced:
    (column,) = rule.source
    dtype, raw = cells.dtype(column), cells.raw(column)
    if isinstance(dtype, pl.Datetime):
        value = raw.dt.convert_time_zone("UTC") if dtype.time_zone else dates.local(raw, rule.timezone)
        bad = raw.is_not_null() & value.is_null()
    else:
        text = cells.plain(column)
        value = dates.instant(text, rule.format, rule.timezone)
        bad = text.is_not_null() & value.is_null()
    inside = value.dt.year().is_between(1970, 2100)
    return Coerced({"": value}, [("date.invalid", column, bad), ("date.range", column, ~inside)])


def _word(rule: ColumnRule, cells: Cells) -> Coerced:
    (column,) = rule.source
    text = cells.text(column)
    listed = synonyms().words.get(rule.words, {})
    lower = {word.casefold(): value for value, words in listed.items() for word in words}
    lower.update({word.casefold(): value for word, value in rule.values.items()})
    value = text.str.to_lowercase().replace_strict(lower, default=None, return_dtype=pl.String)
    return Coerced({"": value}, [("value.unknown", column, text.is_not_null() & value.is_null())])


def _prefix(rule: ColumnRule, cells: Cells) -> Coerced:
    letters = cells.text(rule.source[0]).str.extract(r"^(\D+)\d", 1)
    default = rule.constant or None
    return Coerced({"": letters.replace_strict(rule.values, default=default, return_dtype=pl.String)}, [])


def _present(rule: ColumnRule, cells: Cells) -> Coerced:
    chosen = [pl.when(cells.plain(column).is_not_null()).then(pl.lit(said)) for column, said in rule.values.items()]
    return Coerced({"": pl.coalesce(*chosen, pl.lit(rule.constant or None, pl.String))}, [])


def _constant(rule: ColumnRule, cells: Cells) -> Coerced:
    return Coerced({"": pl.lit(rule.constant)}, [])


_MAKE = {
    "text": _text,
    "id": _id,
    "digits": _id,
    "int": _int,
    "number": _number,
    "money": _money,
    "product": _combined,
    "per_unit": _combined,
    "date": _date,
    "word": _word,
    "prefix": _prefix,
    "present": _present,
    "constant": _constant,
}
