"""Glossary: what every table, column and SQL function means, in both languages; the docs are written from it too."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TypeVar

import msgspec

from linkloop.core.text import Text

T = TypeVar("T")


class ColumnWord(msgspec.Struct, frozen=True):
    """What a column holds; `unit` where its type does not say."""

    en: str
    zh: str
    unit: str = ""


class FunctionWord(msgspec.Struct, frozen=True):
    """A function of SQL: how it is used, and what it gives."""

    use: str
    en: str
    zh: str


@cache
def nouns() -> dict[str, str]:
    """Chinese of every table, event, action, question and view of ours; the English is the class's own docstring."""
    return _read("nouns.zh.json", dict[str, str])


@cache
def functions() -> dict[str, FunctionWord]:
    """The functions of SQL that people need most."""
    return _read("functions.json", dict[str, FunctionWord])


def noun(name: str, doc: str) -> Text:
    """What a noun means; one that a third party brought has its docstring in both languages."""
    english = " ".join(doc.split())
    return Text(en=english, zh=nouns().get(name, english))


def column(table: str, name: str) -> ColumnWord | None:
    """What a column holds: said of this table, else of every table; the currency of money is told by its amount."""
    words = _columns()
    found = words.get(f"{table}.{name}") or words.get(name)
    if found is None and name.endswith("_currency") and (column(table, name.removesuffix("_currency"))):
        return ColumnWord("its currency, ISO 4217", "对应币种（ISO 4217）")
    return found


@cache
def _columns() -> dict[str, ColumnWord]:
    return _read("columns.json", dict[str, ColumnWord])


def _read(name: str, form: type[T]) -> T:
    return msgspec.json.decode((files(__package__ or "") / name).read_bytes(), type=form)
