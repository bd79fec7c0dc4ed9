"""Pinned: a query of one view that asks for one value of a column can read the short form of that view.

A view that joins what was written down with what is worked out now says so in a comment, for example
`-- Pinned: "date" in supply_risk_days reads supply_chain_risk_written`: a query that can only see rows of one date,
which stands in that table, reads that other view in its place, and nothing that the long form would have to plan.
`… reads supply_chain_risk_written, supply_risks without reason_en, reason_zh` says that a query which names all of its
columns, and none of these, can read the table itself.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_SAYS = re.compile(r'^-- Pinned: "(\w+)" in (\w+) reads (\w+)(?:, (\w+) without (\w+(?:, \w+)*))?$', re.MULTILINE)


class Short(NamedTuple):
    """Rows with a value of `column` that stands in `table` all come from `view`; what needs none of the columns
    `without` can have them from `plain`."""

    column: str
    table: str
    view: str
    plain: str = ""
    without: frozenset[str] = frozenset()

    def source(self, columns: frozenset[str]) -> str:
        """The view, or the table where that has all these columns (none: nobody knows which)."""
        return self.plain if self.plain and columns and not columns & self.without else self.view


def short_form(text: str) -> Short | None:
    """What the comment of a view says of its short form."""
    found = _SAYS.search(text)
    if found is None:
        return None
    column, table, view, plain, without = found.groups()
    return Short(column, table, view, plain or "", frozenset((without or "").split(", ")) - {""})


def pinned(tree: dict[str, Any]) -> dict[str, str]:
    """Columns that can only have one text in the rows of the one table that a query reads: column → text.

    Empty for everything but a plain SELECT from one table whose WHERE is a comparison or an AND of them: there each
    row that counts has passed `column = 'text'`.
    """
    statements = tree.get("statements") or []
    node = statements[0].get("node", {}) if len(statements) == 1 else {}
    table = node.get("from_table") or {}
    if node.get("type") != "SELECT_NODE" or table.get("type") != "BASE_TABLE" or table.get("column_name_alias"):
        return {}
    if (node.get("cte_map") or {}).get("map") or _tables(tree) != 1:
        return {}
    where = node.get("where_clause") or {}
    terms = where.get("children", []) if where.get("type") == "CONJUNCTION_AND" else [where]
    names = {str(table.get("alias") or table.get("table_name", "")).lower()}
    return dict(found for term in terms if (found := _equals(term, names)))


def _equals(term: dict[str, Any], names: set[str]) -> tuple[str, str] | None:
    if term.get("type") != "COMPARE_EQUAL":
        return None
    sides = [term.get("left") or {}, term.get("right") or {}]
    column = next((side["column_names"] for side in sides if side.get("class") == "COLUMN_REF"), None)
    text = next((side.get("literal") for side in sides if side.get("class") == "CONSTANT"), None)
    if not column or not isinstance(text, dict) or text.get("kind") != "STRING":
        return None
    own = len(column) == 1 or (len(column) == 2 and column[0].lower() in names)
    return (column[-1].lower(), str(text.get("text"))) if own else None


def columns(tree: dict[str, Any]) -> frozenset[str]:
    """The names of all columns that a query mentions, in lower case; none where a star, a whole row or a lambda hides
    some."""
    found: set[str] = set()
    rows: set[str] = set()
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if node.get("class") in ("STAR", "LAMBDA", "POSITIONAL_REFERENCE"):
                return frozenset()
            if node.get("type") == "BASE_TABLE":
                rows |= {str(node.get("alias") or "").lower(), str(node.get("table_name", "")).lower()}
            if node.get("class") == "COLUMN_REF":
                names = [str(name).lower() for name in node.get("column_names", [])]
                found |= set(names[1:] or names)
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    return frozenset() if found & rows else frozenset(found)


def _tables(tree: dict[str, Any]) -> int:
    count, stack = 0, [tree]
    while stack:
        node: Any = stack.pop()
        if isinstance(node, dict):
            count += node.get("type") in ("BASE_TABLE", "TABLE_FUNCTION", "SUBQUERY", "JOIN")
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    return count
