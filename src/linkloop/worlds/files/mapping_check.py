"""Mapping check: what is wrong with a mapping that a person wrote, before a row is read by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from zoneinfo import available_timezones

import msgspec
import polars as pl

from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.store.columns import columns
from linkloop.store.frames import frame_schema, literals
from linkloop.worlds.files.dates import FORMATS
from linkloop.worlds.files.mapping import ColumnRule, Mapping, TableMapping
from linkloop.worlds.files.region import regions
from linkloop.worlds.files.targets import TARGETS

_SOURCES = {"product": 2, "per_unit": 2, "count": 0, "constant": 0}
_MANY = ("text", "present")
_MONEY = ("money", "product", "per_unit")
_SAYING = ("word", "prefix", "present", "constant")
_NAME = re.compile(r"[^\x00-\x1f/\\]{1,120}")


def check(mapping: Mapping) -> Text | None:
    """The first thing that is wrong, or None."""
    return next(_problems(mapping), None)


def problems(mapping: Mapping) -> tuple[Text, ...]:
    """Everything that is wrong."""
    return tuple(_problems(mapping))


def _problems(mapping: Mapping) -> Iterator[Text]:
    if not _NAME.fullmatch(mapping.name) or mapping.name.startswith("."):
        yield Text(en="name is no file name", zh="name 不能用作文件名")
    if not mapping.targets:
        yield Text(en="there are no targets", zh="没有 targets")
    if sum(target.rows == "each" for target in mapping.targets) > 1:
        yield Text(en="rows can be each of one table only", zh="只能有一个表的 rows 为 each")
    if len({target.table for target in mapping.targets}) < len(mapping.targets):
        yield Text(en="a table stands twice in targets", zh="targets 里同一个表出现了两次")
    for refusal in mapping.refuse:
        if refusal.column not in mapping.headers:
            yield _no_column("refuse", refusal.column)
        try:
            pl.Series([""]).str.contains(refusal.matches)
        except pl.exceptions.PolarsError as error:
            yield Text(en=f"refuse: {refusal.matches}: {error}", zh=f"refuse：{refusal.matches}：{error}")
    for target in mapping.targets:
        yield from _target(target, mapping.headers)


def _target(target: TableMapping, headers: tuple[str, ...]) -> Iterator[Text]:
    name = target.table
    if name not in TARGETS:
        yield Text(en=f"{name} is none of {', '.join(TARGETS)}", zh=f"{name} 不在 {'、'.join(TARGETS)} 之中")
        return
    if target.where and target.where not in headers:
        yield _no_column(f"{name}.where", target.where)
    fields = {column.name: column for column in columns(TARGETS[name].kind)}
    for field, rule in target.columns.items():
        where = f"{name}.{field}"
        if field not in fields:
            yield Text(en=f"{where}: there is no such field", zh=f"{where}：没有这个字段")
            continue
        yield from _rule(where, rule, headers)
        yield from _constants(where, rule, TARGETS[name].kind, field)
        if (fields[field].form == "money") != (rule.transform in _MONEY):
            yield Text(en=f"{where}: {rule.transform} does not fit", zh=f"{where}：{rule.transform} 不适用")
        if rule.transform == "count" and field != TARGETS[name].counted:
            yield Text(en=f"{where}: only {TARGETS[name].counted or 'no field'} is counted", zh=f"{where}：不能编号")
    for needed in msgspec.structs.fields(TARGETS[name].kind):
        if needed.required and needed.name not in target.columns:
            yield Text(en=f"{name}: {needed.name} is needed", zh=f"{name}：缺少 {needed.name}")


def _rule(where: str, rule: ColumnRule, headers: tuple[str, ...]) -> Iterator[Text]:
    named = [*rule.source, *filter(None, [rule.currency_from]), *(rule.values if rule.transform == "present" else ())]
    for column in named:
        if column not in headers:
            yield _no_column(where, column)
    wanted = _SOURCES.get(rule.transform, 1)
    if rule.transform not in _MANY and len(rule.source) != wanted:
        yield Text(
            en=f"{where}: {rule.transform} takes {wanted} columns as source",
            zh=f"{where}：{rule.transform} 需要 {wanted} 个来源列",
        )
    if rule.transform == "text" and not rule.source:
        yield Text(en=f"{where}: source is empty", zh=f"{where}：source 为空")
    if (
        rule.transform in _MONEY
        and rule.currency not in regions().currencies
        and not (rule.currency_from and not rule.currency)
    ):
        yield Text(en=f"{where}: {rule.currency!r} is no currency", zh=f"{where}：{rule.currency!r} 不是币种")
    if rule.transform == "date" and (not rule.timezone or rule.timezone not in available_timezones()):
        yield Text(en=f"{where}: {rule.timezone!r} is no time zone", zh=f"{where}：{rule.timezone!r} 不是时区")
    for fmt in rule.format:
        if fmt not in FORMATS and not fmt.count("%"):
            yield Text(en=f"{where}: {fmt!r} is no date format", zh=f"{where}：{fmt!r} 不是日期格式")


def _constants(where: str, rule: ColumnRule, kind: type[Table], field: str) -> Iterator[Text]:
    said = {*rule.values.values(), rule.constant} if rule.transform in _SAYING else set()
    if rule.transform in ("word", "prefix", "present"):
        said -= {""}
    words, dtype = literals(kind, field), frame_schema(kind)[field]
    for value in sorted(said):
        unfit = value not in words if words else pl.Series([value]).cast(dtype, strict=False).null_count()
        if unfit:
            yield Text(en=f"{where}: {value!r} cannot be its value", zh=f"{where}：不能取值 {value!r}")


def _no_column(where: str, column: str) -> Text:
    return Text(en=f"{where}: the headers have no “{column}”", zh=f"{where}：表头中没有“{column}”")
