"""Table: rows of values as aligned columns, whatever mixture of Chinese and Latin they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from linkloop.faces.cli.width import cut, pad, plain, width

GAP = "  "


def cell(value: Any) -> str:
    """A value as a person reads it; nothing for None, lists and structures as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (dict, list, tuple)):
        import msgspec

        return plain(msgspec.json.encode(value).decode())
    return plain(str(value))


def table(headers: Sequence[str], rows: Sequence[Sequence[Any]], columns: int = 0) -> list[str]:
    """Lines of a table: numbers to the right; with `columns` > 0 the widest cells are cut until a line fits."""
    shown = [[cell(value) for value in row] for row in rows]
    titles = [plain(header) for header in headers]
    sizes = [max(width(titles[n]), *(width(row[n]) for row in shown), 0) for n in range(len(titles))]
    if columns:
        sizes = _fit(sizes, columns - width(GAP) * (len(sizes) - 1))
    right = [
        any(row[n] is not None for row in rows) and all(_is_number(row[n]) for row in rows) for n in range(len(titles))
    ]
    lines = [titles, ["─" * size for size in sizes], *shown]
    return [
        GAP.join(
            pad(cut(text, size), size, right=side) for text, size, side in zip(line, sizes, right, strict=True)
        ).rstrip()
        for line in lines
    ]


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float, Decimal)) and not isinstance(value, bool))


def _fit(sizes: list[int], room: int) -> list[int]:
    """Narrow the widest columns, down to 8, until they fit."""
    sizes = list(sizes)
    while sum(sizes) > room:
        widest = max(range(len(sizes)), key=lambda n: sizes[n])
        if sizes[widest] <= 8:
            break
        others = sorted((size for size in sizes if size < sizes[widest]), reverse=True)
        floor = max(8, others[0] if others else 8)
        sizes[widest] = max(floor, sizes[widest] - (sum(sizes) - room)) if floor < sizes[widest] else sizes[widest] - 1
    return sizes
