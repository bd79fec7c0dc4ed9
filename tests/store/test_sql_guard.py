"""Guard and session: hostile statements are refused or harmless, and nothing is written or read outside."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from linkloop.commerce.orders import Order
from linkloop.core.errors import LinkloopError, Refused
from linkloop.store.lake import Lake
from linkloop.store.lander import Lander
from linkloop.store.sql.door import SqlDoor
from linkloop.store.sql.session import Session
from tests.store.said import bare_log, say
from tests.store.test_lander import AT

SECRET = "the-secret-of-the-shop"

# {out}: a file that must not appear; {secret}: a file that must not be read; {lake}: a folder that must not change.
HOSTILE = [
    "INSERT INTO orders VALUES (1)",
    "UPDATE orders SET status = 'paid'",
    "DELETE FROM orders",
    "TRUNCATE orders",
    "MERGE INTO orders USING orders AS o ON true WHEN MATCHED THEN DELETE",
    "DROP VIEW orders",
    "ALTER TABLE orders RENAME TO sredro",
    "CREATE TABLE t AS SELECT 1",
    "CREATE TEMP TABLE t (a INT)",
    "CREATE OR REPLACE VIEW orders AS SELECT 1",
    "CREATE MACRO f(x) AS x",
    "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "WITH x AS (INSERT INTO orders VALUES (1) RETURNING *) SELECT * FROM x",
    "WITH x AS (DELETE FROM orders RETURNING *) SELECT * FROM x",
    "WITH x AS (UPDATE orders SET status = 'paid' RETURNING *) SELECT 1",
    "SELECT * FROM (WITH x AS (DELETE FROM orders RETURNING *) FROM x)",
    "COPY (SELECT 1) TO '{out}'",
    "COPY orders TO '{lake}/out.parquet' (FORMAT parquet)",
    "COPY orders FROM '{secret}'",
    "EXPORT DATABASE '{out}'",
    "IMPORT DATABASE '{out}'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{out}'",
    "EXPLAIN COPY (SELECT 1) TO '{out}'",
    "EXPLAIN ANALYZE SELECT 1",
    "ATTACH '{out}' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH memory",
    "USE main",
    "INSTALL httpfs",
    "LOAD '{out}'",
    "FORCE INSTALL delta FROM 'http://localhost/'",
    "SET memory_limit = '100GB'",
    "SET GLOBAL threads = 64",
    "RESET memory_limit",
    "SET VARIABLE a = 1",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "CALL pragma_version()",
    "CALL enable_logging()",
    "CHECKPOINT",
    "VACUUM",
    "ANALYZE",
    "BEGIN",
    "COMMIT",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "DEALLOCATE p",
    "COMMENT ON VIEW orders IS 'x'",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP VIEW orders",
    "",
    "-- nothing",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_csv_auto('{secret}')",
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')",
    "SELECT * FROM read_json('{secret}')",
    "SELECT * FROM read_json_objects('{secret}')",
    "SELECT * FROM read_ndjson('{secret}')",
    "SELECT * FROM read_parquet('{secret}')",
    "SELECT * FROM parquet_scan('{secret}')",
    "SELECT * FROM parquet_metadata('{secret}')",
    "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM '{secret}'",
    'SELECT * FROM "{secret}"',
    "FROM '{folder}/*.csv'",
    "SELECT (SELECT content FROM read_text('{secret}'))",
    "SELECT * FROM orders, LATERAL (SELECT * FROM read_text('{secret}'))",
    "SELECT * FROM orders WHERE order_id IN (SELECT content FROM read_text('{secret}'))",
    "WITH x AS (SELECT * FROM read_text('{secret}')) SELECT * FROM x",
    "SELECT * FROM query('SELECT * FROM read_text(''{secret}'')')",
    "SELECT * FROM query_table('{secret}')",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "SELECT json_serialize_plan('SELECT * FROM read_csv(''{secret}'')')",
    "DESCRIBE SELECT * FROM read_csv('{secret}')",
    "SUMMARIZE SELECT * FROM read_csv('{secret}')",
    "DESCRIBE '{secret}'",
    "SELECT getenv('HOME')",
    "SELECT current_setting('home_directory')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_settings",
    "SELECT * FROM duckdb_views()",
    "SELECT * FROM pragma_storage_info('orders')",
    "SELECT * FROM pg_catalog.pg_tables",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM (WITH duckdb_settings AS (SELECT 1) SELECT 1) AS x, duckdb_settings",
    'SELECT * FROM (WITH "{secret}" AS (SELECT 1) SELECT 1) AS x, "{secret}"',
    "SELECT * FROM which_secret('x', 's3')",
    "SELECT write_log('x')",
    "SELECT sleep_ms(100000)",
    "SELECT pg_sleep(100)",
    "SELECT nextval('x')",
    "SELECT * FROM python_variable",
    "SELECT * FROM python_map_function(1)",
    "SELECT * FROM pandas_scan(1)",
    "SELECT * FROM arrow_scan(1, 2, 3)",
    "SELECT * FROM _hot_orders",
    "SELECT * FROM test_all_types()",
    "SELECT * FROM other.orders",
    "SELECT * FROM memory.main.orders",
    "SELECT range(1000000000)",
    "SELECT repeat('x', 4000000000)",
    "SELECT lpad('x', 2000000000, 'x')",
    "SELECT list_resize([1], 1000000000)",
    "SELECT printf('%2000000000d', 1)",
    "SELECT format('{{:2000000000}}', 1)",
    "SHOW DATABASES",
    "SHOW ALL TABLES",
    "PIVOT orders ON status",
    "SELECT 1 FROM orders AT (VERSION => 1)",
    "SELECT '" + "x" * 100_001 + "'",
    "SELECT \ud800",
    "SELECT 1 +",
    "SELEKT 1",
    "SELECT " + "(" * 3000 + "1" + ")" * 3000,
    "SELECT * FROM " + "(SELECT * FROM " * 2000 + "range(1)" + ")" * 2000,
    "FROM range(1) AS a0" + "".join(f", range(1) AS a{n}" for n in range(1, 1000)),
    "SELECT nothing_of_the_kind(1)",
    "SELECT missing FROM orders",
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[SqlDoor, Path]:
    """A door over one order in the lake and one in the log, in a folder with a secret beside the lake."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "secret.csv").write_text(f"a\n{SECRET}\n")
    engine, lake = bare_log(folder), Lake(str(folder / "lake"))
    say(engine, Order(order_id="o1", placed_at=AT))
    Lander(engine, lake).land()
    say(engine, Order(order_id="o2", placed_at=AT))
    return SqlDoor(engine, lake), folder


def files(folder: Path) -> dict[str, int]:
    """Every file below a folder with the time of its last change, but SQLite's own."""
    return {str(f): f.stat().st_mtime_ns for f in folder.rglob("*") if f.is_file() and "log.db" not in f.name}


@pytest.mark.parametrize("statement", HOSTILE, ids=lambda text: text[:60])
def test_a_hostile_statement_is_refused_and_nothing_happens(shop: tuple[SqlDoor, Path], statement: str) -> None:
    door, folder = shop
    python_variable = [SECRET]
    before = files(folder)
    names = {"out": folder / "out", "secret": folder / "secret.csv", "lake": folder / "lake", "folder": folder}
    query = statement.format(**names) if "{" in statement else statement
    started = time.monotonic()
    with pytest.raises(LinkloopError) as refused:
        door.query(query, timeout_s=5)
    assert refused.value.code.startswith("sql.")
    assert refused.value.code != "sql.timeout"
    assert refused.value.text.en
    assert refused.value.text.zh
    assert refused.value.todo.en
    assert refused.value.todo.zh
    assert SECRET not in f"{refused.value.text} {refused.value.where}"
    assert files(folder) == before
    assert time.monotonic() - started < 60
    assert python_variable == [SECRET]
    assert door.query("SELECT count(*) FROM orders").rows == ((2,),)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('{secret}')",
        "SELECT * FROM '{secret}'",
        "SELECT * FROM glob('{folder}/*')",
        "COPY (SELECT 1) TO '{folder}/out'",
        "ATTACH '{folder}/out' AS other",
        "SET memory_limit = '100GB'",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "INSTALL httpfs",
        "SELECT * FROM python_variable",
        "SELECT getenv('HOME')",
    ],
)
def test_the_session_holds_even_where_the_guard_is_passed_by(tmp_path: Path, query: str) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "secret.csv").write_text(SECRET)
    python_variable = __import__("pyarrow").table({"a": [SECRET]})
    session = Session(str(tmp_path / "lake"), "128MB", 1, "UTC")
    with pytest.raises(LinkloopError):
        session.run(query.format(secret=tmp_path / "secret.csv", folder=tmp_path), None, 10, 5)
    assert python_variable.num_rows == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lake", "secret.csv"]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT order_id FROM orders ORDER BY 1", (("o1",), ("o2",))),
        ("FROM orders SELECT count(*)", ((2,),)),
        ("WITH x AS (SELECT 1 AS a) SELECT a FROM x", ((1,),)),
        ("WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t WHERE a < 3) SELECT sum(a) FROM t", ((6,),)),
        ("VALUES (1), (2)", ((1,), (2,))),
        ("SELECT 1 UNION ALL SELECT 2;", ((1,), (2,))),
        ("SELECT sum(range) FROM range(5)", ((10,),)),
        ("SELECT unnest([1, 2])", ((1,), (2,))),
        ("SELECT count(*) FROM main.Orders", ((2,),)),
        (
            "SELECT column_name FROM (DESCRIBE orders) WHERE column_name LIKE 'total%'",
            (("total",), ("total_currency",)),
        ),
        ("/* why */ SELECT '中' || '文' -- so", (("中文",),)),
        ("SELECT order_id FROM orders WHERE EXISTS (FROM orders AS o WHERE o.order_id = 'o1') LIMIT 0", ()),
    ],
)
def test_reading_is_allowed_in_all_its_forms(
    shop: tuple[SqlDoor, Path], query: str, rows: tuple[tuple[object, ...], ...]
) -> None:
    assert shop[0].query(query).rows == rows


def test_show_tables_describe_and_explain_teach(shop: tuple[SqlDoor, Path]) -> None:
    door, _ = shop
    shown = door.query("SHOW TABLES").dicts()
    assert {"name": "orders", "kind": "table", "about": "One order as it stands. `total` is what the customer pays, freight included."} in shown  # noqa: E501  # fmt: skip
    assert ("supply_chain_risk_model", "view") in {(row["name"], row["kind"]) for row in shown}
    assert ("payment_tried", "event") in {(row["name"], row["kind"]) for row in shown}
    described = {row["column_name"]: row["column_type"] for row in door.query("DESCRIBE orders").dicts()}
    assert described["placed_at"] == "TIMESTAMP WITH TIME ZONE"
    assert described["total"] == "BIGINT"
    assert "EXPLAIN" not in str(door.query("EXPLAIN SELECT * FROM orders").rows[0][0])


@pytest.mark.parametrize(
    ("query", "code", "where", "words"),
    [
        ("SELECT *\nFROM ordres", "sql.unknown_table", "line 2, column 6", "orders"),
        ("SELECT '文', getenv('x')", "sql.function", "line 1, column 13", "getenv"),
        ("SELECT\n  missing FROM orders", "sql.invalid", "line 2, column 3", "missing"),
        ("SELECT 1 FORM orders x y", "sql.syntax", "line 1, column 15", "syntax error"),
    ],
)
def test_an_error_names_the_place_and_what_to_do(
    shop: tuple[SqlDoor, Path], query: str, code: str, where: str, words: str
) -> None:
    with pytest.raises(LinkloopError) as refused:
        shop[0].query(query)
    assert (refused.value.code, refused.value.where) == (code, where)
    assert words in refused.value.say("en")


def test_a_query_that_takes_too_long_is_stopped_and_the_door_goes_on(shop: tuple[SqlDoor, Path]) -> None:
    door, _ = shop
    with pytest.raises(Refused) as refused:
        door.query("SELECT max(a.range * b.range) FROM range(10000000) a, range(1000000) b", timeout_s=0.2)
    assert refused.value.code == "sql.timeout"
    with pytest.raises(Refused) as refused:
        door.query(
            "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT max(a) FROM t", timeout_s=0.2
        )
    assert refused.value.code == "sql.timeout"
    assert door.query("SELECT 1").rows == ((1,),)


def test_a_query_that_takes_too_much_memory_is_stopped_and_the_door_goes_on(shop: tuple[SqlDoor, Path]) -> None:
    door, folder = shop
    before = files(folder)
    for query in (
        "SELECT count(*) FROM (SELECT DISTINCT hash(r) FROM range(500000000) t(r))",
        "SELECT length(string_agg(r::VARCHAR, '')) FROM range(500000000) t(r)",
        "SELECT * FROM range(500000000) t(r) ORDER BY hash(r)",
    ):
        with pytest.raises(Refused) as refused:
            door.query(query, memory="64MB", timeout_s=60)
        assert refused.value.code == "sql.memory"
    assert door.query("SELECT 1", memory="64MB").rows == ((1,),)
    assert files(folder) == before  # nothing is spilled to disk either


def test_more_rows_than_allowed_are_cut_and_said_to_be(shop: tuple[SqlDoor, Path]) -> None:
    door, _ = shop
    result = door.query("SELECT range FROM range(100000000000)", max_rows=3)
    assert (result.rows, result.truncated) == (((0,), (1,), (2,)), True)
    result = door.query("SELECT range FROM range(3)", max_rows=3)
    assert (result.rows, result.truncated) == (((0,), (1,), (2,)), False)


def test_more_queries_at_once_than_sessions_wait_their_turn(shop: tuple[SqlDoor, Path]) -> None:
    door = SqlDoor(shop[0].engine, shop[0].lake, sessions=1)
    slow = "SELECT max(a.range * b.range) FROM range(10000000) a, range(1000000) b"
    codes: list[str] = []

    def run() -> None:
        with pytest.raises(Refused) as refused:
            door.query(slow, timeout_s=1.5)
        codes.append(refused.value.code)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    with pytest.raises(Refused) as refused:
        door.query("SELECT 1", timeout_s=0.1)
    assert refused.value.code == "sql.busy"
    thread.join()
    assert codes == ["sql.timeout"]
    assert door.query("SELECT 1").rows == ((1,),)
    door.close()
