"""Guard: what a query may contain, judged on DuckDB's own syntax tree; only what reads tables passes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any

import duckdb
import msgspec

from linkloop.core.errors import LinkloopError, Refused
from linkloop.core.text import Text
from linkloop.store.sql.pinned import columns, pinned

MAX_SQL = 100_000

_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree"})
_SHOWN = frozenset({"", '"tables"', "tables"})
# What reaches outside the tables (settings, sessions, logs, other SQL), waits, or makes one row as large as it likes:
# DuckDB checks time and memory between rows, not inside one.
_REFUSED = re.compile(
    r"(pg_|duckdb_|pragma_|inet_|txid_|query|read_|parquet_|json_serialize|json_deserialize|json_execute|variant_to"
    r"|parse_duckdb|.*_privilege$|icu_)"
    r"|(current_(setting|query|query_id|connection_id|transaction_id|user|role|schemas?|database|catalog)|session_user"
    r"|user|getenv|getvariable|write_log|sleep_ms|nextval|currval|setval|setseed|stats|vector_type|version"
    r"|col_description|obj_description|shobj_description|in_search_path|get_block_size|which_secret|glob|getvar"
    r"|range|generate_series|repeat|lpad|rpad|list_resize|array_resize|bitstring|printf|format|bar|list_pad)$"
)
# A WITH name is in force in its own part of the query only: elsewhere the same name would mean DuckDB's own views.
_SYSTEM = re.compile(r"(duckdb|pg|sqlite|pragma|information)_|.*\W")
_EXPLAIN = re.compile(r"\s*explain\s+(?!analy[sz]e\b)", re.IGNORECASE)


class Checked(msgspec.Struct, frozen=True):
    """A query that may run, and the names of the tables and views (lower case) that it mentions.

    `pinned` are the columns of its one table that can have one text only, `columns` all that it names (empty: unknown).
    """

    sql: str
    names: frozenset[str]
    shows_tables: bool = False
    pinned: dict[str, str] = {}
    columns: frozenset[str] = frozenset()


def check(con: duckdb.DuckDBPyConnection, sql: str, known: Iterable[str]) -> Checked:
    """Let one reading statement through: SELECT, WITH, VALUES, FROM, DESCRIBE, SUMMARIZE, SHOW TABLES or EXPLAIN.

    `known` are the tables and views that exist. Raises Refused `sql.…` (LinkloopError for a syntax error) that says
    what to do; the query is only parsed here, never bound or run.
    """
    if len(sql) > MAX_SQL:
        raise Refused(
            "sql.too_long",
            Text(en=f"the query has {len(sql):,} characters", zh=f"查询有 {len(sql):,} 个字符"),
            Text(en=f"Keep it below {MAX_SQL:,}; pass values as $name.", zh=f"请少于 {MAX_SQL:,}；值请用 $name 传入。"),
        )
    statements = _statements(con, sql)
    if len(statements) != 1:
        raise Refused(
            "sql.one_statement",
            Text(en=f"this is {len(statements)} statements", zh=f"这里有 {len(statements)} 条语句"),
            Text(en="Send one query at a time.", zh="请每次只发送一条查询。"),
        )
    kind = statements[0].type.name
    if kind == "EXPLAIN" and (head := _EXPLAIN.match(sql)):
        inner = check(con, sql[head.end() :], known)
        return msgspec.structs.replace(inner, sql=sql, shows_tables=False)
    if kind != "SELECT":
        raise _read_only(kind)
    return _walk(sql, _tree(con, sql), {name.lower() for name in known})


def broken(error: duckdb.Error) -> LinkloopError:
    """A DuckDB error as ours: what is wrong, and the line and column where DuckDB knows it."""
    said = str(error).strip()
    first = " ".join(said.split("\n\nLINE ", 1)[0].split())
    where = ""
    if (line := re.search(r"^LINE (\d+): ?(.*)\n( *)\^", said, re.MULTILINE)) is not None:
        # The excerpt starts with "LINE n: " and may be cut on the left: then its column cannot be told.
        column = len(line[3]) - len(f"LINE {line[1]}: ") + 1
        where = f"line {line[1]}" if line[2].startswith("...") else f"line {line[1]}, column {column}"
    syntax = isinstance(error, duckdb.ParserException)
    return LinkloopError(
        "sql.syntax" if syntax else "sql.invalid",
        Text(en=first, zh=f"{'语法错误' if syntax else '查询有误'}：{first}"),
        Text(
            en="Correct the query; DESCRIBE <table> lists columns and types.",
            zh="请更正查询；DESCRIBE <表名> 可列出列和类型。",
        ),
        where=where,
    )


def _statements(con: duckdb.DuckDBPyConnection, sql: str) -> list[duckdb.Statement]:
    try:
        return con.extract_statements(sql)
    except duckdb.Error as error:
        raise broken(error) from None
    except (UnicodeError, ValueError, TypeError) as error:
        raise LinkloopError(
            "sql.syntax",
            Text(en=f"the query is not text: {error}", zh=f"查询不是有效文本：{error}"),
            Text(en="Send plain UTF-8 text.", zh="请发送 UTF-8 文本。"),
        ) from None


def _tree(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    row = con.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
    try:
        tree: dict[str, Any] = msgspec.json.decode(row[0]) if row else {"error": True}
    except RecursionError:
        raise Refused(
            "sql.too_deep",
            Text(en="the query is nested too deeply", zh="查询嵌套过深"),
            Text(en="Split it with WITH, or join fewer tables.", zh="请用 WITH 拆分，或减少连接的表。"),
        ) from None
    if tree.get("error"):
        raise _read_only(str(tree.get("error_message", "")))
    return tree


def _walk(sql: str, tree: dict[str, Any], known: set[str]) -> Checked:
    named: set[str] = set()
    local: set[str] = set()
    unknown: list[tuple[str, int]] = []
    shows = False
    for node in _nodes(tree):
        what = str(node.get("type", ""))
        if what.endswith("_NODE") and what not in _NODES:
            raise _read_only(what.removesuffix("_QUERY_NODE"))
        if isinstance(ctes := node.get("cte_map"), dict):
            local |= {_local(str(entry["key"])) for entry in ctes.get("map", [])}
        if what == "RECURSIVE_CTE_NODE":
            local.add(_local(str(node.get("ctename", node.get("cte_name", "")))))
        if what == "BASE_TABLE":
            name = _table(node)
            (named.add(name) if name in known else unknown.append((name, node.get("query_location", 0))))
        elif what == "SHOW_REF":
            if str(node.get("table_name", "")).lower() not in _SHOWN:
                raise _unknown(str(node["table_name"]).strip('"'), known, sql, 0)
            shows |= bool(node.get("table_name"))
        elif what == "TABLE_FUNCTION":
            called = node.get("function") or {}
            if _function(called) not in _TABLE_FUNCTIONS or called.get("schema") or called.get("catalog"):
                raise _refused(_function(called), sql, node.get("query_location", 0))
            called["class"] = "CHECKED"  # allowed here, where it streams; not as a value
        elif node.get("class") == "FUNCTION":
            name = _function(node)
            if node.get("schema") or node.get("catalog") or _REFUSED.match(name):
                raise _refused(name, sql, node.get("query_location", 0))
    for name, at in unknown:
        if name not in local:
            raise _unknown(name, known, sql, at)
    return Checked(sql, frozenset(named), shows, held := pinned(tree), columns(tree) if held else frozenset())


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the syntax tree, parents first; without recursion, for a query may nest deeply."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield node
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def _table(node: dict[str, Any]) -> str:
    name = str(node.get("table_name", "")).lower()
    schema = str(node.get("schema_name") or "").lower()
    if node.get("catalog_name") or schema not in ("", "main") or node.get("at_clause"):
        whole = ".".join(map(str, (node.get("qualified_name") or {}).get("path", [name])))
        raise Refused(
            "sql.unknown_table",
            Text(en=f"there is no table {whole}", zh=f"没有表 {whole}"),
            Text(en="Name tables alone, as SHOW TABLES lists them.", zh="请只写 SHOW TABLES 列出的表名。"),
            where=whole,
        )
    return name


def _local(name: str) -> str:
    if _SYSTEM.match(name.lower()):
        raise Refused(
            "sql.name",
            Text(en=f"a part of the query is called {name}", zh=f"查询的一部分名为 {name}"),
            Text(en="Give it a plain name of letters and digits.", zh="请用字母和数字给它起名。"),
            where=name,
        )
    return name.lower()


def _function(node: dict[str, Any]) -> str:
    return str(node.get("function_name", "")).lower()


def _position(sql: str, at: int) -> str:
    if not 0 <= at <= len(sql.encode()):
        return ""
    before = sql.encode()[:at].decode(errors="ignore")
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def _refused(name: str, sql: str, at: int) -> Refused:
    return Refused(
        "sql.function",
        Text(en=f"{name}() is not allowed here", zh=f"这里不允许使用 {name}()"),
        Text(
            en="Queries read the shop's tables only. For a series write FROM range(n).",
            zh="查询只能读取店铺的表。需要序列时请写 FROM range(n)。",
        ),
        where=_position(sql, at),
    )


def _read_only(what: str) -> Refused:
    return Refused(
        "sql.read_only",
        Text(en=f"only reading is allowed, this is {what}", zh=f"只允许读取，而这是 {what}"),
        Text(
            en="Write one SELECT (or WITH, DESCRIBE, SHOW TABLES, EXPLAIN).",
            zh="请写一条 SELECT（或 WITH、DESCRIBE、SHOW TABLES、EXPLAIN）。",
        ),
    )


def _unknown(name: str, known: set[str], sql: str, at: int) -> Refused:
    near = difflib.get_close_matches(name, sorted(known), 3)
    return Refused(
        "sql.unknown_table",
        Text(en=f"there is no table {name}", zh=f"没有表 {name}"),
        Text(
            en=f"Did you mean {' or '.join(near)}?" if near else "SHOW TABLES lists them all.",
            zh=f"您是指 {' 或 '.join(near)} 吗？" if near else "SHOW TABLES 可列出所有表。",
        ),
        where=_position(sql, at),
    )
