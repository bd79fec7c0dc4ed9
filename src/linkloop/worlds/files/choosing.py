"""Choosing: the mapping for a source, given by a person, kept from before, or guessed."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.worlds.files.guess import guess
from linkloop.worlds.files.mapping import Mapping, signature_of
from linkloop.worlds.files.mapping_file import from_builtins, kept, name_for, named
from linkloop.worlds.files.profile import text_of
from linkloop.worlds.files.region import Evidence, evidence, timezone_of
from linkloop.worlds.files.ruling import Place
from linkloop.worlds.files.source import Source

_MONEY = ("money", "product", "per_unit")
ASKED = Text(en="as asked for with this import", zh="按本次导入时的要求")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks of an import (`currency`, `timezone`; empty: let the file tell) and what the shop has set."""

    currency: str = ""
    timezone: str = ""
    shop_currency: str = "CNY"
    shop_timezone: str = "Asia/Shanghai"


def given(mapping: Mapping | Dict[str, Any] | str | Path, folder: Path) -> Mapping:
    """The mapping that a person names: itself, its plain values, its file, or its name in `folder`."""
    if isinstance(mapping, Mapping):
        return from_builtins(msgspec.to_builtins(mapping), mapping.name)
    if isinstance(mapping, Dict):
        return from_builtins(dict(mapping), str(mapping.get("name", "mapping")))
    return named(folder, str(mapping))


def fitting(mapping: Mapping, source: Source, where: str) -> Mapping:
    """The mapping, if the source has the columns that it names. Raises LinkloopError `mapping.headers`."""
    return fitting_header(mapping, source.header, where)


def fitting_header(mapping: Mapping, header: tuple[str, ...], where: str) -> Mapping:
    """The mapping, if these headers have the columns that it names. Raises LinkloopError `mapping.headers`."""
    used = {name for target in mapping.targets for rule in target.columns.values() for name in rule.source}
    used |= {refusal.column for refusal in mapping.refuse} | {t.where for t in mapping.targets if t.where}
    used |= {rule.currency_from for t in mapping.targets for rule in t.columns.values() if rule.currency_from}
    if missing := sorted(used - set(header)):
        raise LinkloopError(
            "mapping.headers",
            Text(
                en=f"the mapping {mapping.name} needs the column “{missing[0]}”, which this file does not have",
                zh=f"映射 {mapping.name} 需要“{missing[0]}”列，而文件中没有",
            ),
            Text(en="Choose another mapping, or none to have it guessed.", zh="请换一个映射，或不指定以便自动猜测。"),
            where=where,
        )
    return mapping


def choose(
    source: Source, first: pl.DataFrame, file: str, folder: Path, options: Options, around: Evidence
) -> Mapping | None:
    """A kept mapping for these headers, else the best guess; None when nothing fits.

    `first` is a sample of raw cells, `around` what the other files of the folder tell of the currency.
    """
    signature = signature_of(source.header)
    found = kept(folder, signature, source.sheet)
    if found is None:
        place = place_of(source, first, options, around)
        name = name_for(file, source.sheet, signature)
        return guess(source.header, first, name, source.sheet, place)
    return _as_asked(fitting(found, source, file), options)


def place_of(source: Source, first: pl.DataFrame, options: Options, around: Evidence) -> Place:
    """The currency and the time zone that count in a source where it does not tell, and why."""
    if options.currency:
        told = Evidence(options.currency, 1.0, ASKED)
    else:
        told = evidence(source.header, text_of(source.header, first))
        told = told if told.currency else around
    currency = told.currency or options.shop_currency
    zone = options.timezone or (
        timezone_of(told.currency, options.shop_timezone) if told.currency else options.shop_timezone
    )
    return Place(currency=currency, timezone=zone, evidence=told)


def _as_asked(mapping: Mapping, options: Options) -> Mapping:
    """A kept mapping with the currency and the time zone of this import."""
    change = msgspec.structs.replace
    targets = []
    for target in mapping.targets:
        rules = dict(target.columns)
        for field, rule in rules.items():
            if options.currency and rule.transform in _MONEY:
                rules[field] = change(rule, currency=options.currency)
            if options.timezone and rule.transform == "date":
                rules[field] = change(rule, timezone=options.timezone)
        targets.append(change(target, columns=rules))
    return change(mapping, targets=tuple(targets))
