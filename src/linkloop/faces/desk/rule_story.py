"""Rules in a story: which version of a table answered, what its rows say, and which cell a row missed by."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.errors import LinkloopError
from linkloop.core.question import RuleHit
from linkloop.core.text import Text
from linkloop.engine.rule_table import RuleTable
from linkloop.faces.desk.dossier_views import RuleLine
from linkloop.store.schema import settings


def table_of(shop: Shop, connection: sa.Connection, name: str, version: str) -> RuleTable | None:
    """The version of a decision table that answered, live or kept; None where it is no table or is not here."""
    live = shop.rules.live.get(name)
    if live is None or live.version == version:
        return live
    query = sa.select(settings.c.body).where(settings.c.name == f"rules/{name}@{version}")
    body = connection.execute(query).scalar()
    try:
        return None if body is None else RuleTable(body, name)
    except LinkloopError:  # a question or field that this version of the package no longer has
        return None


def is_table(shop: Shop, name: str) -> bool:
    """Whether a model of this name is a decision table, and not one that only tells the patterns that it saw."""
    return name in shop.rules.live or name.startswith("rules:")


def both(text: str) -> Text:
    """A row's description, which people write as `English · 中文`."""
    en, mark, zh = text.partition(" · ")
    return Text(en=en, zh=zh if mark else en)


def line(hit: RuleHit, table: RuleTable | None, asked: dict[str, Any]) -> RuleLine:
    """A row that fired or nearly did; with the table at hand also the cell that it missed by."""
    wanted = cell(table, hit.rule, hit.missed) if table and hit.missed else ""
    return RuleLine(
        rule=hit.rule, text=both(hit.text), missed=hit.missed, wanted=wanted, was=asked.get(hit.missed)
    )  # fmt: skip


def condition(cell: str) -> Text:
    """A plain cell of a table in words; what is not a range or a comparison stands as it is written."""
    if match := _RANGE.fullmatch(cell.strip()):
        opens, low, high, closes = match.groups()
        low_en, low_zh = (f"from {low}", f"不低于 {low}") if opens == "[" else (f"above {low}", f"高于 {low}")
        high_en, high_zh = (f"up to {high}", f"不超过 {high}") if closes == "]" else (f"below {high}", f"低于 {high}")
        return Text(en=f"{low_en} and {high_en}", zh=f"{low_zh}且{high_zh}")
    if match := _COMPARED.fullmatch(cell.strip()):
        words = _SIGNS[match[1]]
        return Text(en=f"{words.en} {match[2]}", zh=f"{words.zh} {match[2]}")
    plain = cell.strip().replace('"', "")
    return Text(en=plain.replace(", ", " or "), zh=plain.replace(", ", " 或 "))


def column(table: RuleTable, field: str) -> Text:
    """What people call a column, which they write as `English 中文`; the field's name where they did not."""
    name = next((one.name for one in table.grid.inputs if one.field == field), "") or field
    first = next((n for n, letter in enumerate(name) if "\u4e00" <= letter <= "\u9fff"), None)
    if first is None or not name[:first].strip():
        return Text(en=name, zh=name)
    return Text(en=name[:first].strip(), zh=name[first:].strip())


def cell(table: RuleTable, row: str, field: str) -> str:
    """What a row says of a field; empty for nothing."""
    rule = next((rule for rule in table.grid.rules if rule["_id"] == row), {})
    return " ".join(rule.get(column.id, "") for column in table.grid.inputs if column.field == field).strip()


_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"([\[(])\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*([\])])")
_COMPARED = re.compile(rf"(>=|<=|>|<|==|!=)\s*({_NUMBER})")
_SIGNS = {
    ">=": Text(en="at least", zh="至少"),
    "<=": Text(en="at most", zh="至多"),
    ">": Text(en="above", zh="高于"),
    "<": Text(en="below", zh="低于"),
    "==": Text(en="exactly", zh="等于"),
    "!=": Text(en="not", zh="不等于"),
}
