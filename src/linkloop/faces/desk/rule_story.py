"""Rules in a story: which version of a table answered, what its rows say, and which cell a row missed by."""

from __future__ import annotations

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


def cell(table: RuleTable, row: str, field: str) -> str:
    """What a row says of a field; empty for nothing."""
    rule = next((rule for rule in table.grid.rules if rule["_id"] == row), {})
    return " ".join(rule.get(column.id, "") for column in table.grid.inputs if column.field == field).strip()
