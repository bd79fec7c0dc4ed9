"""Decoding: facts in another system's JSON become the vocabulary's classes, strictly, or are refused by field."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from linkloop.core.errors import LinkloopError
from linkloop.core.event import Event, about
from linkloop.core.money import Money
from linkloop.core.table import Table, key_of
from linkloop.core.text import Text
from linkloop.core.vocabulary import tables

# The log fills these; what another system says of them would forge a story's causes.
ENVELOPE = ("id", "case_id", "cause_id", "hop", "source", "external_id")
_BIG = 2**63
_LONGEST = 10_000
_AHEAD = timedelta(days=1)


def decode_said(kind_name: str, data: Any, allowed: frozenset[str], now: datetime, where: str) -> Table:
    """One row or event of a kind in `allowed`, all its fields known and in range; `where` is the path to it.

    Raises LinkloopError `hook.kind` or `hook.field`, whose `where` names the field.
    """
    if kind_name not in allowed:
        raise LinkloopError(
            "hook.kind",
            Text(en=f"{kind_name[:100]!r} may not come in here", zh=f"此接口不接收 {kind_name[:100]!r}"),
            Text(en=f"Allowed: {', '.join(sorted(allowed))}.", zh=f"可接收：{'、'.join(sorted(allowed))}。"),
            f"{where}.type".lstrip("."),
        )
    kind = tables()[kind_name]
    inside = f"{where}.data".lstrip(".")
    if not isinstance(data, dict):
        raise bad_field("an object is expected", "应为对象", inside)
    if issubclass(kind, Event):
        data = {name: value for name, value in data.items() if name not in ENVELOPE}
    try:
        row = msgspec.convert(data, kind, strict=True)
    except (msgspec.ValidationError, OverflowError, RecursionError) as error:
        reason, _, path = str(error).partition(" - at `$")
        raise bad_field(reason, f"值无效：{reason}", inside + path.rstrip("`")) from error
    _same_fields(data, msgspec.to_builtins(row), inside)
    _in_range(row, inside)
    if not (about(row) if isinstance(row, Event) and row.__about__ != "id" else key_of(row) or "-"):
        raise bad_field("it is about nothing: its key is empty", "键为空", f"{inside}.{_key_field(row)}")
    if isinstance(row, Event) and row.at > now + _AHEAD:
        raise bad_field("this moment is more than a day ahead", "时间超前一天以上", f"{inside}.at")
    return row


def bad_field(en: str, zh: str, where: str) -> LinkloopError:
    """The error that names a field."""
    todo = Text(en="Correct this field; see /api/v1/schema.", zh="请改正此字段；定义见 /api/v1/schema。")
    return LinkloopError("hook.field", Text(en=en, zh=zh), todo, where)


def _key_field(row: Table) -> str:
    return row.__about__ if isinstance(row, Event) else row.__key__[0]


def _same_fields(given: Any, taken: Any, where: str) -> None:
    """Refuse what no class knows: a mistyped optional field would otherwise be lost in silence."""
    if isinstance(given, dict) and isinstance(taken, dict):
        for name, value in given.items():
            if name not in taken:
                raise bad_field("there is no such field", "没有这个字段", f"{where}.{name[:100]}")
            _same_fields(value, taken[name], f"{where}.{name}")
    elif isinstance(given, list) and isinstance(taken, list | tuple):
        for place, (one, other) in enumerate(zip(given, taken, strict=True)):
            _same_fields(one, other, f"{where}[{place}]")


def _in_range(value: Any, where: str) -> None:
    """What every store can hold: aware times, 64-bit integers, finite numbers, text without NUL, currencies."""
    if isinstance(value, msgspec.Struct):
        if isinstance(value, Money) and not (
            len(value.currency) == 3 and value.currency.isalpha() and value.currency.isupper()
        ):
            raise bad_field(
                "a currency is three capitals (ISO 4217)", "币种须为三个大写字母（ISO 4217）", f"{where}.currency"
            )
        for name in value.__struct_fields__:
            _in_range(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, datetime):
        if value.tzinfo is None:
            raise bad_field("a time needs its offset, for example Z", "时间须带时区，例如 Z", where)
    elif isinstance(value, int) and not -_BIG <= value < _BIG:
        raise bad_field("the number does not fit 64 bits", "数字超出 64 位", where)
    elif isinstance(value, float) and not abs(value) < float("inf"):
        raise bad_field("the number is not finite", "数字不是有限值", where)
    elif isinstance(value, str):
        if len(value) > _LONGEST or "\x00" in value:
            raise bad_field(
                f"text has at most {_LONGEST} characters and no NUL", f"文本至多 {_LONGEST} 字且不含 NUL", where
            )
    elif isinstance(value, dict):
        for name, one in value.items():
            _in_range(name, where)
            _in_range(one, f"{where}.{name}")
    elif isinstance(value, list | tuple):
        for place, one in enumerate(value):
            _in_range(one, f"{where}[{place}]")
