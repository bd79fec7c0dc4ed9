"""Guess: which tables a file feeds and which column is which field, by names, by values, and by what a table needs."""

from __future__ import annotations

from functools import cache
from typing import Literal

import msgspec
import polars as pl

from linkloop.core.text import Text
from linkloop.store.columns import columns
from linkloop.worlds.files.mapping import ColumnRule, Mapping, Refusal, signature_of
from linkloop.worlds.files.names import scores, synonyms
from linkloop.worlds.files.profile import Profile, profile, text_of
from linkloop.worlds.files.ruling import Found, Guesser, Place
from linkloop.worlds.files.targets import TARGETS, Target

_ENOUGH = 0.5  # a column whose name and values fit a field less than this is not that field
_BY_VALUE = 0.4  # the confidence of a field that only its values told
_UNIQUE = 0.9  # distinct keys in a sample ÷ rows from which on a row of the file is a row of the table


def guess(header: tuple[str, ...], cells: pl.DataFrame, name: str, sheet: str, place: Place) -> Mapping | None:
    """The mapping that fits the headers and the sampled raw cells best; None when they feed no table.

    `place` says the currency and the time zone that count where the file itself does not tell.
    """
    if not header:
        return None
    texts = text_of(header, cells)
    month_first = place.timezone.startswith("America/") and place.currency in ("USD", "CAD")
    profiles = {
        column: profile(texts[column], cells.schema[str(at)], dates=_may_be_date(column), month_first=month_first)
        for at, column in enumerate(header)
    }
    fed = _all_fed(header, profiles, by_value=False) or _all_fed(header, profiles, by_value=True)
    if not fed:
        return None
    primary = primary_of(fed, texts)
    guesser = Guesser(profiles, place, header, fed)
    targets = tuple(
        guesser.table(table, "each" if table == primary else "key") for table in fed if _worth(table, primary, fed)
    )
    used = {column for target in targets for rule in target.columns.values() for column in _sources(rule)}
    (first,) = (target for target in targets if target.table == primary)
    needed = [first.columns[field].confidence for field in TARGETS[primary].needs if field in first.columns]
    return Mapping(
        name=name,
        signature=signature_of(header),
        headers=header,
        sheet=sheet,
        targets=targets,
        refuse=_refusals(fed, profiles),
        ignored=tuple(column for column in header if column not in used),
        confidence=round(min(needed), 3),
    )


def nearest(header: tuple[str, ...], profiles: dict[str, Profile]) -> list[tuple[str, dict[str, str], tuple[str, ...]]]:
    """Tables that the columns nearly feed, nearest first: table, field → column that is there, fields missing."""
    found: list[tuple[str, dict[str, str], tuple[str, ...]]] = []
    for table, target in TARGETS.items():
        places = _placed(table, header, profiles)
        missing = tuple(field for field in target.needs if field not in places)
        if not missing and target.anchors and not any(field in places for field in target.anchors):
            missing = target.anchors
        if places:
            found.append((table, {field: place.column for field, place in places.items()}, missing))
    return sorted(found, key=lambda one: (len(one[2]) - len(one[1]), len(one[2])))[:6]


def _all_fed(header: tuple[str, ...], profiles: dict[str, Profile], by_value: bool) -> dict[str, dict[str, Found]]:
    fed = {table: _fed(table, target, header, profiles, by_value) for table, target in TARGETS.items()}
    return {table: found for table, found in fed.items() if found}


def _fed(
    table: str, target: Target, header: tuple[str, ...], profiles: dict[str, Profile], by_value: bool
) -> dict[str, Found] | None:
    """field → column of a table, when all that it needs is there."""
    found = _placed(table, header, profiles)
    missing = [field for field in target.needs if field not in found]
    if by_value and len(missing) == 1 and (only := _by_value(table, missing[0], header, found, profiles)):
        found[missing[0]] = Found(only, _BY_VALUE, 0.0)
        missing = []
    if missing or (target.anchors and not any(field in found for field in target.anchors)):
        return None
    return found


def _placed(table: str, header: tuple[str, ...], profiles: dict[str, Profile]) -> dict[str, Found]:
    """field → column of a table, the best pairs first."""
    ranked = sorted(
        (
            (-round(score * _fit(table, field, profiles[column]), 6), header.index(column), field, score)
            for column in header
            for field, score in scores(table, column).items()
        ),
    )
    found: dict[str, Found] = {}
    taken: set[str] = set()
    for fit, at, field, score in ranked:
        if -fit >= _ENOUGH and field not in found and header[at] not in taken:
            found[field] = Found(header[at], round(-fit, 3), score)
            taken.add(header[at])
    _stand_in(table, found, header)
    return found


def _stand_in(table: str, found: dict[str, Found], header: tuple[str, ...]) -> None:
    """Fields that another column can stand for, less surely."""
    if table == "order_lines":
        if "price" not in found and "amount" in found:
            found["price"] = found["amount"]
        if "product_id" not in found:
            titles = [(s, c) for c in header if (s := scores("products", c).get("title", 0.0)) >= 0.9]
            if titles and max(titles)[1] not in {f.column for f in found.values()}:
                found["product_id"] = Found(max(titles)[1], _ENOUGH, max(titles)[0])
    if table == "products" and "product_id" not in found and "title" in found:
        orders = [c for c in header if "order_id" in scores("order_lines", c)]
        if orders:
            found["product_id"] = Found(found["title"].column, _ENOUGH, found["title"].named)
    if table == "parcels" and "parcel_id" not in found and "order_id" in found and "shipped_at" in found:
        found["parcel_id"] = Found(found["order_id"].column, _ENOUGH, found["order_id"].named)
    if table == "reviews" and "review_id" not in found and "order_id" in found:
        found["review_id"] = Found(found["order_id"].column, _ENOUGH, found["order_id"].named)


def _by_value(
    table: str, field: str, header: tuple[str, ...], found: dict[str, Found], profiles: dict[str, Profile]
) -> str:
    """The only column left whose values can be this field, or an empty string."""
    form = _form(table, field)
    if form not in ("date", "money") or not any(field in TARGETS[table].kind.__key__ for field in found):
        return ""
    taken = {place.column for place in found.values()}
    share = {column: (p.date if form == "date" else p.number) for column, p in profiles.items()}
    left = [c for c in header if c not in taken and profiles[c].filled > 0.5 and share[c] > 0.9]
    if form == "money":  # whole numbers may be anything
        left = [c for c in left if profiles[c].whole < 0.9]
    named = [c for c in left if any(scores(other, c) for other in TARGETS)]
    return left[0] if len(left) == 1 and not named else ""


def _fit(table: str, field: str, values: Profile) -> float:
    """How well values fit a field, 0.4 to 1; an empty column fits anything nearly."""
    if not values.filled:
        return 0.9
    form = _form(table, field)
    share = {"date": values.date, "money": values.number, "int": values.number, "number": values.number}.get(form, 1.0)
    return 0.4 + 0.6 * share


@cache
def _may_be_date(header: str) -> bool:
    """A column whose name is a date's, or that nothing knows."""
    fields = {_form(table, field) for table in TARGETS for field in scores(table, header)}
    return not fields or "date" in fields


@cache
def _form(table: str, field: str) -> Literal["date", "money", "int", "number", "text"]:
    if field == "amount":
        return "money"
    (column,) = (c for c in columns(TARGETS[table].kind) if c.name == field)
    if column.form == "money":
        return "money"
    kinds: dict[str, Literal["date", "int", "number"]] = {"int64": "int", "double": "number"}
    return "date" if str(column.arrow).startswith("timestamp") else kinds.get(str(column.arrow), "text")


def primary_of(fed: dict[str, dict[str, Found]], texts: pl.DataFrame) -> str:
    """The table whose rows are the rows of the file: the finest whose key does not repeat, else the finest."""
    able = [table for table in fed if not (table == "parcels" and "orders" in fed and _borrowed(fed[table]))]
    for table in able:
        target = TARGETS[table]
        key = {fed[table][field].column for field in target.kind.__key__ if field in fed[table]}
        if target.counted and target.counted not in fed[table]:
            return table
        rows = texts.select(sorted(key)).drop_nulls()
        if rows.height and rows.n_unique() >= _UNIQUE * rows.height:
            return table
    return able[0]


def _borrowed(found: dict[str, Found]) -> bool:
    return found["parcel_id"].column == found["order_id"].column


def _worth(table: str, primary: str, fed: dict[str, dict[str, Found]]) -> bool:
    """A table beside the primary one must bring something that the primary one does not keep already."""
    if table == primary or not TARGETS[table].anchors:
        return True
    own = {fed[table][field].column for field in TARGETS[table].anchors if field in fed[table]}
    return bool(own)


def _refusals(fed: dict[str, dict[str, Found]], profiles: dict[str, Profile]) -> tuple[Refusal, ...]:
    """Order numbers whose letter says that they are no orders, where the others are digits alone."""
    column = next((found["order_id"].column for table, found in fed.items() if table in ("orders", "order_lines")), "")
    if not column or not profiles[column].prefixed:
        return ()
    told = synonyms().order_prefixes["refused"]
    return tuple(
        Refusal(column=column, matches=rf"^{letter}\d+$", why=msgspec.convert(why, Text))
        for letter, why in told.items()
    )


def _sources(rule: ColumnRule) -> set[str]:
    return {*rule.source, *filter(None, (rule.currency_from,)), *(rule.values if rule.transform == "present" else ())}
