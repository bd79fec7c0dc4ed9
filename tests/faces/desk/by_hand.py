"""The log counted by hand: plain Python over its lines, without the state, the lake or any SQL of ours."""

from __future__ import annotations

from typing import Any

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.table import Table, table_name


def rows(shop: Shop, kind: type[Table]) -> list[Any]:
    """The last version of each row that the log has."""
    found = dict(_lines(shop, kind))
    return [msgspec.json.decode(body, type=kind) for body in found.values()]


def events(shop: Shop, kind: type[Table]) -> list[Any]:
    """Every event of a kind, in the order of the log."""
    return [msgspec.json.decode(body, type=kind) for _, body in _lines(shop, kind)]


def _lines(shop: Shop, kind: type[Table]) -> list[tuple[str, bytes]]:
    with shop.store.read() as connection:
        query = "SELECT key, body FROM log WHERE kind = ? ORDER BY offset"
        return [tuple(row) for row in connection.exec_driver_sql(query, (table_name(kind),))]
