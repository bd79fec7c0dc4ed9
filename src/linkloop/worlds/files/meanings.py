"""Meanings: what each table and field that a file can feed is, in words for a merchant, in both languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from linkloop.core.text import Text
from linkloop.store.columns import columns
from linkloop.worlds.files.targets import TARGETS

Form = Literal["text", "id", "money", "int", "number", "date", "word"]


class FieldMeaning(msgspec.Struct, frozen=True, kw_only=True):
    """One field: its name and what it says; `form` is what its cells must be, `words` the only values of a word.

    `needed`: without it the table is not fed; `counted`: it is numbered where the file does not have it.
    """

    field: str
    title: Text
    text: Text
    form: Form
    needed: bool
    is_key: bool
    counted: bool
    words: tuple[str, ...]


class TableMeaning(msgspec.Struct, frozen=True, kw_only=True):
    """One table that a file can feed, the finest grain first, and its fields; one of `anchors` must be there."""

    table: str
    title: Text
    text: Text
    key: tuple[str, ...]
    anchors: tuple[str, ...]
    fields: tuple[FieldMeaning, ...]


@cache
def meanings() -> tuple[TableMeaning, ...]:
    """Every table that a file can feed, in the order of `TARGETS`."""
    told = msgspec.json.decode(
        (Path(__file__).parent / "meanings.json").read_bytes(), type=dict[str, dict[str, tuple[str, str, str, str]]]
    )
    return tuple(_table(name, told[name]) for name in TARGETS)


def _table(name: str, told: dict[str, tuple[str, str, str, str]]) -> TableMeaning:
    from linkloop.store.frames import literals  # polars: not needed to serve

    target = TARGETS[name]
    title_en, title_zh, text_en, text_zh = told[""]
    fields: list[FieldMeaning] = []
    needs = {*target.needs, *(f.name for f in msgspec.structs.fields(target.kind) if f.required)}
    for column in columns(target.kind):
        en, zh, more_en, more_zh = told[column.name]
        words = literals(target.kind, column.name)
        fields.append(
            FieldMeaning(
                field=column.name,
                title=Text(en=en, zh=zh),
                text=Text(en=more_en, zh=more_zh),
                form="word" if words else _form(column.form, str(column.arrow), column.name, column.is_key),
                needed=column.name in needs and column.name != target.counted and column.name not in target.constants,
                is_key=column.is_key,
                counted=column.name == target.counted,
                words=words,
            )
        )
    return TableMeaning(
        table=name,
        title=Text(en=title_en, zh=title_zh),
        text=Text(en=text_en, zh=text_zh),
        key=target.kind.__key__,
        anchors=target.anchors,
        fields=tuple(fields),
    )


def _form(form: str, arrow: str, name: str, is_key: bool) -> Form:
    if form == "money":
        return "money"
    if arrow.startswith("timestamp"):
        return "date"
    kinds: dict[str, Form] = {"int64": "int", "double": "number"}
    return kinds.get(arrow, "id" if name.endswith("_id") or is_key else "text")
