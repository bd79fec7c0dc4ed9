"""Fields: the columns that a table may have, from the question and its answer, with words for people."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import inspect

from linkloop.core.errors import LinkloopError
from linkloop.core.question import answer_type
from linkloop.core.text import Text
from linkloop.engine import rule_fields
from linkloop.engine.jdm import Words
from linkloop.engine.rule_table import RuleTable
from linkloop.faces.desk.rules.views import RuleField, RuleWord

_HAN = re.compile(r"[\u3400-\u9fff]")


def asked_fields(table: RuleTable) -> list[RuleField]:
    """The fields of the table's question."""
    return _fields(table.question, table, {c.field: c.name for c in table.grid.inputs})


def answered_fields(table: RuleTable) -> list[RuleField]:
    """The fields of its answer."""
    return _fields(answer_type(table.question), table, {c.field: c.name for c in table.grid.outputs})


def _fields(kind: type[msgspec.Struct], table: RuleTable, names: dict[str, str]) -> list[RuleField]:
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType)
    words = table.file.linkloop.fields
    return [_field(field, words.get(field.name), names.get(field.name, "")) for field in described.fields]


def _field(field: inspect.Field, words: Words | None, name: str) -> RuleField:
    try:
        kind, values = rule_fields.kind_of(field.type, field.name, "")
    except LinkloopError:
        kind, values = "other", ()
    titles = words.values if words else {}
    default: Any = None if field.default is msgspec.NODEFAULT else msgspec.to_builtins(field.default)
    return RuleField(
        name=field.name,
        title=words.title if words else _title(field.name, name),
        kind=kind,
        unit=words.unit if words else "",
        words=[RuleWord(value, titles.get(value, Text(en=value, zh=value))) for value in values],
        required=field.required,
        default=default,
    )


def _title(field: str, name: str) -> Text:
    """Both languages from a column name such as `Days late 延误天数`, else the field's own name."""
    han = _HAN.search(name)
    latin = (name[: han.start()] if han else name).strip() or field.replace("_", " ")
    return Text(en=latin, zh=name[han.start() :].strip() if han else latin)
