"""Words to search that the shop's own parts bring: tables and columns, decision tables and their rows, models."""

from __future__ import annotations

from typing import Literal
from weakref import WeakKeyDictionary

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.event import Event
from linkloop.core.text import Text
from linkloop.core.vocabulary import tables
from linkloop.faces.desk import glossary
from linkloop.faces.desk.search_pinyin import folded, ways
from linkloop.store.columns import OFFSET, arrow_schema
from linkloop.store.sql.views import about


class Worded(msgspec.Struct, frozen=True, kw_only=True):
    """Something with a name and a sentence; `forms` are what a typed word is looked up in."""

    kind: Literal["table", "column", "rules", "rule", "model"]
    id: str
    title: str
    to: str
    name: str
    note: Text | None
    forms: tuple[str, ...]


_kept: WeakKeyDictionary[Shop, tuple[object, list[Worded]]] = WeakKeyDictionary()


def worded(shop: Shop) -> list[Worded]:
    """All of them; made again when another version of a decision table is live or a table was added."""
    state = (len(tables()), tuple((name, table.version) for name, table in sorted(shop.rules.live.items())))
    kept = _kept.get(shop)
    if kept is None or kept[0] != state:
        kept = (state, [*_tables(shop), *_rules(shop), *_models(shop)])
        _kept[shop] = kept
    return kept[1]


def _tables(shop: Shop) -> list[Worded]:
    found: list[Worded] = []
    for name, kind in sorted(tables().items()):
        noun = "event" if issubclass(kind, Event) else "table"
        found.append(_table(name, noun, glossary.noun(name, (kind.__doc__ or "").strip().split("\n")[0])))
        for column in arrow_schema(kind).names:
            if column == OFFSET:
                continue
            word = glossary.column(name, column)
            note = Text(en=word.en, zh=word.zh) if word else None
            found.append(
                Worded(
                    kind="column", id=f"{name}.{column}", title=f"{name}.{column}", to=f"/data/table/{name}", name=noun,
                    note=note, forms=(f"{name}.{column}", column.replace("_", " "), *((note.zh,) if note else ())),
                )
            )  # fmt: skip
    for name, text in shop.door.views.items():
        found.append(_table(name, "view", glossary.noun(name, about(text))))
    return found


def _table(name: str, noun: str, means: Text) -> Worded:
    return Worded(
        kind="table", id=name, title=name, to=f"/data/table/{name}", name=noun, note=means,
        forms=(name, name.replace("_", " "), folded(means.en), folded(means.zh)),
    )  # fmt: skip


def _rules(shop: Shop) -> list[Worded]:
    found: list[Worded] = []
    for name, table in sorted(shop.rules.live.items()):
        to = f"/rules/{name}"
        found.append(_said("rules", name, table.question.__name__, to, name, table.title))
        for row, rule in zip(table.rows, table.grid.rules, strict=True):
            text = rule.get("_description", "")
            found.append(_said("rule", f"{name}#{row}", row, f"{to}?row={row}", name, Text(en=text, zh=text)))
    return found


def _models(shop: Shop) -> list[Worded]:
    return [_said("model", card.name, card.name, "/models", card.version, None) for card in shop.matrix.cards()]


def _said(
    kind: Literal["rules", "rule", "model"], key: str, title: str, to: str, name: str, note: Text | None
) -> Worded:
    words = [key, title, *((note.en, note.zh) if note else ())]
    return Worded(kind=kind, id=key, title=title, to=to, name=name, note=note,
                  forms=tuple(dict.fromkeys(way for word in words for way in ways(word))))  # fmt: skip
