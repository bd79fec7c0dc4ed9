"""Coerce: a rule applied to cells, the values and every way in which a cell can fail to be one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import msgspec
import polars as pl

from linkloop.core.money import exponent
from linkloop.core.text import Text
from linkloop.worlds.files import dates
from linkloop.worlds.files.cells import DECIMAL, Cells, run
from linkloop.worlds.files.mapping import ColumnRule
from linkloop.worlds.files.names import synonyms
from linkloop.worlds.files.region import regions

_EXACT = 2**53  # beyond this a float no longer holds every whole number
_LARGEST = 9e16  # minor units that surely fit 64 bits, with room for a sum
_CUT = r"^[+-]?\d(\.\d+)?[eE]\+\d+$"  # how a spreadsheet writes a long number after cutting it
_NO_ID = ["", "null", "none", "nan", "n/a", "#n/a", "\\n"]
V, W = pl.col("v"), pl.col("w")


class Coerced(NamedTuple):
    """Columns (by suffix: "" and, for money, "_currency") and faults: (code, source column, which rows; null: no)."""

    values: dict[str, pl.Series]
    faults: list[tuple[str, str, pl.Series]]


def coerce(rule: ColumnRule, cells: Cells, numbers: tuple[float, float] | None, nonzero: bool) -> Coerced:
    """The values of one rule; `numbers` are the lowest and highest that can be true."""
    found = cells.memo(_bare(rule), lambda: _MAKE[rule.transform](rule, _cut(rule, cells)))
    made = Coerced(found.values, list(found.faults))
    column = rule.source[0] if rule.source else ""
    value = made.values[""]
    if numbers and value.dtype.is_numeric():
        low, high = numbers
        negative = rule.transform in ("money", "per_unit") and low == 0
        bad = (value < 0) if negative else ~value.is_between(low, high)
        made.faults.append(("money.negative" if negative else "number.range", column, bad))
    if nonzero and value.dtype.is_numeric():
        made.faults.append(("quantity.zero", column, value == 0))
    return made


def _cut(rule: ColumnRule, cells: Cells) -> Cells:
    return cells.cut(rule.source, rule.separator, rule.part) if rule.separator else cells


def _bare(rule: ColumnRule) -> bytes:
    """What a rule does to a cell: the same for two tables that pick differently."""
    return msgspec.json.encode(msgspec.structs.replace(rule, pick="first", confidence=1.0, why=Text(en="", zh="")))


def _text(rule: ColumnRule, cells: Cells) -> Coerced:
    parts = [cells.text(column) for column in rule.source]
    if len(parts) == 1:
        return Coerced({"": parts[0]}, [])
    whole = pl.DataFrame({str(at): part for at, part in enumerate(parts)})
    joined = whole.select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()
    return Coerced({"": run(pl.when(V != "").then(V), v=joined)}, [])


def _id(rule: ColumnRule, cells: Cells) -> Coerced:
    (column,) = rule.source
    raw = cells.raw(column)
    if raw.dtype == pl.Float64:
        finite = pl.when(V.is_finite()).then(V)
        whole = (V.is_finite()) & (V.round() == V) & (V.abs() < _EXACT)
        text = pl.coalesce(pl.when(whole).then(V.cast(pl.Int64, strict=False).cast(pl.String)), finite.cast(pl.String))
        cut = run(V.is_finite() & (V.abs() >= _EXACT), v=raw)
        return Coerced({"": run(text, v=raw)}, [("id.imprecise", column, cut)])
    text = cells.text(column)
    if raw.dtype != pl.String:
        return Coerced({"": text}, [])
    text = text.str.replace(r'^="(.*)"$', "${1}").str.replace(r"^'", "").str.strip_chars()
    if rule.transform == "digits":
        text = text.str.replace(r"^(\d+)\.0$", "${1}")
    text = run(pl.when(~V.str.to_lowercase().is_in(_NO_ID)).then(V), v=text)
    return Coerced({"": text}, [("id.imprecise", column, text.str.contains(_CUT))])


def _int(rule: ColumnRule, cells: Cells) -> Coerced:
    (column,) = rule.source
    value, bad = cells.decimal(column, rule.decimal)
    safe = run(pl.when(V.cast(pl.Float64).abs() < _EXACT).then(V), v=value)
    faults = [("number.invalid", column, bad), ("number.range", column, value.is_not_null() & safe.is_null())]
    if rule.scale != 1.0:  # a measure in another unit is rounded to ours
        measured = (safe.cast(pl.Float64) * rule.scale).round()
        return Coerced({"": measured.cast(pl.Int64, strict=False)}, faults)
    whole = safe.cast(pl.Int64, strict=False)
    faults.append(("number.fraction", column, run(W.cast(DECIMAL) != V, v=safe, w=whole)))
    return Coerced({"": whole}, faults)


def _number(rule: ColumnRule, cells: Cells) -> Coerced:
    (column,) = rule.source
    raw = cells.raw(column)
    if raw.dtype == pl.Float64:
        value = run(pl.when(V.is_finite()).then(V), v=raw)
        return Coerced({"": value * rule.scale}, [("number.invalid", column, raw.is_infinite())])
    decimal, bad = cells.decimal(column, rule.decimal)
    exact = cells.plain(column).cast(pl.Float64, strict=False)  # all digits, where the text is a plain number
    value = run(pl.when(V.is_finite() & W.is_not_null()).then(V).otherwise(W.cast(pl.Float64)), v=exact, w=decimal)
    return Coerced({"": value * rule.scale}, [("number.invalid", column, bad)])


def _money(rule: ColumnRule, cells: Cells) -> Coerced:
    column = rule.source[0]
    value, bad = cells.decimal(column, rule.decimal)
    faults = [("money.invalid", column, bad)]
    currency = pl.Series([rule.currency or None], dtype=pl.String).new_from_index(0, cells.height)
    places = pl.Series([exponent(rule.currency)], dtype=pl.Int64).new_from_index(0, cells.height)
    if rule.currency_from:
        told = cells.plain(rule.currency_from)
        named = run(V.replace_strict(regions().signs, default=V.str.to_uppercase(), return_dtype=pl.String), v=told)
        currency = run(pl.coalesce(V, W), v=named, w=currency)
        strange = run(~V.is_in(regions().currencies), v=named).fill_null(False)
        faults.append(("currency.unknown", rule.currency_from, strange | (value.is_not_null() & currency.is_null())))
        places = run(V.replace_strict(_exponents(), default=2, return_dtype=pl.Int64), v=currency)
    fits = run(V.cast(pl.Float64).abs() < _LARGEST / 1000, v=value)
    faults.append(("money.range", column, value.is_not_null() & ~fits))
    times = pl.lit(0)
    for digits in sorted(set(places.unique().drop_nulls().to_list())):
        times = pl.when(pl.col("p") == digits).then(10**digits).otherwise(times)
    exact = (pl.when(W).then(V) * times.cast(pl.Int64)).round(0, mode="half_to_even").cast(pl.Int64, strict=False)
    minor = run(exact, v=value, w=fits, p=places)
    return Coerced({"": minor, "_currency": run(pl.when(V.is_not_null()).then(W), v=minor, w=currency)}, faults)


@cache
def _exponents() -> dict[str, int]:
    return {code: exponent(code) for code in regions().currencies}


def _combined(rule: ColumnRule, cells: Cells) -> Coerced:
    money, number = rule.source
    amount = _money(rule, cells)
    units = _int(ColumnRule(source=(number,), transform="int", decimal=rule.decimal), cells)
    given = {"v": amount.values[""], "w": units.values[""]}
    if rule.transform == "product":
        size = run(V.cast(pl.Float64).abs() * W.cast(pl.Float64).abs(), **given)
        value = run(pl.when(pl.col("size") < _LARGEST).then(V * W), size=size, **given)
        amount.faults.append(("money.range", money, size >= _LARGEST))
    else:  # half away from zero; a remainder of a minor unit cannot be kept
        value = run(pl.when(W != 0).then((V.cast(pl.Float64) / W.cast(pl.Float64)).round()).cast(pl.Int64), **given)
    currency = run(pl.when(V.is_not_null()).then(W), v=value, w=amount.values["_currency"])
    return Coerced({"": value, "_currency": currency}, [*amount.faults, *units.faults])


def _date(rule: ColumnRule, cells: Cells) -> Coerced:
    (column,) = rule.source
    raw = cells.raw(column)
    if isinstance(raw.dtype, pl.Datetime):
        value = raw.dt.convert_time_zone("UTC") if raw.dtype.time_zone else run(dates.local(V, rule.timezone), v=raw)
        bad = raw.is_not_null() & value.is_null()
    else:
        text = cells.plain(column)
        value = run(dates.instant(V, rule.format or dates.ISO, rule.timezone), v=text)
        bad = text.is_not_null() & value.is_null()
    return Coerced(
        {"": value}, [("date.invalid", column, bad), ("date.range", column, ~value.dt.year().is_between(1970, 2100))]
    )


def _word(rule: ColumnRule, cells: Cells) -> Coerced:
    (column,) = rule.source
    text = cells.text(column)
    listed = synonyms().words.get(rule.words, {})
    lower = {word.casefold(): value for value, words in listed.items() for word in words}
    lower.update({word.casefold(): value for word, value in rule.values.items()})
    value = run(V.str.to_lowercase().replace_strict(lower, default=None, return_dtype=pl.String), v=text)
    return Coerced({"": value}, [("value.unknown", column, text.is_not_null() & value.is_null())])


def _prefix(rule: ColumnRule, cells: Cells) -> Coerced:
    letters = cells.text(rule.source[0]).str.extract(r"^(\D+)\d", 1)
    said = V.replace_strict(rule.values, default=rule.constant or None, return_dtype=pl.String)
    return Coerced({"": run(said, v=letters)}, [])


def _present(rule: ColumnRule, cells: Cells) -> Coerced:
    value = pl.Series([rule.constant or None], dtype=pl.String).new_from_index(0, cells.height)
    for column, said in reversed(rule.values.items()):
        value = run(pl.when(V.is_not_null()).then(pl.lit(said)).otherwise(W), v=cells.plain(column), w=value)
    return Coerced({"": value}, [])


def _constant(rule: ColumnRule, cells: Cells) -> Coerced:
    return Coerced({"": pl.Series([rule.constant], dtype=pl.String).new_from_index(0, cells.height)}, [])


_MAKE: dict[str, Callable[[ColumnRule, Cells], Coerced]] = {
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
